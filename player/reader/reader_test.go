package reader_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/reader"
)

func who(i int) market.Account { return market.Account{1, byte(i >> 8), byte(i)} }

func at(p float64) market.Price { return market.Price(p * float64(market.One)) }

// world draws books on which the truth has log odds x₀ + x₁ and voice i says
// how[i] of them.
type world struct {
	r  *rand.Rand
	id uint64
}

func (w *world) book(t *testing.T, r *reader.Reader, how []func(a, b float64) float64) (
	belief, truth float64,
) {
	t.Helper()
	w.id++
	k := reader.Key{Question: w.id}
	a, b := 1.5*w.r.NormFloat64(), 1.5*w.r.NormFloat64()
	r.Open(k, 0.5)
	for i, say := range how {
		p := player.Sigmoid(say(a, b))
		// Half of them say it by buying NO.
		if w.r.IntN(2) == 0 {
			r.Hear(k, who(i), market.BuyYes, at(p))
		} else {
			r.Hear(k, who(i), market.BuyNo, at(1-p))
		}
	}
	belief, _ = r.Belief(k)
	truth = player.Sigmoid(a + b)
	y := 0.0
	if w.r.Float64() < truth {
		y = 1
	}
	r.Settle(k, y)
	return belief, truth
}

// TestLearnsWhoKnows: two voices each know half, one lies, one is noise. The
// mean is far off; what the reader makes of them comes near the truth.
func TestLearnsWhoKnows(t *testing.T) {
	const seed = 3
	w := &world{r: rand.New(rand.NewPCG(seed, 1))}
	voices := []func(a, b float64) float64{
		func(a, _ float64) float64 { return a },
		func(_, b float64) float64 { return b },
		func(a, b float64) float64 { return -a - b },
		func(_, _ float64) float64 { return 2 * w.r.NormFloat64() },
	}
	r := reader.New(reader.Taste{})
	for range 1500 {
		w.book(t, r, voices)
	}
	off := 0.0
	for range 200 {
		belief, truth := w.book(t, r, voices)
		off += math.Abs(belief-truth) / 200
	}
	if off > 0.04 {
		t.Errorf("seed %d: off by %.3f on average, want 0.04 at most", seed, off)
	}
}

// TestStrangersDoNotCount: once voices have a name, a crowd nobody knows moves
// nothing, however loud.
func TestStrangersDoNotCount(t *testing.T) {
	w := &world{r: rand.New(rand.NewPCG(4, 1))}
	honest := []func(a, b float64) float64{
		func(a, b float64) float64 { return a + b }, func(a, _ float64) float64 { return a },
	}
	r := reader.New(reader.Taste{})
	for range 200 {
		w.book(t, r, honest)
	}
	quiet, loud := reader.Key{Question: 9001}, reader.Key{Question: 9002}
	for _, k := range []reader.Key{quiet, loud} {
		r.Open(k, 0.5)
		r.Hear(k, who(0), market.BuyYes, at(0.8))
		r.Hear(k, who(1), market.BuyYes, at(0.7))
	}
	for i := range 100 {
		r.Hear(loud, who(1000+i), market.BuyNo, at(0.999))
	}
	a, _ := r.Belief(quiet)
	b, n := r.Belief(loud)
	if a != b || n != 2 {
		t.Errorf("alone %.4f, among strangers %.4f of %d voices", a, b, n)
	}
}

// TestHearsOnlyTheFirst: neither a second order nor one after the reader has
// spoken changes what it believes.
func TestHearsOnlyTheFirst(t *testing.T) {
	r := reader.New(reader.Taste{})
	k := reader.Key{Question: 1}
	r.Open(k, 0.5)
	r.Hear(k, who(1), market.BuyYes, at(0.8))
	r.Hear(k, who(1), market.BuyNo, at(0.9))
	first, n := r.Belief(k)
	if math.Abs(first-0.8) > 1e-9 || n != 1 {
		t.Errorf("believes %.3f of %d voices, want 0.8 of 1", first, n)
	}
	r.Hear(k, who(2), market.BuyNo, at(0.9))
	if again, _ := r.Belief(k); again != first {
		t.Errorf("answered itself: %.3f, then %.3f", first, again)
	}
	if p, n := r.Belief(reader.Key{Question: 2}); p != 0.5 || n != 0 {
		t.Errorf("a book never opened: %.3f of %d", p, n)
	}
}

// TestNoLookAhead: what settles later changes nothing said before.
func TestNoLookAhead(t *testing.T) {
	voices := []func(a, b float64) float64{
		func(a, _ float64) float64 { return a }, func(_, b float64) float64 { return 2 * b },
	}
	said := func(n int) []float64 {
		w := &world{r: rand.New(rand.NewPCG(8, 1))}
		r := reader.New(reader.Taste{})
		var out []float64
		for range n {
			p, _ := w.book(t, r, voices)
			out = append(out, p)
		}
		return out
	}
	long, short := said(300), said(200)
	for i, p := range short {
		if p != long[i] {
			t.Fatalf("book %d: %v with 200 books, %v with 300", i, p, long[i])
		}
	}
}

// TestNonsense: payoffs that are none and limits at the ends break nothing.
func TestNonsense(t *testing.T) {
	r := reader.New(reader.Taste{})
	for i := range 100 {
		k := reader.Key{Question: uint64(i)}
		r.Open(k, []float64{0, 1, math.NaN(), 0.5}[i%4])
		r.Hear(k, who(i%3), market.Action(i%4), market.Price(i%2)*market.One)
		if p, _ := r.Belief(k); !(p > 0 && p < 1) {
			t.Fatalf("book %d: believes %v", i, p)
		}
		r.Settle(k, []float64{1, 0, math.NaN(), 7, 0.3}[i%5])
	}
}

// TestBound: of five voices that agree, the best known lies once. Without a
// bound the belief follows it, with one hardly.
func TestBound(t *testing.T) {
	const seed = 5
	pull := func(bound float64) float64 {
		w := &world{r: rand.New(rand.NewPCG(seed, 1))}
		var voices []func(a, b float64) float64
		for i := range 5 {
			voices = append(voices, func(a, b float64) float64 {
				return a + b + 0.3*float64(1+i)*w.r.NormFloat64()
			})
		}
		r := reader.New(reader.Taste{Bound: bound})
		for range 600 {
			w.book(t, r, voices)
		}
		said := func(id uint64, first float64) float64 {
			k := reader.Key{Question: id}
			r.Open(k, 0.5)
			r.Hear(k, who(0), market.BuyYes, at(player.Sigmoid(first)))
			for i := 1; i < len(voices); i++ {
				r.Hear(k, who(i), market.BuyNo, at(player.Sigmoid(2)))
			}
			p, _ := r.Belief(k)
			return player.Logit(p)
		}
		return said(1e6, 4) - said(1e6+1, -2)
	}
	free, bounded := pull(-1), pull(0)
	if bounded > free/3 || bounded <= 0 {
		t.Errorf("one lie moves the belief by %.2f log odds, without a bound by %.2f", bounded,
			free)
	}
}
