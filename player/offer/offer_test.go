package offer_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/player/offer"
	"agon/player/sizing"
)

// path is n blocks at p, and then the rest.
func path(n int, p float32, rest ...float32) offer.Trace {
	var t offer.Trace
	for range n {
		t = append(t, p)
	}
	return append(t, rest...)
}

// TestTrace: what a price usually is, and what a push leaves behind.
func TestTrace(t *testing.T) {
	for _, c := range []struct {
		name           string
		trace          offer.Trace
		usual          float64 // now is 0.7
		jumped, fought bool
	}{
		{"nothing yet", nil, 0.7, false, false},
		{"finding itself", path(3, 0.2), 0.7, false, false},
		{"stood", path(12, 0.2), 0.2, false, false},
		{"pushed after it stood", path(12, 0.2, 0.9, 0.9, 0.9), 0.2, true, false},
		{"pushed for longer than it stood", append(path(12, 0.2), path(15, 0.9)...), 0.2, true,
			false},
		{"news", path(12, 0.2, 0.3, 0.4, 0.5), 0.2, false, false},
		{"to and fro", path(2, 0.2, 0.9, 0.2, 0.9, 0.2), 0.55, false, true},
		{"found itself late", path(3, 0.2, 0.9, 0.9, 0.9), 0.9, false, false},
	} {
		if got := c.trace.Usual(0.7); math.Abs(got-c.usual) > 1e-6 {
			t.Errorf("%s: usually %v, want %v", c.name, got, c.usual)
		}
		if j, f := c.trace.Jumped(), c.trace.Fought(); j != c.jumped || f != c.fought {
			t.Errorf("%s: jumped %v, fought %v; want %v, %v", c.name, j, f, c.jumped, c.fought)
		}
	}
}

// TestGuard: the alarm is raised far from the belief and not before its time,
// stays, and only books under it get offers.
func TestGuard(t *testing.T) {
	var g offer.Guard[string]
	g.Watch("near", path(10, 0.5), 0.5, 0.46, offer.Independent)
	g.Watch("soon", path(2, 0.9), 0.9, 0.2, offer.Independent)
	g.Watch("far", path(3, 0.5), 0.5, 0.4, offer.Independent)
	g.Watch("swayed", path(5, 0.5), 0.5, 0.4, offer.Swayed)
	for k, want := range map[string]bool{
		"near": false, "soon": false, "far": true, "swayed": false,
	} {
		if g.Alarmed(k) != want {
			t.Errorf("%s: alarm %v, want %v", k, !want, want)
		}
	}
	g.Watch("far", path(10, 0.4), 0.4, 0.4, offer.Independent)
	views := []offer.View[string]{
		{Key: "near", Price: 0.5, Belief: 0.46}, {Key: "far", Price: 0.4, Belief: 0.4},
	}
	bids := g.Offers(views, 100)
	if len(bids) == 0 || len(bids) > offer.MostOrders {
		t.Errorf("%d offers, want 1 to %d", len(bids), offer.MostOrders)
	}
	for _, b := range bids {
		if b.View != 1 {
			t.Errorf("an offer on a book without alarm: %+v", b)
		}
	}
	g.Forget("far")
	if n := len(g.Offers(views, 100)); n != 0 {
		t.Errorf("%d offers after the alarm was ended, want none", n)
	}
	var calm offer.Guard[int]
	if n := len(calm.Offers([]offer.View[int]{{Price: 0.5, Belief: 0.1}}, 9)); n != 0 {
		t.Errorf("a guard without alarms made %d offers", n)
	}
}

// TestOffers: whatever price and belief, all offers together cost no more than
// there is, each earns by the belief if it is taken at its limit, none crosses
// another, and a belief that is not a number makes none.
func TestOffers(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 1))
	for range 5000 {
		price, belief := 1e-4+(1-2e-4)*r.Float64(), 1e-4+(1-2e-4)*r.Float64()
		var g offer.Guard[int]
		g.Raise(0, price, belief)
		g.Raise(1, price, belief)
		bids := g.Offers([]offer.View[int]{
			{Key: 0, Price: price, Belief: belief}, {Key: 1, Price: price, Belief: math.NaN()},
		}, 100)
		sum, yes, no := 0.0, 0.0, 0.0
		for _, b := range bids {
			sum += b.Amount
			worth := belief
			if b.Action == market.BuyNo {
				worth = 1 - belief
				no = max(no, b.Limit)
			} else {
				yes = max(yes, b.Limit)
			}
			if b.View != 0 || b.Reason != sizing.Buys || !(b.Amount > 0) || b.Limit >= worth ||
				b.Limit <= 0 {
				t.Fatalf("price %v, belief %v: %+v", price, belief, b)
			}
		}
		if sum > 100 || yes+no >= 1 {
			t.Fatalf("price %v, belief %v: %v coins of 100, limits %v and %v", price, belief,
				sum, yes, no)
		}
	}
}

// TestLadder: the further a price is pushed, the more is staked, and never all.
func TestLadder(t *testing.T) {
	staked, last := 0.0, 0.0
	for _, d := range offer.Ladder(market.BuyNo, 0.1, 0.1, 1) {
		at := 1 - d.Limit
		staked += d.Amount
		if at <= last || staked >= 1 || math.Abs(staked-(at-0.1)/(at+0.1)) > 1e-9 {
			t.Errorf("%v staked at %v, want %v", staked, at, (at-0.1)/(at+0.1))
		}
		last = at
	}
	if staked < 0.7 {
		t.Errorf("%v staked at the end, want 0.7 at least", staked)
	}
}
