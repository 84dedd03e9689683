package zoo

import (
	"fmt"
	"math"
	"math/rand/v2"

	"agon/nn"
)

// activationHi is the bound of activations: one unsigned byte.
const activationHi = 255

// biasBits declares biases of the zoo.
const biasBits = 18

// Dense is a fully connected network widths[0] → widths[1] → … with ReLU between
// its layers and accumulators as output; weights are uniform in ±127. Inputs are
// bytes. It panics on fewer than two widths or on widths beyond nn's limits.
func Dense(seed uint64, widths ...int) *nn.Model {
	rng := rand.New(rand.NewPCG(seed, 0x6e6e2e7a6f6f))
	g := &nn.Graph{Inputs: []nn.Input{{
		Shape: nn.Shape{widths[0]}, Bound: nn.Bound{Lo: 0, Hi: activationHi}, Scale: 1.0 / 255,
	}}}
	m := &nn.Model{Graph: g}
	v := nn.Value(0)
	push := func(op nn.Op) {
		g.Nodes = append(g.Nodes, nn.Node{Op: op, In: []nn.Value{v}})
		v = g.Result(len(g.Nodes) - 1)
	}
	for i, rows := range widths[1:] {
		if i > 0 {
			push(nn.Requant{Shift: shiftFor(widths[i-1]), Lo: 0, Hi: activationHi})
		}
		cols := widths[i]
		g.Weights = append(g.Weights, nn.Weights{Rows: rows, Cols: cols, BiasBits: biasBits})
		m.Params = append(m.Params, Matrix(rng, rows, cols, biasBits))
		push(nn.Linear{Weights: i})
	}
	g.Outputs = []nn.Output{{Value: v, Scale: 1}}
	return checked(m)
}

// MLP is 784-56-10, the network of 44,530 parameters that provers are compared
// on.
func MLP(seed uint64) *nn.Model { return Dense(seed, 784, 56, 10) }

// Dense4M has four matrices of 1024 × 1024.
func Dense4M(seed uint64) *nn.Model { return Dense(seed, 1024, 1024, 1024, 1024, 1024) }

// Matrix draws weights uniform in ±127 and biases over the declared range.
func Matrix(rng *rand.Rand, rows, cols, bits int) nn.Matrix {
	p := nn.Matrix{W: make([]int8, rows*cols), B: make([]int32, rows)}
	for k := range p.W {
		p.W[k] = int8(rng.IntN(2*nn.WeightMax+1) - nn.WeightMax)
	}
	for j := range p.B {
		p.B[j] = rng.Int32N(1<<bits) - 1<<(bits-1)
	}
	return p
}

// shiftFor brings accumulators of K products of uniform weights (root mean
// square 73) and uniform bytes (147) to one byte: 3σ of their sum reaches 255.
func shiftFor(cols int) int {
	sigma := 73 * 147 * math.Sqrt(float64(cols))
	return min(max(int(math.Round(math.Log2(3*sigma/activationHi))), 1), nn.MaxShift)
}

// checked returns m, which the zoo promises to be valid.
func checked(m *nn.Model) *nn.Model {
	if err := m.Check(); err != nil {
		panic(fmt.Sprintf("zoo: %v", err))
	}
	return m
}

// Inputs draws one set of inputs, uniform within the graph's bounds.
func Inputs(rng *rand.Rand, g *nn.Graph) [][]int32 {
	all := make([][]int32, len(g.Inputs))
	for i, in := range g.Inputs {
		all[i] = make([]int32, in.Shape.Elements())
		for k := range all[i] {
			all[i][k] = int32(in.Bound.Lo + rng.Int64N(in.Bound.Hi-in.Bound.Lo+1))
		}
	}
	return all
}
