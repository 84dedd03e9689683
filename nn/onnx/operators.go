package onnx

import (
	"fmt"
	"math"
	"slices"

	"agon/nn"
	"agon/nn/float"
)

// translator adds a node with at least one unknown input to the net.
type translator func(im *importer, n Node, in []value) (value, error)

// operators lists what Import translates, by ONNX name.
var operators map[string]translator

func init() {
	operators = map[string]translator{
		"Gemm": gemm, "MatMul": matMul, "BatchNormalization": batchNorm,
		"Add": arithmetic, "Sub": arithmetic, "Mul": arithmetic, "Div": arithmetic,
		"Relu": relu, "Clip": clip, "ArgMax": argMax,
		"Flatten": reshape, "Reshape": reshape, "Squeeze": reshape, "Unsqueeze": reshape,
		"Identity": identity, "Dropout": dropout, "Cast": cast, "Transpose": transpose,
	}
}

// operand returns input i, which must be there.
func operand(in []value, i int) (value, error) {
	if i >= len(in) || in[i].shape == nil && in[i].known == nil {
		return value{}, fmt.Errorf("input %d is missing", i)
	}
	return in[i], nil
}

// known returns input i as a constant; nil if it is omitted.
func known(in []value, i int, what string) (*constant, error) {
	if i >= len(in) || in[i].shape == nil && in[i].known == nil {
		return nil, nil
	}
	if in[i].known == nil {
		return nil, fmt.Errorf("%s must be a constant, here it is computed", what)
	}
	return in[i].known, nil
}

// gemm is Y = α·A·B + β·C with A computed, B and C constant, B perhaps
// transposed.
func gemm(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	b, err := known(in, 1, "the matrix B")
	if err != nil {
		return value{}, err
	}
	c, err := known(in, 2, "the bias C")
	if err != nil {
		return value{}, err
	}
	if x.known != nil || b == nil || len(b.shape) != 2 || len(x.shape) != 2 {
		return value{}, fmt.Errorf("want a computed A of rank 2 and a constant B of rank 2")
	}
	if n.intAttr("transA", 0) != 0 {
		return value{}, fmt.Errorf("a transposed A would mix the inputs of a batch")
	}
	alpha, beta := 1.0, 1.0
	if a := n.attr("alpha"); a != nil {
		alpha = float64(a.Float)
	}
	if a := n.attr("beta"); a != nil {
		beta = float64(a.Float)
	}
	l, err := im.matrix(b, n.intAttr("transB", 0) != 0, alpha)
	if err != nil {
		return value{}, err
	}
	if c != nil {
		bias, err := c.broadcast(nn.Shape{1, l.Rows})
		if err != nil {
			return value{}, fmt.Errorf("bias C: %w", err)
		}
		for j, v := range bias {
			l.B[j] = beta * v
		}
	}
	return im.linear(n, l, x)
}

// matMul is X·B with X computed and B a constant of rank 2, or of rank 1: then
// the last dimension of the result vanishes.
func matMul(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	if x.known != nil {
		return value{}, fmt.Errorf("the matrix must be the second factor, here it is the first")
	}
	b, err := known(in, 1, "the second factor")
	if err != nil {
		return value{}, err
	}
	if b == nil || len(b.shape) < 1 || len(b.shape) > 2 || len(x.shape) == 0 {
		return value{}, fmt.Errorf("want a computed tensor times a constant of rank 1 or 2")
	}
	vector := len(b.shape) == 1
	if vector {
		b = &constant{shape: nn.Shape{b.shape[0], 1}, data: b.data}
	}
	l, err := im.matrix(b, false, 1)
	if err != nil {
		return value{}, err
	}
	y, err := im.linear(n, l, x)
	if err != nil || !vector {
		return y, err
	}
	return im.reshapeTo(n, y, y.shape[:len(y.shape)-1])
}

// matrix makes a Linear of a constant B (K×M, or M×K if transposed) times α.
func (im *importer) matrix(b *constant, transposed bool, alpha float64) (*float.Linear, error) {
	if im.weights += len(b.data); im.weights > maxWeights {
		return nil, fmt.Errorf("more than %d weights in all", maxWeights)
	}
	cols, rows := b.shape[0], b.shape[1]
	if transposed {
		cols, rows = rows, cols
	}
	l := &float.Linear{
		Rows: rows, Cols: cols, W: make([]float64, len(b.data)), B: make([]float64, rows),
	}
	for j := range rows {
		for k := range cols {
			v := alpha
			if transposed {
				v *= b.data[j*cols+k]
			} else {
				v *= b.data[k*rows+j]
			}
			l.W[j*cols+k] = v
		}
	}
	return l, nil
}

func (im *importer) linear(n Node, l *float.Linear, x value) (value, error) {
	if x.shape.Last() != l.Cols {
		return value{}, fmt.Errorf("input %v times a matrix of %d inputs", x.shape, l.Cols)
	}
	shape := slices.Clone(x.shape)
	shape[len(shape)-1] = l.Rows
	return im.push(n, l, shape, x)
}

// arithmetic is Add of two computed tensors, or Add, Sub, Mul, Div of a computed
// tensor and a constant, which becomes an Affine.
func arithmetic(im *importer, n Node, in []value) (value, error) {
	a, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	b, err := operand(in, 1)
	if err != nil {
		return value{}, err
	}
	switch {
	case a.known == nil && b.known == nil:
		if n.Op != "Add" || !slices.Equal(a.shape, b.shape) {
			return value{}, fmt.Errorf("of two computed tensors only sums of equal shapes are "+
				"supported, here %v and %v", a.shape, b.shape)
		}
		return im.push(n, float.Add{}, a.shape, a, b)
	case a.known == nil:
		return im.affine(n, a, b.known, false)
	default:
		return im.affine(n, b, a.known, true)
	}
}

// affine is x ∘ c, or c ∘ x if reversed, for the node's operator.
func (im *importer) affine(n Node, x value, c *constant, reversed bool) (value, error) {
	if reversed && n.Op == "Div" {
		return value{}, fmt.Errorf("division by a computed tensor")
	}
	data, err := c.broadcast(x.shape)
	if err != nil {
		return value{}, fmt.Errorf("%w (the constant may not enlarge the computed tensor)", err)
	}
	if im.budget -= len(data); im.budget < 0 {
		return value{}, fmt.Errorf("constants grow beyond %d elements", foldBudget)
	}
	op := &float.Affine{Scale: make([]float64, len(data)), Shift: make([]float64, len(data))}
	for i, v := range data {
		op.Scale[i] = 1
		switch {
		case n.Op == "Add":
			op.Shift[i] = v
		case n.Op == "Sub" && reversed:
			op.Scale[i], op.Shift[i] = -1, v
		case n.Op == "Sub":
			op.Shift[i] = -v
		case n.Op == "Mul":
			op.Scale[i] = v
		case v == 0:
			return value{}, fmt.Errorf("division by a constant 0")
		default:
			op.Scale[i] = 1 / v
		}
	}
	return im.push(n, op, x.shape, x)
}

// batchNorm is y = γ·(x − μ)/√(σ² + ε) + β per channel (dimension 1) of a tensor
// without spatial extent.
func batchNorm(im *importer, n Node, in []value) (value, error) {
	if len(in) != 5 || in[0].known != nil || len(in[0].shape) < 2 {
		return value{}, fmt.Errorf("want five inputs, the first computed and of rank 2 or more")
	}
	if n.intAttr("training_mode", 0) != 0 {
		return value{}, fmt.Errorf("the node is in training mode")
	}
	x, channels := in[0], in[0].shape[1]
	if x.shape.Elements() != channels*x.shape[0] {
		return value{}, fmt.Errorf("shape %v has a spatial extent; "+
			"only fully connected networks are supported", x.shape)
	}
	var p [4][]float64 // γ, β, μ, σ²
	for i := range p {
		c, err := known(in, i+1, "every parameter")
		if err != nil {
			return value{}, err
		}
		if c == nil || len(c.data) != channels {
			return value{}, fmt.Errorf("want %d entries in each parameter", channels)
		}
		p[i] = c.data
	}
	epsilon := 1e-5
	if a := n.attr("epsilon"); a != nil {
		epsilon = float64(a.Float)
	}
	size := x.shape.Elements()
	op := &float.Affine{Scale: make([]float64, size), Shift: make([]float64, size)}
	for i := range size {
		c := i % channels
		s := p[0][c] / math.Sqrt(p[3][c]+epsilon)
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return value{}, fmt.Errorf("variance %g of channel %d", p[3][c], c)
		}
		op.Scale[i], op.Shift[i] = s, p[1][c]-s*p[2][c]
	}
	return im.push(n, op, x.shape, x)
}

func relu(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	return im.push(n, float.Relu{}, x.shape, x)
}

// misplaced says that an attribute became an input with an operator set, and that
// a file has it where it would not be read: the network would be another one.
func (im *importer) misplaced(since int) error {
	return fmt.Errorf("an attribute before opset %d and an input from then on; "+
		"this file of opset %d has it the other way", since, im.opset)
}

// clip takes its ends from inputs (opset 11) or attributes (before); a missing
// end is open.
func clip(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	ends := [2]float64{math.Inf(-1), math.Inf(1)}
	for i, name := range []string{"min", "max"} {
		c, err := known(in, i+1, name)
		if err != nil {
			return value{}, err
		}
		if c != nil && len(c.data) != 1 {
			return value{}, fmt.Errorf("%s has %d entries, want 1", name, len(c.data))
		}
		a := n.attr(name)
		if a != nil && im.opset >= 11 || c != nil && im.opset < 11 {
			return value{}, fmt.Errorf("%s: %w", name, im.misplaced(11))
		}
		if a != nil {
			ends[i] = float64(a.Float)
		}
		if c != nil {
			ends[i] = c.data[0]
		}
	}
	if !(ends[0] <= ends[1]) || x.known != nil {
		return value{}, fmt.Errorf("clips to [%g, %g]", ends[0], ends[1])
	}
	return im.push(n, float.Clip{Lo: ends[0], Hi: ends[1]}, x.shape, x)
}

// argMax is supported along the last dimension that is not 1.
func argMax(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	axis, err := position(n.intAttr("axis", 0), len(x.shape))
	if err != nil {
		return value{}, err
	}
	if nn.Shape(x.shape[axis+1:]).Elements() != 1 {
		return value{}, fmt.Errorf("axis %d of %v is not the last", axis, x.shape)
	}
	if n.intAttr("select_last_index", 0) != 0 {
		return value{}, fmt.Errorf("the last of several largest entries; the first is supported")
	}
	flat, err := im.reshapeTo(n, x, x.shape[:axis+1])
	if err != nil {
		return value{}, err
	}
	y, err := im.push(n, float.ArgMax{}, slices.Clone(x.shape[:axis]), flat)
	if err != nil || n.intAttr("keepdims", 1) == 0 {
		return y, err
	}
	kept := slices.Clone(x.shape)
	kept[axis] = 1
	return im.reshapeTo(n, y, kept)
}

// position turns an axis, perhaps counted from the end, into an index.
func position(axis int64, rank int) (int, error) {
	if axis < 0 {
		axis += int64(rank)
	}
	if axis < 0 || axis >= int64(rank) {
		return 0, fmt.Errorf("axis %d of a tensor of rank %d", axis, rank)
	}
	return int(axis), nil
}

func identity(_ *importer, _ Node, in []value) (value, error) { return operand(in, 0) }

func dropout(_ *importer, _ Node, in []value) (value, error) {
	training, err := known(in, 2, "training_mode")
	if err != nil {
		return value{}, err
	}
	if training != nil && (len(training.data) != 1 || training.data[0] != 0) {
		return value{}, fmt.Errorf("the node is in training mode")
	}
	return operand(in, 0)
}

// cast between kinds of float changes nothing here.
func cast(_ *importer, n Node, in []value) (value, error) {
	switch to := DataType(n.intAttr("to", 0)); to {
	case Float, Double:
		return operand(in, 0)
	default:
		return value{}, fmt.Errorf("a computed tensor becomes %s", to)
	}
}

// transpose is supported where it only moves dimensions of size 1.
func transpose(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	perm, err := permutation(n, len(x.shape))
	if err != nil {
		return value{}, err
	}
	shape, last := make(nn.Shape, len(perm)), -1
	for i, p := range perm {
		if shape[i] = x.shape[p]; shape[i] == 1 {
			continue
		}
		if p < last {
			return value{}, fmt.Errorf("permutation %v of a computed tensor of shape %v",
				perm, x.shape)
		}
		last = p
	}
	return im.reshapeTo(n, x, shape)
}
