package client

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/game/market"
)

// Account sends transactions of one key. It is safe for concurrent use; make
// one for a key and share it, since it alone knows the key's nonces in use.
type Account struct {
	c       *Client
	key     *ecdsa.PrivateKey
	address common.Address
	signer  types.Signer
	journal *Journal // nil: nothing outlives the process

	mu     sync.Mutex
	nonces nonces
	byKey  map[string]*Pending
}

// Tx says how to send a call. The zero value is right for most.
type Tx struct {
	// Key makes a call idempotent: a second call with the same key gives the
	// first one's Pending. Empty: a fresh random key.
	Key string
	// Value is how many coins go with the call. Only calls that say so take
	// any; nil leaves it to them.
	Value *market.Amount
	// Gas is the gas limit; 0 asks the node for an estimate, by which refusals
	// are known before anything is signed.
	Gas uint64
}

// Account makes the account of a key. With a journal, what an earlier process
// had sent and not seen mined is sent again at once; Unfinished lists it.
func (c *Client) Account(
	ctx context.Context, key *ecdsa.PrivateKey, journal *Journal,
) (*Account, error) {
	a := &Account{
		c: c, key: key, address: crypto.PubkeyToAddress(key.PublicKey),
		signer: types.LatestSignerForChainID(c.chainID), journal: journal,
		byKey: map[string]*Pending{},
	}
	if journal == nil {
		return a, nil
	}
	if err := c.bindJournal(ctx, journal); err != nil {
		return nil, err
	}
	if err := a.recover(ctx); err != nil {
		return nil, fmt.Errorf("recovering %s from the journal: %w", a.address, err)
	}
	return a, nil
}

// bindJournal ties a journal to this chain: after a development chain is
// wiped, old transactions would be valid on the new one. A node that no longer
// has the first block cannot be checked.
func (c *Client) bindJournal(ctx context.Context, j *Journal) error {
	var first *types.Header
	err := c.retry(ctx, func() (err error) {
		first, err = c.eth.HeaderByNumber(ctx, big.NewInt(1))
		return
	})
	switch {
	case errors.Is(err, ethereum.NotFound):
		return nil
	case err != nil:
		return fmt.Errorf("reading the first block: %w", err)
	}
	return j.bind(first.Hash().Hex())
}

// recover takes up what the journal has of this account.
func (a *Account) recover(ctx context.Context) error {
	if err := a.syncNonces(ctx); err != nil {
		return err
	}
	var unfinished []*Pending
	for _, e := range a.journal.of(a.address) {
		p := &Pending{
			account: a, key: e.Key, digest: e.Digest, hash: e.Hash, state: StatePending,
			done: make(chan struct{}),
		}
		a.byKey[e.Key] = p
		if e.Fate == "" {
			p.state, p.tx = StateSent, new(types.Transaction)
			if err := p.tx.UnmarshalBinary(e.Raw); err != nil {
				return fmt.Errorf("%w: transaction of key %q: %w", ErrJournalCorrupt, e.Key, err)
			}
			a.nonces.own(p.tx.Nonce())
			unfinished = append(unfinished, p)
		}
		a.c.watch.add(p, true)
	}
	for _, p := range unfinished {
		a.resubmit(ctx, p)
	}
	return nil
}

// Address is the account's address.
func (a *Account) Address() common.Address { return a.address }

// Client is the connection the account sends by.
func (a *Account) Client() *Client { return a.c }

// Unfinished lists the transactions whose fate is not known yet.
func (a *Account) Unfinished() []*Pending {
	a.mu.Lock()
	defer a.mu.Unlock()
	var list []*Pending
	for _, p := range a.byKey {
		if !p.State().Final() {
			list = append(list, p)
		}
	}
	return list
}

// send makes, signs, journals and sends a transaction, or gives the one that
// was sent under the same key. A refusal known before signing is returned as
// an error; everything later is the Pending's.
func (a *Account) send(
	ctx context.Context, to common.Address, data []byte, tx Tx,
) (*Pending, error) {
	if tx.Value == nil {
		tx.Value = new(market.Amount)
	}
	if tx.Key == "" {
		var b [16]byte
		rand.Read(b[:]) // never fails
		tx.Key = hex.EncodeToString(b[:])
	}
	digest := digestOf(to, data)
	if p, err := a.earlier(tx.Key, digest); p != nil || err != nil {
		return p, err
	}
	if tx.Gas == 0 {
		gas, err := a.c.estimate(ctx, a.address, to, data, tx.Value.ToBig())
		if err != nil {
			return nil, err
		}
		tx.Gas = gas
	}
	tip, most, err := a.c.gasPrice(ctx)
	if err != nil {
		return nil, err
	}
	body := &types.DynamicFeeTx{
		ChainID: a.c.chainID, GasTipCap: tip, GasFeeCap: most, Gas: tx.Gas, To: &to,
		Value: tx.Value.ToBig(), Data: data,
	}
	p, fresh, err := a.sign(ctx, tx.Key, digest, body)
	if err != nil || !fresh {
		return p, err
	}
	return p, a.submit(ctx, p)
}

// digestOf names what is asked for under a key. The value is left out: it may
// depend on a balance that has changed since.
func digestOf(to common.Address, data []byte) [32]byte {
	return sha256.Sum256(append(to.Bytes(), data...))
}

// earlier finds what was sent under key. What was refused or dropped changed
// nothing, so its key is free again.
func (a *Account) earlier(key string, digest [32]byte) (*Pending, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.byKey[key]
	if p == nil || p.State() == StateRefused || p.State() == StateDropped {
		return nil, nil
	}
	if p.digest != digest {
		return nil, fmt.Errorf("%w: %q", ErrKeyReused, key)
	}
	return p, nil
}

// estimateMargin is added to estimates, in percent: another's transaction may
// change the state first.
const estimateMargin = 30

// estimate asks how much gas a call needs, and so whether it is refused.
func (c *Client) estimate(
	ctx context.Context, from, to common.Address, data []byte, value *big.Int,
) (uint64, error) {
	var gas uint64
	err := c.retry(ctx, func() (err error) {
		msg := ethereum.CallMsg{From: from, To: &to, Value: value, Data: data}
		gas, err = c.eth.EstimateGas(ctx, msg)
		return c.decodeRevert(err)
	})
	return gas + gas*estimateMargin/100, err
}

// sign gives body the next nonce, signs it and writes it to the journal. If
// another goroutine was first with the key, it gives that one's Pending.
func (a *Account) sign(
	ctx context.Context, key string, digest [32]byte, body *types.DynamicFeeTx,
) (p *Pending, fresh bool, err error) {
	if err := a.knowNonces(ctx); err != nil {
		return nil, false, err
	}
	if p, err := a.earlier(key, digest); p != nil || err != nil {
		return p, false, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if other := a.byKey[key]; other != nil && !other.State().Final() {
		return other, false, nil
	}
	body.Nonce = a.nonces.take()
	tx, err := types.SignNewTx(a.key, a.signer, body)
	if err == nil {
		err = a.write(key, digest, tx)
	}
	if err != nil {
		a.nonces.free(body.Nonce)
		return nil, false, err
	}
	p = &Pending{
		account: a, key: key, digest: digest, hash: tx.Hash(), tx: tx, sent: time.Now(),
		done: make(chan struct{}),
	}
	a.byKey[key] = p
	a.c.watch.add(p, false)
	return p, true, nil
}

// write puts a signed transaction into the journal, if there is one.
func (a *Account) write(key string, digest [32]byte, tx *types.Transaction) error {
	raw, err := tx.MarshalBinary()
	if err != nil {
		return fmt.Errorf("encoding a transaction: %w", err)
	}
	if len(raw) > a.c.opts.MaxTxBytes {
		return fmt.Errorf("transaction of %d bytes, at most %d fit", len(raw), a.c.opts.MaxTxBytes)
	}
	if a.journal == nil {
		return nil
	}
	return a.journal.record(entry{
		Account: a.address, Key: key, Digest: digest, Hash: tx.Hash(), Raw: raw,
	})
}

// knowNonces asks for the account's nonce once.
func (a *Account) knowNonces(ctx context.Context) error {
	a.mu.Lock()
	known := a.nonces.known
	a.mu.Unlock()
	if known {
		return nil
	}
	return a.syncNonces(ctx)
}

// syncNonces hears from the node which nonces are in blocks and in its pool.
func (a *Account) syncNonces(ctx context.Context) error {
	var floor, pool uint64
	err := a.c.retry(ctx, func() (err error) {
		if floor, err = a.c.eth.NonceAt(ctx, a.address, nil); err == nil {
			pool, err = a.c.eth.PendingNonceAt(ctx, a.address)
		}
		return
	})
	if err != nil {
		return fmt.Errorf("nonce of %s: %w", a.address, err)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.nonces.sync(floor, pool)
	return nil
}

// finish makes a transaction's fate known: to those who wait, the journal and
// the nonces.
func (a *Account) finish(p *Pending, s State, r *types.Receipt, why error) {
	if a.journal != nil {
		if err := a.journal.fate(a.address, p.key, s); err != nil {
			why = errors.Join(why, err)
		}
	}
	if tx := p.transaction(); tx != nil && r != nil {
		a.mu.Lock()
		a.nonces.done(tx.Nonce())
		a.mu.Unlock()
	}
	p.finish(s, r, why)
}
