package mcp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"agon/game/market"
)

// Limits are what an agent may spend. Money counts when it may leave: the whole
// budget of a buy, the whole subsidy of a question. What comes back later does
// not count against it.
type Limits struct {
	PerCall market.Amount // 10⁻¹⁸ coin
	PerDay  market.Amount // in any 24 hours
	Calls   int           // transactions in any 24 hours: they cost gas
}

// DefaultCalls is a usual bound on transactions a day.
const DefaultCalls = 1000

// Why a call may not spend.
var (
	ErrPerCall = errors.New("more than one call may spend")
	ErrPerDay  = errors.New("more than is left for today")
	ErrCalls   = errors.New("no transaction is left for today")
	ErrLedger  = errors.New("the ledger of spending is damaged")
)

// day is the span of time over which spending is limited. It slides: midnight
// brings nothing.
const day = 24 * time.Hour

// Allowance keeps an account within its limits, across restarts: a file of JSON
// lines that only grows, each on disk before Reserve returns. A process that
// dies between that and the order has spent nothing and counts as if it had.
// It is safe for concurrent use; one process at a time may have it open, which
// the account's journal beside it sees to.
type Allowance struct {
	limits Limits
	now    func() time.Time

	mu      sync.Mutex
	file    *os.File
	entries []entry // of the last day, oldest first
}

// entry is a line of the ledger: a sum set aside, or, with Void, the news that
// it never left.
type entry struct {
	ID   string        `json:"id"`
	At   time.Time     `json:"at"`
	Tool string        `json:"tool,omitempty"`
	N    market.Amount `json:"amount"`
	Void bool          `json:"void,omitempty"`
}

// OpenAllowance opens a ledger, making it if there is none. A torn last line,
// left by a crash, was never acted on and is cut off.
func OpenAllowance(path string, limits Limits, now func() time.Time) (*Allowance, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the ledger of spending: %w", err)
	}
	a := &Allowance{limits: limits, now: now, file: f}
	if err := a.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return a, nil
}

// load reads the file.
func (a *Allowance) load() error {
	r := bufio.NewReader(a.file)
	whole := int64(0)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return a.file.Truncate(whole)
		}
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		var e entry
		in := json.NewDecoder(bytes.NewReader(line))
		in.DisallowUnknownFields()
		if err := in.Decode(&e); err != nil || e.ID == "" || e.At.IsZero() {
			return fmt.Errorf("%w at byte %d", ErrLedger, whole)
		}
		whole += int64(len(line))
		a.keep(e)
	}
}

// keep takes an entry in. It is not checked: what is on disk has happened.
func (a *Allowance) keep(e entry) {
	if !e.Void {
		a.entries = append(a.entries, e)
		return
	}
	for i := range a.entries {
		if a.entries[i].ID == e.ID {
			a.entries = append(a.entries[:i], a.entries[i+1:]...)
			return
		}
	}
}

// Reserve sets n aside under id before a transaction is signed, or refuses.
// The same id with the same sum is set aside once; fresh is false the second
// time.
func (a *Allowance) Reserve(id, tool string, n market.Amount) (fresh bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.entries {
		if e.ID == id && e.N.Eq(&n) {
			return false, nil
		}
	}
	left, calls := a.left()
	switch {
	case n.Gt(&a.limits.PerCall):
		return false, fmt.Errorf("%w: it would spend %s, the limit is %s", ErrPerCall, coins(n),
			coins(a.limits.PerCall))
	case n.Gt(&left):
		return false, fmt.Errorf("%w: it would spend %s, %s of %s in 24 hours is left", ErrPerDay,
			coins(n), coins(left), coins(a.limits.PerDay))
	case calls <= 0:
		return false, fmt.Errorf("%w: %d were sent in 24 hours", ErrCalls, a.limits.Calls)
	}
	e := entry{ID: id, At: a.now().UTC(), Tool: tool, N: n}
	if err := a.write(e); err != nil {
		return false, err
	}
	a.keep(e)
	return true, nil
}

// Void takes back what was set aside under id: it is certain that nothing left.
func (a *Allowance) Void(id string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := entry{ID: id, At: a.now().UTC(), Void: true}
	if err := a.write(e); err != nil {
		return err
	}
	a.keep(e)
	return nil
}

// write puts a line on disk.
func (a *Allowance) write(e entry) error {
	line, err := json.Marshal(&e)
	if err != nil {
		return fmt.Errorf("ledger of spending: %w", err)
	}
	if _, err := a.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("ledger of spending: %w", err)
	}
	if err := a.file.Sync(); err != nil {
		return fmt.Errorf("ledger of spending: %w", err)
	}
	return nil
}

// left is what may still be spent and sent now; a is locked. An entry from the
// future, of a clock that was set back, counts too.
func (a *Allowance) left() (market.Amount, int) {
	since := a.now().Add(-day)
	recent := a.entries[:0]
	for _, e := range a.entries {
		if e.At.After(since) {
			recent = append(recent, e)
		}
	}
	a.entries = recent
	var spent, left market.Amount
	for _, e := range a.entries {
		spent.Add(&spent, &e.N)
	}
	if a.limits.PerDay.Gt(&spent) {
		left.Sub(&a.limits.PerDay, &spent)
	}
	return left, a.limits.Calls - len(a.entries)
}

// Left is what may still be spent, in 10⁻¹⁸ coin, and how many transactions may
// still be sent.
func (a *Allowance) Left() (market.Amount, int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.left()
}

// Close releases the file.
func (a *Allowance) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.file.Close()
}
