package zk

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"

	"agon/proof/code"
	"agon/proof/ff"
)

// ErrStore says that codewords could not be written to or read from disk.
var ErrStore = errors.New("codewords on disk")

// tileRows is how many rows are encoded, hashed and stored together: a column's
// part of a tile is one cache line.
const tileRows = 16

// tiles keeps codewords. In memory they stay as rows; on disk they lie column
// by column inside each tile, so that opening a column reads one run of bytes a
// tile.
type tiles struct {
	columns int
	rows    []ff.Vec // in memory: all rows
	file    *os.File // on disk
	count   int      // rows so far
}

// newTiles keeps codewords in memory, or in an unnamed file of a directory if
// one is given. The file is gone when the matrix is.
func newTiles(columns int, dir string) (*tiles, error) {
	t := &tiles{columns: columns}
	if dir == "" {
		return t, nil
	}
	f, err := os.CreateTemp(dir, ".codewords-*")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	// The name goes at once: codewords of weights are as secret as the weights.
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	t.file = f
	return t, nil
}

// add stores at most tileRows rows of canonical values; only the last call may
// give fewer. In memory the rows are kept, on disk they may be reused.
func (t *tiles) add(rows []ff.Vec) error {
	at := t.count
	t.count += len(rows)
	if t.file == nil {
		t.rows = append(t.rows, rows...)
		return nil
	}
	const cell = 4 * tileRows
	tile := make([]byte, t.columns*cell)
	code.Split(t.columns, 1<<10, func(from, to int) {
		for r, row := range rows {
			for j := from; j < to; j++ {
				binary.LittleEndian.PutUint32(tile[j*cell+4*r:], uint32(row[j]))
			}
		}
	})
	if _, err := t.file.WriteAt(tile, int64(at/tileRows)*int64(len(tile))); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}

// appendColumn appends the values of column j, little-endian.
func (t *tiles) appendColumn(dst []byte, j int) ([]byte, error) {
	if t.file == nil {
		for _, row := range t.rows {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(row[j]))
		}
		return dst, nil
	}
	const cell = 4 * tileRows
	var part [cell]byte
	for at := 0; at < t.count; at += tileRows {
		offset := (int64(at/tileRows)*int64(t.columns) + int64(j)) * cell
		if _, err := t.file.ReadAt(part[:], offset); err != nil {
			return dst, fmt.Errorf("%w: %w", ErrStore, err)
		}
		dst = append(dst, part[:4*min(tileRows, t.count-at)]...)
	}
	return dst, nil
}

// close gives the file's space back.
func (t *tiles) close() error {
	if t.file == nil {
		return nil
	}
	return t.file.Close()
}
