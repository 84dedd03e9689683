package client

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"agon/game/market"
)

// Relayed is what became of one signed order: the id under which it was
// placed, or why it was not.
type Relayed struct {
	Trader common.Address
	Nonce  market.Amount
	ID     uint64        // 0 if refused
	Reason market.Reason // OK if placed
}

// Relay is signed orders on their way in as few transactions as hold them.
type Relay struct {
	orders []SignedOrder
	parts  []relayPart
}

// relayPart is one transaction and how many of the orders it carries.
type relayPart struct {
	pending *Pending
	orders  int
}

const (
	// relayMost is how many orders the contract takes in one transaction.
	relayMost = 1024
	// envelopeBytes is what a transaction has besides its orders, at most.
	envelopeBytes = 512
	// relayGas is what a transaction of orders needs, and orderGas more for
	// each: recovery of the signature, the checks and the writes.
	relayGas = 100_000
	orderGas = 60_000
)

// RelayGas is enough gas for a transaction of n signed orders.
func RelayGas(n int) uint64 { return relayGas + orderGas*uint64(n) }

// RelayFit is how many of the orders, from the first on, fit into one
// transaction: at least one, if there is one.
func (c *Client) RelayFit(orders []SignedOrder) int {
	var b []byte
	room := c.opts.MaxTxBytes - envelopeBytes
	for i := range orders {
		size := len(orders[i].appendPacked(b[:0]))
		if room -= size; i > 0 && (room < 0 || i == relayMost) {
			return i
		}
	}
	return len(orders)
}

// Relay carries many traders' signed orders. One bad order does not stop the
// rest: Results tells what became of each. With tx.Key, the i-th transaction
// goes under the key "key/i". An error leaves the transactions before it on
// their way: they are in the Relay that is returned with it.
func (a *Account) Relay(ctx context.Context, orders []SignedOrder, tx Tx) (*Relay, error) {
	r := &Relay{orders: orders}
	first := 0
	for i := 0; first < len(orders); i++ {
		part := orders[first:]
		part = part[:a.c.RelayFit(part)]
		one := tx
		if tx.Key != "" {
			one.Key = fmt.Sprintf("%s/%d", tx.Key, i)
		}
		if one.Gas == 0 {
			one.Gas = RelayGas(len(part))
		}
		p, err := a.relayPart(ctx, part, one)
		if err != nil {
			return r, fmt.Errorf("relaying orders %d to %d: %w", first, first+len(part)-1, err)
		}
		r.parts = append(r.parts, relayPart{p, len(part)})
		first += len(part)
	}
	return r, nil
}

// relayPart sends one transaction of signed orders.
func (a *Account) relayPart(ctx context.Context, part []SignedOrder, tx Tx) (*Pending, error) {
	data, err := a.c.RelayData(part)
	if err != nil {
		return nil, err
	}
	return a.send(ctx, MarketAddress, data, tx)
}

// RelayData is the call data of one transaction that carries orders, for those
// who send it themselves: at most RelayFit orders, with RelayGas gas.
func (c *Client) RelayData(orders []SignedOrder) ([]byte, error) {
	var packed []byte
	for i := range orders {
		if amount := &orders[i].Order.Amount; amount.Gt(&market.MaxAmount) {
			// It would be refused; beyond 16 bytes it would spoil the whole call.
			return nil, fmt.Errorf("order %d: %w: %s", i, ErrAmountRange, amount.Dec())
		}
		packed = orders[i].appendPacked(packed)
	}
	data, err := c.abi.TryPackPlacePacked(packed)
	if err != nil {
		return nil, fmt.Errorf("encoding %d signed orders: %w", len(orders), err)
	}
	return data, nil
}

// Pending lists the transactions.
func (r *Relay) Pending() []*Pending {
	list := make([]*Pending, len(r.parts))
	for i, p := range r.parts {
		list[i] = p.pending
	}
	return list
}

// Results waits for all transactions and tells what became of each order, in
// their order. If a transaction failed, its error is returned with the results
// of those before it.
func (r *Relay) Results(ctx context.Context) ([]Relayed, error) {
	results := make([]Relayed, 0, len(r.orders))
	for _, part := range r.parts {
		first := len(results)
		events, err := part.pending.Events(ctx)
		if err != nil {
			return results, err
		}
		more, err := match(r.orders[first:first+part.orders], events)
		if err != nil {
			return results, fmt.Errorf("transaction %s: %w", part.pending.Hash(), err)
		}
		results = append(results, more...)
	}
	return results, nil
}

// match pairs orders with the events of their transaction: each order leaves
// one Ordered or one RefusedOrder, in order.
func match(orders []SignedOrder, events []Event) ([]Relayed, error) {
	results := make([]Relayed, 0, len(orders))
	for _, e := range events {
		i := len(results)
		got := Relayed{}
		switch b := e.Body.(type) {
		case Ordered:
			got = Relayed{Trader: b.Trader, ID: b.ID}
		case RefusedOrder:
			got = Relayed{Trader: b.Trader, Reason: b.Reason}
		default:
			continue
		}
		if i == len(orders) {
			return nil, fmt.Errorf("more outcomes than its %d orders", len(orders))
		}
		if got.Trader != orders[i].Trader {
			return nil, fmt.Errorf("outcome %d is of %s, want %s", i, got.Trader, orders[i].Trader)
		}
		got.Nonce = orders[i].Permit.Nonce
		results = append(results, got)
	}
	if len(results) != len(orders) {
		return nil, fmt.Errorf("%d outcomes of %d orders", len(results), len(orders))
	}
	return results, nil
}
