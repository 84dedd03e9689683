package swarm

import (
	"cmp"
	"encoding/json"
	"io"
	"slices"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
	tracks "agon/player/track"
)

// line is one line of the record, in the form of every track record. Its time
// is the block: the same seed gives the same record.
type line = tracks.Line

// recorder writes lines. A record that cannot be written ends; the swarm goes
// on.
type recorder struct {
	w     io.Writer
	since uint64 // block of the last line of an earlier life: what came before is there
	err   error
}

func (r *recorder) write(l line) {
	if r.w == nil || r.err != nil || l.Block < r.since {
		return
	}
	b, err := json.Marshal(l)
	if err == nil {
		_, err = r.w.Write(append(b, '\n'))
	}
	r.err = err
}

// forecast notes what a model says, under the name that is its own: players may
// have models of one name that think apart.
func (r *recorder) forecast(block uint64, q *question, book uint8, o *oracle, f opinion) {
	l := line{
		Block: block, What: tracks.Forecast, Player: o.id, Question: q.ID, Book: book,
		Text: player.Clip(q.Text), Price: q.books[book].price, Words: f.Reason,
	}
	if f.err == nil {
		l.P, l.Confidence = &f.P, &f.Confidence
	} else {
		l.Words = f.err.Error()
	}
	r.write(l)
}

func (r *recorder) decision(block uint64, a *agent, question uint64, book uint8, d decision) {
	r.write(line{
		Block: block, What: tracks.Decision, Player: a.name, Question: question, Book: book,
		Reason: d.Reason, Words: d.Words, Belief: d.Belief, Price: d.Price, Action: d.Action,
		Amount: d.Amount, Limit: d.Limit, Expected: d.Expected,
	})
}

func (r *recorder) refused(block uint64, a *agent, f *flight, why market.Reason) {
	r.write(line{
		Block: block, What: tracks.Refused, Player: a.name, Question: f.key.question,
		Book: f.key.book, Action: actionWords[f.order.Action], Words: why.String(),
	})
}

func (r *recorder) filled(block uint64, a *agent, f client.Filled) {
	r.write(line{
		Block: block, What: tracks.Filled, Player: a.name, Question: f.Question, Book: f.Book,
		Action: actionWords[f.Action], Order: f.ID, Shares: sizing.Coins(f.Shares),
		Coins: sizing.Coins(f.Coins),
	})
}

// settled notes what a book pays an agent that holds shares of it.
func (r *recorder) settled(block uint64, a *agent, e client.Settled, book int, owed float64) {
	if owed > 0 {
		l := outcome(block, e, book)
		l.Player, l.Coins = a.name, owed
		r.write(l)
	}
}

// judged notes the answer for every model that forecast the question.
func (r *recorder) judged(block uint64, q *question, e client.Settled) {
	if r.w == nil {
		return
	}
	var models []*oracle
	for o := range q.forecast {
		models = append(models, o)
	}
	slices.SortFunc(models, func(a, b *oracle) int { return cmp.Compare(a.id, b.id) })
	for _, o := range models {
		for i, f := range q.forecast[o][:min(len(q.forecast[o]), len(e.Payoffs))] {
			if f.err != nil {
				continue
			}
			l := outcome(block, e, i)
			l.Player = o.id
			if e.Outcome.Verdict != market.Invalid {
				brier := (f.P - *l.Outcome) * (f.P - *l.Outcome)
				l.Brier = &brier
			}
			r.write(l)
		}
	}
}

// verdictWords are the words of track records.
var verdictWords = map[market.Verdict]string{
	market.Yes: "yes", market.No: "no", market.Invalid: "invalid", market.Member: "member",
	market.Value: "value",
}

// outcome is the answer for one book.
func outcome(block uint64, e client.Settled, book int) line {
	x := client.Float(e.Payoffs[book])
	return line{
		Block: block, What: tracks.Settled, Question: e.Question, Book: uint8(book),
		Verdict: verdictWords[e.Outcome.Verdict], Outcome: &x,
	}
}
