package market

// The wheel holds each question that will need work in one slot: the height at
// which. So Due reads what it returns and no more, however many are open, and
// work that did not fit into a block stands first in the next.

// Due lists at most max questions with work at height now, longest due first.
func (m *Market) Due(now Height, max int) (list []QuestionID) {
	if max <= 0 {
		return nil
	}
	for k := range m.Store.Wheel.Scan(nil, nil) {
		if k.Height > now {
			break
		}
		list = append(list, k.Question)
		if len(list) == max {
			break
		}
	}
	return list
}

// schedule moves a question's slot to height at; 0 takes it out. The caller
// stores s.
func (m *Market) schedule(q QuestionID, s *State, at Height) {
	if s.Due == at {
		return
	}
	if s.Due != 0 {
		m.Store.Wheel.Delete(SlotKey{s.Due, q})
	}
	if at != 0 {
		m.Store.Wheel.Set(SlotKey{at, q}, Slot{})
	}
	s.Due = at
}

// nextWork is the first height after now at which an open question has work:
// a draw, an expiry, or orders that wait.
func (s *State) nextWork(now Height) Height {
	next := s.drawHeight(s.Drawn)
	if s.Expires != 0 && s.Expires < next {
		next = s.Expires + 1
	}
	if s.Head < s.Next {
		next = now + 1
	}
	return max(next, now+1)
}

// The close is drawn in the last tenth of the window, at up to MaxDraws evenly
// spaced heights, the last of which is End.

// tail is the length of the part in which the close is drawn.
func (s *State) tail() Height { return s.Window / 10 }

// draws is the number of draws.
func (s *State) draws() uint8 { return uint8(min(s.tail(), MaxDraws)) }

// drawHeight is the height of draw i, counted from 0.
func (s *State) drawHeight(i uint8) Height {
	i = min(i, s.draws()-1)
	return s.End - s.tail() + (Height(i)+1)*s.tail()/Height(s.draws())
}

// medianFrom is the first block that counts for the median: the last third.
func (s *State) medianFrom() Height { return s.End - s.Window/3 }
