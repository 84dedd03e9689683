package market

// A full set pays 1 whatever the outcome: one YES and one NO, or one YES of
// every member of a group. Making and breaking sets moves no price.

// MintSet makes n full sets of n coins. Refusals: UnknownQuestion, NotOpen,
// AfterClose, TooSmall, TooLarge, Unaffordable.
func (m *Market) MintSet(now Height, who Account, q QuestionID, n Amount) error {
	s, err := m.state(q)
	if err != nil {
		return err
	}
	if err := s.checkTrading(now); err != nil {
		return err
	}
	if err := checkAmount(&n, MinOrder); err != nil {
		return err
	}
	if err := m.affords(who, &n); err != nil {
		return err
	}

	// From here MintSet cannot fail.
	m.debit(who, &n)
	for k := range s.Books {
		p, _ := m.Store.Positions.Get(PositionKey{q, who, k})
		b := m.book(BookKey{q, k})
		p.Yes.Add(&p.Yes, &n)
		b.Yes.Add(&b.Yes, &n)
		if s.Kind != Group {
			p.No.Add(&p.No, &n)
			b.No.Add(&b.No, &n)
		}
		m.Store.Positions.Set(PositionKey{q, who, k}, p)
		m.Store.Books.Set(BookKey{q, k}, b)
	}
	if s.Kind == Group {
		s.Sets.Add(&s.Sets, &n)
	}
	s.Cash.Add(&s.Cash, &n)
	m.Store.States.Set(q, s)
	m.Emit(SetsMinted{q, who, n})
	return nil
}

// BurnSet makes n coins of n full sets, until the question is settled; then
// Claim pays them. Refusals: UnknownQuestion, AlreadySettled, TooSmall,
// TooLarge, InsufficientShares.
func (m *Market) BurnSet(now Height, who Account, q QuestionID, n Amount) error {
	s, err := m.state(q)
	if err != nil {
		return err
	}
	if s.Phase == Settled {
		return refuse(AlreadySettled, "question %d", q)
	}
	if err := checkAmount(&n, 1); err != nil {
		return err
	}
	for k := range s.Books {
		p := m.Position(q, k, who)
		if p.Yes.Lt(&n) || s.Kind != Group && p.No.Lt(&n) {
			return refuse(InsufficientShares, "book %d: want %s, have %s YES and %s NO",
				k, n.Dec(), p.Yes.Dec(), p.No.Dec())
		}
	}

	// From here BurnSet cannot fail.
	for k := range s.Books {
		p := m.Position(q, k, who)
		b := m.book(BookKey{q, k})
		p.Yes.Sub(&p.Yes, &n)
		b.Yes.Sub(&b.Yes, &n)
		if s.Kind != Group {
			p.No.Sub(&p.No, &n)
			b.No.Sub(&b.No, &n)
		}
		m.setPosition(PositionKey{q, who, k}, p)
		m.Store.Books.Set(BookKey{q, k}, b)
	}
	if s.Kind == Group {
		s.Sets.Sub(&s.Sets, &n)
	}
	s.Cash.Sub(&s.Cash, &n)
	m.Store.States.Set(q, s)
	m.credit(who, &n)
	m.Emit(SetsBurned{q, who, n})
	return nil
}
