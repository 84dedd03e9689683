package market

// Preview says what an order would do.
type Preview struct {
	Reason Reason // OK, or why it would be refused
	Detail string
	Shares Amount // bought or sold at once
	Cost   Amount // coins paid, fee included; of a sale coins got, fee deducted
	Fee    Amount
	After  Price // of YES, after the batch
}

// Deposit credits amt to a's balance: coins the host has received.
func (m *Market) Deposit(a Account, amt Amount) error { return nil }

// Withdraw takes amt from a's balance: coins the host will pay out.
func (m *Market) Withdraw(a Account, amt Amount) error { return nil }

// Ask opens a question.
func (m *Market) Ask(now Height, opener Account, s Spec) (QuestionID, error) { return 0, nil }

// Place queues an order for the next batch.
func (m *Market) Place(now Height, o Order) (OrderID, error) { return 0, nil }

// PlaceSigned is Place under a permit; a refused order keeps its nonce.
func (m *Market) PlaceSigned(now Height, o Order, p Permit) (OrderID, error) { return 0, nil }

// DryRun says what Place would do and what the next batch would, were the
// order alone in it.
func (m *Market) DryRun(now Height, o Order) Preview { return Preview{} }

// DryRunSigned is DryRun for PlaceSigned.
func (m *Market) DryRunSigned(now Height, o Order, p Permit) Preview { return Preview{} }

// Cancel returns the rest of an order to its trader, in any phase.
func (m *Market) Cancel(now Height, who Account, id OrderID) error { return nil }

// InvalidateNonces marks as used the nonces word·256 + i for each bit i of mask.
func (m *Market) InvalidateNonces(who Account, word, mask Amount) error { return nil }

// MintSet makes n full sets of n coins.
func (m *Market) MintSet(now Height, who Account, q QuestionID, n Amount) error { return nil }

// BurnSet makes n coins of n full sets.
func (m *Market) BurnSet(now Height, who Account, q QuestionID, n Amount) error { return nil }

// Resolve answers a closed question.
func (m *Market) Resolve(now Height, who Account, q QuestionID, o Outcome) error { return nil }

// Lapse settles as INVALID a question whose resolver was silent past ResolveBy,
// or that was halted.
func (m *Market) Lapse(now Height, who Account, q QuestionID) error { return nil }

// Claim pays what a settled question owes to who, and returns it.
func (m *Market) Claim(now Height, who Account, q QuestionID) (Amount, error) { return Amount{}, nil }

// Due lists at most max questions with work at height now, longest due first.
func (m *Market) Due(now Height, max int) []QuestionID { return nil }

// Advance does one question's work at height now: draw of the close, expiry,
// batches, median, and the sweep of orders after the close. It does nothing if
// nothing is due. An error or a panic means that the question's state is broken:
// the host undoes the call and halts the question.
func (m *Market) Advance(now Height, beacon Hash, q QuestionID) error { return nil }

// Halt takes a question whose work failed out of trading.
func (m *Market) Halt(now Height, q QuestionID, why string) {}

// Question returns a question.
func (m *Market) Question(q QuestionID) (Question, bool) { return Question{}, false }

// Books returns a question's books in order; nil if there is no such question.
func (m *Market) Books(q QuestionID) []Book { return nil }

// Price is the YES price of a book: the median once closed, and provisional
// until settled.
func (m *Market) Price(q QuestionID, book uint8) (p Price, provisional bool) { return 0, true }

// Position is what an account has in a book.
func (m *Market) Position(q QuestionID, book uint8, a Account) Position { return Position{} }

// Balance is an account's free coins.
func (m *Market) Balance(a Account) Amount { return Amount{} }

// Order returns a live order.
func (m *Market) Order(id OrderID) (Order, bool) { return Order{}, false }

// Orders lists at most max live orders of a question, those with an id above
// after, in order of id.
func (m *Market) Orders(q QuestionID, after OrderID, max int) []Order { return nil }

// Fund is the audit fund.
func (m *Market) Fund() Amount { return Amount{} }

// Count is the number of questions ever asked, and the newest id.
func (m *Market) Count() QuestionID { return 0 }

// NonceWord is the set of used nonces among word·256 .. word·256 + 255.
func (m *Market) NonceWord(a Account, word Amount) Amount { return Amount{} }

// MemberName is the name of a book: the member's for a group, else empty.
func (t *Terms) MemberName(book uint8) string { return "" }

// Form returns what the template fixes; false if there is no such template.
func (t Template) Form() (Form, bool) { return Form{}, false }
