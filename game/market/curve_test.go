package market

import (
	"math/big"
	"testing"

	"github.com/holiman/uint256"
)

// somePrices are prices within the bounds: their ends, the middle, and others.
func somePrices(t testing.TB) []Price {
	random := seeded(t, 4)
	list := []Price{
		MinPrice, MinPrice + 1, MaxPrice, MaxPrice - 1, One / 2, One/2 - 1, One/2 + 1,
		MinOpening, MaxOpening,
	}
	for range 1500 {
		list = append(list, MinPrice+Price(random.Uint64N(uint64(MaxPrice-MinPrice))))
	}
	return list
}

// below checks that |have − want| ≤ 2^bound.
func below(t *testing.T, what string, p Price, have, want *big.Float, bound int) {
	t.Helper()
	if gap := gapExponent(have, want); gap > bound {
		t.Fatalf("%s at %d is off by about 2^%d, want at most 2^%d", what, p, gap, bound)
	}
}

func bigSignedLogit(x u128) *big.Float {
	return bigNew().Sub(bigQ(x, q120), bigQ(logitZero, q120))
}

// The curve's functions against math/big; margin must outweigh them all.
func TestCurveFunctionsAgainstBig(t *testing.T) {
	for _, p := range somePrices(t) {
		x, a := logit(p), costTo(p)
		true1 := bigLogit(bigPrice(p))
		cost := bigLn(bigPrice(One - p))
		cost.Neg(cost)
		below(t, "logit", p, bigSignedLogit(x), true1, -117)
		below(t, "costTo", p, bigQ(a, q120), cost, -117)
		below(t, "costAt", p, bigQ(costAt(x), q120), cost, -116)
		below(t, "reachedAt", p, bigSignedLogit(reachedAt(a)), true1, -102)
		if have := priceAt(x); have != p {
			t.Fatalf("priceAt(logit(%d)) is %d", p, have)
		}
		if have := priceAt(mirror(x)); have != One-p {
			t.Fatalf("priceAt(−logit(%d)) is %d, want exactly the complement", p, have)
		}
	}
	if x := reachedAt(u128{}); x != (u128{}) {
		t.Fatal("reachedAt(0) is not the lowest logit")
	}
}

// The quotes of clients: rounded against them, and right to two units.
func TestQuotes(t *testing.T) {
	prices := somePrices(t)
	for i, from := range prices[1:] {
		to := prices[i]
		b := coins(uint64(1 + i))
		shares, cost := SharesBetween(b, from, to), CostBetween(b, from, to)
		gap := bigNew().Sub(bigLogit(bigPrice(max(from, to))), bigLogit(bigPrice(min(from, to))))
		gap.Mul(gap, bigAmount(b)).Sub(gap, bigAmount(shares))
		if gap.Sign() < 0 || gap.Cmp(bigInt(2)) > 0 {
			t.Fatalf("%d to %d: %s shares are %.3f short", from, to, shares.Dec(), gap)
		}
		low, high := bigPrice(One-max(from, to)), bigPrice(One-min(from, to))
		over := bigNew().Mul(bigLn(high.Quo(high, low)), bigAmount(b))
		over.Sub(bigAmount(cost), over)
		if over.Sign() < 0 || over.Cmp(bigInt(2)) > 0 {
			t.Fatalf("%d to %d: a cost of %s is %.3f over", from, to, cost.Dec(), over)
		}
	}
}

// b·worst is at most the subsidy and within a unit of b of it.
func TestLiquidityIsWhatTheSubsidyPaysFor(t *testing.T) {
	thirds := []Price{One / 3, One / 3, One - 2*(One/3)}
	for _, openings := range [][]Price{
		{One / 2}, {MinOpening}, {MaxOpening}, {percent(15)}, thirds,
		{percent(98), percent(1), percent(1)}, defaultOpenings(MaxMembers, One/2),
	} {
		for _, s := range []Amount{*uint256.NewInt(MinSubsidy), coins(50), MaxAmount} {
			b := Liquidity(s, openings)
			var worst *big.Float
			for k := range openings {
				loss := bigNew().Neg(bigLn(bigPrice(openings[k])))
				if len(openings) == 1 { // YES or NO
					loss = bigNew().Neg(bigLn(bigPrice(min(openings[0], One-openings[0]))))
				}
				for j, p := range openings {
					if j != k {
						loss.Sub(loss, bigLn(bigPrice(One-p)))
					}
				}
				if worst == nil || worst.Cmp(loss) < 0 {
					worst = loss
				}
			}
			spare := bigNew().Sub(bigAmount(s), bigNew().Mul(worst, bigAmount(b)))
			if spare.Sign() < 0 || spare.Cmp(bigNew().Mul(worst, bigInt(2))) > 0 {
				t.Fatalf("openings %v, subsidy %s: leaves %.3f", openings, s.Dec(), spare)
			}
		}
	}
}
