package client

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
)

// Journal remembers transactions across crashes. Every one is on disk before
// it is sent, so a program that is killed and started again sends the same
// bytes and not a second transaction. Close it when done; one process at a
// time may have it open.
//
// It is a file of JSON lines that only grows: a record for each signed
// transaction, one more when its fate is known. What is torn by a crash at the
// end of the file was never sent and is cut off. Opening rewrites the file with
// what still matters.
type Journal struct {
	mu      sync.Mutex
	path    string
	file    *os.File
	entries map[string]*entry // by id
	order   []string          // ids as first written
	genesis string            // of the chain the transactions are for
	lines   int               // in the file when it was read
}

// entry is a line of the journal. A later line of the same account and key
// replaces the earlier.
type entry struct {
	Genesis string         `json:"genesis,omitempty"` // only in the first line
	Account common.Address `json:"account,omitzero"`
	Key     string         `json:"key,omitempty"`
	Digest  common.Hash    `json:"digest,omitzero"` // of what was asked for
	Hash    common.Hash    `json:"hash,omitzero"`
	Raw     hexutil.Bytes  `json:"raw,omitempty"`  // the signed transaction, until its fate
	Fate    string         `json:"fate,omitempty"` // empty until final
}

// id is what an entry is replaced by.
func (e *entry) id() string { return e.Account.Hex() + "/" + e.Key }

var (
	// ErrJournalBusy reports a journal another process has open.
	ErrJournalBusy = errors.New("journal is open in another process")
	// ErrJournalCorrupt reports a journal damaged before its end.
	ErrJournalCorrupt = errors.New("journal is corrupt")
	// ErrOtherChain reports a journal that belongs to another chain.
	ErrOtherChain = errors.New("journal belongs to another chain")
)

const (
	maxLine  = 1 << 20 // bytes of a line: a transaction in hexadecimal
	maxMined = 100_000 // mined transactions remembered; older keys are forgotten
)

// OpenJournal opens the journal at path, making it if there is none.
func OpenJournal(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening journal: %w", err)
	}
	if err := lock(f); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	j := &Journal{path: path, file: f, entries: map[string]*entry{}}
	if err := j.load(); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return j, nil
}

// load reads the file, cuts off a torn end and drops what failed.
func (j *Journal) load() error {
	r := bufio.NewReaderSize(j.file, 1<<16)
	whole := int64(0)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading journal: %w", err)
		}
		var e entry
		if len(line) > maxLine || json.Unmarshal(line, &e) != nil {
			return fmt.Errorf("%w: byte %d", ErrJournalCorrupt, whole)
		}
		whole += int64(len(line))
		j.keep(&e)
	}
	if err := j.file.Truncate(whole); err != nil {
		return fmt.Errorf("cutting a torn line: %w", err)
	}
	return j.compact()
}

// keep applies a line to what is known.
func (j *Journal) keep(e *entry) {
	j.lines++
	if e.Genesis != "" {
		j.genesis = e.Genesis
		return
	}
	id := e.id()
	if old := j.entries[id]; old == nil {
		j.order = append(j.order, id)
	} else if e.Fate != "" {
		e.Hash, e.Digest = old.Hash, old.Digest
	}
	j.entries[id] = e
}

// compact rewrites the file without the transactions that failed, whose keys
// may be used again, and without the bytes of those that were mined.
func (j *Journal) compact() error {
	var order []string
	mined, lines := 0, 0
	for i := len(j.order) - 1; i >= 0; i-- {
		e := j.entries[j.order[i]]
		if e.Fate != "" {
			mined++
		}
		if e.Fate != "" && (e.Fate != StateMined.String() || mined > maxMined) {
			delete(j.entries, j.order[i])
			continue
		}
		order = append(order, j.order[i])
	}
	slices.Reverse(order)
	j.order = order
	if j.genesis != "" {
		lines++
	}
	if j.lines == lines+len(order) {
		return nil // nothing was replaced or dropped
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	if j.genesis != "" {
		if err := enc.Encode(entry{Genesis: j.genesis}); err != nil {
			return err
		}
	}
	for _, id := range order {
		if err := enc.Encode(j.entries[id]); err != nil {
			return err
		}
	}
	return j.replace(buf.Bytes())
}

// replace puts a new file in the journal's place. The lock moves with it: the
// new file is locked before it takes the name.
func (j *Journal) replace(content []byte) error {
	name := j.path
	f, err := os.OpenFile(name+".new", os.O_RDWR|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("rewriting journal: %w", err)
	}
	fail := func(err error) error {
		f.Close()
		return fmt.Errorf("rewriting journal: %w", err)
	}
	if err := lock(f); err != nil {
		return fail(err)
	}
	if _, err := f.Write(content); err != nil {
		return fail(err)
	}
	if err := f.Sync(); err != nil {
		return fail(err)
	}
	if err := os.Rename(name+".new", name); err != nil {
		return fail(err)
	}
	if dir, err := os.Open(filepath.Dir(name)); err == nil {
		err = dir.Sync()
		dir.Close()
		if err != nil {
			return fail(err)
		}
	}
	// The handle, and with it the lock, is of the new file whatever its name.
	j.file.Close()
	j.file = f
	return nil
}

// bind ties the journal to a chain by the hash of its first block, or checks
// that it is tied to it.
func (j *Journal) bind(genesis string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case j.genesis == genesis:
		return nil
	case j.genesis != "":
		return fmt.Errorf("%w: its first block is %s, not %s", ErrOtherChain, j.genesis, genesis)
	}
	return j.write(&entry{Genesis: genesis})
}

// record notes a signed transaction, before it is sent.
func (j *Journal) record(e entry) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.write(&e)
}

// fate notes what became of a transaction.
func (j *Journal) fate(account common.Address, key string, s State) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := &entry{Account: account, Key: key, Fate: s.String()}
	if old := j.entries[e.id()]; old != nil && old.Fate == e.Fate {
		return nil
	}
	return j.write(e)
}

// write appends a line and waits until it is on disk.
func (j *Journal) write(e *entry) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("writing journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("writing journal: %w", err)
	}
	j.keep(e)
	return nil
}

// of lists an account's entries in the order they were first written.
func (j *Journal) of(account common.Address) []entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	var own []entry
	for _, id := range j.order {
		if e := j.entries[id]; e.Account == account {
			own = append(own, *e)
		}
	}
	return own
}

// Close releases the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Close()
}
