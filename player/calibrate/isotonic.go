package calibrate

import (
	"cmp"
	"slices"
	"sort"

	"agon/player"
)

// steps is isotonic calibration of evidence: a rising polygon through points
// (x, g), level beyond its ends. Without points it is the identity.
type steps struct{ x, g []float64 }

// at is the polygon's height at x.
func (s *steps) at(x float64) float64 {
	n := len(s.x)
	switch i := sort.SearchFloat64s(s.x, x); {
	case n == 0:
		return x
	case i == 0:
		return s.g[0]
	case i == n:
		return s.g[n-1]
	default:
		t := (x - s.x[i-1]) / (s.x[i] - s.x[i-1])
		return s.g[i-1] + t*(s.g[i]-s.g[i-1])
	}
}

const (
	// binSize is how many samples make the finest step; a step of few says
	// more about luck than about the forecaster.
	binSize = 8
	// doubt is how many samples' worth each step leans to what the forecasts
	// themselves said.
	doubt = 4
)

// step is neighbouring samples that share a height.
type step struct{ n, x, p, y float64 } // count, and sums of evidence, forecast, answer

// lift is a step's height: its mean evidence, moved by as much as its mean
// forecast must be moved, in log odds, to be its mean answer. The answers are
// shrunk towards the forecasts by doubt.
//
//	g = x̄ + logit((Σy + κ·p̄)/(n + κ)) − logit p̄,  κ = doubt
func (b step) lift() float64 {
	p := b.p / b.n
	return b.x/b.n + player.Logit((b.y+doubt*p)/(b.n+doubt)) - player.Logit(p)
}

// fit pools adjacent violators (Ayer et al. 1955) over the samples in order of
// evidence, in bins of binSize so that the work after sorting is small.
func (s *steps) fit(list []sample) {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b sample) int {
		return cmp.Or(cmp.Compare(a.x, b.x), cmp.Compare(a.o, b.o), cmp.Compare(a.y, b.y))
	})
	var levels []step
	for i := 0; i < len(sorted); {
		var b step
		// Equal evidence stays together: x must rise from step to step.
		for ; i < len(sorted) && (b.n < binSize || sorted[i].x == sorted[i-1].x); i++ {
			b.add(sorted[i])
		}
		levels = append(levels, b)
		for n := len(levels); n > 1 && levels[n-2].lift() >= levels[n-1].lift(); n-- {
			levels[n-2].join(levels[n-1])
			levels = levels[:n-1]
		}
	}
	s.x, s.g = s.x[:0], s.g[:0]
	for _, b := range levels {
		s.x = append(s.x, b.x/b.n)
		s.g = append(s.g, b.lift())
	}
}

func (b *step) add(s sample) {
	b.n++
	b.x += float64(s.x)
	b.p += player.Sigmoid(float64(s.o) + float64(s.x))
	b.y += float64(s.y)
}

func (b *step) join(other step) {
	b.n += other.n
	b.x += other.x
	b.p += other.p
	b.y += other.y
}
