package train

import (
	"math"
	"math/rand/v2"

	"agon/nn/float"
)

// layer is z = Wᵀ-stored: w[k·rows+j] is the weight from input k to output j, so
// that an input of zero, of which sparse rows and ReLU make many, costs nothing.
type layer struct {
	cols, rows int
	w, b       adam

	in    []float64 // of the sample at hand
	out   []float64 // z, then max(z, 0) for a hidden layer
	delta []float64 // ∂J/∂z
}

// adam holds parameters, their gradient and its moments.
type adam struct {
	at, grad, mean, square []float64
}

func newAdam(n int) adam {
	return adam{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
}

// newLayer draws weights with variance 2/cols (He et al. 2015).
func newLayer(rng *rand.Rand, cols, rows int) *layer {
	l := &layer{
		cols: cols, rows: rows, w: newAdam(cols * rows), b: newAdam(rows),
		out: make([]float64, rows), delta: make([]float64, rows),
	}
	for i := range l.w.at {
		l.w.at[i] = rng.NormFloat64() * math.Sqrt(2/float64(cols))
	}
	return l
}

// forward computes z from x.
func (l *layer) forward(x []float64) {
	l.in = x
	copy(l.out, l.b.at)
	for k, v := range x {
		if v == 0 {
			continue
		}
		for j, w := range l.w.at[k*l.rows : (k+1)*l.rows] {
			l.out[j] += v * w
		}
	}
}

// backward adds to the gradient and, unless into is nil, writes ∂J/∂x into it.
func (l *layer) backward(into []float64) {
	for j, d := range l.delta {
		l.b.grad[j] += d
	}
	for k, v := range l.in {
		if into != nil {
			into[k] = 0
		}
		if v == 0 {
			continue // after ReLU the derivative of a zero input is zero as well
		}
		w, grad := l.w.at[k*l.rows:(k+1)*l.rows], l.w.grad[k*l.rows:(k+1)*l.rows]
		var sum float64
		for j, d := range l.delta {
			grad[j] += v * d
			sum += w[j] * d
		}
		if into != nil {
			into[k] = sum
		}
	}
}

// backpropagate adds one sample's share of the gradient.
func backpropagate(layers []*layer, x []float64, label int, share float64) {
	for i, l := range layers {
		l.forward(x)
		if i < len(layers)-1 {
			for j, z := range l.out {
				l.out[j] = max(z, 0)
			}
		}
		x = l.out
	}
	last := layers[len(layers)-1]
	softmax(last.delta, last.out)
	last.delta[label]--
	for j := range last.delta {
		last.delta[j] *= share
	}
	for i := len(layers) - 1; i >= 0; i-- {
		var into []float64
		if i > 0 {
			into = layers[i-1].delta
		}
		layers[i].backward(into)
	}
}

// softmax writes exp(z)/Σexp(z), shifted by max z against overflow.
func softmax(p, z []float64) {
	top := math.Inf(-1)
	for _, v := range z {
		top = max(top, v)
	}
	var sum float64
	for j, v := range z {
		p[j] = math.Exp(v - top)
		sum += p[j]
	}
	for j := range p {
		p[j] /= sum
	}
}

// The constants of Adam that the paper recommends.
const (
	beta1   = 0.9
	beta2   = 0.999
	epsilon = 1e-8
)

// update takes step t (from 1) and clears the gradient.
func (l *layer) update(rate, decay float64, t int) {
	l.w.update(rate, decay, t)
	l.b.update(rate, 0, t)
}

func (a *adam) update(rate, decay float64, t int) {
	// The bias corrections of both moments, in one factor.
	rate *= math.Sqrt(1-math.Pow(beta2, float64(t))) / (1 - math.Pow(beta1, float64(t)))
	for i, g := range a.grad {
		g += decay * a.at[i]
		a.mean[i] = beta1*a.mean[i] + (1-beta1)*g
		a.square[i] = beta2*a.square[i] + (1-beta2)*g*g
		a.at[i] -= rate * a.mean[i] / (math.Sqrt(a.square[i]) + epsilon)
		a.grad[i] = 0
	}
}

// linear is the layer as an operator of a net, weights row by row.
func (l *layer) linear() *float.Linear {
	op := &float.Linear{
		Rows: l.rows, Cols: l.cols, W: make([]float64, len(l.w.at)), B: make([]float64, l.rows),
	}
	copy(op.B, l.b.at)
	for k := range l.cols {
		for j := range l.rows {
			op.W[j*l.cols+k] = l.w.at[k*l.rows+j]
		}
	}
	return op
}
