package client

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
)

// State is how far a transaction has come.
type State uint8

// The states; the last three are final.
const (
	StateSent    State = iota // signed and sent, not known to have arrived
	StatePending              // a node has it
	StateMined                // in a block, and it succeeded
	StateRefused              // a node or the market said no; it changed nothing
	StateDropped              // its nonce went to another transaction
)

// Final reports whether the state can still change.
func (s State) Final() bool { return s >= StateMined }

func (s State) String() string {
	switch s {
	case StateSent:
		return "sent"
	case StatePending:
		return "pending"
	case StateMined:
		return "mined"
	case StateRefused:
		return "refused"
	case StateDropped:
		return "dropped"
	}
	return fmt.Sprintf("state %d", uint8(s))
}

// Pending is a transaction on its way. It is safe for concurrent use.
type Pending struct {
	account *Account
	key     string
	digest  [32]byte // of what was asked for under key
	done    chan struct{}

	mu      sync.Mutex
	hash    common.Hash
	tx      *types.Transaction // nil if an earlier process saw it mined
	state   State
	sent    time.Time // when last
	misses  int       // looks at which its nonce was spent and it had no receipt
	noes    int       // sendings to which a node said that it will never take it
	receipt *types.Receipt
	err     error
}

// Key is the transaction's idempotency key.
func (p *Pending) Key() string { return p.key }

// Hash is the transaction's hash. It changes only if the transaction had to be
// signed again because another program had used its nonce.
func (p *Pending) Hash() common.Hash {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.hash
}

// transaction gives the present bytes, or nil.
func (p *Pending) transaction() *types.Transaction {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tx
}

// State is how far it has come, as far as known now.
func (p *Pending) State() State {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state
}

// Done is closed once the state is final.
func (p *Pending) Done() <-chan struct{} { return p.done }

// Wait waits until the state is final or ctx ends. It returns the receipt of a
// transaction that was mined; a *Refused or another error that says why not of
// one that was refused; ErrDropped. If ctx ends first the transaction goes on
// its way, and Wait may be called again.
func (p *Pending) Wait(ctx context.Context) (*types.Receipt, error) {
	select {
	case <-p.done:
	case <-ctx.Done():
		return nil, fmt.Errorf("transaction %s is %s: %w", p.Hash(), p.State(), ctx.Err())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.receipt, p.err
}

// Events waits, and reads from the receipt what happened in the market.
func (p *Pending) Events(ctx context.Context) ([]Event, error) {
	receipt, err := p.Wait(ctx)
	if err != nil {
		return nil, err
	}
	var events []Event
	for _, l := range receipt.Logs {
		if l.Address != MarketAddress {
			continue
		}
		e, err := p.account.c.dec.event(l)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// Asked waits, and gives the id of the question that was opened.
func (p *Pending) Asked(ctx context.Context) (uint64, error) {
	events, err := p.Events(ctx)
	if err != nil {
		return 0, err
	}
	for _, e := range events {
		if a, ok := e.Body.(Asked); ok {
			return a.Question, nil
		}
	}
	return 0, fmt.Errorf("transaction %s opened no question", p.Hash())
}

// Placed waits, and gives the ids of the orders that were placed, in order.
func (p *Pending) Placed(ctx context.Context) ([]uint64, error) {
	events, err := p.Events(ctx)
	if err != nil {
		return nil, err
	}
	var ids []uint64
	for _, e := range events {
		if o, ok := e.Body.(Ordered); ok {
			ids = append(ids, o.ID)
		}
	}
	return ids, nil
}

// advance notes that a node has the transaction.
func (p *Pending) advance() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state == StateSent {
		p.state = StatePending
	}
}

// finish makes the state final, once, and reports whether this call did.
func (p *Pending) finish(s State, receipt *types.Receipt, err error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.state.Final() {
		return false
	}
	p.state, p.receipt, p.err = s, receipt, err
	close(p.done)
	return true
}
