package market

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const benchOrders = 10_000

// benchTrades are orders with random distinct limits: of both sides, or only
// buys of YES, so that nearly all of them walk the curve.
func benchTrades(oneSided bool) (Curve, []Trade) {
	random := rand.New(rand.NewPCG(10, 0))
	c := Curve{B: milli(1e6), Opening: One / 2}
	trades := randomTrades(random, &c, benchOrders)
	for i := range trades {
		trades[i].Limit = MinPrice + Price(random.Uint64N(uint64(MaxPrice-MinPrice)))
		if oneSided {
			trades[i].Action = BuyYes
			trades[i].Limit = One/2 + trades[i].Limit/2
		}
	}
	return c, trades
}

func perSecond(b *testing.B) {
	b.ReportMetric(float64(b.N)*benchOrders/b.Elapsed().Seconds(), "orders/s")
}

func BenchmarkClear(b *testing.B) {
	for name, oneSided := range map[string]bool{"two-sided": false, "one-sided": true} {
		b.Run(name, func(b *testing.B) {
			c, trades := benchTrades(oneSided)
			b.ReportAllocs()
			for b.Loop() {
				c.Clear(trades, 0)
			}
			perSecond(b)
		})
	}
}

// BenchmarkClearFloor is the floor of BenchmarkClear: sorting its limits.
func BenchmarkClearFloor(b *testing.B) {
	c, trades := benchTrades(true)
	w := walk{trades: trades, fills: make([]Fill, len(trades)), b: c.B, start: One / 2}
	w.enter(c.logit(), true)
	random := rand.New(rand.NewPCG(11, 0))
	random.Shuffle(len(w.leavers), func(i, j int) {
		w.leavers[i], w.leavers[j] = w.leavers[j], w.leavers[i]
	})
	legs := make([]leg, len(w.leavers))
	for b.Loop() {
		copy(legs, w.leavers)
		sortLegs(legs)
	}
	perSecond(b)
}

func BenchmarkLogit(b *testing.B) {
	limits := make([]Price, 1024)
	random := rand.New(rand.NewPCG(12, 0))
	for i := range limits {
		limits[i] = MinPrice + Price(random.Uint64N(uint64(MaxPrice-MinPrice)))
	}
	slices.Sort(limits)
	for i := 0; b.Loop(); i++ {
		logit(limits[i%1024])
	}
}
