package proof

import (
	"errors"
	"fmt"
	"sync"
)

// Errors of a verifier, one for each check before the protocol itself.
var (
	// ErrRange says that a key's range proof does not hold: its root is unusable.
	ErrRange = errors.New("range proof refused")
	// ErrEpoch says that an epoch is unknown, or its equality proof does not hold.
	ErrEpoch = errors.New("epoch refused")
	// ErrRefused says that a proof does not hold. It wraps the check that failed.
	ErrRefused = errors.New("proof refused")
)

// Verifier checks proofs of one model. It is safe for concurrent use.
type Verifier struct {
	key    *Key
	id     [32]byte
	mu     sync.RWMutex
	epochs map[uint64]*opened
}

// NewVerifier checks a key's program, parameters and range proof, once.
func NewVerifier(key *Key) (*Verifier, error) {
	if err := key.Program.Check(); err != nil {
		return nil, err
	}
	if err := checkRange(key); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRange, err)
	}
	return &Verifier{key: key, id: key.ID(), epochs: map[uint64]*opened{}}, nil
}

// AddEpoch checks an epoch's equality proof, once, and remembers the epoch.
func (v *Verifier) AddEpoch(e *EpochRecord) error {
	v.mu.RLock()
	known, err := v.knows(e)
	v.mu.RUnlock()
	if known || err != nil {
		return err
	}
	if e.Number < 1 {
		return fmt.Errorf("%w: epochs count from 1", ErrEpoch)
	}
	if err := checkEqual(v.key, e); err != nil {
		return fmt.Errorf("%w: %w", ErrEpoch, err)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	// Another record of the epoch may have been checked meanwhile.
	if known, err := v.knows(e); known || err != nil {
		return err
	}
	v.epochs[e.Number] = newOpened(v.key, e)
	return nil
}

// knows reports whether a record's epoch is remembered already; one of another root
// is an error. v is locked.
func (v *Verifier) knows(e *EpochRecord) (bool, error) {
	known := v.epochs[e.Number]
	if known != nil && known.work != e.Root {
		return false, fmt.Errorf("%w: epoch %d has another root", ErrEpoch, e.Number)
	}
	return known != nil, nil
}

// Verify checks a proof of a statement about this model in a known epoch. It is
// deterministic, and its work is bounded by Cost. A refusal wraps ErrRefused,
// ErrStatement or ErrEpoch and names the check that fired.
func (v *Verifier) Verify(s *Statement, proof []byte) error {
	if s.Model != v.id {
		return fmt.Errorf("%w: it names another model", ErrStatement)
	}
	if err := s.check(v.key.Program); err != nil {
		return err
	}
	v.mu.RLock()
	epoch := v.epochs[s.Epoch]
	v.mu.RUnlock()
	if epoch == nil {
		return fmt.Errorf("%w: epoch %d is not known: add its record first", ErrEpoch, s.Epoch)
	}
	f, body, err := openProof(v.key, s, proof)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := f.verify(epoch.begin(s, f.Header), epoch.work, s, body); err != nil {
		return fmt.Errorf("%w: %w", ErrRefused, err)
	}
	return nil
}

// openProof reads the first bytes of a proof and makes its frame.
func openProof(key *Key, s *Statement, proof []byte) (*frame, []byte, error) {
	if len(proof) > MaxProof {
		return nil, nil, fmt.Errorf("%w: %d bytes, at most %d", ErrEncoding, len(proof), MaxProof)
	}
	body, logMessage, logLength, err := witnessCode(proof)
	if err != nil {
		return nil, nil, err
	}
	h, fixed, err := s.header()
	if err != nil {
		return nil, nil, err
	}
	if fixed && (h.LogMessage != logMessage || h.LogLength != logLength) {
		return nil, nil, fmt.Errorf("%w: witness code is not that of the sealed columns", ErrHeader)
	}
	h.LogMessage, h.LogLength = logMessage, logLength
	f, err := newFrame(key.Program, key.Params, h)
	return f, body, err
}
