package onnx

import (
	"fmt"
	"slices"

	"agon/nn"
	"agon/nn/float"
)

// The opsets that are read: versions of ONNX's own operators.
const (
	MinOpset = 10
	MaxOpset = 17
)

// Limits of an import beyond those of the file: elements of all folded constants
// together, and of all matrices, however often nodes share one.
const (
	foldBudget = 1 << 24
	maxWeights = 1 << 28
)

// UnsupportedError names the node an import fails at and why.
type UnsupportedError struct {
	Index  int    // of the node in the file
	Node   string // its name, or its first output if it has none
	Op     string
	Reason string
}

func (e *UnsupportedError) Error() string {
	return fmt.Sprintf("node %d %q: %s: %s", e.Index, e.Node, e.Op, e.Reason)
}

// value is what is known of a tensor: a constant, or a value of the net.
type value struct {
	known *constant
	index int // in the net, if known is nil
	shape nn.Shape
}

// importer builds a net node by node.
type importer struct {
	opset   int64
	values  map[string]value
	tensors map[string]*Tensor // initializers not used so far
	net     *float.Net
	shapes  []nn.Shape
	budget  int // elements that folding may still make
	weights int
}

// Import turns a model into a net over the reals. A batch dimension (the first,
// if the file leaves its size open) is taken as 1. Errors about a node are
// *UnsupportedError; others name the tensor.
func Import(m *Model) (*float.Net, error) {
	opset, err := m.opset()
	if err != nil {
		return nil, err
	}
	im := &importer{
		opset: opset, values: map[string]value{}, tensors: map[string]*Tensor{},
		net: &float.Net{}, budget: foldBudget,
	}
	for i := range m.Graph.Initializers {
		t := &m.Graph.Initializers[i]
		im.tensors[t.Name] = t
	}
	if err := im.inputs(m.Graph.Inputs); err != nil {
		return nil, err
	}
	for i, n := range m.Graph.Nodes {
		if err := im.node(n); err != nil {
			return nil, &UnsupportedError{i, n.label(), n.Op, err.Error()}
		}
	}
	if err := im.outputs(m.Graph.Outputs); err != nil {
		return nil, err
	}
	folded, err := im.net.Fold()
	if err != nil {
		return nil, fmt.Errorf("folding constants into matrices: %w", err)
	}
	return folded, nil
}

// opset is the version of the default domain.
func (m *Model) opset() (int64, error) {
	for _, o := range m.Opsets {
		if o.Domain != "" && o.Domain != "ai.onnx" {
			continue
		}
		if o.Version < MinOpset || o.Version > MaxOpset {
			return 0, fmt.Errorf("opset %d: export the model with an opset from %d to %d",
				o.Version, MinOpset, MaxOpset)
		}
		return o.Version, nil
	}
	return 0, fmt.Errorf("the model does not say which opset it uses")
}

func (n Node) label() string {
	if n.Name == "" && len(n.Outputs) > 0 {
		return n.Outputs[0]
	}
	return n.Name
}

// attr returns the attribute of that name, or nil.
func (n Node) attr(name string) *Attr {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return &n.Attrs[i]
		}
	}
	return nil
}

// intAttr is an integer attribute with its default.
func (n Node) intAttr(name string, otherwise int64) int64 {
	if a := n.attr(name); a != nil {
		return a.Int
	}
	return otherwise
}

// inputs declares the graph's inputs that are not initializers.
func (im *importer) inputs(infos []ValueInfo) error {
	for _, info := range infos {
		if im.tensors[info.Name] != nil {
			continue
		}
		shape, err := info.shape()
		if err != nil {
			return fmt.Errorf("input %q: %w", info.Name, err)
		}
		if len(im.net.Inputs) == nn.MaxPorts {
			return fmt.Errorf("more than %d inputs", nn.MaxPorts)
		}
		im.values[info.Name] = value{index: len(im.shapes), shape: shape}
		im.net.Inputs = append(im.net.Inputs, float.Port{
			Name: info.Name, Value: len(im.shapes), Shape: shape,
		})
		im.shapes = append(im.shapes, shape)
	}
	if len(im.net.Inputs) == 0 {
		return fmt.Errorf("the model has no input")
	}
	return nil
}

// shape is the declared shape, an open first dimension taken as 1.
func (v ValueInfo) shape() (nn.Shape, error) {
	if v.Type != Float && v.Type != Double && v.Type != Float16 {
		return nil, fmt.Errorf("elements of %s, want float", v.Type)
	}
	if len(v.Dims) > nn.MaxRank {
		return nil, fmt.Errorf("rank %d, at most %d", len(v.Dims), nn.MaxRank)
	}
	dims := make([]int64, len(v.Dims))
	for i, d := range v.Dims {
		open := d.Param != "" || d.Value <= 0
		switch {
		case open && i > 0:
			return nil, fmt.Errorf("dimension %d (%q) is open: export with a fixed size",
				i, d.Param)
		case open:
			dims[i] = 1
		default:
			dims[i] = d.Value
		}
	}
	s, err := elements(dims)
	if err == nil && s.Elements() > nn.MaxElements {
		err = fmt.Errorf("shape %v has more than %d elements", s, nn.MaxElements)
	}
	return s, err
}

// outputs names the values the file declares as results.
func (im *importer) outputs(infos []ValueInfo) error {
	if len(infos) == 0 || len(infos) > nn.MaxPorts {
		return fmt.Errorf("%d outputs, want 1 … %d", len(infos), nn.MaxPorts)
	}
	for _, info := range infos {
		v, err := im.lookup(info.Name)
		if err != nil {
			return fmt.Errorf("output %w", err)
		}
		if v.known != nil {
			return fmt.Errorf("output %q does not depend on the input", info.Name)
		}
		im.net.Outputs = append(im.net.Outputs, float.Port{
			Name: info.Name, Value: v.index, Shape: v.shape,
		})
	}
	return nil
}

// lookup finds a tensor by name; initializers are converted when first used.
func (im *importer) lookup(name string) (value, error) {
	if v, ok := im.values[name]; ok {
		return v, nil
	}
	t, ok := im.tensors[name]
	if !ok {
		return value{}, fmt.Errorf("%q is used before anything computes it", name)
	}
	c, err := constantOf(t)
	if err != nil {
		return value{}, fmt.Errorf("%q: %w", name, err)
	}
	v := value{known: c, shape: c.shape}
	im.values[name] = v
	return v, nil
}

// node imports one node: folds it if everything it needs is known, else
// translates it.
func (im *importer) node(n Node) error {
	if n.Domain != "" && n.Domain != "ai.onnx" {
		return fmt.Errorf("domain %q is not read, only ONNX's own operators are", n.Domain)
	}
	if len(n.Outputs) == 0 || n.Outputs[0] == "" {
		return fmt.Errorf("the node has no output")
	}
	if slices.ContainsFunc(n.Outputs[1:], func(s string) bool { return s != "" }) &&
		n.Op != "Dropout" && n.Op != "BatchNormalization" {
		return fmt.Errorf("%d outputs, want 1", len(n.Outputs))
	}
	in, known := make([]value, len(n.Inputs)), true
	for i, name := range n.Inputs {
		if name == "" {
			continue // omitted: a value without shape, constant or use
		}
		v, err := im.lookup(name)
		if err != nil {
			return err
		}
		in[i] = v
		known = known && v.known != nil
	}
	if known || n.Op == "Shape" {
		c, err := im.fold(n, in)
		if err != nil {
			return err
		}
		return im.define(n.Outputs[0], value{known: c, shape: c.shape})
	}
	translate, ok := operators[n.Op]
	if !ok {
		return fmt.Errorf("this operator is not supported%s", hint(n.Op))
	}
	v, err := translate(im, n, in)
	if err != nil {
		return err
	}
	return im.define(n.Outputs[0], v)
}

// define names a result; a name is given once.
func (im *importer) define(name string, v value) error {
	if _, taken := im.values[name]; taken || im.tensors[name] != nil {
		return fmt.Errorf("%q is computed twice", name)
	}
	im.values[name] = v
	return nil
}

// hint says what to do about operators people often meet.
func hint(op string) string {
	switch op {
	case "Softmax", "LogSoftmax":
		return "; export the logits instead: their largest entry is the same"
	case "Sigmoid":
		return "; export the value before it: it is above 0 where the sigmoid is above ½"
	case "Conv", "MaxPool", "AveragePool", "GlobalAveragePool":
		return "; only fully connected networks are"
	}
	return ""
}

// push appends a node to the net and returns its value.
func (im *importer) push(n Node, op float.Op, shape nn.Shape, in ...value) (value, error) {
	if shape.Elements() > nn.MaxElements || len(shape) > nn.MaxRank {
		return value{}, fmt.Errorf("the result of shape %v is too large", shape)
	}
	if len(im.net.Nodes) == nn.MaxNodes {
		return value{}, fmt.Errorf("more than %d nodes", nn.MaxNodes)
	}
	indices := make([]int, len(in))
	for i, v := range in {
		indices[i] = v.index
	}
	im.net.Nodes = append(im.net.Nodes, float.Node{Name: n.label(), Op: op, In: indices})
	im.shapes = append(im.shapes, shape)
	return value{index: len(im.shapes) - 1, shape: shape}, nil
}
