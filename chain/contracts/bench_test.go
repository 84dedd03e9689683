package contracts

import (
	"syscall"
	"testing"
	"time"

	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
)

// relayedOrders is how many signed orders fit into the 128 KiB of one
// transaction.
const relayedOrders = (128<<10 - 500) / 384

// BenchmarkSigned runs calls of placeSigned as full as a transaction can be,
// every order of another trader, through the EVM, the state database and the
// store's commit. Beside the time of an order stands the floor: recovering its
// signature. Times are of the processors, all threads and the collection of
// garbage included, so that other work on the machine counts little.
func BenchmarkSigned(b *testing.B) {
	g := newGame(b)
	opener := g.rich(0)
	id := g.ask(opener, opener.address, 1000)
	players := make([]player, relayedOrders)
	deposits := depositsArgs{}
	for i := range players {
		players[i] = newPlayer(i + 1)
		deposits.Accounts = append(deposits.Accounts, players[i].address)
		deposits.Amounts = append(deposits.Amounts, *uint256.NewInt(10 * cent))
	}
	g.Fund(opener.address, 18*coin)
	g.Fund(opener.address, 18*coin)
	for range relayedOrders / 100 {
		g.Fund(opener.address, 10*coin)
	}
	for at := 0; at < len(players); at += 100 {
		end := min(at+100, len(players))
		part := depositsArgs{deposits.Accounts[at:end], deposits.Amounts[at:end]}
		g.must(opener, "depositFor", &part, uint64(end-at)*10*cent, nil)
	}
	g.Commit()
	var floor, spent, commit time.Duration
	var gas uint64
	b.ResetTimer()
	for n := range b.N {
		b.StopTimer()
		orders := make([]SignedOrder, relayedOrders)
		for i, p := range players {
			o := SignedOrder{Nonce: *uint256.NewInt(uint64(n)), ToBlock: 1 << 40}
			o.Order = Order{Question: id, Amount: *uint256.NewInt(1e13), Limit: 9e17}
			orders[i] = p.sign(o)
		}
		input, err := g.Market.contract.Pack("placeSigned", &signedArgs{orders})
		if err != nil {
			b.Fatal(err)
		}
		start := processors(b)
		new(keyring).verify(orders, DomainSeparator(nativetest.ChainID))
		floor += processors(b) - start
		start = processors(b)
		b.StartTimer()
		r := g.Call(opener.address, MarketAddress, input, 0, plenty)
		spent += processors(b) - start
		start = processors(b)
		g.World.Commit()
		commit += processors(b) - start
		b.StopTimer()
		if placed := len(logsOf[Ordered](g, r.Logs)); r.Err != nil || placed != len(orders) {
			b.Fatalf("%d of %d placed: %v", placed, len(orders), r.Err)
		}
		gas += r.Gas
		g.Height--
		if n%40 == 39 {
			g.tick() // or the queue is full
		}
		b.StartTimer()
	}
	b.StopTimer()
	each := float64(b.N * relayedOrders)
	micros := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / each / 1e3 }
	b.ReportMetric(micros(floor), "floor-µs/order")
	b.ReportMetric(micros(spent), "call-µs/order")
	b.ReportMetric(micros(commit), "commit-µs/order")
	b.ReportMetric(float64(gas)/each, "gas/order")
}

// processors is the time this process has had of all processors.
func processors(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
