package calibrate

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/player"
)

// draws are samples of a forecaster twice too sure, leaning to YES.
func draws(seed uint64, n int) []sample {
	r := rand.New(rand.NewPCG(seed, 2))
	list := make([]sample, n)
	for i := range list {
		o, x := player.Logit(0.3), r.NormFloat64()
		s := sample{x: float32(2*x + 0.4), o: float32(o)}
		if r.Float64() < player.Sigmoid(o+x) {
			s.y = 1
		}
		list[i] = s
	}
	return list
}

// loss is what line.fit minimises.
func loss(l line, list []sample) float64 {
	sum := slopePrecision/2.0*(l.slope-1)*(l.slope-1) + biasPrecision/2.0*l.bias*l.bias
	for _, s := range list {
		z := float64(s.o) + l.at(float64(s.x))
		sum += math.Log1p(math.Exp(z)) - float64(s.y)*z
	}
	return sum
}

// TestLineIsTheBest compares the fit with a search that knows no calculus:
// steps along each coordinate, halved when neither helps.
func TestLineIsTheBest(t *testing.T) {
	for _, n := range []int{0, 1, 5, 40, 400} {
		list := draws(uint64(n), n)
		fitted := line{slope: 1}
		for range 5 {
			fitted.fit(list)
		}
		best, step := line{slope: 1}, 0.5
		for step > 1e-9 {
			before := loss(best, list)
			for _, next := range []line{
				{best.slope + step, best.bias}, {best.slope - step, best.bias},
				{best.slope, best.bias + step}, {best.slope, best.bias - step},
			} {
				if loss(next, list) < loss(best, list) {
					best = next
				}
			}
			if loss(best, list) >= before {
				step /= 2
			}
		}
		if d := math.Abs(fitted.slope-best.slope) + math.Abs(fitted.bias-best.bias); d > 1e-4 {
			t.Errorf("%d samples: fitted %+v, the best is %+v", n, fitted, best)
		}
	}
}

// TestStepsRise: the polygon never falls, whatever the samples, and is what
// the forecasts were where answers agree with them.
func TestStepsRise(t *testing.T) {
	for seed := range uint64(50) {
		list := draws(seed, int(seed)*7)
		for i := range list { // answers against the forecasts, and coarse evidence
			if seed%2 == 0 {
				list[i].y = 1 - list[i].y
			}
			if seed%3 == 0 {
				list[i].x = float32(math.Round(float64(list[i].x)))
			}
		}
		var s steps
		s.fit(list)
		last := math.Inf(-1)
		for x := -8.0; x <= 8 && len(list) > 0; x += 0.01 {
			if g := s.at(x); g < last || math.IsNaN(g) {
				t.Fatalf("seed %d: %v at %.2f, %v before", seed, g, x, last)
			} else {
				last = g
			}
		}
	}
	var s steps
	var honest []sample
	for i := range 400 {
		x := float64(i)/100 - 2
		honest = append(honest, sample{x: float32(x), y: float32(player.Sigmoid(x))})
	}
	s.fit(honest)
	for x := -1.9; x < 1.9; x += 0.1 {
		if g := s.at(x); math.Abs(g-x) > 0.01 {
			t.Errorf("answers as forecast: %.2f becomes %.3f", x, g)
		}
	}
}
