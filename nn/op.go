package nn

import (
	"fmt"
	"slices"
)

// Op is what a node does: one of the types of this file. The set is closed; a
// new operator is a new type with its own byte in the encoding.
type Op interface {
	fmt.Stringer
	// arity is the number of operands.
	arity() int
	// infer derives shape and bound of the result and refuses what does not fit.
	infer(g *Graph, in []Tensor) (Tensor, error)
	// run computes the result, out being of the inferred size.
	run(m *Model, in [][]int32, out []int32)
}

// Linear multiplies each innermost vector x ∈ ℤᴷ by a matrix and adds a bias:
//
//	acc[j] = Σ_k W[j,k]·x[k] + b[j],  j < M
//
// Bound: |acc| ≤ K·127·A + 2^{β−1}, A = max |x|. ONNX: Gemm, MatMul.
type Linear struct {
	Weights int // index into Graph.Weights
}

func (Linear) arity() int       { return 1 }
func (l Linear) String() string { return fmt.Sprintf("Linear(weights %d)", l.Weights) }

func (l Linear) infer(g *Graph, in []Tensor) (Tensor, error) {
	if l.Weights < 0 || l.Weights >= len(g.Weights) {
		return Tensor{}, fmt.Errorf("weights %d of %d", l.Weights, len(g.Weights))
	}
	w, x := g.Weights[l.Weights], in[0]
	if len(x.Shape) == 0 || x.Shape.Last() != w.Cols {
		return Tensor{}, fmt.Errorf("input %v, but the matrix has %d columns", x.Shape, w.Cols)
	}
	// K ≤ 2²⁴, A < 2³⁰: below 2⁶¹.
	bound := int64(w.Cols)*WeightMax*x.Bound.Abs() + w.biasAbs()
	shape := slices.Clone(x.Shape)
	shape[len(shape)-1] = w.Rows
	return Tensor{shape, Bound{-bound, bound}}, nil
}

// Add sums two tensors of one shape after bringing them to one scale:
//
//	acc = a·2^ShiftA + b·2^ShiftB
type Add struct {
	ShiftA, ShiftB int // 0 … MaxShift
}

func (Add) arity() int       { return 2 }
func (a Add) String() string { return fmt.Sprintf("Add(shifts %d, %d)", a.ShiftA, a.ShiftB) }

func (a Add) infer(_ *Graph, in []Tensor) (Tensor, error) {
	if !slices.Equal(in[0].Shape, in[1].Shape) {
		return Tensor{}, fmt.Errorf("shapes %v and %v differ", in[0].Shape, in[1].Shape)
	}
	if a.ShiftA < 0 || a.ShiftA > MaxShift || a.ShiftB < 0 || a.ShiftB > MaxShift {
		return Tensor{}, fmt.Errorf("want shifts 0 … %d", MaxShift)
	}
	return Tensor{in[0].Shape, Bound{
		Lo: in[0].Bound.Lo<<a.ShiftA + in[1].Bound.Lo<<a.ShiftB,
		Hi: in[0].Bound.Hi<<a.ShiftA + in[1].Bound.Hi<<a.ShiftB,
	}}, nil
}

// Clip clamps a tensor that is already narrow (within [−128, 255], spanning at
// most 256 values): y = min(max(x, Lo), Hi). A ReLU is Clip{0, Hi}.
type Clip struct {
	Lo, Hi int
}

func (Clip) arity() int       { return 1 }
func (c Clip) String() string { return fmt.Sprintf("Clip(%d … %d)", c.Lo, c.Hi) }

func (c Clip) infer(_ *Graph, in []Tensor) (Tensor, error) {
	b := in[0].Bound
	if b.Lo < -128 || b.Hi > 255 || b.Hi-b.Lo > 255 {
		return Tensor{}, fmt.Errorf("input within [%d, %d] is too wide: requantise it first",
			b.Lo, b.Hi)
	}
	if c.Lo > c.Hi || c.Lo < -128 || c.Hi > 255 {
		return Tensor{}, fmt.Errorf("want -128 ≤ lo ≤ hi ≤ 255")
	}
	return Tensor{in[0].Shape, Bound{c.clamp(b.Lo), c.clamp(b.Hi)}}, nil
}

// Reshape gives the same numbers, row-major, another shape. ONNX: Flatten,
// Reshape, Squeeze, Unsqueeze.
type Reshape struct {
	Shape Shape
}

func (Reshape) arity() int       { return 1 }
func (r Reshape) String() string { return fmt.Sprintf("Reshape(%v)", r.Shape) }

func (r Reshape) infer(_ *Graph, in []Tensor) (Tensor, error) {
	if err := r.Shape.check(); err != nil {
		return Tensor{}, err
	}
	if r.Shape.Elements() != in[0].Shape.Elements() {
		return Tensor{}, fmt.Errorf("%v has %d elements, the input %d",
			r.Shape, r.Shape.Elements(), in[0].Shape.Elements())
	}
	return Tensor{slices.Clone(r.Shape), in[0].Bound}, nil
}

// ArgMax gives, for each innermost vector, the index of its largest entry, of
// the first of them when there are several (ONNX select_last_index = 0).
type ArgMax struct{}

func (ArgMax) arity() int     { return 1 }
func (ArgMax) String() string { return "ArgMax" }

func (ArgMax) infer(_ *Graph, in []Tensor) (Tensor, error) {
	s := in[0].Shape
	if len(s) == 0 {
		return Tensor{}, fmt.Errorf("a single number has no maximum to look for")
	}
	return Tensor{slices.Clone(s[:len(s)-1]), Bound{0, int64(s.Last() - 1)}}, nil
}
