package arbitrage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/player/arbitrage"
	"agon/player/sizing"
)

// table is the real market with a block at a time, one arbitrageur and people
// who trade on whims.
type table struct {
	*testing.T
	m   *market.Market
	now market.Height
	r   *rand.Rand
}

var (
	asker, whims = market.Account{1}, market.Account{2}
	arbitrageur  = market.Account{3}
)

func newTable(t *testing.T, seed uint64) *table {
	store := market.NewMemory()
	w := &table{T: t, now: 1, r: rand.New(rand.NewPCG(seed, 5))}
	w.m = &market.Market{Store: store.Store, Emit: func(market.Event) {}}
	for a, coins := range map[market.Account]float64{asker: 1000, whims: 1000, arbitrageur: 50} {
		w.must(w.m.Deposit(a, sizing.Amount(coins)))
	}
	return w
}

func (w *table) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *table) ask(s market.Spec) market.QuestionID {
	w.Helper()
	s.Subsidy, s.Window, s.Grace, s.Resolver = sizing.Amount(10), 2000, 1000, asker
	id, err := w.m.Ask(w.now, asker, s)
	w.must(err)
	return id
}

// block trades what is due.
func (w *table) block() {
	w.Helper()
	w.now++
	for _, q := range w.m.Due(w.now, 100) {
		w.must(w.m.Advance(w.now, market.Hash{byte(w.now)}, q))
	}
}

// whim buys a little of something at any price.
func (w *table) whim(q market.QuestionID, book uint8) {
	w.Helper()
	o := market.Order{Trader: whims, Question: q, Book: book, Limit: market.MaxPrice,
		Action: market.Action(w.r.IntN(2)), Amount: sizing.Amount(0.05 + w.r.Float64())}
	_, err := w.m.Place(w.now, o)
	w.must(err)
}

// books is what the arbitrageur sees of a question.
func (w *table) books(q market.QuestionID) []arbitrage.Book {
	question, _ := w.m.Question(q)
	var list []arbitrage.Book
	for i, b := range w.m.Books(q) {
		p := w.m.Position(q, uint8(i), arbitrageur)
		list = append(list, arbitrage.Book{
			Price: float64(b.Price) / 1e18, B: sizing.Coins(question.B),
			Fee: float64(question.Fee) / 1e4, Yes: sizing.Coins(p.Yes), No: sizing.Coins(p.No),
		})
	}
	return list
}

func (w *table) wealth() float64 { return sizing.Coins(w.m.Balance(arbitrageur)) }

// carryOut does what a plan says; at names the book of each index.
func (w *table) carryOut(p arbitrage.Plan, at func(int) (market.QuestionID, uint8)) {
	w.Helper()
	q, _ := at(0)
	if p.Burn > 0 {
		w.must(w.m.BurnSet(w.now, arbitrageur, q, sizing.Amount(p.Burn*(1-1e-12))))
	}
	if p.Mint > 0 {
		w.must(w.m.MintSet(w.now, arbitrageur, q, sizing.Amount(p.Mint)))
	}
	for _, o := range p.Orders {
		q, book := at(o.Book)
		order := market.Order{Trader: arbitrageur, Question: q, Book: book, Action: o.Action,
			Amount: sizing.Amount(o.Amount * (1 - 1e-12)),
			Limit:  sizing.LimitPrice(o.Action, o.Limit)}
		if order.Amount.LtUint64(market.MinOrder) {
			continue
		}
		_, err := w.m.Place(w.now, order)
		w.must(err)
	}
}

// settle answers a question and pays everybody.
func (w *table) settle(q market.QuestionID, o market.Outcome) {
	w.Helper()
	for w.phase(q) == market.Open {
		w.block()
	}
	w.block()
	w.must(w.m.Resolve(w.now, asker, q, o))
	w.m.Claim(w.now, arbitrageur, q) // refused if nothing is owed
}

func (w *table) phase(q market.QuestionID) market.Phase {
	question, _ := w.m.Question(q)
	return question.Phase
}

var style = arbitrage.Style{Share: 0.7, Look: 1e-3, Lump: 0.01}

// TestAGroupIsHeldToOne plays 300 blocks of whims on a group of six, with and
// without the arbitrageur: with it prices sum to 1, and it earns by that.
func TestAGroupIsHeldToOne(t *testing.T) {
	play := func(arbitrate bool) (off, profit float64) {
		w := newTable(t, 4)
		q := w.ask(market.Spec{Kind: market.Group, Fields: []string{"who?", "the one"},
			Members: []string{"a", "b", "c", "d", "e"}})
		before := w.wealth()
		const blocks = 300
		for range blocks {
			if w.r.IntN(3) == 0 {
				w.whim(q, uint8(w.r.IntN(6)))
			}
			if arbitrate {
				p := style.Sets(w.books(q), w.wealth())
				w.carryOut(p, func(i int) (market.QuestionID, uint8) { return q, uint8(i) })
			}
			w.block()
			off += math.Abs(total(w.books(q))-1) / blocks
		}
		w.settle(q, market.Outcome{Verdict: market.Member, Member: 2})
		if err := market.Audit(w.m.Store); err != nil {
			t.Error(err)
		}
		return off, w.wealth() - before
	}
	alone, _ := play(false)
	held, profit := play(true)
	t.Logf("prices are off 1 by %.4f without, %.4f with it; it earns %.4f", alone, held, profit)
	if held > alone/10 || held > 0.1 {
		t.Errorf("prices are off 1 by %.4f on average, %.4f without an arbitrageur", held, alone)
	}
	if profit <= 0 {
		t.Errorf("the arbitrageur earns %.4f", profit)
	}
}

// TestLinkedQuestionsAgree does the same with two questions on one host, and
// with a price asked about from above at three levels and from below at one.
func TestLinkedQuestionsAgree(t *testing.T) {
	price := func(template market.Template, at string) market.Spec {
		return market.Spec{Template: template,
			Fields: []string{"BTC", at, "2027-01-01 00:00 UTC"}}
	}
	host := market.Spec{Template: market.DappScam, Fields: []string{"a.example"}}
	for _, c := range []struct {
		name  string
		specs []market.Spec
		yes   []bool // how they are answered
	}{
		{"one host asked about twice", []market.Spec{host, host}, []bool{true, true}},
		{"above and below", []market.Spec{price(market.PriceAbove, "90000"),
			price(market.PriceBelow, "90000")}, []bool{true, false}},
		{"a ladder", []market.Spec{price(market.PriceAbove, "80000"),
			price(market.PriceAbove, "90000"), price(market.PriceBelow, "95000"),
			price(market.PriceAbove, "120000")}, []bool{true, true, false, false}},
	} {
		t.Run(c.name, func(t *testing.T) {
			alone, _ := linked(t, c.specs, c.yes, false)
			held, profit := linked(t, c.specs, c.yes, true)
			t.Logf("contradiction %.4f without, %.4f with it; it earns %.4f", alone, held, profit)
			if held > alone/3 {
				t.Errorf("contradiction %.4f, %.4f without an arbitrageur", held, alone)
			}
			if profit <= 0 {
				t.Errorf("the arbitrageur earns %.4f", profit)
			}
		})
	}
}

// linked plays questions and gives by how much neighbours of their link
// contradicted each other, on average, and what the arbitrageur earned.
func linked(
	t *testing.T, specs []market.Spec, yes []bool, arbitrate bool,
) (off, profit float64) {
	t.Helper()
	w := newTable(t, 12)
	var facts []arbitrage.Fact
	answers := map[market.QuestionID]bool{}
	for i, s := range specs {
		id := w.ask(s)
		answers[id] = yes[i]
		facts = append(facts, arbitrage.Fact{Question: uint64(id), Template: s.Template,
			Fields: s.Fields, Resolver: asker})
	}
	links := arbitrage.Find(facts, nil)
	if len(links) != 1 || len(links[0].Items) != len(specs) {
		t.Fatalf("links %v", links)
	}
	link := links[0]
	at := func(i int) (market.QuestionID, uint8) {
		return market.QuestionID(link.Items[i].Question), 0
	}
	see := func() []arbitrage.Twin {
		twins := make([]arbitrage.Twin, len(link.Items))
		for i, item := range link.Items {
			q, _ := at(i)
			twins[i] = arbitrage.Twin{Book: w.books(q)[0], Opposite: item.Opposite}
		}
		return twins
	}
	before := w.wealth()
	const blocks = 300
	for range blocks {
		if w.r.IntN(3) == 0 {
			q, _ := at(w.r.IntN(len(specs)))
			w.whim(q, 0)
		}
		if arbitrate {
			plan := style.Twins
			if link.Relation == arbitrage.Laddered {
				plan = style.Ladder
			}
			w.carryOut(plan(see(), w.wealth()), at)
		}
		w.block()
		last := math.NaN()
		for _, twin := range see() {
			p := twin.Book.Price
			if twin.Opposite {
				p = 1 - p
			}
			if d := last - p; d > 0 || link.Relation == arbitrage.Twinned && d < 0 {
				off += math.Abs(d) / blocks
			}
			last = p
		}
	}
	for _, item := range link.Items {
		q := market.QuestionID(item.Question)
		o := market.Outcome{Verdict: market.No}
		if answers[q] {
			o.Verdict = market.Yes
		}
		w.settle(q, o)
	}
	if err := market.Audit(w.m.Store); err != nil {
		t.Error(err)
	}
	return off, w.wealth() - before
}
