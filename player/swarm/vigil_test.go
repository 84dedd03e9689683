package swarm_test

import (
	"context"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/swarm"
)

// modest is a group of players who go by the price too, all of one mind, with
// plenty of money.
func modest(name string, n int, p float64) swarm.Group {
	g := swarm.Group{Name: name, Count: n, Budget: coins(20), Make: same(sure(name, p))}
	g.Adjust = func(t swarm.Temper) swarm.Temper {
		t.Noise, t.Slope, t.Trust, t.Look, t.Delay, t.Kelly, t.Stake = 0, 1, 0.5, 1e-5, 0, 0.5, 1
		return t
	}
	return g
}

// TestNoEcho: players who believe half of what they think and half the price
// move a price halfway and stop. Were the price they made evidence to them,
// they would creep on to where they think it should be.
func TestNoEcho(t *testing.T) {
	w := newWorld(41)
	running(t, w)
	g := play(t, w, swarm.Config{Groups: []swarm.Group{modest("modest", 8, 0.9)}})
	id := g.ask(custom(1_000_000))
	g.until("they have traded", func() bool { return g.Progress().Fills >= 8 })
	from := g.height()
	g.until("they have had time", func() bool { return g.height() > from+60 })
	g.stop()
	// logit p = ½·logit 0.9
	price, want := client.Float(g.question(id).Books[0].Price), 0.75
	if price < 0.7 || price > want+0.005 {
		t.Errorf("the price is %.3f, want just below %.2f", price, want)
	}
}

// height is the chain's.
func (g *game) height() uint64 {
	h, err := g.w.Height(context.Background())
	if err != nil {
		g.Fatal(err)
	}
	return h
}

// push buys NO with so many coins for an account that is no player, by the post
// that everybody uses.
func (g *game) push(id uint64, n float64) {
	g.Helper()
	err := g.w.do(func(m *market.Market, _ market.Height) error {
		return m.Deposit(pusher, coins(n))
	})
	if err != nil {
		g.Fatal(err)
	}
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	at := g.w.height + 2 // when offers of the block in which it paid in have come
	g.w.post = append(g.w.post, letter{at, []client.SignedOrder{{
		Trader: common.Address(pusher),
		Order: client.Order{Question: id, Action: market.BuyNo, Amount: coins(n),
			Limit: market.MaxPrice},
		Permit: client.Permit{
			Nonce: *new(market.Amount).SetUint64(uint64(at)), ToBlock: uint64(at) + 9,
		},
	}}})
}

var pusher = market.Account{0xCC}

// TestPushesAreAnswered: the first push of a price that has stood moves it; the
// next, of the same size, meets offers that were laid out for it, moves it less
// and costs the pusher as much. Budgets hold.
func TestPushesAreAnswered(t *testing.T) {
	w := newWorld(42)
	runningAt(t, w, 20*time.Millisecond)
	wise := modest("wise", 8, 0.8)
	g := play(t, w, swarm.Config{Groups: []swarm.Group{wise}})
	g.until("they may trade", func() bool { return g.Progress().Ready })
	id := g.ask(custom(1_000_000))
	calm := func(blocks uint64) {
		from := g.height()
		g.until("it is calm", func() bool { return g.height() > from+blocks })
	}
	calm(30)
	price := func() float64 { return client.Float(g.question(id).Books[0].Price) }
	var moved []float64
	for range 3 {
		before := price()
		w.mu.Lock()
		mark := len(w.log)
		w.mu.Unlock()
		g.push(id, 3)
		g.until("the batch is done", func() bool { return g.after(mark, id) > 0 })
		moved = append(moved, before-g.after(mark, id))
		calm(15)
	}
	t.Logf("pushes moved the price by %.3f", moved)
	if moved[0] < 0.2 || moved[1] > 0.6*moved[0] || moved[2] > 0.6*moved[0] {
		t.Errorf("pushes moved the price by %.3f, want the later ones 0.6 as far at most",
			moved)
	}
	offers := 0
	for _, p := range g.Report().Players {
		offers += p.Offers
	}
	if offers == 0 {
		t.Error("nobody laid out an offer")
	}
	g.stop()
	g.withinBudget(coins(20), common.Address(pusher))
}

// TestBudgetsHoldUnderPushes: offers that are lost, late and called lost though
// they arrive, in lives that end at any moment, never put more at risk than the
// budget, of accounts that hold a hundred times as much.
func TestBudgetsHoldUnderPushes(t *testing.T) {
	const seed = 43
	w := newWorld(seed)
	w.rich, w.lose, w.lie, w.delay = true, 0.1, 0.2, 6
	running(t, w)
	wise := modest("wise", 8, 0.8)
	wise.Budget = coins(1)
	cfg := swarm.Config{Seed: []byte("pushed"), Groups: []swarm.Group{wise}, Window: 8,
		Drain: time.Nanosecond}
	id, laid := uint64(0), 0
	for range 4 {
		g := play(t, w, cfg)
		g.until("they may trade", func() bool { return g.Progress().Ready })
		if id == 0 {
			id = g.ask(custom(1_000_000))
		}
		for range 3 {
			from := g.height()
			g.until("it is calm", func() bool { return g.height() > from+60 })
			g.push(id, 2)
		}
		g.stop()
		for _, p := range g.Report().Players {
			laid += p.Offers
		}
		g.withinBudget(coins(1), common.Address(pusher))
	}
	if laid < 100 {
		t.Errorf("seed %d: %d offers were laid out, want 100 at least", seed, laid)
	}
}

// after is the price to which the first batch after a mark in the log brought a
// question in which the pusher had an order; 0: not yet.
func (g *game) after(mark int, id uint64) float64 {
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	mine := false
	for _, e := range g.w.log[mark:] {
		switch b := e.Body.(type) {
		case client.Filled:
			mine = mine || b.Question == id && market.Account(b.Trader) == pusher
		case client.Moved:
			if mine && b.Question == id {
				return client.Float(b.To)
			}
		}
	}
	return 0
}
