package proof

import (
	"errors"
	"slices"
	"testing"

	"agon/proof/ff"
	"agon/proof/look"
	"agon/proof/slow"
	"agon/proof/sum"
	"agon/proof/zk"
)

// record is what a dishonest prover committed to, so that a test can say which
// constraint its proof breaks: the linear test only says that one is broken.
type record struct {
	columns []look.Column
	counts  [][]int32
	pads    ff.ExtVec
	fold    ff.ExtVec
}

// observe wraps hooks so that r holds what was committed in the end.
func (r *record) observe(h hooks) *hooks {
	return &hooks{
		columns: func(columns []look.Column, counts [][]int32) {
			for i := range columns {
				columns[i].Values = slices.Clone(columns[i].Values)
			}
			for i := range counts {
				counts[i] = slices.Clone(counts[i])
			}
			if h.columns != nil {
				h.columns(columns, counts)
			}
			r.columns, r.counts = columns, counts
		},
		pads: func(l *sum.Layout, cells ff.ExtVec) {
			if h.pads != nil {
				h.pads(l, cells)
			}
			r.pads = cells
		},
		fold: func(f zk.Fold, cells ff.ExtVec) {
			if h.fold != nil {
				h.fold(f, cells)
			}
			r.fold = cells
		},
	}
}

// cell is the committed value of a cell.
func (r *record) cell(f *frame) func(sum.Ref) ff.Ext {
	cells := (&prover{frame: f, columns: r.columns, counts: r.counts}).firstCells()
	return func(x sum.Ref) ff.Ext {
		switch x.Space {
		case spaceColumns:
			return ff.Embed(cells[x.At])
		case spacePads:
			return r.pads.At(x.At)
		}
		return r.fold.At(x.At)
	}
}

// blame reads a proof as its verifier does and returns the name of the first
// constraint that the committed values break, "W columns" if only the opened
// columns of the weights can be at odds.
func (x *target) blame(t *testing.T, r *record, st *Statement, proof []byte) string {
	t.Helper()
	f, body, err := openProof(x.model.Key, st, proof)
	if err != nil {
		t.Fatal(err)
	}
	tr := begin(x.model.Key, x.epoch.Record, st, f.Header)
	if _, body, err = takeRoot(tr, body, "T1", f.params.firstGrind(f.leaves)); err != nil {
		t.Fatal(err)
	}
	talk := sum.NewVerifier(tr, f.layout, body)
	columns := slices.Clone(f.columns)
	for i, port := range st.Ports {
		columns[f.prog.port(i)].Values = port.Values
	}
	c := script{frame: f, Talk: talk, columns: columns}
	c.run()
	forms := append(talk.Constraints(), c.constraints(c.open())...)
	names := constraintNames(f, len(forms))
	cell := r.cell(f)
	for i, form := range forms {
		if !form.Value(cell).IsZero() {
			return names[i]
		}
	}
	return "W columns"
}

// constraintNames are the constraints in canonical order.
func constraintNames(f *frame, total int) []string {
	var names []string
	if f.nu >= 0 {
		names = append(names, "lookup root")
		for range f.nu {
			names = append(names, "lookup level")
		}
		names = append(names, "lookup leaves p", "lookup leaves q")
	}
	for _, hidden := range f.hidden {
		if hidden {
			names = append(names, "linear input")
		}
	}
	names = append(names, "linear final")
	tail := []string{"pad product a", "pad product b", "pad product d", "fold value", "fold slots"}
	for len(names)+len(tail) < total {
		names = append(names, "pad copies")
	}
	return append(names, tail...)
}

// first is the index of the first element of a column with the wanted property.
func first(t *testing.T, values []int32, want func(int32) bool) int {
	t.Helper()
	i := slices.IndexFunc(values, want)
	if i < 0 {
		t.Fatal("no such element: choose another seed")
	}
	return i
}

// TestMaliciousWitness commits to false witnesses; everything else is done as an
// honest prover would. All are refused by the linear test, each for its reason.
func TestMaliciousWitness(t *testing.T) {
	rnd := newRand(t, 51)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
	a := x.net.cols[0] // the hidden layer, shift 10: r = r₀ + 256·r₁, r₁ < 4
	tables := x.net.prog.Lookups
	table := func(columns ...int) int { // the table these columns are looked up in
		i := slices.IndexFunc(tables, func(l Lookup) bool {
			return slices.Equal(l.Columns, columns)
		})
		return tables[i].Table
	}
	// move corrects the multiplicities of a range table for a changed value.
	move := func(counts [][]int32, table int, from, to int32) {
		lo := x.net.prog.Tables[table].Lo
		counts[table][from-lo]--
		counts[table][to-lo]++
	}
	const modulus = 1<<31 - 1<<24 + 1
	for _, c := range []struct {
		name, blame string
		change      func(col []look.Column, counts [][]int32)
	}{
		{"r₀ = 256 + r₀, r₁ one less", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.r1].Values, func(v int32) bool { return v > 0 })
			col[a.r0].Values[i] += 256
			col[a.r1].Values[i]--
		}},
		{"r = 2ˢ + r, quotient one less", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.l].Values, func(v int32) bool { return v > 0 })
			col[a.r1].Values[i] += 4
			col[a.l].Values[i]--
		}},
		{"r negative, quotient one more", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.l].Values, func(v int32) bool { return v < 255 })
			col[a.r1].Values[i] -= 4
			col[a.l].Values[i]++
		}},
		{"y off by one", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.y].Values, func(v int32) bool { return v < activationMax })
			col[a.y].Values[i]++
		}},
		{"accumulator plus p", "lookup level", func(col []look.Column, _ [][]int32) {
			wrap(&col[a.h].Values[0], &col[a.l].Values[0], &col[a.r1].Values[0],
				&col[a.r0].Values[0], modulus)
		}},
		{"accumulator minus p", "lookup level", func(col []look.Column, _ [][]int32) {
			wrap(&col[a.h].Values[0], &col[a.l].Values[0], &col[a.r1].Values[0],
				&col[a.r0].Values[0], -modulus)
		}},
		{"class of a negative value", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.c].Values, func(v int32) bool { return v < 0 })
			col[a.c].Values[i] = 1
		}},
		{"minus zero", "lookup level", func(col []look.Column, _ [][]int32) {
			i := first(t, col[a.h].Values, func(v int32) bool { return v == 0 })
			col[a.c].Values[i] = -1
		}},
		{"y of two elements exchanged", "lookup level", func(col []look.Column, _ [][]int32) {
			v := col[a.y].Values
			i := first(t, v, func(y int32) bool { return y != v[0] })
			v[0], v[i] = v[i], v[0]
		}},
		{"a multiplicity more", "lookup level", func(_ []look.Column, counts [][]int32) {
			counts[0][7]++
		}},
		{"multiplicity of another row", "lookup level", func(_ []look.Column, counts [][]int32) {
			i := first(t, counts[0], func(m int32) bool { return m > 0 })
			counts[0][i]--
			counts[0][(i+1)%len(counts[0])]++
		}},
		{"multiplicity of another table", "lookup level", func(_ []look.Column, counts [][]int32) {
			i := first(t, counts[0], func(m int32) bool { return m > 0 })
			counts[0][i]--
			counts[1][0]++
		}},
		{"tables exchanged", "lookup level", func(_ []look.Column, counts [][]int32) {
			copy(counts[0], counts[2])
		}},
		{"input above its range", "lookup level", func(col []look.Column, counts [][]int32) {
			col[x.net.prog.Inputs[0]].Values[0] = activationMax + 1
		}},
		{"another remainder, looked up", "linear final",
			func(col []look.Column, counts [][]int32) {
				i := first(t, col[a.r0].Values, func(v int32) bool { return v < 255 })
				v := &col[a.r0].Values[i]
				move(counts, table(a.r0), *v, *v+1)
				*v++
			}},
		{"another input, looked up", "linear final", func(col []look.Column, counts [][]int32) {
			v := &col[x.net.prog.Inputs[0]].Values[0]
			to := (*v + 1) % (activationMax + 1)
			last := counts[len(counts)-1] // the range of the hidden input comes last
			last[*v]--
			last[to]++
			*v = to
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x.attack(t, hooks{columns: c.change}, slow.GuardConstraint, c.blame)
		})
	}
}

// wrap replaces an accumulator by one that differs by m and is equal modulo p:
// acc = 2¹⁰·(256h + l) + r − 2⁹.
func wrap(h, l, r1, r0 *int32, m int64) {
	v := (int64(*h)*256+int64(*l))<<10 + int64(*r1)<<8 + int64(*r0) + m
	*r0, *r1 = int32(v&255), int32(v>>8&3)
	*l, *h = int32(v>>10&255), int32(v>>18)
}

// attack proves with hooks and says which check must refuse, and which
// constraint must be broken.
func (x *target) attack(t *testing.T, h hooks, guard slow.Guard, blame string) {
	t.Helper()
	var r record
	x.model.hooks = r.observe(h)
	defer func() { x.model.hooks = nil }()
	proof := x.prove(t, x.statement, x.witness)
	if g := x.judge(t, x.statement, proof); g != guard {
		t.Errorf("refused by %q, want %q", g, guard)
	}
	if guard != slow.GuardConstraint {
		return
	}
	if have := x.blame(t, &r, x.statement, proof); have != blame {
		t.Errorf("the broken constraint is %q, want %q", have, blame)
	}
}

// TestMaliciousPads lies about pads and their products.
func TestMaliciousPads(t *testing.T) {
	rnd := newRand(t, 52)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
	bump := func(cells ff.ExtVec, i int) { cells.Set(i, cells.At(i).Add(ff.ExtOne)) }
	for _, c := range []struct {
		name  string
		guard slow.Guard
		blame string
		pads  func(l *sum.Layout, cells ff.ExtVec)
	}{
		// Lists a and b have Y + 1 cells each, d has 2Y + 1. The verifier uses
		// d[y] in a product, so that a lie there breaks two constraints.
		{"product of two pads", slow.GuardConstraint, "lookup level",
			func(l *sum.Layout, cells ff.ExtVec) { bump(cells, 2*(l.Products()+1)+1) }},
		{"product beyond the last pair", slow.GuardConstraint, "pad product d",
			func(l *sum.Layout, cells ff.ExtVec) { bump(cells, 2*(l.Products()+1)+l.Products()) }},
		{"last of the products", slow.GuardConstraint, "pad product d",
			func(l *sum.Layout, cells ff.ExtVec) { bump(cells, 4*l.Products()+2) }},
		{"ϱ = 0", slow.GuardZeroRoot, "", func(l *sum.Layout, cells ff.ExtVec) {
			f := x.frame(t)
			blind := sum.ID(len(f.prog.Weights) + 1) // after the biases and q
			cells.Set(l.Home(blind).At, ff.Ext{})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			x.attack(t, hooks{pads: c.pads}, c.guard, c.blame)
		})
	}
	t.Run("a copy of a pad", func(t *testing.T) {
		// The third product of a level, q₀·q₁, uses copies of both pads.
		f := x.frame(t)
		copies := f.layout.Copies()
		at := copies[0].Terms[0].At
		x.attack(t, hooks{pads: func(_ *sum.Layout, cells ff.ExtVec) { bump(cells, at) }},
			slow.GuardConstraint, "pad copies")
	})
}

func (x *target) frame(t *testing.T) *frame {
	t.Helper()
	f, _, err := openProof(x.model.Key, x.statement, x.proof)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestMaliciousFold commits to another fold than that of the weights.
func TestMaliciousFold(t *testing.T) {
	rnd := newRand(t, 53)
	x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
	for _, c := range []struct {
		name, blame string
		at          func(f zk.Fold) int
	}{
		{"message", "fold value", func(f zk.Fold) int { return f.Message.At + 3 }},
		{"slot", "fold slots", func(f zk.Fold) int { return f.Slots.At }},
		{"pad", "W columns", func(f zk.Fold) int { return f.Tail.At + 1 }},
	} {
		t.Run(c.name, func(t *testing.T) {
			x.attack(t, hooks{fold: func(f zk.Fold, cells ff.ExtVec) {
				i := c.at(f)
				cells.Set(i, cells.At(i).Add(ff.ExtOne))
			}}, slow.GuardConstraint, c.blame)
		})
	}
}

// TestOtherWeights proves with weights and biases that are not those of the
// root: one root, one model.
func TestOtherWeights(t *testing.T) {
	rnd := newRand(t, 54)
	for _, c := range []struct {
		name, blame string
		change      func(w []Weights)
	}{
		{"one weight", "W columns", func(w []Weights) { w[0].W[5] ^= 1 }},
		{"a row negated", "W columns", func(w []Weights) {
			for k := range 12 {
				w[0].W[k] = -w[0].W[k]
			}
		}},
		{"one bias", "fold slots", func(w []Weights) { w[1].B[2]++ }},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := newTarget(t, rnd, Standard, false, []int{12, 6, 4}, Private, Private)
			other := make([]Weights, len(x.net.weights))
			for i, w := range x.net.weights {
				other[i] = Weights{slices.Clone(w.W), slices.Clone(w.B)}
			}
			c.change(other)
			inputs := x.witness.Columns[x.net.prog.Inputs[0]]
			x.net.weights = other
			x.witness = x.net.evaluate(inputs)
			swapped, err := newWeights(x.net.prog.Weights, other, x.model.Key.Params.LogJ)
			if err != nil {
				t.Fatal(err)
			}
			x.model.weights = swapped
			x.attack(t, hooks{}, slow.GuardConstraint, c.blame)

			// An epoch of the other weights is no epoch of this root.
			next, err := x.model.NewEpoch(x.ledger)
			if err != nil {
				t.Fatal(err)
			}
			fast := x.verifier.AddEpoch(next.Record)
			slowly := slow.CheckEpoch(encoded(t, x.model.Key), encoded(t, next.Record))
			if !errors.Is(fast, ErrEpoch) || guardOf(t, fast) != slow.GuardConstraint ||
				slowGuard(t, slowly) != slow.GuardConstraint {
				t.Errorf("the epoch: fast %v, slow %v", fast, slowly)
			}
		})
	}
}
