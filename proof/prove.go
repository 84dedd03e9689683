package proof

import (
	"errors"
	"fmt"
	"slices"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// ErrWitness says that a witness does not fit the program or is not what the
// statement says.
var ErrWitness = errors.New("witness refused")

// Witness is everything the prover knows of an evaluation: the values of every
// column, for each input of the batch in turn, and the secrets of hashed ports.
type Witness struct {
	Columns [][]int32
	Seals   map[int]*Seal // by port
}

// check refuses a witness whose lengths or public values are not those of the
// statement. It does not evaluate the relations: a false one gives a proof that
// does not verify.
func (w *Witness) check(p *Program, s *Statement) error {
	if len(w.Columns) != len(p.Columns) {
		return fmt.Errorf("%w: %d columns, want %d", ErrWitness, len(w.Columns), len(p.Columns))
	}
	for i, c := range p.Columns {
		if len(w.Columns[i]) != c.Len*s.Batch {
			return fmt.Errorf("%w: column %d has %d values, want %d",
				ErrWitness, i, len(w.Columns[i]), c.Len*s.Batch)
		}
	}
	for i, port := range s.Ports {
		switch {
		case port.Visibility == Public && !slices.Equal(port.Values, w.Columns[p.port(i)]):
			return fmt.Errorf("%w: port %d is not what the statement says", ErrWitness, i)
		case port.Visibility == Hashed && w.Seals[i] == nil:
			return fmt.Errorf("%w: port %d is hashed, its seal is missing", ErrWitness, i)
		}
	}
	return nil
}

// prover is one run of the prover over a frame.
type prover struct {
	*frame
	columns []look.Column
	counts  [][]int32
	weights *weights
	matrix  *zk.Matrix
	seals   []*zk.Sheet
	rnd     *zk.Stream
	hooks   *hooks
}

// hooks let the package's tests act as a dishonest prover. Each may change what
// it is given before the prover goes on; nil hooks are skipped.
type hooks struct {
	columns func(columns []look.Column, counts [][]int32) // before T₁
	pads    func(l *sum.Layout, cells ff.ExtVec)          // before T₁
	fold    func(f zk.Fold, cells ff.ExtVec)              // before T₂
	first   func(s *zk.Sheet)                             // after T₁ is committed
}

// newProver fills the frame with a witness and counts the lookups.
func newProver(f *frame, w *Witness) (*prover, error) {
	p := &prover{frame: f, columns: slices.Clone(f.columns)}
	for i := range p.columns {
		p.columns[i].Values = w.Columns[i]
	}
	for _, t := range f.tables {
		p.counts = append(p.counts, make([]int32, t.Rows()))
	}
	for _, l := range f.lookups {
		columns := make([]look.Column, len(l.Columns))
		for k, c := range l.Columns {
			columns[k] = p.columns[c]
		}
		entry := look.Lookup{Table: l.Table, Columns: columns}
		if err := entry.Count(f.tables[l.Table], p.counts[l.Table]); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrWitness, err)
		}
	}
	return p, nil
}

// firstCells are the cells over F of T₁.
func (p *prover) firstCells() ff.Vec {
	cells := make(ff.Vec, p.cells)
	for _, c := range p.columns {
		if !c.Public && c.Ref.Space == spaceColumns {
			cells[c.Ref.At:][:c.Len].SetInt32(c.Values)
		}
	}
	for i, c := range p.frame.counts {
		cells[c.Ref.At:][:c.Len].SetInt32(p.counts[i])
	}
	return cells
}

// prove runs the protocol on a transcript that has absorbed everything public.
func (p *prover) prove(t *fs.Transcript) ([]byte, error) {
	if p.hooks == nil {
		p.hooks = new(hooks)
	}
	if p.hooks.columns != nil {
		p.hooks.columns(p.columns, p.counts)
	}
	pads := ff.NewExtVec(p.layout.Cells)
	p.rnd.FillExt(pads)
	p.layout.Complete(pads)
	if p.hooks.pads != nil {
		p.hooks.pads(p.layout, pads)
	}
	first := zk.Commit(p.test.Code, p.first, p.firstCells(), pads, p.rnd)
	if p.hooks.first != nil {
		p.hooks.first(first)
	}
	out := putRoot(t, nil, "T1", first.Root(), p.params.firstGrind(p.leaves))

	talk := sum.NewProver(t, p.layout, pads)
	c := script{frame: p.frame, Talk: talk, columns: p.columns,
		secrets: &secrets{weights: p.weights, counts: p.counts}}
	c.run()
	out = append(out, talk.Messages()...)

	o := c.open()
	cells := c.foldCells(o, p.matrix)
	if p.hooks.fold != nil {
		p.hooks.fold(p.fold, cells)
	}
	second := zk.Commit(p.test.Code, p.second, nil, cells, p.rnd)
	out = putRoot(t, out, "T2", second.Root(), p.params.Grind)

	indices := t.Indices("W", p.codes.workQ, p.params.LogWork)
	slices.Sort(indices)
	mark := len(out)
	out, err := p.matrix.AppendOpening(out, indices)
	if err != nil {
		return nil, err
	}
	t.Absorb("W columns", out[mark:])

	functional := zk.NewFunctional(p.test.Code, p.trees())
	forms := append(talk.Constraints(), c.constraints(o)...)
	functional.Gather(t, forms, []zk.Bundle{p.fold.Opening(indices, nil)})
	sheets := append([]*zk.Sheet{first, second}, p.seals...)
	return p.test.Prove(t, out, sheets, functional), nil
}

// foldCells are the k coefficients of the fold: M, B, t.
func (c *script) foldCells(o opening, m *zk.Matrix) ff.ExtVec {
	cells := ff.NewExtVec(c.fold.Code.Dimension())
	message := cells.Slice(0, c.fold.Code.Message())
	message.Copy(c.foldMessage(o))
	ff.NewDomain(c.fold.Code.LogMessage).InverseExt(message)
	cells.Slice(message.Len(), cells.Len()).Copy(m.FoldTails(o.rho))
	return cells
}

// putRoot absorbs a root, passes the chain, grinds, and appends root and nonce.
func putRoot(t *fs.Transcript, dst []byte, tag string, root code.Digest, grind int) []byte {
	t.Absorb(tag, root[:])
	t.Chain()
	w := writer{buf: append(dst, root[:]...)}
	w.long(int64(t.Grind(grind)))
	return w.buf
}

// Prove proves a statement about the model in an epoch. The ledger counts the
// proof durably before anything about it leaves; ErrBudget says that the epoch
// is used up and a new one is needed. The statement's Model and Epoch are set
// here. A batch is proven at once: its proof costs little more than one.
func (m *Model) Prove(e *Epoch, ledger Ledger, s *Statement, w *Witness) ([]byte, error) {
	if e.model != m.id {
		// The ledger would count a proof of this model while the other's pads go.
		return nil, fmt.Errorf("%w: it is another model's", ErrEpoch)
	}
	s.Model, s.Epoch = m.id, e.Record.Number
	if err := s.check(m.Key.Program); err != nil {
		return nil, err
	}
	if err := w.check(m.Key.Program, s); err != nil {
		return nil, err
	}
	f, err := m.frame(s)
	if err != nil {
		return nil, err
	}
	p, err := newProver(f, w)
	if err != nil {
		return nil, err
	}
	p.weights, p.matrix, p.hooks = m.weights, e.matrix, m.hooks
	for i, port := range s.Ports {
		if port.Visibility != Hashed {
			continue
		}
		seal := w.Seals[i]
		if seal.Public != *port.Sealed {
			return nil, fmt.Errorf("%w: port %d has the seal of another statement", ErrWitness, i)
		}
		shape := f.sealed[len(p.seals)]
		if seal.code != f.test.Code || seal.sheet.TreeRows() != shape.TreeRows() {
			// Its pads are for fewer queries than this proof makes, or for another column.
			return nil, fmt.Errorf("%w: port %d has a seal of another key or column",
				ErrWitness, i)
		}
		p.seals = append(p.seals, seal.sheet.In(shape))
	}
	var seals []SealUse
	for _, port := range s.Ports {
		if port.Sealed != nil {
			seals = append(seals, SealUse{SealID(port.Sealed), port.Sealed.Uses})
		}
	}
	count, err := ledger.Spend(m.id, e.Record.Number, m.Key.Params.Budget, seals...)
	if err != nil {
		return nil, err
	}
	digest := s.digest()
	place := writer{}
	place.long(int64(e.Record.Number))
	place.uint(count)
	if p.rnd, err = m.stream([]byte("proof"), place.buf, digest[:]); err != nil {
		return nil, err
	}
	body, err := p.prove(e.opened.begin(s, f.Header))
	if err != nil {
		return nil, err
	}
	return append([]byte{Version, byte(f.LogMessage), byte(f.LogLength)}, body...), nil
}

// frame lays out the proof of a statement.
func (m *Model) frame(s *Statement) (*frame, error) {
	h, fixed, err := s.header()
	if err != nil {
		return nil, err
	}
	var name writer
	h.encode(&name)
	if known, ok := m.frames.Load(string(name.buf)); ok {
		return known.(*frame), nil
	}
	var f *frame
	if fixed {
		f, err = newFrame(m.Key.Program, m.Key.Params, h)
	} else {
		f, err = chooseHeader(m.Key.Program, m.Key.Params, h)
	}
	if err == nil {
		m.frames.Store(string(name.buf), f)
	}
	return f, err
}
