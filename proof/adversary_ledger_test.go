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
