package fast

import "agon/nn"

// Kernel is a way to multiply a matrix of signed bytes by a vector.
type Kernel string

// The kernels, fastest first. Kernels lists those this machine can run.
const (
	AVX512   Kernel = "avx512"
	AVX2     Kernel = "avx2"
	Portable Kernel = "portable"
)

// matrix is a Linear prepared for one kernel.
type matrix interface {
	// multiply computes acc = W·x + b; acc has rows() entries, all of which it may
	// write, though only those of the matrix mean something.
	multiply(acc, x []int32)
	// rows is the number of rows, padded as the kernel needs it.
	rows() int
}

// prepare chooses the form of a Linear whose inputs lie within bound.
func prepare(k Kernel, p nn.Matrix, cols int, bound nn.Bound) matrix {
	narrow := bound.Lo >= 0 && bound.Hi <= 255 || bound.Lo >= -128 && bound.Hi <= 127
	if narrow && k != Portable {
		return prepareVector(k, p, cols, bound)
	}
	return &plain{p: p, cols: cols}
}

// plain multiplies in Go, weights in the order of the model.
type plain struct {
	p    nn.Matrix
	cols int
}

func (m *plain) rows() int { return len(m.p.B) }

func (m *plain) multiply(acc, x []int32) {
	for j, b := range m.p.B {
		w := m.p.W[j*m.cols : (j+1)*m.cols]
		x := x[:len(w)]
		// Sums stay below p/2 in magnitude, partial ones too: each is bounded by
		// the certificate K·127·A + |b|.
		for k, v := range w {
			b += int32(v) * x[k]
		}
		acc[j] = b
	}
}
