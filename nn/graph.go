package nn

import (
	"fmt"
	"slices"
)

// Modulus is the prime p = 2³¹ − 2²⁴ + 1 (KoalaBear) below half of which every
// value of a graph stays.
const Modulus = 1<<31 - 1<<24 + 1

// WeightMax bounds a weight: −127 … 127. −128 is left out so that a weight and
// its negative are both representable.
const WeightMax = 127

// Limits of a graph; all are checked before anything is allocated for it.
const (
	MaxRank     = 6
	MaxElements = 1 << 24 // of one tensor
	MaxTotal    = 1 << 27 // elements of all tensors together
	MaxNodes    = 1 << 12
	MaxPorts    = 16      // inputs, and outputs
	MaxWeights  = 1 << 31 // of all Linears together
)

// Shape lists the dimensions of a tensor, row-major, each at least 1. The empty
// shape is a single number.
type Shape []int

// Elements is the number of entries of a tensor of this shape.
func (s Shape) Elements() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// Last is the innermost dimension, 1 for a single number.
func (s Shape) Last() int {
	if len(s) == 0 {
		return 1
	}
	return s[len(s)-1]
}

// Rows is the number of innermost vectors: Elements / Last.
func (s Shape) Rows() int { return s.Elements() / s.Last() }

// check refuses shapes beyond the limits, without overflowing.
func (s Shape) check() error {
	if len(s) > MaxRank {
		return fmt.Errorf("shape %v: rank %d, at most %d", s, len(s), MaxRank)
	}
	n := 1
	for _, d := range s {
		if d < 1 || d > MaxElements {
			return fmt.Errorf("shape %v: dimension %d, want 1 … %d", s, d, MaxElements)
		}
		if n *= d; n > MaxElements { // n ≤ 2²⁴ · 2²⁴ before the test
			return fmt.Errorf("shape %v: more than %d elements", s, MaxElements)
		}
	}
	return nil
}

// Bound is an inclusive interval of integers.
type Bound struct {
	Lo, Hi int64
}

// Abs is the largest magnitude within b.
func (b Bound) Abs() int64 { return max(b.Hi, -b.Lo) }

// Contains says whether all of x lies within b.
func (b Bound) Contains(x Bound) bool { return b.Lo <= x.Lo && x.Hi <= b.Hi }

// Tensor describes one value of a graph.
type Tensor struct {
	Shape Shape
	Bound Bound
}

// Value names a tensor of a graph: its inputs in order, then the result of each
// node in order.
type Value int

// Input is a tensor the caller gives. A real number x enters as
// round(x / Scale), clamped to Bound.
type Input struct {
	Shape Shape
	Bound Bound
	Scale float64
}

// Output is a tensor the caller gets. Its integers times Scale are the reals of
// the network that was quantised; 1 for a label.
type Output struct {
	Value Value
	Scale float64
}

// Weights declares the parameters of a Linear without their values.
type Weights struct {
	Rows, Cols int // M outputs, K inputs
	BiasBits   int // β: biases lie in [−2^{β−1}, 2^{β−1})
}

// biasAbs is the largest magnitude of a declared bias.
func (w Weights) biasAbs() int64 { return 1 << (w.BiasBits - 1) }

// Node computes one tensor from earlier ones.
type Node struct {
	Op Op
	In []Value
}

// Graph is a network without its weights. Nodes are in an order in which each
// uses only inputs and results before it.
type Graph struct {
	Inputs  []Input
	Weights []Weights
	Nodes   []Node
	Outputs []Output
}

// Result is the value node i computes.
func (g *Graph) Result(i int) Value { return Value(len(g.Inputs) + i) }

// Infer checks the graph and returns the tensor of every value: first the
// inputs, then the nodes. Errors name the node.
//
// The bounds are certificates: they follow from the ranges of the inputs, of
// weights and of clamps alone, so that they hold whatever the weights are.
func (g *Graph) Infer() ([]Tensor, error) {
	if err := g.checkPorts(); err != nil {
		return nil, err
	}
	tensors := make([]Tensor, 0, len(g.Inputs)+len(g.Nodes))
	total := 0
	for _, in := range g.Inputs {
		tensors = append(tensors, Tensor{in.Shape, in.Bound})
		total += in.Shape.Elements()
	}
	for i, n := range g.Nodes {
		out, err := g.inferNode(n, tensors)
		if err != nil {
			return nil, fmt.Errorf("node %d: %w", i, err)
		}
		tensors = append(tensors, out)
		if total += out.Shape.Elements(); total > MaxTotal {
			return nil, fmt.Errorf("node %d: %s: more than %d elements in all", i, n.Op, MaxTotal)
		}
	}
	for i, o := range g.Outputs {
		if o.Value < 0 || int(o.Value) >= len(tensors) {
			return nil, fmt.Errorf("output %d: value %d, the graph has %d",
				i, o.Value, len(tensors))
		}
	}
	return tensors, nil
}

// inferNode derives what a node gives from what came before it.
func (g *Graph) inferNode(n Node, before []Tensor) (Tensor, error) {
	if n.Op == nil {
		return Tensor{}, fmt.Errorf("no operator")
	}
	if len(n.In) != n.Op.arity() {
		return Tensor{}, fmt.Errorf("%s: %d operands, want %d", n.Op, len(n.In), n.Op.arity())
	}
	in := make([]Tensor, len(n.In))
	for j, v := range n.In {
		if v < 0 || int(v) >= len(before) {
			return Tensor{}, fmt.Errorf("%s: operand %d is value %d, only %d are before it",
				n.Op, j, v, len(before))
		}
		in[j] = before[v]
	}
	out, err := n.Op.infer(g, in)
	if err == nil {
		err = out.Shape.check()
	}
	if err == nil && 2*out.Bound.Abs() >= Modulus {
		err = fmt.Errorf("values up to %d, but p/2 is %d", out.Bound.Abs(), int64(Modulus)/2)
	}
	if err != nil {
		return Tensor{}, fmt.Errorf("%s: %w", n.Op, err)
	}
	return out, nil
}

// checkPorts checks inputs, declared weights and numbers of everything.
func (g *Graph) checkPorts() error {
	switch {
	case len(g.Inputs) < 1 || len(g.Inputs) > MaxPorts:
		return fmt.Errorf("%d inputs, want 1 … %d", len(g.Inputs), MaxPorts)
	case len(g.Outputs) < 1 || len(g.Outputs) > MaxPorts:
		return fmt.Errorf("%d outputs, want 1 … %d", len(g.Outputs), MaxPorts)
	case len(g.Nodes) > MaxNodes || len(g.Weights) > MaxNodes:
		return fmt.Errorf("%d nodes, %d weights, at most %d each",
			len(g.Nodes), len(g.Weights), MaxNodes)
	}
	for i, in := range g.Inputs {
		if err := in.check(); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	for i, o := range g.Outputs {
		if !scaleOK(o.Scale) {
			return fmt.Errorf("output %d: scale %g, want a positive normal number", i, o.Scale)
		}
	}
	var total int64
	for i, w := range g.Weights {
		if err := w.check(); err != nil {
			return fmt.Errorf("weights %d: %w", i, err)
		}
		if total += int64(w.Rows) * int64(w.Cols); total > MaxWeights {
			return fmt.Errorf("more than %d weights", int64(MaxWeights))
		}
	}
	return nil
}

func (in Input) check() error {
	if err := in.Shape.check(); err != nil {
		return err
	}
	if in.Bound.Lo > in.Bound.Hi || 2*in.Bound.Abs() >= Modulus ||
		in.Bound.Lo < -Modulus || in.Bound.Hi > Modulus {
		return fmt.Errorf("bound [%d, %d] is empty or reaches p/2", in.Bound.Lo, in.Bound.Hi)
	}
	if !scaleOK(in.Scale) {
		return fmt.Errorf("scale %g, want a positive normal number", in.Scale)
	}
	return nil
}

func (w Weights) check() error {
	if w.Rows < 1 || w.Rows > MaxElements || w.Cols < 1 || w.Cols > MaxElements {
		return fmt.Errorf("%d × %d, want 1 … %d each", w.Rows, w.Cols, MaxElements)
	}
	if w.BiasBits < 1 || w.BiasBits > 30 {
		return fmt.Errorf("bias of %d bits, want 1 … 30", w.BiasBits)
	}
	return nil
}

// Params is the number of weights and biases of the graph.
func (g *Graph) Params() int64 {
	var n int64
	for _, w := range g.Weights {
		n += int64(w.Rows) * int64(w.Cols+1)
	}
	return n
}

// Depth is the largest number of Requant and ArgMax steps on a path from an
// input to an output: the sequential, non-linear depth.
func (g *Graph) Depth() int {
	depth := make([]int, len(g.Inputs), len(g.Inputs)+len(g.Nodes))
	for _, n := range g.Nodes {
		d := 0
		for _, v := range n.In {
			d = max(d, depth[v])
		}
		switch n.Op.(type) {
		case Requant, Clip, ArgMax:
			d++
		}
		depth = append(depth, d)
	}
	return slices.Max(depth)
}
