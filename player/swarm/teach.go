package swarm

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"agon/client"
	"agon/game/market"
	"agon/player"
)

// Readers, and models that learn (player.Learner), are taught by the chain
// itself: all that has settled before the swarm began is given to them in the
// order in which it settled, before they are asked anything, and what settles
// later as it settles. So a restart restores them, each question is taught once
// in each life, and nothing is known before it was known to all. Only questions
// that the swarm would play teach: who asks and answers alone could otherwise
// teach them what it likes.

// maxHistory is of how many questions, the last that settled, a beginning
// swarm teaches.
const maxHistory = 20_000

// ended is a question that settled before the swarm had read which questions
// it would play.
type ended struct {
	settled client.Settled
	trail   *trail
	block   uint64 // in which it settled
}

// pupils reports whether anybody learns from the chain.
func (s *Swarm) pupils() bool { return len(s.ears)+len(s.learners) > 0 }

// conclude teaches a settled question, or keeps it until the past is taught.
func (s *Swarm) conclude(e client.Settled, block uint64) {
	t := s.tracks[e.Question]
	if t == nil || !s.pupils() {
		return
	}
	if s.cfg.Memory != nil {
		s.past = newest(append(s.past, ended{e, t, block}))
	}
	if !s.taught {
		s.history = newest(append(s.history, ended{e, t, block}))
		return
	}
	if q := s.questions[e.Question]; q != nil && q.refuse == "" {
		s.settleEars(e.Question, t, e)
		s.settleLearners(q, e)
	}
}

// newest keeps of a list that has grown too long the last maxHistory.
func newest(list []ended) []ended {
	if len(list) > maxHistory+maxHistory/8 {
		return slices.Clone(list[len(list)-maxHistory:])
	}
	return list
}

// catchUp teaches what settled before: views are all questions of the chain.
func (s *Swarm) catchUp(views map[uint64]client.Question) {
	for len(s.history) > 0 {
		h := s.history[0]
		s.history = s.history[1:]
		v, known := views[h.settled.Question]
		if !known || s.cfg.refusal(v) != "" {
			continue
		}
		s.settleEars(v.ID, h.trail, h.settled)
		q := newQuestion(v, 0)
		for i := range q.books { // claimed shares have left the curve: it tells no opening
			if p := h.trail.books[uint8(i)]; p != nil && p.batches > 0 {
				q.books[i].prior = p.base
			}
		}
		s.settleLearners(q, h.settled)
	}
	s.taught, s.history = true, nil
}

// settleLearners gives every learner a question as it stood when it opened.
func (s *Swarm) settleLearners(q *question, e client.Settled) {
	if e.Outcome.Verdict == market.Invalid || q.Kind == market.Scalar {
		return
	}
	for i := range q.books[:min(len(q.books), len(e.Payoffs))] {
		v := q.view(i)
		v.Price = v.Prior
		for _, o := range s.learners {
			if err := o.settle(v, e.Payoffs[i] == market.One); err != nil {
				s.stats.faults.WithLabelValues(o.Name()).Inc()
				s.cfg.Log.Warn("teaching", "model", o.Name(), "question", q.ID, "error", err)
			}
		}
	}
}

// settleTime is how long a learner may take to learn one question.
const settleTime = time.Second

// settle is Learner.Settle, kept within bounds. A learner that once did not
// come back is taught no more.
func (o *oracle) settle(q player.Question, yes bool) error {
	if o.lost {
		return nil
	}
	done := make(chan error, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				done <- fmt.Errorf("%w: %v", errPanicked, r)
			}
		}()
		o.Forecaster.(player.Learner).Settle(q, yes)
		done <- nil
	}()
	t := time.NewTimer(settleTime)
	defer t.Stop()
	select {
	case err := <-done:
		return err
	case <-t.C:
		o.lost = true
		return fmt.Errorf("%w, %v, while learning", errHung, settleTime)
	}
}

// readChain reads the questions: those that have settled are taught, those
// that are open loaded.
func (s *Swarm) readChain(ctx context.Context) {
	const page = 100
	settled := map[uint64]client.Question{}
	var open []uint64
	var after uint64
	s.step(func() { after = s.longGone() })
	for ctx.Err() == nil {
		list, err := s.cfg.Chain.Questions(ctx, after, page)
		if err != nil {
			s.cfg.Log.Warn("reading the questions", "error", err)
			if !pause(ctx, rereadPause) {
				return
			}
			continue
		}
		for _, q := range list {
			switch q.Phase {
			case market.Open:
				open = append(open, q.ID)
			case market.Settled:
				settled[q.ID] = q
			}
			after = q.ID
		}
		if len(list) < page {
			break
		}
	}
	slices.SortFunc(open, cmp.Compare[uint64])
	s.step(func() {
		s.catchUp(settled)
		for _, id := range open {
			s.load(ctx, id, s.start)
		}
	})
}

// longGone is up to which question all have settled and are not to be taught.
func (s *Swarm) longGone() uint64 {
	if s.cfg.From > 1 || len(s.tracks)+len(s.history) == 0 {
		return 0 // of questions from before From nothing is known
	}
	first := uint64(math.MaxUint64)
	for id := range s.tracks {
		first = min(first, id)
	}
	for _, h := range s.history {
		first = min(first, h.settled.Question)
	}
	return max(first, 1) - 1
}
