package proof

import (
	"maps"
	"slices"
	"testing"

	"agon/proof/code"
	"agon/proof/ff"
	"agon/proof/sum"
)

// A linear solver collects what proofs reveal about weights and tries to solve
// for them. Two things are linear in the weights: values of their multilinear
// extension at known points, and opened columns of their codewords. Each attack
// is run beside a control, the same attack on a protocol without its guard, which
// must succeed: a solver that always fails shows nothing.

// eavesdrop reads a proof as its verifier does, up to the opened columns of the
// epoch's codeword.
func (x *target) eavesdrop(t *testing.T, st *Statement, proof []byte) (*script, *code.Opened) {
	t.Helper()
	f, body, err := openProof(x.model.Key, st, proof)
	if err != nil {
		t.Fatal(err)
	}
	tr := begin(x.model.Key, x.epoch.Record, st, f.Header)
	if _, body, err = takeRoot(tr, body, "T1", 0); err != nil {
		t.Fatal(err)
	}
	talk := sum.NewVerifier(tr, f.layout, body)
	columns := slices.Clone(f.columns)
	for i, port := range st.Ports {
		columns[f.prog.port(i)].Values = port.Values
	}
	c := &script{frame: f, Talk: talk, columns: columns}
	c.run()
	o := c.open()
	if _, body, err = takeRoot(tr, talk.Rest(), "T2", f.params.Grind); err != nil {
		t.Fatal(err)
	}
	return c, readColumns(t, tr.Indices("W", f.codes.workQ, f.params.LogWork), body,
		x.epoch.Record.Root, f.codes.work, o.rho.Len())
}

func readColumns(t *testing.T, indices []int, body []byte, root code.Digest, c code.Code,
	rows int) *code.Opened {
	t.Helper()
	slices.Sort(indices)
	opened, _, err := code.ReadOpening(body, root, code.KindEpoch, c.LogLength, rows, indices)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

// solver is Gaussian elimination over F, one equation at a time. The last
// element of a row is the right side.
type solver struct {
	rows         []ff.Vec
	pivots       []int
	inconsistent int // equations that contradict those before
}

func (s *solver) add(row ff.Vec) {
	row = slices.Clone(row)
	for i, have := range s.rows {
		if c := row[s.pivots[i]]; c != 0 {
			row.Axpy(c.Neg(), have)
		}
	}
	pivot := slices.IndexFunc(row, func(e ff.Elem) bool { return e != 0 })
	switch {
	case pivot < 0:
		return
	case pivot == len(row)-1:
		s.inconsistent++
		return
	}
	row.Scale(row[pivot].Inv(), row)
	for _, have := range s.rows {
		if c := have[pivot]; c != 0 {
			have.Axpy(c.Neg(), row)
		}
	}
	s.rows, s.pivots = append(s.rows, row), append(s.pivots, pivot)
}

// solution is what the unknowns are, where all have a pivot.
func (s *solver) solution(n int) ff.Vec {
	v := make(ff.Vec, n)
	for i, row := range s.rows {
		v[s.pivots[i]] = row[n]
	}
	return v
}

// TestValuesRevealNothing: from each proof the solver takes the four equations
// Σ eq(r,j)·eq(s,k)·W[j,k] = ω. With the pads of ω it has the weights after
// len/4 proofs; with what is really sent it has contradictions from there on.
func TestValuesRevealNothing(t *testing.T) {
	rnd := newRand(t, 61)
	const in, out = 12, 5
	x := newTarget(t, rnd, Standard, true, []int{in, out}, Private, Public)
	proofs := 40
	if long() {
		proofs = 1000
	}
	var view, control solver
	for range proofs {
		var r record
		x.model.hooks = r.observe(hooks{})
		proof := x.prove(t, x.statement, x.witness)
		c, _ := x.eavesdrop(t, x.statement, proof)
		sent := c.omega[0].Const
		pad := r.pads.At(c.omega[0].Terms[0].At)
		row := make([]ff.Vec, ff.Degree)
		for i := range row {
			row[i] = make(ff.Vec, in*out+1)
		}
		outer, inner := ff.Eq(c.r, ff.ExtOne), ff.Eq(c.s, ff.ExtOne)
		for j := range out {
			for k := range in {
				e := outer.At(j).Mul(inner.At(k))
				for i := range row {
					row[i][j*in+k] = e[i]
				}
			}
		}
		for i := range row {
			row[i][in*out] = sent[i]
			view.add(row[i])
			row[i][in*out] = sent.Sub(pad)[i]
			control.add(row[i])
		}
	}
	x.model.hooks = nil
	weights := make(ff.Vec, in*out)
	for i, w := range x.net.weights[0].W {
		weights[i] = ff.FromInt64(int64(w))
	}
	if control.inconsistent > 0 || !slices.Equal(control.solution(in*out), weights) {
		t.Fatal("the solver does not find weights that are revealed: it shows nothing")
	}
	if want := ff.Degree*proofs - in*out; view.inconsistent != want {
		t.Errorf("%d contradictions in %d equations, want %d: the values are not independent",
			view.inconsistent, ff.Degree*proofs, want)
	}
	matches := 0
	for i, w := range view.solution(in * out) {
		if w == weights[i] {
			matches++
		}
	}
	if matches > 0 {
		t.Errorf("the solver found %d weights of %d", matches, in*out)
	}
}

// interpolate returns the coefficients of the polynomial of degree < len(x) with
// the given values, by Newton's divided differences.
func interpolate(x, y ff.Vec) ff.Vec {
	d := slices.Clone(y)
	for level := 1; level < len(x); level++ {
		for i := len(x) - 1; i >= level; i-- {
			d[i] = d[i].Sub(d[i-1]).Mul(x[i].Sub(x[i-level]).Inv())
		}
	}
	out := make(ff.Vec, len(x))
	for i := len(x) - 1; i >= 0; i-- { // out = out·(X − xᵢ) + dᵢ
		for j := len(x) - 1; j > 0; j-- {
			out[j] = out[j-1].Sub(out[j].Mul(x[i]))
		}
		out[0] = d[i].Sub(out[0].Mul(x[i]))
	}
	return out
}

// TestColumnsRevealNothing collects the columns that an epoch's proofs open.
// Within the budget any other weights explain them as well; the control goes one
// proof further, which the ledger forbids, and reads the weights off.
func TestColumnsRevealNothing(t *testing.T) {
	rnd := newRand(t, 62)
	profile := Standard
	profile.Budget = 2
	x := newTarget(t, rnd, profile, true, []int{6, 4}, Private, Public)
	f := x.frame(t)
	c := f.codes.work
	seen := map[int]ff.Vec{} // by column, all rows
	collect := func(o *code.Opened) {
		for i, j := range o.Indices {
			seen[j] = o.Columns[i]
		}
	}
	collect(x.epochColumns(t))
	for range profile.Budget {
		_, o := x.eavesdrop(t, x.statement, x.prove(t, x.statement, x.witness))
		collect(o)
	}
	t.Logf("%d of %d columns open, %d pads, k = %d", len(seen), c.Length(), c.Pads, c.Dimension())
	if len(seen) > c.Pads {
		t.Fatalf("%d columns within the budget, but %d pads", len(seen), c.Pads)
	}
	points := func() (indices []int, eta ff.Vec) {
		indices = slices.Sorted(maps.Keys(seen))
		for _, j := range indices {
			eta = append(eta, c.Point(j))
		}
		return indices, eta
	}
	indices, eta := points()
	for row := range f.grid.rows {
		// Other weights and biases: uniform values. Solve for the pads,
		// (A(η) − m(η))/Z(η) = slots(η) + η^J·pads(η).
		message, tail := randomVec(rnd, c.Message()), make(ff.Vec, c.Slots+c.Pads)
		copy(tail, randomVec(rnd, c.Slots))
		guess := make(ff.Vec, c.Dimension())
		c.Coefficients(guess, message, tail[:c.Slots])
		need := make(ff.Vec, len(eta))
		for i, e := range eta {
			need[i] = seen[indices[i]][row].Sub(guess.Eval(e)).Mul(
				c.Vanishing(e).Mul(e.Exp(uint64(c.Slots))).Inv())
		}
		copy(tail[c.Slots:], interpolate(eta, need))
		c.Coefficients(guess, message, tail)
		for i, e := range eta {
			if guess.Eval(e) != seen[indices[i]][row] {
				t.Fatalf("row %d: no pads explain column %d for other weights", row, indices[i])
			}
		}
	}

	for len(seen) < c.Dimension() { // beyond the budget
		_, o := x.eavesdrop(t, x.statement, x.prove(t, x.statement, x.witness))
		collect(o)
	}
	indices, eta = points()
	indices, eta = indices[:c.Dimension()], eta[:c.Dimension()]
	for l, m := range f.grid.mats {
		for j := range m.Rows {
			row := f.grid.row(l, j>>f.grid.logJ, 0)
			values := make(ff.Vec, len(eta))
			for i := range values {
				values[i] = seen[indices[i]][row]
			}
			a := interpolate(eta, values)
			h := ff.NewDomain(c.LogMessage)
			for k := range min(m.Cols, 1<<f.grid.logS) {
				at := (j&(1<<f.grid.logJ-1))<<f.grid.logS + k
				want := ff.FromInt64(int64(x.net.weights[l].W[j*m.Cols+k]))
				if a.Eval(h.Point(ff.One, at)) != want {
					t.Fatalf("the control does not read weight %d,%d", j, k)
				}
			}
		}
	}
}

// epochColumns are the columns the equality proof opens of the epoch's codeword.
func (x *target) epochColumns(t *testing.T) *code.Opened {
	t.Helper()
	key, record := x.model.Key, x.epoch.Record
	b, logMessage, logLength, err := witnessCode(record.Proof)
	if err != nil {
		t.Fatal(err)
	}
	e, err := newEquality(key, logMessage, logLength)
	if err != nil {
		t.Fatal(err)
	}
	tr := e.begin(key, record)
	if _, b, err = takeRoot(tr, b, "W'", e.grind); err != nil {
		t.Fatal(err)
	}
	rho := e.rho(tr)
	if _, b, err = takeRoot(tr, b, "T1", e.grind); err != nil {
		t.Fatal(err)
	}
	_, b, err = openWeights(tr, b, "R", code.KindWeights, key.Root, e.root, e.codes.rootQ, rho)
	if err != nil {
		t.Fatal(err)
	}
	return readColumns(t, tr.Indices("W", e.codes.workQ, e.work.Code.LogLength), b, record.Root,
		e.work.Code, e.grid.rows)
}

func randomVec(rnd interface{ Uint32N(uint32) uint32 }, n int) ff.Vec {
	v := make(ff.Vec, n)
	for i := range v {
		v[i] = ff.New(rnd.Uint32N(ff.P))
	}
	return v
}
