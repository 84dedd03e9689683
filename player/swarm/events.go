package swarm

import (
	"context"

	"agon/client"
	"agon/game/market"
	"agon/player/sizing"
)

// onEvent takes in one event of the chain.
func (s *Swarm) onEvent(ctx context.Context, e client.Event) {
	switch b := e.Body.(type) {
	case client.Head:
		s.onHead(ctx, e.Block)
	case client.Asked:
		if s.live {
			s.load(ctx, b.Question, e.Block)
		}
	case client.Moved:
		s.onMoved(b, e.Block)
	case client.Ordered:
		if a := s.byAddr[b.Trader]; a != nil {
			s.veteran = s.veteran || !s.live
			a.placed(a.at(bookKey{b.Order.Question, b.Order.Book}, s.cfg.Seed), b)
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
			q.Phase, q.End = market.Open, b.End
			s.wait(q, e.Block)
		} else if s.live {
			s.load(ctx, b.Question, e.Block)
		}
	case client.Settled:
		s.onSettled(b)
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
	for _, a := range s.agents {
		for f := range a.flights {
			// Past its window, and not seen: it will never be placed.
			if f.placed == 0 && block > f.until {
				s.lapse(a, f)
			}
		}
	}
	if !s.live && block >= s.start {
		s.begin(ctx)
	}
	s.stats.height.Set(float64(block))
	// While later blocks wait to be read, prices are stale: catch up first.
	if len(s.events) == 0 {
		s.act(ctx)
		s.claim(ctx)
	}
}

// lapse ends an order that was never placed. Nothing on the chain says so: the
// player has to look again of itself.
func (s *Swarm) lapse(a *agent, f *flight) {
	a.land(f)
	s.stats.lapsed.Inc()
	a.at(f.key, s.cfg.Seed).again = true
	if q := s.questions[f.key.question]; q != nil {
		s.wait(q, q.changed)
	}
}

func (s *Swarm) setPhase(id uint64, p market.Phase) {
	if q := s.questions[id]; q != nil {
		q.Phase = p
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
		a.tally.Refused++
		s.stats.refused.WithLabelValues(r.Reason.String()).Inc()
		s.record.refused(s.height, a, f, r.Reason)
		a.at(f.key, s.cfg.Seed).last = "the market refused its order: " + r.Reason.String()
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
	if err := a.filled(a.at(bookKey{f.Question, f.Book}, s.cfg.Seed), f); err != nil {
		s.failed = err
		return
	}
	s.stats.fills.Inc()
	s.record.filled(s.height, a, f)
}

// worthClaiming is the least sum for which a claim is made: about what its gas
// costs.
var worthClaiming = *new(market.Amount).SetUint64(1e13)

// onSettled works out who is owed what.
func (s *Swarm) onSettled(e client.Settled) {
	if q := s.questions[e.Question]; q != nil {
		q.Phase, q.Outcome = market.Settled, e.Outcome
		for i := range min(len(q.Books), len(e.Payoffs)) {
			q.Books[i].Payoff = e.Payoffs[i]
			q.books[i].price = client.Float(e.Payoffs[i])
		}
	}
	for _, a := range s.agents {
		var owed market.Amount
		for i, p := range e.Payoffs {
			m := a.memory[bookKey{e.Question, uint8(i)}]
			if m == nil {
				continue
			}
			owed.Add(&owed, pays(m.yes, p))
			owed.Add(&owed, pays(m.no, market.One-p))
		}
		if !owed.Lt(&worthClaiming) {
			a.unclaimed[e.Question] = 0
		}
		s.record.settled(s.height, a, e, sizing.Coins(owed))
	}
}

// pays is what n shares that pay p each are worth, rounded down.
func pays(n market.Amount, p market.Price) *market.Amount {
	one := new(market.Amount).SetUint64(uint64(market.One))
	worth := new(market.Amount).Mul(&n, new(market.Amount).SetUint64(uint64(p)))
	return worth.Div(worth, one)
}
