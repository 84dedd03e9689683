package market

import (
	"fmt"
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

// BenchmarkClear is the clearing of 10,000 orders. One-sided is the hard case:
// every limit needs its logarithms. Two-sided, most cross at the first price.
func BenchmarkClear(b *testing.B) {
	for _, name := range []string{"one-sided", "two-sided"} {
		b.Run(name, func(b *testing.B) {
			c, trades := benchTrades(name == "one-sided")
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

// BenchmarkAdvance is a whole block of one question over the store in memory:
// 10,000 orders of as many traders, in the queue since the last block.
func BenchmarkAdvance(b *testing.B) {
	w := newWorld(b)
	spec := binarySpec()
	spec.Subsidy = coins(900)
	q := w.ask(spec)
	random := rand.New(rand.NewPCG(13, 0))
	w.Emit = func(Event) {}
	for n := range benchOrders {
		o := order(Account{7, byte(n >> 8), byte(n)}, q, BuyYes)
		o.Action, o.Amount = Action(random.IntN(2)), milli(1+random.Uint64N(100))
		o.Limit = MinPrice + Price(random.Uint64N(uint64(MaxPrice-MinPrice)))
		w.must(w.Deposit(o.Trader, o.Amount))
		w.place(o)
	}
	for b.Loop() {
		snapshot := w.memory.Snapshot()
		w.must(w.Advance(w.now+1, Hash{}, q))
		b.StopTimer()
		w.memory.Revert(snapshot)
		b.StartTimer()
	}
	perSecond(b)
}

// BenchmarkIdleBlock is what a block with nothing to do costs, whatever the
// number of open questions.
func BenchmarkIdleBlock(b *testing.B) {
	for _, open := range []int{0, 1000, 100_000} {
		b.Run(fmt.Sprintf("open=%d", open), func(b *testing.B) {
			w := newWorld(b)
			w.Emit = func(Event) {}
			w.must(w.Deposit(alice, coins(1e7)))
			for range open {
				w.ask(binarySpec())
			}
			for b.Loop() {
				if due := w.Due(w.now+1, 1000); len(due) != 0 {
					b.Fatalf("due: %v", due)
				}
			}
		})
	}
}

func BenchmarkPlace(b *testing.B) {
	w := newWorld(b)
	w.Emit = func(Event) {}
	spec := binarySpec()
	q := w.ask(spec)
	for b.Loop() {
		snapshot := w.memory.Snapshot()
		w.place(order(bob, q, BuyYes))
		w.memory.Revert(snapshot)
	}
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
