//go:build unix

package proof

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestFileLedger counts across reopened ledgers and refuses beyond the budget.
func TestFileLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pads.json")
	model := [32]byte{7}
	for want := uint64(1); want <= 3; want++ {
		if have, err := NewFileLedger(path).OpenEpoch(model, 3); err != nil || have != want {
			t.Fatalf("epoch %d, %v, want %d", have, err, want)
		}
	}
	if _, err := NewFileLedger(path).OpenEpoch(model, 3); !errors.Is(err, ErrBudget) {
		t.Errorf("fourth of three epochs: %v", err)
	}
	for want := 1; want <= 2; want++ {
		if have, err := NewFileLedger(path).Spend(model, 2, 2); err != nil || have != want {
			t.Fatalf("proof %d, %v, want %d", have, err, want)
		}
	}
	for _, epoch := range []uint64{0, 2, 4} {
		if _, err := NewFileLedger(path).Spend(model, epoch, 2); !errors.Is(err, ErrBudget) {
			t.Errorf("epoch %d: %v, want %v", epoch, err, ErrBudget)
		}
	}
	if _, err := NewFileLedger(path).Spend([32]byte{8}, 1, 2); !errors.Is(err, ErrBudget) {
		t.Errorf("unknown model: %v", err)
	}
}

// TestStartedLedger: a ledger says whether it is the one a model was counted in.
func TestStartedLedger(t *testing.T) {
	path, model := filepath.Join(t.TempDir(), "pads.json"), [32]byte{7}
	l := NewFileLedger(path)
	for range 2 { // looking does not make it known
		if err := l.Started(model); !errors.Is(err, ErrLedger) {
			t.Errorf("a model nobody counted for: %v, want %v", err, ErrLedger)
		}
	}
	if err := l.Start(model); err != nil {
		t.Fatal(err)
	}
	if _, err := l.OpenEpoch(model, 2); err != nil {
		t.Fatal(err)
	}
	if err := l.Start(model); err != nil {
		t.Fatal(err)
	}
	if n, err := l.OpenEpoch(model, 2); err != nil || n != 2 {
		t.Errorf("epoch %d after a second start (%v), want 2", n, err)
	}
	if err := l.Started(model); err != nil {
		t.Error(err)
	}
}

// TestRestoredLedger copies the file away and back, as a backup would: epochs
// are closed, openings charged, new epochs work.
func TestRestoredLedger(t *testing.T) {
	dir := t.TempDir()
	path, backup := filepath.Join(dir, "pads.json"), filepath.Join(dir, "backup")
	model := [32]byte{7}
	l := NewFileLedger(path)
	if _, err := l.OpenEpoch(model, 20); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(backup, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Spend(model, 1, 8); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(backup, path); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Spend(model, 1, 8); !errors.Is(err, ErrBudget) {
		t.Fatalf("a restored ledger still spends its epoch: %v", err)
	}
	epoch, err := l.OpenEpoch(model, 20)
	if err != nil || epoch != 1+restoreCharge+1 {
		t.Fatalf("epoch %d, %v, want %d", epoch, err, 2+restoreCharge)
	}
	if _, err := l.Spend(model, epoch, 8); err != nil {
		t.Errorf("new epoch after a restore: %v", err)
	}
	if _, err := l.Spend(model, 1, 8); !errors.Is(err, ErrBudget) {
		t.Errorf("the old epoch opened again: %v", err)
	}
}

// TestSharedLedger spends from many goroutines, each with its own ledger.
func TestSharedLedger(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pads.json")
	model := [32]byte{1}
	if _, err := NewFileLedger(path).OpenEpoch(model, 1); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	seen := map[int]bool{}
	for range 6 {
		group.Go(func() {
			for range 4 {
				count, err := NewFileLedger(path).Spend(model, 1, 20)
				mu.Lock()
				switch {
				case err == nil && !seen[count]:
					seen[count] = true
				case !errors.Is(err, ErrBudget):
					t.Errorf("proof %d: %v", count, err)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	if len(seen) != 20 {
		t.Errorf("%d proofs of 20", len(seen))
	}
}

// TestResume continues an epoch in another process, and refuses another seed.
func TestResume(t *testing.T) {
	n, s := small(t)
	again, err := Open(s.model.Key, n.weights, s.model.secret)
	if err != nil {
		t.Fatal(err)
	}
	e, err := again.ResumeEpoch(s.epoch.Record, s.epoch.Seed())
	if err != nil {
		t.Fatal(err)
	}
	w := n.evaluate(n.inputs(newRand(t, 3), 1))
	st := n.statement(w, 1, Private, Public)
	b, err := again.Prove(e, s.ledger, st, w)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.verifier.Verify(st, b); err != nil {
		t.Error(err)
	}
	seed := s.epoch.Seed()
	seed[0] ^= 1
	if _, err := again.ResumeEpoch(s.epoch.Record, seed); !errors.Is(err, ErrEpoch) {
		t.Errorf("another seed: %v, want %v", err, ErrEpoch)
	}
	other := s.model.secret
	other.Commit[0] ^= 1
	if _, err := Open(s.model.Key, n.weights, other); !errors.Is(err, ErrKey) {
		t.Errorf("another commit seed: %v, want %v", err, ErrKey)
	}
}
