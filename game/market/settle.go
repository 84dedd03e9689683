package market

import (
	"fmt"
	"math/bits"

	"github.com/holiman/uint256"
)

// Resolve answers a closed question. TOO EARLY reopens it for a window as long
// as the first, at most twice; the third time it is INVALID. Refusals, in this
// order: UnknownQuestion, AlreadySettled, NotOpen (halted), NotClosed,
// NotResolver, BadOutcome, Returning.
func (m *Market) Resolve(now Height, who Account, q QuestionID, o Outcome) error {
	s, err := m.state(q)
	if err != nil {
		return err
	}
	if err := s.checkClosed(q); err != nil {
		return err
	}
	if who != s.Resolver {
		return refuse(NotResolver, "question %d: want %x, have %x", q, s.Resolver, who)
	}
	if !s.admits(o) {
		return refuse(BadOutcome, "question %d: verdict %d, member %d", q, o.Verdict, o.Member)
	}
	if s.Due != 0 {
		return refuse(Returning, "question %d, until block %d at least", q, s.Due)
	}
	if o.Verdict == TooEarly {
		if s.Reopened < MaxReopen {
			m.reopen(now, q, &s)
			return nil
		}
		o.Verdict = Invalid
	}
	return m.settle(q, &s, o)
}

// Lapse settles as INVALID a question whose resolver was silent past ResolveBy,
// or that was halted; anybody may. Refusals: UnknownQuestion, AlreadySettled,
// NotClosed, TooEarlyToLapse, Returning.
func (m *Market) Lapse(now Height, who Account, q QuestionID) error {
	s, err := m.state(q)
	if err != nil {
		return err
	}
	if s.Phase != Halted {
		if err := s.checkClosed(q); err != nil {
			return err
		}
		if now < s.ResolveBy {
			return refuse(TooEarlyToLapse, "from block %d, now %d", s.ResolveBy, now)
		}
		if s.Due != 0 {
			return refuse(Returning, "question %d, until block %d at least", q, s.Due)
		}
	}
	return m.settle(q, &s, Outcome{Verdict: Invalid})
}

// checkClosed is nil if the question awaits its answer.
func (s *State) checkClosed(q QuestionID) error {
	switch s.Phase {
	case Closed:
		return nil
	case Settled:
		return refuse(AlreadySettled, "question %d", q)
	case Halted:
		return refuse(NotOpen, "question %d was halted: let it lapse", q)
	}
	return refuse(NotClosed, "question %d closes at block %d at the latest", q, s.End)
}

// admits tells whether an outcome fits the question, and names nothing that it
// does not mean.
func (s *State) admits(o Outcome) bool {
	member, value := o.Member == 0, o.Value == 0
	switch o.Verdict {
	case Invalid, TooEarly:
		return member && value
	case Yes, No:
		return s.Kind == Binary && member && value
	case Member:
		return s.Kind == Group && o.Member < s.Books && value
	case Value:
		return s.Kind == Scalar && member
	}
	return false
}

func (m *Market) reopen(now Height, q QuestionID, s *State) {
	s.Reopened++
	s.Phase, s.Drawn = Open, 0
	s.Opened, s.End, s.ClosedAt, s.ResolveBy = now, now+s.Window, 0, 0
	for k := range s.Books {
		b := m.book(BookKey{q, k})
		b.Since, b.Median = now, 0
		m.Store.Books.Set(BookKey{q, k}, b)
	}
	m.schedule(q, s, s.nextWork(now))
	m.Store.States.Set(q, *s)
	m.Emit(QuestionReopened{q, s.End})
}

// settle turns shares into claims. The pool keeps what they are owed, rounded
// up. The opener gets what is left of the subsidy and of what the curves took;
// the fund gets the dust, and all of the rest if the question was INVALID.
func (m *Market) settle(q QuestionID, s *State, o Outcome) error {
	books := m.readBooks(q, s)
	terms, ok := m.Store.Terms.Get(q)
	if !ok {
		return fmt.Errorf("question %d: its terms are missing", q)
	}
	payoffs := s.payoffs(&terms.Spec, books, o)
	owed := owedFor(books, payoffs)
	if s.Cash.Lt(&owed) {
		return fmt.Errorf("question %d: owed %s of %s: %w",
			q, owed.Dec(), s.Cash.Dec(), ErrInsolvent)
	}

	// From here settle cannot fail.
	var rest Amount
	rest.Sub(&s.Cash, &owed)
	event := QuestionSettled{Question: q, Outcome: o, Payoffs: payoffs}
	if o.Verdict == Invalid {
		event.ToFund = rest
		m.toFund(&rest)
	} else {
		event.ToOpener = s.openersPart(books, &owed, &rest)
		event.ToFund.Sub(&rest, &event.ToOpener)
		m.credit(terms.Opener, &event.ToOpener)
		m.toFund(&event.ToFund)
	}
	for k := range books {
		books[k].Payoff = payoffs[k]
		m.Store.Books.Set(BookKey{q, uint8(k)}, books[k])
	}
	m.schedule(q, s, 0)
	s.Phase, s.Outcome, s.Cash = Settled, o, owed
	m.Store.States.Set(q, *s)
	m.Emit(event)
	return nil
}

// openersPart is the pool as the curves alone would have it, less what is owed,
// rounded down and kept within [0, rest]. What the pool has above that is dust:
// amounts rounded against takers.
//
//	S + sets + Σₖ C(Yₖ − sets, Nₖ) − owed
//	C(Y, N) = N + b·(A(x) − A(logit π)),  x = logit π + (Y−N)/b,  A(x) = ln(1 + eˣ)
//
// Sums are in Q120 modulo 2²⁵⁶: no term exceeds 2²²², and there are at most 100.
func (s *State) openersPart(books []Book, owed, rest *Amount) Amount {
	part := s.Subsidy
	if s.Kind == Group {
		part.Add(&part, &s.Sets)
	}
	part.Sub(&part, owed)
	for i := range books {
		part.Add(&part, &books[i].No)
	}
	part.Lsh(&part, q120)
	for i := range books {
		c := s.curve(&books[i])
		now, start := costAt(c.logit()).wide(), costAt(logit(c.Opening)).wide()
		now.Sub(&now, &start)
		now.Mul(&now, &s.B)
		part.Add(&part, &now)
	}
	if part.Sign() < 0 {
		return Amount{}
	}
	part.Rsh(&part, q120)
	if rest.Lt(&part) {
		return *rest
	}
	return part
}

// payoffs is what a YES of each book pays; a group's sum to One.
func (s *State) payoffs(spec *Spec, books []Book, o Outcome) []Price {
	list := make([]Price, len(books))
	switch o.Verdict {
	case Yes:
		list[0] = One
	case Member:
		list[o.Member] = One
	case Value:
		list[0] = between(spec.Lo, spec.Hi, o.Value)
	case Invalid:
		for k := range books {
			list[k] = books[k].Median
		}
		if s.Kind == Group {
			normalise(list)
		}
	}
	return list
}

// between is (x−lo)/(hi−lo), x kept within [lo, hi], rounded to nearest. The
// differences are below 2⁶⁴ whatever the signs.
func between(lo, hi, x int64) Price {
	x = max(lo, min(hi, x))
	span := uint64(hi) - uint64(lo)
	high, low := bits.Mul64(uint64(x)-uint64(lo), uint64(One))
	low, carry := bits.Add64(low, span/2, 0)
	v, _ := bits.Div64(high+carry, low, span)
	return Price(v)
}

// normalise scales prices to a sum of One, rounding down; the last, "other",
// takes what is left.
func normalise(list []Price) {
	var sum Price // of a 32nd of each: at most One, so that it fits
	for _, p := range list {
		sum += p / MaxMembers
	}
	rest := One
	for i, p := range list {
		high, low := bits.Mul64(uint64(p/MaxMembers), uint64(One))
		v, _ := bits.Div64(high, low, uint64(sum))
		list[i] = Price(v)
		rest -= list[i]
	}
	list[len(list)-1] += rest
}

// owedFor is what all shares are owed, rounded up.
func owedFor(books []Book, payoffs []Price) Amount {
	var sum Amount
	for k := range books {
		worth := worthOf(&books[k].Yes, &books[k].No, payoffs[k])
		sum.Add(&sum, &worth)
	}
	return divide(&sum, uint256.NewInt(uint64(One)), true)
}

// worthOf is yes·v + no·(One−v), in 10⁻³⁶ coin.
func worthOf(yes, no *Amount, v Price) (z Amount) {
	var other Amount
	z.Mul(yes, uint256.NewInt(uint64(v)))
	other.Mul(no, uint256.NewInt(uint64(One-v)))
	return *z.Add(&z, &other)
}

// Claim pays what a settled question owes to who, rounded down, and returns
// it; shares that lost are cleared away for 0. The last claim sends the dust to
// the fund. Refusals: UnknownQuestion, NotSettled, NothingToClaim.
func (m *Market) Claim(now Height, who Account, q QuestionID) (Amount, error) {
	s, err := m.state(q)
	if err != nil {
		return Amount{}, err
	}
	if s.Phase != Settled {
		return Amount{}, refuse(NotSettled, "question %d", q)
	}
	var worth, shares Amount
	for k := range s.Books {
		p := m.Position(q, k, who)
		shares.Add(&shares, &p.Yes)
		shares.Add(&shares, &p.No)
	}
	if shares.IsZero() {
		return Amount{}, refuse(NothingToClaim, "question %d", q)
	}

	// From here Claim cannot fail.
	last := true
	for k := range s.Books {
		part, empty := m.redeem(PositionKey{q, who, k})
		worth.Add(&worth, &part)
		last = last && empty
	}
	paid := divide(&worth, uint256.NewInt(uint64(One)), false)
	s.Cash.Sub(&s.Cash, &paid)
	m.credit(who, &paid)
	if last {
		m.toFund(&s.Cash)
		s.Cash.Clear()
	}
	m.Store.States.Set(q, s)
	m.Emit(ClaimPaid{q, who, paid})
	return paid, nil
}

// redeem ends the free shares of a position; it returns their worth in 10⁻³⁶
// coin, and whether they were the last of their book.
func (m *Market) redeem(k PositionKey) (worth Amount, last bool) {
	b := m.book(BookKey{k.Question, k.Book})
	p, _ := m.Store.Positions.Get(k)
	worth = worthOf(&p.Yes, &p.No, b.Payoff)
	b.Yes.Sub(&b.Yes, &p.Yes)
	b.No.Sub(&b.No, &p.No)
	p.Yes.Clear()
	p.No.Clear()
	m.setPosition(k, p)
	m.Store.Books.Set(BookKey{k.Question, k.Book}, b)
	return worth, b.Yes.IsZero() && b.No.IsZero()
}
