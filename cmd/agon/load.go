package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"agon/chain"
	"agon/client"
	"agon/client/imarket"
	"agon/game/market"
)

// loaders is how many accounts send transactions side by side in a benchmark.
const loaders = 20

// loadAccount is a funded account with the next nonce it may use.
type loadAccount struct {
	key     *ecdsa.PrivateKey
	address common.Address
	nonce   uint64
}

// load sends transactions as fast as a node takes them: signed beforehand, in
// batches of JSON-RPC calls.
type load struct {
	cl       *client.Client
	raw      *rpc.Client
	abi      *imarket.IMarket
	signer   types.Signer
	accounts []*loadAccount
}

// newLoad funds n fresh accounts of a development chain.
func newLoad(ctx context.Context, node *spawned, n int) (*load, error) {
	cl, err := dialSpawned(ctx, node)
	if err != nil {
		return nil, err
	}
	raw, err := rpc.DialContext(ctx, node.view.HTTP)
	if err != nil {
		cl.Close()
		return nil, err
	}
	l := &load{
		cl: cl, raw: raw, abi: imarket.NewIMarket(),
		signer: types.LatestSignerForChainID(cl.ChainID()),
	}
	if err := l.fund(ctx, n); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *load) close() {
	l.cl.Close()
	l.raw.Close()
}

// fund gives n new accounts coins for gas and for what they ask and buy.
func (l *load) fund(ctx context.Context, n int) error {
	rich, err := l.cl.Account(ctx, chain.DevAccounts()[0].Key, nil)
	if err != nil {
		return err
	}
	var sent []*client.Pending
	for range n {
		key, err := crypto.GenerateKey()
		if err != nil {
			return err
		}
		a := &loadAccount{key: key, address: crypto.PubkeyToAddress(key.PublicKey)}
		p, err := rich.Transfer(ctx, a.address, milli(1e6), client.Tx{Gas: 21_000})
		if err != nil {
			return err
		}
		l.accounts, sent = append(l.accounts, a), append(sent, p)
	}
	for _, p := range sent {
		if _, err := p.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// sign makes one transaction of a to the market.
func (l *load) sign(
	a *loadAccount, data []byte, value *big.Int, gas uint64,
) (hexutil.Bytes, error) {
	tx, err := types.SignNewTx(a.key, l.signer, &types.DynamicFeeTx{
		ChainID: l.cl.ChainID(), Nonce: a.nonce, To: &client.MarketAddress, Value: value,
		Gas: gas, GasFeeCap: big.NewInt(loadFee), GasTipCap: big.NewInt(0), Data: data,
	})
	if err != nil {
		return nil, err
	}
	a.nonce++
	return tx.MarshalBinary()
}

// loadFee is what a unit of gas may cost, in 10⁻¹⁸ coin: above what the base
// fee can climb to in a benchmark.
const loadFee = 1e12

// sendBatch and sendBytes bound the transactions of one JSON-RPC request.
const (
	sendBatch = 100
	sendBytes = 1 << 20
)

// portion is how many transactions, at least one, the next request carries.
func portion(txs []hexutil.Bytes) (n int) {
	for size := 0; n < min(sendBatch, len(txs)); n++ {
		if size += len(txs[n]); size > sendBytes && n > 0 {
			break
		}
	}
	return n
}

// send hands signed transactions of one account to the node, in order. A node
// whose pool is full is asked again.
func (l *load) send(ctx context.Context, txs []hexutil.Bytes) error {
	for len(txs) > 0 {
		part := txs[:portion(txs)]
		batch := make([]rpc.BatchElem, len(part))
		for i, tx := range part {
			batch[i] = rpc.BatchElem{
				Method: "eth_sendRawTransaction", Args: []any{tx}, Result: new(common.Hash),
			}
		}
		if err := l.raw.BatchCallContext(ctx, batch); err != nil {
			return err
		}
		taken := 0
		for taken < len(batch) && batch[taken].Error == nil {
			taken++
		}
		txs = txs[taken:]
		if taken < len(batch) {
			if !poolFull(batch[taken].Error) {
				return batch[taken].Error
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	return nil
}

// run sends each account's transactions side by side and waits until all are
// in blocks. It returns the time from the first sending.
func (l *load) run(
	ctx context.Context, txs map[*loadAccount][]hexutil.Bytes,
) (time.Duration, error) {
	begin := time.Now()
	faults := make([]error, len(l.accounts))
	var sending sync.WaitGroup
	for i, a := range l.accounts {
		sending.Go(func() { faults[i] = l.send(ctx, txs[a]) })
	}
	sending.Wait()
	if err := errors.Join(faults...); err != nil {
		return 0, err
	}
	err := l.mined(ctx)
	return time.Since(begin), err
}

// mined waits until every account's nonce in the last block is what it has
// used. It asks for those that wait, and seldom: the node has better to do.
func (l *load) mined(ctx context.Context) error {
	const pause = 50 * time.Millisecond
	waiting := l.accounts
	for {
		batch := make([]rpc.BatchElem, len(waiting))
		for i, a := range waiting {
			batch[i] = rpc.BatchElem{
				Method: "eth_getTransactionCount", Args: []any{a.address, "latest"},
				Result: new(hexutil.Uint64),
			}
		}
		if err := l.raw.BatchCallContext(ctx, batch); err != nil {
			return err
		}
		var still []*loadAccount
		for i, a := range waiting {
			if batch[i].Error != nil {
				return batch[i].Error
			}
			if uint64(*batch[i].Result.(*hexutil.Uint64)) < a.nonce {
				still = append(still, a)
			}
		}
		if len(still) == 0 {
			return nil
		}
		waiting = still
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d accounts wait for blocks: %w", len(waiting), ctx.Err())
		case <-time.After(pause):
		}
	}
}

// askMany opens count questions of one spec, spread over the accounts.
func (l *load) askMany(ctx context.Context, s market.Spec, count int) error {
	const askGas = 1_000_000
	spec := imarket.Spec{
		Template: uint8(s.Template), Fields: s.Fields, Subsidy: s.Subsidy.ToBig(),
		Window: uint64(s.Window), Resolver: common.Address(s.Resolver),
		Members: []string{}, Openings: []uint64{}, Evidence: imarket.Evidence{Inlined: []byte{}},
	}
	data, err := l.abi.TryPackAsk(spec)
	if err != nil {
		return err
	}
	// In portions, so that the node's pool never holds too many.
	const most = 4_000
	for count > 0 {
		txs := map[*loadAccount][]hexutil.Bytes{}
		for i := range min(count, most) {
			a := l.accounts[i%len(l.accounts)]
			tx, err := l.sign(a, data, s.Subsidy.ToBig(), askGas)
			if err != nil {
				return err
			}
			txs[a] = append(txs[a], tx)
		}
		if _, err := l.run(ctx, txs); err != nil {
			return err
		}
		count -= most
	}
	return nil
}
