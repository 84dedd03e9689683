package swarm

import (
	"context"
	"errors"
	"fmt"
	"math/big"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/memory"
)

// trail is what the events tell of a question, loaded or not, that players are
// to learn from once it has settled.
type trail struct {
	opener   [20]byte
	text     string
	template market.Template
	books    map[uint8]*prices
}

// at is the trail of one book.
func (t *trail) at(book uint8) *prices {
	p := t.books[book]
	if p == nil {
		p = &prices{}
		t.books[book] = p
	}
	return p
}

// prices sums up the prices of one book so far.
type prices struct {
	base    float64 // at which it opened
	batches uint64
	first   uint64 // block of the first batch; 0: none
	words   []word // first orders of accounts, for readers
	// sample is one of the prices at which later batches began, each as likely
	// as any other: what a player that came at some time would have seen.
	sample float64
	// echoes is what each model's players had put into it, in log odds.
	echoes map[*oracle]float64
}

// follow begins the trail of a question.
func (s *Swarm) follow(a client.Asked) {
	s.tracks[a.Question] = &trail{
		opener: a.Opener, text: a.Text, template: a.Template, books: map[uint8]*prices{},
	}
}

// moved adds a batch to a book's trail: reservoir sampling with one place, its
// dice thrown by the seed.
func (s *Swarm) moved(m client.Moved, block uint64) {
	t := s.tracks[m.Question]
	if t == nil {
		return
	}
	p := t.at(m.Book)
	if p.batches == 0 {
		p.base, p.batches, p.first = client.Float(m.From), 1, block
		return
	}
	dice := random(s.cfg.Seed, fmt.Sprintf("sample/%d/%d", m.Question, m.Book), int(p.batches))
	if dice.Uint64N(p.batches) == 0 {
		p.sample, p.echoes = client.Float(m.From), s.echoes(m)
	}
	p.batches++
}

// echoes is what each model has put into the price at which a batch began.
func (s *Swarm) echoes(m client.Moved) map[*oracle]float64 {
	q := s.questions[m.Question]
	if q == nil || int(m.Book) >= len(q.books) {
		return nil
	}
	out := map[*oracle]float64{}
	for o, e := range q.books[m.Book].echoes {
		if n := len(e.trace); n > 0 {
			out[o] = float64(e.trace[n-1])
		}
	}
	return out
}

// nameOf is the name of a book in the memory.
func (s *Swarm) nameOf(id uint64, book int, opener [20]byte, text string) memory.Name {
	return memory.NameOf(s.chainName, id, uint8(book), opener, text)
}

// chainName tells chains apart as far as the connection can.
func chainName(c Chain) string {
	if named, ok := c.(interface{ ChainID() *big.Int }); ok {
		return named.ChainID().String()
	}
	return ""
}

// remember notes a forecast for the memory; see flush. What a fault or a lost
// connection kept a model from saying is not kept: it is asked again.
func (s *Swarm) remember(q *question, book int, t answers, o opinion) {
	pass := errors.Is(o.err, player.ErrPass)
	if s.cfg.Memory == nil || t.recalled || o.err != nil && !pass {
		return
	}
	f := memory.Forecast{P: o.P, Confidence: o.Confidence, Reason: o.Reason, Pass: pass}
	if pass {
		f = memory.Forecast{Reason: o.err.Error(), Pass: true}
	}
	s.keep = append(s.keep, memory.Answer{
		Book: s.nameOf(q.ID, book, q.Opener, q.Text), Model: t.oracle.id, Forecast: f,
	})
}

// flush writes forecasts and lessons to the memory, in order, and a checkpoint
// after them, beside the loop. What is lost in a crash before it is written is
// asked, and learnt, again.
func (s *Swarm) flush(ctx context.Context) {
	idle := len(s.keep)+len(s.lessons) == 0 && s.marked == nil
	if s.cfg.Memory == nil || s.flushing || idle {
		return
	}
	keep, lessons, m, past, fresh := s.keep, s.lessons, s.marked, s.past, s.fresh
	s.keep, s.lessons, s.marked, s.past, s.flushing = nil, nil, nil, nil, true
	s.bg.Go(func() {
		err := s.cfg.Memory.Keep(keep)
		for _, l := range lessons {
			_, learnt := s.cfg.Memory.Learn(l.book, l.entries)
			err = errors.Join(err, learnt)
		}
		if m != nil && err == nil {
			err = s.commit(ctx, m, past, fresh)
		}
		if err != nil && ctx.Err() == nil {
			s.stats.memoryErrors.Inc()
			s.cfg.Log.Warn("writing the memory", "error", err)
		}
		s.step(func() {
			s.flushing = false
			if m != nil && err == nil {
				s.fresh = false
			} else {
				s.past = append(past, s.past...) // for the next checkpoint
			}
		})
	})
}

// lesson is what one settled book teaches, on its way to the memory.
type lesson struct {
	book    memory.Name
	entries []memory.Entry
}

// key is under which an agent's records are kept: whose money, which model. A
// player that gets another model begins anew.
func (a *agent) memoryKey() string { return a.addr.Hex() + "/" + a.model }

// reminisce rebuilds the players' minds from the memory, before they play.
func (s *Swarm) reminisce() error {
	if s.cfg.Memory == nil {
		return nil
	}
	faults := make([]error, len(s.agents))
	inParallel(len(s.agents), func(i int) {
		a := s.agents[i]
		if a.mind == nil {
			return
		}
		list, broken, err := s.cfg.Memory.Records(a.memoryKey())
		if err != nil {
			faults[i] = err
			return
		}
		for _, r := range list {
			a.mind.Learn(r)
		}
		if broken > 0 {
			s.cfg.Log.Warn("records that cannot be read", "player", a.name, "records", broken)
		}
	})
	return errors.Join(faults...)
}

// learn teaches every player what a settled question says about its forecast.
// An INVALID question teaches nothing: what it pays is a price.
func (s *Swarm) learn(e client.Settled, block uint64) {
	t := s.tracks[e.Question]
	delete(s.tracks, e.Question)
	if t == nil {
		return
	}
	for i, payoff := range e.Payoffs {
		name := s.nameOf(e.Question, i, t.opener, t.text)
		known := false
		if s.cfg.Memory != nil {
			known, _ = s.cfg.Memory.Settled(name)
		}
		if known {
			continue
		}
		var list []memory.Entry
		p := t.books[uint8(i)]
		if p != nil && p.batches > 0 && e.Outcome.Verdict != market.Invalid {
			list = s.teach(e.Question, i, p.echoes, memory.Record{
				Name: name, Template: t.template, Block: block, Base: p.base, Price: p.sample,
				Y: client.Float(payoff),
			})
		}
		if s.cfg.Memory != nil {
			s.lessons = append(s.lessons, lesson{name, list})
		}
	}
}

// teach completes a record for every player that had a forecast, has them
// learn it, and lists what each is to remember.
func (s *Swarm) teach(
	id uint64, book int, echoes map[*oracle]float64, r memory.Record,
) []memory.Entry {
	said := s.opinions(id, book, r.Name)
	var list []memory.Entry
	k, price := bookKey{id, uint8(book)}, r.Price
	for _, a := range s.agents {
		if a.mind == nil {
			continue
		}
		o, ok := said[a.oracle]
		if !ok || o.err != nil {
			continue
		}
		f := a.own(o.Forecast, r.Base, k)
		r.P, r.Confidence = f.P, f.Confidence
		if price > 0 {
			r.Price = without(price, echoes[a.oracle])
		}
		a.mind.Learn(r)
		s.stats.learnt.Inc()
		list = append(list, memory.Entry{Player: a.memoryKey(), Record: r})
	}
	return list
}

// opinions is what the models said of a book: in this life, or in one before.
func (s *Swarm) opinions(id uint64, book int, name memory.Name) map[*oracle]opinion {
	said := map[*oracle]opinion{}
	if q := s.questions[id]; q != nil {
		for o, books := range q.forecast {
			said[o] = books[book]
		}
		return said
	}
	if s.cfg.Memory == nil {
		return said
	}
	kept, err := s.cfg.Memory.Forecasts(name)
	if err != nil {
		s.cfg.Log.Warn("reading the memory", "question", id, "error", err)
	}
	for _, o := range s.oracles {
		if f, ok := kept[o.id]; ok && !f.Pass {
			said[o] = opinion{Forecast: player.Forecast{P: f.P, Confidence: f.Confidence}}
		}
	}
	return said
}
