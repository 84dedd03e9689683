package market

import (
	"slices"

	"github.com/holiman/uint256"
)

// Trade is an order as a batch sees it.
type Trade struct {
	Action Action
	Amount Amount // coins, fee included, for a buy; shares for a sell
	Limit  Price  // of the share traded, before the fee
}

// Fill is what a batch did with a Trade.
type Fill struct {
	Shares Amount // bought, rounded down, or sold, rounded up
	Coins  Amount // paid, fee included, rounded up, or got, fee deducted, rounded down
	Fee    Amount
}

// Cleared is the result of a batch. Fills stand in the order of the trades.
type Cleared struct {
	From, To Price
	D        Amount // d after the batch, two's complement
	Fills    []Fill
}

// Clear trades a batch; the order of trades does not matter, and c is not
// changed. fee is in 10⁻⁴. At most 2¹⁵ trades of amounts up to MaxAmount, with
// limits within [MinPrice, MaxPrice].
//
//  1. Trades of both sides that accept the price p₀ cross at p₀, pro rata on
//     the longer side.
//  2. The longer side's rest walks the curve: the supply at each price is
//     shared in proportion to size, which is shares at p₀; a trade leaves at
//     its limit or when it is used up. Trades of the other side join when the
//     price reaches their limit, and cross there, pro rata on the longer side.
//
// The walking side is seen with its own price u: of YES if it is up, of NO if
// it is down. So one walk, upwards, serves both.
func (c *Curve) Clear(trades []Trade, fee uint16) Cleared {
	x := c.logit()
	from := priceAt(x)
	out := Cleared{From: from, To: from, D: c.D, Fills: make([]Fill, len(trades))}
	up := longerSideIsUp(trades, from, fee)
	w := walk{trades: trades, fills: out.Fills, b: c.B, fee: uint64(fee), start: from}
	if !up {
		w.start, x = One-from, mirror(x)
	}
	w.enter(x, up)
	w.run()
	out.D = w.moved(c.D)
	end := Curve{c.B, c.Opening, out.D}
	out.To = end.Price()
	return out
}

// A leg is a trade of the batch at the price, of the walking side, where
// something happens to it: it leaves, or joins.
type leg struct {
	at    Price
	trade int32
}

// longerSideIsUp compares, in shares at the price p of YES, what the trades of
// either side that accept p want.
func longerSideIsUp(trades []Trade, p Price, fee uint16) bool {
	var up, down demand
	for i := range trades {
		t := &trades[i]
		side, price := &up, p
		if !t.Action.Up() {
			side, price = &down, One-p
		}
		if t.Action.Cap(t.Limit) >= price {
			side.add(t)
		}
	}
	u, _ := up.sharesAt(p, uint64(fee))
	d, _ := down.sharesAt(One-p, uint64(fee))
	return d.Lt(&u)
}

// demand sums trades of one side: sums are exact, so that a split order counts
// as a whole one.
type demand struct{ coins, shares Amount }

func (d *demand) add(t *Trade) {
	if t.Action.Buys() {
		d.coins.Add(&d.coins, &t.Amount)
	} else {
		d.shares.Add(&d.shares, &t.Amount)
	}
}

func (d *demand) subtract(t *Trade) {
	if t.Action.Buys() {
		d.coins.Sub(&d.coins, &t.Amount)
	} else {
		d.shares.Sub(&d.shares, &t.Amount)
	}
}

func (d *demand) empty() bool { return d.coins.IsZero() && d.shares.IsZero() }

// Sums below are in units of 2⁻³² of a share or coin, so that rounding a whole
// batch's weight costs nobody a unit.
const weightBits = 32

// sharesAt is the number of shares at price u, in 2⁻³²: coins less the fee,
// divided by u, and shares. Coins < 2¹¹¹, u > 2⁻¹⁴. The true number is between
// low and high.
func (d *demand) sharesAt(u Price, fee uint64) (low, high Amount) {
	one, price := uint256.NewInt(uint64(One)), uint256.NewInt(uint64(u))
	var coins, shares Amount
	coins = d.netCoins(fee)
	shares.Lsh(&d.shares, weightBits)
	low.Mul(&coins, one)
	low = divide(&low, price, false)
	coins.AddUint64(&coins, 1)
	high.Mul(&coins, one)
	high = divide(&high, price, true)
	low.Add(&low, &shares)
	high.Add(&high, &shares)
	return low, high
}

// netCoins is the coins less the fee on what is spent, in 2⁻³², rounded down.
func (d *demand) netCoins(fee uint64) (z Amount) {
	z.Lsh(&d.coins, weightBits)
	if fee != 0 {
		withoutFee(&z, fee)
	}
	return z
}

// weight is the size of the trades in coins at price u, in 2⁻³², rounded down.
func (d *demand) weight(u Price, fee uint64) Amount {
	z := d.netCoins(fee)
	if d.shares.IsZero() {
		return z
	}
	var s Amount
	s.Lsh(&d.shares, weightBits)
	s.Mul(&s, uint256.NewInt(uint64(u)))
	s.Div(&s, uint256.NewInt(uint64(One)))
	return *z.Add(&z, &s)
}

// sortLegs orders legs by price. Legs at one price fare alike, so that no
// further order is needed.
func sortLegs(legs []leg) {
	slices.SortFunc(legs, func(a, b leg) int {
		if a.at < b.at {
			return -1
		}
		if a.at > b.at {
			return 1
		}
		return 0
	})
}

// withoutFee takes from z the part that is fee, rounding down: z/(1 + fee/10⁴).
func withoutFee(z *Amount, fee uint64) {
	z.Mul(z, uint256.NewInt(feeUnit))
	z.Div(z, uint256.NewInt(feeUnit+fee))
}

// feeUnit divides fees.
const feeUnit = 10_000

// divide is x/y, rounded up or down.
func divide(x, y *Amount, up bool) (z Amount) {
	z.Div(x, y)
	if up {
		var back Amount
		if back.Mul(&z, y); !back.Eq(x) {
			z.AddUint64(&z, 1)
		}
	}
	return z
}

// mulDiv is x·y/d, rounded up or down; the largest Amount if that is too small
// for it.
func mulDiv(x, y, d *Amount, up bool) (z Amount) {
	if _, overflow := z.MulDivOverflow(x, y, d); overflow {
		return *z.SetAllOne()
	}
	if up {
		var rest Amount
		if rest.MulMod(x, y, d); !rest.IsZero() {
			z.AddUint64(&z, 1)
		}
	}
	return z
}
