package zk

import (
	"encoding/binary"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
)

// Simulated is a sheet without values: uniform columns in a real tree. It is
// what the zero-knowledge simulator commits to.
type Simulated struct {
	Shape
	log   int
	words []ff.Vec
	salts []byte
	tree  *code.Tree
}

// NewSimulated draws the columns of a sheet of the given shape.
func NewSimulated(c code.Code, shape Shape, rnd *Stream) *Simulated {
	s := &Simulated{Shape: shape, log: c.LogLength, words: make([]ff.Vec, shape.TreeRows())}
	for r := range s.words {
		s.words[r] = make(ff.Vec, c.Length())
		rnd.Fill(s.words[r])
	}
	s.salts = rnd.Salts(c.Length())
	return s
}

// Root builds the tree over the columns as they are now.
func (s *Simulated) Root() code.Digest {
	s.tree = code.Build(s.Kind, s.log, s.canonical(), s.salts)
	return s.tree.Root()
}

func (s *Simulated) canonical() []ff.Vec {
	out := make([]ff.Vec, len(s.words))
	for r, word := range s.words {
		out[r] = slices.Clone(word)
		code.Canonical(out[r])
	}
	return out
}

// Column returns column j.
func (s *Simulated) Column(j int) ff.Vec {
	v := make(ff.Vec, len(s.words))
	for r, word := range s.words {
		v[r] = word[j]
	}
	return v
}

// AppendOpening appends the opening of columns at ascending indices; Root was
// called before.
func (s *Simulated) AppendOpening(dst []byte, indices []int) []byte {
	words := s.canonical()
	salt := code.StoredSalts(s.salts)
	return s.tree.AppendOpening(dst, indices, salt, func(dst []byte, j int) []byte {
		for _, word := range words {
			dst = binary.LittleEndian.AppendUint32(dst, uint32(word[j]))
		}
		return dst
	})
}

// set makes e the value of row r over E in column j.
func (s *Simulated) set(r, j int, e ff.Ext) {
	for i, c := range e {
		s.words[s.Base+ff.Degree*r+i][j] = c
	}
}

// Simulate is the zero-knowledge simulator of the linear test. On a frozen
// transcript, whose challenges it can know beforehand, it makes messages and
// columns that Check accepts without any value: G, H̄ and v are uniform, and at
// the queried columns Z₂ and U are solved for. On a real transcript the columns
// would be committed before the indices are known, and it is of no use.
//
// It returns the messages without the openings: columns of the first sheet
// change, so that its tree is built afterwards (AppendOpening), in the order of
// the sheets. The indices are returned too.
func (p Test) Simulate(t *fs.Transcript, sheets []*Simulated, f *Functional, rnd *Stream) (
	[]byte, []int) {
	shapes := make([]Shape, len(sheets))
	for i, s := range sheets {
		shapes[i] = s.Shape
	}
	lambda := t.Ext("lambda'")
	weights := ff.EqFirst(t.Exts("tau'", log2(rowsOf(shapes))), lambda, rowsOf(shapes))
	kappa, k := p.Code.Message(), p.Code.Dimension()
	sent := ff.NewExtVec(kappa + 2*k - 2)
	rnd.FillExt(sent)
	indices := t.Indices("A", p.Queries, p.Code.LogLength)
	slices.Sort(indices)

	c := columns{test: p, shapes: shapes, indices: indices}
	for _, s := range sheets {
		o := &code.Opened{Indices: indices}
		for _, j := range indices {
			o.Columns = append(o.Columns, s.Column(j))
		}
		c.opened = append(c.opened, o)
	}
	g, h, v := p.parts(sent)
	first := sheets[0]
	masks := first.Ext - Masks
	sums := c.sums(f)
	for i, have := range c.quotients(g, h, f) {
		j := indices[i]
		power := p.Code.Point(j).Exp(uint64(kappa - 1))
		z2 := have.Sub(sums[i]).Sub(c.ext(0, masks+1, i)).MulElem(power.Inv())
		first.set(masks+2, j, z2)
		copy(c.opened[0].Columns[i], first.Column(j))
	}
	for i, want := range c.evaluate(v) {
		u := c.ext(0, masks, i)
		first.set(masks, indices[i], want.Sub(c.combined(weights, i)).Add(u))
	}
	var out []byte
	for i := range sent.Len() {
		out = ff.AppendExt(out, sent.At(i))
	}
	return appendNonce(out, 0), indices
}
