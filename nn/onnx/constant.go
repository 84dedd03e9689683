package onnx

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"agon/nn"
)

// constant is a tensor known at import. Integers are held as float64 too: shapes
// and indices, which are all the integers that matter here, are below 2⁵³.
type constant struct {
	shape   nn.Shape
	data    []float64
	integer bool
}

// scalar is a constant of one element of integer type.
func integers(v ...int) *constant {
	c := &constant{shape: nn.Shape{len(v)}, integer: true}
	for _, x := range v {
		c.data = append(c.data, float64(x))
	}
	return c
}

// ints returns the elements as integers, or an error if one is none.
func (c *constant) ints() ([]int, error) {
	out := make([]int, len(c.data))
	for i, v := range c.data {
		if v != math.Trunc(v) || math.Abs(v) > 1<<53 {
			return nil, fmt.Errorf("%g is no index", v)
		}
		out[i] = int(v)
	}
	return out, nil
}

// elements multiplies dimensions; zero dimensions and sizes beyond the limits
// are errors.
func elements(dims []int64) (nn.Shape, error) {
	s, n := make(nn.Shape, len(dims)), int64(1)
	for i, d := range dims {
		if d < 1 || d > nn.MaxElements {
			return nil, fmt.Errorf("dimensions %v: %d is outside 1 … %d", dims, d, nn.MaxElements)
		}
		if n *= d; n > maxConstant {
			return nil, fmt.Errorf("dimensions %v: more than %d elements", dims, maxConstant)
		}
		s[i] = int(d)
	}
	return s, nil
}

// maxConstant limits the elements of one constant.
const maxConstant = 1 << 27

// constantOf converts a tensor of the file. The elements must all be present.
func constantOf(t *Tensor) (*constant, error) {
	if t.External {
		return nil, fmt.Errorf("its data is in another file: export the model as one file")
	}
	shape, err := elements(t.Dims)
	if err != nil {
		return nil, err
	}
	c := &constant{shape: shape}
	switch t.Type {
	case Int64, Int32, Int8, Uint8, Bool:
		c.integer = true
	case Float, Double, Float16:
	default:
		return nil, fmt.Errorf("elements of %s are not read", t.Type)
	}
	n := shape.Elements()
	if len(t.Raw) > 0 {
		if len(t.Raw) != n*t.Type.size() {
			return nil, fmt.Errorf("%d bytes for %d elements of %s", len(t.Raw), n, t.Type)
		}
		c.data = fromRaw(t.Type, t.Raw, n)
	} else if c.data = fromLists(t); len(c.data) != n {
		return nil, fmt.Errorf("%d elements of %s, dimensions %v want %d",
			len(c.data), t.Type, t.Dims, n)
	}
	for i, v := range c.data {
		if math.IsNaN(v) || math.IsInf(v, 0) && n > 1 {
			return nil, fmt.Errorf("element %d is %g", i, v)
		}
	}
	return c, nil
}

// fromRaw reads n little-endian elements.
func fromRaw(t DataType, raw []byte, n int) []float64 {
	data := make([]float64, n)
	le := binary.LittleEndian
	for i := range data {
		switch t {
		case Uint8, Bool:
			data[i] = float64(raw[i])
		case Int8:
			data[i] = float64(int8(raw[i]))
		case Float16:
			data[i] = half(le.Uint16(raw[2*i:]))
		case Float:
			data[i] = float64(math.Float32frombits(le.Uint32(raw[4*i:])))
		case Int32:
			data[i] = float64(int32(le.Uint32(raw[4*i:])))
		case Int64:
			data[i] = float64(int64(le.Uint64(raw[8*i:])))
		case Double:
			data[i] = math.Float64frombits(le.Uint64(raw[8*i:]))
		}
	}
	return data
}

// fromLists reads the list in which a tensor of this type keeps its elements
// when Raw is empty.
func fromLists(t *Tensor) []float64 {
	switch t.Type {
	case Float:
		data := make([]float64, len(t.Floats))
		for i, v := range t.Floats {
			data[i] = float64(v)
		}
		return data
	case Double:
		return slices.Clone(t.Doubles)
	}
	list := t.Int32s
	if t.Type == Int64 {
		list = t.Int64s
	}
	data := make([]float64, len(list))
	for i, v := range list {
		if data[i] = float64(v); t.Type == Float16 {
			data[i] = half(uint16(v))
		}
	}
	return data
}

// half converts an IEEE 754 half: 1 sign, 5 exponent and 10 fraction bits.
func half(h uint16) float64 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	var v float64
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		if v = math.Inf(1); fraction != 0 {
			v = math.NaN()
		}
	default:
		v = math.Ldexp(1024+fraction, exponent-25)
	}
	if h>>15 == 1 {
		v = -v
	}
	return v
}

// broadcast returns the elements of c as a tensor of the given shape, by the
// rule of ONNX and NumPy: shapes align at their ends, and 1 stretches.
func (c *constant) broadcast(to nn.Shape) ([]float64, error) {
	pad := len(to) - len(c.shape)
	if pad < 0 {
		return nil, fmt.Errorf("shape %v does not broadcast to %v", c.shape, to)
	}
	stride := make([]int, len(to)) // of c along each dimension of to
	for i, step := len(to)-1, 1; i >= pad; i-- {
		switch d := c.shape[i-pad]; d {
		case 1:
		case to[i]:
			stride[i] = step
			step *= d
		default:
			return nil, fmt.Errorf("shape %v does not broadcast to %v", c.shape, to)
		}
	}
	out := make([]float64, to.Elements())
	index := make([]int, len(to))
	at := 0
	for i := range out {
		out[i] = c.data[at]
		for d := len(to) - 1; d >= 0; d-- {
			index[d]++
			at += stride[d]
			if index[d] < to[d] {
				break
			}
			at -= stride[d] * to[d]
			index[d] = 0
		}
	}
	return out, nil
}
