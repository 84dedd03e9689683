package nn

import "fmt"

// Matrix holds the parameters of one Linear.
type Matrix struct {
	W []int8  // M×K, row-major: W[j·K+k], within ±WeightMax
	B []int32 // M
}

// Model is a graph with its weights: everything needed to run it.
type Model struct {
	Graph  *Graph
	Params []Matrix // as declared by Graph.Weights
}

// Check verifies that the graph is sound (Infer), that the parameters are as
// declared, and that no input within bounds makes a Requant overflow its high
// limb: an honest run never fails.
func (m *Model) Check() error {
	tensors, err := m.Graph.Infer()
	if err != nil {
		return err
	}
	if len(m.Params) != len(m.Graph.Weights) {
		return fmt.Errorf("%d matrices, the graph declares %d", len(m.Params), len(m.Graph.Weights))
	}
	for i, w := range m.Graph.Weights {
		if err := m.Params[i].check(w); err != nil {
			return fmt.Errorf("weights %d: %w", i, err)
		}
	}
	reach := m.reach(tensors)
	for i, n := range m.Graph.Nodes {
		q, is := n.Op.(Requant)
		if is && !q.Fits(reach[n.In[0]]) {
			b := reach[n.In[0]]
			return fmt.Errorf("node %d: %s: values of [%d, %d] are beyond 2^%d: use a larger shift",
				i, q, b.Lo, b.Hi, q.Shift+HighBits+7)
		}
	}
	return nil
}

func (p Matrix) check(w Weights) error {
	if len(p.W) != w.Rows*w.Cols || len(p.B) != w.Rows {
		return fmt.Errorf("%d weights and %d biases, want %d × %d and %d",
			len(p.W), len(p.B), w.Rows, w.Cols, w.Rows)
	}
	for k, v := range p.W {
		if v < -WeightMax {
			return fmt.Errorf("weight %d is %d, want -127 … 127", k, v)
		}
	}
	for j, b := range p.B {
		if a := w.biasAbs(); int64(b) < -a || int64(b) >= a {
			return fmt.Errorf("bias %d is %d, want %d bits", j, b, w.BiasBits)
		}
	}
	return nil
}

// Reach is the interval each value can reach with these very weights, over all
// inputs within bounds: inside the bounds of Infer, and not public, for it says
// something about the weights. The model must have passed Check.
func (m *Model) Reach() []Bound {
	tensors, err := m.Graph.Infer()
	if err != nil {
		panic(fmt.Sprintf("nn: Reach of an unchecked model: %v", err))
	}
	return m.reach(tensors)
}

// reach needs sound parameters but no Requant that fits.
func (m *Model) reach(tensors []Tensor) []Bound {
	g := m.Graph
	reach := make([]Bound, 0, len(g.Inputs)+len(g.Nodes))
	for _, in := range g.Inputs {
		reach = append(reach, in.Bound)
	}
	for i, n := range g.Nodes {
		x := reach[n.In[0]]
		var y Bound
		switch op := n.Op.(type) {
		case Linear:
			y = m.Params[op.Weights].Reach(x)
		case Add:
			z := reach[n.In[1]]
			y = Bound{x.Lo<<op.ShiftA + z.Lo<<op.ShiftB, x.Hi<<op.ShiftA + z.Hi<<op.ShiftB}
		case Requant:
			_, _, _, y.Lo = op.Split(x.Lo) // Split is monotone
			_, _, _, y.Hi = op.Split(x.Hi)
		case Clip:
			y = Bound{op.clamp(x.Lo), op.clamp(x.Hi)}
		case Reshape:
			y = x
		case ArgMax:
			y = tensors[g.Result(i)].Bound
		default:
			panic(fmt.Sprintf("nn: Reach does not know %s", op))
		}
		reach = append(reach, y)
	}
	return reach
}

// Reach bounds W·x + b over all x with entries within x: exactly, row by row.
func (p Matrix) Reach(x Bound) Bound {
	cols := len(p.W) / len(p.B)
	var all Bound
	for j, b := range p.B {
		row := Bound{int64(b), int64(b)}
		for _, w := range p.W[j*cols : (j+1)*cols] {
			lo, hi := int64(w)*x.Lo, int64(w)*x.Hi
			row.Lo += min(lo, hi)
			row.Hi += max(lo, hi)
		}
		if j == 0 {
			all = row
		}
		all = Bound{min(all.Lo, row.Lo), max(all.Hi, row.Hi)}
	}
	return all
}
