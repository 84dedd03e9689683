package zk

import (
	"encoding/binary"

	"agon/proof/code"
	"agon/proof/ff"
)

// Matrix is a committed matrix of weights: rows over F with slots, in one tree.
// It is what an epoch and a registered root are made of.
type Matrix struct {
	Kind  code.Kind
	Code  code.Code
	tails []ff.Vec // slots and pads of each row
	words []ff.Vec // canonical codewords
	salts []byte
	tree  *code.Tree
}

// CommitMatrix commits to rows. message fills κ values of a row (the vector is
// zero on entry), slots its slots; pads come from pads, then salts from salts.
func CommitMatrix(kind code.Kind, c code.Code, rows int, message, slots func(r int, dst ff.Vec),
	pads, salts *Stream) *Matrix {
	m := &Matrix{Kind: kind, Code: c, tails: make([]ff.Vec, rows), words: make([]ff.Vec, rows)}
	for r := range rows {
		m.tails[r] = make(ff.Vec, c.Slots+c.Pads)
		slots(r, m.tails[r][:c.Slots])
		pads.Fill(m.tails[r][c.Slots:])
	}
	code.Split(rows, 1, func(from, to int) {
		values, row := make(ff.Vec, c.Message()), make(ff.Vec, c.Dimension())
		for r := from; r < to; r++ {
			clear(values)
			message(r, values)
			c.Coefficients(row, values, m.tails[r])
			m.words[r] = make(ff.Vec, c.Length())
			c.Encode(m.words[r], row)
			code.Canonical(m.words[r])
		}
	})
	m.salts = salts.Salts(c.Length())
	m.tree = code.Build(kind, c.LogLength, m.words, m.salts)
	return m
}

// Root commits to the matrix.
func (m *Matrix) Root() code.Digest { return m.tree.Root() }

// Rows is the number of rows.
func (m *Matrix) Rows() int { return len(m.tails) }

// FoldTails returns Σ ρᵢ·tailᵢ: B, then t, of the fold.
func (m *Matrix) FoldTails(rho ff.ExtVec) ff.ExtVec {
	v := ff.NewExtVec(m.Code.Slots + m.Code.Pads)
	v.FoldRows(rho, m.tails)
	return v
}

// AppendOpening appends the opening of columns at ascending indices.
func (m *Matrix) AppendOpening(dst []byte, indices []int) []byte {
	return m.tree.AppendOpening(dst, indices, m.salts, func(dst []byte, j int) []byte {
		for _, word := range m.words {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(word[j]))
		}
		return dst
	})
}

// FoldColumns returns Σ ρᵢ·Wᵢ(η) for each opened column.
func FoldColumns(o *code.Opened, rho ff.ExtVec) []ff.Ext {
	out := make([]ff.Ext, len(o.Columns))
	for i, column := range o.Columns {
		out[i] = rho.InnerVec(column)
	}
	return out
}
