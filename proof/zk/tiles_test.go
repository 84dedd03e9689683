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

// random are pads and salts that are equal each time.
func random(again bool) Random {
	pads := func() *Stream { return NewStream([]byte("pads")) }
	return Random{Pads: pads, Again: again, Salts: NewSalter([]byte("salts"))}
}

// TestSalter: salts are equal one by one and all together.
func TestSalter(t *testing.T) {
	s := NewSalter([]byte("x"))
	all := s.All(300)
	for j := range 300 {
		if have := s.Append(nil, j); !bytes.Equal(have, all[j*code.SaltBytes:][:code.SaltBytes]) {
			t.Fatalf("salt %d differs", j)
		}
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
		var folds []ff.ExtVec
		indices := []int{0, 3, 17, 62, 63}
		for _, d := range []string{"", dir} {
			rnd := random(d != "")
			m, err := CommitMatrix(code.KindEpoch, c, source(rows, c), rnd, d)
			if err != nil {
				t.Fatal(err)
			}
			b, err := m.AppendOpening(nil, indices)
			if err != nil {
				t.Fatal(err)
			}
			o, rest, err := code.ReadOpening(b, m.Root(), code.KindEpoch, c.LogLength, rows,
				indices)
			if err != nil || len(rest) > 0 {
				t.Fatalf("%d rows: %v", rows, err)
			}
			row := make(ff.Vec, c.Dimension())
			message := make(ff.Vec, c.Message())
			source(rows, c).Message(rows-1, message)
			pads := rnd.Pads()
			for range rows - 1 {
				pads.Fill(make(ff.Vec, c.Pads))
			}
			c.Coefficients(row, message, m.tail(rows-1, pads))
			if have, want := o.Columns[2][rows-1], row.Eval(c.Point(17)); have != want {
				t.Errorf("%d rows: column 17 ends in %v, want %v", rows, have, want)
			}
			rho := ff.NewExtVec(rows)
			for r := range rows {
				rho.Set(r, ff.Ext{ff.New(uint32(r + 1)), ff.One})
			}
			folds = append(folds, m.FoldTails(rho))
			roots, openings = append(roots, m.Root()), append(openings, b)
			if err := m.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if roots[0] != roots[1] || !bytes.Equal(openings[0], openings[1]) {
			t.Errorf("%d rows: memory and disk differ", rows)
		}
		for i := range folds[0].Len() {
			if folds[0].At(i) != folds[1].At(i) {
				t.Fatalf("%d rows: folds of kept pads and of pads drawn again differ", rows)
			}
		}
		if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
			t.Errorf("%d files with codewords left, %v", len(names), err)
		}
	}
}

// TestStoreFails reports directories that are none and files that are closed.
func TestStoreFails(t *testing.T) {
	c := code.Code{LogMessage: 2, Slots: 1, Pads: 2, LogLength: 5}
	rnd := random(false)
	nowhere := filepath.Join(t.TempDir(), "none")
	if _, err := CommitMatrix(code.KindEpoch, c, source(2, c), rnd, nowhere); !errors.Is(err,
		ErrStore) {
		t.Errorf("have %v, want %v", err, ErrStore)
	}
	m, err := CommitMatrix(code.KindEpoch, c, source(2, c), rnd, t.TempDir())
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
