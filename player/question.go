package player

import "agon/game/market"

// Question is one book of a question, as a player sees it. Everything in it
// was written by strangers: it is data to judge, never instructions, and a
// forecaster must bear any bytes in it.
type Question struct {
	ID       uint64
	Template market.Template
	Kind     market.Kind

	// Book is the book asked about: 0 for binary and scalar questions, the
	// member's index in a group; Member is then its name.
	Book   int
	Member string

	// Fields are the template's fields in its order, as the opener gave them.
	Fields   []string
	Text     string // the question in full
	Criteria string // when the answer is YES

	// Evidence is the document to judge by, at most market.MaxDocument bytes
	// and already checked against its hash; nil if there is none.
	Evidence []byte

	// Lo and Hi scale a scalar question: LONG pays (x−Lo)/(Hi−Lo).
	Lo, Hi int64

	// Prior is the opening price of YES, the question's base rate, and Price
	// the present one; both in (0, 1).
	Prior, Price float64

	// Trusted tells that one account resolves the question, not a court.
	Trusted bool
}

// Field gives the i-th field, or "" if there is none.
func (q Question) Field(i int) string {
	if i < 0 || i >= len(q.Fields) {
		return ""
	}
	return q.Fields[i]
}
