package market

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/holiman/uint256"
)

func logUniform(r *rand.Rand, lo, hi uint) (a Amount) {
	n := lo + uint(r.IntN(int(hi-lo+1)))
	a = pow2(n)
	var x Amount
	x[0], x[1] = r.Uint64(), r.Uint64()
	a.SubUint64(&a, 1)
	x.And(&x, &a)
	b := pow2(n)
	b.Add(&b, &x)
	b.Rsh(&b, 1)
	if r.IntN(8) == 0 {
		b = pow2(n)
		b.SubUint64(&b, 1)
	}
	if MaxAmount.Lt(&b) {
		b = MaxAmount
	}
	return b
}

func TestZZExtremes(t *testing.T) {
	secs, _ := strconv.Atoi(os.Getenv("ZZ"))
	if secs == 0 {
		secs = 5
	}
	stop := time.Now().Add(time.Duration(secs) * time.Second)
	games, fills, worstLoss := 0, 0, 0.0
	for seed := uint64(time.Now().UnixNano()); time.Now().Before(stop); seed++ {
		r := rand.New(rand.NewPCG(seed, 1))
		games++
		m := NewMemory()
		nf := 0
		market := &Market{Store: m.Store, Emit: func(e Event) {
			if _, ok := e.(OrderFilled); ok {
				nf++
			}
		}}
		accts := []Account{{1}, {2}, {3}, {4}, {5}, {6}}
		for _, a := range accts {
			for range 40 {
				if err := market.Deposit(a, MaxAmount); err != nil {
					t.Fatal(err)
				}
			}
		}
		spec := Spec{Template: Custom, Fields: []string{"q", "c"}, Window: Height(10 + r.IntN(60)), Grace: 3, Resolver: resolver}
		spec.Kind = Kind(r.IntN(3))
		if spec.Kind == Scalar {
			spec.Lo, spec.Hi = -1<<63, 1<<63-1
			if r.IntN(2) == 0 {
				spec.Lo, spec.Hi = 0, 1+r.Int64N(10)
			}
		}
		books := 1
		if spec.Kind == Group {
			n := 1 + r.IntN(31)
			if r.IntN(2) == 0 {
				n = 1 + r.IntN(3)
			}
			for i := range n {
				spec.Members = append(spec.Members, strconv.Itoa(i))
			}
			books = n + 1
		}
		switch r.IntN(3) {
		case 0:
			rest := One
			for k := range books {
				p := MinOpening
				if k == books-1 {
					p = min(rest, MaxOpening)
				}
				if books == 1 {
					p = []Price{MinOpening, MaxOpening, One / 2}[r.IntN(3)]
				}
				spec.Openings = append(spec.Openings, p)
				rest -= p
			}
		}
		spec.Subsidy = logUniform(r, 55, 97)
		if spec.Subsidy.LtUint64(MinSubsidy) {
			spec.Subsidy.SetUint64(MinSubsidy)
		}
		opener := Account{7}
		must := func(err error) {
			if err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		must(market.Deposit(opener, spec.Subsidy))
		now := Height(1)
		q, err := market.Ask(now, opener, spec)
		must(err)
		s, _ := market.state(q)
		s.Fee = []uint16{0, 0, 1, 100, 10000, 65535}[r.IntN(6)]
		market.Store.States.Set(q, s)
		limits := []Price{MinPrice, MaxPrice, MinPrice + 1, MaxPrice - 1, One / 2, One/2 + 1, One/2 - 1, One / 100, One - One/100}
		for {
			s, _ := market.state(q)
			if s.Phase == Settled {
				break
			}
			if s.Phase == Closed && s.Due == 0 {
				switch r.IntN(4) {
				case 0:
					must(market.Resolve(now, resolver, q, Outcome{Verdict: TooEarly}))
				case 1:
					if now >= s.ResolveBy {
						must(market.Lapse(now, alice, q))
					}
				default:
					o := Outcome{Verdict: Yes}
					if spec.Kind == Group {
						o = Outcome{Verdict: Member, Member: uint8(r.IntN(books))}
					} else if spec.Kind == Scalar {
						o = Outcome{Verdict: Value, Value: int64(r.Uint64())}
					} else if r.IntN(2) == 0 {
						o.Verdict = No
					}
					must(market.Resolve(now, resolver, q, o))
				}
			}
			for range r.IntN(8) {
				who := accts[r.IntN(len(accts))]
				book := uint8(r.IntN(books))
				switch r.IntN(12) {
				case 0:
					market.MintSet(now, who, q, logUniform(r, 40, 96))
				case 1:
					p := market.Position(q, book, who)
					market.BurnSet(now, who, q, p.Yes)
				case 2:
					for _, o := range market.Orders(q, 0, 3) {
						market.Cancel(now, o.Trader, o.ID)
					}
				default:
					o := Order{Trader: who, Question: q, Book: book, Action: Action(r.IntN(4))}
					o.Amount = logUniform(r, 40, 97)
					if r.IntN(3) == 0 {
						// near the size of the subsidy
						o.Amount = spec.Subsidy
						o.Amount.Rsh(&o.Amount, uint(r.IntN(20)))
					}
					if !o.Action.Buys() {
						p := market.Position(q, book, who)
						o.Amount = *p.shares(o.Action)
						if MaxAmount.Lt(&o.Amount) {
							o.Amount = MaxAmount
						}
						if r.IntN(3) == 0 {
							o.Amount.Rsh(&o.Amount, uint(r.IntN(30)))
						}
					}
					o.Limit = limits[r.IntN(len(limits))]
					if r.IntN(3) == 0 {
						o.Limit = MinPrice + Price(r.Uint64N(uint64(MaxPrice-MinPrice)))
					}
					if r.IntN(4) == 0 {
						o.Limit, _ = market.Price(q, book)
					}
					if r.IntN(2) == 0 {
						o.Expiry = now + 1 + Height(r.IntN(20))
					}
					market.Place(now, o)
				}
			}
			now++
			for _, id := range market.Due(now, 10) {
				if err := market.Advance(now, Hash{byte(r.IntN(256)), byte(now)}, id); err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
			}
			if r.IntN(4) == 0 {
				if err := Audit(m.Store); err != nil {
					t.Fatalf("seed %d now %d: %v", seed, now, err)
				}
			}
		}
		for _, o := range market.Orders(q, 0, 1000) {
			market.Cancel(now, o.Trader, o.ID)
		}
		for _, a := range accts {
			market.Claim(now, a, q)
		}
		must(Audit(m.Store))
		s, _ = market.state(q)
		if !s.Cash.IsZero() {
			yes := false
			for _, b := range market.Books(q) {
				yes = yes || !b.Yes.IsZero() || !b.No.IsZero()
			}
			if yes {
				t.Fatalf("seed %d: unclaimed shares", seed)
			}
			if !s.Cash.IsZero() {
				t.Logf("seed %d: cash %s stays with no shares", seed, s.Cash.Dec())
			}
		}
		fills += nf
		_ = worstLoss
		_ = uint256.NewInt
	}
	t.Logf("%d games, %d fills", games, fills)
}
