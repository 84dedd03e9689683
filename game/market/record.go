package market

// Ledger is what belongs to no account and no question.
type Ledger struct {
	Held      Amount // coins deposited and not withdrawn: Σ of all below
	Fund      Amount // the audit fund: fees, forfeits, dust
	Questions QuestionID
}

// Balance is an account's free coins.
type Balance struct{ Coins Amount }

// Terms is the part of a question that never changes.
type Terms struct {
	Opener   Account
	Spec     Spec // with the defaults filled in and "other" appended
	Text     string
	Criteria string // when the answer is YES, or which member it is
}

// State is the part of a question that work on it reads and writes: small, and
// enough to judge an order by.
type State struct {
	Kind     Kind
	Phase    Phase
	Books    uint8  // 1, or the members of a group
	Fee      uint16 // 10⁻⁴ of what a taker pays or gets
	Reopened uint8
	Outcome  Outcome // once settled
	Resolver Account
	B        Amount // liquidity b
	Subsidy  Amount
	Cash     Amount // the pool: at least what the shares could ever pay
	Sets     Amount // group: full sets minted − burned, two's complement

	Opened    Height // first block of the present window
	Window    Height
	Grace     Height
	End       Height // Opened + Window: the latest close
	ClosedAt  Height // 0 while open
	ResolveBy Height // from here on anyone may call Lapse; 0 while open

	Drawn   uint8  // draws of the close that have passed
	Head    uint32 // orders from Head up have not yet been in a batch
	Next    uint32 // number of the next order; the first is 1
	Due     Height // its slot in the wheel; 0: none
	Expires Height // no resting order expires before; 0: none does
}

// Book is the ledger of one binary market: shares outstanding decide the price,
//
//	p = π / (π + (1−π)·exp(−d/b)),  d = Yes − No − Sets,
//
// so that no price is stored that could drift from it. Yes and No count every
// share there is, those in orders and full sets included.
type Book struct {
	Yes, No Amount
	Opening Price  // π
	Price   Price  // of YES, rounded to nearest: a cache for readers
	Since   Height // the block from which Price holds
	Resting uint16 // live orders that may rest, queued ones included
	Median  Price  // time-weighted median over the last third; 0 until there
	Payoff  Price  // what a YES pays, once settled; NO pays One − Payoff
}

// Rest lists the orders that rest on a book, oldest first.
type Rest struct{ Orders []OrderID }

// Bin is one bar of a price histogram.
type Bin struct {
	Blocks uint64 // blocks spent at prices in the bin
	Sum    Amount // Σ price·blocks
}

// Position is what an account has in a book: free shares, and live orders, so
// that an order that would trade with its owner is seen at a glance.
type Position struct {
	Yes, No Amount
	Orders  []Own // at most MaxOwn, oldest first
}

// Own is a live order as its owner's position lists it.
type Own struct {
	ID  OrderID
	Up  bool  // it raises the price of YES: BuyYes, SellNo
	Cap Price // most it pays for a share of the side it raises
}

// Nonces is a set of 256 nonces: bit i is set once nonce i of the word is used.
type Nonces struct{ Used Amount }

// Slot is the presence of a question in the wheel.
type Slot struct{}
