package market

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// Digest is a hash of the whole state: of every table's entries in key order.
func Digest(s *Store) (d Hash) {
	h := sha256.New()
	digestTable(h, s.Ledger)
	digestTable(h, s.Balances)
	digestTable(h, s.Terms)
	digestTable(h, s.States)
	digestTable(h, s.Books)
	digestTable(h, s.Rests)
	digestTable(h, s.Bins)
	digestTable(h, s.Positions)
	digestTable(h, s.Orders)
	digestTable(h, s.Nonces)
	digestTable(h, s.Wheel)
	h.Sum(d[:0])
	return d
}

// writer is a hash that is written to.
type writer interface{ Write([]byte) (int, error) }

// digestTable hashes the length of a table and each entry behind its lengths.
func digestTable[K Key[K], V Coded[V]](h writer, t Table[K, V]) {
	var n uint64
	var b []byte
	for k, v := range t.Scan(nil, nil) {
		key, value := k.Append(nil), v.Append(nil)
		b = binary.BigEndian.AppendUint32(b[:0], uint32(len(key)))
		b = binary.BigEndian.AppendUint32(b, uint32(len(value)))
		h.Write(append(append(b, key...), value...))
		n++
	}
	h.Write(binary.BigEndian.AppendUint64(b[:0], n))
}

// Audit checks the books against each other, entry by entry: it reads the whole
// state. Coins are conserved,
//
//	Σ balances + Σ budgets of live orders + Σ pools + fund = held,
//
// every share is in a position or in a live order, every live order is listed
// where it should be, pools cover every outcome, and each question stands in
// the wheel where its state says.
func Audit(s *Store) error {
	a := auditor{Market: Market{Store: s}}
	for _, check := range [...]func() error{
		a.coins, a.questions, a.positions, a.orders, a.wheel,
	} {
		if err := check(); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return nil
}

type auditor struct{ Market }

func (a *auditor) coins() error {
	l := a.ledger()
	sum := l.Fund
	for _, b := range a.Store.Balances.Scan(nil, nil) {
		sum.Add(&sum, &b.Coins)
	}
	for _, o := range a.Store.Orders.Scan(nil, nil) {
		if o.Action.Buys() {
			sum.Add(&sum, &o.Left)
		}
	}
	for _, q := range a.Store.States.Scan(nil, nil) {
		sum.Add(&sum, &q.Cash)
	}
	if sum != l.Held {
		return fmt.Errorf("coins: held %s, found %s", l.Held.Dec(), sum.Dec())
	}
	return nil
}

// questions checks pools, and that books count every share.
func (a *auditor) questions() error {
	for id, s := range a.Store.States.Scan(nil, nil) {
		if err := a.pool(id, &s); err != nil {
			return fmt.Errorf("question %d: %w", id, err)
		}
		for k := range s.Books {
			if err := a.shares(BookKey{id, k}); err != nil {
				return fmt.Errorf("question %d, book %d: %w", id, k, err)
			}
		}
	}
	return nil
}

func (a *auditor) pool(id QuestionID, s *State) error {
	if s.Phase != Settled {
		return a.checkSolvent(id, s)
	}
	books := a.readBooks(id, s)
	payoffs := make([]Price, len(books))
	var sum Price
	for k := range books {
		payoffs[k] = books[k].Payoff
		sum += payoffs[k]
	}
	if s.Kind == Group && sum != One {
		return fmt.Errorf("payoffs sum to %d", sum)
	}
	if owed := owedFor(books, payoffs); s.Cash.Lt(&owed) {
		return fmt.Errorf("owes %s of %s: %w", owed.Dec(), s.Cash.Dec(), ErrInsolvent)
	}
	return nil
}

func (a *auditor) shares(key BookKey) error {
	var yes, no Amount
	for k, p := range a.Store.Positions.Scan(key.Question.Append(nil), nil) {
		if k.Book == key.Book {
			yes.Add(&yes, &p.Yes)
			no.Add(&no, &p.No)
		}
	}
	resting := 0
	for _, o := range a.Orders(key.Question, 0, int(^uint(0)>>1)) {
		if o.Book != key.Book {
			continue
		}
		if o.Action == SellYes {
			yes.Add(&yes, &o.Left)
		}
		if o.Action == SellNo {
			no.Add(&no, &o.Left)
		}
		if o.mayRest() {
			resting++
		}
	}
	b := a.book(key)
	s, _ := a.Store.States.Get(key.Question)
	if b.Yes != yes || b.No != no {
		return fmt.Errorf("counts %s YES and %s NO, found %s and %s",
			b.Yes.Dec(), b.No.Dec(), yes.Dec(), no.Dec())
	}
	if s.Phase == Open && int(b.Resting) != resting {
		return fmt.Errorf("counts %d orders that may rest, found %d", b.Resting, resting)
	}
	if curve := s.curve(&b); s.Phase == Open && curve.Price() != b.Price {
		return fmt.Errorf("says %d, its curve %d", b.Price, curve.Price())
	}
	return nil
}

// positions checks that every order a position lists is live and its owner's,
// and that no position is empty.
func (a *auditor) positions() error {
	for k, p := range a.Store.Positions.Scan(nil, nil) {
		if p.Yes.IsZero() && p.No.IsZero() && len(p.Orders) == 0 {
			return fmt.Errorf("question %d: an empty position is kept", k.Question)
		}
		for _, own := range p.Orders {
			o, ok := a.Order(own.ID)
			if !ok || o.positionKey() != k || o.own() != own {
				return fmt.Errorf("a position lists order %d wrongly", own.ID)
			}
		}
	}
	return nil
}

// orders checks that every live order is listed by its owner's position and,
// while its question is open, waits in the queue or rests on its book.
func (a *auditor) orders() error {
	for id, o := range a.Store.Orders.Scan(nil, nil) {
		s, _ := a.Store.States.Get(o.Question)
		p, _ := a.Store.Positions.Get(o.positionKey())
		rest, _ := a.Store.Rests.Get(o.bookKey())
		listed, queued := false, id.seq() >= s.Head
		for _, own := range p.Orders {
			listed = listed || own.ID == id
		}
		for _, other := range rest.Orders {
			queued = queued || other == id
		}
		if id != o.ID || id.Question() != o.Question || !listed || o.Left.IsZero() ||
			o.Amount.Lt(&o.Left) || s.Phase == Open && !queued {
			return fmt.Errorf("order %d is out of place", id)
		}
	}
	return nil
}

func (a *auditor) wheel() error {
	for k := range a.Store.Wheel.Scan(nil, nil) {
		if s, ok := a.Store.States.Get(k.Question); !ok || s.Due != k.Height {
			return fmt.Errorf("wheel: question %d at %d, due %d", k.Question, k.Height, s.Due)
		}
	}
	for id, s := range a.Store.States.Scan(nil, nil) {
		if _, ok := a.Store.Wheel.Get(SlotKey{s.Due, id}); ok != (s.Due != 0) {
			return fmt.Errorf("question %d: due %d, in the wheel: %t", id, s.Due, ok)
		}
	}
	return nil
}
