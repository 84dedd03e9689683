package float

import (
	"fmt"

	"agon/nn"
)

// Run computes every value for one set of inputs, indexed like nn.Trace.
func (n *Net) Run(inputs ...[]float64) ([][]float64, error) {
	shapes, err := n.Shapes()
	if err != nil {
		return nil, err
	}
	return n.RunShaped(shapes, inputs...)
}

// RunShaped is Run with the shapes that Shapes returned, for many runs.
func (n *Net) RunShaped(shapes []nn.Shape, inputs ...[]float64) ([][]float64, error) {
	if len(inputs) != len(n.Inputs) {
		return nil, fmt.Errorf("%d inputs, the network takes %d", len(inputs), len(n.Inputs))
	}
	trace := make([][]float64, 0, len(shapes))
	for i, x := range inputs {
		if want := shapes[i].Elements(); len(x) != want {
			return nil, fmt.Errorf("input %d: %d numbers, want %d", i, len(x), want)
		}
		trace = append(trace, x)
	}
	for i, node := range n.Nodes {
		in := make([][]float64, len(node.In))
		for j, v := range node.In {
			in[j] = trace[v]
		}
		out := make([]float64, shapes[len(n.Inputs)+i].Elements())
		node.Op.run(in, out)
		trace = append(trace, out)
	}
	return trace, nil
}

func (l *Linear) run(in [][]float64, out []float64) {
	for row := range len(in[0]) / l.Cols {
		x := in[0][row*l.Cols : (row+1)*l.Cols]
		for j := range l.Rows {
			out[row*l.Rows+j] = l.B[j] + dot(l.W[j*l.Cols:(j+1)*l.Cols], x)
		}
	}
}

func dot(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func (a *Affine) run(in [][]float64, out []float64) {
	for i, x := range in[0] {
		out[i] = x*a.Scale[i] + a.Shift[i]
	}
}

func (Relu) run(in [][]float64, out []float64) {
	for i, x := range in[0] {
		out[i] = max(x, 0)
	}
}

func (c Clip) run(in [][]float64, out []float64) {
	for i, x := range in[0] {
		out[i] = min(max(x, c.Lo), c.Hi)
	}
}

func (Add) run(in [][]float64, out []float64) {
	for i, x := range in[0] {
		out[i] = x + in[1][i]
	}
}

func (Reshape) run(in [][]float64, out []float64) { copy(out, in[0]) }

func (ArgMax) run(in [][]float64, out []float64) {
	if len(out) == 0 {
		return
	}
	n := len(in[0]) / len(out)
	for row := range out {
		x, best := in[0][row*n:(row+1)*n], 0
		for i, v := range x {
			if v > x[best] {
				best = i
			}
		}
		out[row] = float64(best)
	}
}
