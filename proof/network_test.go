package proof

import (
	"math/rand/v2"
	"testing"

	"agon/proof/look"
)

// layered is a fully connected network for tests: the program lower would make
// of it, its weights, and a plain evaluation.
type layered struct {
	prog    *Program
	weights []Weights
	sizes   []int
	shifts  []int   // per layer, 0 for a last layer without requantisation
	tops    []int32 // per layer, what ReLU clamps to; activationMax if nil
	cols    []layerColumns
}

type layerColumns struct{ x, r0, r1, h, l, c, y int }

const activationMax = 127

// newLayered makes a network with random weights. The last layer gives its
// accumulators if raw.
func newLayered(rnd *rand.Rand, raw bool, sizes ...int) *layered {
	n := &layered{sizes: sizes, prog: &Program{Depth: len(sizes)}}
	p := n.prog
	column := func(size int, lo, hi int64) int {
		p.Columns = append(p.Columns, Column{Len: size, Lo: lo, Hi: hi})
		return len(p.Columns) - 1
	}
	table := func(t look.Table) int {
		for i, u := range p.Tables {
			if u == t {
				return i
			}
		}
		p.Tables = append(p.Tables, t)
		return len(p.Tables) - 1
	}
	x := column(sizes[0], 0, activationMax)
	p.Inputs = []int{x}
	for i := 1; i < len(sizes); i++ {
		in, out := sizes[i-1], sizes[i]
		n.addWeights(rnd, out, in)
		c := layerColumns{x: x}
		if raw && i == len(sizes)-1 {
			c.y = column(out, 0, 0)
			p.Relations = append(p.Relations, Relation{Weights: i - 1, Input: x, Vectors: 1,
				Terms: []Term{{c.y, 1}}})
			n.shifts = append(n.shifts, 0)
			n.cols = append(n.cols, c)
			x = c.y
			break
		}
		shift := 10
		c.r0, c.r1 = column(out, 0, 0), column(out, 0, 0)
		c.h, c.l, c.c = column(out, 0, 0), column(out, 0, 0), column(out, 0, 0)
		c.y = column(out, 0, 0)
		p.Relations = append(p.Relations, Relation{
			// acc = 2ˢ·(256h + l) + r₀ + 256·r₁ − 2^{s−1}
			Terms: []Term{{c.h, 256 << shift}, {c.l, 1 << shift}, {c.r0, 1}, {c.r1, 256}},
			Const: -1 << (shift - 1), Weights: i - 1, Input: x, Vectors: 1,
		})
		p.Lookups = append(p.Lookups,
			Lookup{table(look.Table{Shape: look.Range, Hi: 255}), []int{c.r0}},
			Lookup{table(look.Table{Shape: look.Range, Hi: 1<<(shift-8) - 1}), []int{c.r1}},
			Lookup{table(look.Table{Shape: look.Sign, Lo: -128, Hi: 127}), []int{c.h, c.c}},
			Lookup{table(look.Table{Shape: look.Narrow, Hi: activationMax}),
				[]int{c.c, c.l, c.y}},
		)
		n.shifts = append(n.shifts, shift)
		n.cols = append(n.cols, c)
		x = c.y
	}
	p.Outputs = []int{x}
	return n
}

func (n *layered) addWeights(rnd *rand.Rand, rows, cols int) {
	n.prog.Weights = append(n.prog.Weights, Matrix{Rows: rows, Cols: cols, BiasBits: 16})
	w := Weights{make([]int8, rows*cols), make([]int32, rows)}
	for i := range w.W {
		w.W[i] = int8(rnd.IntN(2*weightMax+1) - weightMax)
	}
	for i := range w.B {
		w.B[i] = int32(rnd.IntN(1<<16) - 1<<15)
	}
	n.weights = append(n.weights, w)
}

// evaluate fills all columns for inputs, input after input.
func (n *layered) evaluate(inputs []int32) *Witness {
	batch := len(inputs) / n.sizes[0]
	w := &Witness{Columns: make([][]int32, len(n.prog.Columns)), Seals: map[int]*Seal{}}
	for i, c := range n.prog.Columns {
		w.Columns[i] = make([]int32, c.Len*batch)
	}
	copy(w.Columns[n.prog.Inputs[0]], inputs)
	for i, c := range n.cols {
		in, out := n.sizes[i], n.sizes[i+1]
		for b := range batch {
			x := w.Columns[c.x][b*in : (b+1)*in]
			for j := range out {
				acc := int64(n.weights[i].B[j])
				for k, v := range x {
					acc += int64(n.weights[i].W[j*in+k]) * int64(v)
				}
				n.finish(w, i, b*out+j, acc)
			}
		}
	}
	return w
}

// finish requantises one accumulator of a layer.
func (n *layered) finish(w *Witness, layer, at int, acc int64) {
	c, shift, top := n.cols[layer], n.shifts[layer], int64(activationMax)
	if n.tops != nil {
		top = int64(n.tops[layer])
	}
	if shift == 0 {
		w.Columns[c.y][at] = int32(acc)
		return
	}
	t := acc + 1<<(shift-1)
	r := t & (1<<shift - 1)
	q := t >> shift
	h, l := q>>8, q&255
	class := int64(0)
	y := min(l, top)
	if h < 0 {
		class, y = -1, 0
	} else if h > 0 {
		class, y = 1, top
	}
	for col, v := range map[int]int64{c.r0: r & 255, c.r1: r >> 8, c.h: h, c.l: l, c.c: class,
		c.y: y} {
		w.Columns[col][at] = int32(v)
	}
}

// inputs draws a batch of inputs.
func (n *layered) inputs(rnd *rand.Rand, batch int) []int32 {
	x := make([]int32, batch*n.sizes[0])
	for i := range x {
		x[i] = int32(rnd.IntN(activationMax + 1))
	}
	return x
}

// statement says what each port shows of a witness.
func (n *layered) statement(w *Witness, batch int, ports ...Visibility) *Statement {
	s := &Statement{Batch: batch, Context: []byte("test")}
	for i, v := range ports {
		port := Port{Visibility: v}
		if v == Public {
			port.Values = w.Columns[n.prog.port(i)]
		}
		s.Ports = append(s.Ports, port)
	}
	return s
}

// session is a committed model with one epoch and a verifier that knows it.
type session struct {
	model    *Model
	epoch    *Epoch
	ledger   *MemoryLedger
	verifier *Verifier
}

func newSession(t testing.TB, n *layered, profile Profile) *session {
	t.Helper()
	m, err := Commit(n.prog, n.weights, Secret{Commit: [32]byte{1}, Prove: [32]byte{2}}, profile)
	if err != nil {
		t.Fatal("commit:", err)
	}
	s := &session{model: m, ledger: NewMemoryLedger()}
	if s.epoch, err = m.NewEpoch(s.ledger); err != nil {
		t.Fatal("epoch:", err)
	}
	if s.verifier, err = NewVerifier(m.Key); err != nil {
		t.Fatal("verifier:", err)
	}
	if err := s.verifier.AddEpoch(s.epoch.Record); err != nil {
		t.Fatal("add epoch:", err)
	}
	return s
}
