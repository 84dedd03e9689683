package market

// Market is the state machine over a store. It holds nothing itself: make one
// for each call. A call that is refused has changed nothing; its error is a
// *Refusal. Any other error, and a panic, leave the store for the host to undo.
type Market struct {
	Store *Store
	Emit  func(Event) // never nil
}

// Deposit credits amt to a's balance: coins the host has received.
// Refusals: TooSmall, TooLarge.
func (m *Market) Deposit(a Account, amt Amount) error {
	if err := checkAmount(&amt, 1); err != nil {
		return err
	}
	m.holdMore(&amt)
	m.credit(a, &amt)
	m.Emit(Deposited{a, amt})
	return nil
}

// Withdraw takes amt from a's balance: coins the host must pay out.
// Refusals: TooSmall, Unaffordable.
func (m *Market) Withdraw(a Account, amt Amount) error {
	if amt.IsZero() {
		return refuse(TooSmall, "want at least 1, have 0")
	}
	if err := m.affords(a, &amt); err != nil {
		return err
	}
	m.debit(a, &amt)
	l := m.ledger()
	l.Held.Sub(&l.Held, &amt)
	m.Store.Ledger.Set(Sole{}, l)
	m.Emit(Withdrawn{a, amt})
	return nil
}

// checkAmount bounds an amount that a caller names, before any arithmetic.
func checkAmount(amt *Amount, least uint64) error {
	if MaxAmount.Lt(amt) {
		return refuse(TooLarge, "want at most 2^96-1, have %s", amt.Dec())
	}
	if amt.LtUint64(least) {
		return refuse(TooSmall, "want at least %d, have %s", least, amt.Dec())
	}
	return nil
}

// affords is nil if a's balance covers amt.
func (m *Market) affords(a Account, amt *Amount) error {
	if b := m.Balance(a); b.Lt(amt) {
		return refuse(Unaffordable, "want %s, have %s", amt.Dec(), b.Dec())
	}
	return nil
}

func (m *Market) ledger() Ledger {
	l, _ := m.Store.Ledger.Get(Sole{})
	return l
}

func (m *Market) holdMore(amt *Amount) {
	l := m.ledger()
	l.Held.Add(&l.Held, amt)
	m.Store.Ledger.Set(Sole{}, l)
}

// toFund gives amt to the audit fund.
func (m *Market) toFund(amt *Amount) {
	if amt.IsZero() {
		return
	}
	l := m.ledger()
	l.Fund.Add(&l.Fund, amt)
	m.Store.Ledger.Set(Sole{}, l)
}

func (m *Market) credit(a Account, amt *Amount) {
	if amt.IsZero() {
		return
	}
	b, _ := m.Store.Balances.Get(a)
	b.Coins.Add(&b.Coins, amt)
	m.Store.Balances.Set(a, b)
}

// debit takes what affords has found to be there.
func (m *Market) debit(a Account, amt *Amount) {
	b, _ := m.Store.Balances.Get(a)
	b.Coins.Sub(&b.Coins, amt)
	if b.Coins.IsZero() {
		m.Store.Balances.Delete(a)
		return
	}
	m.Store.Balances.Set(a, b)
}

// state returns a question's state, or refuses UnknownQuestion.
func (m *Market) state(q QuestionID) (State, error) {
	s, ok := m.Store.States.Get(q)
	if !ok {
		return s, refuse(UnknownQuestion, "question %d", q)
	}
	return s, nil
}

// book returns a book that must exist.
func (m *Market) book(k BookKey) Book {
	b, ok := m.Store.Books.Get(k)
	if !ok {
		panic("market: a question without its book")
	}
	return b
}

// setPosition stores p, or nothing if it is empty.
func (m *Market) setPosition(k PositionKey, p Position) {
	if p.Yes.IsZero() && p.No.IsZero() && len(p.Orders) == 0 {
		m.Store.Positions.Delete(k)
		return
	}
	m.Store.Positions.Set(k, p)
}
