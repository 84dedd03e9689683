package train

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"agon/nn/float"
)

// blobs are three clouds in the plane that a line each can part.
func blobs(seed uint64, n int) Set {
	rng := rand.New(rand.NewPCG(seed, 31))
	centres := [][2]float64{{0, 2}, {2, -1}, {-2, -1}}
	s := Set{Classes: 3}
	for i := range n {
		c := centres[i%3]
		s.X = append(s.X, []float64{c[0] + 0.4*rng.NormFloat64(), c[1] + 0.4*rng.NormFloat64()})
		s.Y = append(s.Y, i%3)
	}
	return s
}

// rings are two circles that no line can part.
func rings(seed uint64, n int) Set {
	rng := rand.New(rand.NewPCG(seed, 32))
	s := Set{Classes: 2}
	for i := range n {
		angle, r := 2*math.Pi*rng.Float64(), 1+float64(i%2)+0.1*rng.NormFloat64()
		s.X = append(s.X, []float64{r * math.Cos(angle), r * math.Sin(angle)})
		s.Y = append(s.Y, i%2)
	}
	return s
}

// right is the share of a set that a net labels correctly.
func right(t *testing.T, net *float.Net, s Set) float64 {
	t.Helper()
	hits := 0
	for i, x := range s.X {
		trace, err := net.Run(x)
		if err != nil {
			t.Fatal(err)
		}
		best := 0
		z := trace[net.Outputs[0].Value]
		for j := range z {
			if z[j] > z[best] {
				best = j
			}
		}
		if best == s.Y[i] {
			hits++
		}
	}
	return float64(hits) / float64(len(s.X))
}

func TestFitLearns(t *testing.T) {
	for _, c := range []struct {
		name        string
		train, test Set
		hidden      []int
		atLeast     float64
		atMost      float64
	}{
		{"blobs, logistic", blobs(1, 300), blobs(2, 300), nil, 0.98, 1},
		{"rings, logistic cannot", rings(1, 400), rings(2, 400), nil, 0, 0.65},
		{"rings, one hidden layer", rings(1, 400), rings(2, 400), []int{16}, 0.98, 1},
		{"rings, two hidden layers", rings(1, 400), rings(2, 400), []int{12, 8}, 0.98, 1},
	} {
		net, err := Fit(c.train, Options{Seed: 1, Hidden: c.hidden, Epochs: 60, Rate: 0.02})
		if err != nil {
			t.Fatal(err)
		}
		if got := right(t, net, c.test); got < c.atLeast || got > c.atMost {
			t.Errorf("%s: %.3f right, want %.2f … %.2f", c.name, got, c.atLeast, c.atMost)
		}
	}
}

func TestFitIsDeterministic(t *testing.T) {
	fit := func(seed uint64) *float.Net {
		net, err := Fit(blobs(1, 90), Options{Seed: seed, Hidden: []int{5}, Epochs: 3})
		if err != nil {
			t.Fatal(err)
		}
		return net
	}
	if a, b := fit(7), fit(7); !reflect.DeepEqual(a, b) {
		t.Error("one seed gave two networks")
	}
	if reflect.DeepEqual(fit(7), fit(8)) {
		t.Error("two seeds gave one network")
	}
}

// loss is the cross-entropy of one sample.
func loss(layers []*layer, x []float64, label int) float64 {
	for i, l := range layers {
		l.forward(x)
		if i < len(layers)-1 {
			for j, z := range l.out {
				l.out[j] = max(z, 0)
			}
		}
		x = l.out
	}
	p := make([]float64, len(x))
	softmax(p, x)
	return -math.Log(p[label])
}

// TestGradient compares backpropagation with central differences.
func TestGradient(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 33))
	layers := []*layer{newLayer(rng, 4, 6), newLayer(rng, 6, 5), newLayer(rng, 5, 3)}
	x := []float64{0.3, -1.2, 0.8, 0.5}
	backpropagate(layers, x, 1, 1)
	const h = 1e-6
	for i, l := range layers {
		for _, a := range []*adam{&l.w, &l.b} {
			for k := range a.at {
				keep := a.at[k]
				a.at[k] = keep + h
				up := loss(layers, x, 1)
				a.at[k] = keep - h
				down := loss(layers, x, 1)
				a.at[k] = keep
				if want := (up - down) / (2 * h); math.Abs(want-a.grad[k]) > 1e-6 {
					t.Fatalf("layer %d, parameter %d: gradient %g, differences say %g",
						i, k, a.grad[k], want)
				}
			}
		}
	}
}

func TestFitRefuses(t *testing.T) {
	for name, s := range map[string]Set{
		"empty":     {Classes: 2},
		"labels":    {X: [][]float64{{1}}, Y: []int{0, 1}, Classes: 2},
		"one class": {X: [][]float64{{1}}, Y: []int{0}, Classes: 1},
		"ragged":    {X: [][]float64{{1}, {1, 2}}, Y: []int{0, 1}, Classes: 2},
		"label":     {X: [][]float64{{1}}, Y: []int{2}, Classes: 2},
		"NaN":       {X: [][]float64{{math.NaN()}}, Y: []int{0}, Classes: 2},
	} {
		if _, err := Fit(s, Options{}); !errors.Is(err, ErrSet) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
