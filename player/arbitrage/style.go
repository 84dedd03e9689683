package arbitrage

import (
	"fmt"
	"math"

	"agon/game/market"
	"agon/player/sizing"
)

// Style is how a player of this kind bets.
type Style struct {
	Look  float64 // least profit for which it acts, in coins
	Share float64 // of the batch's flow it expects to be, in (0, 1]
	// Risk is the chance that a link between questions does not hold: that they
	// are answered differently after all, or one of them INVALID. A plan must
	// earn that much of what it stakes, and Look. Groups have none.
	Risk float64
	// Lump is the least number of full sets for which a transaction is made.
	Lump float64
}

// Book is one book as an arbitrageur finds it. Amounts are coins and shares in
// whole units.
type Book struct {
	Price   float64 // of YES
	B       float64 // liquidity
	Fee     float64 // on what a taker pays or gets, a fraction
	Yes, No float64 // held
}

func (b Book) usable() bool {
	in := func(x, low, high float64) bool { return x >= low && x <= high }
	return in(b.Price, lowest/2, 1-lowest/2) && in(b.B, 1e-9, 1e15) && in(b.Fee, 0, 0.5) &&
		in(b.Yes, 0, 1e15) && in(b.No, 0, 1e15)
}

// flip is the book seen from the other side: YES is NO.
func (b Book) flip() Book {
	return Book{Price: 1 - b.Price, B: b.B, Fee: b.Fee, Yes: b.No, No: b.Yes}
}

// Order is one order of a plan, for the book of that index.
type Order struct {
	Book   int
	Action market.Action
	Amount float64 // coins, fee included, of a buy; shares of a sell
	Limit  float64 // before the fee
}

// Plan is what to do now.
type Plan struct {
	Orders     []Order
	Mint, Burn float64 // full sets of a group
	Stake      float64 // coins that the orders and the minting may spend
	Expected   float64 // profit if all fills
	Words      string  // why, or why not
}

// Acts reports whether there is anything to do.
func (p Plan) Acts() bool { return len(p.Orders) > 0 || p.Mint > 0 || p.Burn > 0 }

// idle is a plan to do nothing.
func idle(format string, args ...any) Plan { return Plan{Words: fmt.Sprintf(format, args...)} }

// edges of prices, and the least order, in whole units.
const (
	lowest = float64(market.MinPrice) / float64(market.One)
	least  = float64(market.MinOrder) / 1e18
)

func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// bound keeps a limit where limits may be.
func bound(p float64) float64 { return min(1-lowest, max(lowest, p)) }

// buy is the cost, fee included, of n shares of the curve's side.
func buy(c sizing.Curve, n, fee float64) float64 {
	return (1 + fee) * c.Cost(c.AfterShares(n))
}

// sell is what n YES fetch, fee deducted: selling YES is buying NO and burning
// the pairs.
func sell(yes sizing.Curve, n, fee float64) float64 {
	no := sizing.Curve{B: yes.B, P: 1 - yes.P}
	return (1 - fee) * (n - no.Cost(no.AfterShares(n)))
}

// bisect is where a rising f crosses zero in [low, high]: f < 0 at the result
// or it is low, and f ≥ 0 just above.
func bisect(f func(float64) float64, low, high float64) float64 {
	for range bisections {
		if mid := (low + high) / 2; f(mid) < 0 {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

const bisections = 60
