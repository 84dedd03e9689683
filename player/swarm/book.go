package swarm

import (
	"context"
	"fmt"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/offer"
)

// bookKey names one book of one question.
type bookKey struct {
	question uint64
	book     uint8
}

// question is what the swarm knows of one question.
type question struct {
	client.Question
	seen     uint64 // block at which it was first seen
	doc      []byte // evidence
	refuse   string // why no player looks at it; empty if they do
	changed  uint64 // block of the last change of a price
	books    []book
	forecast map[*oracle][]opinion // by book
}

// book is one market of a question, as the events tell.
type book struct {
	price  float64 // of YES
	prior  float64 // the price at which it opened
	orders uint32  // filled in the last batch
	moved  uint64  // block of the last batch; 0: none
	signed uint64  // block for which crowd counts
	crowd  int     // orders signed for it in that block
	offers int     // of them, those against a push

	trace  offer.Trace // price at the end of each block, since it was loaded
	echoes map[*oracle]*echo
	usual  float64 // price as evidence, before echoes; see weigh
	fought bool    // the price says nothing
}

// opinion is a model's answer about one book, or why it gave none.
type opinion struct {
	player.Forecast
	err error
}

// newQuestion takes in a question as the chain shows it.
func newQuestion(v client.Question, seen uint64) *question {
	q := &question{Question: v, seen: seen, forecast: map[*oracle][]opinion{}}
	for i, b := range v.Books {
		q.books = append(q.books, book{price: client.Float(b.Price), prior: v.Opening(i)})
	}
	return q
}

// view is the question as a forecaster of book i sees it.
func (q *question) view(i int) player.Question {
	return player.Question{
		ID: q.ID, Template: q.Template, Kind: q.Kind, Book: i, Member: q.Books[i].Name,
		Fields: q.Fields, Text: q.Text, Criteria: q.Criteria, Evidence: q.doc,
		Lo: q.Lo, Hi: q.Hi, Prior: q.books[i].prior, Price: q.books[i].price,
		Trusted: q.Trusted,
	}
}

// others is how many other orders to expect in the next batch: as many as in
// the last, if that was just now.
func (b book) others(now uint64) float64 {
	if b.moved == 0 || now > b.moved+1 {
		return 0
	}
	return float64(b.orders)
}

// answers are the forecasts of one oracle about one question.
type answers struct {
	question uint64
	oracle   *oracle
	books    []opinion
	recalled bool // from the memory: it was not asked
}

// think asks an oracle about every book of a question, unless that costs too
// much. It runs beside the swarm.
func (s *Swarm) think(ctx context.Context, o *oracle, t task) []opinion {
	out := make([]opinion, len(t.views))
	for i, v := range t.views {
		if out[i].err = s.affords(o, t.most[i]); out[i].err != nil {
			continue
		}
		f, err := o.ask(ctx, v)
		s.charge(o)
		f.Reason = player.Clip(f.Reason)
		out[i] = opinion{f, err}
	}
	return out
}

// refusal says why no player may touch a question, or nothing.
func (c *Config) refusal(q client.Question) string {
	switch {
	case c.Only != nil && !c.Only(q.ID):
		return "not among the questions this swarm was told to play"
	case q.Kind == market.Scalar && q.Hi <= q.Lo:
		return "its range is empty"
	case q.Trusted && !c.trusts(q):
		return fmt.Sprintf("one account alone resolves it, %s, and it is not trusted here",
			q.Resolver)
	}
	return ""
}

// trusts reports whether the configuration names a question's resolver.
func (c *Config) trusts(q client.Question) bool {
	for _, r := range c.Resolvers {
		if r == q.Resolver {
			return true
		}
	}
	return c.TrustAll
}
