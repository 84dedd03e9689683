package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain"
	"agon/client"
	"agon/client/imarket"
	"agon/game/market"
)

// Shape of the load: many traders on many questions, small orders that fill.
const (
	benchTraders   = 200
	benchQuestions = 100
	placeGas       = 1_000_000
	relayers       = 4 // accounts that send the relayed orders, side by side
)

// poolFull reports that a node refused a transaction only for now.
func poolFull(err error) bool {
	text := err.Error()
	return strings.Contains(text, "full") || strings.Contains(text, "limit exceeded")
}

// benchPlain sends orders as transactions of their own over JSON-RPC.
func benchPlain(ctx context.Context, _ *app, size scale) []figure {
	f := figure{
		Name: "plain order transactions over JSON-RPC", Target: "≥ 1,000/s", Unit: "/s",
		Floor: "the prototype: 705/s; block execution alone ~2,300/s",
	}
	n, err := spawn(ctx)
	if err != nil {
		return failure(f, err)
	}
	c, err := plainOrders(ctx, n, size.plain)
	if err := errors.Join(err, n.stop()); err != nil {
		return failure(f, err)
	}
	f.Value = float64(size.plain) / c.took.Seconds()
	f.Met = f.Value >= 1000
	f.Note = fmt.Sprintf("%s transactions of %d accounts, from the first sent to the last in a "+
		"block; %s", thousands(float64(size.plain)), loaders, c.each(size.plain))
	return []figure{f}
}

// plainOrders signs count orders beforehand and times their way into blocks.
func plainOrders(ctx context.Context, n *spawned, count int) (effort, error) {
	l, err := newLoad(ctx, n, loaders)
	if err != nil {
		return effort{}, err
	}
	defer l.close()
	if err := l.askMany(ctx, benchSpec(l), benchQuestions); err != nil {
		return effort{}, err
	}
	txs := map[*loadAccount][]hexutil.Bytes{}
	budget := milli(1)
	for i := range count {
		a := l.accounts[i%len(l.accounts)]
		data, err := l.abi.TryPackPlace([]imarket.Order{wireOrder(i, budget)})
		if err != nil {
			return effort{}, err
		}
		tx, err := l.sign(a, data, budget.ToBig(), placeGas)
		if err != nil {
			return effort{}, err
		}
		txs[a] = append(txs[a], tx)
	}
	return l.timed(ctx, n, txs, count)
}

// timed runs transactions that carry count orders, all of which must have been
// placed and have traded, and says what that cost.
func (l *load) timed(
	ctx context.Context, n *spawned, txs map[*loadAccount][]hexutil.Bytes, count int,
) (c effort, err error) {
	before, err := n.metrics(ctx)
	if err != nil {
		return c, err
	}
	own, err := ownCPU()
	if err != nil {
		return c, err
	}
	if c.took, err = l.run(ctx, txs); err != nil {
		return c, err
	}
	if c.client, err = ownCPU(); err != nil {
		return c, err
	}
	c.client -= own
	after, err := counted(ctx, n, before, float64(count))
	if err != nil {
		return c, err
	}
	const spent = "agon_block_execution_seconds_sum"
	c.execution = after[spent] - before[spent]
	c.node = after[cpuMetric] - before[cpuMetric]
	return c, nil
}

// counted reads the node's metrics once they count so many more orders, and
// that all of them traded: the batch is in the block after, and the metrics
// follow a moment later.
func counted(
	ctx context.Context, n *spawned, before map[string]float64, orders float64,
) (map[string]float64, error) {
	const patience = 20 * time.Second
	for begin := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		now, err := n.metrics(ctx)
		if err != nil {
			return nil, err
		}
		placed := now[ordersMetric] - before[ordersMetric]
		filled := now[fillsMetric] - before[fillsMetric]
		if placed >= orders && filled >= orders {
			return now, nil
		}
		if time.Since(begin) > patience {
			return nil, fmt.Errorf("%v orders were placed and %v traded, want %v",
				placed, filled, orders)
		}
	}
}

// ordersMetric counts the orders placed, fillsMetric those that traded.
const (
	ordersMetric = "agon_market_orders_total"
	fillsMetric  = "agon_market_fills_total"
)

// benchSpec is a question for the load.
func benchSpec(l *load) market.Spec {
	return market.Spec{
		Template: market.DappScam, Fields: []string{"bench.example"}, Subsidy: milli(1e4),
		Window: 100_000, Resolver: market.Account(l.accounts[0].address),
	}
}

// wireOrder is the i-th order, of account i mod loaders: a small buy that any
// price fills, of YES by half the accounts and of NO by the others, so that no
// account would trade with itself.
func wireOrder(i int, budget market.Amount) imarket.Order {
	return imarket.Order{
		Question: uint64(1 + i/loaders%benchQuestions), Action: uint8(i % loaders % 2),
		Amount: budget.ToBig(), Limit: uint64(market.MaxPrice),
	}
}

// benchSigned relays signed orders of many traders.
func benchSigned(ctx context.Context, _ *app, size scale) []figure {
	f := figure{
		Name: "signed orders relayed through the node", Target: "≥ 15,000/s", Unit: "/s",
	}
	recover1 := fastest(size.rounds, recoverOnce())
	f.Floor = fmt.Sprintf("recovering signatures alone %s/s on 2 cores; "+
		"the prototype 49–66 µs an order", thousands(2/recover1.Seconds()))
	n, err := spawn(ctx)
	if err != nil {
		return failure(f, err)
	}
	c, err := signedOrders(ctx, n, size.signed)
	if err := errors.Join(err, n.stop()); err != nil {
		return failure(f, err)
	}
	f.Value = float64(size.signed) / c.took.Seconds()
	f.Met = f.Value >= 15_000
	f.Note = fmt.Sprintf("%s orders of %d traders on %d questions, from the first transaction "+
		"sent to the last in a block; %s, of which recovery %.1f µs",
		thousands(float64(size.signed)), benchTraders, benchQuestions,
		c.each(size.signed), 1e6*recover1.Seconds())
	return []figure{f}
}

// recoverOnce recovers the signer of one digest: what every signed order costs.
func recoverOnce() func() {
	key := chain.DevAccounts()[0].Key
	digest := crypto.Keccak256([]byte("bench"))
	sig, err := crypto.Sign(digest, key)
	if err != nil {
		panic(err) // a valid key signs any digest
	}
	return func() {
		if _, err := crypto.Ecrecover(digest, sig); err != nil {
			panic(err)
		}
	}
}

// signedOrders signs count orders and the transactions that relay them
// beforehand and times their way into blocks. Every order must have been placed.
func signedOrders(ctx context.Context, n *spawned, count int) (effort, error) {
	l, err := newLoad(ctx, n, loaders)
	if err != nil {
		return effort{}, err
	}
	defer l.close()
	if err := l.askMany(ctx, benchSpec(l), benchQuestions); err != nil {
		return effort{}, err
	}
	orders, err := l.signOrders(ctx, count)
	if err != nil {
		return effort{}, err
	}
	txs, err := l.relays(orders)
	if err != nil {
		return effort{}, err
	}
	return l.timed(ctx, n, txs, count)
}

// relays packs orders into full transactions of the load's accounts in turn.
func (l *load) relays(orders []client.SignedOrder) (map[*loadAccount][]hexutil.Bytes, error) {
	txs := map[*loadAccount][]hexutil.Bytes{}
	for i := 0; len(orders) > 0; i++ {
		part := orders[:l.cl.RelayFit(orders)]
		orders = orders[len(part):]
		data, err := l.cl.RelayData(part)
		if err != nil {
			return nil, err
		}
		a := l.accounts[i%relayers]
		tx, err := l.sign(a, data, new(big.Int), client.RelayGas(len(part)))
		if err != nil {
			return nil, err
		}
		txs[a] = append(txs[a], tx)
	}
	return txs, nil
}

// signOrders funds traders in the market and signs their orders.
func (l *load) signOrders(ctx context.Context, count int) ([]client.SignedOrder, error) {
	traders := make([]*ecdsa.PrivateKey, benchTraders)
	addresses := make([]common.Address, benchTraders)
	amounts := make([]market.Amount, benchTraders)
	for i := range traders {
		key, err := crypto.GenerateKey()
		if err != nil {
			return nil, err
		}
		traders[i], amounts[i] = key, milli(1e5)
		addresses[i] = crypto.PubkeyToAddress(key.PublicKey)
	}
	rich, err := l.cl.Account(ctx, chain.DevAccounts()[1].Key, nil)
	if err != nil {
		return nil, err
	}
	p, err := rich.DepositFor(ctx, addresses, amounts, client.Tx{})
	if err != nil {
		return nil, err
	}
	if _, err := p.Wait(ctx); err != nil {
		return nil, err
	}
	height, err := l.cl.Height(ctx)
	if err != nil {
		return nil, err
	}
	orders := make([]client.SignedOrder, count)
	faults := make([]error, 2)
	var signing sync.WaitGroup
	for half := range faults {
		signing.Go(func() {
			for i := half; i < count; i += len(faults) {
				// Each trader goes from question to question, always on one side.
				trader, round := i%benchTraders, i/benchTraders
				o := client.Order{
					Question: uint64(1 + (trader+round)%benchQuestions), Amount: milli(1),
					Limit: market.MaxPrice, Action: market.Action(trader % 2),
				}
				permit := client.Permit{FromBlock: height, ToBlock: height + 10_000}
				// Each trader counts its own orders: 256 of them share a word of state.
				permit.Nonce.SetUint64(uint64(round))
				var err error
				if orders[i], err = l.cl.Sign(traders[trader], o, permit); err != nil {
					faults[half] = err
				}
			}
		})
	}
	signing.Wait()
	return orders, errors.Join(faults...)
}
