package swarm

import (
	"crypto/ecdsa"
	"fmt"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/arbitrage"
	"agon/player/memory"
	"agon/player/offer"
	"agon/player/sizing"
)

// agent is one player.
type agent struct {
	id            int
	name          string // "host-ngram 3"
	group         string
	model, family string
	key           *ecdsa.PrivateKey
	addr          common.Address
	seed          []byte // of its moods, with its number
	number        int
	temper        Temper
	limit         market.Amount // its budget, at first
	budget        *sizing.Budget

	// A player thinks, or reads what others think, or arbitrates.
	oracle    *oracle
	ear       *ear
	mind      *memory.Mind
	arbitrage *arbitrage.Style

	guard     offer.Guard[bookKey] // against whoever pushes prices
	notes     map[bookKey]*notes
	flights   map[*flight]bool         // every order that may still spend
	live      map[uint64]*flight       // those placed, by order id
	unclaimed map[uint64]int           // settled questions that owe it, and tries to claim
	sets      map[uint64]string        // reservations of full sets on the way, by question
	loose     map[uint64]market.Amount // full sets of questions not yet read
	deposited market.Amount
	claimed   market.Amount
	past      past
	tally     tally
	looks     float64 // coins paid for its model's looks
}

// notes is what an agent knows of its own dealings on one book.
type notes struct {
	yes, no market.Amount // shares held
	paid    market.Amount // coins paid for shares
	got     market.Amount // coins received for shares
	gauss   float64       // its mood about the book
	flight  *flight       // its order on the way, if any
	looked  uint64        // block at which it last decided; 0: never
	retry   uint64        // block at which it is to look again whatever happens; 0: none
	offered uint64        // block at which it last laid out offers
	words   string        // the last decision, if numbers do not tell it
	belief  float32       // and price, at the last decision
	price   float32
	gain    float32 // expected by it
	reason  sizing.Reason
}

// past sums up what an agent's notes said of questions long settled.
type past struct {
	paid, got    float64
	best, worst  uint64 // questions, 0: none
	gained, lost float64
}

// why is the last decision in words.
func (n *notes) why() string {
	if n.words != "" || n.looked == 0 {
		return n.words
	}
	d := sizing.Decision{Reason: n.reason, Expected: float64(n.gain)}
	if n.reason.Trades() {
		return fmt.Sprintf("believes %.3f at %.3f: %s, expects %+.4f",
			n.belief, n.price, n.reason, n.gain)
	}
	return d.Explain(float64(n.belief), float64(n.price))
}

// flight is an order that was signed and has not ended.
type flight struct {
	id     string // of its reservation
	key    bookKey
	order  client.Order
	nonce  market.Amount
	until  uint64 // last block at which it may be placed
	placed uint64 // order id, 0 until then
	offer  bool   // it answers a push that may come
	air    bool   // it counts among the orders signed and not heard of
}

// tally counts what an agent did.
type tally struct {
	Orders, Offers, Fills, Refused int            // offers are orders too
	Looks                          map[string]int // decisions by reason
}

// at is the agent's notes on a book.
func (a *agent) at(k bookKey) *notes {
	n := a.notes[k]
	if n == nil {
		n = &notes{}
		if a.oracle != nil && a.temper.Noise != 0 {
			n.gauss = gauss(a.seed, a.number, k)
		}
		a.notes[k] = n
	}
	return n
}

// own is the agent's own forecast of a book, given its model's.
func (a *agent) own(f player.Forecast, base float64, k bookKey) player.Forecast {
	mood := 0.0
	if m := a.notes[k]; m != nil {
		mood = m.gauss
	} else if a.temper.Noise != 0 {
		mood = gauss(a.seed, a.number, k)
	}
	return a.temper.own(f, base, mood)
}

// bet is the agent's view of a book, ready to be sized.
func (a *agent) bet(q *question, i int, m *notes, o opinion) sizing.Bet {
	b := q.books[i]
	f := a.temper.own(o.Forecast, b.prior, m.gauss)
	return sizing.Bet{
		Price: b.price, B: sizing.Coins(q.B), Fee: float64(q.Fee) / 1e4,
		Belief: a.believe(q, i, f),
		Yes:    sizing.Coins(m.yes), No: sizing.Coins(m.no),
		Staked: sizing.Coins(m.paid) - sizing.Coins(m.got),
	}
}

// share is the part of the next batch's flow on its side that the agent
// expects to be, on a book first seen a while ago. On a new one everybody
// comes at once: it expects company of crowd.
func (a *agent) share(b book, now, seen uint64, crowd int) float64 {
	others := b.others(now)
	if b.moved == 0 && now <= seen+2 {
		others = float64(crowd)
	}
	return 1 / (1 + a.temper.Crowds*others)
}

// order makes the order of a decision. Sells never exceed what is held, nor
// buys what is free, whatever floating point makes of it.
func (a *agent) order(k bookKey, d sizing.Decision, m *notes) client.Order {
	amount := sizing.Amount(d.Amount)
	most := a.budget.Purse().Free
	switch d.Action {
	case market.SellYes:
		most = m.yes
	case market.SellNo:
		most = m.no
	}
	if amount.Gt(&most) {
		amount = most
	}
	return client.Order{
		Question: k.question, Book: k.book, Action: d.Action, Amount: amount,
		Limit: sizing.LimitPrice(d.Action, d.Limit),
	}
}

// launch reserves what an order may spend and remembers it as on its way. It
// comes before signing.
func (a *agent) launch(k bookKey, m *notes, o client.Order, now, window uint64) (*flight, error) {
	id := fmt.Sprintf("%d/%d/%d", k.question, k.book, now)
	f := a.fly(id, k, o, now+window)
	if buys(o.Action) {
		if err := a.budget.Reserve(id, o.Amount); err != nil {
			return nil, err
		}
	}
	m.flight, a.flights[f], f.air = f, true, true
	a.tally.Orders++
	return f, nil
}

// fly makes the flight of an order.
func (a *agent) fly(id string, k bookKey, o client.Order, until uint64) *flight {
	return &flight{id: id, key: k, order: o, until: until, nonce: client.NonceFor(a.addr, id)}
}

// placed connects an order on the chain with the flight it is of. An order the
// agent does not know was signed by an earlier process: it is taken over.
func (a *agent) placed(m *notes, o client.Ordered) {
	f := a.awaits(m, o.Order)
	if f == nil {
		k := bookKey{o.Order.Question, o.Order.Book}
		f = a.adopt(m, k, o.ID, o.Order)
		if buys(o.Order.Action) {
			a.budget.Adopt(f.id, o.Order.Amount)
		}
	}
	f.placed = o.ID
	a.live[o.ID] = f
}

// land ends a flight and frees what it did not spend.
func (a *agent) land(f *flight) {
	a.budget.Release(f.id)
	delete(a.flights, f)
	delete(a.live, f.placed)
	if m := a.notes[f.key]; m != nil && m.flight == f {
		m.flight = nil
	}
}

// filled books what an order got in a batch.
func (a *agent) filled(m *notes, e client.Filled) error {
	f := a.live[e.ID]
	if f == nil {
		return fmt.Errorf("%s: a fill of order %d, which is not known", a.name, e.ID)
	}
	a.tally.Fills++
	switch e.Action {
	case market.BuyYes:
		m.yes.Add(&m.yes, &e.Shares)
	case market.BuyNo:
		m.no.Add(&m.no, &e.Shares)
	case market.SellYes:
		m.yes.Sub(&m.yes, &e.Shares)
	case market.SellNo:
		m.no.Sub(&m.no, &e.Shares)
	}
	if buys(e.Action) {
		m.paid.Add(&m.paid, &e.Coins)
		if err := a.budget.Spend(f.id, e.Coins); err != nil {
			return fmt.Errorf("%s: order %d: %w", a.name, e.ID, err)
		}
	} else {
		m.got.Add(&m.got, &e.Coins)
		a.budget.Earn(e.Coins)
	}
	if e.Left.IsZero() {
		a.land(f)
	}
	return nil
}

// buys reports whether an action spends coins.
func buys(a market.Action) bool { return a == market.BuyYes || a == market.BuyNo }
