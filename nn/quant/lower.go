package quant

import (
	"fmt"
	"math"
	"slices"

	"agon/nn"
	"agon/nn/float"
)

// chooser makes the choices of a plan while a net is lowered: a search, or a
// plan made before.
type chooser interface {
	input(l *lowering, i int) (InputPlan, error)
	// matrix chooses σ of the accumulator of value v, a Linear on operand x.
	matrix(l *lowering, v int, op *float.Linear, x tensor) (float64, error)
	// narrow chooses shift and clamp of a Requant of x that makes value v, which
	// lies in reals within [lo, hi].
	narrow(l *lowering, v int, x tensor, lo, hi float64) (nn.Requant, error)
}

// tensor is the integer form of a real value.
type tensor struct {
	value nn.Value
	scale float64
	wide  bool // an accumulator
}

// lowering builds the integer graph of a net, node by node.
type lowering struct {
	net    *float.Net
	shapes []nn.Shape
	model  *nn.Model
	values []tensor // of each value of the net
	narrow []tensor // the same, narrowed when first needed (scale 0 before)
	cap    int      // largest activation
	choose chooser
}

// lower turns a folded net (no Affine) into a model, with the choices of c.
func lower(net *float.Net, c chooser) (*nn.Model, error) {
	shapes, err := net.Shapes()
	if err != nil {
		return nil, err
	}
	widest := 0
	for _, n := range net.Nodes {
		if op, is := n.Op.(*float.Linear); is {
			widest = max(widest, op.Cols)
		}
	}
	limit, err := activationCap(widest)
	if err != nil {
		return nil, err
	}
	l := &lowering{
		net: net, shapes: shapes, model: &nn.Model{Graph: &nn.Graph{}}, choose: c, cap: limit,
		narrow: make([]tensor, len(shapes)),
	}
	if err := l.inputs(); err != nil {
		return nil, err
	}
	for i, n := range net.Nodes {
		t, err := l.node(n, len(net.Inputs)+i)
		if err != nil {
			return nil, fmt.Errorf("node %d %q (%s): %w", i, n.Name, n.Op, err)
		}
		l.values = append(l.values, t)
	}
	g := l.model.Graph
	g.Outputs = nil
	for _, o := range net.Outputs {
		t := l.values[o.Value]
		g.Outputs = append(g.Outputs, nn.Output{Value: t.value, Scale: t.scale})
	}
	return l.model, l.model.Check()
}

func (l *lowering) inputs() error {
	for i, in := range l.net.Inputs {
		p, err := l.choose.input(l, i)
		if err != nil {
			return fmt.Errorf("input %q: %w", in.Name, err)
		}
		l.model.Graph.Inputs = append(l.model.Graph.Inputs, nn.Input{
			Shape: in.Shape, Bound: nn.Bound{Lo: int64(p.Lo), Hi: int64(p.Hi)}, Scale: p.Scale,
		})
		l.values = append(l.values, tensor{value: nn.Value(i), scale: p.Scale})
	}
	l.model.Graph.Outputs = []nn.Output{{Scale: 1}} // so that the part is a graph
	return nil
}

// push appends an operator of the integer graph.
func (l *lowering) push(op nn.Op, in ...nn.Value) nn.Value {
	g := l.model.Graph
	g.Nodes = append(g.Nodes, nn.Node{Op: op, In: in})
	return g.Result(len(g.Nodes) - 1)
}

func (l *lowering) node(n float.Node, v int) (tensor, error) {
	x := l.values[n.In[0]]
	switch op := n.Op.(type) {
	case *float.Linear:
		return l.linear(op, v, n.In[0])
	case float.Relu:
		return l.clip(v, n.In[0], 0, math.Inf(1))
	case float.Clip:
		return l.clip(v, n.In[0], op.Lo, op.Hi)
	case float.Add:
		return l.add(n.In[0], n.In[1])
	case float.Reshape:
		if slices.Equal(op.Shape, l.shapes[n.In[0]]) {
			l.narrow[v] = l.narrow[n.In[0]]
			return x, nil
		}
		return tensor{l.push(nn.Reshape{Shape: op.Shape}, x.value), x.scale, x.wide}, nil
	case float.ArgMax:
		return tensor{value: l.push(nn.ArgMax{}, x.value), scale: 1}, nil
	}
	return tensor{}, fmt.Errorf("no integer form: fold the net first")
}

// linear quantises a matrix with the chosen σ(acc): ω = σ(acc)/σₓ.
func (l *lowering) linear(op *float.Linear, v, operand int) (tensor, error) {
	x, err := l.narrowed(operand)
	if err != nil {
		return tensor{}, err
	}
	scale, err := l.choose.matrix(l, v, op, x)
	if err != nil {
		return tensor{}, err
	}
	p, bits, err := quantised(op, x.scale, scale)
	if err != nil {
		return tensor{}, err
	}
	g := l.model.Graph
	g.Weights = append(g.Weights, nn.Weights{Rows: op.Rows, Cols: op.Cols, BiasBits: bits})
	l.model.Params = append(l.model.Params, p)
	y := l.push(nn.Linear{Weights: len(g.Weights) - 1}, x.value)
	return tensor{value: y, scale: scale, wide: true}, nil
}

// quantised rounds weights to W/ω, clamped to ±127, and biases to b/σ(acc);
// the declared bits of biases are a multiple of four.
func quantised(op *float.Linear, in, acc float64) (nn.Matrix, int, error) {
	p := nn.Matrix{W: make([]int8, len(op.W)), B: make([]int32, len(op.B))}
	omega := acc / in
	for k, w := range op.W {
		q := math.RoundToEven(w / omega)
		p.W[k] = int8(min(max(q, -nn.WeightMax), nn.WeightMax))
	}
	bits := 4
	for j, b := range op.B {
		q := math.RoundToEven(b / acc)
		for bits <= maxBiasBits && (q >= math.Ldexp(1, bits-1) || q < -math.Ldexp(1, bits-1)) {
			bits += 4
		}
		if !(bits <= maxBiasBits) || math.IsNaN(q) {
			return p, bits, fmt.Errorf("bias %d is %g, beyond %d bits at scale %g",
				j, b, maxBiasBits, acc)
		}
		p.B[j] = int32(q)
	}
	return p, bits, nil
}

// maxBiasBits is the widest bias declared; activationCap leaves room for it.
const maxBiasBits = 28

// narrowed is the byte form of value v.
func (l *lowering) narrowed(v int) (tensor, error) {
	x := l.values[v]
	if !x.wide {
		return x, nil
	}
	if l.narrow[v].scale == 0 {
		y, err := l.requant(v, x, math.Inf(-1), math.Inf(1))
		if err != nil {
			return tensor{}, err
		}
		l.narrow[v] = y
	}
	return l.narrow[v], nil
}

// requant narrows x to value v with reals within [lo, hi].
func (l *lowering) requant(v int, x tensor, lo, hi float64) (tensor, error) {
	q, err := l.choose.narrow(l, v, x, lo, hi)
	if err != nil {
		return tensor{}, err
	}
	return tensor{l.push(q, x.value), math.Ldexp(x.scale, q.Shift), false}, nil
}

// clip is min(max(x, lo), hi): a Requant of an accumulator, a Clip of a byte.
func (l *lowering) clip(v, operand int, lo, hi float64) (tensor, error) {
	x := l.values[operand]
	if x.wide {
		return l.requant(v, x, lo, hi)
	}
	op := nn.Clip{Lo: ends(lo, x.scale, -128), Hi: ends(hi, x.scale, byteMax)}
	return tensor{l.push(op, x.value), x.scale, false}, nil
}

// ends is a real end of an interval in units of scale, the limit if beyond it.
func ends(x, scale float64, limit int) int {
	q := math.RoundToEven(x / scale)
	if limit < 0 {
		return int(min(max(q, float64(limit)), byteMax))
	}
	return int(max(min(q, float64(limit)), -128))
}

// add aligns two narrow operands, one spare bit below the finer scale, so that
// the sum has a shift to be rounded by.
func (l *lowering) add(a, b int) (tensor, error) {
	x, err := l.narrowed(a)
	if err != nil {
		return tensor{}, err
	}
	y, err := l.narrowed(b)
	if err != nil {
		return tensor{}, err
	}
	ratio := math.Log2(x.scale / y.scale)
	k := math.Round(ratio)
	if math.Abs(ratio-k) > 1e-9 || math.Abs(k) >= nn.MaxShift {
		return tensor{}, fmt.Errorf("operands of scales %g and %g do not meet by a shift",
			x.scale, y.scale)
	}
	op := nn.Add{ShiftA: 1 + max(int(k), 0), ShiftB: 1 + max(-int(k), 0)}
	sum := l.push(op, x.value, y.value)
	return tensor{sum, math.Ldexp(x.scale, -op.ShiftA), true}, nil
}
