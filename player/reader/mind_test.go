package reader_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/reader"
)

// gain is a world in which each voice knows its part of the truth, bent, and one
// of them knows nothing.
func gain(w *world) []func(a, b float64) float64 {
	return []func(a, b float64) float64{
		func(a, _ float64) float64 { return a * math.Abs(a) },
		func(_, b float64) float64 { return max(-0.5, b) },
		func(a, b float64) float64 { return 0.4 * (a + b) },
		func(_, _ float64) float64 { return w.r.NormFloat64() },
	}
}

func nats(p, y float64) float64 { return -y*math.Log(p) - (1-y)*math.Log(1-p) }

// TestRegret: in any world, for as long as it goes on, the reader's log loss is
// no more than its best mind's and ln K, where answers come before the next
// question.
func TestRegret(t *testing.T) {
	for seed := range uint64(12) {
		w := &world{r: rand.New(rand.NewPCG(seed, 9))}
		voices := gain(w)[:2+seed%3]
		r := reader.New(reader.Taste{Probation: 1 + int(seed)*5})
		mine, minds := 0.0, make([]float64, len(r.Minds()))
		for n := range 400 {
			turn := 1.0
			if seed%4 == 3 && n > 200 {
				turn = -1 // all that was learnt is wrong from here on
			}
			k := reader.Key{Question: uint64(n)}
			a, b := 1.5*w.r.NormFloat64(), 1.5*w.r.NormFloat64()
			r.Open(k, 0.2+0.6*w.r.Float64())
			for i, say := range voices {
				r.Hear(k, who(i), market.BuyYes, at(player.Sigmoid(say(a, b))))
			}
			beliefs := r.Beliefs(k)
			p, voices := r.Belief(k)
			y := 0.0
			if w.r.Float64() < player.Sigmoid(turn*(a+b)) {
				y = 1
			}
			if n%7 == 0 {
				y = w.r.Float64() // a scalar's payoff
			}
			if voices > 0 {
				mine += nats(p, y)
				for i, q := range beliefs {
					minds[i] += nats(q, y)
				}
			}
			r.Settle(k, y)
			for i, l := range minds {
				if bound := l + math.Log(float64(len(minds))); mine > bound+1e-9 {
					t.Fatalf("seed %d, book %d: lost %.4f nats, mind %d %.4f: more than ln K",
						seed, n, mine, i, l)
				}
			}
		}
		sum := 0.0
		for _, v := range r.Weights() {
			sum += v
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("seed %d: the minds weigh %v", seed, sum)
		}
	}
}

// TestGoesByTheBetterMind: of a mind that can learn what is so and one that
// cannot, the reader comes to believe the one that can.
func TestGoesByTheBetterMind(t *testing.T) {
	const seed = 2
	w := &world{r: rand.New(rand.NewPCG(seed, 1))}
	knows := func(a, _ float64) float64 {
		return a * a * a / 2
	}
	r := reader.New(reader.Taste{Minds: []reader.Mind{
		{Name: "linear"}, {Name: "bent", Knots: []float64{-0.7, 0.7}},
	}})
	for range 3000 {
		w.book(t, r, []func(a, b float64) float64{knows})
	}
	if got := r.Weights(); got[1] < 0.9 {
		t.Errorf("seed %d: weighs its minds %.3f, want the bent one", seed, got)
	}
}

// TestOneMind: a reader of one mind believes what the mind does.
func TestOneMind(t *testing.T) {
	w := &world{r: rand.New(rand.NewPCG(6, 1))}
	r := reader.New(reader.Taste{Minds: reader.DefaultMinds[1:2]})
	for n := range 300 {
		k := reader.Key{Question: 1e6 + uint64(n)}
		r.Open(k, 0.3)
		if r.Beliefs(k) != nil {
			t.Fatal("a mind believes something of a book on which nobody has spoken")
		}
		r.Hear(k, who(0), market.BuyYes, at(0.2+0.6*w.r.Float64()))
		want := r.Beliefs(k)
		if p, n := r.Belief(k); n != 1 || len(want) != 1 || math.Abs(p-want[0]) > 1e-12 {
			t.Fatalf("believes %v of %d voices, its mind %v", p, n, want)
		}
		r.Forget(k)
		w.book(t, r, gain(w))
	}
}
