package swarm

import (
	"cmp"
	"fmt"
	"slices"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/offer"
	"agon/player/sizing"
)

// A price is evidence only for what others did, and only where it stands. So a
// player takes from the price what its own model's players have put there,
//
//	logit p′ = logit p − Σ (YES bought − NO bought)/b,
//
// which on this curve is the price at which the others alone would have left
// the book: without that, every order of its own would make it surer. And it
// goes by the usual price since the book opened, which a push does not move;
// see player/offer, which also says when a player lays out offers against
// whoever pushes.

// maxTrace bounds the prices kept of a book, in blocks; then the older half goes.
const maxTrace = 128

// echo is what the players of one model have moved a book by, in log odds: now,
// and at the end of each block of the book's trace.
type echo struct {
	now   float64
	trace []float32
	usual float64 // price as evidence, at the last stroll
}

// resound adds a fill to the echo of its trader's model.
func (s *Swarm) resound(a *agent, f client.Filled) {
	q := s.questions[f.Question]
	if q == nil || a.oracle == nil || int(f.Book) >= len(q.books) {
		return
	}
	x := sizing.Coins(f.Shares) / sizing.Coins(q.B)
	if f.Action == market.BuyNo || f.Action == market.SellYes {
		x = -x
	}
	q.books[f.Book].echo(a.oracle).now += x
}

// recollect gives a question just read the echoes of an earlier life: players
// with a model hold what they bought and have not sold.
func (s *Swarm) recollect(q *question) {
	for _, a := range s.agents {
		if a.oracle == nil {
			continue
		}
		for i := range q.books {
			if m := a.notes[bookKey{q.ID, uint8(i)}]; m != nil {
				net := sizing.Coins(m.yes) - sizing.Coins(m.no)
				q.books[i].echo(a.oracle).now += net / sizing.Coins(q.B)
			}
		}
	}
}

// echo is a model's on a book.
func (b *book) echo(o *oracle) *echo {
	if b.echoes == nil {
		b.echoes = map[*oracle]*echo{}
	}
	e := b.echoes[o]
	if e == nil {
		e = &echo{trace: make([]float32, len(b.trace))}
		b.echoes[o] = e
	}
	return e
}

// trace adds the end of a block to the traces of every open book.
func (s *Swarm) trace() {
	for _, q := range s.questions {
		if q.Phase != market.Open || q.refuse != "" {
			continue
		}
		for i := range q.books {
			q.books[i].pass()
		}
	}
}

// pass adds the end of a block to a book's traces.
func (b *book) pass() {
	if len(b.trace) == maxTrace {
		b.trace = slices.Clone(b.trace[maxTrace/2:])
		for _, e := range b.echoes {
			e.trace = slices.Clone(e.trace[maxTrace/2:])
		}
	}
	b.trace = append(b.trace, float32(b.price))
	for _, e := range b.echoes {
		e.trace = append(e.trace, float32(e.now))
	}
}

// without is a price less what is so many log odds of it.
func without(price, echo float64) float64 {
	if echo == 0 {
		return price
	}
	return player.Sigmoid(player.Logit(price) - echo)
}

// weigh works out, before players look, the price that is evidence on each
// open book, for every model.
func weigh(open []*question) {
	for _, q := range open {
		for i := range q.books {
			b := &q.books[i]
			b.usual, b.fought = b.trace.Usual(b.price), b.trace.Fought()
			for _, e := range b.echoes {
				clean := make(offer.Trace, len(b.trace))
				for j, p := range b.trace {
					clean[j] = float32(without(float64(p), float64(e.trace[j])))
				}
				e.usual = clean.Usual(without(b.price, e.now))
			}
		}
	}
}

// evidence is the price of a book as players of a model take it.
func (b *book) evidence(o *oracle) float64 {
	if e := b.echoes[o]; e != nil {
		return e.usual
	}
	return b.usual
}

// believe is an agent's belief about a book, given its own forecast; it also
// raises the alarm where the price is being pushed.
func (a *agent) believe(q *question, i int, f player.Forecast) float64 {
	b, k := &q.books[i], bookKey{q.ID, uint8(i)}
	if a.ear != nil { // it never looks at the price
		a.guard.Watch(k, b.trace, b.price, f.P, offer.Independent)
		return f.P
	}
	if b.fought { // the price says nothing
		own := a.mind.Own(f.P, b.prior)
		a.guard.Raise(k, b.price, own)
		return own
	}
	a.guard.Watch(k, b.trace, b.price, b.usual, offer.Swayed)
	return a.mind.Believe(q.Template, f, b.prior, b.evidence(a.oracle), b.moved == 0)
}

const (
	// offerPart is the part of its free money an agent offers in one block, so
	// that some is left while offers are on their way.
	offerPart = 0.5
	// offerWindow is for how many blocks an offer may be placed: late, it is of
	// no use and its money is needed.
	offerWindow = 3
	// offerCrowd is how many offers there may be for one book in one block: two
	// players' worth. Every order is written to the chain's logs, filled or not.
	offerCrowd = 2 * offer.MostOrders
)

// vigil lays out the agents' offers on books under alarm, once in each block,
// and has the questions looked at again in the next. Those with the most free
// money come first.
func (s *Swarm) vigil(turns []turn) (out []*launched) {
	var alarmed []turn
	for _, t := range turns {
		if slices.ContainsFunc(t.looks, func(c candidate) bool {
			return t.agent.guard.Alarmed(bookKey{c.q.ID, uint8(c.book)})
		}) {
			alarmed = append(alarmed, t)
		}
	}
	free := func(a *agent) market.Amount { return a.budget.Purse().Free }
	slices.SortFunc(alarmed, func(x, y turn) int {
		a, b := free(x.agent), free(y.agent)
		return cmp.Or(b.Cmp(&a), cmp.Compare(x.agent.id, y.agent.id))
	})
	turns = alarmed
	for t := range turns {
		a := turns[t].agent
		var views []offer.View[bookKey]
		for _, c := range turns[t].looks {
			k := bookKey{c.q.ID, uint8(c.book)}
			if !a.guard.Alarmed(k) {
				continue
			}
			s.waiting[k.question] = max(s.waiting[k.question], s.height+2)
			if c.m.offered != s.height {
				c.m.offered = s.height
				v := offer.View[bookKey]{Key: k, Price: c.bet.Price, Belief: c.bet.Belief}
				views = append(views, v)
			}
		}
		if len(views) == 0 {
			continue
		}
		for n, bid := range a.guard.Offers(views, sizing.Coins(free(a))*offerPart) {
			if f := s.offer(a, views[bid.View].Key, bid.Decision, n); f != nil {
				out = append(out, &launched{a, f})
			}
		}
	}
	return out
}

// offers is the reason of orders that answer a push that may come.
const offers = "offers"

// offer reserves the money of one offer; nil if there is no room or too little.
func (s *Swarm) offer(a *agent, k bookKey, d sizing.Decision, n int) *flight {
	q, m := s.questions[k.question], a.at(k)
	o := a.order(k, d, m)
	b := &q.books[k.book]
	if o.Amount.LtUint64(market.MinOrder) || !s.room(q, int(k.book)) || b.offers >= offerCrowd {
		return nil
	}
	f := a.fly(fmt.Sprintf("%d/%d/%d/%d", k.question, k.book, s.height, n), k, o,
		s.height+min(offerWindow, s.cfg.Window))
	if a.budget.Reserve(f.id, o.Amount) != nil {
		return nil
	}
	b.offers++
	f.offer, f.air, a.flights[f] = true, true, true
	a.tally.Orders++
	a.tally.Offers++
	s.takeOff(q, int(k.book), a, f)
	s.count(a, offers)
	s.record.decision(s.height, a, k.question, k.book, decision{
		Belief: float64(m.belief), Price: float64(m.price), Reason: offers,
		Words:  "the price is being pushed here: it offers to take the other side",
		Action: actionWords[d.Action], Amount: sizing.Coins(o.Amount), Limit: d.Limit,
	})
	return f
}

// awaits is the agent's flight of an order that has been placed now: the one
// that would lapse first. Equal orders stand for each other.
func (a *agent) awaits(m *notes, o client.Order) *flight {
	if f := m.flight; f != nil && f.placed == 0 && f.order == o {
		return f
	}
	var found []*flight
	for f := range a.flights {
		if f.offer && f.placed == 0 && f.order == o {
			found = append(found, f)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return slices.MinFunc(found, func(x, y *flight) int {
		return cmp.Or(cmp.Compare(x.until, y.until), cmp.Compare(x.id, y.id))
	})
}
