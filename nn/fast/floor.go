package fast

import "agon/nn"

// Floor is the least work a run can be: a plain product of a matrix of bytes and
// a vector for each Linear, over the same weights by the same kernel, without
// rounding, clamping or any other operator. It is what a run is measured
// against.
type Floor struct {
	linears []matrix
	x, acc  []int32
	cols    []int
}

// NewFloor prepares the products of a checked model.
func NewFloor(m *nn.Model) *Floor {
	f := &Floor{}
	width, height := 0, 0
	for i, w := range m.Graph.Weights {
		l := prepare(Kernels()[0], m.Params[i], w.Cols, nn.Bound{Lo: 0, Hi: 255})
		f.linears, f.cols = append(f.linears, l), append(f.cols, w.Cols)
		width, height = max(width, w.Cols), max(height, l.rows())
	}
	f.x, f.acc = make([]int32, width), make([]int32, height)
	for k := range f.x {
		f.x[k] = int32(k % 256)
	}
	return f
}

// Run multiplies every matrix once.
func (f *Floor) Run() {
	for i, l := range f.linears {
		l.multiply(f.acc, f.x[:f.cols[i]])
	}
}
