package swarm

import (
	"context"
	"time"

	"agon/client"
	"agon/game/market"
	"agon/player/sizing"
)

// onEvent takes in one event of the chain.
func (s *Swarm) onEvent(ctx context.Context, e client.Event) {
	_, head := e.Body.(client.Head)
	s.midst = !head
	switch b := e.Body.(type) {
	case client.Head:
		s.onHead(ctx, e.Block)
	case client.Asked:
		s.follow(b)
		if s.live {
			s.load(ctx, b.Question, e.Block)
		}
	case client.Moved:
		s.moved(b, e.Block)
		s.onMoved(b, e.Block)
	case client.Ordered:
		s.overhear(b, e.Block)
		if a := s.byAddr[b.Trader]; a != nil {
			s.veteran = s.veteran || !s.live
			m := a.at(bookKey{b.Order.Question, b.Order.Book})
			a.placed(m, b)
			s.heard(a.live[b.ID])
		}
	case client.RefusedOrder:
		s.onRefused(b)
	case client.Filled:
		s.onFilled(b)
	case client.Cancelled:
		if a := s.byAddr[b.Trader]; a != nil {
			if f := a.live[b.ID]; f != nil {
				a.land(f)
			}
		}
	case client.Closed:
		s.setPhase(b.Question, market.Closed)
	case client.Halted:
		s.setPhase(b.Question, market.Halted)
	case client.Reopened:
		if q := s.questions[b.Question]; q != nil {
			q.Phase, q.End, s.stale = market.Open, b.End, true
			s.wait(q, e.Block)
		} else if s.live {
			s.load(ctx, b.Question, e.Block)
		}
	case client.Settled:
		s.conclude(b, e.Block)
		s.learn(b, e.Block)
		s.onSettled(b)
	case client.Minted:
		s.onSets(b.Account, b.Question, b.N, true)
	case client.Burned:
		s.onSets(b.Account, b.Question, b.N, false)
	case client.Claimed:
		if a := s.byAddr[b.Account]; a != nil {
			a.claimed.Add(&a.claimed, &b.Amount)
			a.budget.Earn(b.Amount)
			delete(a.unclaimed, b.Question)
		}
	case client.Deposited:
		if a := s.byAddr[b.Account]; a != nil {
			s.veteran = s.veteran || !s.live
			a.deposited.Add(&a.deposited, &b.Amount)
		}
	}
}

// onHead ends a block: all that happened in it is known.
func (s *Swarm) onHead(ctx context.Context, block uint64) {
	s.height = block
	s.trace()
	for _, l := range s.lapsing[block] {
		// Past its window, and not seen: it will never be placed.
		if l.flight.placed == 0 && l.agent.flights[l.flight] {
			s.lapse(l.agent, l.flight)
		}
	}
	delete(s.lapsing, block)
	if !s.live && block >= s.start {
		s.begin(ctx)
	}
	s.stats.height.Set(float64(block))
	if s.cfg.Memory != nil && s.marked == nil && !time.Now().Before(s.nextMark) {
		s.takeMark()
	}
	// While later blocks wait to be read, prices are stale: catch up first.
	if len(s.events) == 0 {
		s.act(ctx)
		s.claim(ctx)
	}
}

// lapse ends an order that was never placed. Nothing on the chain says so: the
// player has to look again of itself.
func (s *Swarm) lapse(a *agent, f *flight) {
	s.heard(f)
	a.land(f)
	s.stats.lapsed.Inc()
	if f.offer {
		return // the next block brings the next offer
	}
	a.at(f.key).retry = s.height
	if q := s.questions[f.key.question]; q != nil {
		s.wait(q, q.changed)
	}
}

func (s *Swarm) setPhase(id uint64, p market.Phase) {
	if q := s.questions[id]; q != nil {
		q.Phase, s.stale = p, true
	}
}

// onMoved notes a new price.
func (s *Swarm) onMoved(m client.Moved, block uint64) {
	q := s.questions[m.Question]
	if q == nil || int(m.Book) >= len(q.books) {
		return
	}
	b := &q.books[m.Book]
	b.price, b.orders, b.moved = client.Float(m.To), m.Orders, block
	s.wait(q, block)
}

// onRefused hears that an order was not placed. Unless it can never be, it
// stays reserved for: somebody could still place it within its window.
func (s *Swarm) onRefused(r client.RefusedOrder) {
	a := s.byAddr[r.Trader]
	if a == nil {
		return
	}
	for f := range a.flights {
		if f.nonce != r.Nonce || f.placed != 0 {
			continue
		}
		s.heard(f)
		a.tally.Refused++
		s.stats.refused.WithLabelValues(r.Reason.String()).Inc()
		s.record.refused(s.height, a, f, r.Reason)
		a.at(f.key).words = "the market refused its order: " + r.Reason.String()
		switch r.Reason {
		case market.NonceUsed, market.WindowPassed, market.BadSignature:
			a.land(f)
		}
		return
	}
}

// onFilled books a fill. One that does not fit what is known means that the
// money is no longer known either: the swarm stops.
func (s *Swarm) onFilled(f client.Filled) {
	a := s.byAddr[f.Trader]
	if a == nil {
		return
	}
	if err := a.filled(a.at(bookKey{f.Question, f.Book}), f); err != nil {
		s.failed = err
		return
	}
	s.resound(a, f)
	s.stats.fills.Inc()
	s.record.filled(s.height, a, f)
}

// worthClaiming is the least sum for which a claim is made: about what its gas
// costs.
var worthClaiming = *new(market.Amount).SetUint64(1e13)

// onSettled works out who is owed what.
func (s *Swarm) onSettled(e client.Settled) {
	if q := s.questions[e.Question]; q != nil {
		q.Phase, q.Outcome, s.stale = market.Settled, e.Outcome, true
		for i := range min(len(q.Books), len(e.Payoffs)) {
			q.Books[i].Payoff = e.Payoffs[i]
			q.books[i].price = client.Float(e.Payoffs[i])
		}
	}
	s.tighten(e.Question, len(e.Payoffs))
	for _, a := range s.agents {
		var owed market.Amount
		for i, p := range e.Payoffs {
			a.guard.Forget(bookKey{e.Question, uint8(i)})
			m := a.notes[bookKey{e.Question, uint8(i)}]
			if m == nil {
				continue
			}
			var here market.Amount
			here.Add(pays(m.yes, p), pays(m.no, market.One-p))
			owed.Add(&owed, &here)
			s.record.settled(s.height, a, e, i, sizing.Coins(here))
		}
		if !owed.Lt(&worthClaiming) {
			a.unclaimed[e.Question] = 0
		}
	}
	if q := s.questions[e.Question]; q != nil {
		s.record.judged(s.height, q, e)
		q.forecast, q.doc = nil, nil // nobody asks any more
	}
	s.settled = append(s.settled, closed{e.Question, e.Payoffs})
	s.tidy()
}

// maxSettled is of how many settled questions players keep their notes; of
// older ones only the sums.
const maxSettled = 256

// tidy lets go of what was noted about questions settled long ago, unless
// somebody is still owed something.
func (s *Swarm) tidy() {
	for len(s.settled) > maxSettled {
		q := s.settled[0]
		s.settled = s.settled[1:]
		for _, a := range s.agents {
			if tries, owed := a.unclaimed[q.id]; owed && tries < maxTries {
				s.settled = append(s.settled, q) // later
				return
			}
		}
		for _, a := range s.agents {
			a.fold(q)
		}
		delete(s.questions, q.id)
	}
}

// closed is a settled question and what a YES of each book paid.
type closed struct {
	id      uint64
	payoffs []market.Price
}

// fold sums up an agent's notes on a settled question and drops them.
func (a *agent) fold(q closed) {
	earned := 0.0
	for i, payoff := range q.payoffs {
		k := bookKey{q.id, uint8(i)}
		m := a.notes[k]
		if m == nil || m.flight != nil {
			continue
		}
		paid, got := sizing.Coins(m.paid), sizing.Coins(m.got)
		a.past.paid += paid
		a.past.got += got
		y := client.Float(payoff)
		earned += y*sizing.Coins(m.yes) + (1-y)*sizing.Coins(m.no) + got - paid
		delete(a.notes, k)
	}
	if earned > a.past.gained {
		a.past.gained, a.past.best = earned, q.id
	}
	if earned < a.past.lost {
		a.past.lost, a.past.worst = earned, q.id
	}
}

// pays is what n shares that pay p each are worth, rounded down.
func pays(n market.Amount, p market.Price) *market.Amount {
	one := new(market.Amount).SetUint64(uint64(market.One))
	worth := new(market.Amount).Mul(&n, new(market.Amount).SetUint64(uint64(p)))
	return worth.Div(worth, one)
}
