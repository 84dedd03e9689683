//go:build unix

package proof

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestLedgerCopiedInPlace restores a backup by copying it over the ledger, which
// keeps the inode: after two writes it is even the one the backup was made of.
func TestLedgerCopiedInPlace(t *testing.T) {
	model := [32]byte{7}
	for writes := 1; writes <= 6; writes++ {
		path := filepath.Join(t.TempDir(), "pads.json")
		l := NewFileLedger(path)
		if _, err := l.OpenEpoch(model, 20); err != nil {
			t.Fatal(err)
		}
		backup, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for range writes {
			if _, err := l.Spend(model, 1, 8); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.WriteFile(path, backup, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Spend(model, 1, 8); !errors.Is(err, ErrBudget) {
			t.Errorf("a backup from %d proofs ago goes on counting: %v", writes, err)
		}
	}
}

// TestSealsWithEpochs: a proof and its seals are counted together or not at all. A
// used-up epoch takes no use of a seal, so that the proof can be made in another
// one; a used-up seal takes no proof of an epoch.
func TestSealsWithEpochs(t *testing.T) {
	model, a, b := [32]byte{7}, SealUse{[32]byte{1}, 1}, SealUse{[32]byte{2}, 2}
	for name, l := range map[string]Ledger{
		"memory": NewMemoryLedger(),
		"file":   NewFileLedger(filepath.Join(t.TempDir(), "pads.json")),
	} {
		for range 2 {
			if _, err := l.OpenEpoch(model, 20); err != nil {
				t.Fatal(err)
			}
		}
		for i, c := range []struct {
			epoch uint64
			seals []SealUse
			want  error
		}{
			{1, nil, nil},
			{1, []SealUse{a, b}, ErrBudget},        // one proof an epoch: nothing is taken
			{2, []SealUse{b, b, b}, ErrSealBudget}, // three of two uses: nothing is taken
			{2, []SealUse{a, b}, nil},
			{2, []SealUse{a}, ErrSealBudget}, // before the epoch's
			{2, []SealUse{b}, ErrBudget},
		} {
			_, err := l.Spend(model, c.epoch, 1, c.seals...)
			if !errors.Is(err, c.want) || c.want == ErrBudget && errors.Is(err, ErrSealBudget) {
				t.Errorf("%s, step %d: %v, want %v", name, i, err, c.want)
			}
		}
	}
}

// TestLedgerGone removes the ledger, or its lock file, which says what it was.
func TestLedgerGone(t *testing.T) {
	model := [32]byte{7}
	path := filepath.Join(t.TempDir(), "pads.json")
	l := NewFileLedger(path)
	if _, err := l.OpenEpoch(model, 20); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path + ".lock"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Spend(model, 1, 8); !errors.Is(err, ErrBudget) {
		t.Errorf("without its lock file the ledger goes on counting: %v", err)
	}
	if _, err := l.OpenEpoch(model, 20); err != nil {
		t.Errorf("a new epoch: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := l.OpenEpoch(model, 20); !errors.Is(err, ErrLedger) {
		t.Errorf("a ledger that is gone counts from 1 again: %v", err)
	}
}
