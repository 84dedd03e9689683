package market

import (
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/holiman/uint256"
)

// rawKey and rawValue make a memTable of bytes, so that a game can run over
// the codec as it does on a chain.
type (
	rawKey   string
	rawTable struct{ memTable[rawKey, []byte] }
)

func (k rawKey) Append(b []byte) []byte { return append(b, k...) }

func (rawKey) Parse(b []byte) (rawKey, error) { return rawKey(b), nil }

func (t *rawTable) Get(key []byte) []byte { v, _ := t.memTable.Get(rawKey(key)); return v }

func (t *rawTable) Set(key, value []byte) { t.memTable.Set(rawKey(key), value) }

func (t *rawTable) Delete(key []byte) { t.memTable.Delete(rawKey(key)) }

func (t *rawTable) Scan(prefix, from []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func([]byte, []byte) bool) {
		for k, v := range t.memTable.Scan(prefix, from) {
			if !yield([]byte(k), v) {
				return
			}
		}
	}
}

// rawMemory is a Memory whose tables hold bytes.
func rawMemory() *Memory {
	m := new(Memory)
	m.Store = Over(func(int, string) Bytes {
		return &rawTable{memTable[rawKey, []byte]{memory: m, values: map[rawKey][]byte{}}}
	})
	return m
}

// simulation plays random calls, many of them wrong, against a market.
type simulation struct {
	testing.TB
	*Market
	memory  *Memory
	random  *rand.Rand
	now     Height
	audits  bool
	refused map[Reason]int
	events  int
	orders  []OrderID
}

func newSimulation(t testing.TB, seed uint64, m *Memory, audits bool) *simulation {
	s := &simulation{
		TB: t, memory: m, random: rand.New(rand.NewPCG(seed, 3)),
		now: 1, audits: audits, refused: map[Reason]int{},
	}
	s.Market = &Market{Store: m.Store, Emit: s.record}
	return s
}

func (s *simulation) record(e Event) {
	s.events++
	if placed, ok := e.(OrderPlaced); ok {
		s.orders = append(s.orders, placed.Order.ID)
	}
}

func (s *simulation) chance(percent int) bool { return s.random.IntN(100) < percent }

func (s *simulation) account() Account { return Account{byte(1 + s.random.IntN(6))} }

func (s *simulation) question() QuestionID {
	return QuestionID(s.random.Uint64N(uint64(s.Count()) + 2))
}

// amount is up to 20 coins, now and then nothing, dust or far too much.
func (s *simulation) amount() (a Amount) {
	switch s.random.IntN(30) {
	case 0:
		return a
	case 1:
		return *a.SetAllOne()
	case 2:
		return *a.SetUint64(s.random.Uint64N(2 * MinOrder))
	}
	return milli(1 + s.random.Uint64N(20_000))
}

func (s *simulation) spec() Spec {
	spec := binarySpec()
	switch s.random.IntN(4) {
	case 0:
		spec = groupSpec([]string{"a", "b", "c", "d", "e"}[:1+s.random.IntN(5)]...)
	case 1:
		spec = scalarSpec(-10, 30)
	}
	spec.Subsidy = s.amount()
	spec.Window = Height(s.random.IntN(60))
	spec.Grace = Height(1 + s.random.IntN(20))
	spec.Resolver = s.account()
	if spec.Kind == Binary && s.chance(50) {
		spec.Openings = []Price{MinOpening + Price(s.random.Uint64N(uint64(MaxOpening-MinOpening)))}
	}
	return spec
}

func (s *simulation) order() Order {
	o := Order{
		Trader: s.account(), Question: s.question(), Book: uint8(s.random.IntN(3)),
		Action: Action(s.random.IntN(4)), Amount: s.amount(),
		Limit: percent(uint64(1 + s.random.IntN(99))),
	}
	if s.chance(60) {
		o.Book = 0
	}
	if s.chance(50) {
		o.Expiry = s.now + Height(s.random.IntN(12))
	}
	if have := s.Position(o.Question, o.Book, o.Trader); !o.Action.Buys() && s.chance(70) {
		o.Amount = *have.shares(o.Action)
	}
	if s.chance(3) {
		o.Limit = Price(s.random.Uint64())
	}
	return o
}

func (s *simulation) outcome(q QuestionID) Outcome {
	state, _ := s.Store.States.Get(q)
	if s.chance(30) {
		return Outcome{Verdict: []Verdict{Invalid, TooEarly}[s.random.IntN(2)]}
	}
	switch state.Kind {
	case Group:
		return Outcome{Verdict: Member, Member: uint8(s.random.IntN(int(state.Books) + 1))}
	case Scalar:
		return Outcome{Verdict: Value, Value: s.random.Int64N(60) - 20}
	}
	return Outcome{Verdict: []Verdict{Yes, No}[s.random.IntN(2)]}
}

// call makes one random call.
func (s *simulation) call() error {
	q, who := s.question(), s.account()
	switch s.random.IntN(16) {
	case 0:
		return s.Deposit(who, s.amount())
	case 1:
		return s.Withdraw(who, s.amount())
	case 2:
		_, err := s.Ask(s.now, who, s.spec())
		return err
	case 3:
		return s.MintSet(s.now, who, q, s.amount())
	case 4:
		return s.BurnSet(s.now, who, q, s.amount())
	case 5:
		if state, ok := s.Store.States.Get(q); ok && s.chance(80) {
			who = state.Resolver
		}
		return s.Resolve(s.now, who, q, s.outcome(q))
	case 6:
		return s.Lapse(s.now, who, q)
	case 7:
		_, err := s.Claim(s.now, who, q)
		return err
	case 8:
		return s.cancelSome(who)
	case 9:
		nonce := *uint256.NewInt(s.random.Uint64N(600))
		from := s.now + Height(s.random.IntN(4)) - min(s.now, 2)
		_, err := s.PlaceSigned(s.now, s.order(), Permit{nonce, from, from + 3})
		return err
	case 10:
		if s.chance(4) {
			s.Halt(s.now, q, "by the simulation")
		}
		return nil
	case 11:
		s.tick()
		return nil
	}
	_, err := s.Place(s.now, s.order())
	return err
}

func (s *simulation) cancelSome(who Account) error {
	if len(s.orders) == 0 {
		return nil
	}
	id := s.orders[s.random.IntN(len(s.orders))]
	if o, ok := s.Order(id); ok && s.chance(80) {
		who = o.Trader
	}
	return s.Cancel(s.now, who, id)
}

// tick is a block: sometimes the host has room for few questions, and others
// wait.
func (s *simulation) tick() {
	s.now++
	for _, q := range s.Due(s.now, 1+s.random.IntN(8)) {
		if err := s.Advance(s.now, beaconAt(s.now), q); err != nil {
			s.Fatalf("block %d: %v", s.now, err)
		}
	}
}

// run makes calls and audits after each. A refusal must have changed nothing.
func (s *simulation) run(calls int) Hash {
	for n := range calls {
		var before Hash
		if s.audits {
			before = Digest(s.Store)
		}
		err := s.call()
		var refusal *Refusal
		if errors.As(err, &refusal) {
			s.refused[refusal.Reason]++
			if s.audits && Digest(s.Store) != before {
				s.Fatalf("call %d was refused (%v) and changed the state", n, err)
			}
		} else if err != nil {
			s.Fatalf("call %d: %v", n, err)
		}
		if !s.audits {
			continue
		}
		if err := Audit(s.Store); err != nil {
			s.Fatalf("after call %d: %v", n, err)
		}
	}
	return Digest(s.Store)
}

// games is how many seeds a test plays: AGON_LONG=1 plays many.
func games(few int) uint64 {
	if os.Getenv("AGON_LONG") != "" {
		return uint64(50 * few)
	}
	return uint64(few)
}

// Whole games: whatever is called in whatever order, the books balance, and a
// refused call changes nothing.
func TestGamesBalance(t *testing.T) {
	met := map[Reason]int{}
	for seed := range games(6) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			s := newSimulation(t, seed, NewMemory(), true)
			s.run(1500)
			for r, n := range s.refused {
				met[r] += n
			}
		})
	}
	if len(met) < 20 {
		t.Errorf("met only %d reasons: the games are too tame: %v", len(met), met)
	}
}

// The same calls give the same state, over typed tables and over bytes.
func TestReplayGivesTheSameState(t *testing.T) {
	for seed := range games(5) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			first := newSimulation(t, seed, NewMemory(), false).run(6000)
			again := newSimulation(t, seed, NewMemory(), false).run(6000)
			bytes := newSimulation(t, seed, rawMemory(), false).run(6000)
			if first != again || first != bytes {
				t.Fatalf("states %x, %x and over bytes %x", first[:4], again[:4], bytes[:4])
			}
		})
	}
}

// A game that is undone leaves no trace, and can be played again.
func TestRevertLeavesNoTrace(t *testing.T) {
	for seed := range games(4) {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			for _, memory := range []*Memory{NewMemory(), rawMemory()} {
				s := newSimulation(t, seed, memory, false)
				before := s.run(2000)
				outer := memory.Snapshot()
				s.run(200)
				inner := memory.Snapshot()
				kept := Digest(s.Store)
				s.run(200)
				memory.Revert(inner)
				if Digest(s.Store) != kept {
					t.Fatal("the inner revert left a trace")
				}
				memory.Revert(outer)
				if Digest(s.Store) != before {
					t.Fatal("the outer revert left a trace")
				}
			}
		})
	}
}

// A question whose work panics in the middle is undone and halted; the others
// go on, and every coin is where it was.
func TestPoisonedQuestionIsHarmless(t *testing.T) {
	w := newWorld(t)
	bad, good := w.ask(binarySpec()), w.ask(binarySpec())
	w.place(order(bob, bad, BuyYes))
	w.place(order(bob, good, BuyYes))
	w.now++
	quiet := w.Emit
	w.Emit = func(e Event) {
		if moved, ok := e.(PriceMoved); ok && moved.Question == bad {
			panic("poison")
		}
		quiet(e)
	}
	for _, q := range w.Due(w.now, 10) {
		snapshot := w.memory.Snapshot()
		why := func() (why any) {
			defer func() { why = recover() }()
			w.must(w.Advance(w.now, Hash{}, q))
			return nil
		}()
		if why == nil {
			w.memory.Keep(snapshot)
			continue
		}
		w.memory.Revert(snapshot)
		w.Halt(w.now, q, fmt.Sprint(why))
	}
	w.must(Audit(w.Store))
	if p, _ := w.Question(bad); p.Phase != Halted {
		t.Fatalf("the poisoned question is in phase %d", p.Phase)
	}
	if p := w.Position(good, 0, bob); p.Yes.IsZero() {
		t.Fatal("the other question was not advanced")
	}
	for _, o := range w.Orders(bad, 0, 10) {
		w.must(w.Cancel(w.now, o.Trader, o.ID))
	}
	w.must(w.Lapse(w.now, carol, bad))
	w.must(Audit(w.Store))
}

// A pool short of one coin is noticed by the next batch, and an error, not a
// refusal, says so.
func TestInsolvencyIsNoticed(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.place(order(bob, q, BuyYes))
	w.now++
	s, _ := w.Store.States.Get(q)
	s.Cash = coins(5)
	w.Store.States.Set(q, s)
	err := w.Advance(w.now, Hash{}, q)
	if !errors.Is(err, ErrInsolvent) {
		t.Fatalf("have %v, want %v", err, ErrInsolvent)
	}
}
