package zk

import (
	"agon/proof/code"
	"agon/proof/ff"
)

// Matrix is a committed matrix of weights: rows over F with slots, in one tree.
// It is what an epoch and a registered root are made of.
type Matrix struct {
	Kind  code.Kind
	Code  code.Code
	src   Source
	pads  func() *Stream
	tails []ff.Vec // slots and pads of each row; nil if they are drawn again
	words *tiles   // canonical codewords
	salts *Salter
	tree  *code.Tree
}

// Random are the pads and salts of a matrix. Pads opens the stream of the pads
// of all rows; if Again, the matrix keeps none and opens it for each fold.
type Random struct {
	Pads  func() *Stream
	Again bool
	Salts *Salter
}

// Source gives the rows of a matrix: Message fills the κ values of row r, Slots
// its slots, both zero on entry. Message is called from several goroutines.
type Source struct {
	Rows    int
	Message func(r int, dst ff.Vec)
	Slots   func(r int, dst ff.Vec)
}

// CommitMatrix commits to the rows of a source. The codewords are kept in
// memory, or in a file of dir if it is not empty: κ·rows values become n·rows.
// It errs with ErrStore, in memory never.
func CommitMatrix(kind code.Kind, c code.Code, src Source, rnd Random, dir string) (
	*Matrix, error) {
	m := &Matrix{Kind: kind, Code: c, src: src, pads: rnd.Pads, salts: rnd.Salts}
	pads := rnd.Pads()
	if !rnd.Again {
		for r := range src.Rows {
			m.tails = append(m.tails, m.tail(r, pads))
		}
	}
	var err error
	if m.words, err = newTiles(c.Length(), dir); err != nil {
		return nil, err
	}
	builder := code.NewBuilder(kind, c.LogLength, rnd.Salts.All(c.Length()))
	var memory []ff.Vec
	for at := 0; at < src.Rows; at += tileRows {
		if dir == "" || memory == nil {
			memory = make([]ff.Vec, tileRows)
		}
		tile := memory[:min(tileRows, src.Rows-at)]
		tails := make([]ff.Vec, len(tile))
		for i := range tails {
			if rnd.Again {
				tails[i] = m.tail(at+i, pads)
			} else {
				tails[i] = m.tails[at+i]
			}
		}
		m.encode(tile, at, tails)
		builder.Add(tile)
		if err := m.words.add(tile); err != nil {
			return nil, err
		}
	}
	m.tree = builder.Tree()
	return m, nil
}

// tail draws the tail of row r: its slots, then pads, row after row.
func (m *Matrix) tail(r int, pads *Stream) ff.Vec {
	v := make(ff.Vec, m.Code.Slots+m.Code.Pads)
	m.src.Slots(r, v[:m.Code.Slots])
	pads.Fill(v[m.Code.Slots:])
	return v
}

// encode computes the codewords of rows at, at+1, …
func (m *Matrix) encode(tile []ff.Vec, at int, tails []ff.Vec) {
	code.Split(len(tile), 1, func(from, to int) {
		values, row := make(ff.Vec, m.Code.Message()), make(ff.Vec, m.Code.Dimension())
		for i := from; i < to; i++ {
			clear(values)
			m.src.Message(at+i, values)
			m.Code.Coefficients(row, values, tails[i])
			if tile[i] == nil {
				tile[i] = make(ff.Vec, m.Code.Length())
			}
			m.Code.Encode(tile[i], row)
			code.Canonical(tile[i])
		}
	})
}

// Close gives back what the matrix holds outside memory.
func (m *Matrix) Close() error { return m.words.close() }

// Root commits to the matrix.
func (m *Matrix) Root() code.Digest { return m.tree.Root() }

// Rows is the number of rows.
func (m *Matrix) Rows() int { return m.src.Rows }

// FoldTails returns Σ ρᵢ·tailᵢ: B, then t, of the fold.
func (m *Matrix) FoldTails(rho ff.ExtVec) ff.ExtVec {
	v := ff.NewExtVec(m.Code.Slots + m.Code.Pads)
	if m.tails != nil {
		v.FoldRows(rho, m.tails)
		return v
	}
	pads := m.pads()
	for r := range m.src.Rows {
		v.AxpyVec(rho.At(r), m.tail(r, pads))
	}
	return v
}

// AppendOpening appends the opening of columns at ascending indices. It errs
// with ErrStore.
func (m *Matrix) AppendOpening(dst []byte, indices []int) ([]byte, error) {
	var fault error
	dst = m.tree.AppendOpening(dst, indices, m.salts.Append, func(dst []byte, j int) []byte {
		dst, err := m.words.appendColumn(dst, j)
		if err != nil {
			fault = err
		}
		return dst
	})
	return dst, fault
}

// FoldColumns returns Σ ρᵢ·Wᵢ(η) for each opened column.
func FoldColumns(o *code.Opened, rho ff.ExtVec) []ff.Ext {
	out := make([]ff.Ext, len(o.Columns))
	for i, column := range o.Columns {
		out[i] = rho.InnerVec(column)
	}
	return out
}
