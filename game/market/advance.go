package market

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// ErrInsolvent reports a pool that could not pay every outcome. It cannot
// happen by trading; it stops a question whose state is broken.
var ErrInsolvent = errors.New("the pool does not cover the shares")

// Advance does one question's work at height now: draw of the close, batches,
// expiry, median, and the return of orders after the close. It does nothing
// for a question with nothing due, so that a second call at one height is
// harmless. Its error is never a Refusal: an error or a panic means that the
// question's state is broken, and the host undoes the call and halts it.
func (m *Market) Advance(now Height, beacon Hash, q QuestionID) error {
	s, ok := m.Store.States.Get(q)
	if !ok || s.Due == 0 || s.Due > now {
		return nil
	}
	if s.Phase == Open && s.drawsClose(now, beacon, q) {
		m.close(now, q, &s)
	}
	if s.Phase == Open {
		if err := m.trade(now, q, &s); err != nil {
			return fmt.Errorf("question %d, block %d: %w", q, now, err)
		}
		m.schedule(q, &s, s.nextWork(now))
	} else {
		m.sweep(now, q, &s)
	}
	m.Store.States.Set(q, s)
	return nil
}

// drawsClose draws, if a draw has come: draw i of n closes with probability
// 1/(n−i), so that each is the closing one with probability 1/n. If blocks were
// late and several draws have passed, the last of them counts.
func (s *State) drawsClose(now Height, beacon Hash, q QuestionID) bool {
	n, before := s.draws(), s.Drawn
	for s.Drawn < n && s.drawHeight(s.Drawn) <= now {
		s.Drawn++
	}
	if s.Drawn == before {
		return false
	}
	left := uint64(n - s.Drawn + 1)
	return uniform(beacon, q, left) == 0
}

// uniform is a number below n that nobody knows before the beacon:
//
//	⌊n·h/2⁶⁴⌋,  h the first 64 bits of SHA-256("agon/close" ‖ beacon ‖ question).
func uniform(beacon Hash, q QuestionID, n uint64) uint64 {
	b := append([]byte("agon/close"), beacon[:]...)
	digest := sha256.Sum256(q.Append(b))
	high, _ := bits.Mul64(binary.BigEndian.Uint64(digest[:8]), n)
	return high
}

// close ends trading: each book's median is drawn up, and the orders go back,
// those that waited for this block's batch too.
func (m *Market) close(now Height, q QuestionID, s *State) {
	for k := range s.Books {
		key := BookKey{q, k}
		b := m.book(key)
		m.recordPrice(key, &b, s, now)
		b.Median = m.takeMedian(key, b.Price)
		b.Resting = 0
		m.Store.Books.Set(key, b)
		m.Store.Rests.Delete(key)
	}
	s.Phase, s.ClosedAt, s.ResolveBy = Closed, now, now+s.Grace
	s.Head, s.Expires = s.Next, 0
	m.Emit(QuestionClosed{q, now})
}

// sweep returns orders after the close, so many a block.
func (m *Market) sweep(now Height, q QuestionID, s *State) {
	orders := m.ordersFrom(q, orderID(q, 0), MaxSweep)
	for i := range orders {
		m.giveBack(&orders[i], true)
	}
	var next Height
	if len(orders) == MaxSweep {
		next = now + 1
	}
	m.schedule(q, s, next)
}

// Halt takes a question whose work failed out of trading, at its present
// prices: anybody may let it lapse, and traders cancel their orders. It does
// nothing if the question is unknown, settled or halted.
func (m *Market) Halt(now Height, q QuestionID, why string) {
	s, ok := m.Store.States.Get(q)
	if !ok || s.Phase == Settled || s.Phase == Halted {
		return
	}
	for k := range s.Books {
		key := BookKey{q, k}
		if b, ok := m.Store.Books.Get(key); ok && b.Median == 0 {
			b.Median = b.Price
			m.Store.Books.Set(key, b)
		}
	}
	if s.ClosedAt == 0 {
		s.ClosedAt = now
	}
	s.Phase, s.ResolveBy = Halted, now
	m.schedule(q, &s, 0)
	m.Store.States.Set(q, s)
	m.Emit(QuestionHalted{q, why})
}
