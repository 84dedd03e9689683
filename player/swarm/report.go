package swarm

import (
	"cmp"
	"maps"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/game/market"
	"agon/player/calibrate"
	"agon/player/sizing"
)

// Report is who earned what, and why.
type Report struct {
	Height  uint64
	Players []Standing // best first
}

// Standing is one player's account of itself. Money is in whole coins.
type Standing struct {
	Name    string // "host-ngram 3"
	Group   string // of the roster; empty if it has none
	Model   string // "host-ngram"
	Family  string
	Address common.Address
	Temper  Temper

	Orders, Fills, Refused int
	Offers                 int // of the orders, those that answer a push that may come

	Paid    float64 // for shares
	Got     float64 // for shares sold
	Claimed float64 // from settled questions
	Held    float64 // shares at present prices, or at what they pay
	Profit  float64 // Got + Claimed + Held − Paid
	Looking float64 // paid for its model's looks; not of Profit

	Reserved float64        // in orders on their way
	Free     float64        // of the budget
	Looks    map[string]int // decisions by reason
	Reason   string         // the most frequent of them
	Best     uint64         // question that earned most, 0 if none did
	Worst    uint64         // question that lost most, 0 if none did

	Learning Learning
}

// Learning is what a player has made of its settled forecasts; all zero for
// arbitrageurs, who make none.
type Learning struct {
	Settled  int               // forecasts it learnt from
	Brier    float64           // of them, as they were made
	Mended   float64           // Brier score as calibrated from those before
	Log      float64           // log loss as made, in nats
	Method   string            // of its calibration: identity, platt, isotonic
	Slope    float64           // by which it stretches its evidence; near 0: it knows nothing
	Own      float64           // weight on its own forecast against a traded price
	Diagram  calibrate.Diagram `json:"-"` // forecasts as made against answers
	Improved calibrate.Diagram `json:"-"` // and as calibrated
}

// learning sums up a player's mind; Own is that of its commonest template.
func (a *agent) learning() Learning {
	if a.mind == nil {
		return Learning{}
	}
	c := a.mind.Calibrator()
	l := Learning{
		Settled: c.Count(), Method: c.Method().String(), Slope: c.Slope(),
		Diagram: c.Raw(), Improved: c.Mended(),
	}
	l.Brier, l.Mended, l.Log = l.Diagram.Brier(), l.Improved.Brier(), l.Diagram.Log()
	l.Own, _ = a.mind.Pool().Weights(calibrate.Kind{Template: a.mind.Commonest()})
	return l
}

// Report gives the standings now.
func (s *Swarm) Report() Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := Report{Height: s.height}
	for _, a := range s.agents {
		r.Players = append(r.Players, s.standing(a))
	}
	slices.SortStableFunc(r.Players, func(a, b Standing) int {
		return cmp.Compare(b.Profit-b.Looking, a.Profit-a.Looking)
	})
	return r
}

// standing sums up one agent.
func (s *Swarm) standing(a *agent) Standing {
	purse := a.budget.Purse()
	st := Standing{
		Name: a.name, Group: a.group, Model: a.model, Family: a.family, Address: a.addr,
		Learning: a.learning(), Paid: a.past.paid, Got: a.past.got,
		Temper: a.temper, Looking: a.looks, Orders: a.tally.Orders, Offers: a.tally.Offers,
		Fills: a.tally.Fills, Refused: a.tally.Refused,
		Claimed: sizing.Coins(a.claimed), Looks: maps.Clone(a.tally.Looks),
		Reserved: sizing.Coins(purse.Reserved), Free: sizing.Coins(purse.Free),
	}
	earned := map[uint64]float64{} // by question
	if a.past.best != 0 {
		earned[a.past.best] = a.past.gained
	}
	if a.past.worst != 0 {
		earned[a.past.worst] = a.past.lost
	}
	for _, k := range a.books() {
		m := a.notes[k]
		paid, got := sizing.Coins(m.paid), sizing.Coins(m.got)
		st.Paid += paid
		st.Got += got
		worth := s.worth(k, m)
		earned[k.question] += worth + got - paid
		if _, owed := a.unclaimed[k.question]; owed || !s.isSettled(k.question) {
			st.Held += worth
		}
	}
	st.Profit = st.Got + st.Claimed + st.Held - st.Paid
	for id, e := range earned {
		if e > 0 && before(-e, -earned[st.Best], id, st.Best) {
			st.Best = id
		}
		if e < 0 && before(e, earned[st.Worst], id, st.Worst) {
			st.Worst = id
		}
	}
	for reason, n := range a.tally.Looks {
		if n > a.tally.Looks[st.Reason] || n == a.tally.Looks[st.Reason] && reason < st.Reason {
			st.Reason = reason
		}
	}
	return st
}

// books lists the books an agent has notes on, in order: sums of floats are to
// be the same every time.
func (a *agent) books() []bookKey {
	return slices.SortedFunc(maps.Keys(a.notes), func(x, y bookKey) int {
		return cmp.Or(cmp.Compare(x.question, y.question), cmp.Compare(x.book, y.book))
	})
}

// before orders questions by what they brought, then by id; id 0 is none.
func before(a, b float64, idA, idB uint64) bool {
	return idB == 0 || a < b || a == b && idA < idB
}

// worth is what a position would pay at the present price, or pays.
func (s *Swarm) worth(k bookKey, m *notes) float64 {
	q := s.questions[k.question]
	if q == nil || int(k.book) >= len(q.books) {
		return 0
	}
	p := q.books[k.book].price
	return p*sizing.Coins(m.yes) + (1-p)*sizing.Coins(m.no)
}

func (s *Swarm) isSettled(id uint64) bool {
	q := s.questions[id]
	return q != nil && q.Phase == market.Settled
}

// Progress is how far a swarm has come.
type Progress struct {
	Height  uint64
	Ready   bool // the players have their money and may trade
	Open    int  // questions being played
	Orders  int
	Fills   int
	Refused int // questions no player touches
}

// Progress tells how far the swarm has come.
func (s *Swarm) Progress() Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := Progress{Height: s.height, Ready: s.ready && s.height >= s.notBefore}
	for _, q := range s.questions {
		switch {
		case q.refuse != "":
			p.Refused++
		case q.Phase == market.Open:
			p.Open++
		}
	}
	for _, a := range s.agents {
		p.Orders += a.tally.Orders
		p.Fills += a.tally.Fills
	}
	return p
}

// Why tells, in words, the last decision of every player about a book.
func (s *Swarm) Why(id uint64, book uint8) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	words := map[string]string{}
	for _, a := range s.agents {
		if m := a.notes[bookKey{id, book}]; m != nil {
			if why := m.why(); why != "" {
				words[a.name] = why
			}
		}
	}
	return words
}

var _ Chain = (*live)(nil)

// Quiet reports whether all that was known at a height has been acted on:
// nothing is being read, thought about, sent or about to be decided.
func (s *Swarm) Quiet(height uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	busy := s.thinking + s.sending + s.claiming + s.minting
	return s.ready && s.height >= height && busy == 0 && !s.soon && len(s.events) == 0
}
