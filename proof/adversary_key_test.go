package proof

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"agon/proof/ff"
	"agon/proof/look"
	"agon/proof/slow"
)

// forged encodes the sample's key with a changed program or parameters. Its range
// proof is then that of another key: what is asked here is which check comes
// first.
func forged(t *testing.T, change func(p *Program, params *Params)) []byte {
	t.Helper()
	honest := *sample().model.Key
	raw := encoded(t, &honest)
	k := new(Key)
	if err := k.UnmarshalBinary(raw); err != nil {
		t.Fatal(err)
	}
	change(k.Program, &k.Params)
	return encoded(t, k)
}

// TestForgedKeys: a key is a stranger's. Programs whose relations could wrap, and
// parameters that would cost a verifier much, are refused before anything is
// computed from them; both verifiers agree.
func TestForgedKeys(t *testing.T) {
	for _, c := range []struct {
		name   string
		guard  slow.Guard
		change func(p *Program, params *Params)
	}{
		{"harmless", slow.GuardPath, func(p *Program, _ *Params) { p.Depth++ }},
		{"coefficient −2⁶³", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns = append(p.Columns, Column{Len: 3})
			p.Lookups = append(p.Lookups, Lookup{len(p.Tables), []int{2}})
			p.Tables = append(p.Tables, look.Table{Shape: look.Range, Hi: 1})
			p.Relations[0].Terms = append(p.Relations[0].Terms, Term{2, math.MinInt64})
		}},
		{"coefficient p", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Relations[0].Terms[0].Coef = ff.P
		}},
		{"constant −2⁶³", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Relations[0].Const = math.MinInt64
		}},
		{"constant of p/2", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Relations[0].Const = ff.P / 2
		}},
		{"input from −2⁶³", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns[p.Inputs[0]].Lo = math.MinInt64
		}},
		{"input to 2⁶³", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns[p.Inputs[0]].Hi = math.MaxInt64
		}},
		{"wide input", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns[p.Inputs[0]].Lo = -1 << 15
			p.Columns[p.Inputs[0]].Hi = 1 << 15
		}},
		// 4096·127·4000 > p/2.
		{"accumulator", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns[p.Inputs[0]] = Column{Len: 4096, Lo: 0, Hi: 4000}
			p.Weights[0].Cols = 4096
		}},
		{"biases of 31 bits", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Weights[0].BiasBits = 31
		}},
		// 5·2³⁰·2³¹ > 2⁶³: the sum of the sides overflows and looks small; rows
		// of the table beyond p stand for others, too.
		{"a table of huge values", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns = append(p.Columns, Column{Len: 3})
			p.Lookups = append(p.Lookups, Lookup{len(p.Tables), []int{2}})
			p.Tables = append(p.Tables,
				look.Table{Shape: look.Range, Lo: math.MaxInt32 - 65535, Hi: math.MaxInt32})
			r := Relation{Weights: -1, Vectors: 1}
			for range 5 {
				r.Terms = append(r.Terms, Term{2, 1 << 30})
			}
			p.Relations = append(p.Relations, r)
		}},
		// A table of eq values for each relation: 34 GB for a key of 44 KB.
		{"a thousand relations of one long column", slow.GuardEncoding,
			func(p *Program, _ *Params) {
				long := len(p.Columns)
				p.Columns = append(p.Columns, Column{Len: 1 << 21})
				p.Lookups = append(p.Lookups, Lookup{len(p.Tables), []int{long}})
				p.Tables = append(p.Tables, look.Table{Shape: look.Range, Hi: 1})
				for range 1000 {
					p.Relations = append(p.Relations,
						Relation{Terms: []Term{{long, 1}}, Weights: -1, Vectors: 1})
				}
			}},
		// 2²³ limbs of biases, each a cell with a term of 32 bytes in the slots' constraints.
		{"millions of biases", slow.GuardEncoding, func(p *Program, q *Params) {
			p.Columns[p.Inputs[0]] = Column{Len: 1, Lo: 0, Hi: 1}
			p.Columns[p.Outputs[0]].Len = 1 << 21
			p.Weights[0] = Matrix{1 << 21, 1, 29}
			q.LogJ, q.LogS, q.LogRoot, q.LogWork = 8, 0, 15, 13
		}},
		{"a free column twice", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Relations = append(p.Relations, p.Relations[0])
		}},
		{"a column nobody defines", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Columns = append(p.Columns, Column{Len: 3})
		}},
		{"weights nobody uses", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Weights = append(p.Weights, p.Weights[0])
		}},
		{"a port twice", slow.GuardEncoding, func(p *Program, _ *Params) {
			p.Outputs = []int{p.Inputs[0]}
		}},
		{"too deep", slow.GuardEncoding, func(p *Program, _ *Params) { p.Depth = MaxDepth + 1 }},
		{"budget of nothing", slow.GuardEncoding, func(_ *Program, q *Params) { q.Budget = 0 }},
		{"budget beyond the limit", slow.GuardEncoding,
			func(_ *Program, q *Params) { q.Budget = MaxBudget + 1 }},
		{"code without distance", slow.GuardEncoding,
			func(_ *Program, q *Params) { q.LogWork = q.LogJ + q.LogS }},
		{"codewords beyond the limit", slow.GuardEncoding,
			func(_ *Program, q *Params) { q.LogRoot = 23 }},
		{"all work, no queries", slow.GuardEncoding, func(_ *Program, q *Params) { q.Grind = 25 }},
		// 2¹³ rows of 2²¹ places: 2³⁴ lookups. A value out of range in p of them,
		// most of them outside the matrix, would cancel.
		{"more positions than p", slow.GuardEncoding, func(p *Program, q *Params) {
			p.Columns[p.Inputs[0]] = Column{Len: 1 << 7, Lo: 0, Hi: 127}
			p.Columns[p.Outputs[0]].Len = 1 << 21
			p.Weights[0] = Matrix{1 << 21, 1 << 7, 16}
			q.LogJ, q.LogS, q.LogRoot, q.LogWork = 8, 13, 22, 22
		}},
		// One value a row: 2²⁸ rows, for which a verifier would need 4 GB.
		{"a row for each weight", slow.GuardEncoding, func(p *Program, q *Params) {
			p.Columns[p.Inputs[0]] = Column{Len: 1 << 14, Lo: 0, Hi: 127}
			p.Columns[p.Outputs[0]].Len = 1 << 14
			p.Weights[0] = Matrix{1 << 14, 1 << 14, 16}
			q.LogJ, q.LogS, q.LogRoot, q.LogWork = 0, 0, 15, 13
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			key := forged(t, c.change)
			bounded(t, 64<<20, func() {
				if g := judgeKey(t, key); g != c.guard && !(c.name == "harmless" &&
					slices.Contains([]slow.Guard{slow.GuardOpening, slow.GuardWork}, g)) {
					t.Errorf("refused by %q, want %q", g, c.guard)
				}
			})
		})
	}
}

// TestWitnessCodes: the prover chooses the code of its sheets, but none that would
// make a verifier work for minutes.
func TestWitnessCodes(t *testing.T) {
	x := sample()
	for _, c := range []struct {
		name       string
		logK, logN byte
	}{
		{"rows of four cells", 2, 20}, {"no message", 0, 10}, {"a rate of 2⁻¹⁰", 8, 18},
		{"columns beyond the limit", 16, 21}, {"cells beyond the limit", 17, 19},
		{"no distance", 8, 8}, {"too little distance", 8, 9}, {"the largest numbers", 255, 255},
	} {
		bad := slices.Clone(x.proof)
		bad[1], bad[2] = c.logK, c.logN
		bounded(t, 64<<20, func() {
			if g := x.judge(t, x.statement, bad); g != slow.GuardEncoding {
				t.Errorf("%s: refused by %q", c.name, g)
			}
		})
	}
}

// TestSecretsOfTwoModels uses one secret for two models: other weights, and the
// same weights in another program. Pads must not be the same. If they were, a
// row of the one minus that of the other would be a polynomial of degree below
// κ + J, as both tails would cancel but for the slots.
func TestSecretsOfTwoModels(t *testing.T) {
	rnd := newRand(t, 91)
	secret := Secret{Commit: [32]byte{7}, Prove: [32]byte{8}}
	n := newLayered(rnd, true, 8, 3)
	commit := func(weights []Weights, prog Program) *Model {
		m, err := Commit(&prog, weights, secret, Standard)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	prog := *n.prog
	one := commit(n.weights, prog)
	changed := []Weights{{slices.Clone(n.weights[0].W), n.weights[0].B}}
	changed[0].W[3] ^= 1
	deeper := prog
	deeper.Depth++
	again := commit(n.weights, prog)
	if one.Key.Root != again.Key.Root || one.Key.ID() != again.Key.ID() {
		t.Error("equal arguments give different models")
	}
	for name, other := range map[string]*Model{
		"another weight":  commit(changed, prog),
		"another program": commit(n.weights, deeper),
	} {
		c := one.codes.root
		degree := c.Message() + c.Slots
		var x, y ff.Vec
		for j := range degree + 1 {
			x = append(x, c.Point(j))
			y = append(y, columnOf(t, one, j).Sub(columnOf(t, other, j)))
		}
		if interpolate(x[:degree], y[:degree]).Eval(x[degree]) == y[degree] {
			t.Errorf("%s: the pads of both roots are the same", name)
		}
	}
}

// columnOf is the first value of column j of a registered root.
func columnOf(t *testing.T, m *Model, j int) ff.Elem {
	t.Helper()
	b, err := m.root.AppendOpening(nil, []int{j})
	if err != nil {
		t.Fatal(err)
	}
	v, err := ff.DecodeElem(b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestManyLookups: a key of some kilobytes that looks one long column up four
// thousand times. Beyond p lookups multiplicities would wrap, and long before that
// a verifier would hold a table of all leaves. It is the statement's frame that is
// refused, as a key alone looks nothing up.
func TestManyLookups(t *testing.T) {
	n := newLayered(newRand(t, 92), true, 8, 3)
	prog := *n.prog
	prog.Columns = append(slices.Clone(prog.Columns), Column{Len: 1 << 21})
	prog.Tables = append(slices.Clone(prog.Tables), look.Table{Shape: look.Range, Hi: 1})
	for range MaxColumns {
		prog.Lookups = append(prog.Lookups, Lookup{len(prog.Tables) - 1, []int{2}})
	}
	if err := prog.Check(); err != nil {
		t.Fatal(err)
	}
	params, err := Choose(&prog, Standard)
	if err != nil {
		t.Fatal(err)
	}
	h := Header{Batch: 1, Ports: []Visibility{Public, Public}, Uses: 1}
	h.LogMessage, h.LogLength = 12, 15
	bounded(t, 64<<20, func() {
		if _, err := newFrame(&prog, params, h); !errors.Is(err, ErrHeader) {
			t.Errorf("%d lookups of 2^21 values: %v", MaxColumns, err)
		}
	})
	key := encoded(t, &Key{Program: &prog, Params: params})
	st := encoded(t, &Statement{Batch: 1, Model: (&Key{Program: &prog, Params: params}).ID(),
		Epoch: 1, Ports: []Port{{Values: make([]int32, 8)}, {Values: make([]int32, 3)}}})
	epoch := encoded(t, &EpochRecord{Number: 1})
	if g := slowGuard(t, slow.Check(key, epoch, st, []byte{1, 12, 15})); g != slow.GuardEncoding {
		t.Errorf("the slow verifier: refused by %q", g)
	}
}

// TestTwoRecordsOfOneEpoch adds two records of one number and of different roots at
// the same time: one is remembered, and the other does not replace it.
func TestTwoRecordsOfOneEpoch(t *testing.T) {
	x := newTarget(t, newRand(t, 55), Standard, false, []int{12, 6, 4}, Private, Private)
	var records [2]*EpochRecord
	for i := range records {
		e, err := x.model.NewEpoch(NewMemoryLedger())
		if err != nil {
			t.Fatal(err)
		}
		records[i] = e.Record
	}
	for range 5 { // both are checked before either is remembered, but for bad luck
		v, err := NewVerifier(x.model.Key)
		if err != nil {
			t.Fatal(err)
		}
		var errs [2]error
		var wg sync.WaitGroup
		for i, r := range records {
			wg.Go(func() { errs[i] = v.AddEpoch(r) })
		}
		wg.Wait()
		kept := slices.Index(errs[:], nil)
		if kept < 0 || !errors.Is(errs[1-kept], ErrEpoch) {
			t.Fatalf("one is to be refused: %v", errs)
		}
		if v.epochs[1].work != records[kept].Root {
			t.Error("the record that was refused is remembered")
		}
	}
}
