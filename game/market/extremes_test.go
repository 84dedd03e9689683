package market

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"
)

// extremes are games whose amounts span all magnitudes up to MaxAmount, whose
// limits crowd at the ends of the scale and whose fees reach 655 %.
type extremes struct {
	*world
	random *rand.Rand
	spec   Spec
	books  int
}

var (
	extremeFees   = []uint16{0, 0, 1, 100, 10_000, 65_535}
	extremeLimits = []Price{
		MinPrice, MinPrice + 1, One / 100, One/2 - 1, One / 2, One/2 + 1, One - One/100,
		MaxPrice - 1, MaxPrice,
	}
)

// magnitude is an amount of between low and high bits.
func (x *extremes) magnitude(low, high int) Amount {
	top := pow2(uint(low + x.random.IntN(high-low)))
	if x.random.IntN(8) > 0 {
		below := Amount{x.random.Uint64(), x.random.Uint64()}
		var mask Amount
		mask.SubUint64(&top, 1)
		below.And(&below, &mask)
		top.Add(&top, &below)
	}
	if MaxAmount.Lt(&top) {
		return MaxAmount
	}
	return top
}

// question asks something of any kind, by carol.
func (x *extremes) question() QuestionID {
	x.spec = Spec{
		Template: Custom, Kind: Kind(x.random.IntN(3)), Fields: []string{"q", "c"},
		Window: MinWindow + Height(x.random.IntN(60)), Grace: 3, Resolver: resolver,
		Subsidy: x.magnitude(54, 97),
	}
	x.books = 1
	switch x.spec.Kind {
	case Group:
		x.books = 2 + x.random.IntN(MaxMembers-1)
		for i := range x.books - 1 {
			x.spec.Members = append(x.spec.Members, strconv.Itoa(i))
		}
	case Scalar:
		x.spec.Lo, x.spec.Hi = -1<<63, 1<<63-1
	default:
		x.spec.Openings = []Price{[]Price{MinOpening, One / 2, MaxOpening}[x.random.IntN(3)]}
	}
	x.must(x.Deposit(carol, x.spec.Subsidy))
	q, err := x.Ask(x.now, carol, x.spec)
	x.must(err)
	s, _ := x.state(q)
	s.Fee = extremeFees[x.random.IntN(len(extremeFees))]
	x.Store.States.Set(q, s)
	return q
}

// order trades anything, of any size.
func (x *extremes) order(who Account, q QuestionID, book uint8) Order {
	o := Order{
		Trader: who, Question: q, Book: book, Action: Action(x.random.IntN(4)),
		Amount: x.magnitude(40, 97), Limit: extremeLimits[x.random.IntN(len(extremeLimits))],
		Expiry: x.now + 1 + Height(x.random.IntN(20)),
	}
	if x.random.IntN(3) == 0 {
		o.Amount = x.spec.Subsidy
		o.Amount.Rsh(&o.Amount, uint(x.random.IntN(20)))
	}
	if p := x.Position(q, book, who); !o.Action.Buys() {
		o.Amount = *p.shares(o.Action)
		o.Amount.Rsh(&o.Amount, uint(x.random.IntN(20)))
	}
	if x.random.IntN(3) == 0 {
		o.Limit, _ = x.Price(q, book)
	}
	return o
}

// act calls something; that it is refused is no fault.
func (x *extremes) act(q QuestionID) {
	who := []Account{alice, bob, {4}, {5}}[x.random.IntN(4)]
	book := uint8(x.random.IntN(x.books))
	switch x.random.IntN(12) {
	case 0:
		_ = x.MintSet(x.now, who, q, x.magnitude(40, 97))
	case 1:
		_ = x.BurnSet(x.now, who, q, x.Position(q, book, who).Yes)
	case 2:
		for _, o := range x.Orders(q, 0, 3) {
			x.must(x.Cancel(x.now, o.Trader, o.ID))
		}
	default:
		_, _ = x.Place(x.now, x.order(who, q, book))
	}
}

// verdict is any answer that fits.
func (x *extremes) verdict() Outcome {
	switch {
	case x.random.IntN(3) == 0:
		return Outcome{Verdict: TooEarly}
	case x.random.IntN(4) == 0:
		return Outcome{Verdict: Invalid}
	case x.spec.Kind == Group:
		return Outcome{Verdict: Member, Member: uint8(x.random.IntN(x.books))}
	case x.spec.Kind == Scalar:
		return Outcome{Verdict: Value, Value: int64(x.random.Uint64())}
	}
	return Outcome{Verdict: Yes + Verdict(x.random.IntN(2))}
}

// play plays one question to its end, with an audit of the books at each block.
func (x *extremes) play() {
	q := x.question()
	for {
		switch s, _ := x.state(q); {
		case s.Phase == Settled:
			for _, a := range []Account{alice, bob, {4}, {5}} {
				_, _ = x.Claim(x.now, a, q)
			}
			x.must(Audit(x.Store))
			if x.held(q) || len(x.Orders(q, 0, 1)) > 0 {
				x.Fatal("all have claimed, and shares or orders are left")
			}
			return
		case s.Phase == Closed && s.Due == 0:
			x.must(x.Resolve(x.now, resolver, q, x.verdict()))
		}
		for range x.random.IntN(8) {
			x.act(q)
		}
		x.tick()
	}
}

// held tells whether somebody still holds shares.
func (x *extremes) held(q QuestionID) bool {
	for _, b := range x.Books(q) {
		if !b.Yes.IsZero() || !b.No.IsZero() {
			return true
		}
	}
	return false
}

// Whatever the amounts, prices and fees, a pool covers its shares after each
// batch, the books add up, and everybody gets out.
func TestExtremesStaySolvent(t *testing.T) {
	games := 400
	if testing.Short() {
		games = 50
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seeds from %d", seed)
	for i := range uint64(games) {
		x := &extremes{world: newWorld(t), random: rand.New(rand.NewPCG(seed+i, 1))}
		for _, a := range []Account{alice, bob, {4}, {5}} {
			for range 40 {
				x.must(x.Deposit(a, MaxAmount))
			}
		}
		x.play()
	}
}
