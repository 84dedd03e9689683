package proof

import (
	"errors"
	"slices"
	"testing"

	"agon/proof/look"
	"agon/proof/slow"
)

// TestSwappedActivations: two layers with two activations, ReLU up to 127 and up
// to 6. A prover evaluates each with the other's and looks every tuple up where it
// is found: all of them are in some table, counted properly. The table's id is part
// of a tuple, so that they are not in theirs.
func TestSwappedActivations(t *testing.T) {
	rnd := newRand(t, 61)
	n := newLayered(rnd, false, 12, 6, 4)
	p := n.prog
	relu6 := look.Table{Shape: look.Narrow, Hi: 6}
	p.Tables = append(p.Tables, relu6)
	p.Lookups[len(p.Lookups)-1].Table = len(p.Tables) - 1 // the last layer's (c, l, y)
	n.tops = []int32{activationMax, 6}
	x := &target{session: newSession(t, n, Standard), net: n}
	x.witness = n.evaluate(n.inputs(rnd, 1))
	x.statement = n.statement(x.witness, 1, Private, Private)
	x.proof = x.prove(t, x.statement, x.witness)
	if g := x.judge(t, x.statement, x.proof); g != "" {
		t.Fatalf("the honest proof is refused by %q", g)
	}

	swapped := *n
	swapped.tops = []int32{6, activationMax}
	lie := swapped.evaluate(x.witness.Columns[p.Inputs[0]])
	if slices.Equal(lie.Columns[n.cols[0].y], x.witness.Columns[n.cols[0].y]) {
		t.Fatal("both activations give the same: choose another seed")
	}
	x.attack(t, hooks{columns: func(col []look.Column, counts [][]int32) {
		for i := range col {
			copy(col[i].Values, lie.Columns[i])
		}
		for i := range counts {
			clear(counts[i])
		}
		lookups := slices.Clone(p.Lookups)
		lookups = append(lookups, Lookup{len(p.Tables), p.Inputs}) // the hidden input's range
		tables := append(slices.Clone(p.Tables), look.Table{Shape: look.Range, Hi: activationMax})
		for _, l := range lookups {
			table := l.Table
			if tables[table].Shape == look.Narrow { // the one for the other
				table = slices.IndexFunc(tables, func(u look.Table) bool {
					return u.Shape == look.Narrow && u != tables[l.Table]
				})
			}
			var columns []look.Column
			for _, c := range l.Columns {
				columns = append(columns, col[c])
			}
			entry := look.Lookup{Table: table, Columns: columns}
			if err := entry.Count(tables[table], counts[table]); err != nil {
				t.Fatal(err)
			}
		}
	}}, slow.GuardConstraint, "lookup level")
}

// TestSealsOfOthers: a seal made for another key's code has pads for fewer queries
// than a proof of this key makes, and one of another column has other rows. The
// prover refuses both: it would reveal the sealed values before its uses are spent.
func TestSealsOfOthers(t *testing.T) {
	n, s := small(t)
	chain := newSession(t, n, Chain)
	w := n.evaluate(n.inputs(newRand(t, 14), 1))
	ports := []Visibility{Hashed, Public}
	values := w.Columns[n.prog.Inputs[0]]
	plan, err := PlanSeals(s.model.Key, 1, ports, 2)
	if err != nil {
		t.Fatal(err)
	}
	long := slices.Repeat(values, 1<<plan.LogMessage)
	for name, c := range map[string]struct {
		key    *Key
		values []int32
	}{
		"another key's code": {chain.model.Key, values},
		"a longer column":    {s.model.Key, long},
	} {
		seal, err := NewSeal(c.key, plan, c.values)
		if err != nil {
			t.Fatal(err)
		}
		w.Seals[0] = seal
		st := n.statement(w, 1, ports...)
		st.Ports[0].Sealed = &seal.Public
		if _, err := s.model.Prove(s.epoch, s.ledger, st, w); !errors.Is(err, ErrWitness) {
			t.Errorf("%s: %v, want %v", name, err, ErrWitness)
		}
	}
}

// TestWideStatements: what a verifier holds for an answer grows with the batch, so
// that it is bounded with it, before anything is laid out.
func TestWideStatements(t *testing.T) {
	n := newLayered(newRand(t, 93), true, 8, 3)
	for _, c := range []struct {
		name   string
		change func(p *Program)
		batch  int
		ports  []Visibility
	}{
		// Six hundred relations of one column of 4,096 elements.
		{"elements of relations", func(p *Program) {
			at := len(p.Columns)
			p.Columns = append(p.Columns, Column{Len: 1 << 12})
			p.Lookups = append(p.Lookups, Lookup{len(p.Tables), []int{at}})
			p.Tables = append(p.Tables, look.Table{Shape: look.Range, Hi: 1})
			for range 600 {
				p.Relations = append(p.Relations,
					Relation{Terms: []Term{{at, 1}}, Weights: -1, Vectors: 1})
			}
		}, 64, []Visibility{Public, Public}},
		// Eight hashed outputs of 2²⁰ values each.
		{"sealed cells", func(p *Program) {
			p.Tables = append(p.Tables, look.Table{Shape: look.Range, Hi: 1})
			for range 8 {
				at := len(p.Columns)
				p.Columns = append(p.Columns, Column{Len: 1 << 18})
				p.Lookups = append(p.Lookups, Lookup{len(p.Tables) - 1, []int{at}})
				p.Outputs = append(p.Outputs, at)
			}
		}, 4, append([]Visibility{Public, Public}, slices.Repeat([]Visibility{Hashed}, 8)...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			prog := *n.prog
			c.change(&prog)
			if err := prog.Check(); err != nil {
				t.Fatal(err)
			}
			params, err := Choose(&prog, Standard)
			if err != nil {
				t.Fatal(err)
			}
			h := Header{Batch: c.batch, Ports: c.ports, Uses: 1, LogMessage: 12, LogLength: 15}
			bounded(t, 64<<20, func() {
				if _, err := newFrame(&prog, params, h); !errors.Is(err, ErrHeader) {
					t.Errorf("have %v, want %v", err, ErrHeader)
				}
			})
			key := &Key{Program: &prog, Params: params}
			st := &Statement{Batch: c.batch, Model: key.ID(), Epoch: 1}
			for i, v := range c.ports {
				port := Port{Visibility: v}
				if v == Public {
					port.Values = make([]int32, prog.Columns[prog.port(i)].Len*c.batch)
				} else {
					port.Sealed = &Sealed{LogMessage: 12, LogLength: 15, Uses: 1}
				}
				st.Ports = append(st.Ports, port)
			}
			g := slowGuard(t, slow.Check(encoded(t, key), encoded(t, &EpochRecord{Number: 1}),
				encoded(t, st), []byte{1, 12, 15}))
			if g != slow.GuardEncoding {
				t.Errorf("the slow verifier: refused by %q", g)
			}
		})
	}
}

// TestRootOutOfProportion: who opens a root from published weights makes all its
// codewords, and its parameters are a stranger's: a row for each of 2¹⁴ weights,
// each 2²² values long, would take 256 GB.
func TestRootOutOfProportion(t *testing.T) {
	prog := newLayered(newRand(t, 94), true, 128, 128).prog
	key := &Key{Program: prog, Params: Params{LogRoot: 22, LogWork: 13, Epochs: 64, Budget: 8}}
	weights := []Weights{{make([]int8, 1<<14), make([]int32, 128)}}
	bounded(t, 64<<20, func() {
		if _, err := Open(key, weights, Secret{}); !errors.Is(err, ErrParams) {
			t.Errorf("have %v, want %v", err, ErrParams)
		}
	})
}
