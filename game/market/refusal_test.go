package market

import (
	"math"
	"strings"
	"testing"

	"github.com/holiman/uint256"
)

// onePlus is a + 1.
func onePlus(a Amount) Amount { return *a.AddUint64(&a, 1) }

// oneLess is a − 1.
func oneLess(a Amount) Amount { return *a.SubUint64(&a, 1) }

// Every refusal of an order beside its accepted twin, which differs in one
// thing. A refused order changes nothing.
func TestOrdersRefused(t *testing.T) {
	shares := func(w *world) Amount { return w.Position(1, 0, bob).Yes }
	for _, c := range []struct {
		name   string
		want   Reason
		bad    func(*world, *Order)
		good   func(*world, *Order)
		before func(*world) // happens before either
	}{
		{name: "no such question", want: UnknownQuestion,
			bad:  func(_ *world, o *Order) { o.Question = 2 },
			good: func(_ *world, o *Order) { o.Question = 1 }},
		{name: "no such book", want: BadBook,
			bad:  func(_ *world, o *Order) { o.Book = 1 },
			good: func(_ *world, o *Order) { o.Book = 0 }},
		{name: "no such action", want: BadAction,
			bad:  func(_ *world, o *Order) { o.Action = 4 },
			good: func(w *world, o *Order) { o.Action, o.Amount = SellYes, shares(w) }},
		{name: "limit too low", want: BadLimit,
			bad:  func(_ *world, o *Order) { o.Limit = MinPrice - 1 },
			good: func(_ *world, o *Order) { o.Limit = MinPrice }},
		{name: "limit too high", want: BadLimit,
			bad:  func(_ *world, o *Order) { o.Limit = MaxPrice + 1 },
			good: func(_ *world, o *Order) { o.Limit = MaxPrice }},
		{name: "limit absurd", want: BadLimit,
			bad:  func(_ *world, o *Order) { o.Limit = math.MaxUint64 },
			good: func(_ *world, o *Order) { o.Limit = One / 2 }},
		{name: "nothing", want: TooSmall,
			bad:  func(_ *world, o *Order) { o.Amount = Amount{} },
			good: func(_ *world, o *Order) { o.Amount = coins(1) }},
		{name: "too small", want: TooSmall,
			bad:  func(_ *world, o *Order) { o.Amount = *uint256.NewInt(MinOrder - 1) },
			good: func(_ *world, o *Order) { o.Amount = *uint256.NewInt(MinOrder) }},
		{name: "oversized", want: TooLarge,
			bad:    func(_ *world, o *Order) { o.Amount = onePlus(MaxAmount) },
			good:   func(_ *world, o *Order) { o.Amount = MaxAmount },
			before: func(w *world) { w.must(w.Deposit(bob, MaxAmount)) }},
		{name: "oversized to the last bit", want: TooLarge,
			bad:  func(_ *world, o *Order) { o.Amount.SetAllOne() },
			good: func(_ *world, o *Order) { o.Amount = coins(1) }},
		{name: "expired", want: Expired,
			bad:  func(w *world, o *Order) { o.Expiry = w.now },
			good: func(w *world, o *Order) { o.Expiry = w.now + 1 }},
		{name: "unaffordable", want: Unaffordable,
			bad:  func(w *world, o *Order) { o.Amount = onePlus(w.Balance(bob)) },
			good: func(w *world, o *Order) { o.Amount = w.Balance(bob) }},
		{name: "shares not there", want: InsufficientShares,
			bad:  func(w *world, o *Order) { o.Action, o.Amount = SellYes, onePlus(shares(w)) },
			good: func(w *world, o *Order) { o.Action, o.Amount = SellYes, shares(w) }},
		{name: "shares of the other side", want: InsufficientShares,
			bad:  func(_ *world, o *Order) { o.Action, o.Amount = SellNo, coins(1) },
			good: func(_ *world, o *Order) { o.Action, o.Amount = SellYes, coins(1) }},
		{name: "shares of an order are not free", want: InsufficientShares,
			before: func(w *world) {
				o := order(bob, 1, SellYes)
				o.Amount, o.Limit = oneLess(shares(w)), percent(99)
				w.place(o)
			},
			bad: func(_ *world, o *Order) {
				o.Action, o.Amount = SellYes, *uint256.NewInt(MinOrder)
			},
			good: func(_ *world, o *Order) { o.Action, o.Limit = BuyYes, percent(90) }},
		{name: "buys against an own buy", want: SelfCross,
			before: func(w *world) { w.place(order(bob, 1, BuyYes)) }, // up to 0.9
			bad:    func(_ *world, o *Order) { o.Action, o.Limit = BuyNo, percent(10) },
			good:   func(_ *world, o *Order) { o.Action, o.Limit = BuyNo, percent(10)-1 }},
		{name: "sells into an own buy", want: SelfCross,
			before: func(w *world) { w.place(order(bob, 1, BuyYes)) },
			bad: func(_ *world, o *Order) {
				o.Action, o.Amount, o.Limit = SellYes, coins(1), percent(90)
			},
			good: func(_ *world, o *Order) {
				o.Action, o.Amount, o.Limit = SellYes, coins(1), percent(90)+1
			}},
		{name: "against another's buy", want: SelfCross,
			before: func(w *world) {
				w.place(order(carol, 1, BuyYes))
				w.place(order(bob, 1, BuyNo))
			},
			bad:  func(_ *world, o *Order) { o.Limit = percent(10) },
			good: func(_ *world, o *Order) { o.Trader, o.Limit = alice, percent(10) }},
		{name: "after the last useful block", want: AfterClose,
			bad: func(w *world, o *Order) {
				q, _ := w.Question(1)
				w.now = q.End - 1
			},
			good: func(w *world, o *Order) {
				q, _ := w.Question(1)
				w.now = q.End - 2
			}},
		{name: "after the close", want: AfterClose,
			before: func(w *world) { w.until(1, Closed) },
			bad:    func(*world, *Order) {},
			good: func(w *world, o *Order) {
				w.resolve(1, Outcome{Verdict: TooEarly})
			}},
		{name: "after the settlement", want: AfterClose,
			before: func(w *world) { w.until(1, Closed); w.ask(binarySpec()) },
			bad:    func(w *world, _ *Order) { w.resolve(1, Outcome{Verdict: Yes}) },
			good:   func(_ *world, o *Order) { o.Question = 2 }},
		{name: "halted", want: NotOpen,
			before: func(w *world) { w.ask(binarySpec()) },
			bad:    func(w *world, _ *Order) { w.Halt(w.now, 1, "broken") },
			good:   func(w *world, o *Order) { w.Halt(w.now, 2, "broken") }},
	} {
		for twin, change := range map[string]func(*world, *Order){"bad": c.bad, "good": c.good} {
			t.Run(c.name+"/"+twin, func(t *testing.T) {
				w := newWorld(t)
				w.ask(binarySpec())
				w.place(order(bob, 1, BuyYes))
				w.tick()
				if c.before != nil {
					c.before(w)
				}
				o := order(bob, 1, BuyYes)
				change(w, &o)
				digest, preview := Digest(w.Store), w.DryRun(w.now, o)
				if Digest(w.Store) != digest {
					t.Fatal("a dry run changed the state")
				}
				_, err := w.Place(w.now, o)
				if twin == "good" {
					w.must(err)
					if preview.Reason != OK {
						t.Fatalf("dry run says %q, want ok", preview.Reason)
					}
					return
				}
				w.refused(err, c.want)
				if Digest(w.Store) != digest {
					t.Fatal("a refused order changed the state")
				}
				if preview.Reason != c.want {
					t.Fatalf("dry run says %q, want %q", preview.Reason, c.want)
				}
			})
		}
	}
}

// A permit's refusals, each with its accepted twin; a refused order keeps its
// nonce, a placed one uses it up for good.
func TestSignedOrdersRefused(t *testing.T) {
	nonce := *uint256.NewInt(1000)
	for _, c := range []struct {
		name      string
		want      Reason
		bad, good Permit
	}{
		{"not yet", NotYet,
			Permit{nonce, 101, 200}, Permit{nonce, 100, 200}},
		{"window passed", WindowPassed,
			Permit{nonce, 0, 99}, Permit{nonce, 0, 100}},
		{"replayed", NonceUsed,
			Permit{*uint256.NewInt(7), 0, 200}, Permit{*uint256.NewInt(8), 0, 200}},
		{"invalidated", NonceUsed,
			Permit{*uint256.NewInt(512 + 5), 0, 200}, Permit{*uint256.NewInt(5), 0, 200}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			q := w.ask(binarySpec())
			o := order(bob, q, BuyYes)
			o.Amount = coins(1)
			_, err := w.PlaceSigned(w.now, o, Permit{*uint256.NewInt(7), 0, 200})
			w.must(err)
			w.must(w.InvalidateNonces(bob, *uint256.NewInt(2), *uint256.NewInt(1 << 5)))

			digest := Digest(w.Store)
			_, err = w.PlaceSigned(w.now, o, c.bad)
			w.refused(err, c.want)
			if p := w.DryRunSigned(w.now, o, c.bad); p.Reason != c.want {
				t.Fatalf("dry run says %q", p.Reason)
			}
			broke := o
			broke.Amount = coins(5000)
			_, err = w.PlaceSigned(w.now, broke, c.good)
			w.refused(err, Unaffordable)
			if Digest(w.Store) != digest {
				t.Fatal("a refused order changed the state")
			}
			if p := w.DryRunSigned(w.now, o, c.good); p.Reason != OK {
				t.Fatalf("dry run says %q, want ok", p.Reason)
			}
			_, err = w.PlaceSigned(w.now, o, c.good)
			w.must(err)
			_, err = w.PlaceSigned(w.now, o, c.good)
			w.refused(err, NonceUsed)
		})
	}
}

// Refusals of a question, each one change away from a spec that is accepted.
func TestQuestionsRefused(t *testing.T) {
	document := Evidence{URI: "https://example.org/a", Hash: Hash{1}, Size: MaxDocument}
	for _, c := range []struct {
		name      string
		want      Reason
		from      Spec
		bad, good func(*Spec)
	}{
		{"template", BadTemplate, binarySpec(),
			func(s *Spec) { s.Template = Template(len(Templates)) },
			func(s *Spec) { s.Template = DappScam }},
		{"kind not the template's", BadTemplate, scalarSpec(0, 1),
			func(s *Spec) { s.Template = DappScam },
			func(s *Spec) { s.Template = Custom }},
		{"kind unknown", BadTemplate, binarySpec(),
			func(s *Spec) { s.Kind = 3 }, func(s *Spec) { s.Kind = 0 }},
		{"field missing", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = nil }, func(s *Spec) { s.Fields = []string{"a.b"} }},
		{"field blank", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = []string{" \n"} },
			func(s *Spec) { s.Fields = []string{" a"} }},
		{"field too long", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = []string{strings.Repeat("x", MaxField+1)} },
			func(s *Spec) { s.Fields = []string{strings.Repeat("x", MaxField)} }},
		{"field not text", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = []string{"a\xffb"} },
			func(s *Spec) { s.Fields = []string{"aéb"} }},
		{"field with an escape", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = []string{"a\x1b[31m"} },
			func(s *Spec) { s.Fields = []string{"a[31m"} }},
		{"field turned around", BadFields, binarySpec(),
			func(s *Spec) { s.Fields = []string{"a\u202eb"} },
			func(s *Spec) { s.Fields = []string{"a\u2013b"} }},
		{"members of a binary", BadMembers, binarySpec(),
			func(s *Spec) { s.Members = []string{"a"} }, func(*Spec) {}},
		{"no members", BadMembers, groupSpec(),
			func(*Spec) {}, func(s *Spec) { s.Members = []string{"a"} }},
		{"too many members", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = strings.Split(strings.Repeat("a ", 31)+"a", " ") },
			func(s *Spec) { s.Members = strings.Split("abcdefghijklmnopqrstuvwxyzABCDE", "") }},
		{"member twice", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = []string{"a", "b", "a"} },
			func(s *Spec) { s.Members = []string{"a", "b", "c"} }},
		{"member other", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = []string{"a", "Other"} },
			func(s *Spec) { s.Members = []string{"a", "Others"} }},
		{"member other in disguise", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = []string{"other "} },
			func(s *Spec) { s.Members = []string{"the other"} }},
		{"member with something invisible", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = []string{"anna", "an\u200bna"} },
			func(s *Spec) { s.Members = []string{"anna", "an\u00f1a"} }},
		{"member of two lines", BadMembers, groupSpec(),
			func(s *Spec) { s.Members = []string{"a\nb"} },
			func(s *Spec) { s.Members = []string{"a b"} }},
		{"opening too low", BadOpenings, binarySpec(),
			func(s *Spec) { s.Openings = []Price{MinOpening - 1} },
			func(s *Spec) { s.Openings = []Price{MinOpening} }},
		{"opening too high", BadOpenings, binarySpec(),
			func(s *Spec) { s.Openings = []Price{MaxOpening + 1} },
			func(s *Spec) { s.Openings = []Price{MaxOpening} }},
		{"too many openings", BadOpenings, binarySpec(),
			func(s *Spec) { s.Openings = []Price{One / 2, One / 2} },
			func(s *Spec) { s.Openings = []Price{One / 2} }},
		{"openings not summing to one", BadOpenings, groupSpec("a"),
			func(s *Spec) { s.Openings = []Price{One / 2, One/2 + 1} },
			func(s *Spec) { s.Openings = []Price{One / 4, One / 4 * 3} }},
		{"empty range", BadRange, scalarSpec(3, 4),
			func(s *Spec) { s.Hi = 3 }, func(s *Spec) { s.Hi = 4 }},
		{"range of a binary", BadRange, binarySpec(),
			func(s *Spec) { s.Hi = 1 }, func(s *Spec) { s.Hi = 0 }},
		{"subsidy too small", BadSubsidy, binarySpec(),
			func(s *Spec) { s.Subsidy = *uint256.NewInt(MinSubsidy - 1) },
			func(s *Spec) { s.Subsidy = *uint256.NewInt(MinSubsidy) }},
		{"subsidy too large", BadSubsidy, binarySpec(),
			func(s *Spec) { s.Subsidy = onePlus(MaxAmount) },
			func(s *Spec) { s.Subsidy = coins(1000) }},
		{"subsidy unaffordable", Unaffordable, binarySpec(),
			func(s *Spec) { s.Subsidy = onePlus(coins(1000)) },
			func(s *Spec) { s.Subsidy = coins(1000) }},
		{"window too short", BadWindow, binarySpec(),
			func(s *Spec) { s.Window = MinWindow - 1 }, func(s *Spec) { s.Window = MinWindow }},
		{"window too long", BadWindow, binarySpec(),
			func(s *Spec) { s.Window = MaxWindow + 1 }, func(s *Spec) { s.Window = MaxWindow }},
		{"grace too long", BadGrace, binarySpec(),
			func(s *Spec) { s.Grace = MaxGrace + 1 }, func(s *Spec) { s.Grace = MaxGrace }},
		{"no resolver", BadResolver, binarySpec(),
			func(s *Spec) { s.Resolver = Account{} }, func(s *Spec) { s.Resolver = alice }},
		{"evidence too large", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence.Inline = make([]byte, MaxInline+1) },
			func(s *Spec) { s.Evidence.Inline = make([]byte, MaxInline) }},
		{"evidence without an address", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence.Hash = Hash{1} }, func(s *Spec) { s.Evidence = document }},
		{"evidence without a hash", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence = document; s.Evidence.Hash = Hash{} },
			func(s *Spec) { s.Evidence = document }},
		{"evidence oversized elsewhere", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence = document; s.Evidence.Size++ },
			func(s *Spec) { s.Evidence = document }},
		{"evidence in a file", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence = document; s.Evidence.URI = "file:///etc/passwd" },
			func(s *Spec) { s.Evidence = document; s.Evidence.URI = "ipfs://bafy" }},
		{"evidence URI with a space", BadEvidence, binarySpec(),
			func(s *Spec) { s.Evidence = document; s.Evidence.URI += " b" },
			func(s *Spec) { s.Evidence = document; s.Evidence.URI += "%20b" }},
		{"work without evidence", BadEvidence, binarySpec(),
			func(s *Spec) { s.Template, s.Fields = WorkAcceptable, []string{"w", "b"} },
			func(s *Spec) {
				s.Template, s.Fields, s.Evidence = WorkAcceptable, []string{"w", "b"}, document
			}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			bad, good := c.from, c.from
			c.bad(&bad)
			c.good(&good)
			digest := Digest(w.Store)
			_, err := w.Ask(w.now, alice, bad)
			w.refused(err, c.want)
			if Digest(w.Store) != digest {
				t.Fatal("a refused question changed the state")
			}
			_, err = w.Ask(w.now, alice, good)
			w.must(err)
			w.must(Audit(w.Store))
		})
	}
}

// The rest of the calls: refusals that need a story.
func TestCallsRefused(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	none := QuestionID(99)
	id := w.place(order(bob, q, BuyYes))
	_, claim := w.Claim(w.now, bob, q)
	_, claimNone := w.Claim(w.now, bob, none)
	yes := Outcome{Verdict: Yes}
	for _, c := range []struct {
		name string
		err  error
		want Reason
	}{
		{"deposit nothing", w.Deposit(bob, Amount{}), TooSmall},
		{"deposit too much", w.Deposit(bob, onePlus(MaxAmount)), TooLarge},
		{"withdraw nothing", w.Withdraw(bob, Amount{}), TooSmall},
		{"withdraw too much", w.Withdraw(bob, onePlus(w.Balance(bob))), Unaffordable},
		{"cancel what is not", w.Cancel(w.now, bob, id+1), UnknownOrder},
		{"cancel another's", w.Cancel(w.now, carol, id), NotYours},
		{"resolve what is not", w.Resolve(w.now, resolver, none, yes), UnknownQuestion},
		{"resolve too soon", w.Resolve(w.now, resolver, q, yes), NotClosed},
		{"lapse what is not", w.Lapse(w.now, bob, none), UnknownQuestion},
		{"lapse too soon", w.Lapse(w.now, bob, q), NotClosed},
		{"claim what is not", claimNone, UnknownQuestion},
		{"claim too soon", claim, NotSettled},
		{"mint nothing", w.MintSet(w.now, bob, q, Amount{}), TooSmall},
		{"mint on nothing", w.MintSet(w.now, bob, none, coins(1)), UnknownQuestion},
		{"mint too much", w.MintSet(w.now, bob, q, coins(1000)), Unaffordable},
		{"burn what is not there", w.BurnSet(w.now, bob, q, coins(1)), InsufficientShares},
		{"burn on nothing", w.BurnSet(w.now, bob, none, coins(1)), UnknownQuestion},
	} {
		t.Run(c.name, func(t *testing.T) { (&world{TB: t}).refused(c.err, c.want) })
	}
	w.until(q, Closed)
	w.refused(w.Resolve(w.now, bob, q, yes), NotResolver)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{Verdict: Yes, Value: 1}), BadOutcome)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{Verdict: Member}), BadOutcome)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{}), BadOutcome)
	w.refused(w.MintSet(w.now, bob, q, coins(1)), AfterClose)
	w.resolve(q, yes)
	w.refused(w.Resolve(w.now, resolver, q, yes), AlreadySettled)
	w.refused(w.BurnSet(w.now, bob, q, coins(1)), AlreadySettled)
}

// The caps on live orders: of a trader on a book, of those that rest on it, of
// those that wait.
func TestCapsOnOrders(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	rest := func(n uint64) Order {
		o := order(Account{100, byte(n)}, q, BuyYes)
		o.Amount, o.Limit, o.Expiry = coins(1), percent(10), w.now+50
		return o
	}
	for n := range uint64(MaxResting / MaxOwn) {
		w.must(w.Deposit(rest(n).Trader, coins(2*MaxOwn)))
		for range MaxOwn {
			w.place(rest(n))
		}
		_, err := w.Place(w.now, rest(n))
		if n+1 < MaxResting/MaxOwn {
			w.refused(err, TooManyOrders)
		} else {
			w.refused(err, BookFull)
		}
	}
	w.tick()
	_, err := w.Place(w.now, rest(0))
	w.refused(err, BookFull)
	w.place(order(bob, q, BuyYes)) // does not rest
	for _, o := range w.Orders(q, 0, 1) {
		w.must(w.Cancel(w.now, o.Trader, o.ID))
	}
	w.place(rest(0))
	w.must(Audit(w.Store))

	s, _ := w.Store.States.Get(q)
	s.Next = s.Head + MaxQueue
	w.Store.States.Set(q, s)
	_, err = w.Place(w.now, order(carol, q, BuyYes))
	w.refused(err, QueueFull)
}

func TestReasonsHaveWords(t *testing.T) {
	words := map[string]Reason{}
	for r := range reasons {
		if r.String() == "" {
			t.Errorf("reason %d has no words", uint8(r))
		}
		if other, ok := words[r.String()]; ok {
			t.Errorf("reasons %d and %d say the same", r, other)
		}
		words[r.String()] = r
	}
	if s := reasons.String(); s != "reason 43" {
		t.Errorf("the first unknown reason says %q", s)
	}
}
