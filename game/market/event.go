package market

// Event is something that happened, for logs.
type Event interface{ event() }

// QuestionAsked: a question was opened.
type QuestionAsked struct {
	Question QuestionID
	Opener   Account
	Template Template
	Kind     Kind
	Text     string
	Subsidy  Amount
	End      Height
}

// OrderPlaced: an order is in the queue, its escrow taken.
type OrderPlaced struct{ Order Order }

// OrderFilled: a batch traded some of an order.
type OrderFilled struct {
	Question QuestionID
	Trader   Account
	ID       OrderID
	Book     uint8
	Action   Action
	Shares   Amount // bought or sold
	Coins    Amount // paid, fee included, or got, fee deducted
	Left     Amount // of the order, as Order.Left
}

// OrderCancelled: the rest of an order went back to its trader.
type OrderCancelled struct {
	Question QuestionID
	Trader   Account
	ID       OrderID
	Left     Amount
	Expired  bool // by its expiry or the close, not by its trader
}

// PriceMoved: a batch ran on a book, even if the price came back.
type PriceMoved struct {
	Question QuestionID
	Book     uint8
	From, To Price
	Orders   uint32 // filled
	Volume   Amount // Σ coins of the fills
}

// QuestionClosed: trading is over.
type QuestionClosed struct {
	Question QuestionID
	Height   Height
}

// QuestionReopened: it was too early; trading goes on until End at most.
type QuestionReopened struct {
	Question QuestionID
	End      Height
}

// QuestionSettled: shares have become claims.
type QuestionSettled struct {
	Question QuestionID
	Outcome  Outcome
	Payoffs  []Price // of YES, one a book
	ToOpener Amount
	ToFund   Amount
}

// QuestionHalted: work on it failed; it trades no more.
type QuestionHalted struct {
	Question QuestionID
	Why      string
}

// ClaimPaid: a settled position was paid.
type ClaimPaid struct {
	Question QuestionID
	Account  Account
	Amount   Amount
}

// Deposited and Withdrawn: coins came in, or left.
type (
	Deposited struct {
		Account Account
		Amount  Amount
	}
	Withdrawn struct {
		Account Account
		Amount  Amount
	}
)

// SetsMinted and SetsBurned: n full sets were made of n coins, or the reverse.
type (
	SetsMinted struct {
		Question QuestionID
		Account  Account
		N        Amount
	}
	SetsBurned struct {
		Question QuestionID
		Account  Account
		N        Amount
	}
)

func (QuestionAsked) event()    {}
func (OrderPlaced) event()      {}
func (OrderFilled) event()      {}
func (OrderCancelled) event()   {}
func (PriceMoved) event()       {}
func (QuestionClosed) event()   {}
func (QuestionReopened) event() {}
func (QuestionSettled) event()  {}
func (QuestionHalted) event()   {}
func (ClaimPaid) event()        {}
func (Deposited) event()        {}
func (Withdrawn) event()        {}
func (SetsMinted) event()       {}
func (SetsBurned) event()       {}
