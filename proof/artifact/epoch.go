package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"agon/proof"
)

// Epochs are the epochs of a model in a folder: a record for everybody and a
// seed for the prover, for each.
//
//	epoch-3f9ae7b2-1.bin    record: goes to those who verify, once for all its proofs
//	epoch-3f9ae7b2-1.seed   secret
type Epochs struct {
	Dir   string
	Model [32]byte // id of the key
}

const seedMagic = "agon epoch seed 1\n"

// Name is the file name of an epoch's record.
func (e Epochs) Name(number uint64) string {
	return fmt.Sprintf("epoch-%x-%d.bin", e.Model[:4], number)
}

// Record reads an epoch's record.
func (e Epochs) Record(number uint64) (*proof.EpochRecord, error) {
	return ReadEpoch(filepath.Join(e.Dir, e.Name(number)))
}

// ReadEpoch reads an epoch's record from a file.
func ReadEpoch(path string) (*proof.EpochRecord, error) {
	b, err := Read(path, MaxEpoch)
	if err != nil {
		return nil, err
	}
	var r proof.EpochRecord
	if err := r.UnmarshalBinary(b); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrFile, filepath.Base(path), err)
	}
	return &r, nil
}

// Save writes record and seed of an epoch, before any proof leaves it.
func (e Epochs) Save(epoch *proof.Epoch) error {
	record, err := epoch.Record.MarshalBinary()
	if err != nil {
		return err
	}
	path, seed := filepath.Join(e.Dir, e.Name(epoch.Record.Number)), epoch.Seed()
	if err := WriteSecret(seedPath(path), parts(seedMagic, e.Model[:], seed[:])); err != nil {
		return err
	}
	return Write(path, record)
}

// Last is the epoch with the highest number, remade; nil if there is none.
func (e Epochs) Last(m *proof.Model) (*proof.Epoch, error) {
	entries, err := os.ReadDir(e.Dir)
	if err != nil {
		return nil, err
	}
	last := uint64(0)
	for _, entry := range entries {
		name, isSeed := strings.CutSuffix(entry.Name(), ".seed")
		text, ours := strings.CutPrefix(name, fmt.Sprintf("epoch-%x-", e.Model[:4]))
		if n, err := strconv.ParseUint(text, 10, 64); isSeed && ours && err == nil {
			last = max(last, n)
		}
	}
	if last == 0 {
		return nil, nil
	}
	record, err := e.Record(last)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // died between the two files: no proof left this epoch
	}
	if err != nil {
		return nil, err
	}
	b, err := Read(seedPath(filepath.Join(e.Dir, e.Name(last))), 1<<10)
	if err != nil {
		return nil, err
	}
	p, err := split("epoch seed", seedMagic, b, 1<<10, 2)
	if err != nil {
		return nil, err
	}
	if string(p[0]) != string(e.Model[:]) || len(p[1]) != 32 {
		return nil, fmt.Errorf("%w: epoch seed of another model", ErrFile)
	}
	return m.ResumeEpoch(record, [32]byte(p[1]))
}

func seedPath(record string) string { return strings.TrimSuffix(record, ".bin") + ".seed" }
