package swarm

import (
	"encoding/json"
	"io"

	"agon/client"
	"agon/game/market"
	"agon/player/sizing"
)

// line is one line of the record.
type line struct {
	Block    uint64 `json:"block"`
	What     string `json:"what"` // forecast, decision, refused, filled, settled
	Player   string `json:"player"`
	Question uint64 `json:"question"`
	Book     uint8  `json:"book"`

	Reason string `json:"reason,omitempty"` // one word
	Words  string `json:"words,omitempty"`  // the reason in plain words

	P          *float64 `json:"p,omitempty"` // forecast
	Confidence *float64 `json:"confidence,omitempty"`

	Belief   float64 `json:"belief,omitempty"` // decision
	Price    float64 `json:"price,omitempty"`
	Action   string  `json:"action,omitempty"`
	Amount   float64 `json:"amount,omitempty"` // coins of a buy, shares of a sell
	Limit    float64 `json:"limit,omitempty"`
	Expected float64 `json:"expected,omitempty"`

	Shares float64 `json:"shares,omitempty"` // filled
	Coins  float64 `json:"coins,omitempty"`  // filled, settled
}

// recorder writes lines. A record that cannot be written ends; the swarm goes
// on.
type recorder struct {
	w   io.Writer
	err error
}

func (r *recorder) write(l line) {
	if r.w == nil || r.err != nil {
		return
	}
	b, err := json.Marshal(l)
	if err == nil {
		_, err = r.w.Write(append(b, '\n'))
	}
	r.err = err
}

func (r *recorder) forecast(block, question uint64, book uint8, o *oracle, f opinion) {
	l := line{
		Block: block, What: "forecast", Player: o.Name(), Question: question, Book: book,
		Words: f.Reason,
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
		Block: block, What: "decision", Player: a.name, Question: question, Book: book,
		Reason: d.Reason, Words: d.Words, Belief: d.Belief, Price: d.Price, Action: d.Action,
		Amount: d.Amount, Limit: d.Limit, Expected: d.Expected,
	})
}

func (r *recorder) refused(block uint64, a *agent, f *flight, why market.Reason) {
	r.write(line{
		Block: block, What: "refused", Player: a.name, Question: f.key.question,
		Book: f.key.book, Action: actionWords[f.order.Action], Words: why.String(),
	})
}

func (r *recorder) filled(block uint64, a *agent, f client.Filled) {
	r.write(line{
		Block: block, What: "filled", Player: a.name, Question: f.Question, Book: f.Book,
		Action: actionWords[f.Action], Shares: sizing.Coins(f.Shares), Coins: sizing.Coins(f.Coins),
	})
}

func (r *recorder) settled(block uint64, a *agent, e client.Settled, owed float64) {
	if owed > 0 {
		r.write(line{
			Block: block, What: "settled", Player: a.name, Question: e.Question, Coins: owed,
		})
	}
}
