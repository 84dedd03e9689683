package scan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/intent"
	"agon/guard/rules"
)

// maxPayees bounds the accounts that a history remembers.
const maxPayees = 1 << 16

// History remembers whom the user has paid, in a file on the user's machine.
type History struct {
	path   string
	mu     sync.RWMutex
	payees map[common.Address]bool
	dust   map[common.Address]bool
}

// historyFile is the form on disk.
type historyFile struct {
	Payees []common.Address `json:"payees"`
	Dust   []common.Address `json:"dust,omitempty"`
}

// OpenHistory reads a history; a file that is not there yet is an empty one. An
// empty path keeps it in memory only.
func OpenHistory(path string) (*History, error) {
	h := &History{path: path, payees: map[common.Address]bool{}, dust: map[common.Address]bool{}}
	if path == "" {
		return h, nil
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return nil, err
	}
	var f historyFile
	if err := json.Unmarshal(raw, &f); err != nil {
		return nil, fmt.Errorf("%s is not a history of payees: %w", path, err)
	}
	for _, a := range f.Payees {
		h.payees[a] = true
	}
	for _, a := range f.Dust {
		h.dust[a] = true
	}
	return h, nil
}

// View is a copy for one case.
func (h *History) View() rules.History {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return rules.History{Payees: maps.Clone(h.payees), Dust: maps.Clone(h.dust)}
}

// Remember notes the payees of a request that was signed. A payee whom a rule
// found to be false is not noted: that would make the next one look right.
func (h *History) Remember(r *Report) error {
	if r.Verdict.Severity >= rules.Danger {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	changed := false
	for _, a := range payees(r.Intent) {
		if !h.payees[a] && len(h.payees) < maxPayees {
			h.payees[a], changed = true, true
		}
	}
	if !changed || h.path == "" {
		return nil
	}
	return h.save()
}

func payees(in *intent.Intent) []common.Address {
	var out []common.Address
	for _, p := range in.Payments {
		out = append(out, p.To)
	}
	return out
}

// save writes the file whole and then puts it in place.
func (h *History) save() error {
	f := historyFile{}
	for a := range h.payees {
		f.Payees = append(f.Payees, a)
	}
	for a := range h.dust {
		f.Dust = append(f.Dust, a)
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(h.path), 0o700); err != nil {
		return err
	}
	temporary := h.path + ".new"
	if err := os.WriteFile(temporary, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(temporary, h.path)
}
