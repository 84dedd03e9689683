//go:build unix

package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FileLedger is a ledger in one file, safe for several processes. Every count is
// on disk (synced, with its directory) before it is given out.
//
// The lock file beside it has the digest of the ledger, its inode and the time of
// its last change, which no program can set back (where the system tells it). A
// restored backup does not fit, also one that is copied over the ledger in place,
// alone or with its lock file: the ledger then closes all epochs it knows, so that
// the next proof needs a new epoch, and counts restoreCharge openings of each root
// as used, for those the backup may not know of. So does a process that dies
// between the two files. A ledger without its lock file counts as restored; a lock
// file without its ledger is an error. A snapshot of the disk that is rolled back,
// or both files removed, is not noticed: the counter is an operational guard, not
// a cryptographic one.
type FileLedger struct {
	path string
}

// restoreCharge is how many openings of a root a restored ledger gives up.
const restoreCharge = 4

// ErrLedger says that a ledger's file cannot be read or is none.
var ErrLedger = errors.New("ledger of pads")

// NewFileLedger uses the file at path, which is made when something is counted.
func NewFileLedger(path string) *FileLedger { return &FileLedger{path: path} }

// ledgerFile is what the file holds.
type ledgerFile struct {
	Version int                     `json:"version"`
	Models  map[string]*modelLedger `json:"models"`
}

// modelLedger are the counts of one model, or of a seal, whose uses are proofs of 0.
type modelLedger struct {
	Opened uint64         `json:"opened"` // openings of the root used, also by lost epochs
	Closed uint64         `json:"closed"` // epochs up to this one give no more proofs
	Proofs map[uint64]int `json:"proofs"` // by epoch
}

// Start makes a model known, with nothing counted; nothing changes if it is known.
func (l *FileLedger) Start(model [32]byte) error {
	return l.update(func(state *ledgerFile) error {
		state.of(hex.EncodeToString(model[:]))
		return nil
	})
}

// Started errs with ErrLedger if a model is not known: then this is not the ledger
// its openings were counted in, as where a proving key came from a backup alone.
func (l *FileLedger) Started(model [32]byte) error {
	return l.update(func(state *ledgerFile) error {
		if state.Models[hex.EncodeToString(model[:])] == nil {
			return fmt.Errorf("%w: %s does not know model %x…", ErrLedger, l.path, model[:4])
		}
		return nil
	})
}

// OpenEpoch counts an epoch.
func (l *FileLedger) OpenEpoch(model [32]byte, limit int) (number uint64, err error) {
	err = l.update(func(state *ledgerFile) error {
		m := state.of(hex.EncodeToString(model[:]))
		if m.Opened >= uint64(limit) {
			return fmt.Errorf("%d epochs of the root: %w", limit, ErrBudget)
		}
		m.Opened++
		number = m.Opened
		return nil
	})
	return number, err
}

// Spend counts a proof. A seal of a restored ledger has no use left.
func (l *FileLedger) Spend(model [32]byte, epoch uint64, budget int, seals ...SealUse) (
	count int, err error) {
	err = l.update(func(state *ledgerFile) error {
		m := state.of(hex.EncodeToString(model[:]))
		used := map[string]int{}
		for _, s := range seals {
			id := "seal " + hex.EncodeToString(s.Seal[:])
			used[id]++
			switch seal := state.of(id); {
			case seal.Closed > 0:
				return fmt.Errorf("from before the ledger was restored: %w", ErrSealBudget)
			case seal.Proofs[0]+used[id] > s.Uses:
				return fmt.Errorf("%d uses: %w", s.Uses, ErrSealBudget)
			}
		}
		switch {
		case epoch == 0 || epoch > m.Opened:
			return fmt.Errorf("epoch %d is not of this ledger: %w", epoch, ErrBudget)
		case epoch <= m.Closed:
			return fmt.Errorf("epoch %d was closed when the ledger was restored: %w",
				epoch, ErrBudget)
		case m.Proofs[epoch] >= budget:
			return fmt.Errorf("%d proofs of epoch %d: %w", budget, epoch, ErrBudget)
		}
		m.Proofs[epoch]++
		count = m.Proofs[epoch]
		for id, n := range used {
			state.of(id).Proofs[0] += n
		}
		return nil
	})
	return count, err
}

// of are the counts of a model or seal, none if it is new.
func (s *ledgerFile) of(id string) *modelLedger {
	if s.Models[id] == nil {
		s.Models[id] = &modelLedger{Proofs: map[uint64]int{}}
	}
	return s.Models[id]
}

// update changes counts under the file's lock.
func (l *FileLedger) update(change func(state *ledgerFile) error) error {
	lock, err := os.OpenFile(l.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("%w: lock: %w", ErrLedger, err)
	}
	state, err := l.read(lock)
	if err != nil {
		return err
	}
	// A refusal still writes: what a restored file closed stays closed.
	refused := change(state)
	if err := l.write(state, lock); err != nil {
		return err
	}
	return refused
}

// read returns the state of the file, an empty one if there never was one.
func (l *FileLedger) read(lock *os.File) (*ledgerFile, error) {
	want := make([]byte, maxIdentity)
	n, err := lock.ReadAt(want, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: lock: %w", ErrLedger, err)
	}
	f, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		if n > 0 {
			return nil, fmt.Errorf("%w: %s is gone, and with it the count of what proofs "+
				"have revealed: commit to the model again", ErrLedger, l.path)
		}
		return &ledgerFile{Version: Version, Models: map[string]*modelLedger{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	state := new(ledgerFile)
	if err := json.Unmarshal(b, state); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrLedger, l.path, err)
	}
	if state.Version != Version || state.Models == nil {
		return nil, fmt.Errorf("%w: %s: version %d, want %d",
			ErrLedger, l.path, state.Version, Version)
	}
	have, err := identity(f, b)
	if err != nil {
		return nil, err
	}
	for _, m := range state.Models {
		if m.Proofs == nil {
			m.Proofs = map[uint64]int{}
		}
		if have != string(want[:n]) {
			m.Opened += restoreCharge
			m.Closed = m.Opened
		}
	}
	return state, nil
}

// write replaces the file, then notes in the lock which one it is. The note need
// not be durable before a proof leaves: if it is lost, the ledger counts as
// restored.
func (l *FileLedger) write(state *ledgerFile, lock *os.File) error {
	dir := filepath.Dir(l.path)
	f, err := os.CreateTemp(dir, ".ledger-*")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer os.Remove(f.Name()) // gone already after the rename
	defer f.Close()
	b, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	if _, err = f.Write(b); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(f.Name(), l.path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer d.Close()
	if err := d.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	note, err := identity(f, b)
	if err != nil {
		return err
	}
	if err = lock.Truncate(0); err == nil {
		_, err = lock.WriteAt([]byte(note), 0)
	}
	if err != nil {
		return fmt.Errorf("%w: lock: %w", ErrLedger, err)
	}
	return nil
}

// maxIdentity bounds the note in the lock file: three numbers and a digest.
const maxIdentity = 256

// identity names an open file with contents b: device, inode, time of its last
// change, digest. Inodes alone would not do, as a file system gives that of the
// last file but one to the next; nor times, which stand still for milliseconds.
func identity(f *os.File, b []byte) (string, error) {
	info, err := f.Stat()
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrLedger, err)
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return "", fmt.Errorf("%w: %s has no inode", ErrLedger, f.Name())
	}
	return fmt.Sprintf("%d %d %d %x", s.Dev, s.Ino, changed(s), sha256.Sum256(b)), nil
}
