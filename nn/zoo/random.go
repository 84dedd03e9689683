package zoo

import (
	"math/rand/v2"

	"agon/nn"
)

// Random is a small graph of every operator in random order and with random
// shapes, weights and shifts: valid by construction and by Check, alike for
// alike generators. Its widths stay below 40 and it has at most steps blocks.
func Random(rng *rand.Rand, steps int) *nn.Model {
	b := &builder{rng: rng, m: &nn.Model{Graph: &nn.Graph{}}}
	b.input()
	for range 1 + rng.IntN(steps) {
		b.block()
	}
	b.finish()
	return checked(b.m)
}

// builder grows a graph whose current value is narrow: it fits one byte, signed
// or not.
type builder struct {
	rng   *rand.Rand
	m     *nn.Model
	value nn.Value
	shape nn.Shape
	bound nn.Bound
}

func (b *builder) input() {
	b.shape = nn.Shape{1 + b.rng.IntN(39)}
	if b.rng.IntN(3) == 0 {
		b.shape = nn.Shape{1 + b.rng.IntN(4), 1 + b.rng.IntN(20)}
	}
	b.bound = nn.Bound{Lo: 0, Hi: 1 + b.rng.Int64N(255)}
	if b.rng.IntN(2) == 0 {
		b.bound = nn.Bound{Lo: -b.rng.Int64N(129), Hi: b.rng.Int64N(128)}
	}
	b.m.Graph.Inputs = []nn.Input{{Shape: b.shape, Bound: b.bound, Scale: 1}}
}

// push appends a node and makes its result the current value.
func (b *builder) push(op nn.Op, in ...nn.Value) {
	g := b.m.Graph
	g.Nodes = append(g.Nodes, nn.Node{Op: op, In: in})
	b.value = g.Result(len(g.Nodes) - 1)
	tensors, err := (&nn.Graph{
		Inputs: g.Inputs, Weights: g.Weights, Nodes: g.Nodes,
		Outputs: []nn.Output{{Value: b.value, Scale: 1}},
	}).Infer()
	if err != nil {
		panic("zoo: " + err.Error())
	}
	b.shape, b.bound = tensors[b.value].Shape, tensors[b.value].Bound
}

// block appends one of: a linear layer, a residual sum, a clip, a reshape.
func (b *builder) block() {
	switch b.rng.IntN(5) {
	case 0, 1:
		b.linear(1 + b.rng.IntN(39))
		b.requant()
	case 2:
		skip := b.value
		b.linear(b.shape.Last())
		b.requant()
		b.push(nn.Add{ShiftA: 4 + b.rng.IntN(5), ShiftB: 4 + b.rng.IntN(5)}, skip, b.value)
		b.requant()
	case 3:
		lo := b.rng.IntN(100) - 50
		b.push(nn.Clip{Lo: lo, Hi: lo + b.rng.IntN(150)}, b.value)
	case 4:
		b.push(nn.Reshape{Shape: nn.Shape{b.shape.Elements()}}, b.value)
	}
}

func (b *builder) linear(rows int) {
	g, cols, bits := b.m.Graph, b.shape.Last(), 1+b.rng.IntN(16)
	g.Weights = append(g.Weights, nn.Weights{Rows: rows, Cols: cols, BiasBits: bits})
	b.m.Params = append(b.m.Params, Matrix(b.rng, rows, cols, bits))
	b.push(nn.Linear{Weights: len(g.Weights) - 1}, b.value)
}

// requant narrows the current value by a shift that fits all it can reach and
// often clamps: the least, or up to three more.
func (b *builder) requant() {
	q := nn.Requant{Lo: 0, Hi: 1 + b.rng.IntN(255)}
	if b.rng.IntN(2) == 0 {
		q = nn.Requant{Lo: -1 - b.rng.IntN(128), Hi: b.rng.IntN(128)}
	}
	for q.Shift = 1; !q.Fits(b.bound); {
		q.Shift++
	}
	q.Shift = min(q.Shift+b.rng.IntN(4), nn.MaxShift)
	b.push(q, b.value)
}

// finish ends with accumulators, a label, or what there is; there is at least
// one matrix.
func (b *builder) finish() {
	g := b.m.Graph
	kind := b.rng.IntN(3)
	if len(g.Weights) == 0 {
		kind = 0
	}
	switch kind {
	case 0:
		b.linear(2 + b.rng.IntN(9))
	case 1:
		b.linear(2 + b.rng.IntN(9))
		g.Outputs = append(g.Outputs, nn.Output{Value: b.value, Scale: 1})
		b.push(nn.ArgMax{}, b.value)
	}
	g.Outputs = append(g.Outputs, nn.Output{Value: b.value, Scale: 1})
}
