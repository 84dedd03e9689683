package mcp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"agon/game/market"
	"agon/player/sizing"
)

// ledger is an allowance of 1 a call and 3 a day, five calls, at a settable time.
type ledger struct {
	*Allowance
	path string
	at   time.Time
}

func open(t *testing.T, path string, at time.Time) *ledger {
	t.Helper()
	l := &ledger{path: path, at: at}
	limits := Limits{PerCall: sizing.Amount(1), PerDay: sizing.Amount(3), Calls: 5}
	a, err := OpenAllowance(path, limits, func() time.Time { return l.at })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	l.Allowance = a
	return l
}

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func (l *ledger) try(t *testing.T, id string, n float64, want error) {
	t.Helper()
	if _, err := l.Reserve(id, "trade", sizing.Amount(n)); !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", id, err, want)
	}
}

func TestAllowance(t *testing.T) {
	l := open(t, filepath.Join(t.TempDir(), "spending.jsonl"), noon)
	l.try(t, "a", 1.5, ErrPerCall)
	l.try(t, "b", 1, nil)
	l.try(t, "b", 1, nil) // the same call again
	l.try(t, "c", 1, nil)
	l.try(t, "d", 0.75, nil)
	l.try(t, "e", 0.5, ErrPerDay)
	if err := l.Void("c"); err != nil {
		t.Fatal(err)
	}
	l.try(t, "e", 0.5, nil)

	// A restart forgets nothing.
	l.Close()
	l = open(t, l.path, noon.Add(23*time.Hour))
	if left, calls := l.Left(); coins(left) != "0.75" || calls != 2 {
		t.Errorf("after a restart %s and %d calls are left, want 0.75 and 2", coins(left), calls)
	}
	l.try(t, "f", 0.9, ErrPerDay)
	l.try(t, "g", 0, nil)
	l.try(t, "h", 0, nil)
	l.try(t, "i", 0, ErrCalls)

	// Nor does a clock that is set back help.
	l.at = noon.Add(-48 * time.Hour)
	l.try(t, "j", 0.9, ErrPerDay)

	// A day after it was spent it may be spent again, no sooner.
	l.at = noon.Add(day - time.Second)
	l.try(t, "k", 1, ErrPerDay)
	l.at = noon.Add(day)
	l.try(t, "k", 1, nil)
}

// A ledger cut anywhere by a crash opens, and never forgets a whole line.
func TestAllowanceTorn(t *testing.T) {
	dir := t.TempDir()
	l := open(t, filepath.Join(dir, "whole"), noon)
	l.try(t, "a", 1, nil)
	l.try(t, "b", 1, nil)
	whole, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) + 1 {
		path := filepath.Join(dir, fmt.Sprint(cut))
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(string(whole[:cut]), "\n")
		left, _ := open(t, path, noon).Left()
		if want := fmt.Sprint(3 - lines); coins(left) != want {
			t.Fatalf("cut at %d: %s is left, want %s", cut, coins(left), want)
		}
	}
	damaged := filepath.Join(dir, "damaged")
	if err := os.WriteFile(damaged, append([]byte("?\n"), whole...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAllowance(damaged, Limits{}, time.Now); !errors.Is(err, ErrLedger) {
		t.Errorf("damaged inside: %v, want ErrLedger", err)
	}
}

// However calls race, restart and are taken back, no 24 hours hold more than
// their limit.
func TestAllowanceNeverExceeded(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, seed))
	path := filepath.Join(t.TempDir(), "spending.jsonl")
	at := noon
	type spent struct {
		at time.Time
		n  market.Amount
	}
	var all []spent
	limits := Limits{PerCall: sizing.Amount(1), PerDay: sizing.Amount(3), Calls: 1000}
	for round := range 30 {
		a, err := OpenAllowance(path, limits, func() time.Time { return at })
		if err != nil {
			t.Fatal(err)
		}
		var mu sync.Mutex
		var calls sync.WaitGroup
		for i := range 8 {
			n, id := sizing.Amount(1.2*r.Float64()), fmt.Sprintf("%d/%d", round, i)
			void := r.IntN(3) == 0
			calls.Go(func() {
				if _, err := a.Reserve(id, "trade", n); err != nil {
					return
				}
				if void {
					if err := a.Void(id); err != nil {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				all = append(all, spent{at, n})
				mu.Unlock()
			})
		}
		calls.Wait()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Duration(r.IntN(10)) * time.Hour)
	}
	for _, last := range all {
		var sum market.Amount
		for _, s := range all {
			if !s.at.After(last.at) && s.at.After(last.at.Add(-day)) {
				sum.Add(&sum, &s.n)
			}
		}
		if sum.Gt(&limits.PerDay) {
			t.Fatalf("seed %d: %s in the day before %v", seed, coins(sum), last.at)
		}
	}
	if len(all) < 20 {
		t.Errorf("only %d sums were spent: the test tests nothing", len(all))
	}
}
