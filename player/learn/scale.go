package learn

import (
	"math"
	"slices"

	"agon/player/model"
)

// Scored is a score, or a probability, with the answer.
type Scored struct {
	Score  float64
	Yes    bool
	Weight float64
}

// fitScale finds the slope and offset by which scores become log-odds (Platt's
// scaling): twenty Newton steps on the log loss from zero, where they do not
// overshoot, with a small pull of the slope towards zero so that separable
// scores stay finite.
func fitScale(list []Scored) model.Scale {
	a, b := 0.0, 0.0
	const ridge = 1e-3
	for range 20 {
		var ga, gb, haa, hab, hbb float64
		for _, s := range list {
			p := model.Logistic(float64(a*s.Score) + b)
			e := p
			if s.Yes {
				e = p - 1
			}
			e = float64(e * s.Weight)
			h := float64(float64(p*(1-p)) * s.Weight)
			hs := float64(h * s.Score)
			ga += float64(e * s.Score)
			gb += e
			haa += float64(hs * s.Score)
			hab += hs
			hbb += h
		}
		ga += float64(ridge * a)
		haa += ridge
		hbb += ridge
		det := float64(haa*hbb) - float64(hab*hab)
		if det <= 1e-12 {
			break
		}
		a -= float64(float64(hbb*ga)-float64(hab*gb)) / det
		b -= float64(float64(haa*gb)-float64(hab*ga)) / det
		a, b = min(max(a, -50), 50), min(max(b, -50), 50)
	}
	return model.Scale{Slope: round32(a), Offset: round32(b)}
}

// fitDense fits a logistic regression on a few dense features by Newton's
// method from zero, with an L2 pull:
//
//	w ← w − (XᵀSX/n + λI)⁻¹ · (Xᵀe/n + λw),  e = p − y,  S = diag p(1−p)
func fitDense(x [][]float32, yes []bool, weight []float64, steps int, l2 float64) []float32 {
	width := len(x[0])
	w := make([]float64, width)
	n := float64(len(x))
	for range steps {
		g, h := make([]float64, width), make([][]float64, width)
		for j := range h {
			h[j] = make([]float64, width)
		}
		for i, row := range x {
			sum := 0.0
			for j, c := range row {
				sum += float64(w[j] * float64(c))
			}
			p := model.Logistic(sum)
			s := float64(float64(p*(1-p)) * weight[i])
			if yes[i] {
				p--
			}
			e := float64(p * weight[i])
			for j, c := range row {
				if c == 0 {
					continue
				}
				g[j] += float64(e * float64(c))
				sc := float64(s * float64(c))
				for k := range j + 1 {
					h[j][k] += float64(sc * float64(row[k]))
				}
			}
		}
		for j := range w {
			g[j] = g[j]/n + float64(l2*w[j])
			for k := range j + 1 {
				h[j][k] /= n
			}
			h[j][j] += l2
		}
		for j, d := range solve(h, g) {
			w[j] -= d
		}
	}
	out := make([]float32, width)
	for j := range w {
		out[j] = float32(w[j])
	}
	return out
}

// solve gives h⁻¹·g of a positive definite h, whose lower half it overwrites
// with its Cholesky factor.
func solve(h [][]float64, g []float64) []float64 {
	n := len(g)
	for j := range n {
		for i := j; i < n; i++ {
			sum := h[i][j]
			for k := range j {
				sum -= float64(h[i][k] * h[j][k])
			}
			if i == j {
				h[j][j] = math.Sqrt(sum)
			} else {
				h[i][j] = sum / h[j][j]
			}
		}
	}
	y := make([]float64, n)
	for i := range n {
		sum := g[i]
		for k := range i {
			sum -= float64(h[i][k] * y[k])
		}
		y[i] = sum / h[i][i]
	}
	for i := n - 1; i >= 0; i-- {
		sum := y[i]
		for k := i + 1; k < n; k++ {
			sum -= float64(h[k][i] * y[k])
		}
		y[i] = sum / h[i][i]
	}
	return y
}

// quantile gives the q-th quantile of v, which it sorts.
func quantile(v []float64, q float64) float64 {
	slices.Sort(v)
	return v[min(int(float64(q*float64(len(v)))), len(v)-1)]
}
