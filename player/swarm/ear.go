package swarm

import (
	"context"
	"errors"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/reader"
)

// Reading is how readers play: they know nothing of a question, hear what the
// others say of it, and learn from what settles whom to believe; see
// player/reader. All players of a group share one reader.
type Reading struct {
	Taste reader.Taste
	// After is how many blocks after a book's first batch they make up their
	// mind; at most MaxAfter, DefaultAfter if 0. Orders of slower players are
	// not heard.
	After uint64
}

// Bounds of Reading.After. By default every forecaster, whatever its delay, has
// had its say.
const (
	DefaultAfter = MaxDelay + 1
	MaxAfter     = 50
)

// readerModel is the model that readers are listed under.
const readerModel = "reader"

// ear is a group's reader. Between events it holds no book open: what was said
// is on the trail, and is given to it when it speaks and when the book settles.
type ear struct {
	*reader.Reader
	oracle *oracle
	after  uint64
}

// silent is the forecaster of an ear: it is never asked, its opinions come of
// themselves.
type silent struct{ name string }

func (s *silent) Name() string { return s.name }
func (*silent) Family() string { return readerModel }
func (s *silent) Forecast(context.Context, player.Question) (player.Forecast, error) {
	return player.Forecast{}, player.Pass(s.name, "nobody has spoken yet")
}

// newEar makes the reader of a group.
func newEar(g *Group) *ear {
	after := g.Reader.After
	if after == 0 {
		after = DefaultAfter
	}
	o := newOracle(&silent{readerModel + " " + g.Name}, 0)
	o.id = o.Name()
	return &ear{reader.New(g.Reader.Taste), o, after}
}

// word is the first order of an account on a book.
type word struct {
	who    common.Address
	block  uint64
	action market.Action
	limit  market.Price
}

// maxWords bounds what is kept of one book: a reader hears no more.
const maxWords = 256

// overhear keeps an order for the ears, if it is its trader's first on the book.
func (s *Swarm) overhear(o client.Ordered, block uint64) {
	t := s.tracks[o.Order.Question]
	if len(s.ears) == 0 || t == nil {
		return
	}
	p := t.at(o.Order.Book)
	known := func(w word) bool { return w.who == o.Trader }
	late := p.first != 0 && block > p.first+MaxAfter
	if late || len(p.words) >= maxWords || slices.ContainsFunc(p.words, known) {
		return
	}
	p.words = append(p.words, word{o.Trader, block, o.Order.Action, o.Order.Limit})
}

// open tells an ear all that it hears of a book.
func (e *ear) open(k reader.Key, p *prices) {
	e.Open(k, p.base)
	for _, w := range p.words {
		if w.block <= p.first+e.after {
			e.Hear(k, market.Account(w.who), w.action, w.limit)
		}
	}
}

// errQuiet is an ear's answer about a book of which it cannot say anything yet.
var errQuiet = errors.New("nobody has spoken yet")

// listen lets every ear speak about the books on which it has heard enough.
// What it says of a book it says once.
func (s *Swarm) listen(open []*question) {
	if len(s.ears) == 0 || !s.taught {
		return
	}
	for _, q := range open {
		t := s.tracks[q.ID]
		if t == nil {
			continue
		}
		for _, e := range s.ears {
			s.speak(e, q, t)
		}
	}
}

// speak lets an ear say what it makes of a question's books.
func (s *Swarm) speak(e *ear, q *question, t *trail) {
	for i := range q.books {
		p := t.books[uint8(i)]
		if p == nil || p.first == 0 || s.height < p.first+e.after {
			continue
		}
		said := q.forecast[e.oracle]
		if said == nil {
			said = make([]opinion, len(q.books))
			for j := range said {
				said[j].err = errQuiet
			}
			q.forecast[e.oracle] = said
		}
		if !errors.Is(said[i].err, errQuiet) {
			continue
		}
		k := reader.Key{Question: q.ID, Book: uint8(i)}
		e.open(k, p)
		belief, voices := e.Belief(k)
		e.Forget(k)
		said[i] = opinion{Forecast: player.Forecast{P: belief, Confidence: 1, Reason: e.Words()}}
		if voices == 0 {
			said[i].err = player.Pass(e.oracle.Name(), "nobody whom it knows has spoken")
		}
		s.record.forecast(s.height, q, uint8(i), e.oracle, said[i])
		if said[i].err != nil {
			for _, a := range s.users[e.oracle] {
				s.decline(a, q, i, "passes", said[i].err.Error())
			}
		}
	}
}

// settleEars teaches every ear what a settled question says of those who spoke.
// An INVALID question teaches nothing: what it pays is a price.
func (s *Swarm) settleEars(id uint64, t *trail, e client.Settled) {
	if e.Outcome.Verdict == market.Invalid {
		return
	}
	for i, payoff := range e.Payoffs {
		p := t.books[uint8(i)]
		if p == nil || p.first == 0 {
			continue
		}
		for _, ear := range s.ears {
			k := reader.Key{Question: id, Book: uint8(i)}
			ear.open(k, p)
			ear.Settle(k, client.Float(payoff))
		}
	}
}
