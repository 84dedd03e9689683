package lower

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"agon/nn"
	"agon/nn/zoo"
	"agon/proof"
	"agon/proof/look"
)

// holds evaluates a program on one input's columns in plain integers: every
// lookup by searching its table, every relation by adding up. It names the first
// that fails.
func holds(p *proof.Program, weights []proof.Weights, columns [][]int32) error {
	for i, l := range p.Lookups {
		for k := range columns[l.Columns[0]] {
			var tuple [look.Width]int32
			for j, c := range l.Columns {
				tuple[j] = columns[c][k]
			}
			if p.Tables[l.Table].Find(tuple) < 0 {
				return fmt.Errorf("lookup %d: %v is in no row of %+v", i, tuple, p.Tables[l.Table])
			}
		}
	}
	for i, r := range p.Relations {
		for e := range columns[r.Terms[0].Column] {
			left := r.Const
			for _, t := range r.Terms {
				left += t.Coef * int64(columns[t.Column][e])
			}
			var right int64
			if r.Weights >= 0 {
				m, w := p.Weights[r.Weights], weights[r.Weights]
				row, j := e/m.Rows, e%m.Rows
				right = int64(w.B[j])
				for k := range m.Cols {
					right += int64(w.W[j*m.Cols+k]) * int64(columns[r.Input][row*m.Cols+k])
				}
			}
			if left != right {
				return fmt.Errorf("relation %d, element %d: %d is not %d", i, e, left, right)
			}
		}
	}
	return nil
}

// prepared lowers a model and fills a witness for one input.
func prepared(t *testing.T, m *nn.Model, in [][]int32) (*Circuit, [][]int32, nn.Trace) {
	t.Helper()
	c, err := Lower(m.Graph)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := m.Run(in...)
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.Witness(trace)
	if err != nil {
		t.Fatal(err)
	}
	return c, w.Columns, trace
}

// TestProgramsHold: for random graphs the program holds on an honest run, and
// its outputs read as the graph's.
func TestProgramsHold(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 41))
		m := zoo.Random(rng, 6)
		c, columns, trace := prepared(t, m, zoo.Inputs(rng, m.Graph))
		if err := holds(c.Program, Weights(m), columns); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		for i, o := range m.Graph.Outputs {
			out := c.Outputs[i]
			got := out.Read(columns[c.Program.Outputs[out.Port]])
			if !slices.Equal(got, trace[o.Value]) {
				t.Fatalf("seed %d, output %d: %v, the graph says %v", seed, i, got, trace[o.Value])
			}
		}
	}
}

// TestNothingElseHolds changes any entry that the prover chooses, by one, by a
// power of two, by p: something must fail.
func TestNothingElseHolds(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 42))
		m := zoo.Random(rng, 4)
		c, columns, _ := prepared(t, m, zoo.Inputs(rng, m.Graph))
		for i := range columns {
			if slices.Contains(c.Program.Inputs, i) {
				continue
			}
			k := rng.IntN(len(columns[i]))
			for _, by := range []int32{1, -1, 1 << rng.IntN(16), nn.Modulus, -nn.Modulus} {
				columns[i][k] += by
				if holds(c.Program, Weights(m), columns) == nil {
					t.Fatalf("seed %d: entry %d of column %d is free: %d holds as well",
						seed, k, i, columns[i][k])
				}
				columns[i][k] -= by
			}
		}
	}
}

// TestCarries moves a unit between limbs, which keeps the sum: r = 2^s, a low limb
// of 256, a low byte of the remainder of 256. The ranges must refuse each.
func TestCarries(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 43))
	m := zoo.Dense(7, 30, 20, 10) // shift 10: r has two bytes
	in := zoo.Inputs(rng, m.Graph)
	c, columns, _ := prepared(t, m, in)
	i := slices.IndexFunc(c.fills, func(f fill) bool { return f.parts != nil })
	p, s := c.fills[i].parts, c.fills[i].op.Shift
	if p.r1 < 0 {
		t.Fatalf("shift %d: this test wants a remainder of two bytes", s)
	}
	type change struct {
		column int
		by     int32
	}
	for name, changes := range map[string][]change{
		"r up, l down":   {{p.r1, 1 << (s - 8)}, {p.l, -1}},
		"r down, l up":   {{p.r1, -1 << (s - 8)}, {p.l, 1}},
		"l up, h down":   {{p.l, 256}, {p.h, -1}},
		"l down, h up":   {{p.l, -256}, {p.h, 1}},
		"r0 up, r1 down": {{p.r0, 256}, {p.r1, -1}},
		"r0 down, r1 up": {{p.r0, -256}, {p.r1, 1}},
		"y up":           {{p.y, 1}},
		"class":          {{p.c, 1}},
	} {
		for k := range columns[p.l] {
			for _, ch := range changes {
				columns[ch.column][k] += ch.by
			}
			err := holds(c.Program, Weights(m), columns)
			if err == nil || name != "y up" && !strings.Contains(err.Error(), "lookup") {
				t.Errorf("%s, element %d: %v", name, k, err)
			}
			for _, ch := range changes {
				columns[ch.column][k] -= ch.by
			}
		}
	}
}

// TestPorts: outputs of every kind, several names of one value, an input that is
// an output, a label behind a reshape.
func TestPorts(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 44))
	m := zoo.Dense(1, 12, 6, 5)
	g := m.Graph
	logits := g.Outputs[0].Value
	g.Nodes = append(g.Nodes,
		nn.Node{Op: nn.Reshape{Shape: nn.Shape{1, 5}}, In: []nn.Value{logits}},
		nn.Node{Op: nn.ArgMax{}, In: []nn.Value{logits + 1}},
		nn.Node{Op: nn.Reshape{Shape: nn.Shape{}}, In: []nn.Value{logits + 2}},
		nn.Node{Op: nn.Requant{Shift: 8, Lo: -128, Hi: 127}, In: []nn.Value{logits}},
		nn.Node{Op: nn.Requant{Shift: 9, Lo: 0, Hi: 255}, In: []nn.Value{logits}},
		nn.Node{Op: nn.Add{ShiftA: 2, ShiftB: 3}, In: []nn.Value{logits + 4, logits + 5}},
	)
	for _, v := range []nn.Value{logits + 1, logits + 3, logits + 4, logits + 6, 0, 2} {
		g.Outputs = append(g.Outputs, nn.Output{Value: v, Scale: 1})
	}
	in := zoo.Inputs(rng, g)
	c, columns, trace := prepared(t, m, in)
	if err := holds(c.Program, Weights(m), columns); err != nil {
		t.Fatal(err)
	}
	for i, o := range g.Outputs {
		out := c.Outputs[i]
		if got := out.Read(columns[c.Program.Outputs[out.Port]]); !slices.Equal(got,
			trace[o.Value]) {
			t.Errorf("output %d: %v, want %v", i, got, trace[o.Value])
		}
	}
	if c.Outputs[0].Port != c.Outputs[1].Port || c.Outputs[0].Port != c.Outputs[2].Port {
		t.Errorf("logits, their reshape and their label are ports %v", c.Outputs)
	}
	// The accumulator that two Requants narrow is one number.
	for i, f := range c.fills {
		if f.parts == nil || f.value != logits {
			continue
		}
		columns[c.fills[i].parts.l][0]++
		if holds(c.Program, Weights(m), columns) == nil {
			t.Error("two Requants of one accumulator may differ")
		}
		columns[c.fills[i].parts.l][0]--
	}
}

func TestLowerRefuses(t *testing.T) {
	linear := func(w int, v nn.Value) nn.Node {
		return nn.Node{Op: nn.Linear{Weights: w}, In: []nn.Value{v}}
	}
	one := func(hi int64, nodes ...nn.Node) *nn.Graph {
		return &nn.Graph{
			Inputs: []nn.Input{{Shape: nn.Shape{4}, Bound: nn.Bound{Hi: hi}, Scale: 1}},
			Weights: []nn.Weights{{Rows: 4, Cols: 4, BiasBits: 8},
				{Rows: 4, Cols: 4, BiasBits: 8}},
			Nodes:   nodes,
			Outputs: []nn.Output{{Value: nn.Value(len(nodes)), Scale: 1}},
		}
	}
	// Seventeen tensors added up one after the other: one more than a relation has
	// terms. A stranger's graph of thousands would keep a verifier busy for minutes.
	var chain []nn.Node
	for range 17 {
		chain = append(chain, nn.Node{Op: nn.Clip{Hi: 3}, In: []nn.Value{0}})
	}
	for i := range 16 {
		last := nn.Value(1)
		if i > 0 {
			last = nn.Value(len(chain))
		}
		chain = append(chain, nn.Node{Op: nn.Add{}, In: []nn.Value{last, nn.Value(i + 2)}})
	}
	for name, g := range map[string]*nn.Graph{
		"a sum of many":       one(3, chain...),
		"no sense":            one(-1),
		"matrix of sums":      one(3, linear(0, 0), linear(1, 1)),
		"sum of accumulators": one(3, linear(0, 0), nn.Node{Op: nn.Add{}, In: []nn.Value{1, 0}}),
		"label used further": one(3, nn.Node{Op: nn.ArgMax{}, In: []nn.Value{0}},
			nn.Node{Op: nn.Reshape{Shape: nn.Shape{1}}, In: []nn.Value{1}}, nn.Node{Op: nn.Add{},
				In: []nn.Value{2, 2}}),
		"input of 2^20 numbers": one(1<<20, linear(0, 0)),
		"unused weights":        one(3, linear(0, 0)),
	} {
		if _, err := Lower(g); err == nil {
			t.Errorf("%s: accepted", name)
		} else if name != "no sense" && !errors.Is(err, ErrGraph) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWitnessRefuses(t *testing.T) {
	m := zoo.Dense(1, 8, 4)
	c, err := Lower(m.Graph)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Witness(nn.Trace{{1}}); err == nil {
		t.Error("a trace of one value was accepted")
	}
	if _, err := c.Witness(nn.Trace{{1, 2}, {3}}); err == nil {
		t.Error("a trace of other sizes was accepted")
	}
}

// TestCertificates: graphs at the edge of nn's certificates are within the
// program's too.
func TestCertificates(t *testing.T) {
	for _, hi := range []int64{255, 1 << 15} {
		most := (int64(nn.Modulus)/2 - 1<<18) / (nn.WeightMax * hi)
		g := &nn.Graph{
			Inputs: []nn.Input{{
				Shape: nn.Shape{int(most)}, Bound: nn.Bound{Hi: hi}, Scale: 1,
			}},
			Weights: []nn.Weights{{Rows: 1, Cols: int(most), BiasBits: 19}},
			Nodes: []nn.Node{{Op: nn.Linear{}, In: []nn.Value{0}},
				{Op: nn.Requant{Shift: 14, Hi: 255}, In: []nn.Value{1}}},
			Outputs: []nn.Output{{Value: 2, Scale: 1}},
		}
		if _, err := Lower(g); err != nil {
			t.Errorf("A = %d, K = %d: %v", hi, most, err)
		}
	}
}
