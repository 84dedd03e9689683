package offer

import (
	"math"

	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
)

// Nerve is how soon somebody raises the alarm.
type Nerve struct {
	From int     // blocks since the opening before it does
	Far  float64 // how far a price may be from what it goes by
}

// The two kinds of players. Independent is for whose belief does not rest on the
// price: after three blocks what it believes has been said, and a price away
// from it is somebody's doing. Swayed is for who takes the price as evidence and
// compares it with the usual one.
var (
	Independent = Nerve{From: 3, Far: 0.06}
	Swayed      = Nerve{From: 5, Far: 0.12}
)

const (
	// Rungs bounds how many steps there are on each side of a book; spacing is
	// how far apart they stand in log odds, highest where they end.
	Rungs            = 6
	spacing, highest = 0.8, 0.995
	// nearest is how far beyond belief and price the first step stands, and
	// margin how far from the belief a step stops that meets a pushed price.
	nearest, margin = 0.03, 0.01
	// ahead is the part of the free money that is offered against the side the
	// price was last pushed to; behind is for the other side.
	ahead, behind = 0.9, 0.05
	// patience keeps money for prices that are dearer: near a belief of 0 a
	// log-optimal bettor would spend nearly all of it on the first step.
	patience = 0.1
)

// MostOrders is how many orders Offers lays out on one book at most, each time.
const MostOrders = 2 * (Rungs + 1)

// Guard keeps one player's alarms, by book. The zero value has none. It is not
// safe for concurrent use.
type Guard[K comparable] struct {
	up map[K]bool // whether the price was last pushed up
}

// Watch raises the alarm on a book whose price has jumped after it had stood, or
// to and fro before, or is far from what the player goes by, anchor. An alarm
// stays until Forget.
func (g *Guard[K]) Watch(k K, t Trace, price, anchor float64, n Nerve) {
	off := len(t) >= n.From && math.Abs(price-anchor) > n.Far
	if off || t.Jumped() || t.Fought() {
		g.Raise(k, price, anchor)
	}
}

// Raise raises the alarm on a book.
func (g *Guard[K]) Raise(k K, price, anchor float64) {
	if g.up == nil {
		g.up = map[K]bool{}
	}
	g.up[k] = price > anchor
}

// Alarmed tells whether a book is under alarm: then it is to be looked at in
// every block, moved or not.
func (g *Guard[K]) Alarmed(k K) bool {
	_, is := g.up[k]
	return is
}

// Forget ends the alarm on a book.
func (g *Guard[K]) Forget(k K) { delete(g.up, k) }

// View is a book as a player sees it. A belief that is not a number is none.
type View[K comparable] struct {
	Key           K
	Price, Belief float64
}

// Bid is an order on the book of a view, by its index.
type Bid struct {
	View int
	sizing.Decision
}

// Offers lays out orders on those books that are under alarm, for the next
// batch only, with free coins shared evenly among them.
func (g *Guard[K]) Offers(views []View[K], free float64) (out []Bid) {
	var kept []int
	for i, v := range views {
		if g.Alarmed(v.Key) && !math.IsNaN(v.Belief) {
			kept = append(kept, i)
		}
	}
	for _, i := range kept {
		v, money := views[i], free/float64(len(kept))
		up, down := behind, ahead
		if g.up[v.Key] {
			up, down = ahead, behind
		}
		for _, d := range Ladder(market.BuyNo, v.Price, v.Belief, up*money) {
			out = append(out, Bid{i, d})
		}
		for _, d := range Ladder(market.BuyYes, 1-v.Price, 1-v.Belief, down*money) {
			out = append(out, Bid{i, d})
		}
	}
	return out
}

// Ladder offers, by buying with a, the opposite of a share that is worth q,
// while others push its price up from p. By price ℓ it has staked
//
//	f(ℓ) = (ℓ − q)/(ℓ + 0.1)
//
// of the money: with 0 for 0.1, what a log-optimal bettor would at that price
// (Kelly 1956). The 0.1 keeps some back for whoever pushes further and pays
// more.
//
// If the price is beyond q already, the first step accepts everything down to
// q: it meets whoever goes on pushing there, and what it does not meet walks
// back.
func Ladder(a market.Action, p, q, money float64) (out []sizing.Decision) {
	done := 0.0
	step := func(at, limit float64) {
		if f := (at - q) / (at + patience); f > done {
			out = append(out, sizing.Decision{
				Reason: sizing.Buys, Action: a, Amount: money * (f - done), Limit: 1 - limit,
			})
			done = f
		}
	}
	if p > q+nearest {
		step(p, q+margin)
	}
	x := player.Logit(max(p, q) + nearest)
	for k := range Rungs {
		if rung := player.Sigmoid(x + float64(k)*spacing); rung < highest {
			step(rung, rung)
		}
	}
	return out
}
