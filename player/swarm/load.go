package swarm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/memory"
	"agon/player/sizing"
)

// loaded is a question read from the chain, with its evidence.
type loaded struct {
	view client.Question
	seen uint64
	doc  []byte
	said []map[string]memory.Forecast // by book, what is remembered of it
	why  error                        // the evidence is not to be had
	err  error                        // the question is not to be had
	id   uint64
}

// maxLoading bounds how many questions are read at a time.
const maxLoading = 8

// rereadPause is how long a node that cannot be read is left alone.
const rereadPause = time.Second

// pause waits, and reports false if ctx ends first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// load reads a question and its evidence beside the loop, again and again
// while the node cannot be reached. The swarm is locked.
func (s *Swarm) load(ctx context.Context, id, seen uint64) {
	if s.questions[id] != nil {
		return
	}
	s.thinking++
	s.bg.Go(func() {
		select {
		case s.loading <- struct{}{}:
		case <-ctx.Done():
			return
		}
		l := loaded{id: id, seen: seen}
		for {
			l.view, l.err = s.cfg.Chain.Question(ctx, id)
			var refused *client.Refused
			if l.err == nil || errors.As(l.err, &refused) || !pause(ctx, rereadPause) {
				break
			}
		}
		if l.err == nil && s.cfg.refusal(l.view) == "" {
			if e := l.view.Evidence; e.URI != "" || len(e.Inline) > 0 {
				l.doc, l.why = s.cfg.Evidence.Fetch(ctx, e)
			}
			l.said = s.remembered(l.view)
		}
		<-s.loading
		select {
		case s.loaded <- l:
		case <-ctx.Done():
		}
	})
}

// remembered is what models said of a question in an earlier life.
func (s *Swarm) remembered(v client.Question) []map[string]memory.Forecast {
	if s.cfg.Memory == nil {
		return nil
	}
	said := make([]map[string]memory.Forecast, len(v.Books))
	for i := range said {
		var err error
		if said[i], err = s.cfg.Memory.Forecasts(s.nameOf(v.ID, i, v.Opener, v.Text)); err != nil {
			s.cfg.Log.Warn("reading the memory", "question", v.ID, "error", err)
		}
	}
	return said
}

// onLoaded takes a question in and asks every model about it.
func (s *Swarm) onLoaded(ctx context.Context, l loaded) {
	s.thinking--
	if l.err != nil {
		s.cfg.Log.Warn("reading a question", "question", l.id, "error", l.err)
		return
	}
	if s.questions[l.id] != nil || l.view.Phase != market.Open {
		return
	}
	q := newQuestion(l.view, l.seen)
	q.doc, q.refuse = l.doc, s.cfg.refusal(l.view)
	if l.why != nil {
		q.refuse = fmt.Sprintf("its evidence is not to be had: %v", l.why)
	}
	s.questions[l.id] = q
	s.recollect(q)
	s.stale = true
	s.tighten(l.id, len(q.books))
	if q.refuse != "" {
		for _, a := range s.agents {
			s.decline(a, q, 0, "refused", q.refuse)
		}
		return
	}
	views := make([]player.Question, len(q.books))
	most := make([]float64, len(q.books))
	for i := range views {
		views[i] = q.view(i)
		most[i] = sizing.Ceiling(sizing.Coins(q.B), q.books[i].price)
	}
	for _, o := range s.oracles {
		t := task{question: l.id, views: views, most: most, said: recall(l.said, o.id)}
		s.thinking++
		o.enqueue(t, s.bg.Go, func(t task) { s.answer(ctx, o, t) })
	}
	// Arbitrageurs need no forecasts.
	s.wait(q, s.height)
	s.soon = true
}

// recall is what an oracle is remembered to have said of every book, or nil.
func recall(said []map[string]memory.Forecast, id string) []opinion {
	list := make([]opinion, len(said))
	for i, by := range said {
		f, ok := by[id]
		if !ok {
			return nil
		}
		list[i].Forecast = player.Forecast{
			P: f.P, Confidence: f.Confidence, Reason: player.Clip(f.Reason),
		}
		if f.Pass {
			list[i].err = player.Pass(id, list[i].Reason)
		}
	}
	return list
}

// answer has an oracle think about a question, unless it has before.
func (s *Swarm) answer(ctx context.Context, o *oracle, t task) {
	began := time.Now()
	a := answers{question: t.question, oracle: o, books: t.said, recalled: len(t.said) > 0}
	if !a.recalled {
		a.books = s.think(ctx, o, t)
		s.stats.thought.Observe(time.Since(began).Seconds())
	}
	select {
	case s.thoughts <- a:
	case <-ctx.Done():
	}
}

// onAnswers takes in what a model thinks of a question.
func (s *Swarm) onAnswers(t answers) {
	s.thinking--
	q := s.questions[t.question]
	if q == nil {
		return
	}
	q.forecast[t.oracle] = t.books
	for i, o := range t.books {
		s.record.forecast(s.height, q, uint8(i), t.oracle, o)
		s.remember(q, i, t, o)
		if o.err == nil {
			continue
		}
		reason := "failed"
		switch {
		case errors.Is(o.err, player.ErrPass):
			reason = "passes"
		case errors.Is(o.err, errDear):
			reason = sizing.NotWorth.String()
		case errors.Is(o.err, errBroke):
			reason = sizing.NoMoney.String()
		case errors.Is(o.err, errPanicked), errors.Is(o.err, errHung),
			errors.Is(o.err, errNonsense):
			s.stats.faults.WithLabelValues(t.oracle.Name()).Inc()
		}
		words := player.Clip(o.err.Error())
		for _, a := range s.users[t.oracle] {
			s.decline(a, q, i, reason, words)
		}
	}
	s.wait(q, s.height)
	s.soon = true
}
