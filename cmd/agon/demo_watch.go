package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"agon/client"
	"agon/cmd/agon/term"
)

// meaningful is the least move of a price from its opening that counts as an
// answer.
const meaningful = 0.01

// seen is what was seen of one question.
type seen struct {
	opening float64
	first   time.Duration // until the price had moved meaningfully; 0: it has not
	trades  int           // fills
	closed  bool
}

// audience follows the chain and keeps what concerns the demo's questions.
type audience struct {
	asked  time.Time // when the first question was sent
	of     map[uint64]*seen
	orders int
	bar    *term.Progress
	end    uint64 // the latest close
}

func newAudience(asked time.Time, qs []client.Question, bar *term.Progress) *audience {
	w := &audience{asked: asked, of: map[uint64]*seen{}, bar: bar}
	for _, q := range qs {
		w.of[q.ID] = &seen{opening: q.Opening(0)}
		w.end = max(w.end, q.End)
	}
	return w
}

// watch follows from block on until all questions have closed.
func (w *audience) watch(ctx context.Context, cl *client.Client, from uint64) error {
	for e, err := range cl.Follow(ctx, from) {
		if err != nil {
			return err
		}
		w.note(e.Body)
		if _, head := e.Body.(client.Head); !head {
			continue
		}
		w.show(e.Block, from)
		if w.closed() == len(w.of) {
			return nil
		}
	}
	return ctx.Err()
}

// note takes one event.
func (w *audience) note(b client.Body) {
	switch b := b.(type) {
	case client.Ordered:
		if w.of[b.Order.Question] != nil {
			w.orders++
		}
	case client.Filled:
		if s := w.of[b.Question]; s != nil {
			s.trades++
		}
	case client.Moved:
		s := w.of[b.Question]
		if s != nil && s.first == 0 && math.Abs(probability(b.To)-s.opening) >= meaningful {
			s.first = time.Since(w.asked)
		}
	case client.Closed:
		if s := w.of[b.Question]; s != nil {
			s.closed = true
		}
	}
}

func (w *audience) closed() int {
	n := 0
	for _, s := range w.of {
		if s.closed {
			n++
		}
	}
	return n
}

// show draws how far the demo is.
func (w *audience) show(block, from uint64) {
	answered, trades := 0, 0
	for _, s := range w.of {
		trades += s.trades
		if s.first > 0 {
			answered++
		}
	}
	total := int(w.end - from)
	w.bar.Set(min(int(block-from), total), total, fmt.Sprintf(
		"blocks; %d orders, %d fills; moved %d of %d, closed %d",
		w.orders, trades, answered, len(w.of), w.closed()))
}
