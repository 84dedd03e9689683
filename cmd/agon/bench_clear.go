package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"agon/game/market"
)

// batchOrders is the size of a batch in the target.
const batchOrders = 10_000

func sortDurations(d []time.Duration) { slices.Sort(d) }

// benchClear clears batches of orders with random distinct limits, and sorts
// as many limits, which any clearing has to.
func benchClear(_ context.Context, _ *app, size scale) []figure {
	curve, trades := randomBatch()
	clearing := fastest(size.rounds, func() { curve.Clear(trades, 0) })
	limits := make([]market.Price, batchOrders)
	sorting := fastest(size.rounds, func() {
		for i := range trades {
			limits[i] = trades[i].Limit
		}
		slices.SortFunc(limits, cmp.Compare[market.Price])
	})
	rate := batchOrders / clearing.Seconds()
	return []figure{{
		Name: "clearing a batch, one core", Target: "≥ 1,000,000 orders/s", Value: rate,
		Unit: "orders/s", Met: rate >= 1e6,
		Floor: fmt.Sprintf("sorting alone %s/s; Gnosis in the EVM 251–308 µs a trade",
			thousands(batchOrders/sorting.Seconds())),
		Note: fmt.Sprintf("%s orders with random distinct limits, %.1f ms a batch, of which "+
			"sorting would take %.1f ms", thousands(batchOrders), 1e3*clearing.Seconds(),
			1e3*sorting.Seconds()),
	}}
}

// randomBatch is buys of YES with random limits above the price, together far
// more money than the curve takes: nearly every order walks and leaves at a
// limit of its own, which is the most work a batch can be.
func randomBatch() (market.Curve, []market.Trade) {
	r := rand.New(rand.NewPCG(2, 0))
	c := market.Curve{Opening: market.One / 2}
	c.B = milli(100e3)
	trades := make([]market.Trade, batchOrders)
	for i := range trades {
		above := market.Price(r.Uint64N(uint64(market.MaxPrice - market.One/2)))
		trades[i] = market.Trade{
			Action: market.BuyYes, Amount: milli(1 + r.Uint64N(10e3)), Limit: market.One/2 + above,
		}
	}
	return c, trades
}

// milli is n thousandths of a coin.
func milli(n uint64) market.Amount {
	var a, unit market.Amount
	unit.SetUint64(1e15)
	a.SetUint64(n)
	a.Mul(&a, &unit)
	return a
}

// fastest is the least time of a call of f in rounds of about 0.2 s each: what
// the machine can do when nothing else runs.
func fastest(rounds int, f func()) time.Duration {
	const round = 200 * time.Millisecond
	best := time.Duration(1<<63 - 1)
	for range rounds {
		for begin := time.Now(); time.Since(begin) < round; {
			start := time.Now()
			f()
			best = min(best, time.Since(start))
		}
	}
	return best
}
