package market

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The oracle of this file clears a batch in floating point and the plainest
// way: it steps the price in small steps of logit, hands out each step's supply
// in proportion to size, and keeps what is left of each order, one by one. It
// shares nothing with Clear but the rules, and knows nothing of σ and γ.

// naiveOrder is an order of one side: it pays up to cap for a share of its side.
type naiveOrder struct {
	up, buys     bool
	cap          float64
	left, size   float64 // coins or shares; shares at the first price
	shares, paid float64
	net          float64 // of a coin, what is left after the fee
}

// room is how many shares o can still take at price u of its side.
func (o *naiveOrder) room(u float64) float64 {
	if o.buys {
		return o.left * o.net / u
	}
	return o.left
}

// take gives o n shares at price u of its side, or what it has room for.
func (o *naiveOrder) take(n, u float64) float64 {
	n = min(n, o.room(u))
	o.shares += n
	o.paid += n * u
	if o.buys {
		o.left -= n * u / o.net
	} else {
		o.left -= n
	}
	return n
}

// share hands n shares at price u to orders, in proportion to size, until they
// or the shares are used up. It returns what was taken.
func share(orders []*naiveOrder, n, u float64) (taken float64) {
	for range 100 {
		var size float64
		for _, o := range orders {
			if o.room(u) > 1e-13*o.size {
				size += o.size
			}
		}
		if size == 0 || n-taken <= 1e-13*n {
			return taken
		}
		rest := n - taken
		for _, o := range orders {
			if o.room(u) > 1e-13*o.size {
				taken += o.take(rest*o.size/size, u)
			}
		}
	}
	return taken
}

func room(orders []*naiveOrder, u float64) (n float64) {
	for _, o := range orders {
		n += o.room(u)
	}
	return n
}

const (
	naiveStep = 1.0 / 2000 // of logit
	naiveGap  = 1e-12      // limits nearer than this are one
)

// accepting lists the orders of one side that pay u.
func accepting(orders []*naiveOrder, up bool, u float64) (list []*naiveOrder) {
	for _, o := range orders {
		if o.up == up && o.cap >= u-naiveGap {
			list = append(list, o)
		}
	}
	return list
}

// nextPrice is a step above u, or the first limit on the way.
func nextPrice(orders []*naiveOrder, up bool, u float64) float64 {
	next := 1 / (1 + math.Exp(-naiveStep)*(1-u)/u)
	for _, o := range orders {
		at := o.cap
		if o.up != up {
			at = 1 - o.cap
		}
		if at > u+naiveGap {
			next = min(next, at)
		}
	}
	return next
}

// naiveClear changes orders; it returns the price of YES it ends at.
func naiveClear(b, p0 float64, orders []*naiveOrder) float64 {
	for _, o := range orders {
		o.size = o.left
		if o.buys && o.up {
			o.size *= o.net / p0
		} else if o.buys {
			o.size *= o.net / (1 - p0)
		}
	}
	up, u := true, p0
	if room(accepting(orders, false, 1-p0), 1-p0) > room(accepting(orders, true, p0), p0) {
		up, u = false, 1-p0
	}
	for {
		walkers, joiners := accepting(orders, up, u), accepting(orders, !up, 1-u)
		crossed := share(walkers, room(joiners, 1-u), u)
		share(joiners, crossed, 1-u)
		if room(walkers, u) < 1e-9*b || room(joiners, 1-u) > 1e-9*b {
			break
		}
		next := nextPrice(orders, up, u)
		supply := b * math.Log(next/(1-next)*(1-u)/u)
		if share(accepting(orders, up, next), supply, (u+next)/2) < supply*0.999 {
			break
		}
		u = next
	}
	if !up {
		u = 1 - u
	}
	return u
}

func float(a Amount) float64 {
	f, _ := bigAmount(a).Float64()
	return f / 1e18
}

// TestClearAgainstNaiveSteps compares every fill with the oracle's. The price
// of a step is known to a step, so that a fill is known to about a step of what
// all trade.
func TestClearAgainstNaiveSteps(t *testing.T) {
	walked := 0
	eachBatch(t, 250, func(t *testing.T, _ *rand.Rand, c Curve, trades []Trade, fee uint16) {
		b, p0 := float(c.B), float64(c.Price())/1e18
		orders := make([]*naiveOrder, len(trades))
		for i, tr := range trades {
			orders[i] = &naiveOrder{
				up: tr.Action.Up(), buys: tr.Action.Buys(), left: float(tr.Amount),
				cap: float64(tr.Action.Cap(tr.Limit)) / 1e18, net: 1 / (1 + float64(fee)/1e4),
			}
		}
		end := naiveClear(b, p0, orders)
		out := c.Clear(trades, fee)
		if gap := math.Abs(float64(out.To)/1e18 - end); gap > naiveStep {
			t.Fatalf("ends at %d, the oracle at %.6f", out.To, end)
		}
		if out.To != out.From {
			walked++
		}
		var total float64
		for _, o := range orders {
			total += o.shares
		}
		slack := 4*naiveStep*total + 3*naiveStep*b
		for i, o := range orders {
			shares, coins := float(out.Fills[i].Shares), float(out.Fills[i].Coins)
			want := o.paid / o.net
			if !o.buys {
				want = (o.shares - o.paid) * (1 - float64(fee)/1e4)
			}
			if math.Abs(shares-o.shares) > slack || math.Abs(coins-want) > slack {
				t.Fatalf("trade %d: %.6f shares for %.6f, the oracle %.6f for %.6f, b = %.6f",
					i, shares, coins, o.shares, want, b)
			}
		}
	})
	if walked < 100 {
		t.Errorf("the price moved in only %d batches", walked)
	}
}

// TestPlayersKeepTheInformation: those who believe p* and bid up to it keep, in
// expectation, b·KL(p*‖p₀), all of them together and to the last digit; with
// one price for the whole batch they would keep next to nothing.
func TestPlayersKeepTheInformation(t *testing.T) {
	random := seeded(t, 5)
	for range 300 {
		c := randomCurve(random)
		p0 := c.Price()
		belief := 1e15 + Price(random.Uint64N(998e15))
		trades := make([]Trade, 1+random.IntN(20))
		for i := range trades {
			trades[i] = Trade{BuyYes, coins(1e9), belief}
			trades[i].Amount.Add(&trades[i].Amount, &c.B)
			if belief < p0 {
				trades[i].Action, trades[i].Limit = BuyNo, One-belief
			}
			if MaxAmount.Lt(&trades[i].Amount) {
				trades[i].Amount = MaxAmount
			}
		}
		out := c.Clear(trades, 0)
		gain := bigNew()
		for i, f := range out.Fills {
			win := bigPrice(trades[i].Limit)
			gain.Add(gain, win.Mul(win, bigAmount(f.Shares)))
			gain.Sub(gain, bigAmount(f.Coins))
		}
		// KL(p‖q) = p·ln(p/q) + (1−p)·ln((1−p)/(1−q))
		p, q := bigPrice(belief), bigPrice(p0)
		np, nq := bigPrice(One-belief), bigPrice(One-p0)
		kl := bigNew().Mul(p, bigLn(bigNew().Quo(p, q)))
		kl.Add(kl, bigNew().Mul(np, bigLn(bigNew().Quo(np, nq))))
		kl.Mul(kl, bigAmount(c.B))
		// p₀ is rounded, and logit of the belief minus that of p₀ meets it in KL.
		slack := bigNew().SetMantExp(bigAmount(c.B), -48)
		slack.Add(slack, bigInt(int64(3*len(trades)+3)))
		if gap := bigNew().Sub(kl, gain); gap.Abs(gap).Cmp(slack) > 0 {
			t.Fatalf("belief %d, price %d: players keep %.3f, b·KL is %.3f", belief, p0, gain, kl)
		}
	}
}
