package market

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
)

// crowd is account n of many.
func crowd(n int) Account { return Account{8, byte(n >> 16), byte(n >> 8), byte(n)} }

// fill queues n small buys of YES by as many accounts.
func (w *world) fill(q QuestionID, n int, expiry Height) {
	w.Helper()
	for i := range n {
		o := order(crowd(i), q, BuyYes)
		o.Amount, o.Expiry = milli(1), expiry
		w.must(w.Deposit(o.Trader, o.Amount))
		w.place(o)
	}
}

// More orders than one batch takes: the first come first, the rest next block,
// and an order good for its first batch only gets that one.
func TestOverflowWaitsItsTurn(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.fill(q, MaxBatch+10, 0)
	for _, want := range []int{10, 0} {
		w.now++
		w.must(w.Advance(w.now, Hash{}, q))
		left := w.Orders(q, 0, 100)
		if len(left) != want {
			t.Fatalf("block %d: %d orders left, want %d", w.now, len(left), want)
		}
		for _, o := range left {
			if o.Trader[3] < byte(MaxBatch&0xff) || o.ID.seq() <= MaxBatch {
				t.Fatalf("order %d was overtaken", o.ID.seq())
			}
		}
		if want > 0 && !slices.Contains(w.Due(w.now+1, 10), q) {
			t.Fatal("orders wait, and the question is not due")
		}
	}
	w.must(Audit(w.Store))
	filled := seen[OrderFilled](w)
	if len(filled) != MaxBatch+10 || filled[0].Shares.Lt(&filled[len(filled)-1].Shares) {
		t.Fatalf("%d fills, want %d, the second batch dearer", len(filled), MaxBatch+10)
	}
}

// More orders than one block returns after the close: the rest go back in the
// next ones, and until then nobody resolves.
func TestSweepTakesSeveralBlocks(t *testing.T) {
	w := newWorld(t)
	s := binarySpec()
	s.Window = MinWindow // one draw, at the end
	q := w.ask(s)
	w.now += MinWindow - 2
	w.fill(q, MaxSweep+MaxSweep/2, 0)
	w.now += 2
	w.must(w.Advance(w.now, Hash{}, q))
	if n := len(w.Orders(q, 0, 2*MaxSweep)); n != MaxSweep/2 {
		t.Fatalf("%d orders left after the close, want %d", n, MaxSweep/2)
	}
	yes := Outcome{Verdict: Yes}
	w.refused(w.Resolve(w.now, resolver, q, yes), Returning)
	w.tick()
	w.resolve(q, yes)
	if fills := seen[OrderFilled](w); len(fills) != 0 {
		t.Fatalf("%d orders filled in the closing block", len(fills))
	}
	for i := range MaxSweep + MaxSweep/2 {
		if b := w.Balance(crowd(i)); b != milli(1) {
			t.Fatalf("account %d has %s back", i, b.Dec())
		}
	}
}

// Due gives the longest due first, and what did not fit comes first next time.
func TestDueIsFirstInFirstOut(t *testing.T) {
	w := newWorld(t)
	var asked []QuestionID
	for range 6 {
		asked = append(asked, w.ask(binarySpec()))
	}
	for _, i := range []int{4, 1} {
		w.place(order(bob, asked[i], BuyYes))
	}
	w.now++
	for _, i := range []int{0, 3} {
		w.place(order(carol, asked[i], BuyYes))
	}
	if have := w.Due(w.now, 9); !slices.Equal(have, []QuestionID{asked[1], asked[4]}) {
		t.Fatalf("due at once: %v", have)
	}
	if have := w.Due(w.now+1, 3); !slices.Equal(have, []QuestionID{asked[1], asked[4], asked[0]}) {
		t.Fatalf("due next, three: %v", have)
	}
}

// The median against a list of one price per block, sorted.
func TestMedianAgainstSortedBlocks(t *testing.T) {
	random := seeded(t, 6)
	for range 300 {
		m := Market{Store: NewMemory().Store}
		s := State{Window: 300, End: 1000}
		key := BookKey{1, 0}
		b := Book{Price: percent(1 + random.Uint64N(99)), Since: 700}
		var blocks []Price
		now := Height(700)
		for now < 980 {
			next := min(980, now+1+Height(random.IntN(60)))
			for h := now; h < next; h++ {
				if h >= s.medianFrom() {
					blocks = append(blocks, b.Price)
				}
			}
			now = next
			m.recordPrice(key, &b, &s, now)
			b.Price = MinPrice + Price(random.Uint64N(uint64(MaxPrice-MinPrice)))
			if random.IntN(2) == 0 {
				b.Price = percent(1 + random.Uint64N(99))
			}
		}
		slices.Sort(blocks)
		want := blocks[(len(blocks)-1)/2]
		have := m.takeMedian(key, 0)
		if gap := max(have, want) - min(have, want); gap >= binWidth {
			t.Fatalf("median %d, of the sorted blocks %d", have, want)
		}
		for k := range m.Store.Bins.Scan(nil, nil) {
			t.Fatalf("bin %d was left behind", k.Bin)
		}
	}
}

// The opener's loss, over whole games and at the dearest outcome: what traders
// take out of a question is at most what they and the subsidy put in.
func TestOpenerLosesAtMostTheSubsidy(t *testing.T) {
	var closest float64
	for seed := range games(60) {
		random := rand.New(rand.NewPCG(seed, 9))
		w := newWorld(t)
		s := binarySpec()
		s.Openings = []Price{percent(1 + random.Uint64N(99))}
		q := w.ask(s)
		for _, a := range []Account{bob, carol} {
			w.must(w.Deposit(a, coins(1e6)))
		}
		// The worst that can be done to the opener: everybody is right.
		for range 1 + random.IntN(20) {
			o := order(bob, q, BuyYes)
			o.Limit = percent(1 + random.Uint64N(99))
			o.Amount = coins(1 + random.Uint64N(100))
			w.place(o)
			w.tick()
		}
		w.until(q, Closed)
		before := w.Balance(alice)
		w.resolve(q, Outcome{Verdict: Yes})
		after := w.Balance(alice)
		if after.Lt(&before) {
			t.Fatalf("seed %d: the opener paid at the settlement", seed)
		}
		closest = max(closest, 1-float(*after.Sub(&after, &before))/10)
		w.claimAll(q)
	}
	if closest < 0.9 {
		t.Errorf("the largest loss was %.3f of the subsidy: the games are too tame", closest)
	}
}

// A table in memory against a map that is sorted for each scan.
func TestMemoryAgainstSortedMap(t *testing.T) {
	random := seeded(t, 7)
	m := NewMemory()
	table, oracle := m.Store.Balances, map[Account]Balance{}
	for range 20_000 {
		a := Account{byte(random.IntN(3)), byte(random.IntN(256)), byte(random.IntN(8))}
		if random.IntN(5) < 3 {
			v := Balance{milli(random.Uint64N(1000))}
			table.Set(a, v)
			oracle[a] = v
		} else {
			table.Delete(a)
			delete(oracle, a)
		}
	}
	sorted := slices.SortedFunc(maps.Keys(oracle), func(a, b Account) int {
		return slices.Compare(a[:], b[:])
	})
	for _, c := range []struct{ prefix, from []byte }{
		{nil, nil}, {[]byte{1}, nil}, {nil, []byte{1, 30}}, {[]byte{1}, []byte{1, 200, 3}},
		{[]byte{1}, []byte{2}}, {[]byte{1}, []byte{0}}, {[]byte{3}, nil},
	} {
		var want, have []Account
		for _, a := range sorted {
			hasPrefix := slices.Equal(a[:len(c.prefix)], c.prefix)
			if hasPrefix && slices.Compare(a[:], c.from) >= 0 {
				want = append(want, a)
			}
		}
		for a, v := range table.Scan(c.prefix, c.from) {
			if v != oracle[a] {
				t.Fatalf("%x: %v, want %v", a, v, oracle[a])
			}
			have = append(have, a)
		}
		if !slices.Equal(have, want) {
			t.Fatalf("prefix %x from %x: %d keys, want %d", c.prefix, c.from, len(have), len(want))
		}
	}
}
