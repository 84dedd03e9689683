package zk

import (
	"encoding/binary"
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
)

// Masks is the number of mask rows over E of a sheet that has them: U, Z₁, Z₂,
// its last rows.
const Masks = 3

// Shape is the public form of a sheet: rows over F, then rows over E. A row
// over E is four rows of its tree, the coefficients of 1, ω, ω², ω³.
type Shape struct {
	Kind      code.Kind
	BaseSpace int // space of the cells over F
	ExtSpace  int // space of the cells over E
	Base      int // rows over F
	Ext       int // rows over E, masks included
	Masked    bool
}

// RowsFor is the number of rows of κ cells that hold n cells.
func RowsFor(n int, c code.Code) int { return (n + c.Message() - 1) / c.Message() }

// TreeRows is the number of values in a column.
func (s Shape) TreeRows() int { return s.Base + ff.Degree*s.Ext }

// masks is the number of mask rows.
func (s Shape) masks() int {
	if s.Masked {
		return Masks
	}
	return 0
}

// Sheet is a committed matrix with all that its prover knows.
type Sheet struct {
	Shape
	code  code.Code
	base  []ff.Vec    // coefficients of the rows over F
	ext   []ff.ExtVec // of the rows over E
	words []ff.Vec    // codewords, canonical, TreeRows of them
	salts []byte
	tree  *code.Tree
}

// Root commits to the sheet.
func (s *Sheet) Root() code.Digest { return s.tree.Root() }

// Commit lays cells out in rows, pads them, adds masks and builds the tree. base
// and ext are at most as long as the rows of the shape; the rest is zero. All
// randomness comes from rnd: pads, masks, salts, in this order.
func Commit(c code.Code, shape Shape, base ff.Vec, ext ff.ExtVec, rnd *Stream) *Sheet {
	if RowsFor(len(base), c) > shape.Base || RowsFor(ext.Len(), c) > shape.Ext-shape.masks() {
		panic(fmt.Sprintf("zk: %d and %d cells do not fit the sheet", len(base), ext.Len()))
	}
	s := &Sheet{Shape: shape, code: c}
	mem := make(ff.Vec, shape.TreeRows()*c.Dimension())
	take := func() ff.Vec {
		row := mem[:c.Dimension():c.Dimension()]
		mem = mem[c.Dimension():]
		return row
	}
	tail := make(ff.Vec, c.Slots+c.Pads)
	fill := func(row, cells ff.Vec, r int) {
		from := min(r*c.Message(), len(cells))
		rnd.Fill(tail[c.Slots:])
		c.Coefficients(row, cells[from:min(from+c.Message(), len(cells))], tail)
	}
	for r := range shape.Base {
		s.base = append(s.base, take())
		fill(s.base[r], base, r)
	}
	for r := range shape.Ext {
		row := ff.ExtVec{take(), take(), take(), take()}
		s.ext = append(s.ext, row)
		if r < shape.Ext-shape.masks() {
			for i := range row {
				fill(row[i], ext[i], r)
			}
		} else {
			rnd.FillExt(row)
		}
	}
	if shape.Masked {
		balance(c, s.ext[shape.Ext-2], s.ext[shape.Ext-1])
	}
	s.encode(rnd)
	return s
}

// balance sets the constant coefficient of Z₁ so that z = Z₁ + X^{κ−1}·Z₂ sums
// to 0 over H: the sum is κ times that of the coefficients at multiples of κ.
func balance(c code.Code, z1, z2 ff.ExtVec) {
	var sum ff.Ext
	for d := c.Message(); d < c.Dimension(); d += c.Message() {
		sum = sum.Add(z1.At(d))
	}
	for d := 1; d < c.Dimension(); d += c.Message() { // κ−1+d is a multiple of κ
		sum = sum.Add(z2.At(d))
	}
	z1.Set(0, sum.Neg())
}

// encode computes the codewords and the tree.
func (s *Sheet) encode(rnd *Stream) {
	n := s.code.Length()
	mem := make(ff.Vec, s.TreeRows()*n)
	s.words = make([]ff.Vec, s.TreeRows())
	code.Split(len(s.words), 1, func(from, to int) {
		for r := from; r < to; r++ {
			word := mem[r*n : (r+1)*n]
			s.code.Encode(word, s.row(r))
			code.Canonical(word)
			s.words[r] = word
		}
	})
	s.salts = rnd.Salts(n)
	s.tree = code.Build(s.Kind, s.code.LogLength, s.words, s.salts)
}

// row returns the coefficients of row r of the tree.
func (s *Sheet) row(r int) ff.Vec {
	if r < s.Base {
		return s.base[r]
	}
	r -= s.Base
	return s.ext[r/ff.Degree][r%ff.Degree]
}

// AppendOpening appends the opening of columns at ascending indices.
func (s *Sheet) AppendOpening(dst []byte, indices []int) []byte {
	salt := code.StoredSalts(s.salts)
	return s.tree.AppendOpening(dst, indices, salt, func(dst []byte, j int) []byte {
		for _, word := range s.words {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(word[j]))
		}
		return dst
	})
}

// In returns the sheet with the spaces of another shape of the same rows: a
// sheet that was committed before the proof it takes part in.
func (s *Sheet) In(shape Shape) *Sheet {
	moved := *s
	moved.BaseSpace, moved.ExtSpace = shape.BaseSpace, shape.ExtSpace
	return &moved
}
