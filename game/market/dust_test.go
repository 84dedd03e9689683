package market

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// Rounding against takers leaves dust in the pool. At settlement it goes to the
// fund, and the opener gets what exact arithmetic would leave:
//
//	S + sets + Σ C(Y − sets, N) − owed,  C by math/big.
func TestDustGoesToTheFund(t *testing.T) {
	const seed = 20261124
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	dusty := 0
	for game := range 40 {
		w := newWorld(t)
		spec, members := binarySpec(), 1
		if game%2 == 1 {
			spec, members = groupSpec("ann", "ben"), 3
		}
		q := w.ask(spec)
		w.must(w.MintSet(w.now, carol, q, coins(3)))
		for range 6 {
			for _, who := range []Account{bob, carol} {
				o := order(who, q, BuyYes+Action(r.IntN(2)))
				o.Book = uint8(r.IntN(members))
				o.Amount = *new(Amount).SetUint64(1e15 + r.Uint64N(1e18))
				w.place(o)
			}
			w.tick()
		}
		w.until(q, Closed)
		outcome := Outcome{Verdict: Yes}
		if members > 1 {
			outcome = Outcome{Verdict: Member, Member: 1}
		}
		fundBefore := w.Fund()
		want := w.exactRest(q, outcome)
		w.resolve(q, outcome)

		settled := lastSettled(t, w.events)
		gap := bigNew().Sub(want, bigAmount(settled.ToOpener))
		if f, _ := gap.Float64(); f < -0.001 || f > 1.001 {
			t.Fatalf("game %d: the opener got %s, exactly %s: off by %g units",
				game, settled.ToOpener.Dec(), want.Text('f', 3), f)
		}
		fund := w.Fund()
		if fund.Sub(&fund, &fundBefore); fund != settled.ToFund {
			t.Fatalf("game %d: the fund grew by %s, the event says %s",
				game, fund.Dec(), settled.ToFund.Dec())
		}
		if settled.ToFund.GtUint64(200) {
			t.Fatalf("game %d: dust of %s units is no dust", game, settled.ToFund.Dec())
		}
		if !settled.ToFund.IsZero() {
			dusty++
		}
		w.must(Audit(w.Store))
		w.claimAll(q)
	}
	if dusty < 20 {
		t.Fatalf("dust in %d of 40 games: the test proves little", dusty)
	}
}

// exactRest is what an answer leaves to the opener, in units.
func (w *world) exactRest(q QuestionID, o Outcome) *big.Float {
	question, _ := w.Question(q)
	sum := bigAmount(question.Subsidy)
	sets := bigNew()
	if question.Kind == Group {
		sets = bigAmount(question.Sets)
	}
	sum.Add(sum, sets)
	b := bigAmount(question.B)
	for k, book := range w.Books(q) {
		yes, no := bigNew().Sub(bigAmount(book.Yes), sets), bigAmount(book.No)
		opening := bigPrice(book.Opening)
		// C = b·ln(π·e^(Y/b) + (1−π)·e^(N/b))
		up := bigNew().Mul(opening, bigExp(bigNew().Quo(yes, b)))
		down := bigNew().Mul(bigNew().Sub(bigInt(1), opening), bigExp(bigNew().Quo(no, b)))
		sum.Add(sum, bigNew().Mul(b, bigLn(up.Add(up, down))))
		wins := o.Verdict == Yes || o.Verdict == Member && int(o.Member) == k
		if wins {
			sum.Sub(sum, bigAmount(book.Yes))
		} else {
			sum.Sub(sum, bigAmount(book.No))
		}
	}
	return sum
}

func lastSettled(t *testing.T, events []Event) QuestionSettled {
	t.Helper()
	for i := len(events) - 1; i >= 0; i-- {
		if s, ok := events[i].(QuestionSettled); ok {
			return s
		}
	}
	t.Fatal("nothing was settled")
	return QuestionSettled{}
}
