package market

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/holiman/uint256"
)

// milli is n/1000 coins, or shares.
func milli(n uint64) (a Amount) {
	return *a.Mul(uint256.NewInt(n), uint256.NewInt(1e15))
}

// percent is n/100.
func percent(n uint64) Price { return Price(n) * (One / 100) }

// randomCurve is a curve that has been somewhere: its price is anywhere within
// [0.001, 0.999].
func randomCurve(random *rand.Rand) Curve {
	c := Curve{Opening: MinOpening + Price(random.Uint64N(uint64(MaxOpening-MinOpening)))}
	scale := uint64(10)
	for range random.UintN(10) {
		scale *= 10
	}
	subsidy := milli(scale + random.Uint64N(scale))
	c.B = Liquidity(subsidy, []Price{c.Opening})
	if random.UintN(4) > 0 {
		c.D = distance(&c, Price(1e15+random.Uint64N(998e15)))
	}
	return c
}

// distance is the d at which c has about the price p.
func distance(c *Curve, p Price) (d Amount) {
	d = SharesBetween(c.B, c.Opening, p)
	if p < c.Opening {
		d.Neg(&d)
	}
	return d
}

// randomTrades are n trades of sizes around b, with limits around the price or
// anywhere, often equal.
func randomTrades(random *rand.Rand, c *Curve, n int) []Trade {
	trades := make([]Trade, n)
	for i := range trades {
		t := &trades[i]
		t.Action = Action(random.UintN(4))
		t.Amount.Mul(&c.B, uint256.NewInt(1+random.Uint64N(1000)))
		t.Amount.Div(&t.Amount, uint256.NewInt(uint64(n)*(1+random.Uint64N(500))))
		t.Amount.AddUint64(&t.Amount, MinOrder)
		t.Limit = MinPrice + Price(random.Uint64N(uint64(MaxPrice-MinPrice)))
		if random.UintN(3) == 0 {
			t.Limit = percent(1 + random.Uint64N(99))
		}
	}
	return trades
}

type checkBatch func(*testing.T, *rand.Rand, Curve, []Trade, uint16)

// eachBatch runs check on random batches, each with its own printed seed.
func eachBatch(t *testing.T, count int, check checkBatch) {
	t.Helper()
	for seed := range uint64(count) {
		random := rand.New(rand.NewPCG(seed, 77))
		c := randomCurve(random)
		fee := []uint16{0, 0, 30, 100}[random.UintN(4)]
		trades := randomTrades(random, &c, 1+random.IntN(1<<random.UintN(7)))
		if !t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			check(t, random, c, trades, fee)
		}) {
			return
		}
	}
}

// bigCost is C(Y, N) for any Y − N = d, less N: b·ln(π·e^(d/b) + 1 − π).
func bigCost(c *Curve, d *big.Float) *big.Float {
	b := bigAmount(c.B)
	pi := bigPrice(c.Opening)
	grown := bigNew().Mul(pi, bigExp(bigNew().Quo(d, b)))
	grown.Add(grown, bigNew().Sub(bigInt(1), pi))
	return grown.Mul(bigLn(grown), b)
}

// signed is a two's complement amount.
func signed(a Amount) *big.Float {
	if a.Sign() < 0 {
		var m Amount
		m.Neg(&a)
		f := bigAmount(m)
		return f.Neg(f)
	}
	return bigAmount(a)
}

// TestCurveIsNeverUnderpaid: what a batch pays in is at least what the curve
// costs, in real numbers, and hardly more: rounding, and the margin.
func TestCurveIsNeverUnderpaid(t *testing.T) {
	eachBatch(t, 1500, func(t *testing.T, _ *rand.Rand, c Curve, trades []Trade, fee uint16) {
		out := c.Clear(trades, fee)
		slack := underpaid(t, &c, trades, &out)
		units := bigInt(int64(8*len(trades) + 8))
		share := bigNew().Mul(bigAmount(c.B), bigNew().SetMantExp(bigInt(1), -98))
		if slack.Cmp(units.Add(units, share)) > 0 {
			t.Fatalf("paid %.1f units more than the curve costs, b = %.0f", slack, bigAmount(c.B))
		}
	})
}

// underpaid fails if a batch paid less than its curve costs; it returns how
// much more it paid.
func underpaid(t *testing.T, c *Curve, trades []Trade, out *Cleared) *big.Float {
	t.Helper()
	paid, no := bigNew(), bigNew() // into the pool, and N issued
	for i, f := range out.Fills {
		coins := bigAmount(f.Coins)
		if trades[i].Action.Buys() {
			paid.Add(paid, coins.Sub(coins, bigAmount(f.Fee)))
		} else {
			paid.Sub(paid, coins.Add(coins, bigAmount(f.Fee)))
		}
		switch trades[i].Action {
		case BuyNo:
			no.Add(no, bigAmount(f.Shares))
		case SellNo:
			no.Sub(no, bigAmount(f.Shares))
		}
	}
	owed := bigNew().Sub(bigCost(c, signed(out.D)), bigCost(c, signed(c.D)))
	owed.Add(owed, no)
	if paid.Cmp(owed) < 0 {
		t.Fatalf("paid %.1f, the curve costs %.1f", paid, owed)
	}
	return paid.Sub(paid, owed)
}

// TestLimitsHold: nobody pays more than the limit or gets less, but for the
// units lost to rounding; nobody trades more than the order has.
func TestLimitsHold(t *testing.T) {
	eachBatch(t, 1500, func(t *testing.T, _ *rand.Rand, c Curve, trades []Trade, fee uint16) {
		out := c.Clear(trades, fee)
		for i, f := range out.Fills {
			tr := &trades[i]
			moved, coins := f.Shares, f.Coins
			if tr.Action.Buys() {
				moved = f.Coins
				coins.Sub(&coins, &f.Fee)
			} else {
				coins.Add(&coins, &f.Fee)
			}
			if tr.Amount.Lt(&moved) {
				t.Fatalf("trade %d: traded %s of %s", i, moved.Dec(), tr.Amount.Dec())
			}
			var atLimit, unit Amount
			unit.SetUint64(uint64(One))
			atLimit.MulDivOverflow(&f.Shares, uint256.NewInt(uint64(tr.Limit)), &unit)
			if tr.Action.Buys() {
				if atLimit.AddUint64(&atLimit, 3); atLimit.Lt(&coins) {
					t.Fatalf("trade %d: paid %s, at the limit %s", i, coins.Dec(), atLimit.Dec())
				}
			} else if coins.AddUint64(&coins, 3); coins.Lt(&atLimit) {
				t.Fatalf("trade %d: got %s, at the limit %s", i, coins.Dec(), atLimit.Dec())
			}
		}
	})
}

// TestOrderWithinABatchDoesNotMatter: a shuffled batch has the same fills.
func TestOrderWithinABatchDoesNotMatter(t *testing.T) {
	eachBatch(t, 800, func(t *testing.T, r *rand.Rand, c Curve, trades []Trade, fee uint16) {
		want := c.Clear(trades, fee)
		perm := r.Perm(len(trades))
		shuffled := make([]Trade, len(trades))
		for to, from := range perm {
			shuffled[to] = trades[from]
		}
		have := c.Clear(shuffled, fee)
		for to, from := range perm {
			if have.Fills[to] != want.Fills[from] {
				t.Fatalf("trade %d: %v, shuffled %v", from, want.Fills[from], have.Fills[to])
			}
		}
		if have.D != want.D || have.To != want.To {
			t.Fatalf("ends at %d, shuffled at %d", want.To, have.To)
		}
	})
}

// TestSplittingNeverGains: one trade cut into pieces gets no more and pays no
// less, loses at most one unit of shares and one of coins a piece (one more of
// coins with a fee, which is rounded too), and nobody else's fill changes.
func TestSplittingNeverGains(t *testing.T) {
	eachBatch(t, 800, func(t *testing.T, r *rand.Rand, c Curve, trades []Trade, fee uint16) {
		whole := c.Clear(trades, fee)
		which, pieces := r.IntN(len(trades)), 2+r.IntN(5)
		split := slices.Clone(trades)
		rest := trades[which].Amount
		for range pieces - 1 {
			var piece Amount
			piece.Div(&rest, uint256.NewInt(1+r.Uint64N(4)))
			rest.Sub(&rest, &piece)
			split = append(split, Trade{trades[which].Action, piece, trades[which].Limit})
		}
		split[which].Amount = rest
		out := c.Clear(split, fee)
		sum := out.Fills[which]
		for _, f := range out.Fills[len(trades):] {
			sum.Shares.Add(&sum.Shares, &f.Shares)
			sum.Coins.Add(&sum.Coins, &f.Coins)
		}
		one := whole.Fills[which]
		if !trades[which].Action.Buys() { // then shares are given and coins got
			one.Shares, one.Coins = one.Coins, one.Shares
			sum.Shares, sum.Coins = sum.Coins, sum.Shares
		}
		notMore(t, "got", sum.Shares, one.Shares, 2*pieces)
		notMore(t, "gave", one.Coins, sum.Coins, pieces)
		for i := range trades {
			if i != which && out.Fills[i] != whole.Fills[i] {
				t.Fatalf("trade %d: %v, beside pieces %v", i, whole.Fills[i], out.Fills[i])
			}
		}
	})
}

// notMore checks a ≤ b ≤ a + slack.
func notMore(t *testing.T, what string, a, b Amount, slack int) {
	t.Helper()
	var most Amount
	most.AddUint64(&a, uint64(slack))
	if b.Lt(&a) || most.Lt(&b) {
		t.Fatalf("%s: %s and %s, want the first at most %d below", what, a.Dec(), b.Dec(), slack)
	}
}

// TestMirror: YES and NO exchanged is the same batch: complements sum to 1.
func TestMirror(t *testing.T) {
	eachBatch(t, 800, func(t *testing.T, _ *rand.Rand, c Curve, trades []Trade, fee uint16) {
		m := Curve{B: c.B, Opening: One - c.Opening}
		m.D.Neg(&c.D)
		flipped := slices.Clone(trades)
		for i := range flipped {
			flipped[i].Action ^= 1
		}
		have, want := m.Clear(flipped, fee), c.Clear(trades, fee)
		if have.From+want.From != One || have.To+want.To != One {
			t.Fatalf("prices %d and %d, after %d and %d", want.From, have.From, want.To, have.To)
		}
		if !slices.Equal(have.Fills, want.Fills) {
			t.Fatal("fills differ")
		}
	})
}
