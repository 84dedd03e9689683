package onnx

import (
	"fmt"
	"math"
	"slices"

	"agon/nn"
)

// fold computes a node whose inputs are all constants (for Shape, of known
// shape). Results count against the budget.
func (im *importer) fold(n Node, in []value) (*constant, error) {
	c, err := im.folded(n, in)
	if err != nil {
		return nil, err
	}
	if im.budget -= len(c.data); im.budget < 0 {
		return nil, fmt.Errorf("constants grow beyond %d elements", foldBudget)
	}
	return c, nil
}

func (im *importer) folded(n Node, in []value) (*constant, error) {
	if n.Op == "Constant" {
		return constantNode(n)
	}
	if _, err := operand(in, 0); err != nil {
		return nil, err
	}
	x := in[0].known
	switch n.Op {
	case "Shape":
		return shapeOf(n, in[0].shape)
	case "ConstantOfShape":
		return im.constantOfShape(n, x)
	case "Identity", "Dropout":
		return x, nil
	case "Cast":
		to := DataType(n.intAttr("to", 0))
		if to.size() == 0 {
			return nil, fmt.Errorf("cast to %s", to)
		}
		return converted(x, to), nil
	case "Flatten", "Reshape", "Squeeze", "Unsqueeze":
		s, err := im.newShape(n, x.shape, in)
		if err != nil {
			return nil, err
		}
		if s.Elements() != len(x.data) {
			return nil, fmt.Errorf("shape %v of %d elements", s, len(x.data))
		}
		return &constant{s, x.data, x.integer}, nil
	case "Transpose":
		return transposed(n, x)
	case "Gather":
		return gather(n, x, in)
	case "Concat":
		return concat(n, in)
	case "Slice":
		return slice(x, in)
	case "Neg", "Sqrt":
		return unary(n.Op, x), nil
	case "Add", "Sub", "Mul", "Div":
		y, err := operand(in, 1)
		if err != nil {
			return nil, err
		}
		return im.binary(n.Op, x, y.known)
	}
	return nil, fmt.Errorf("this operator is not supported on constants%s", hint(n.Op))
}

// constantNode reads the value of a Constant, in whichever attribute it is.
func constantNode(n Node) (*constant, error) {
	for _, a := range n.Attrs {
		switch a.Name {
		case "value":
			if a.Tensor == nil {
				return nil, fmt.Errorf("the value is no tensor")
			}
			return constantOf(a.Tensor)
		case "value_float":
			return &constant{shape: nn.Shape{}, data: []float64{float64(a.Float)}}, nil
		case "value_int":
			c := integers(int(a.Int))
			c.shape = nn.Shape{}
			return c, nil
		case "value_ints":
			list := make([]int, len(a.Ints))
			for i, v := range a.Ints {
				list[i] = int(v)
			}
			return integers(list...), nil
		}
	}
	return nil, fmt.Errorf("no value that is a tensor or a number")
}

// shapeOf is Shape, with start and end from opset 15 on.
func shapeOf(n Node, s nn.Shape) (*constant, error) {
	start, end := bounds(n.intAttr("start", 0), n.intAttr("end", math.MaxInt64), len(s))
	return integers(s[start:end]...), nil
}

// bounds clamps a range with ends counted from either side to [0, n].
func bounds(start, end int64, n int) (int, int) {
	at := func(v int64) int {
		if v < 0 {
			v += int64(n)
		}
		return int(min(max(v, 0), int64(n)))
	}
	from, to := at(start), at(end)
	return from, max(from, to)
}

func (im *importer) constantOfShape(n Node, x *constant) (*constant, error) {
	dims, err := x.ints()
	if err != nil {
		return nil, err
	}
	wide := make([]int64, len(dims))
	for i, d := range dims {
		wide[i] = int64(d)
	}
	s, err := elements(wide)
	if err != nil {
		return nil, err
	}
	if s.Elements() > im.budget {
		return nil, fmt.Errorf("constants grow beyond %d elements", foldBudget)
	}
	c := &constant{shape: s, data: make([]float64, s.Elements())}
	if a := n.attr("value"); a != nil && a.Tensor != nil {
		v, err := constantOf(a.Tensor)
		if err != nil {
			return nil, err
		}
		c.integer = v.integer
		for i := range c.data {
			c.data[i] = v.data[0]
		}
	}
	return c, nil
}

// converted casts elements; to an integer it drops the fraction.
func converted(x *constant, to DataType) *constant {
	c := &constant{x.shape, slices.Clone(x.data), true}
	switch to {
	case Float, Double, Float16:
		c.integer = false
	case Bool:
		for i, v := range c.data {
			if c.data[i] = 0; v != 0 {
				c.data[i] = 1
			}
		}
	default:
		for i, v := range c.data {
			c.data[i] = math.Trunc(v)
		}
	}
	return c
}

func transposed(n Node, x *constant) (*constant, error) {
	perm, err := permutation(n, len(x.shape))
	if err != nil {
		return nil, err
	}
	stride, shape, step := make([]int, len(perm)), make(nn.Shape, len(perm)), 1
	old := make([]int, len(perm))
	for i := len(perm) - 1; i >= 0; i-- {
		old[i] = step
		step *= x.shape[i]
	}
	for i, p := range perm {
		stride[i], shape[i] = old[p], x.shape[p]
	}
	c := &constant{shape, make([]float64, len(x.data)), x.integer}
	index, at := make([]int, len(perm)), 0
	for i := range c.data {
		c.data[i] = x.data[at]
		for d := len(perm) - 1; d >= 0; d-- {
			index[d]++
			at += stride[d]
			if index[d] < shape[d] {
				break
			}
			at -= stride[d] * shape[d]
			index[d] = 0
		}
	}
	return c, nil
}

// gather picks entries of a vector: what exporters do with shapes.
func gather(n Node, x *constant, in []value) (*constant, error) {
	i, err := operand(in, 1)
	if err != nil {
		return nil, err
	}
	if len(x.shape) != 1 || n.intAttr("axis", 0) > 0 || len(i.known.shape) > 1 {
		return nil, fmt.Errorf("only entries of a vector are gathered, here of shape %v", x.shape)
	}
	indices, err := i.known.ints()
	if err != nil {
		return nil, err
	}
	c := &constant{shape: i.known.shape, integer: x.integer}
	for _, v := range indices {
		at, err := position(int64(v), len(x.data))
		if err != nil {
			return nil, err
		}
		c.data = append(c.data, x.data[at])
	}
	return c, nil
}

// concat joins vectors.
func concat(n Node, in []value) (*constant, error) {
	c := &constant{shape: nn.Shape{0}, integer: true}
	for _, v := range in {
		if v.known == nil || len(v.known.shape) != 1 || n.intAttr("axis", 0) > 0 {
			return nil, fmt.Errorf("only vectors are joined, here shape %v", v.shape)
		}
		c.data = append(c.data, v.known.data...)
		c.integer = c.integer && v.known.integer
		if len(c.data) > nn.MaxElements {
			return nil, fmt.Errorf("more than %d elements", nn.MaxElements)
		}
	}
	c.shape[0] = len(c.data)
	return c, nil
}

// slice cuts a vector, with inputs starts and ends of one entry, and step 1.
func slice(x *constant, in []value) (*constant, error) {
	var at [5]*constant // data, starts, ends, axes, steps
	for i := 1; i < len(in) && i < len(at); i++ {
		at[i] = in[i].known
	}
	single := func(c *constant) bool { return c != nil && len(c.data) == 1 }
	if len(x.shape) != 1 || !single(at[1]) || !single(at[2]) ||
		at[4] != nil && (!single(at[4]) || at[4].data[0] != 1) {
		return nil, fmt.Errorf("only vectors are cut, with step 1; here shape %v", x.shape)
	}
	limit := func(v float64) int64 { return int64(min(max(v, -1<<53), 1<<53)) }
	from, to := bounds(limit(at[1].data[0]), limit(at[2].data[0]), len(x.data))
	if from == to {
		return nil, fmt.Errorf("an empty slice")
	}
	return &constant{nn.Shape{to - from}, x.data[from:to], x.integer}, nil
}

func unary(op string, x *constant) *constant {
	c := &constant{x.shape, make([]float64, len(x.data)), x.integer}
	for i, v := range x.data {
		if c.data[i] = -v; op == "Sqrt" {
			c.data[i] = math.Sqrt(v)
		}
	}
	return c
}

// binary computes element by element, with shapes broadcast to one.
func (im *importer) binary(op string, x, y *constant) (*constant, error) {
	shape, err := together(x.shape, y.shape)
	if err != nil {
		return nil, err
	}
	if 2*shape.Elements() > im.budget {
		return nil, fmt.Errorf("constants grow beyond %d elements", foldBudget)
	}
	a, err := x.broadcast(shape)
	if err != nil {
		return nil, err
	}
	b, err := y.broadcast(shape)
	if err != nil {
		return nil, err
	}
	integer := x.integer && y.integer
	for i, v := range b {
		switch op {
		case "Add":
			a[i] += v
		case "Sub":
			a[i] -= v
		case "Mul":
			a[i] *= v
		case "Div":
			if v == 0 {
				return nil, fmt.Errorf("division by 0")
			}
			if a[i] /= v; integer {
				a[i] = math.Trunc(a[i])
			}
		}
	}
	return &constant{shape, a, integer}, nil
}

// together is the shape two shapes broadcast to.
func together(a, b nn.Shape) (nn.Shape, error) {
	if len(a) < len(b) {
		a, b = b, a
	}
	wide := make([]int64, len(a))
	for i, d := range a {
		wide[i] = int64(d)
		if j := i - (len(a) - len(b)); j >= 0 && d != b[j] {
			if d != 1 && b[j] != 1 {
				return nil, fmt.Errorf("shapes %v and %v do not broadcast", a, b)
			}
			wide[i] = int64(d * b[j])
		}
	}
	return elements(wide)
}
