package arbitrage

import (
	"math"

	"agon/game/market"
	"agon/player/sizing"
)

// Sets plans on a group: books are its members', all of them, in order. One
// YES of each is a full set, worth 1 at any time. Let T be how many sets to
// end with: every book is traded from what is held of it to T. With T < 0,
// −T sets are minted first and sold at the next look. The profit
//
//	T·1 − Σ cost of bringing book k from yₖ to T
//
// is concave in T; its slope is 1 − Σ mₖ(T), where mₖ is the price at which
// book k then stands, with the fee on whichever side it is traded.
func (s Style) Sets(books []Book, wealth float64) Plan {
	held := math.Inf(1)
	reach := 0.0 // how far any curve can be walked, in shares
	for _, b := range books {
		if !b.usable() {
			return idle("a price, a liquidity or a holding is not usable: %+v", b)
		}
		held = min(held, b.Yes)
		reach = max(reach, 20*b.B*s.Share+b.Yes)
	}
	if len(books) < 2 || !(wealth >= 0) {
		return idle("no group")
	}
	target := bisect(func(level float64) float64 { return s.marginal(books, level) - 1 },
		-reach, reach)
	if target < -least {
		return s.mint(books, -target, wealth)
	}
	target = max(0, target)
	if s.spend(books, target) > wealth {
		target = bisect(func(level float64) float64 { return s.spend(books, level) - wealth },
			0, target)
	}
	p := s.trade(books, target)
	if p.Expected < s.Look {
		p = idle("prices sum to %.4f: %.4f to gain is not worth looking", sum(books), p.Expected)
	}
	if sets := min(held, target); sets >= max(s.Lump, least) {
		p.Burn = sets
		p.Words += "; burns what is full"
	}
	return p
}

// marginal is what one more set would cost at a level: Σ mₖ.
func (s Style) marginal(books []Book, level float64) float64 {
	total := 0.0
	for _, b := range books {
		c := sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share)
		d := level - b.Yes
		after := c.AfterShares(d)
		if d > 0 {
			total += (1 + b.Fee) * after
		} else {
			total += (1 - b.Fee) * after
		}
	}
	return total
}

// spend is what the buys at a level cost. Sales come later, or not: they do
// not pay for buys.
func (s Style) spend(books []Book, level float64) float64 {
	total := 0.0
	for _, b := range books {
		if d := level - b.Yes; d > 0 {
			total += buy(sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share), d, b.Fee)
		}
	}
	return total
}

// trade makes the orders that bring every book to a level.
func (s Style) trade(books []Book, level float64) Plan {
	p := Plan{}
	after := 0.0 // what the prices will sum to
	for _, b := range books {
		after += sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share).AfterShares(level - b.Yes)
	}
	for i, b := range books {
		c := sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share)
		d := level - b.Yes
		limit := bound(c.AfterShares(d))
		fair := c.AfterShares(d) / after // what one YES is worth, all being a set
		switch {
		case d > 0:
			cost := buy(c, d, b.Fee)
			if cost < least {
				continue
			}
			p.Orders = append(p.Orders, Order{i, market.BuyYes, cost, limit})
			p.Stake += cost
			p.Expected += d*fair - cost
		case -d >= least:
			p.Orders = append(p.Orders, Order{i, market.SellYes, -d, limit})
			p.Expected += sell(c, -d, b.Fee) + d*fair
		}
	}
	p.Words = words("prices sum to %.4f: evens them out, expects %+.4f", sum(books), p.Expected)
	return p
}

// mint plans to make n sets, to be sold one by one.
func (s Style) mint(books []Book, n, wealth float64) Plan {
	n = min(n, wealth)
	gain := 0.0
	for _, b := range books {
		gain += sell(sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share), n, b.Fee)
	}
	gain -= n
	if gain < s.Look || n < max(s.Lump, least) {
		return idle("prices sum to %.4f: minting and selling %.4f sets would gain %.4f",
			sum(books), n, gain)
	}
	return Plan{Mint: n, Stake: n, Expected: gain,
		Words: words("prices sum to %.4f: mints %.4f sets to sell, expects %+.4f",
			sum(books), n, gain)}
}

func sum(books []Book) float64 {
	total := 0.0
	for _, b := range books {
		total += b.Price
	}
	return total
}
