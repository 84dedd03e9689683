package proof

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"
)

// Ledger counts what must never be used twice: openings of registered roots and
// proofs of epochs. Each method records durably before it returns, so that a
// proof that leaves is a proof that was counted. A ledger that may have lost
// entries (a restored backup, a copied disk) must answer ErrBudget or a new
// epoch, never an old count: see FileLedger.
type Ledger interface {
	// OpenEpoch takes one of limit openings of a model's root and returns the
	// number of the new epoch, counting from 1.
	OpenEpoch(model [32]byte, limit int) (uint64, error)
	// Spend takes one of budget proofs of an epoch and returns how many were
	// taken, this one included; and with it one use of each seal, all of it or
	// nothing. It errs with ErrSealBudget, before ErrBudget, if a seal is used up.
	Spend(model [32]byte, epoch uint64, budget int, seals ...SealUse) (int, error)
}

// SealUse is a use of a sealed column, of so many it has pads for.
type SealUse struct {
	Seal [32]byte // SealID
	Uses int
}

// SealID names a sealed column in a ledger.
func SealID(s *Sealed) [32]byte {
	w := writer{buf: []byte("agon-seal-1")}
	s.encode(&w)
	return sha256.Sum256(w.buf)
}

// MemoryLedger is a ledger of one process: its epochs must not be used by
// another one, nor saved.
type MemoryLedger struct {
	mu     sync.Mutex
	epochs map[[32]byte]uint64
	proofs map[[40]byte]int
	seals  map[[32]byte]int
}

// NewMemoryLedger returns an empty ledger.
func NewMemoryLedger() *MemoryLedger {
	return &MemoryLedger{epochs: map[[32]byte]uint64{}, proofs: map[[40]byte]int{},
		seals: map[[32]byte]int{}}
}

// OpenEpoch counts an epoch.
func (l *MemoryLedger) OpenEpoch(model [32]byte, limit int) (uint64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epochs[model] >= uint64(limit) {
		return 0, fmt.Errorf("%d epochs of the root: %w", limit, ErrBudget)
	}
	l.epochs[model]++
	return l.epochs[model], nil
}

// Spend counts a proof.
func (l *MemoryLedger) Spend(model [32]byte, epoch uint64, budget int, seals ...SealUse) (
	int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	used := map[[32]byte]int{}
	for _, s := range seals {
		used[s.Seal]++
		if l.seals[s.Seal]+used[s.Seal] > s.Uses {
			return 0, fmt.Errorf("%d uses: %w", s.Uses, ErrSealBudget)
		}
	}
	if epoch == 0 || epoch > l.epochs[model] {
		return 0, fmt.Errorf("epoch %d is not of this ledger: %w", epoch, ErrBudget)
	}
	var id [40]byte
	copy(id[:], model[:])
	binary.LittleEndian.PutUint64(id[32:], epoch)
	if l.proofs[id] >= budget {
		return 0, fmt.Errorf("%d proofs of epoch %d: %w", budget, epoch, ErrBudget)
	}
	l.proofs[id]++
	for _, s := range seals {
		l.seals[s.Seal]++
	}
	return l.proofs[id], nil
}
