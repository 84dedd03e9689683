package outlay

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/gofrs/flock"

	"agon/guard/intent"
	"agon/guard/rules"
)

// Refusals.
var (
	// ErrOver says that a request would break a limit: nothing was booked.
	ErrOver = errors.New("over the policy's limits")
	// ErrDamaged says that the file cannot be read: nothing may be spent until
	// somebody has looked at it.
	ErrDamaged = errors.New("the file of what was spent is damaged")
)

// window is the day of a daily limit: any 24 hours, so that midnight does not
// double it.
const window = 24 * time.Hour

// maxEntries bounds the file; a wallet that pays more often has to wait.
const maxEntries = 100_000

// entry is one amount that was let pass.
type entry struct {
	At    time.Time      `json:"at"`
	Payee common.Address `json:"payee"`
	Token common.Address `json:"token"`
	Units *big.Int       `json:"units"`
	// ID is the same for a request that may come again and takes effect once,
	// such as a signed transaction; "" for others.
	ID string `json:"id,omitempty"`
}

// Ledger is a policy with its sums. It is safe for concurrent use.
type Ledger struct {
	policy rules.Policy
	file   string // "": in memory
	lock   *flock.Flock

	mu      sync.Mutex
	entries []entry
	// The clock may be set while the process runs: only the time that has passed
	// since opened counts, by the monotonic clock.
	opened time.Time
	since  func() time.Duration
}

// Open reads what was spent under a policy.
func Open(policy rules.Policy, file string) (*Ledger, error) {
	opened := time.Now()
	p := &Ledger{
		policy: policy, file: file, opened: opened.Round(0),
		since: func() time.Duration { return time.Since(opened) },
	}
	if file == "" {
		return p, nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return nil, err
	}
	p.lock = flock.New(file + ".lock")
	return p, p.read()
}

// now never runs backwards past what is written: a clock that was set back
// makes entries last longer and not shorter.
func (p *Ledger) now() time.Time {
	now := p.opened.Add(p.since())
	for _, e := range p.entries {
		if e.At.After(now) {
			now = e.At
		}
	}
	return now
}

// read takes over what the file has.
func (p *Ledger) read() error {
	if p.file == "" {
		return nil
	}
	raw, err := os.ReadFile(p.file)
	if errors.Is(err, fs.ErrNotExist) {
		p.entries = nil
		return nil
	}
	if err != nil {
		return err
	}
	var list []entry
	if err := json.Unmarshal(raw, &list); err != nil {
		return fmt.Errorf("%w: %s: %w; mend or remove it", ErrDamaged, p.file, err)
	}
	for _, e := range list {
		if e.Units == nil || e.Units.Sign() < 0 {
			return fmt.Errorf("%w: %s has an entry without an amount; mend or remove it",
				ErrDamaged, p.file)
		}
	}
	p.entries = list
	return nil
}

// write puts the entries on the disk before anything passes.
func (p *Ledger) write(list []entry) error {
	if p.file == "" {
		return nil
	}
	raw, err := json.Marshal(list)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(p.file+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(p.file+".new", p.file)
}

// sums is the policy with what has left in the window before now.
func (p *Ledger) sums(now time.Time) *rules.Policy {
	out := p.policy
	out.Spent = map[common.Address]*big.Int{}
	out.Paid = map[rules.Outgo]*big.Int{}
	for _, e := range p.entries {
		if now.Sub(e.At) >= window {
			continue
		}
		o := rules.Outgo{Payee: e.Payee, Token: e.Token}
		if out.Spent[e.Token] == nil {
			out.Spent[e.Token] = new(big.Int)
		}
		if out.Paid[o] == nil {
			out.Paid[o] = new(big.Int)
		}
		out.Spent[e.Token].Add(out.Spent[e.Token], e.Units)
		out.Paid[o].Add(out.Paid[o], e.Units)
	}
	return &out
}

// Policy gives the policy with the sums as they are now. If the file cannot be
// read, nothing is allowed.
func (p *Ledger) Policy() *rules.Policy {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.read(); err != nil {
		return &rules.Policy{Payees: map[common.Address]bool{}}
	}
	return p.sums(p.now())
}

// Book counts a request that is about to pass, and is on the disk when it
// returns. ErrOver says that others were quicker and it must not pass. Forced
// requests, which a person has released, are counted whatever the limits say.
// An id that was booked in the window is not counted twice.
func (p *Ledger) Book(in *intent.Intent, id string, forced bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lock != nil {
		if err := p.lock.Lock(); err != nil {
			return err
		}
		defer p.lock.Unlock()
	}
	if err := p.read(); err != nil {
		return err
	}
	now := p.now()
	var list []entry
	for _, e := range p.entries {
		if now.Sub(e.At) < window {
			list = append(list, e)
			if id != "" && e.ID == id {
				return nil
			}
		}
	}
	if over := p.sums(now).Over(in); len(over) > 0 && !forced {
		return fmt.Errorf("%w: %s", ErrOver, over[0].Reason)
	}
	for _, o := range rules.Outgoes(in) {
		list = append(list, entry{now, o.Payee, o.Token, o.Amount, id})
	}
	if len(list) > maxEntries {
		return fmt.Errorf("%w: %d payments in a day", ErrOver, maxEntries)
	}
	if err := p.write(list); err != nil {
		return err
	}
	p.entries = list
	return nil
}
