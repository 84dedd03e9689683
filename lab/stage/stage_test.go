package stage_test

import (
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/lab/stage"
	"agon/player/sizing"
)

// play opens one question, lets two accounts trade at random and settles it. It
// gives the block of the close, the last price and what both have in the end.
func play(t *testing.T, seed uint64) (closed market.Height, price market.Price, ends [2]float64) {
	t.Helper()
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	s := stage.New(seed)
	opener := stage.AccountOf("opener")
	fail(s.Deposit(opener, sizing.Amount(5)))
	who := []market.Account{stage.AccountOf("a"), stage.AccountOf("b")}
	for _, w := range who {
		fail(s.Deposit(w, sizing.Amount(10)))
	}
	id, err := s.Ask(s.Height(), opener, market.Spec{
		Template: market.DappScam, Fields: []string{"example.org"}, Subsidy: sizing.Amount(5),
		Window: 30, Grace: market.MaxGrace, Resolver: opener,
		Openings: []market.Price{market.One / 2},
	})
	fail(err)
	r := rand.New(rand.NewPCG(seed, 2))
	for closed == 0 {
		if q := s.Books(id)[0]; s.Height() < 20 {
			o := market.Order{
				Trader: who[r.IntN(2)], Question: id, Action: market.Action(r.IntN(2)),
				Amount: sizing.Amount(r.Float64()), Limit: market.MaxPrice,
			}
			price = q.Price
			_, err := s.Place(s.Height(), o)
			fail(err)
		}
		fail(s.Block())
		for _, e := range s.Events() {
			if c, is := e.(market.QuestionClosed); is {
				closed = c.Height
			}
		}
		if s.Height() > 100 {
			t.Fatal("the question never closed")
		}
	}
	price = s.Books(id)[0].Price
	fail(s.Resolve(s.Height(), opener, id, market.Outcome{Verdict: market.Yes}))
	for i, w := range who {
		_, err := s.Claim(s.Height(), w, id)
		fail(err)
		ends[i] = sizing.Coins(s.Balance(w))
	}
	sum := ends[0] + ends[1] + sizing.Coins(s.Balance(opener))
	if sum > 25 || sum < 25-1e-9 { // dust is the fund's
		t.Errorf("seed %d: 25 coins came in, %v are there", seed, sum)
	}
	return closed, price, ends
}

// TestStage: one seed plays one game to the coin, orders trade, and coins are
// conserved; seeds decide the close.
func TestStage(t *testing.T) {
	closes := map[market.Height]bool{}
	for seed := range uint64(12) {
		c1, p1, e1 := play(t, seed)
		c2, p2, e2 := play(t, seed)
		if c1 != c2 || p1 != p2 || e1 != e2 {
			t.Errorf("seed %d: %v %v %v, then %v %v %v", seed, c1, p1, e1, c2, p2, e2)
		}
		if p1 == market.One/2 {
			t.Errorf("seed %d: nothing has moved the price", seed)
		}
		closes[c1] = true
	}
	if len(closes) < 2 {
		t.Error("12 seeds close at one block: beacons do not depend on them")
	}
}

// TestEvents: they come once, in order.
func TestEvents(t *testing.T) {
	s := stage.New(1)
	opener := stage.AccountOf("opener")
	if err := s.Deposit(opener, sizing.Amount(5)); err != nil {
		t.Fatal(err)
	}
	_, err := s.Ask(s.Height(), opener, market.Spec{
		Template: market.DappScam, Fields: []string{"example.org"}, Subsidy: sizing.Amount(5),
		Window: 30, Grace: market.MaxGrace, Resolver: opener,
		Openings: []market.Price{market.One / 2},
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Events()); n == 0 {
		t.Error("opening a question was no event")
	}
	if n := len(s.Events()); n != 0 {
		t.Errorf("%d events came twice", n)
	}
}

// TestAccountOf: names have accounts of their own.
func TestAccountOf(t *testing.T) {
	a, again, b := stage.AccountOf("a"), stage.AccountOf("a"), stage.AccountOf("b")
	if a == b || a != again {
		t.Error("accounts are to depend on the name and on nothing else")
	}
}
