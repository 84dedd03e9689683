package swarm

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"agon/client"
	"agon/game/market"
	"agon/player/sizing"
)

// decision is one look of one player at one book, for the record.
type decision struct {
	Belief, Price float64
	Reason, Words string
	Action        string  `json:",omitempty"`
	Amount        float64 `json:",omitempty"`
	Limit         float64 `json:",omitempty"`
	Expected      float64 `json:",omitempty"`
}

// candidate is a book an agent is about to look at.
type candidate struct {
	q    *question
	book int
	m    *memory
	bet  sizing.Bet
}

// act lets every player look at what changed, and sends their orders.
func (s *Swarm) act(ctx context.Context) {
	if !s.live || !s.ready || s.stopping || s.height < s.notBefore {
		return
	}
	open := s.openQuestions()
	if len(open) == 0 {
		return
	}
	var turns []turn
	for _, a := range s.agents {
		if looks := s.looks(a, open); len(looks) > 0 {
			turns = append(turns, turn{agent: a, looks: looks})
		}
	}
	inParallel(len(turns), func(i int) {
		t := &turns[i]
		t.plan = t.agent.plan(t.looks, s.height, len(s.agents), s.cfg.Budget)
	})
	var batch []*launched
	for _, t := range turns {
		batch = append(batch, s.carryOut(t)...)
	}
	if len(batch) == 0 {
		return
	}
	s.sending++
	s.stats.orders.Add(float64(len(batch)))
	s.bg.Go(func() {
		err := s.send(ctx, batch)
		select {
		case s.sent <- err:
		case <-ctx.Done():
		}
	})
}

// openQuestions lists, in order of id, the questions worth a look.
func (s *Swarm) openQuestions() []*question {
	var open []*question
	for id, until := range s.waiting {
		q := s.questions[id]
		if q == nil || q.Phase != market.Open || q.refuse != "" || s.height > until {
			delete(s.waiting, id)
			continue
		}
		open = append(open, q)
	}
	slices.SortFunc(open, func(a, b *question) int { return int(int64(a.ID) - int64(b.ID)) })
	return open
}

// launched is an order whose money is reserved, to be signed.
type launched struct {
	agent  *agent
	flight *flight
}

// turn is one player's looks, which share its budget, and what it makes of them.
type turn struct {
	agent *agent
	looks []candidate
	plan  []sizing.Decision
}

// looks lists the books where something changed since the agent last looked.
func (s *Swarm) looks(a *agent, open []*question) []candidate {
	var looks []candidate
	for _, q := range open {
		for i, o := range q.forecast[a.oracle] {
			m := a.at(bookKey{q.ID, uint8(i)}, s.cfg.Seed)
			if o.err != nil || m.flight != nil || !a.due(q, m, s.height) {
				continue
			}
			looks = append(looks, candidate{q, i, m, a.bet(q, i, m, o)})
		}
	}
	return looks
}

// carryOut notes an agent's decisions and reserves the money of its orders.
func (s *Swarm) carryOut(t turn) []*launched {
	var out []*launched
	for i, d := range t.plan {
		c := t.looks[i]
		c.m.looked, c.m.again = s.height, false
		c.m.last = d.Words
		s.note(t.agent, c, d)
		if !d.Reason.Trades() {
			continue
		}
		if f := s.launch(t.agent, c, d); f != nil {
			out = append(out, &launched{t.agent, f})
		}
	}
	return out
}

// inParallel runs f for 0 to n−1 on every core and waits.
func inParallel(n int, f func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				f(int(i))
			}
		})
	}
	wg.Wait()
}

// due reports whether something changed that the agent, at its pace, has not
// looked at.
func (a *agent) due(q *question, m *memory, now uint64) bool {
	if m.looked == 0 {
		return now >= q.seen+a.temper.Delay
	}
	if m.again {
		return true
	}
	return m.looked < q.changed && now >= q.changed+a.temper.Delay
}

// plan sizes all looks under one purse. The share of the batch that the agent
// expects differs by book, so each bet's curve is thinned before.
func (a *agent) plan(
	looks []candidate, now uint64, players int, budget market.Amount,
) []sizing.Decision {
	bets := make([]sizing.Bet, len(looks))
	for i, c := range looks {
		crowd := players / 2
		bets[i] = c.bet
		bets[i].B *= a.share(c.q.books[c.book], now, c.q.seen, crowd)
	}
	free := sizing.Coins(a.budget.Purse().Free)
	return sizing.Plan(a.temper.style(1), bets, free, sizing.Coins(budget))
}

// note counts and records a decision.
func (s *Swarm) note(a *agent, c candidate, d sizing.Decision) {
	reason := d.Reason.String()
	a.tally.Looks[reason]++
	s.stats.decisions.WithLabelValues(reason).Inc()
	rec := decision{
		Belief: c.bet.Belief, Price: c.bet.Price, Reason: reason, Words: d.Words,
	}
	if d.Reason.Trades() {
		rec.Action, rec.Amount = actionWords[d.Action], d.Amount
		rec.Limit, rec.Expected = d.Limit, d.Expected
	}
	s.record.decision(s.height, a, c.q.ID, uint8(c.book), rec)
}

var actionWords = map[market.Action]string{
	market.BuyYes: "buy YES", market.BuyNo: "buy NO",
	market.SellYes: "sell YES", market.SellNo: "sell NO",
}

// launch reserves the money of a decision; it gives nil if there is none after
// all, by a unit of rounding.
func (s *Swarm) launch(a *agent, c candidate, d sizing.Decision) *flight {
	k := bookKey{c.q.ID, uint8(c.book)}
	o := a.order(k, d, c.m)
	if o.Amount.LtUint64(market.MinOrder) {
		s.decline(a, c.q, c.book, sizing.TooSmall.String(), "what is left is below the least order")
		return nil
	}
	f, err := a.launch(k, c.m, o, s.height, s.cfg.Window)
	if err != nil {
		s.decline(a, c.q, c.book, sizing.NoMoney.String(), err.Error())
		return nil
	}
	return f
}

// send signs orders, on every core, and relays them. It runs beside the loop
// and reads only what does not change.
func (s *Swarm) send(ctx context.Context, batch []*launched) error {
	signed := make([]client.SignedOrder, len(batch))
	errs := make([]error, len(batch))
	inParallel(len(batch), func(i int) {
		f := batch[i].flight
		permit := client.Permit{Nonce: f.nonce, ToBlock: f.until}
		signed[i], errs[i] = s.cfg.Chain.Sign(batch[i].agent.key, f.order, permit)
	})
	if err := errors.Join(errs...); err != nil {
		return err // never signed: they lapse
	}
	return s.cfg.Chain.Relay(ctx, signed)
}
