package onnx

import (
	"fmt"

	"agon/nn"
	"agon/nn/float"
)

// Export writes a net as an ONNX model of opset 17: Gemm or MatMul and Add,
// Mul and Add for an Affine, Relu, Clip, Add, Reshape, ArgMax. Weights become
// float32. The net must pass Shapes.
func Export(net *float.Net, name string) (*Model, error) {
	shapes, err := net.Shapes()
	if err != nil {
		return nil, err
	}
	e := exporter{
		shapes: shapes, names: make([]string, len(shapes)),
		m: &Model{IR: 8, Producer: "agon", Opsets: []Opset{{"", MaxOpset}}},
	}
	g := &e.m.Graph
	g.Name = name
	for i, in := range net.Inputs {
		e.names[i] = in.Name
		g.Inputs = append(g.Inputs, info(in.Name, in.Shape))
	}
	for i, n := range net.Nodes {
		v := len(net.Inputs) + i
		e.names[v] = fmt.Sprintf("value_%d", v)
		for _, o := range net.Outputs {
			if o.Value == v {
				e.names[v] = o.Name
			}
		}
		if err := e.node(n, v); err != nil {
			return nil, fmt.Errorf("node %d %q: %w", i, n.Name, err)
		}
	}
	for _, o := range net.Outputs {
		out := info(e.names[o.Value], shapes[o.Value])
		if o.Value >= len(net.Inputs) {
			if _, label := net.Nodes[o.Value-len(net.Inputs)].Op.(float.ArgMax); label {
				out.Type = Int64
			}
		}
		g.Outputs = append(g.Outputs, out)
	}
	return e.m, nil
}

// exporter knows the name of every value written.
type exporter struct {
	m      *Model
	shapes []nn.Shape
	names  []string
}

func info(name string, s nn.Shape) ValueInfo {
	v := ValueInfo{Name: name, Type: Float}
	for _, d := range s {
		v.Dims = append(v.Dims, Dim{Value: int64(d)})
	}
	return v
}

// emit appends an ONNX node; constant inputs are given as tensors.
func (e *exporter) emit(op, out, label string, attrs []Attr, in []string, constants ...Tensor) {
	g := &e.m.Graph
	for _, c := range constants {
		g.Initializers = append(g.Initializers, c)
		in = append(in, c.Name)
	}
	g.Nodes = append(g.Nodes, Node{
		Name: label, Op: op, Inputs: in, Outputs: []string{out}, Attrs: attrs,
	})
}

func (e *exporter) node(n float.Node, v int) error {
	out, x := e.names[v], []string{e.names[n.In[0]]}
	constant := func(role string) string { return out + "." + role }
	switch op := n.Op.(type) {
	case *float.Linear:
		e.linear(op, n, v)
	case *float.Affine:
		dims := make([]int64, len(e.shapes[v]))
		for i, d := range e.shapes[v] {
			dims[i] = int64(d)
		}
		e.emit("Mul", out+".scaled", n.Name+".scale", nil, x,
			floatTensor(constant("scale"), op.Scale, dims...))
		e.emit("Add", out, n.Name, nil, []string{out + ".scaled"},
			floatTensor(constant("shift"), op.Shift, dims...))
	case float.Relu:
		e.emit("Relu", out, n.Name, nil, x)
	case float.Clip:
		e.emit("Clip", out, n.Name, nil, x,
			floatTensor(constant("min"), []float64{op.Lo}),
			floatTensor(constant("max"), []float64{op.Hi}))
	case float.Add:
		e.emit("Add", out, n.Name, nil, append(x, e.names[n.In[1]]))
	case float.Reshape:
		dims := make([]int64, len(op.Shape))
		for i, d := range op.Shape {
			dims[i] = int64(d)
		}
		e.emit("Reshape", out, n.Name, nil, x, intTensor(constant("shape"), dims...))
	case float.ArgMax:
		axis := int64(len(e.shapes[n.In[0]]) - 1)
		e.emit("ArgMax", out, n.Name, []Attr{{Name: "axis", Int: axis}, {Name: "keepdims"}}, x)
	default:
		return fmt.Errorf("%s has no ONNX operator", n.Op)
	}
	return nil
}

// linear writes Gemm for a matrix of inputs, MatMul and Add otherwise.
func (e *exporter) linear(op *float.Linear, n float.Node, v int) {
	out, x := e.names[v], []string{e.names[n.In[0]]}
	rows, cols := int64(op.Rows), int64(op.Cols)
	bias := floatTensor(out+".bias", op.B, rows)
	if len(e.shapes[v]) == 2 {
		e.emit("Gemm", out, n.Name, []Attr{{Name: "transB", Int: 1}}, x,
			floatTensor(out+".weight", op.W, rows, cols), bias)
		return
	}
	w := make([]float64, len(op.W)) // transposed: K×M
	for j := range op.Rows {
		for k := range op.Cols {
			w[k*op.Rows+j] = op.W[j*op.Cols+k]
		}
	}
	e.emit("MatMul", out+".product", n.Name, nil, x,
		floatTensor(out+".weight", w, cols, rows))
	e.emit("Add", out, n.Name+".bias", nil, []string{out + ".product"}, bias)
}
