package nn

import (
	"fmt"
)

// InputError reports an input that a graph does not take.
type InputError struct {
	Input      int // index of the input
	Have, Want int // numbers, when these differ
	Position   int // of the entry out of bounds, when they do not
	Value      int32
	Bound      Bound
}

func (e *InputError) Error() string {
	if e.Have != e.Want {
		return fmt.Sprintf("input %d: %d numbers, want %d", e.Input, e.Have, e.Want)
	}
	return fmt.Sprintf("input %d: entry %d is %d, want %d … %d",
		e.Input, e.Position, e.Value, e.Bound.Lo, e.Bound.Hi)
}

// CheckInputs verifies number, sizes and bounds of inputs; errors are
// *InputError but for a wrong number of inputs.
func (g *Graph) CheckInputs(inputs [][]int32) error {
	if len(inputs) != len(g.Inputs) {
		return fmt.Errorf("%d inputs, the graph takes %d", len(inputs), len(g.Inputs))
	}
	for i, in := range g.Inputs {
		x := inputs[i]
		if want := in.Shape.Elements(); len(x) != want {
			return &InputError{Input: i, Have: len(x), Want: want}
		}
		for k, v := range x {
			if int64(v) < in.Bound.Lo || int64(v) > in.Bound.Hi {
				return &InputError{
					Input: i, Have: len(x), Want: len(x),
					Position: k, Value: v, Bound: in.Bound,
				}
			}
		}
	}
	return nil
}

// Trace holds every value of one run, indexed by Value. Inputs are the caller's
// own slices.
type Trace [][]int32

// Run computes every value of the model for one set of inputs: plainly, one
// operator after the other, as the definitions say. It is what all other ways
// to run a model are compared with. The model must have passed Check.
func (m *Model) Run(inputs ...[]int32) (Trace, error) {
	if err := m.Graph.CheckInputs(inputs); err != nil {
		return nil, err
	}
	return m.Extend(append(make(Trace, 0, len(inputs)+len(m.Graph.Nodes)), inputs...))
}

// Extend computes the values that are missing at the end of a trace: all but the
// inputs, or those of nodes appended since. Values present must be a run's.
func (m *Model) Extend(trace Trace) (Trace, error) {
	tensors, err := m.Graph.Infer()
	if err != nil {
		return nil, err
	}
	for i := len(trace) - len(m.Graph.Inputs); i < len(m.Graph.Nodes); i++ {
		n := m.Graph.Nodes[i]
		in := make([][]int32, len(n.In))
		for j, v := range n.In {
			in[j] = trace[v]
		}
		out := make([]int32, tensors[m.Graph.Result(i)].Shape.Elements())
		n.Op.run(m, in, out)
		trace = append(trace, out)
	}
	return trace, nil
}

// Outputs picks a graph's outputs from a trace.
func (t Trace) Outputs(g *Graph) [][]int32 {
	out := make([][]int32, len(g.Outputs))
	for i, o := range g.Outputs {
		out[i] = t[o.Value]
	}
	return out
}

func (l Linear) run(m *Model, in [][]int32, out []int32) {
	p, w := m.Params[l.Weights], m.Graph.Weights[l.Weights]
	for row := range len(in[0]) / w.Cols {
		x := in[0][row*w.Cols : (row+1)*w.Cols]
		for j := range w.Rows {
			acc := int64(p.B[j])
			for k, v := range x {
				acc += int64(p.W[j*w.Cols+k]) * int64(v)
			}
			out[row*w.Rows+j] = int32(acc) // |acc| < p/2 by Infer
		}
	}
}

func (a Add) run(_ *Model, in [][]int32, out []int32) {
	for i := range out {
		out[i] = in[0][i]<<a.ShiftA + in[1][i]<<a.ShiftB // below p/2 by Infer
	}
}

func (q Requant) run(_ *Model, in [][]int32, out []int32) {
	for i, acc := range in[0] {
		_, _, _, y := q.Split(int64(acc))
		out[i] = int32(y)
	}
}

func (c Clip) run(_ *Model, in [][]int32, out []int32) {
	for i, x := range in[0] {
		out[i] = int32(c.clamp(int64(x)))
	}
}

// clamp is the function a Clip applies.
func (c Clip) clamp(x int64) int64 { return min(max(x, int64(c.Lo)), int64(c.Hi)) }

func (Reshape) run(_ *Model, in [][]int32, out []int32) { copy(out, in[0]) }

func (ArgMax) run(_ *Model, in [][]int32, out []int32) {
	if len(out) == 0 {
		return
	}
	n := len(in[0]) / len(out)
	for row := range out {
		out[row] = int32(First(in[0][row*n : (row+1)*n]))
	}
}

// First is the index of the first largest entry of x, which is not empty.
func First(x []int32) int {
	best := 0
	for i, v := range x {
		if v > x[best] {
			best = i
		}
	}
	return best
}
