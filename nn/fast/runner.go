package fast

import (
	"fmt"
	"slices"

	"agon/nn"
)

// Runner runs one model. It is not safe for concurrent use: Fork makes another
// over the same weights.
type Runner struct {
	model   *nn.Model
	kernel  Kernel
	linears []matrix // by node, nil for other operators
	tensors []nn.Tensor
	trace   nn.Trace
	padded  [][]int32 // by node: the result with room for a kernel's padding
}

// New prepares a checked model for the fastest kernel of this machine.
func New(m *nn.Model) (*Runner, error) { return NewWith(m, Kernels()[0]) }

// NewWith prepares a model for a kernel that Kernels lists.
func NewWith(m *nn.Model, k Kernel) (*Runner, error) {
	if !slices.Contains(Kernels(), k) {
		return nil, fmt.Errorf("kernel %q: this machine runs %q", k, Kernels())
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	tensors, err := m.Graph.Infer()
	if err != nil {
		return nil, err
	}
	r := &Runner{model: m, kernel: k, tensors: tensors}
	r.linears = make([]matrix, len(m.Graph.Nodes))
	for i, n := range m.Graph.Nodes {
		if op, is := n.Op.(nn.Linear); is {
			cols := m.Graph.Weights[op.Weights].Cols
			r.linears[i] = prepare(k, m.Params[op.Weights], cols, tensors[n.In[0]].Bound)
		}
	}
	r.allocate()
	return r, nil
}

// allocate makes the buffers of one run.
func (r *Runner) allocate() {
	g := r.model.Graph
	r.trace = make(nn.Trace, len(r.tensors))
	r.padded = make([][]int32, len(g.Nodes))
	for i := range g.Nodes {
		n := r.tensors[g.Result(i)].Shape.Elements()
		size := n
		if r.linears[i] != nil { // the last vector may be padded
			size += r.linears[i].rows()
		}
		r.padded[i] = make([]int32, size)
		r.trace[g.Result(i)] = r.padded[i][:n]
	}
}

// Fork returns a Runner with buffers of its own over the same weights.
func (r *Runner) Fork() *Runner {
	f := *r
	f.linears = slices.Clone(r.linears)
	for i, l := range f.linears {
		if v, is := l.(forker); is {
			f.linears[i] = v.fork()
		}
	}
	f.allocate()
	return &f
}

// forker is a matrix with a buffer.
type forker interface{ fork() matrix }

// Kernel names the kernel in use.
func (r *Runner) Kernel() Kernel { return r.kernel }

// Run computes every value of the model. The trace belongs to the Runner and
// holds until its next Run.
func (r *Runner) Run(inputs ...[]int32) (nn.Trace, error) {
	g := r.model.Graph
	if err := g.CheckInputs(inputs); err != nil {
		return nil, err
	}
	copy(r.trace, inputs)
	for i, n := range g.Nodes {
		x, out := r.trace[n.In[0]], r.trace[g.Result(i)]
		switch op := n.Op.(type) {
		case nn.Linear:
			r.linear(i, x, g.Weights[op.Weights])
		case nn.Requant:
			requant(out, x, op)
		case nn.Add:
			for k, b := range r.trace[n.In[1]] {
				out[k] = x[k]<<op.ShiftA + b<<op.ShiftB
			}
		case nn.Clip:
			for k, v := range x {
				out[k] = min(max(v, int32(op.Lo)), int32(op.Hi))
			}
		case nn.Reshape:
			copy(out, x)
		case nn.ArgMax:
			width := len(x) / len(out)
			for row := range out {
				out[row] = int32(nn.First(x[row*width : (row+1)*width]))
			}
		default:
			return nil, fmt.Errorf("node %d: %s has no fast form", i, op)
		}
	}
	return r.trace, nil
}

// linear multiplies vector after vector; each overwrites the padding that the
// one before wrote.
func (r *Runner) linear(i int, x []int32, w nn.Weights) {
	m, out := r.linears[i], r.padded[i]
	for row := range len(x) / w.Cols {
		m.multiply(out[row*w.Rows:row*w.Rows+m.rows()], x[row*w.Cols:(row+1)*w.Cols])
	}
}

// requantPlain is the definition of nn.Requant without its limbs: round half
// up, clamp. |acc| + 2^{s−1} < 2³¹ by the certificate.
func requantPlain(out, acc []int32, q nn.Requant) {
	half, lo, hi := int32(1)<<(q.Shift-1), int32(q.Lo), int32(q.Hi)
	for k, a := range acc {
		out[k] = min(max((a+half)>>q.Shift, lo), hi)
	}
}
