package arbitrage

import (
	"fmt"
	"math"

	"agon/game/market"
	"agon/player/sizing"
)

// Twin is one of several books that will pay the same, or, if Opposite, the
// contrary.
type Twin struct {
	Book     Book
	Opposite bool
}

// Twins plans on books that pay the same. There is one price ρ to which all of
// them can be walked, up by buying YES and down by buying NO, so that as many
// of the one are bought as of the other; a YES and a NO together pay 1. What
// is held too much of one side is made good on the way.
func (s Style) Twins(twins []Twin, wealth float64) Plan {
	books, fault := straighten(twins)
	if fault != "" {
		return idle("%s", fault)
	}
	net := 0.0
	for _, b := range books {
		net += b.Yes - b.No
	}
	return s.finish(s.common(books, -net, wealth), twins)
}

// Ladder plans on books in an order in which each implies the next, so that
// their prices must not fall. Where they do, neighbours are pooled until they
// do not (pool adjacent violators, weighted by liquidity), and each pool is
// traded to its common price like twins: NO is bought on earlier books, YES on
// later ones, and such a pair pays at least 1.
func (s Style) Ladder(twins []Twin, wealth float64) Plan {
	books, fault := straighten(twins)
	if fault != "" {
		return idle("%s", fault)
	}
	net := 0.0
	for _, b := range books {
		net += b.Yes - b.No
	}
	var whole Plan
	for _, p := range pools(books) {
		if p.last-p.first < 2 {
			continue
		}
		part := s.common(books[p.first:p.last], -net, wealth-whole.Stake)
		if len(part.Orders) == 0 {
			continue
		}
		net = 0 // made good once
		for _, o := range part.Orders {
			o.Book += p.first
			whole.Orders = append(whole.Orders, o)
		}
		whole.Stake += part.Stake
		whole.Expected += part.Expected
	}
	if len(whole.Orders) == 0 && math.Abs(net) > max(s.Lump, least) {
		whole = unwind(books, net)
	}
	if len(whole.Orders) == 0 {
		whole.Words = "no price contradicts another by more than it costs"
	}
	return s.finish(whole, twins)
}

// straighten shows every book from the same side.
func straighten(twins []Twin) ([]Book, string) {
	books := make([]Book, len(twins))
	for i, t := range twins {
		if !t.Book.usable() {
			return nil, fmt.Sprintf("a price, a liquidity or a holding is not usable: %+v", t.Book)
		}
		books[i] = t.Book
		if t.Opposite {
			books[i] = t.Book.flip()
		}
	}
	if len(books) < 2 {
		return nil, "nothing to compare"
	}
	return books, ""
}

// move is a trade of one book: shares of net YES it brings, positive by buying
// YES or selling NO, and the limit of the share that is traded.
type move struct {
	n, limit float64
	selling  bool
}

// toward is the move of a book for which YES is worth rho: as far as that
// earns after the fee. What is held of the other side is sold first.
func (s Style) toward(b Book, rho float64) move {
	c := sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share)
	up := func(b Book, c sizing.Curve, rho float64) move {
		if b.No >= least {
			// Sold NO must fetch what it is worth: (1−p)(1−f) ≥ 1−ρ.
			stop := 1 - (1-rho)/(1-b.Fee)
			if stop <= b.Price {
				return move{}
			}
			return move{min(b.No, c.Shares(min(stop, 1-lowest))), bound(1 - stop), true}
		}
		stop := rho / (1 + b.Fee)
		if stop <= b.Price {
			return move{}
		}
		return move{c.Shares(min(stop, 1-lowest)), bound(stop), false}
	}
	if m := up(b, c, rho); m.n > 0 {
		return m
	}
	m := up(b.flip(), sizing.Curve{B: c.B, P: 1 - c.P}, 1-rho)
	m.n = -m.n
	return m
}

// common is the plan that brings books to one price at which need shares of
// net YES have been gained, or nothing.
func (s Style) common(books []Book, need, wealth float64) Plan {
	x := bisect(func(x float64) float64 {
		gained := 0.0
		for _, b := range books {
			gained += s.toward(b, sigmoid(x)).n
		}
		return gained - need
	}, logit(lowest), -logit(lowest))
	rho := sigmoid(x)
	moves := make([]move, len(books))
	for i, b := range books {
		moves[i] = s.toward(b, rho)
	}
	whole := s.orders(books, moves, rho, 1)
	if whole.Stake <= wealth {
		return whole
	}
	part := bisect(func(part float64) float64 {
		return s.orders(books, moves, rho, part).Stake - wealth
	}, 0, 1)
	return s.orders(books, moves, rho, part)
}

// orders makes orders of moves, each walked only the given part of the way.
func (s Style) orders(books []Book, moves []move, rho, part float64) Plan {
	p := Plan{}
	for i, m := range moves {
		b, worth, action := books[i], rho, market.BuyYes
		if m.n < 0 {
			b, worth, action = b.flip(), 1-rho, market.BuyNo
		}
		n := part * math.Abs(m.n)
		c := sizing.Curve{B: b.B, P: b.Price}.Thin(s.Share)
		if n < least {
			continue
		}
		if m.selling { // the opposite share, worth 1 − worth
			got := sell(sizing.Curve{B: c.B, P: 1 - c.P}, n, b.Fee)
			p.Orders = append(p.Orders, Order{i, opposite[action], n, m.limit})
			p.Expected += got - n*(1-worth)
			continue
		}
		cost := buy(c, n, b.Fee)
		if cost < least {
			continue
		}
		p.Orders = append(p.Orders, Order{i, action, cost, m.limit})
		p.Stake += cost
		p.Expected += n*worth - cost
	}
	p.Words = words("meets at %.4f, expects %+.4f", rho, p.Expected)
	return p
}

// opposite is the sale that moves a price like a buy.
var opposite = map[market.Action]market.Action{
	market.BuyYes: market.SellNo, market.BuyNo: market.SellYes,
}

// seen is an action as a book's other side has it.
var seen = map[market.Action]market.Action{
	market.BuyYes: market.BuyNo, market.BuyNo: market.BuyYes,
	market.SellYes: market.SellNo, market.SellNo: market.SellYes,
}

// finish weighs a plan's profit against what could go wrong, and turns its
// orders back to the books as they were given.
func (s Style) finish(p Plan, twins []Twin) Plan {
	if len(p.Orders) > 0 && p.Stake > 0 && p.Expected < s.Look+s.Risk*p.Stake {
		return idle("to gain %.4f with %.4f at stake is not worth it", p.Expected, p.Stake)
	}
	for i, o := range p.Orders {
		if twins[o.Book].Opposite {
			p.Orders[i].Action = seen[o.Action]
		}
	}
	return p
}

// slip is how far below its price, of what it has too much of, unwind sells.
const slip = 0.1

// unwind sells what is held too much, on the book that has most of it.
func unwind(books []Book, net float64) Plan {
	best, most := -1, 0.0
	for i, b := range books {
		if net < 0 {
			b = b.flip()
		}
		if b.Yes > most {
			best, most = i, b.Yes
		}
	}
	if best < 0 {
		return Plan{}
	}
	b, action := books[best], market.SellYes
	if net < 0 {
		b, action = b.flip(), market.SellNo
	}
	n := min(math.Abs(net), most)
	return Plan{
		Orders: []Order{{best, action, n, bound(b.Price * (1 - slip))}},
		Words:  words("sells %.4f shares that nothing answers any more", n),
	}
}

// span is the books of one pool.
type span struct{ first, last int } // half-open

// pools joins neighbours whose prices fall, until none do. Its common price in
// log odds is the mean weighted by liquidity: the one price at which as many
// YES are bought below as NO above.
func pools(books []Book) []span {
	type pool struct {
		span
		sum, weight float64
	}
	var list []pool
	for i, b := range books {
		list = append(list, pool{span{i, i + 1}, b.B * logit(b.Price), b.B})
		for n := len(list); n > 1 &&
			list[n-2].sum/list[n-2].weight > list[n-1].sum/list[n-1].weight; n-- {
			list[n-2].last = list[n-1].last
			list[n-2].sum += list[n-1].sum
			list[n-2].weight += list[n-1].weight
			list = list[:n-1]
		}
	}
	spans := make([]span, len(list))
	for i, p := range list {
		spans[i] = p.span
	}
	return spans
}

func words(format string, args ...any) string { return fmt.Sprintf(format, args...) }
