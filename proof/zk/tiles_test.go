package zk

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
)

// source is a matrix of rows that are not a multiple of a tile.
func source(rows int, c code.Code) Source {
	return Source{Rows: rows,
		Message: func(r int, dst ff.Vec) {
			for i := range dst {
				dst[i] = ff.New(uint32(r*1000 + i))
			}
		},
		Slots: func(r int, dst ff.Vec) { dst[0] = ff.New(uint32(r)) },
	}
}

// TestStoresAgree commits in memory and on disk: equal roots and openings, and
// no name in the directory.
func TestStoresAgree(t *testing.T) {
	c := code.Code{LogMessage: 3, Slots: 1, Pads: 6, LogLength: 6}
	for _, rows := range []int{1, 16, 17, 40, 300} { // 300 rows: leaves of two chunks
		dir := t.TempDir()
		var roots []code.Digest
		var openings [][]byte
		indices := []int{0, 3, 17, 62, 63}
		for _, d := range []string{"", dir} {
			pads, salts := NewStream([]byte("pads")), NewStream([]byte("salts"))
			m, err := CommitMatrix(code.KindEpoch, c, source(rows, c), pads, salts, d)
			if err != nil {
				t.Fatal(err)
			}
			b, err := m.AppendOpening(nil, indices)
			if err != nil {
				t.Fatal(err)
			}
			o, rest, err := code.ReadOpening(b, m.Root(), code.KindEpoch, c.LogLength, rows, indices)
			if err != nil || len(rest) > 0 {
				t.Fatalf("%d rows: %v", rows, err)
			}
			row := make(ff.Vec, c.Dimension())
			message := make(ff.Vec, c.Message())
			source(rows, c).Message(rows-1, message)
			c.Coefficients(row, message, m.tails[rows-1])
			if have, want := o.Columns[2][rows-1], row.Eval(c.Point(17)); have != want {
				t.Errorf("%d rows: column 17 ends in %v, want %v", rows, have, want)
			}
			roots, openings = append(roots, m.Root()), append(openings, b)
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if roots[0] != roots[1] || !bytes.Equal(openings[0], openings[1]) {
			t.Errorf("%d rows: memory and disk differ", rows)
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
			t.Errorf("%d files with codewords left, %v", len(names), err)
		}
	}
}

// TestStoreFails reports directories that are none and files that are closed.
func TestStoreFails(t *testing.T) {
	c := code.Code{LogMessage: 2, Slots: 1, Pads: 2, LogLength: 5}
	pads, salts := NewStream([]byte("pads")), NewStream([]byte("salts"))
	nowhere := filepath.Join(t.TempDir(), "none")
	if _, err := CommitMatrix(code.KindEpoch, c, source(2, c), pads, salts, nowhere); !errors.Is(err,
		ErrStore) {
		t.Errorf("have %v, want %v", err, ErrStore)
	}
	m, err := CommitMatrix(code.KindEpoch, c, source(2, c), pads, salts, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := m.AppendOpening(nil, []int{1}); !errors.Is(err, ErrStore) {
		t.Errorf("have %v, want %v", err, ErrStore)
	}
}
