package market

// trade runs the batches of one question: orders that waited, oldest first and
// at most MaxBatch, meet those that rest on their books. A book that no order
// came to has nothing to trade: what rests there was in an earlier batch, and
// the price has not moved since.
func (m *Market) trade(now Height, q QuestionID, s *State) error {
	queued := m.ordersFrom(q, orderID(q, s.Head), MaxBatch)
	s.Head = s.Next
	if len(queued) == MaxBatch {
		s.Head = queued[MaxBatch-1].ID.seq() + 1
	}
	expiring := s.Expires != 0 && s.Expires < now
	if len(queued) == 0 && !expiring {
		return nil
	}
	if expiring {
		s.Expires = 0 // every book is read, and says anew
	}
	fresh := make([][]Order, s.Books)
	for _, o := range queued {
		fresh[o.Book] = append(fresh[o.Book], o)
	}
	for k := range s.Books {
		if len(fresh[k]) > 0 || expiring {
			m.batch(now, BookKey{q, k}, s, fresh[k])
		}
	}
	return m.checkSolvent(q, s)
}

// batch does one book's work: orders past their expiry go back, and if there
// are fresh ones left, all clear.
func (m *Market) batch(now Height, key BookKey, s *State, fresh []Order) {
	b := m.book(key)
	rest, _ := m.Store.Rests.Get(key)
	if len(fresh) == 0 && len(rest.Orders) == 0 {
		return
	}
	orders := make([]Order, 0, len(rest.Orders)+len(fresh))
	for _, id := range rest.Orders {
		if o, ok := m.Store.Orders.Get(id); ok { // else it was cancelled
			orders = append(orders, o)
		}
	}
	resting := len(orders)
	orders = append(orders, fresh...)
	live := orders[:0]
	joining := 0
	for i, o := range orders {
		if o.expired(now) {
			m.leaves(&b, &o)
			m.giveBack(&o, true)
			continue
		}
		if i >= resting {
			joining++
		}
		live = append(live, o)
	}
	if joining > 0 {
		m.clear(now, key, s, &b, live)
		live = m.conclude(now, &b, live)
	}
	m.setRest(key, s, live)
	m.Store.Books.Set(key, b)
}

// leaves keeps the count of a book's resting orders.
func (m *Market) leaves(b *Book, o *Order) {
	if o.mayRest() {
		b.Resting--
	}
}

// clear trades the batch and applies its fills to orders, positions, balances,
// book, pool and fund.
func (m *Market) clear(now Height, key BookKey, s *State, b *Book, orders []Order) {
	trades := make([]Trade, len(orders))
	for i := range orders {
		trades[i] = Trade{orders[i].Action, orders[i].Left, orders[i].Limit}
	}
	curve := s.curve(b)
	out := curve.Clear(trades, s.Fee)
	moved := PriceMoved{Question: key.Question, Book: key.Book, From: out.From, To: out.To}
	var fees Amount
	for i := range orders {
		f := &out.Fills[i]
		if f.Shares.IsZero() && f.Coins.IsZero() {
			continue
		}
		m.apply(s, b, &orders[i], f)
		fees.Add(&fees, &f.Fee)
		moved.Orders++
		moved.Volume.Add(&moved.Volume, &f.Coins)
	}
	m.toFund(&fees)
	if out.To != b.Price {
		m.recordPrice(key, b, s, now)
		b.Price = out.To
	}
	if moved.Orders > 0 {
		m.Emit(moved)
	}
}

// curve is where a book stands.
func (s *State) curve(b *Book) Curve {
	c := Curve{B: s.B, Opening: b.Opening}
	c.D.Sub(&b.Yes, &b.No)
	if s.Kind == Group {
		c.D.Sub(&c.D, &s.Sets)
	}
	return c
}

// apply books one fill. The order's escrow pays for what is bought, and holds
// what is sold.
func (m *Market) apply(s *State, b *Book, o *Order, f *Fill) {
	outstanding := &b.No
	if o.Action.Yes() {
		outstanding = &b.Yes
	}
	var net Amount
	if o.Action.Buys() {
		o.Left.Sub(&o.Left, &f.Coins)
		net.Sub(&f.Coins, &f.Fee)
		s.Cash.Add(&s.Cash, &net)
		outstanding.Add(outstanding, &f.Shares)
	} else {
		o.Left.Sub(&o.Left, &f.Shares)
		net.Add(&f.Coins, &f.Fee)
		s.Cash.Sub(&s.Cash, &net)
		outstanding.Sub(outstanding, &f.Shares)
		m.credit(o.Trader, &f.Coins)
	}
	p, _ := m.Store.Positions.Get(o.positionKey())
	if o.Action.Buys() {
		have := p.shares(o.Action)
		have.Add(have, &f.Shares)
	}
	if o.Left.IsZero() {
		p.Orders = p.without(o.ID)
		m.Store.Orders.Delete(o.ID)
	} else {
		m.Store.Orders.Set(o.ID, *o)
	}
	if o.Action.Buys() || o.Left.IsZero() {
		m.setPosition(o.positionKey(), p)
	}
	m.Emit(OrderFilled{o.Question, o.Trader, o.ID, o.Book, o.Action, f.Shares, f.Coins, o.Left})
}

// conclude sorts out who stays after a batch: orders that are not used up and
// may join a later one, unless what is left is too little to place anew.
func (m *Market) conclude(now Height, b *Book, orders []Order) []Order {
	stay := orders[:0]
	for _, o := range orders {
		switch {
		case o.Left.IsZero():
			m.leaves(b, &o)
		case o.Expiry <= now || o.Left.LtUint64(MinOrder):
			m.leaves(b, &o)
			m.giveBack(&o, true)
		default:
			stay = append(stay, o)
		}
	}
	return stay
}

// setRest stores who rests on a book, and when the first of them expires.
func (m *Market) setRest(key BookKey, s *State, orders []Order) {
	if len(orders) == 0 {
		m.Store.Rests.Delete(key)
		return
	}
	r := Rest{make([]OrderID, len(orders))}
	for i, o := range orders {
		r.Orders[i] = o.ID
		if s.Expires == 0 || o.Expiry < s.Expires {
			s.Expires = o.Expiry
		}
	}
	m.Store.Rests.Set(key, r)
}

// checkSolvent compares the pool with the dearest outcome: one member k of a
// group is YES and every other is NO,
//
//	cash ≥ max over k of [Yesₖ + Σ_{j≠k} Noⱼ];
//
// with one book, cash ≥ max(Yes, No).
func (m *Market) checkSolvent(q QuestionID, s *State) error {
	var allNo, worst Amount
	books := m.readBooks(q, s)
	for i := range books {
		allNo.Add(&allNo, &books[i].No)
	}
	if len(books) == 1 {
		worst = allNo
	}
	for i := range books {
		var owed Amount
		owed.Sub(&allNo, &books[i].No)
		owed.Add(&owed, &books[i].Yes)
		if worst.Lt(&owed) {
			worst = owed
		}
	}
	if s.Cash.Sign() < 0 || s.Cash.Lt(&worst) {
		return ErrInsolvent
	}
	return nil
}

func (m *Market) readBooks(q QuestionID, s *State) []Book {
	books := make([]Book, s.Books)
	for k := range books {
		books[k] = m.book(BookKey{q, uint8(k)})
	}
	return books
}
