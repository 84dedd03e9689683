package code

import (
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"agon/proof/ff"
)

func randomVec(rnd *rand.Rand, n int) ff.Vec {
	v := make(ff.Vec, n)
	for i := range v {
		v[i] = ff.New(rnd.Uint32N(ff.P))
	}
	return v
}

// TestRow compares a row with its definition A = m + Z·t, point by point.
func TestRow(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 0))
	for _, c := range []Code{
		{LogMessage: 3, Slots: 0, Pads: 5, LogLength: 6},
		{LogMessage: 2, Slots: 2, Pads: 9, LogLength: 5}, // tail longer than κ
		{LogMessage: 0, Slots: 1, Pads: 1, LogLength: 3},
	} {
		message, tail := randomVec(rnd, c.Message()), randomVec(rnd, c.Slots+c.Pads)
		row := make(ff.Vec, c.Dimension())
		c.Coefficients(row, message, tail)
		h := ff.NewDomain(c.LogMessage)
		for i, m := range message {
			if have := row.Eval(h.Point(ff.One, i)); have != m {
				t.Errorf("%+v: value %d on H is %v, want %v", c, i, have, m)
			}
		}
		word := make(ff.Vec, c.Length())
		c.Encode(word, row)
		plain := slices.Clone(message)
		h.Inverse(plain)
		for j, have := range word {
			eta := c.Point(j)
			if c.Vanishing(eta).IsZero() {
				t.Fatalf("%+v: column %d lies on H", c, j)
			}
			want := plain.Eval(eta).Add(c.Vanishing(eta).Mul(tail.Eval(eta)))
			if have != want {
				t.Errorf("%+v: column %d is %v, want %v", c, j, have, want)
			}
		}
	}
}

// TestPadsHide solves for pads that explain the opened columns with any other
// message: the matrix from pads to columns must be invertible.
func TestPadsHide(t *testing.T) {
	rnd := rand.New(rand.NewPCG(4, 0))
	c := Code{LogMessage: 3, Slots: 2, Pads: 6, LogLength: 6}
	for range 20 {
		indices := rnd.Perm(c.Length())[:c.Pads]
		var rows []ff.Vec
		for p := range c.Pads {
			tail := make(ff.Vec, c.Slots+c.Pads)
			tail[c.Slots+p] = ff.One
			row := make(ff.Vec, c.Dimension())
			c.Coefficients(row, make(ff.Vec, c.Message()), tail)
			column := make(ff.Vec, c.Pads)
			for i, j := range indices {
				column[i] = row.Eval(c.Point(j))
			}
			rows = append(rows, column)
		}
		if !invertible(rows) {
			t.Errorf("columns %v do not determine the pads", indices)
		}
	}
}

func invertible(rows []ff.Vec) bool {
	for i := range rows {
		pivot := i
		for pivot < len(rows) && rows[pivot][i].IsZero() {
			pivot++
		}
		if pivot == len(rows) {
			return false
		}
		rows[i], rows[pivot] = rows[pivot], rows[i]
		for k := i + 1; k < len(rows); k++ {
			rows[k].Axpy(rows[k][i].Mul(rows[i][i].Inv()).Neg(), rows[i])
		}
	}
	return true
}

// testTree commits to random columns.
func testTree(rnd *rand.Rand, log, rows int) (*Tree, []ff.Vec, []byte) {
	words := make([]ff.Vec, rows)
	for r := range words {
		words[r] = randomVec(rnd, 1<<log)
		Canonical(words[r])
	}
	salts := make([]byte, SaltBytes<<log)
	for i := range salts {
		salts[i] = byte(rnd.Uint32())
	}
	return Build(KindFirst, log, words, salts), words, salts
}

func openAt(t *Tree, words []ff.Vec, salts []byte, indices []int) []byte {
	return t.AppendOpening(nil, indices, StoredSalts(salts), func(dst []byte, j int) []byte {
		for _, w := range words {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(w[j]))
		}
		return dst
	})
}

// TestOpening opens random sets of columns, reads them back, and refuses every
// flipped bit, every other root, kind and index.
func TestOpening(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 0))
	for _, log := range []int{0, 1, 3, 7} {
		for _, rows := range []int{1, 3, 12, 40} {
			tree, words, salts := testTree(rnd, log, rows)
			q := 1 + rnd.IntN(min(9, 1<<log))
			indices := rnd.Perm(1 << log)[:q]
			slices.Sort(indices)
			b := openAt(tree, words, salts, indices)
			o, rest, err := ReadOpening(b, tree.Root(), KindFirst, log, rows, indices)
			if err != nil || len(rest) != 0 {
				t.Fatalf("log %d, %d rows, %v: %v, %d bytes left",
					log, rows, indices, err, len(rest))
			}
			for i, j := range indices {
				for r := range rows {
					if o.Columns[i][r] != ff.New(uint32(words[r][j])) {
						t.Fatalf("column %d, row %d differs", j, r)
					}
				}
			}
			for at := range b {
				bad := slices.Clone(b)
				bad[at] ^= 1 << rnd.IntN(8)
				_, _, err := ReadOpening(bad, tree.Root(), KindFirst, log, rows, indices)
				if !errors.Is(err, ErrPath) && !errors.Is(err, ErrOpening) {
					t.Fatalf("log %d, %d rows: byte %d flipped: %v", log, rows, at, err)
				}
			}
			if _, _, err := ReadOpening(b, tree.Root(), KindSecond, log, rows,
				indices); err == nil {
				t.Errorf("log %d: passed as another kind of tree", log)
			}
			if _, _, err := ReadOpening(b[:len(b)-1], tree.Root(), KindFirst, log, rows,
				indices); err == nil {
				t.Errorf("log %d: passed without its last byte", log)
			}
		}
	}
}

// TestValuesBelowP refuses a value ≥ p even where it hashes to the root.
func TestValuesBelowP(t *testing.T) {
	rnd := rand.New(rand.NewPCG(6, 0))
	_, words, salts := testTree(rnd, 2, 2)
	words[1][3] = ff.Elem(ff.P) // as a raw word: p itself, which is 0 mod p
	tree := Build(KindFirst, 2, words, salts)
	b := openAt(tree, words, salts, []int{3})
	_, _, err := ReadOpening(b, tree.Root(), KindFirst, 2, 2, []int{3})
	if !errors.Is(err, ff.ErrNotCanonical) {
		t.Errorf("have %v, want %v", err, ff.ErrNotCanonical)
	}
}

// TestQueries checks the least numbers of queries against the known figures:
// unique decoding at rates 1/4, 1/8, 1/16 with 16 bits of work needs 124, 102,
// 93, and the linear test at plain rate 1/4 needs 203 for 100 bits.
func TestQueries(t *testing.T) {
	for _, c := range []struct{ log, bits, want int }{{2, 84, 124}, {3, 84, 102}, {4, 84, 93}} {
		plain := Code{LogMessage: 10, LogLength: 10 + c.log}
		if _, q, err := plain.SizeFold(0, c.bits); err != nil || q != c.want {
			t.Errorf("rate 2^-%d, %d bits: %d queries (%v), want %d", c.log, c.bits, q, err, c.want)
		}
	}
	plain := Code{LogMessage: 10, LogLength: 12}
	if _, q, err := plain.SizeTest(0, 84); err != nil || q != 203 {
		t.Errorf("linear test at rate 1/4: %d queries (%v), want 203", q, err)
	}
	padded, q, err := Code{LogMessage: 8, LogLength: 12}.SizeTest(1, 100)
	if err != nil || padded.Pads != q || !padded.TestSuffices(q, 100) {
		t.Errorf("padded code %+v, %d queries: %v", padded, q, err)
	}
	fewer := padded
	fewer.Pads = q - 1
	if fewer.TestSuffices(q-1, 100) {
		t.Errorf("%d queries suffice already", q-1)
	}
}

func TestShapes(t *testing.T) {
	for _, c := range []Code{
		{LogMessage: -1, LogLength: 3}, {LogMessage: 4, LogLength: 3},
		{LogMessage: 3, LogLength: 3},
		{LogMessage: 2, Pads: 4, LogLength: 3}, {LogMessage: 2, Pads: -1, LogLength: 3},
		{LogMessage: 2, Slots: 1 << 40, LogLength: 3}, {LogMessage: 1, LogLength: MaxLog + 1},
	} {
		if err := c.Check(); !errors.Is(err, ErrShape) {
			t.Errorf("%+v: %v, want %v", c, err, ErrShape)
		}
	}
}

// FuzzOpening reads any bytes as an opening: no panic, and nothing passes.
func FuzzOpening(f *testing.F) {
	rnd := rand.New(rand.NewPCG(8, 0))
	tree, words, salts := testTree(rnd, 4, 3)
	indices := []int{1, 6, 7}
	good := openAt(tree, words, salts, indices)
	f.Add(good)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, rest, err := ReadOpening(b, tree.Root(), KindFirst, 4, 3, indices)
		if err == nil && string(b[:len(b)-len(rest)]) != string(good) {
			t.Error("another opening of the same columns passed")
		}
	})
}
