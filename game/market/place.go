package market

import "math"

// Place queues an order for the next batch and takes its escrow. Of o it reads
// Trader, Question, Book, Action, Amount, Limit and Expiry. Refusals, in this
// order: UnknownQuestion, NotOpen, AfterClose, BadBook, BadAction, BadLimit,
// TooSmall, TooLarge, Expired, QueueFull, BookFull, TooManyOrders, SelfCross,
// Unaffordable, InsufficientShares.
func (m *Market) Place(now Height, o Order) (OrderID, error) {
	d, err := m.draft(now, o)
	if err != nil {
		return 0, err
	}
	m.enqueue(now, d)
	return d.order.ID, nil
}

// PlaceSigned is Place for an order that its trader signed and somebody else
// brings. Further refusals, before Place's: NotYet, WindowPassed, NonceUsed. A
// refused order keeps its nonce.
func (m *Market) PlaceSigned(now Height, o Order, p Permit) (OrderID, error) {
	if err := m.checkPermit(now, o.Trader, p); err != nil {
		return 0, err
	}
	d, err := m.draft(now, o)
	if err != nil {
		return 0, err
	}
	key, bit := p.bit(o.Trader)
	m.useNonces(key, bit)
	m.enqueue(now, d)
	return d.order.ID, nil
}

// InvalidateNonces marks as used the nonces word·256 + i for each bit i of mask.
func (m *Market) InvalidateNonces(who Account, word, mask Amount) error {
	m.useNonces(NonceKey{who, word}, mask)
	return nil
}

// bit is where a permit's nonce is kept.
func (p *Permit) bit(trader Account) (NonceKey, Amount) {
	key := NonceKey{Account: trader}
	key.Word.Rsh(&p.Nonce, 8)
	return key, pow2(uint(p.Nonce.Uint64() & 0xff))
}

func (m *Market) checkPermit(now Height, trader Account, p Permit) error {
	if now < p.FromBlock {
		return refuse(NotYet, "signed from block %d, now %d", p.FromBlock, now)
	}
	if now > p.ToBlock {
		return refuse(WindowPassed, "signed to block %d, now %d", p.ToBlock, now)
	}
	key, bit := p.bit(trader)
	used, _ := m.Store.Nonces.Get(key)
	if !bit.And(&bit, &used.Used).IsZero() {
		return refuse(NonceUsed, "nonce %s", p.Nonce.Dec())
	}
	return nil
}

func (m *Market) useNonces(key NonceKey, mask Amount) {
	if mask.IsZero() {
		return
	}
	n, _ := m.Store.Nonces.Get(key)
	n.Used.Or(&n.Used, &mask)
	m.Store.Nonces.Set(key, n)
}

// draft is an order that would be accepted, with all that placing it changes.
type draft struct {
	order    Order
	state    State
	position Position
	book     Book // read only if the order may rest
}

// draft checks an order. Nothing is written.
func (m *Market) draft(now Height, o Order) (draft, error) {
	s, err := m.state(o.Question)
	if err != nil {
		return draft{}, err
	}
	if err := s.checkTrading(now); err != nil {
		return draft{}, err
	}
	if err := s.checkOrder(now, &o); err != nil {
		return draft{}, err
	}
	o.ID, o.Placed, o.Left = orderID(o.Question, s.Next), now, o.Amount
	d := draft{order: o, state: s}
	if queued := s.Next - s.Head; queued >= MaxQueue || s.Next == math.MaxUint32 {
		return d, refuse(QueueFull, "want at most %d, have %d", MaxQueue, queued)
	}
	if o.mayRest() {
		d.book = m.book(o.bookKey())
		if d.book.Resting >= MaxResting {
			return d, refuse(BookFull, "want at most %d", MaxResting)
		}
	}
	d.position, _ = m.Store.Positions.Get(o.positionKey())
	if len(d.position.Orders) >= MaxOwn {
		return d, refuse(TooManyOrders, "want at most %d", MaxOwn)
	}
	if d.position.crosses(o.own()) {
		return d, refuse(SelfCross, "question %d, book %d", o.Question, o.Book)
	}
	if o.Action.Buys() {
		return d, m.affords(o.Trader, &o.Amount)
	}
	if have := d.position.shares(o.Action); have.Lt(&o.Amount) {
		return d, refuse(InsufficientShares, "want %s, have %s", o.Amount.Dec(), have.Dec())
	}
	return d, nil
}

// checkTrading is nil if what is placed now can still join a batch.
func (s *State) checkTrading(now Height) error {
	switch {
	case s.Phase == Halted:
		return refuse(NotOpen, "")
	case s.Phase != Open:
		return refuse(AfterClose, "closed at block %d, now %d", s.ClosedAt, now)
	case now+1 >= s.End:
		return refuse(AfterClose, "closes at block %d at the latest, now %d", s.End, now)
	}
	return nil
}

// checkOrder checks an order's own fields.
func (s *State) checkOrder(now Height, o *Order) error {
	switch {
	case o.Book >= s.Books:
		return refuse(BadBook, "want at most %d, have %d", s.Books-1, o.Book)
	case o.Action > SellNo:
		return refuse(BadAction, "want at most %d, have %d", SellNo, o.Action)
	case o.Limit < MinPrice || o.Limit > MaxPrice:
		return refuse(BadLimit, "want %d to %d, have %d", MinPrice, MaxPrice, o.Limit)
	}
	if err := checkAmount(&o.Amount, MinOrder); err != nil {
		return err
	}
	if o.Expiry != 0 && o.Expiry <= now {
		return refuse(Expired, "first batch at block %d, expiry %d", now+1, o.Expiry)
	}
	return nil
}

// enqueue cannot fail: draft has checked everything.
func (m *Market) enqueue(now Height, d draft) {
	o := d.order
	if o.Action.Buys() {
		m.debit(o.Trader, &o.Amount)
	} else {
		have := d.position.shares(o.Action)
		have.Sub(have, &o.Amount)
	}
	d.position.Orders = d.position.with(o.own())
	m.Store.Positions.Set(o.positionKey(), d.position)
	m.Store.Orders.Set(o.ID, o)
	if o.mayRest() {
		d.book.Resting++
		m.Store.Books.Set(o.bookKey(), d.book)
	}
	d.state.Next++
	m.schedule(o.Question, &d.state, min(d.state.Due, now+1))
	m.Store.States.Set(o.Question, d.state)
	m.Emit(OrderPlaced{o})
}

// Cancel returns the rest of an order to its trader, in any phase of the
// question. Refusals: UnknownOrder, NotYours.
func (m *Market) Cancel(now Height, who Account, id OrderID) error {
	o, ok := m.Store.Orders.Get(id)
	if !ok {
		return refuse(UnknownOrder, "order %d", id)
	}
	if o.Trader != who {
		return refuse(NotYours, "order %d", id)
	}
	if o.mayRest() {
		b := m.book(o.bookKey())
		b.Resting -= min(b.Resting, 1) // 0 after the close
		m.Store.Books.Set(o.bookKey(), b)
	}
	m.giveBack(&o, false)
	return nil
}

// giveBack ends a live order: what is left of its escrow returns. The book's
// count of resting orders is the caller's.
func (m *Market) giveBack(o *Order, expired bool) {
	p, _ := m.Store.Positions.Get(o.positionKey())
	p.Orders = p.without(o.ID)
	if o.Action.Buys() {
		m.credit(o.Trader, &o.Left)
	} else {
		have := p.shares(o.Action)
		have.Add(have, &o.Left)
	}
	m.setPosition(o.positionKey(), p)
	m.Store.Orders.Delete(o.ID)
	m.Emit(OrderCancelled{o.Question, o.Trader, o.ID, o.Left, expired})
}
