package sizing

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"agon/game/market"
)

// bold is a style with nothing in the way of a bet.
var bold = Style{Kelly: 1, Share: 1, Look: 0, MaxStake: 1}

func near(t *testing.T, what string, have, want, tolerance float64) {
	t.Helper()
	if math.Abs(have-want) > tolerance {
		t.Errorf("%s is %.9g, want %.9g ± %.2g", what, have, want, tolerance)
	}
}

// TestCurveIsTheIntegralOfItsPrice sums the curve in small steps.
func TestCurveIsTheIntegralOfItsPrice(t *testing.T) {
	for _, c := range []Curve{{B: 10, P: 0.5}, {B: 0.7, P: 0.02}, {B: 300, P: 0.9}} {
		const steps = 20_000
		to := c.P + 0.8*(1-c.P)
		shares, cost := 0.0, 0.0
		for i := range steps {
			a := c.P + (to-c.P)*float64(i)/steps
			z := c.P + (to-c.P)*float64(i+1)/steps
			mid := (a + z) / 2
			ds := c.B * (z - a) / (mid * (1 - mid)) // dp/ds = p(1−p)/b
			shares += ds
			cost += mid * ds
		}
		name := fmt.Sprintf("%+v: ", c)
		near(t, name+"shares", c.Shares(to), shares, 1e-6*shares)
		near(t, name+"cost", c.Cost(to), cost, 1e-6*cost)
		near(t, name+"price after the cost", c.After(c.Cost(to)), to, 1e-12)
		near(t, name+"price after the shares", c.AfterShares(c.Shares(to)), to, 1e-12)
	}
}

func TestThinScalesTheCurve(t *testing.T) {
	c := Curve{B: 20, P: 0.3}
	for _, share := range []float64{1, 0.5, 0.1} {
		const m = 1.5
		batch := share * c.Shares(c.After(m/share))
		thin := c.Thin(share)
		near(t, "shares of the batch", thin.Shares(thin.After(m)), batch, 1e-9)
	}
}

// TestMostToGainIsKL checks b·KL against a search over where to stop.
func TestMostToGainIsKL(t *testing.T) {
	for _, q := range []float64{0.2, 0.51, 0.9, 0.999} {
		c := Curve{B: 15, P: 0.15}
		best := 0.0
		for i := range 100_000 {
			l := c.P + (1-c.P)*float64(i)/100_001
			best = max(best, q*c.Shares(l)-c.Cost(l))
		}
		near(t, fmt.Sprintf("gain at %v", q), c.B*KL(q, c.P), best, 1e-5*c.B)
	}
}

// utility is expected utility of a buy of YES for m coins before the fee.
func utility(s Style, b Bet, wealth, m float64) float64 {
	c := Curve{B: b.B, P: b.Price}.Thin(s.Share)
	win := wealth + b.Yes + c.Shares(c.After(m)) - m*(1+b.Fee)
	lose := wealth + b.No - m*(1+b.Fee)
	u := func(w float64) float64 {
		if w <= 0 {
			return math.Inf(-1)
		}
		if gamma := 1 / s.Kelly; gamma != 1 {
			return math.Pow(w/wealth, 1-gamma) / (1 - gamma)
		}
		return math.Log(w / wealth)
	}
	return b.Belief*u(win) + (1-b.Belief)*u(lose)
}

// maximise searches a concave function on [low, high] by golden section.
func maximise(f func(float64) float64, low, high float64) float64 {
	const ratio = 0.6180339887498949
	for range 200 {
		a, z := high-ratio*(high-low), low+ratio*(high-low)
		if f(a) >= f(z) {
			high = z
		} else {
			low = a
		}
	}
	return (low + high) / 2
}

// TestStakeIsOptimal compares Size with a search that knows no calculus.
func TestStakeIsOptimal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, low, high float64) float64 {
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		s := Style{Kelly: draw("kelly", 0.1, 1), Share: draw("share", 0.1, 1), MaxStake: 1}
		b := Bet{
			Price: draw("price", 0.02, 0.9), B: draw("b", 0.5, 200),
			Fee: draw("fee", 0, 0.03), Yes: draw("yes", 0, 5),
		}
		b.Belief = b.Price + (0.99-b.Price)*draw("edge", 0.05, 1)
		wealth := draw("wealth", 0.5, 50)
		d := Size(s, b, wealth, wealth)
		most := min(wealth/(1+b.Fee)*(1-1e-9), Curve{s.Share * b.B, b.Price}.Cost(highest))
		best := maximise(func(m float64) float64 { return utility(s, b, wealth, m) }, 0, most)
		have := 0.0
		if d.Reason == Buys {
			have = d.Amount / (1 + b.Fee)
		}
		if math.Abs(have-best) > 1e-4*wealth {
			t.Errorf("%+v %+v wealth %v: stakes %v (%s), best is %v",
				s, b, wealth, have, d.Words, best)
		}
	})
}

// TestNoMirrorsYes wants the same stake for the opposite belief at the
// opposite price.
func TestNoMirrorsYes(t *testing.T) {
	yes := Bet{Price: 0.3, B: 20, Belief: 0.7, Yes: 1.5, Fee: 0.01}
	no := Bet{Price: 0.7, B: 20, Belief: 0.3, No: 1.5, Fee: 0.01}
	a, z := Size(bold, yes, 10, 10), Size(bold, no, 10, 10)
	if a.Action != market.BuyYes || z.Action != market.BuyNo {
		t.Fatalf("actions %v and %v, want to buy YES and to buy NO", a.Action, z.Action)
	}
	near(t, "amount", z.Amount, a.Amount, 1e-9)
	near(t, "limit", z.Limit, a.Limit, 1e-9)
	near(t, "target", z.Target, 1-a.Target, 1e-9)
	near(t, "profit", z.Expected, a.Expected, 1e-9)
}

// TestKellyOnADeepCurve recovers the textbook: on a curve that does not move,
// the stake is (q−p)/(1−p) of wealth, and a fraction of it to first order.
func TestKellyOnADeepCurve(t *testing.T) {
	b := Bet{Price: 0.1, B: 1e9, Belief: 0.3}
	d := Size(bold, b, 10, 10)
	near(t, "full Kelly", d.Amount, 10*(0.3-0.1)/(1-0.1), 1e-5)

	b = Bet{Price: 0.5, B: 1e9, Belief: 0.51}
	full := Size(bold, b, 10, 10).Amount
	quarter := Size(Style{Kelly: 0.25, Share: 1, MaxStake: 1}, b, 10, 10).Amount
	near(t, "quarter Kelly over full", quarter/full, 0.25, 0.001)
}

// TestDecidingAgainDoesNotCreep bets, holds what it bought, and is asked again
// at the price it made: there is nothing more to do.
func TestDecidingAgainDoesNotCreep(t *testing.T) {
	s := Style{Kelly: 0.3, Share: 1, MaxStake: 1}
	b := Bet{Price: 0.2, B: 8, Belief: 0.8}
	wealth := 20.0
	d := Size(s, b, wealth, 20)
	b.Yes = Curve{B: b.B, P: b.Price}.Shares(d.Target)
	b.Price, b.Staked, wealth = d.Target, d.Amount, wealth-d.Amount
	if again := Size(s, b, wealth, 20); again.Reason != Enough {
		t.Errorf("staked %v, then decides %v: %s", d.Amount, again.Reason, again.Words)
	}
}

func TestSellsWhatItNoLongerBelievesIn(t *testing.T) {
	b := Bet{Price: 0.8, B: 8, Belief: 0.3, Yes: 4}
	d := Size(bold, b, 0, 20)
	if d.Reason != Sells || d.Action != market.SellYes {
		t.Fatalf("decides %v %v, want to sell YES: %s", d.Reason, d.Action, d.Words)
	}
	if d.Amount <= 0 || d.Amount > 4 {
		t.Errorf("sells %v of 4 shares", d.Amount)
	}
	near(t, "least price", d.Limit, 0.3, 1e-9)
}

func TestReasonsNotToTrade(t *testing.T) {
	careful := Style{Kelly: 0.5, Share: 0.5, Look: 0.01, MaxStake: 0.1}
	good := Bet{Price: 0.2, B: 10, Belief: 0.8}
	with := func(change func(*Bet)) Bet { b := good; change(&b); return b }
	for _, c := range []struct {
		name   string
		style  Style
		bet    Bet
		wealth float64
		want   Reason
	}{
		{"good", careful, good, 10, Buys},
		{"same belief", careful, with(func(b *Bet) { b.Belief = 0.2 }), 10, NoEdge},
		{"thin edge", careful, with(func(b *Bet) { b.Belief = 0.21 }), 10, NotWorth},
		{"little money", careful, good, 0.001, NotWorth},
		{"no money", careful, good, 0, NoMoney},
		{"stake full", careful, with(func(b *Bet) { b.Staked = 1; b.Yes = 3 }), 10, StakeFull},
		{"fee", bold, with(func(b *Bet) { b.Fee = 0.4; b.Belief = 0.27 }), 10, InsideFee},
		{"belief NaN", careful, with(func(b *Bet) { b.Belief = math.NaN() }), 10, NotANumber},
		{"belief certain", careful, with(func(b *Bet) { b.Belief = 1 }), 10, NotANumber},
		{"belief beyond", careful, with(func(b *Bet) { b.Belief = 1.5 }), 10, NotANumber},
		{"price zero", careful, with(func(b *Bet) { b.Price = 0 }), 10, NotANumber},
		{"liquidity zero", careful, with(func(b *Bet) { b.B = 0 }), 10, NotANumber},
		{"liquidity infinite", careful, with(func(b *Bet) { b.B = math.Inf(1) }), 10, NotANumber},
		{"wealth not a number", careful, good, math.NaN(), NotANumber},
		{"style", Style{}, good, 10, NotANumber},
		{"dust", Style{Kelly: 1, Share: 1, MaxStake: 1}, good, 2e-6, Buys},
		{"below the least order", bold,
			with(func(b *Bet) { b.Price, b.Belief, b.B = 0.5, 0.5001, 1e-3 }), 10, TooSmall},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Size(c.style, c.bet, c.wealth, 10)
			if d.Reason != c.want {
				t.Errorf("reason %v (%s), want %v", d.Reason, d.Words, c.want)
			}
			if d.Words == "" || strings.Contains(d.Words, "%!") {
				t.Errorf("words %q", d.Words)
			}
			if !d.Reason.Trades() && d.Amount != 0 {
				t.Errorf("no trade, but an amount of %v", d.Amount)
			}
		})
	}
}

// TestPlanKeepsToThePurse draws many bets and little money.
func TestPlanKeepsToThePurse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, low, high float64) float64 {
			return rapid.Float64Range(low, high).Draw(t, name)
		}
		s := Style{
			Kelly: draw("kelly", 0.05, 1), Share: draw("share", 0.05, 1),
			Look: draw("look", 0, 0.02), MaxStake: draw("max", 0.05, 1),
		}
		bets := make([]Bet, rapid.IntRange(1, 12).Draw(t, "bets"))
		for i := range bets {
			bets[i] = Bet{
				Price: draw("price", 0.001, 0.999), Belief: draw("belief", 0.001, 0.999),
				B: draw("b", 0.1, 100), Fee: draw("fee", 0, 0.05),
				Yes: draw("yes", 0, 2), No: draw("no", 0, 2),
			}
		}
		budget := draw("budget", 0.1, 10)
		wealth := budget * draw("left", 0, 1)
		sum := 0.0
		for i, d := range Plan(s, bets, wealth, budget) {
			if d.Words == "" {
				t.Fatalf("bet %d: no reason", i)
			}
			sum += d.spends()
			if d.spends() > s.MaxStake*budget*(1+1e-9) {
				t.Fatalf("bet %d: stakes %v, at most %v", i, d.Amount, s.MaxStake*budget)
			}
		}
		if sum > wealth {
			t.Fatalf("stakes %v of %v", sum, wealth)
		}
	})
}

// TestPlanPrefersTheBetterBet splits a small purse between a good and a better
// bet, and never does worse than any other split.
func TestPlanPrefersTheBetterBet(t *testing.T) {
	s := Style{Kelly: 1, Share: 1, MaxStake: 1}
	bets := []Bet{{Price: 0.2, B: 50, Belief: 0.9}, {Price: 0.5, B: 50, Belief: 0.75}}
	const wealth = 1.0
	plan := Plan(s, bets, wealth, 1)
	together := func(m0, m1 float64) float64 {
		value := 0.0
		for i, m := range []float64{m0, m1} {
			value += utility(s, bets[i], wealth, m)
		}
		return value
	}
	have := together(plan[0].spends(), plan[1].spends())
	for i := range 1000 {
		m0 := wealth * float64(i) / 1000
		for _, m1 := range []float64{0, (wealth - m0) / 2, wealth - m0 - 1e-9} {
			if other := together(m0, m1); other > have+1e-6 {
				t.Fatalf("stakes %.4f and %.4f; %.4f and %.4f is better by %v",
					plan[0].spends(), plan[1].spends(), m0, m1, other-have)
			}
		}
	}
	if plan[0].spends() <= plan[1].spends() {
		t.Errorf("stakes %v on the better bet and %v on the other",
			plan[0].spends(), plan[1].spends())
	}
}

func TestBudgetStory(t *testing.T) {
	amt := func(x uint64) (a market.Amount) { a.SetUint64(x); return }
	b := NewBudget(amt(100))
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(b.Reserve("a", amt(60)))
	if err := b.Reserve("b", amt(41)); !errors.Is(err, ErrOverBudget) {
		t.Errorf("reserving 41 of 40: %v", err)
	}
	if err := b.Reserve("a", amt(1)); !errors.Is(err, ErrReservation) {
		t.Errorf("reserving twice under one id: %v", err)
	}
	must(b.Spend("a", amt(50)))
	if err := b.Spend("a", amt(11)); !errors.Is(err, ErrReservation) {
		t.Errorf("spending more than reserved: %v", err)
	}
	b.Release("a")
	b.Release("a") // again, for nothing
	b.Earn(amt(7))
	if p := b.Purse(); p.Free != amt(57) || p.Spent != amt(50) || !p.Reserved.IsZero() {
		t.Errorf("purse %+v, want 57 free, 50 spent, 0 reserved", p)
	}
	b.Adopt("old", amt(60)) // more than there is: nothing is free until it ends
	b.Adopt("old", amt(60))
	if p := b.Purse(); !p.Free.IsZero() || p.Reserved != amt(60) {
		t.Errorf("purse %+v after adopting 60, want 0 free", p)
	}
	if err := b.Reserve("c", amt(1)); !errors.Is(err, ErrOverBudget) {
		t.Errorf("reserving what is not there: %v", err)
	}
	b.Release("old")
	if p := b.Purse(); p.Free != amt(57) {
		t.Errorf("%s free, want 57", p.Free.Dec())
	}
}

// TestBudgetUnderRaces spends from many goroutines at once and checks the
// invariant after every step of each.
func TestBudgetUnderRaces(t *testing.T) {
	const seed = 11
	limit := Amount(10)
	b := NewBudget(limit)
	var wg sync.WaitGroup
	for g := range 16 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(g)))
			for i := range 500 {
				id := fmt.Sprintf("%d/%d", g, i)
				n := Amount(r.Float64())
				if err := b.Reserve(id, n); err != nil {
					if !errors.Is(err, ErrOverBudget) {
						t.Errorf("seed %d: %v", seed, err)
					}
				} else {
					part := Amount(Coins(n) * r.Float64() * 0.999)
					if err := b.Spend(id, part); err != nil {
						t.Errorf("seed %d: %v", seed, err)
					}
					b.Release(id)
					b.Earn(Amount(Coins(part) * r.Float64()))
				}
				p := b.Purse()
				var in, out market.Amount
				in.Add(&p.Limit, &p.Earned)
				out.Add(&p.Spent, &p.Reserved)
				if out.Gt(&in) {
					t.Errorf("seed %d: out %s, in %s", seed, out.Dec(), in.Dec())
				}
			}
		})
	}
	wg.Wait()
}

func TestAmountRoundsDown(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{
		{0, "0"}, {-1, "0"}, {math.NaN(), "0"}, {1, "1000000000000000000"},
		{0.5, "500000000000000000"}, {1e-18, "1"}, {9e-19, "0"},
		{math.Inf(1), market.MaxAmount.Dec()}, {1e30, market.MaxAmount.Dec()},
	} {
		if have := Amount(c.x); have.Dec() != c.want {
			t.Errorf("%v coins are %s, want %s", c.x, have.Dec(), c.want)
		}
	}
}

func TestLimitPriceNeverWorseThanBelief(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Float64Range(0.0002, 0.9998).Draw(t, "limit")
		buy, sell := LimitPrice(market.BuyYes, x), LimitPrice(market.SellNo, x)
		if float64(buy) > x*1e18 || float64(sell) < x*1e18 {
			t.Errorf("limit %v: buys at %d, sells at %d", x, buy, sell)
		}
	})
	if LimitPrice(market.BuyNo, 2) != market.MaxPrice ||
		LimitPrice(market.SellYes, 0) != market.MinPrice {
		t.Error("a limit outside the market's prices")
	}
}
