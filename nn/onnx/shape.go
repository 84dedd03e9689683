package onnx

import (
	"fmt"
	"slices"

	"agon/nn"
	"agon/nn/float"
)

// reshape translates the operators that only change a shape.
func reshape(im *importer, n Node, in []value) (value, error) {
	x, err := operand(in, 0)
	if err != nil {
		return value{}, err
	}
	shape, err := im.newShape(n, x.shape, in)
	if err != nil {
		return value{}, err
	}
	return im.reshapeTo(n, x, shape)
}

// reshapeTo gives a computed value another shape.
func (im *importer) reshapeTo(n Node, x value, shape nn.Shape) (value, error) {
	if x.known != nil {
		return value{}, fmt.Errorf("the first input must be computed")
	}
	if slices.Equal(x.shape, shape) {
		return x, nil
	}
	if shape.Elements() != x.shape.Elements() {
		return value{}, fmt.Errorf("shape %v has %d elements, the input %d",
			shape, shape.Elements(), x.shape.Elements())
	}
	return im.push(n, float.Reshape{Shape: shape}, slices.Clone(shape), x)
}

// newShape is the shape of the result of Flatten, Reshape, Squeeze, Unsqueeze.
func (im *importer) newShape(n Node, from nn.Shape, in []value) (nn.Shape, error) {
	switch n.Op {
	case "Flatten":
		axis := n.intAttr("axis", 1)
		if axis != int64(len(from)) {
			at, err := position(axis, len(from))
			if err != nil {
				return nil, err
			}
			axis = int64(at)
		}
		return nn.Shape{from[:axis].Elements(), from[axis:].Elements()}, nil
	case "Reshape":
		c, err := known(in, 1, "the shape")
		if err != nil {
			return nil, err
		}
		if c == nil {
			return nil, fmt.Errorf("input 1 is missing")
		}
		return reshapeDims(c, from, n.intAttr("allowzero", 0) != 0)
	}
	axes, err := im.axes(n, in)
	if err != nil {
		return nil, err
	}
	if n.Op == "Squeeze" {
		return squeezed(from, axes)
	}
	return unsqueezed(from, axes)
}

// reshapeDims resolves 0 (keep, unless literal) and −1 (what is left).
func reshapeDims(c *constant, from nn.Shape, literal bool) (nn.Shape, error) {
	dims, err := c.ints()
	if err != nil {
		return nil, err
	}
	if len(dims) > nn.MaxRank {
		return nil, fmt.Errorf("rank %d, at most %d", len(dims), nn.MaxRank)
	}
	open, rest := -1, 1
	for i, d := range dims {
		switch {
		case d == -1 && open < 0:
			open = i
			continue
		case d == 0 && !literal && i < len(from):
			dims[i] = from[i]
		case d < 1 || d > nn.MaxElements:
			return nil, fmt.Errorf("shape %v of an input of shape %v", dims, from)
		}
		if rest *= dims[i]; rest > nn.MaxElements {
			return nil, fmt.Errorf("shape %v is too large", dims)
		}
	}
	if open >= 0 {
		if from.Elements()%rest != 0 {
			return nil, fmt.Errorf("shape %v of an input of shape %v", dims, from)
		}
		dims[open] = from.Elements() / rest
	}
	return dims, nil
}

// axes are an attribute before opset 13 and input 1 from then on; nil when
// omitted.
func (im *importer) axes(n Node, in []value) ([]int, error) {
	c, err := known(in, 1, "axes")
	if err != nil {
		return nil, err
	}
	a := n.attr("axes")
	if a != nil && im.opset >= 13 || c != nil && im.opset < 13 {
		return nil, fmt.Errorf("axes: %w", im.misplaced(13))
	}
	if c != nil {
		return c.ints()
	}
	if a == nil {
		return nil, nil
	}
	axes := make([]int, len(a.Ints))
	for i, v := range a.Ints {
		axes[i] = int(v)
	}
	return axes, nil
}

// squeezed removes dimensions of size 1: those named, or all.
func squeezed(from nn.Shape, axes []int) (nn.Shape, error) {
	drop := make([]bool, len(from))
	for i, d := range from {
		drop[i] = axes == nil && d == 1
	}
	for _, a := range axes {
		i, err := position(int64(a), len(from))
		if err != nil {
			return nil, err
		}
		if from[i] != 1 {
			return nil, fmt.Errorf("axis %d of %v is not 1", a, from)
		}
		drop[i] = true
	}
	s := nn.Shape{}
	for i, d := range from {
		if !drop[i] {
			s = append(s, d)
		}
	}
	return s, nil
}

// unsqueezed inserts dimensions of size 1 at positions of the result.
func unsqueezed(from nn.Shape, axes []int) (nn.Shape, error) {
	rank := len(from) + len(axes)
	if axes == nil || rank > nn.MaxRank {
		return nil, fmt.Errorf("axes %v of a tensor of rank %d", axes, len(from))
	}
	fresh := make([]bool, rank)
	for _, a := range axes {
		i, err := position(int64(a), rank)
		if err != nil {
			return nil, err
		}
		if fresh[i] {
			return nil, fmt.Errorf("axis %d twice", a)
		}
		fresh[i] = true
	}
	s := make(nn.Shape, 0, rank)
	for i := range rank {
		if fresh[i] {
			s = append(s, 1)
		} else {
			s, from = append(s, from[0]), from[1:]
		}
	}
	return s, nil
}

// permutation is the attribute perm, by default the reverse order.
func permutation(n Node, rank int) ([]int, error) {
	perm := make([]int, rank)
	for i := range perm {
		perm[i] = rank - 1 - i
	}
	if a := n.attr("perm"); a != nil {
		if len(a.Ints) != rank {
			return nil, fmt.Errorf("perm %v of a tensor of rank %d", a.Ints, rank)
		}
		for i, v := range a.Ints {
			perm[i] = int(v)
		}
	}
	seen := make([]bool, rank)
	for _, p := range perm {
		if p < 0 || p >= rank || seen[p] {
			return nil, fmt.Errorf("perm %v is no permutation", perm)
		}
		seen[p] = true
	}
	return perm, nil
}
