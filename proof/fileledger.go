//go:build unix

package proof

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// FileLedger is a ledger in one file, safe for several processes. Every count is
// on disk (synced, with its directory) before it is given out.
//
// The file names its own inode. A copy of it, such as a restored backup, has
// another one: the ledger then closes all epochs it knows, so that the next
// proof needs a new epoch, and counts restoreCharge openings of each root as
// used, for those the backup may not know of. A snapshot that is rolled back
// under a running machine keeps the inode and is not noticed: the counter is an
// operational guard, not a cryptographic one.
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
	Device  uint64                  `json:"device"`
	Inode   uint64                  `json:"inode"`
	Models  map[string]*modelLedger `json:"models"`
}

// modelLedger are the counts of one model.
type modelLedger struct {
	Opened uint64         `json:"opened"` // openings of the root used, also by lost epochs
	Closed uint64         `json:"closed"` // epochs up to this one give no more proofs
	Proofs map[uint64]int `json:"proofs"` // by epoch
}

// OpenEpoch counts an epoch.
func (l *FileLedger) OpenEpoch(model [32]byte, limit int) (number uint64, err error) {
	err = l.update(hex.EncodeToString(model[:]), func(m *modelLedger) error {
		if m.Opened >= uint64(limit) {
			return fmt.Errorf("%d epochs of the root: %w", limit, ErrBudget)
		}
		m.Opened++
		number = m.Opened
		return nil
	})
	return number, err
}

// Spend counts a proof.
func (l *FileLedger) Spend(model [32]byte, epoch uint64, budget int) (count int, err error) {
	err = l.update(hex.EncodeToString(model[:]), func(m *modelLedger) error {
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
		return nil
	})
	return count, err
}

// SpendSeal counts a use of a seal. A seal of a restored ledger has no use left.
func (l *FileLedger) SpendSeal(seal [32]byte, uses int) error {
	return l.update("seal "+hex.EncodeToString(seal[:]), func(m *modelLedger) error {
		if m.Closed > 0 {
			return fmt.Errorf("seal from before the ledger was restored: %w", ErrBudget)
		}
		if m.Proofs[0] >= uses {
			return fmt.Errorf("%d uses of a seal: %w", uses, ErrBudget)
		}
		m.Proofs[0]++
		return nil
	})
}

// update changes the counts of a model or seal under the file's lock.
func (l *FileLedger) update(id string, change func(m *modelLedger) error) error {
	lock, err := os.OpenFile(l.path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("%w: lock: %w", ErrLedger, err)
	}
	state, err := l.read()
	if err != nil {
		return err
	}
	if state.Models[id] == nil {
		state.Models[id] = &modelLedger{Proofs: map[uint64]int{}}
	}
	// A refusal still writes: what a restored file closed stays closed.
	refused := change(state.Models[id])
	if err := l.write(state); err != nil {
		return err
	}
	return refused
}

// read returns the state of the file, an empty one if there is none.
func (l *FileLedger) read() (*ledgerFile, error) {
	f, err := os.Open(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return &ledgerFile{Version: Version, Models: map[string]*modelLedger{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer f.Close()
	state := new(ledgerFile)
	if err := json.NewDecoder(f).Decode(state); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrLedger, l.path, err)
	}
	if state.Version != Version || state.Models == nil {
		return nil, fmt.Errorf("%w: %s: version %d, want %d",
			ErrLedger, l.path, state.Version, Version)
	}
	device, inode, err := identity(f)
	if err != nil {
		return nil, err
	}
	for _, m := range state.Models {
		if m.Proofs == nil {
			m.Proofs = map[uint64]int{}
		}
		if state.Device != device || state.Inode != inode {
			m.Opened += restoreCharge
			m.Closed = m.Opened
		}
	}
	return state, nil
}

// write replaces the file by one that names its own inode.
func (l *FileLedger) write(state *ledgerFile) error {
	dir := filepath.Dir(l.path)
	f, err := os.CreateTemp(dir, ".ledger-*")
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLedger, err)
	}
	defer os.Remove(f.Name()) // gone already after the rename
	defer f.Close()
	if state.Device, state.Inode, err = identity(f); err != nil {
		return err
	}
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
	return nil
}

// identity is the device and inode of an open file.
func identity(f *os.File) (device, inode uint64, err error) {
	info, err := f.Stat()
	if err != nil {
		return 0, 0, fmt.Errorf("%w: %w", ErrLedger, err)
	}
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, 0, fmt.Errorf("%w: %s has no inode", ErrLedger, f.Name())
	}
	return uint64(s.Dev), s.Ino, nil
}
