package market

import "testing"

// The life of a binary question: bought up, closed by the beacon, answered YES.
func TestBinaryQuestionAnsweredYes(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.place(order(bob, q, BuyYes))
	if p := w.Position(q, 0, bob); !p.Yes.IsZero() {
		t.Fatal("filled before the batch")
	}
	w.tick()

	// Alone in the batch, 10 coins move the price to 1 − ½·exp(−10/b), b = 10/ln 2:
	// to ¾, for b·(logit ¾ − logit ½) = b·ln 3 = 15.849625 shares.
	price, provisional := w.Price(q, 0)
	w.aboutPrice("price", price, percent(75))
	if !provisional {
		t.Fatal("the price of an open question is not provisional")
	}
	w.about("shares", w.Position(q, 0, bob).Yes, "15.849625007")

	question := w.until(q, Closed)
	if question.ClosedAt < question.End-question.Window/10 || question.ClosedAt > question.End {
		t.Fatalf("closed at %d, want the last tenth before %d", question.ClosedAt, question.End)
	}
	median, _ := w.Price(q, 0)
	w.aboutPrice("median", median, percent(75))

	w.resolve(q, Outcome{Verdict: Yes})
	paid, err := w.Claim(w.now, bob, q)
	w.must(err)
	w.about("claim", paid, "15.849625007")
	// 10 + 10 − 15.849625 go back to the opener.
	w.about("opener", w.Balance(alice), "994.150375")
}

// Nobody traded: the opener gets everything back.
func TestQuietQuestion(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.until(q, Closed)
	w.resolve(q, Outcome{Verdict: No})
	if b := w.Balance(alice); b != coins(1000) {
		t.Fatalf("opener has %s, want all", b.Dec())
	}
	_, err := w.Claim(w.now, bob, q)
	w.refused(err, NothingToClaim)
}

// INVALID pays YES the median v and NO 1 − v; the opener's rest goes to the fund.
func TestInvalidPaysTheMedian(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.place(order(bob, q, BuyYes))
	w.tick()
	question := w.until(q, Closed)
	for w.now+1 < question.ResolveBy {
		w.tick()
	}
	w.refused(w.Lapse(w.now, carol, q), TooEarlyToLapse)
	w.tick()
	w.must(w.Lapse(w.now, carol, q))
	w.refused(w.Lapse(w.now, carol, q), AlreadySettled)
	paid, err := w.Claim(w.now, bob, q)
	w.must(err)
	w.about("claim", paid, "11.887218755") // ¾ of 15.849625
	w.about("fund", w.Fund(), "8.112781245")
	if b := w.Balance(alice); b != coins(990) {
		t.Fatalf("opener has %s, want the subsidy gone", b.Dec())
	}
}

// TOO EARLY reopens twice; the third time it is INVALID.
func TestTooEarlyReopensTwice(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	for range MaxReopen {
		w.until(q, Closed)
		w.resolve(q, Outcome{Verdict: TooEarly})
		question, _ := w.Question(q)
		if question.Phase != Open || question.End != w.now+question.Window {
			t.Fatalf("reopened: phase %d until %d, now %d", question.Phase, question.End, w.now)
		}
		w.place(order(bob, q, BuyNo))
		w.tick()
	}
	w.until(q, Closed)
	w.resolve(q, Outcome{Verdict: TooEarly})
	if question, _ := w.Question(q); question.Outcome.Verdict != Invalid {
		t.Fatalf("the third time gave verdict %d", question.Outcome.Verdict)
	}
	w.claimAll(q)
}

// A group of three and "other": one member pays 1, the rest 0, and a full set
// pays exactly 1 whatever happens.
func TestGroupSettlesAsOneVector(t *testing.T) {
	w := newWorld(t)
	q := w.ask(groupSpec("ann", "ben", "cal"))
	for k, want := range []string{"ann", "ben", "cal", Other} {
		question, _ := w.Question(q)
		if name := question.BookName(uint8(k)); name != want {
			t.Fatalf("book %d is called %q, want %q", k, name, want)
		}
	}
	before := w.Books(q)
	w.must(w.MintSet(w.now, carol, q, coins(50)))
	o := order(bob, q, BuyYes)
	o.Book = 1
	w.place(o)
	o = order(bob, q, BuyNo)
	w.place(o)
	w.tick()
	for k, b := range w.Books(q) {
		moved := b.Price != before[k].Price
		if moved != (k < 2) {
			t.Fatalf("book %d: price %d before, %d after", k, before[k].Price, b.Price)
		}
	}
	w.must(w.BurnSet(w.now, carol, q, coins(20)))
	w.until(q, Closed)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{Verdict: Yes}), BadOutcome)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{Verdict: Member, Member: 4}), BadOutcome)
	w.resolve(q, Outcome{Verdict: Member, Member: 1})
	paid, err := w.Claim(w.now, carol, q)
	w.must(err)
	if paid != coins(30) {
		t.Fatalf("30 full sets paid %s", paid.Dec())
	}
	w.claimAll(q)
}

// An INVALID group pays medians normalised to a sum of exactly 1.
func TestInvalidGroupSumsToOne(t *testing.T) {
	w := newWorld(t)
	q := w.ask(groupSpec("ann", "ben"))
	for k := range uint8(2) {
		o := order(bob, q, BuyYes)
		o.Book = k
		w.place(o)
	}
	w.must(w.MintSet(w.now, carol, q, coins(5)))
	w.until(q, Closed)
	w.resolve(q, Outcome{Verdict: Invalid})
	var sum Price
	for _, b := range w.Books(q) {
		sum += b.Payoff
	}
	if sum != One {
		t.Fatalf("payoffs sum to %d", sum)
	}
	w.claimAll(q)
}

// Sets can be burned that were never minted: bought one by one.
func TestSetsBoughtOnTheCurvesBurn(t *testing.T) {
	w := newWorld(t)
	q := w.ask(groupSpec("ann"))
	for k := range uint8(2) {
		o := order(bob, q, BuyYes)
		o.Book = k
		w.place(o)
	}
	w.tick()
	prices := w.Books(q)
	w.must(w.BurnSet(w.now, bob, q, coins(12)))
	w.must(Audit(w.Store))
	for k, b := range w.Books(q) {
		if b.Price != prices[k].Price {
			t.Fatalf("burning sets moved book %d", k)
		}
	}
	w.until(q, Closed)
	w.resolve(q, Outcome{Verdict: Member, Member: 0})
	w.claimAll(q)
}

// A scalar pays (x − lo)/(hi − lo) to LONG, x kept within the range.
func TestScalarPaysInProportion(t *testing.T) {
	const least, most = -1 << 63, 1<<63 - 1
	for _, c := range []struct {
		name      string
		lo, hi, x int64
		want      Price
	}{
		{"middle", 0, 10, 5, One / 2},
		{"quarter below zero", -40, 0, -30, One / 4},
		{"below", 0, 10, -1, 0},
		{"at lo", 0, 10, 0, 0},
		{"above", 0, 10, 11, One},
		{"at hi", 0, 10, 10, One},
		{"third rounds to nearest", 0, 3, 2, 666_666_666_666_666_667},
		{"widest range", least, most, 0, One / 2},
		{"widest range, top", least, most, most, One},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			q := w.ask(scalarSpec(c.lo, c.hi))
			w.place(order(bob, q, BuyYes))
			w.place(order(carol, q, BuyNo))
			w.until(q, Closed)
			w.resolve(q, Outcome{Verdict: Value, Value: c.x})
			if have := w.Books(q)[0].Payoff; have != c.want {
				t.Fatalf("LONG pays %d, want %d", have, c.want)
			}
			w.claimAll(q)
		})
	}
}

// A question whose work failed is out of trading; its orders are cancelled by
// their owners, and anybody lets it lapse.
func TestHaltedQuestionLetsEverybodyOut(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.place(order(bob, q, BuyYes))
	w.tick()
	sell := order(bob, q, SellYes)
	sell.Limit, sell.Expiry = percent(80), w.now+20
	sell.Amount = coins(5)
	id := w.place(sell)
	w.Halt(w.now, q, "its state could not be read")
	if due := w.Due(w.now+1000, 10); len(due) != 0 {
		t.Fatalf("still due: %v", due)
	}
	_, err := w.Place(w.now, order(carol, q, BuyYes))
	w.refused(err, NotOpen)
	w.refused(w.Resolve(w.now, resolver, q, Outcome{Verdict: Yes}), NotOpen)
	w.must(w.Lapse(w.now, carol, q))
	w.must(Audit(w.Store))
	first, err := w.Claim(w.now, bob, q)
	w.must(err)
	w.must(w.Cancel(w.now, bob, id))
	second, err := w.Claim(w.now, bob, q)
	w.must(err)
	w.about("5 shares at the halted price", second, "3.75")
	if first.Add(&first, &second); first.IsZero() {
		t.Fatal("nothing paid")
	}
	w.claimAll(q)
}

// Resting orders wait for the price, trade when it comes, and go back when they
// expire.
func TestRestingOrderTradesLater(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	no := order(bob, q, BuyNo)
	no.Limit, no.Expiry = percent(40), w.now+30 // joins when YES reaches 0.6
	id := w.place(no)
	w.tick()
	if o, ok := w.Order(id); !ok || o.Left != coins(10) {
		t.Fatalf("order %d does not rest: %v", id, o)
	}
	w.place(order(carol, q, BuyYes))
	w.tick()
	// The curve to 0.6 costs carol b·ln(1/0.8) = 3.219 coins; the other 6.781
	// buy 11.30 YES at 0.6 against bob's NO at 0.4, which cost him 4.52.
	w.aboutPrice("price", w.Books(q)[0].Price, percent(60))
	if o, ok := w.Order(id); !ok {
		t.Fatal("order gone, want 5.48 coins of it left")
	} else {
		w.about("left", o.Left, "5.479520633")
	}
	for w.now <= no.Expiry {
		w.tick()
	}
	if _, ok := w.Order(id); ok {
		t.Fatalf("order is live at block %d, expiry %d", w.now, no.Expiry)
	}
	if list := seen[OrderCancelled](w); len(list) != 1 || !list[0].Expired {
		t.Fatalf("cancellations %v, want one by expiry", list)
	}
}

// Work is due once a height; a second Advance finds nothing.
func TestAdvanceIsIdempotent(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	w.place(order(bob, q, BuyYes))
	w.must(w.Advance(w.now, Hash{}, q))
	if p := w.Position(q, 0, bob); !p.Yes.IsZero() {
		t.Fatal("cleared in the block of its placement")
	}
	w.tick()
	digest := Digest(w.Store)
	w.place(order(carol, q, BuyYes))
	placed := Digest(w.Store)
	w.must(w.Advance(w.now, Hash{}, q))
	if digest == placed || Digest(w.Store) != placed {
		t.Fatal("a second Advance at one height changed the state")
	}
}

// The price counts from the last third on, weighted by blocks.
func TestMedianIsOfTheLastThird(t *testing.T) {
	w := newWorld(t)
	s := binarySpec()
	s.Window = 300
	q := w.ask(s)
	at := func(h Height) {
		for w.now < h {
			w.tick()
		}
	}
	at(150)
	w.place(order(bob, q, BuyYes)) // 0.75 from 151 on
	at(340)                        // the last third begins at 300
	high := w.Books(q)[0].Price
	w.place(order(carol, q, BuyNo)) // low from 341 on
	at(350)
	low := w.Books(q)[0].Price
	w.must(w.Deposit(carol, coins(1000)))
	question := w.until(q, Closed)
	if low >= high {
		t.Fatalf("prices %d, then %d", high, low)
	}
	// 41 blocks at the high price, at least 30 at the low one, which began 41
	// blocks after 300 and lasts to the close.
	want := high
	if question.ClosedAt-341 >= 41 {
		want = low
	}
	if median, _ := w.Price(q, 0); median != want {
		t.Fatalf("median %d, want %d (closed at %d)", median, want, question.ClosedAt)
	}
}

// Of many questions, every draw closes some, about equally many.
func TestCloseIsUniform(t *testing.T) {
	const questions, draws = 3000, 10
	s := State{Window: 100, End: 1100}
	if s.draws() != draws {
		t.Fatalf("%d draws, want %d", s.draws(), draws)
	}
	closed := map[Height]int{}
	for q := QuestionID(1); q <= questions; q++ {
		state := s
		h := Height(1000)
		for !state.drawsClose(h, beaconAt(h), q) {
			if h++; h > s.End {
				t.Fatalf("question %d did not close by %d", q, s.End)
			}
		}
		closed[h]++
	}
	for h := Height(1091); h <= 1100; h++ {
		// Mean 300, standard deviation 16.4: five of them.
		if n := closed[h]; n < 218 || n > 382 {
			t.Errorf("%d of %d questions closed at %d", n, questions, h)
		}
	}
	if len(closed) != draws {
		t.Errorf("closed at %d heights, want %d", len(closed), draws)
	}
}

// What a taker pays in fees is in the fund, and only there.
func TestFeeGoesToTheFund(t *testing.T) {
	w := newWorld(t)
	q := w.ask(binarySpec())
	s, _ := w.Store.States.Get(q)
	s.Fee = 100 // 1%
	w.Store.States.Set(q, s)
	w.place(order(bob, q, BuyYes))
	w.tick()
	w.about("fee on 10 coins, 1% of what is spent", w.Fund(), "0.099009901")
	sell := order(bob, q, SellYes)
	sell.Amount = w.Position(q, 0, bob).Yes
	w.place(sell)
	w.tick()
	var spent Amount
	had, left, fund := coins(1000), w.Balance(bob), w.Fund()
	spent.Sub(&had, &left)
	if spent.Lt(&fund) {
		t.Fatalf("a round trip cost %s, less than the fees %s", spent.Dec(), fund.Dec())
	}
	spent.Sub(&spent, &fund)
	w.about("a round trip costs both fees and nothing else", spent, "0")
}
