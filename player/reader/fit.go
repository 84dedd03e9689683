package reader

import "math"

// logistic is a logistic regression with a Gaussian prior on its weights,
//
//	P(yes | x, o) = σ(o + w·x),   wᵢ ~ N(meanᵢ, 1/ridgeᵢ),
//
// fitted by Newton's method. o is an offset: the log odds known beforehand.
type logistic struct {
	mean, ridge []float64
	w           []float64
}

// newLogistic has d weights, all 0 of that precision: at the prior's mean.
func newLogistic(d int, ridge float64) *logistic {
	l := &logistic{
		mean: make([]float64, d), ridge: make([]float64, d), w: make([]float64, d),
	}
	for i := range l.ridge {
		l.ridge[i] = ridge
	}
	return l
}

// example is one settled book; y is what YES paid, 0 to 1.
type example struct {
	x      []float64
	offset float64
	y      float64
}

// score is o + w·x.
func (l *logistic) score(x []float64, offset float64) float64 {
	for i, v := range x {
		if v != 0 {
			offset += l.w[i] * v
		}
	}
	return offset
}

// newtonSteps bound a fit that starts from the last one; a step below
// newtonEnough in every weight ends it.
const (
	newtonSteps  = 12
	newtonEnough = 1e-5
)

// fit maximises the posterior over the examples, from the present weights:
//
//	g = Σ (y − p)·x − ridge·(w − mean),  H = Σ p(1−p)·x·xᵀ + diag(ridge),
//	w ← w + H⁻¹·g
//
// H is positive definite by the ridge, and the objective strictly concave. A
// step that does not improve it is halved.
func (l *logistic) fit(list []example) {
	d := len(l.w)
	h := make([]float64, d*d)
	g := make([]float64, d)
	before := l.objective(list)
	for range newtonSteps {
		l.gradient(list, g, h)
		if !solve(h, g, d) {
			return
		}
		largest := 0.0
		for _, s := range g {
			largest = max(largest, math.Abs(s))
		}
		old := append([]float64(nil), l.w...)
		step := 1.0
		for ; step > 1e-3; step /= 2 {
			for i := range l.w {
				l.w[i] = old[i] + step*g[i]
			}
			if after := l.objective(list); after >= before {
				before = after
				break
			}
		}
		if step <= 1e-3 {
			l.w = old
			return
		}
		if largest < newtonEnough {
			return
		}
	}
}

// objective is the log posterior, but for a constant.
func (l *logistic) objective(list []example) (sum float64) {
	for i, w := range l.w {
		sum -= l.ridge[i] * (w - l.mean[i]) * (w - l.mean[i]) / 2
	}
	for i := range list {
		s := l.score(list[i].x, list[i].offset)
		sum += list[i].y*s - softplus(s)
	}
	return sum
}

// softplus is ln(1 + eˢ).
func softplus(s float64) float64 {
	if s > 0 {
		return s + math.Log1p(math.Exp(-s))
	}
	return math.Log1p(math.Exp(s))
}

// gradient fills g and the lower half of h, row by row.
func (l *logistic) gradient(list []example, g, h []float64) {
	d := len(g)
	clear(h)
	for i := range g {
		g[i] = -l.ridge[i] * (l.w[i] - l.mean[i])
		h[i*d+i] = l.ridge[i]
	}
	for n := range list {
		e := &list[n]
		p := 1 / (1 + math.Exp(-l.score(e.x, e.offset)))
		r, c := e.y-p, p*(1-p)
		for i, xi := range e.x {
			if xi == 0 {
				continue
			}
			g[i] += r * xi
			row, cx := h[i*d:i*d+i+1], c*xi
			for j := range row {
				row[j] += cx * e.x[j]
			}
		}
	}
}

// solve replaces g by h⁻¹·g, h symmetric in its lower half, by Cholesky's
// decomposition in place; false if h is not positive definite.
func solve(h, g []float64, d int) bool {
	for i := range d {
		for j := 0; j <= i; j++ {
			sum := h[i*d+j]
			for k := range j {
				sum -= h[i*d+k] * h[j*d+k]
			}
			if i != j {
				h[i*d+j] = sum / h[j*d+j]
				continue
			}
			if !(sum > 0) {
				return false
			}
			h[i*d+i] = math.Sqrt(sum)
		}
	}
	for i := range d {
		for k := range i {
			g[i] -= h[i*d+k] * g[k]
		}
		g[i] /= h[i*d+i]
	}
	for i := d - 1; i >= 0; i-- {
		for k := i + 1; k < d; k++ {
			g[i] -= h[k*d+i] * g[k]
		}
		g[i] /= h[i*d+i]
	}
	return true
}
