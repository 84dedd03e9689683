package client

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/core/types"
)

// answer is what a node says to a transaction.
type answer uint8

const (
	taken    answer = iota // it has it now
	known                  // it had it before
	conflict               // its nonce is used by another, or by itself in a block
	later                  // not now, or not heard
	never                  // no
)

// classify reads a node's answer from its words: the protocol has no codes.
func classify(err error) answer {
	if err == nil {
		return taken
	}
	words := strings.ToLower(err.Error())
	has := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(words, part) {
				return true
			}
		}
		return false
	}
	switch {
	case has("already known", "already exists", "already in mempool", "already in cache"):
		return known
	case has("nonce too low", "nonce is lower", "invalid nonce", "replacement transaction"):
		return conflict
	case !answered(err) || has("is full", "queue full", "overflow", "future transaction tries"):
		return later
	}
	return never
}

// maxResigns bounds how often a transaction gets a new nonce because another
// program used its own.
const maxResigns = 20

// submit sends p for the first time. If its nonce turns out to be used, it can
// never be in a block, and it is signed again with another. So it is if the
// node knows it before it was sent: then another program with the same key has
// made just the same transaction, and both are to happen.
func (a *Account) submit(ctx context.Context, p *Pending) error {
	for range maxResigns {
		err := a.c.eth.SendTransaction(ctx, p.transaction())
		switch classify(err) {
		case taken:
			p.advance()
			return nil
		case later:
			return nil // still Sent: the watcher sends it again
		case never:
			return a.reject(ctx, p, err)
		}
		if err := a.resign(ctx, p); err != nil {
			return err
		}
	}
	return a.reject(ctx, p, fmt.Errorf("after %d nonces: %w", maxResigns, ErrDropped))
}

// reject ends a transaction that its first and only node will not take, and
// fills the gap its nonce leaves if later ones would starve behind it.
func (a *Account) reject(ctx context.Context, p *Pending, why error) error {
	a.c.watch.remove(p)
	why = fmt.Errorf("transaction %s: %w", p.Hash(), a.c.decodeRevert(why))
	a.finish(p, StateRefused, nil, why)
	a.mu.Lock()
	starving := a.nonces.free(p.transaction().Nonce())
	a.mu.Unlock()
	if starving {
		a.fillGap(ctx)
	}
	return why
}

// transferGas is what an empty transfer needs.
const transferGas = 21_000

// fillGap sends an empty transfer to itself: it takes the lowest free nonce,
// so those behind it can go. If that fails the next call takes the nonce.
func (a *Account) fillGap(ctx context.Context) {
	_, _ = a.send(ctx, a.address, nil, Tx{Gas: transferGas})
}

// resign signs p again with another nonce. Only for transactions whose very
// first sending met a used nonce.
func (a *Account) resign(ctx context.Context, p *Pending) error {
	tx := p.transaction()
	a.mu.Lock()
	a.nonces.lose(tx.Nonce())
	a.mu.Unlock()
	if err := a.syncNonces(ctx); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	body := &types.DynamicFeeTx{
		ChainID: tx.ChainId(), Nonce: a.nonces.take(), GasTipCap: tx.GasTipCap(),
		GasFeeCap: tx.GasFeeCap(), Gas: tx.Gas(), To: tx.To(), Value: tx.Value(), Data: tx.Data(),
	}
	signed, err := types.SignNewTx(a.key, a.signer, body)
	if err == nil {
		err = a.write(p.key, p.digest, signed)
	}
	if err != nil {
		a.nonces.free(body.Nonce)
		return err
	}
	a.c.watch.remove(p)
	p.mu.Lock()
	p.tx, p.hash, p.sent = signed, signed.Hash(), time.Now()
	p.mu.Unlock()
	a.c.watch.add(p, false)
	return nil
}

// resubmit sends p's bytes again: they may have been lost on the way, or by
// the node.
func (a *Account) resubmit(ctx context.Context, p *Pending) {
	p.mu.Lock()
	tx := p.tx
	p.sent = time.Now()
	p.mu.Unlock()
	err := a.c.eth.SendTransaction(ctx, tx)
	switch said := classify(err); {
	case said == taken, said == known:
		p.advance()
		a.closeGap(ctx)
	case said == later:
	case a.spent(ctx, tx):
		a.miss(p)
	case said == never:
		a.void(ctx, p)
	}
}

// closeGap fills a gap that another program's lost transaction left before
// ours.
func (a *Account) closeGap(ctx context.Context) {
	pool, err := a.c.eth.PendingNonceAt(ctx, a.address)
	if err != nil {
		return
	}
	a.mu.Lock()
	gap := a.nonces.waits(pool) && a.nonces.gap(pool)
	a.mu.Unlock()
	if gap {
		a.fillGap(ctx)
	}
}

// spent reports whether tx's nonce went into a block and tx has no receipt.
func (a *Account) spent(ctx context.Context, tx *types.Transaction) bool {
	next, err := a.c.eth.NonceAt(ctx, a.address, nil)
	if err != nil || next <= tx.Nonce() {
		return false
	}
	_, err = a.c.eth.TransactionReceipt(ctx, tx.Hash())
	return errors.Is(err, ethereum.NotFound)
}

// miss counts a look in vain, and gives p up after several: another
// transaction took its place.
func (a *Account) miss(p *Pending) {
	p.mu.Lock()
	p.misses++
	gone := p.misses >= missesToDrop
	p.mu.Unlock()
	if gone {
		a.c.watch.remove(p)
		a.finish(p, StateDropped, nil, fmt.Errorf("transaction %s: %w", p.Hash(), ErrDropped))
	}
}

// noesToVoid is how often nodes must say that they will never take a
// transaction that was sent before, until its nonce is used up.
const noesToVoid = 3

// void gives up a transaction that may have reached some node and that this
// one refuses. Freeing its nonce could let both it and its successor look
// sent, so the nonce is used up by an empty transfer: whichever of the two is
// in a block decides, and p ends as Mined or as Dropped.
func (a *Account) void(ctx context.Context, p *Pending) {
	p.mu.Lock()
	p.noes++
	patient := p.noes < noesToVoid
	p.mu.Unlock()
	if patient {
		return
	}
	tip, most, err := a.c.gasPrice(ctx)
	if err != nil {
		return
	}
	filler, err := types.SignNewTx(a.key, a.signer, &types.DynamicFeeTx{
		ChainID: a.c.chainID, Nonce: p.transaction().Nonce(), GasTipCap: tip, GasFeeCap: most,
		Gas: transferGas, To: &a.address,
	})
	if err != nil {
		return
	}
	// If this fails too, the next round tries again.
	_ = a.c.eth.SendTransaction(ctx, filler)
}
