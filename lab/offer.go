package lab

import (
	"math"

	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
)

// A price that is pushed away is back a block later, when those who know better
// have answered; whoever pushes again and again has it away half of the time,
// for no more than the curve costs. So on a book where that has happened once a
// bettor answers beforehand: in every block it offers, beside what it would do
// anyway, to take the other side of a push, more of it the further the price is
// pushed. What is not filled comes back after the batch and has cost nothing.

const (
	// far is how far from what a bettor goes by a price raises suspicion.
	far = 0.25
	// rungs is in how many steps offers are laid out, spacing how far apart they
	// stand in log odds, highest where they end.
	rungs, spacing, highest = 12, 0.4, 0.995
	// nearest is how far beyond belief and price the first step stands.
	nearest = 0.06
	// ahead is the part of its free money a bettor offers against the side the
	// price was last pushed to; behind is for the other side.
	ahead, behind = 0.9, 0.05
)

// push is an alarm: the side to which a price was last pushed.
type push struct{ up bool }

// watch raises the alarm on a book whose price has jumped after it had stood, or
// to and fro before, or is far from what the bettor knows once it had time to
// find itself. It stays until the book is settled.
func (b *bettor) watch(l Look, anchor, far float64) {
	first := l.firstJump(settling)
	jumped := first >= settling+calmness && first < len(l.Path)
	off := len(l.Path) >= settling+calmness && math.Abs(l.Price-anchor) > far
	if jumped || off || l.Fought() {
		b.raise(l, anchor)
	}
}

// raise raises the alarm.
func (b *bettor) raise(l Look, anchor float64) {
	if b.alarms == nil {
		b.alarms = map[market.QuestionID]push{}
	}
	b.alarms[l.ID] = push{up: l.Price > anchor}
}

// Watches implements Watcher.
func (b *bettor) Watches(k *Book) bool {
	_, is := b.alarms[k.ID]
	return is
}

// keep lays out offers on the books under alarm.
func (b *bettor) keep(looks []Look, beliefs []float64, p Purse) (out []Bid) {
	var kept []int
	for i, l := range looks {
		if b.Watches(l.Book) && !math.IsNaN(beliefs[i]) {
			kept = append(kept, i)
		}
	}
	for _, i := range kept {
		l, q, free := looks[i], beliefs[i], p.Free/float64(len(kept))
		up, down := behind, ahead
		if b.alarms[l.ID].up {
			up, down = ahead, behind
		}
		for _, d := range ladder(market.BuyNo, l.Price, q, up*free) {
			out = append(out, Bid{i, d})
		}
		for _, d := range ladder(market.BuyYes, 1-l.Price, 1-q, down*free) {
			out = append(out, Bid{i, d})
		}
	}
	return out
}

// ladder offers, by buying with a, the opposite of a share that is worth q,
// while others push its price up from p. By price ℓ it has staked what a
// log-optimal bettor with so much money would at that price (Kelly 1956):
//
//	f(ℓ) = (ℓ − q)/ℓ
//
// If the price is beyond q already, the first step accepts everything down to
// q: it meets whoever goes on pushing there, and what it does not meet walks
// back.
func ladder(a market.Action, p, q, money float64) (out []sizing.Decision) {
	done := 0.0
	step := func(at, limit float64) {
		if f := (at - q) / at; f > done {
			out = append(out, sizing.Decision{
				Reason: sizing.Buys, Action: a, Amount: money * (f - done), Limit: 1 - limit,
			})
			done = f
		}
	}
	if p > q+nearest {
		step(p, q+0.01)
	}
	x := player.Logit(max(p, q) + nearest)
	for k := range rungs {
		if rung := player.Sigmoid(x + float64(k)*spacing); rung < highest {
			step(rung, rung)
		}
	}
	return out
}
