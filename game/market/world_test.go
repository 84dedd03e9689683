package market

import (
	"errors"
	"math/big"
	"testing"
)

// world is a market in memory at some height, with every event so far.
type world struct {
	testing.TB
	*Market
	memory *Memory
	now    Height
	events []Event
}

// A small cast.
var (
	alice    = Account{1}
	bob      = Account{2}
	carol    = Account{3}
	resolver = Account{9}
)

func coins(n uint64) Amount { return milli(1000 * n) }

// newWorld is at block 100, and alice, bob and carol have 1,000 coins each.
func newWorld(t testing.TB) *world {
	w := &world{TB: t, memory: NewMemory(), now: 100}
	emit := func(e Event) { w.events = append(w.events, e) }
	w.Market = &Market{Store: w.memory.Store, Emit: emit}
	for _, a := range []Account{alice, bob, carol} {
		w.must(w.Deposit(a, coins(1000)))
	}
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused checks that err is a Refusal for the reason, and nothing else.
func (w *world) refused(err error, want Reason) {
	w.Helper()
	var r *Refusal
	if !errors.As(err, &r) || r.Reason != want {
		w.Fatalf("want the refusal %q, have %v", want, err)
	}
}

// binarySpec is a question at 0.5 for 100 blocks: b = 10/ln 2 = 14.43.
func binarySpec() Spec {
	return Spec{
		Template: DappScam, Fields: []string{"example.org"},
		Subsidy: coins(10), Window: 100, Grace: 50, Resolver: resolver,
	}
}

func groupSpec(members ...string) Spec {
	return Spec{
		Template: Custom, Kind: Group, Fields: []string{"who?", "the one"}, Members: members,
		Subsidy: coins(10), Window: 100, Grace: 50, Resolver: resolver,
	}
}

func scalarSpec(lo, hi int64) Spec {
	return Spec{
		Template: Custom, Kind: Scalar, Fields: []string{"how many?", "as counted"}, Lo: lo, Hi: hi,
		Subsidy: coins(10), Window: 100, Grace: 50, Resolver: resolver,
	}
}

// ask opens a question of alice's.
func (w *world) ask(s Spec) QuestionID {
	w.Helper()
	q, err := w.Ask(w.now, alice, s)
	w.must(err)
	return q
}

// order is an order of who for 10 coins or shares at a generous limit, that
// does not rest.
func order(who Account, q QuestionID, a Action) Order {
	limit := percent(90)
	if !a.Buys() {
		limit = percent(10)
	}
	return Order{Trader: who, Question: q, Action: a, Amount: coins(10), Limit: limit}
}

func (w *world) place(o Order) OrderID {
	w.Helper()
	id, err := w.Place(w.now, o)
	w.must(err)
	return id
}

// tick goes on to the next block and does what is due there, then audits.
func (w *world) tick() {
	w.Helper()
	w.now++
	for _, q := range w.Due(w.now, 1000) {
		w.must(w.Advance(w.now, beaconAt(w.now), q))
	}
	w.must(Audit(w.Store))
}

// until ticks until a question is in a phase.
func (w *world) until(q QuestionID, p Phase) Question {
	w.Helper()
	for range 2000 {
		question, _ := w.Question(q)
		if question.Phase == p && (p != Closed || question.Due == 0) {
			return question
		}
		w.tick()
	}
	w.Fatalf("question %d never reached phase %d", q, p)
	return Question{}
}

// beaconAt is a beacon for tests.
func beaconAt(h Height) (b Hash) {
	copy(b[:], QuestionID(h*0x9e3779b97f4a7c15).Append(nil))
	return b
}

// resolve answers as the resolver.
func (w *world) resolve(q QuestionID, o Outcome) {
	w.Helper()
	w.must(w.Resolve(w.now, resolver, q, o))
	w.must(Audit(w.Store))
}

// claimAll claims for everybody, and checks that nothing is left in the pool.
func (w *world) claimAll(q QuestionID) {
	w.Helper()
	for _, a := range []Account{alice, bob, carol} {
		_, err := w.Claim(w.now, a, q)
		if err != nil {
			w.refused(err, NothingToClaim)
		}
	}
	w.must(Audit(w.Store))
	if s, _ := w.Store.States.Get(q); !s.Cash.IsZero() {
		w.Fatalf("%s coins left after every claim", s.Cash.Dec())
	}
}

// about checks an amount, in whole coins or shares, to a millionth of one.
func (w *world) about(what string, have Amount, want string) {
	w.Helper()
	exact, ok := new(big.Float).SetPrec(precision).SetString(want)
	if !ok {
		w.Fatalf("%s: %q is no number", what, want)
	}
	gap := bigNew().Sub(bigAmount(have), exact.Mul(exact, bigNew().SetUint64(uint64(One))))
	if gap.Abs(gap).Cmp(bigNew().SetUint64(1e12)) > 0 {
		w.Fatalf("%s: have %s units, want about %s", what, have.Dec(), want)
	}
}

// aboutPrice checks a price to a millionth.
func (w *world) aboutPrice(what string, have, want Price) {
	w.Helper()
	if gap := max(have, want) - min(have, want); gap > One/1e6 {
		w.Fatalf("%s: have %d, want about %d", what, have, want)
	}
}

// seen counts events of one type.
func seen[E Event](w *world) (list []E) {
	for _, e := range w.events {
		if e, ok := e.(E); ok {
			list = append(list, e)
		}
	}
	return list
}
