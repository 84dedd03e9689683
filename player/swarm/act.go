package swarm

import (
	"cmp"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

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
	m    *notes
	bet  sizing.Bet
}

// Bounds of one act, so that a swarm of any size leaves a core to the node.
const (
	// maxLooks is how many books are looked at; the rest wait for the next act,
	// each player in its turn.
	maxLooks = 60_000
	// backoff is for how many blocks an order that found no room waits, unless
	// the price moves first.
	backoff = 6
)

// act lets players look at what changed, and sends the orders that expect most.
func (s *Swarm) act(ctx context.Context) {
	if !s.live || !s.ready || s.stopping || s.height < s.notBefore {
		return
	}
	began := time.Now()
	open := s.openQuestions()
	if len(open) == 0 {
		return
	}
	s.listen(open)
	weigh(open)
	batch := s.arbitrate(ctx, open)
	turns := s.turns(open)
	var wanted []order
	for t := range turns {
		wanted = append(wanted, s.take(&turns[t])...)
	}
	batch = append(batch, s.choose(wanted)...)
	batch = append(batch, s.vigil(turns)...)
	s.acting = time.Since(began)
	s.stats.act.Observe(s.acting.Seconds())
	s.dispatch(ctx, batch)
}

// dispatch has a batch of orders signed and sent beside the loop.
func (s *Swarm) dispatch(ctx context.Context, batch []*launched) {
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

// openQuestions lists, in order of id, the questions worth a look. One stays
// until there was an act after its time, however many blocks came at once.
func (s *Swarm) openQuestions() []*question {
	var open []*question
	for id, until := range s.waiting {
		q := s.questions[id]
		if q == nil || q.Phase != market.Open || q.refuse != "" || s.acted > until {
			delete(s.waiting, id)
			continue
		}
		open = append(open, q)
	}
	s.acted = s.height
	slices.SortFunc(open, func(a, b *question) int { return cmp.Compare(a.ID, b.ID) })
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

// turns has players look, on every core, from the one whose turn it is, until
// maxLooks have been taken. Looking changes nothing but the player's own notes.
func (s *Swarm) turns(open []*question) []turn {
	all := make([]turn, len(s.agents))
	var looks atomic.Int64
	crowd := min(len(s.agents), s.cfg.Crowd) / 2
	inParallel(len(all), func(i int) {
		t := &all[i]
		t.agent = s.agents[(s.turn+i)%len(s.agents)]
		if t.agent.oracle == nil || looks.Load() >= maxLooks {
			return
		}
		t.looks = s.looks(t.agent, open)
		looks.Add(int64(len(t.looks)))
		t.plan = t.agent.plan(t.looks, s.height, crowd)
	})
	if looks.Load() < maxLooks {
		return all
	}
	// Who was not reached comes first next time, and questions wait for them.
	last := len(all)
	for last > 0 && all[last-1].plan == nil {
		last--
	}
	s.turn = (s.turn + last) % len(s.agents)
	for _, q := range open {
		s.waiting[q.ID] = max(s.waiting[q.ID], s.height+MaxDelay+2)
	}
	s.soon = true
	return all
}

// looks lists the books where something changed since the agent last looked.
func (s *Swarm) looks(a *agent, open []*question) []candidate {
	var looks []candidate
	for _, q := range open {
		for i, o := range q.forecast[a.oracle] {
			if o.err != nil {
				continue
			}
			m := a.at(bookKey{q.ID, uint8(i)})
			if m.flight != nil || !a.due(q, i, m, s.height) {
				continue
			}
			looks = append(looks, candidate{q, i, m, a.bet(q, i, m, o)})
		}
	}
	return looks
}

// order is a decision to trade that waits for room.
type order struct {
	agent *agent
	candidate
	sizing.Decision
}

// take notes a turn's decisions and lists those that want to trade.
func (s *Swarm) take(t *turn) []order {
	var wanted []order
	for i, d := range t.plan {
		c := t.looks[i]
		s.looked(t.agent, c.m)
		c.m.retry, c.m.words, c.m.reason = 0, "", d.Reason
		c.m.belief, c.m.price = float32(c.bet.Belief), float32(c.bet.Price)
		c.m.gain = float32(d.Expected)
		if d.Reason.Trades() {
			wanted = append(wanted, order{t.agent, c, d})
			continue
		}
		s.note(t.agent, c, d)
	}
	return wanted
}

// looked counts a player's first decision on a book.
func (s *Swarm) looked(a *agent, m *notes) {
	if m.looked == 0 {
		s.stats.firsts.Inc()
	}
	m.looked = max(1, s.height)
}

// waits is the reason of an order that found no room.
const waits = "waits"

// choose reserves the money of the orders that expect most, for as many as
// there is room. The rest wait.
func (s *Swarm) choose(wanted []order) []*launched {
	slices.SortFunc(wanted, func(a, b order) int {
		return cmp.Or(cmp.Compare(b.Expected, a.Expected), cmp.Compare(a.agent.id, b.agent.id),
			cmp.Compare(a.q.ID, b.q.ID), cmp.Compare(a.book, b.book))
	})
	var out []*launched
	for _, w := range wanted {
		if !s.room(w.q, w.book) {
			w.m.retry = s.height + backoff + uint64(w.agent.id)%backoff
			s.wait(w.q, w.q.changed)
			s.waiting[w.q.ID] = max(s.waiting[w.q.ID], w.m.retry+1)
			words := "others expect more of the room that is left in this block"
			s.record.decision(s.height, w.agent, w.q.ID, uint8(w.book), decision{
				Belief: w.bet.Belief, Price: w.bet.Price, Reason: waits, Words: words,
			})
			w.m.words = words
			s.count(w.agent, waits)
			continue
		}
		s.note(w.agent, w.candidate, w.Decision)
		if f := s.launch(w.agent, w.candidate, w.Decision); f != nil {
			out = append(out, &launched{w.agent, f})
		}
	}
	return out
}

// room reports whether one more order may be signed for a book now.
func (s *Swarm) room(q *question, book int) bool {
	b := &q.books[book]
	if b.signed != s.height {
		b.signed, b.crowd, b.offers = s.height, 0, 0
	}
	return s.airborne < s.cfg.Flow && b.crowd < s.cfg.Crowd
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
// looked at, and that is worth looking at: by how much the price has moved,
// whoever is right about it cannot gain more than b·KL.
func (a *agent) due(q *question, book int, m *notes, now uint64) bool {
	if m.looked == 0 {
		return now >= q.seen+a.temper.Delay
	}
	if m.retry != 0 && now >= m.retry {
		return true
	}
	if a.guard.Alarmed(bookKey{q.ID, uint8(book)}) && m.looked < now {
		return true
	}
	if m.looked >= q.changed || now < q.changed+a.temper.Delay {
		return false
	}
	p := q.books[book].price
	if m.price <= 0 || m.price >= 1 {
		return p != float64(m.price)
	}
	return sizing.Coins(q.B)*sizing.KL(p, float64(m.price)) >= a.temper.Look*worthAgain
}

// worthAgain is how much of the cost of looking a price must have moved by.
const worthAgain = 0.1

// plan sizes all looks under one purse. The share of the batch that the agent
// expects differs by book, so each bet's curve is thinned before.
func (a *agent) plan(looks []candidate, now uint64, crowd int) []sizing.Decision {
	bets := make([]sizing.Bet, len(looks))
	for i, c := range looks {
		bets[i] = c.bet
		bets[i].B *= a.share(c.q.books[c.book], now, c.q.seen, crowd)
	}
	free := sizing.Coins(a.budget.Purse().Free)
	return sizing.Plan(a.temper.style(1), bets, free, sizing.Coins(a.limit))
}

// count counts a decision by its reason.
func (s *Swarm) count(a *agent, reason string) {
	a.tally.Looks[reason]++
	s.stats.decisions.WithLabelValues(reason).Inc()
}

// note counts and records a decision.
func (s *Swarm) note(a *agent, c candidate, d sizing.Decision) {
	s.count(a, d.Reason.String())
	if s.record.w == nil {
		return
	}
	rec := decision{
		Belief: c.bet.Belief, Price: c.bet.Price, Reason: d.Reason.String(),
		Words: d.Explain(c.bet.Belief, c.bet.Price),
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
	s.takeOff(c.q, c.book, a, f)
	return f
}

// takeOff counts an order as signed, until it is heard of or its window ends.
func (s *Swarm) takeOff(q *question, book int, a *agent, f *flight) {
	s.airborne++
	q.books[book].crowd++
	s.lapsing[f.until+1] = append(s.lapsing[f.until+1], &launched{a, f})
}

// heard ends an order's time among those signed and not heard of.
func (s *Swarm) heard(f *flight) {
	if f != nil && f.air {
		f.air = false
		s.airborne--
	}
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
