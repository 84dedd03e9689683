package proof

import (
	"fmt"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/look"
	"agon/proof/sum"
	"agon/proof/zk"
)

// The range proof shows, once for a registered root, that every position of
// every row holds a value of −127 … 127, and every slot a bias of its declared
// width or 0:
//
//	b = Σ 256ᵃ·dₐ − 2^{β−1},  dₐ looked up in [0, 256), the top limb in less
//
// The leaves of its lookup tree are, in the lower half, the positions of all
// rows (index row·κ + position; rows beyond the last are 0/1), in the upper half
// the limbs and the tables. At the leaves' point (z, i, c), z the coordinate of
// the half, the lower half is
//
//	(1−z)·Σᵢ eq(i)·[(α − id) − β·Σ_c eq(c)·W[i,c]]
//
// and Σᵢ eq(i)·Wᵢ is a fold of the registered root, opened like every other.

// ranges is the frame of a range proof.
type ranges struct {
	grid   *grid
	grind  int // before indices
	start  int // before α
	codes  codes
	test   zk.Test
	tables []look.Table
	limbs  []limb
	counts []look.Column
	cells  int
	head   int // log of the lower half
	layout *sum.Layout
	first  zk.Shape
	second zk.Shape
	fold   zk.Fold
}

// limb is one limb of the biases of one matrix.
type limb struct {
	matrix int
	place  int // a of 256ᵃ
	table  int
	column look.Column
}

// maxHead keeps the leaves of a range proof, 2^(head+1), below p, as MaxLeaves does
// those of an answer: with p positions a value out of range could stand in all of
// them, places outside the matrices included, and its fractions would cancel.
const maxHead = 29

// weightTable is the table of weights: the first, with id 1.
var weightTable = look.Table{Shape: look.Range, Lo: -weightMax, Hi: weightMax}

// newRanges lays the range proof out.
func newRanges(prog *Program, params Params, logMessage, logLength int) (*ranges, error) {
	c, err := params.codes()
	if err != nil {
		return nil, err
	}
	r := &ranges{codes: c, grind: params.Grind, tables: []look.Table{weightTable}}
	if r.grid, err = layOut(prog, params); err != nil {
		return nil, err
	}
	if r.test, err = witnessTest(logMessage, logLength, 1, r.grind); err != nil {
		return nil, err
	}
	rest := 0
	for l, m := range prog.Weights {
		for a := 0; 8*a < m.BiasBits; a++ {
			width := min(8, m.BiasBits-8*a)
			column := look.Column{Len: m.Rows, Ref: sum.Ref{Space: spaceColumns, At: r.cells}}
			r.cells += m.Rows
			rest += m.Rows
			r.limbs = append(r.limbs, limb{l, a, r.table(width), column})
		}
	}
	if r.cells > MaxCells {
		return nil, fmt.Errorf("%w: biases of %d limbs, at most %d", ErrParams, r.cells, MaxCells)
	}
	for _, t := range r.tables {
		column := look.Column{Len: t.Rows(), Ref: sum.Ref{Space: spaceColumns, At: r.cells}}
		r.counts = append(r.counts, column)
		r.cells += t.Rows()
		rest += t.Rows()
	}
	r.head = max(log2(r.grid.rows)+r.grid.logMessage(), log2(rest))
	if r.head > maxHead {
		return nil, fmt.Errorf("%w: lookups of 2^%d positions, at most 2^%d",
			ErrParams, r.head, maxHead)
	}
	r.start = params.firstGrind(2 << r.head)

	plan := new(sum.Plan)
	look.Announce(plan, r.head+1)
	r.layout = plan.Lay(spacePads)
	r.fold = zk.NewFold(c.root, sum.Ref{Space: spaceFold})
	r.first = zk.Shape{Kind: code.KindFirst, BaseSpace: spaceColumns, ExtSpace: spacePads,
		Base: zk.RowsFor(r.cells, r.test.Code), Masked: true,
		Ext: zk.RowsFor(r.layout.Cells, r.test.Code) + zk.Masks}
	r.second = zk.Shape{Kind: code.KindSecond, ExtSpace: spaceFold,
		Ext: zk.RowsFor(c.root.Dimension(), r.test.Code)}
	return r, nil
}

// table returns the index of the table [0, 2^width).
func (r *ranges) table(width int) int {
	want := look.Table{Shape: look.Range, Hi: 1<<width - 1}
	for i, t := range r.tables {
		if t == want {
			return i
		}
	}
	r.tables = append(r.tables, want)
	return len(r.tables) - 1
}

func (r *ranges) trees() []zk.Shape { return []zk.Shape{r.first, r.second} }
func (r *ranges) cost() int         { return testCost(r.test, r.trees()) }

// begin starts the transcript with all that is public.
func (r *ranges) begin(key *Key) *fs.Transcript {
	t := fs.New("agon-range-1")
	var w writer
	key.encodeHead(&w)
	t.Absorb("program", w.buf)
	t.Absorb("root", key.Root[:])
	t.AbsorbWords("code", uint32(r.test.Code.LogMessage), uint32(r.test.Code.LogLength))
	return t
}

// segments are the leaves of the upper half. values gives the prover's limbs
// and counts.
func (r *ranges) segments(values func(at int) []int32) []look.Segment {
	var out []look.Segment
	for i, b := range r.limbs {
		column := b.column
		column.Values = values(i)
		out = append(out, look.Lookup{Table: b.table, Columns: []look.Column{column}})
	}
	for i, t := range r.tables {
		column := r.counts[i]
		column.Values = values(len(r.limbs) + i)
		out = append(out, look.Tally{Table: i, Rows: t, Counts: column})
	}
	return out
}

// settle ties the leaves to limbs, counts and the fold, and the slots of the
// fold to the limbs. It returns the coefficients of the rows.
func (r *ranges) settle(k *sum.Talk, leaf look.Leaf, segments []look.Segment, ch look.Challenge) (
	ff.ExtVec, []sum.Form) {
	z, tail := leaf.Point[0], leaf.Point[1:]
	logRows := log2(r.grid.rows)
	spare := tail[:r.head-logRows-r.grid.logMessage()]
	rows, position := tail[len(spare):len(spare)+logRows], tail[len(spare)+logRows:]
	scale := ff.ExtOne.Sub(z).Mul(ff.EqIndex(spare, 0))
	rho := ff.EqFirst(rows, ff.ExtOne, r.grid.rows)
	mass := scale.Mul(rho.Sum())

	rest := 0
	for _, s := range segments {
		rest += s.Len()
	}
	eq := ff.EqFirst(tail, z, rest)
	p, q := leaf.P.Scaled(ff.ExtOne.Neg()), leaf.Q.Scaled(ff.ExtOne.Neg())
	p.Plus(ff.ExtOne, sum.Number(mass))
	q.Plus(ff.ExtOne, sum.Number(mass.Mul(ch.Denominator(0, [look.Width]int32{}))))
	inner := r.fold.Inner(ff.Eq(position, ff.ExtOne))
	q.Plus(scale.Mul(ch.Beta[0]).Neg(), inner)
	at := 0
	for _, s := range segments {
		to := at + s.Len()
		sp, sq := s.Forms(eq.Slice(at, to), ch)
		p.Plus(ff.ExtOne, sp)
		q.Plus(ff.ExtOne, sq)
		at = to
	}
	// All leaves that are neither: 0/1, and eq sums to 1.
	q.Plus(ff.ExtOne, sum.Number(ff.ExtOne.Sub(mass).Sub(eq.Sum())))
	k.Zero(p)
	k.Zero(q)
	k.CheckProducts()
	return rho, r.slots(rho)
}

// slots are the constraints on the slots of the fold, one for each j_lo:
//
//	B_j = Σ_{ℓ, j_hi} ρ_(ℓ, j_hi, 0)·(Σₐ 256ᵃ·dₐ[ℓ, j_hi·J + j] − 2^{β−1})
func (r *ranges) slots(rho ff.ExtVec) []sum.Form {
	g := r.grid
	out := make([]sum.Form, 1<<g.logJ)
	for j := range out {
		at := r.fold.Slots
		at.At += j
		out[j] = sum.CellForm(at).Scaled(ff.ExtOne.Neg())
	}
	for l, m := range g.mats {
		offset := ff.FromInt64(-1 << (m.BiasBits - 1))
		for j := range m.Rows {
			weight := rho.At(g.row(l, j>>g.logJ, 0))
			out[j&(1<<g.logJ-1)].Plus(weight, sum.Number(ff.Embed(offset)))
		}
	}
	for _, b := range r.limbs {
		power := ff.New(1 << (8 * b.place))
		for j := range g.mats[b.matrix].Rows {
			weight := rho.At(g.row(b.matrix, j>>g.logJ, 0)).MulElem(power)
			cell := sum.Ref{Space: b.column.Ref.Space, At: b.column.Ref.At + j}
			slot := &out[j&(1<<g.logJ-1)]
			slot.Terms = append(slot.Terms, sum.Term{Ref: cell, Coef: weight})
		}
	}
	return out
}

// checkRange verifies a key's range proof.
func checkRange(key *Key) error {
	b, logMessage, logLength, err := witnessCode(key.Range)
	if err != nil {
		return err
	}
	r, err := newRanges(key.Program, key.Params, logMessage, logLength)
	if err != nil {
		return err
	}
	t := r.begin(key)
	roots := make([]code.Digest, 2)
	if roots[0], b, err = takeRoot(t, b, "T1", r.start); err != nil {
		return err
	}
	ch := look.NewChallenge(t.Ext("alpha"), t.Ext("beta"))
	talk := sum.NewVerifier(t, r.layout, b)
	segments := r.segments(func(int) []int32 { return nil })
	rho, slots := r.settle(talk, look.Run(talk, r.head+1, nil), segments, ch)
	if talk.Err != nil {
		return fmt.Errorf("messages: %w", talk.Err)
	}
	if roots[1], b, err = takeRoot(t, talk.Rest(), "T2", r.grind); err != nil {
		return err
	}
	bundle, b, err := openWeights(t, b, "R", code.KindWeights, key.Root, r.fold, r.codes.rootQ, rho)
	if err != nil {
		return err
	}
	functional := zk.NewFunctional(r.test.Code, r.trees())
	functional.Gather(t, append(talk.Constraints(), slots...), []zk.Bundle{bundle})
	b, err = r.test.Check(t, b, r.trees(), roots, functional)
	if err == nil && len(b) > 0 {
		err = ErrTrailing
	}
	return err
}
