package market

import "encoding/binary"

// Question returns a question.
func (m *Market) Question(q QuestionID) (Question, bool) {
	s, ok := m.Store.States.Get(q)
	if !ok {
		return Question{}, false
	}
	t, ok := m.Store.Terms.Get(q)
	return Question{q, t, s}, ok
}

// Books returns a question's books in order; nil if there is no such question.
func (m *Market) Books(q QuestionID) []Book {
	s, ok := m.Store.States.Get(q)
	if !ok {
		return nil
	}
	books := make([]Book, s.Books)
	for k := range books {
		books[k] = m.book(BookKey{q, uint8(k)})
	}
	return books
}

// Price is the published answer for a book: the present price while it is
// open, then the median over the last third. It is provisional until the
// question is settled. 0 if there is no such book.
func (m *Market) Price(q QuestionID, book uint8) (p Price, provisional bool) {
	s, ok := m.Store.States.Get(q)
	if !ok || book >= s.Books {
		return 0, true
	}
	b := m.book(BookKey{q, book})
	if s.Phase == Open {
		return b.Price, true
	}
	return b.Median, s.Phase != Settled
}

// Position is what an account has in a book.
func (m *Market) Position(q QuestionID, book uint8, a Account) Position {
	p, _ := m.Store.Positions.Get(PositionKey{q, a, book})
	return p
}

// Balance is an account's free coins.
func (m *Market) Balance(a Account) Amount {
	b, _ := m.Store.Balances.Get(a)
	return b.Coins
}

// Order returns a live order.
func (m *Market) Order(id OrderID) (Order, bool) { return m.Store.Orders.Get(id) }

// Orders lists at most max live orders of a question, those with an id above
// after, in order of id.
func (m *Market) Orders(q QuestionID, after OrderID, max int) []Order {
	if q > MaxQuestions || max <= 0 {
		return nil
	}
	from := orderID(q, 0)
	if after >= from {
		from = after + 1
	}
	return m.ordersFrom(q, from, max)
}

func (m *Market) ordersFrom(q QuestionID, from OrderID, max int) (list []Order) {
	prefix := binary.BigEndian.AppendUint32(nil, uint32(q))
	for _, o := range m.Store.Orders.Scan(prefix, from.Append(nil)) {
		list = append(list, o)
		if len(list) == max {
			break
		}
	}
	return list
}

// Fund is the audit fund.
func (m *Market) Fund() Amount { return m.ledger().Fund }

// Count is the number of questions ever asked, and the newest id.
func (m *Market) Count() QuestionID { return m.ledger().Questions }

// NonceWord is the set of used nonces among word·256 .. word·256 + 255.
func (m *Market) NonceWord(a Account, word Amount) Amount {
	n, _ := m.Store.Nonces.Get(NonceKey{a, word})
	return n.Used
}

// BookName is the name of a book: the member's for a group, LONG for a scalar,
// YES for a binary question; empty if there is no such book.
func (q *Question) BookName(book uint8) string {
	switch {
	case book >= q.Books:
		return ""
	case q.State.Kind == Group:
		return q.Spec.Members[book]
	case q.State.Kind == Scalar:
		return "LONG"
	}
	return "YES"
}
