package sizing

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// exchange maximises Σ utility(mᵢ) over stakes mᵢ ≥ 0 with Σ mᵢ ≤ purse, and
// knows nothing but the utility's values: it moves money between pairs of
// bets, and from and to the purse, by golden section, until nothing gains.
func exchange(value []func(float64) float64, most []float64, purse float64) []float64 {
	stakes := make([]float64, len(value))
	left := purse
	for range 60 {
		before, after := 0.0, 0.0
		for i := range value {
			before += value[i](stakes[i])
		}
		for i := range value {
			// Between bet i and the purse.
			have := stakes[i] + left
			stakes[i] = maximise(value[i], 0, min(most[i], have))
			left = have - stakes[i]
			// Between bet i and every other.
			for j := range i {
				sum := stakes[i] + stakes[j]
				low, high := max(0, sum-most[j]), min(sum, most[i])
				stakes[i] = maximise(func(m float64) float64 {
					return value[i](m) + value[j](sum-m)
				}, low, high)
				stakes[j] = sum - stakes[i]
			}
		}
		for i := range value {
			after += value[i](stakes[i])
		}
		if after-before < 1e-13 {
			break
		}
	}
	return stakes
}

// TestPlanIsTheBestPortfolio compares Plan with that search: no split of the
// purse over the bets is worth more.
func TestPlanIsTheBestPortfolio(t *testing.T) {
	bound, draws := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, low, high float64) float64 {
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		s := Style{
			Kelly: draw("kelly", 0.1, 1), Share: draw("share", 0.2, 1),
			MaxStake: draw("max", 0.2, 1),
		}
		wealth := draw("wealth", 0.5, 5)
		n := rapid.IntRange(2, 6).Draw(t, "bets")
		bets := make([]Bet, n)
		value := make([]func(float64) float64, n)
		most := make([]float64, n)
		for i := range bets {
			b := Bet{
				Price: draw("price", 0.05, 0.8), B: draw("b", 1, 60), Fee: draw("fee", 0, 0.02),
				Yes: draw("yes", 0, 1),
			}
			b.Belief = b.Price + (0.97-b.Price)*draw("edge", 0.2, 1)
			bets[i] = b
			// In coins that leave the purse, fee included.
			value[i] = func(m float64) float64 { return utility(s, b, wealth, m/(1+b.Fee)) }
			stop := Curve{s.Share * b.B, b.Price}.Cost(b.Belief/(1+b.Fee)) * (1 + b.Fee)
			most[i] = max(0, min(s.MaxStake*wealth*(1-1e-12), stop))
		}
		draws++
		plan := Plan(s, bets, wealth, wealth)
		best := exchange(value, most, wealth*(1-1e-9))
		have, want, spent := 0.0, 0.0, 0.0
		for i, d := range plan {
			have += value[i](d.spends())
			want += value[i](best[i])
			spent += d.spends()
		}
		if spent > wealth*(1-1e-4) {
			bound++
		}
		if want-have > 1e-5 {
			t.Errorf("%+v of %v: the plan is worth %.9f, the search found %.9f (%v)",
				s, wealth, have, want, best)
			for i, d := range plan {
				t.Logf("  %+v: %s; best %.5f", bets[i], d.Words, best[i])
			}
		}
	})
	if bound < draws/10 {
		t.Errorf("%d of %d draws had too little money: the test says little", bound, draws)
	}
}

// TestSaleIsOptimal compares how much Size sells, once the belief has moved
// below the price, with a search over how much to sell.
func TestSaleIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, low, high float64) float64 {
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		s := Style{Kelly: draw("kelly", 0.1, 1), Share: draw("share", 0.1, 1), MaxStake: 1}
		b := Bet{
			Price: draw("price", 0.1, 0.97), B: draw("b", 0.5, 100), Fee: draw("fee", 0, 0.03),
			Yes: draw("yes", 0.01, 20),
		}
		b.Belief = b.Price * draw("fallen to", 0.05, 0.95)
		wealth := draw("wealth", 0.5, 50)
		c := Curve{B: b.B * s.Share, P: 1 - b.Price}
		value := func(n float64) float64 { // of selling n YES, as of buying n NO and burning sets
			got := (1 - b.Fee) * (n - c.Cost(c.AfterShares(n)))
			u := func(w float64) float64 {
				if g := 1 / s.Kelly; g != 1 {
					return math.Pow(w/wealth, 1-g) / (1 - g)
				}
				return math.Log(w / wealth)
			}
			return b.Belief*u(wealth+b.Yes-n+got) + (1-b.Belief)*u(wealth+got)
		}
		// Never below what a share is worth to it: what lessens the risk only is
		// not sold.
		stop := max(c.P, 1-b.Belief/(1-b.Fee))
		best := maximise(value, 0, min(b.Yes, c.Shares(stop)))
		d := Size(s, b, wealth, wealth)
		have := 0.0
		if d.Reason == Sells {
			have = d.Amount
		}
		if value(best)-value(have) > 1e-7*math.Abs(value(best))+1e-7 {
			t.Errorf("%+v %+v wealth %v: sells %v (%s), best is %v",
				s, b, wealth, have, d.Words, best)
		}
	})
}

// TestQuietDecidesAlike: without words the decision is the same, and Explain
// gives the words.
func TestQuietDecidesAlike(t *testing.T) {
	loud := Style{Kelly: 0.5, Share: 0.5, Look: 0.01, MaxStake: 0.1}
	quiet := loud
	quiet.Quiet = true
	for _, b := range []Bet{
		{Price: 0.2, B: 10, Belief: 0.8}, {Price: 0.8, B: 10, Belief: 0.2, Yes: 3},
		{Price: 0.2, B: 10, Belief: 0.2}, {Price: 0.2, B: 10, Belief: 0.8, Fee: 0.5},
		{Price: 0.2, B: 10, Belief: 2},
	} {
		a, z := Size(loud, b, 10, 10), Size(quiet, b, 10, 10)
		if z.Words != "" || a.Words == "" {
			t.Errorf("words %q loud, %q quiet", a.Words, z.Words)
		}
		if a.Reason.Trades() && z.Explain(b.Belief, b.Price) != a.Words {
			t.Errorf("explained as %q, want %q", z.Explain(b.Belief, b.Price), a.Words)
		}
		a.Words = ""
		if a != z {
			t.Errorf("decides %+v loud and %+v quiet", a, z)
		}
	}
}
