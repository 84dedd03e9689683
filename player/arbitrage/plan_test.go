package arbitrage_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"agon/game/market"
	"agon/player/arbitrage"
	"agon/player/sizing"
)

var plain = arbitrage.Style{Share: 1, Look: 1e-6}

// fill carries out a plan on the curves themselves, nobody else trading, and
// returns the coins it took.
func fill(t *testing.T, books []arbitrage.Book, p arbitrage.Plan) (paid float64) {
	t.Helper()
	for _, o := range p.Orders {
		b := &books[o.Book]
		up := sizing.Curve{B: b.B, P: b.Price}
		down := sizing.Curve{B: b.B, P: 1 - b.Price}
		switch o.Action {
		case market.BuyYes:
			to := up.After(o.Amount / (1 + b.Fee))
			b.Yes += up.Shares(to)
			b.Price = to
			paid += o.Amount
			atMost(t, "price of YES", to, o.Limit)
		case market.BuyNo:
			to := down.After(o.Amount / (1 + b.Fee))
			b.No += down.Shares(to)
			b.Price = 1 - to
			paid += o.Amount
			atMost(t, "price of NO", to, o.Limit)
		case market.SellYes:
			to := down.AfterShares(o.Amount)
			b.Yes -= o.Amount
			paid -= (1 - b.Fee) * (o.Amount - down.Cost(to))
			b.Price = 1 - to
			atMost(t, "limit of YES sold", o.Limit, 1-to)
		case market.SellNo:
			to := up.AfterShares(o.Amount)
			b.No -= o.Amount
			paid -= (1 - b.Fee) * (o.Amount - up.Cost(to))
			b.Price = to
			atMost(t, "limit of NO sold", o.Limit, 1-to)
		}
		if b.Yes < -1e-9 || b.No < -1e-9 {
			t.Fatalf("sells more than is held: %+v", *b)
		}
	}
	return paid
}

func atMost(t *testing.T, what string, x, most float64) {
	t.Helper()
	if x > most+1e-9 {
		t.Errorf("%s is %.9f, at most %.9f", what, x, most)
	}
}

func total(books []arbitrage.Book) (sum float64) {
	for _, b := range books {
		sum += b.Price
	}
	return sum
}

// TestSetsAreTheBestArbitrage compares the plan with a search over how many
// sets to buy, for groups whose prices are too low together.
func TestSetsAreTheBestArbitrage(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(2, 6).Draw(rt, "members")
		fee := rapid.Float64Range(0, 0.02).Draw(rt, "fee")
		books := make([]arbitrage.Book, n)
		for i := range books {
			books[i] = arbitrage.Book{
				Price: rapid.Float64Range(0.01, 0.9/float64(n)).Draw(rt, "price"), Fee: fee,
				B: rapid.Float64Range(0.5, 20).Draw(rt, "b"),
			}
		}
		profit := func(sets float64) float64 {
			cost := 0.0
			for _, b := range books {
				c := sizing.Curve{B: b.B, P: b.Price}
				cost += (1 + b.Fee) * c.Cost(c.AfterShares(sets))
			}
			return sets - cost
		}
		best := 0.0
		for i := range 40_000 {
			best = max(best, profit(float64(i)/40_000*100))
		}
		p := plain.Sets(books, 1e6)
		paid := fill(t, books, p)
		sets := math.Inf(1)
		for _, b := range books {
			sets = min(sets, b.Yes)
		}
		if have := sets - paid; best > 1e-4 && have < best*0.999-1e-4 {
			rt.Errorf("%+v earns %.6f, the best is %.6f: %s", books, have, best, p.Words)
		}
	})
}

// TestSetsComeIntoLine: whatever the prices, a few looks of one arbitrageur
// bring the sum to 1 within the fee, by minting if need be, and it gains.
func TestSetsComeIntoLine(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		books := make([]arbitrage.Book, rapid.IntRange(2, 8).Draw(rt, "members"))
		for i := range books {
			books[i] = arbitrage.Book{
				Price: rapid.Float64Range(0.01, 0.9).Draw(rt, "price"), B: 5, Fee: 0.005,
				Yes: rapid.Float64Range(0, 1).Draw(rt, "yes"),
			}
		}
		coins := 0.0
		for range 6 {
			p := plain.Sets(books, 1e6)
			coins -= fill(t, books, p) + p.Mint - p.Burn
			for i := range books {
				books[i].Yes += p.Mint - p.Burn
			}
			if p.Acts() && p.Expected < 0 {
				rt.Fatalf("a plan expected to lose: %+v", p)
			}
		}
		if s := total(books); math.Abs(s-1) > 0.02 {
			rt.Errorf("prices sum to %.4f after six looks: %+v", s, books)
		}
	})
}

// TestTwinsMeet: twins and opposites end at one price, with as many YES as NO,
// and a pair is worth 1 whatever the answer: no answer loses.
func TestTwinsMeet(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		twins := make([]arbitrage.Twin, rapid.IntRange(2, 5).Draw(rt, "twins"))
		books := make([]arbitrage.Book, len(twins))
		fee := rapid.Float64Range(0, 0.01).Draw(rt, "fee")
		for i := range twins {
			books[i] = arbitrage.Book{
				Price: rapid.Float64Range(0.05, 0.95).Draw(rt, "price"), Fee: fee,
				B: rapid.Float64Range(1, 20).Draw(rt, "b"),
			}
			twins[i] = arbitrage.Twin{books[i], rapid.Bool().Draw(rt, "opposite")}
		}
		p := plain.Twins(twins, 1e6)
		paid := fill(t, books, p)
		ifYes, ifNo, low, high := -paid, -paid, 1.0, 0.0
		for i, b := range books {
			price := b.Price
			if twins[i].Opposite {
				b.Yes, b.No, price = b.No, b.Yes, 1-price
			}
			ifYes += b.Yes
			ifNo += b.No
			low, high = min(low, price), max(high, price)
		}
		if ifYes < -1e-6 || ifNo < -1e-6 {
			rt.Errorf("%s: ends with %.6f if YES and %.6f if NO", p.Words, ifYes, ifNo)
		}
		if high-low > 0.012 && p.Acts() || high-low > 0.05 {
			rt.Errorf("prices from %.4f to %.4f are left: %s", low, high, p.Words)
		}
	})
}

// TestLadderLosesToNoAnswer: whichever rung the truth stands on, a ladder's
// orders pay what they cost.
func TestLadderLosesToNoAnswer(t *testing.T) {
	traded, draws := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		twins := make([]arbitrage.Twin, rapid.IntRange(2, 7).Draw(rt, "rungs"))
		books := make([]arbitrage.Book, len(twins))
		for i := range twins {
			books[i] = arbitrage.Book{
				Price: rapid.Float64Range(0.05, 0.95).Draw(rt, "price"),
				B:     rapid.Float64Range(1, 20).Draw(rt, "b"),
			}
			twins[i] = arbitrage.Twin{books[i], rapid.Bool().Draw(rt, "opposite")}
		}
		p := plain.Ladder(twins, 1e6)
		paid := fill(t, books, p)
		if draws++; p.Acts() {
			traded++
		}
		// With the truth at rung k, items before k are false and the rest true.
		for k := 0; k <= len(books); k++ {
			worth := -paid
			for i, b := range books {
				if (i >= k) != twins[i].Opposite {
					worth += b.Yes
				} else {
					worth += b.No
				}
			}
			if worth < -1e-6 {
				rt.Fatalf("truth at rung %d: ends with %.6f; %+v", k, worth, p)
			}
		}
		last := 0.0
		for i, b := range books {
			price := b.Price
			if twins[i].Opposite {
				price = 1 - price
			}
			if price < last-0.01 {
				rt.Errorf("rung %d at %.4f, before it %.4f: %s", i, price, last, p.Words)
			}
			last = price
		}
	})
	if traded < draws/5 {
		t.Errorf("%d of %d draws were traded: the test says little", traded, draws)
	}
}

// TestPlansKeepToThePurse: nothing stakes more than there is.
func TestPlansKeepToThePurse(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 2000 {
		books := make([]arbitrage.Book, 2+r.IntN(5))
		twins := make([]arbitrage.Twin, len(books))
		for i := range books {
			books[i] = arbitrage.Book{
				Price: 0.01 + 0.98*r.Float64(), B: 20 * r.Float64(), Fee: 0.01 * r.Float64(),
				Yes: r.Float64(), No: r.Float64() * float64(r.IntN(2)),
			}
			twins[i] = arbitrage.Twin{Book: books[i], Opposite: r.IntN(2) == 0}
		}
		wealth := r.Float64() * float64(r.IntN(3))
		for what, p := range map[string]arbitrage.Plan{
			"sets": plain.Sets(books, wealth), "twins": plain.Twins(twins, wealth),
			"ladder": plain.Ladder(twins, wealth),
		} {
			if spent := stake(p); spent > wealth+1e-9 || spent > p.Stake+1e-9 {
				t.Fatalf("%s stakes %v, says %v, has %v: %+v", what, spent, p.Stake, wealth, p)
			}
		}
	}
}

// stake is what a plan's orders and minting may spend.
func stake(p arbitrage.Plan) float64 {
	sum := p.Mint
	for _, o := range p.Orders {
		if o.Action == market.BuyYes || o.Action == market.BuyNo {
			sum += o.Amount
		}
	}
	return sum
}

// TestRiskIsWeighed: a small edge between questions is not taken where the link
// may not hold; between members of a group it is.
func TestRiskIsWeighed(t *testing.T) {
	careful := arbitrage.Style{Share: 1, Look: 1e-4, Risk: 0.05}
	a, b := arbitrage.Book{Price: 0.50, B: 10}, arbitrage.Book{Price: 0.53, B: 10}
	if p := careful.Twins([]arbitrage.Twin{{Book: a}, {Book: b}}, 10); p.Acts() {
		t.Errorf("takes %s", p.Words)
	}
	b.Price = 0.80
	if p := careful.Twins([]arbitrage.Twin{{Book: a}, {Book: b}}, 10); !p.Acts() {
		t.Errorf("leaves 0.5 against 0.8: %s", p.Words)
	}
	if p := careful.Sets([]arbitrage.Book{a, {Price: 0.47, B: 10}}, 10); !p.Acts() {
		t.Errorf("leaves a group that sums to 0.97: %s", p.Words)
	}
}

func TestNonsenseIsLeftAlone(t *testing.T) {
	for _, bad := range []arbitrage.Book{
		{}, {Price: math.NaN(), B: 1}, {Price: 0.5, B: -1}, {Price: 0.5, B: math.Inf(1)},
		{Price: 1, B: 1}, {Price: 0.5, B: 1, Yes: math.NaN()}, {Price: 0.5, B: 1, Fee: 1},
	} {
		good := arbitrage.Book{Price: 0.2, B: 5}
		twins := []arbitrage.Twin{{Book: good}, {Book: bad}}
		for _, p := range []arbitrage.Plan{
			plain.Sets([]arbitrage.Book{good, bad}, 5), plain.Twins(twins, 5),
			plain.Ladder(twins, 5), plain.Twins(twins[:1], 5), plain.Sets(nil, 5),
			plain.Sets([]arbitrage.Book{good, good}, math.NaN()),
		} {
			if p.Acts() || p.Words == "" {
				t.Errorf("%+v: %+v", bad, p)
			}
		}
	}
}
