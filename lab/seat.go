package lab

import (
	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
)

// Book is an open question as those at the table see it.
type Book struct {
	ID       market.QuestionID
	Question player.Question // Prior is the opening price
	Price    float64         // of YES, now
	B        float64         // liquidity, in coins
	Opened   market.Height
	End      market.Height // the latest close
	Changed  market.Height // block of the last batch
	Rounds   int           // batches so far
}

// Holding is what a seat has in a book.
type Holding struct {
	Yes, No float64 // shares
	Staked  float64 // coins paid less coins got
}

// Purse is a seat's money, in coins.
type Purse struct {
	Free   float64 // to spend
	Wealth float64 // free and staked, so that earnings are staked in turn
}

// Look is a book that a seat may trade on now.
type Look struct {
	*Book
	Holding
}

// Seat is somebody at the table: a player, a reader, an attacker. Its methods
// are called in turn, never at the same time.
type Seat interface {
	// Name is unique at a table.
	Name() string
	// Open shows a new book.
	Open(b *Book)
	// Heard shows an order that somebody else placed, as the chain's logs do.
	Heard(b *Book, o market.Order)
	// Play decides on the books it is shown, one decision each: those that
	// moved since it last looked.
	Play(now market.Height, looks []Look, p Purse) []sizing.Decision
	// Believed is its own probability of YES, if it has one.
	Believed(b *Book) (p float64, ok bool)
	// Settled tells the answer, after which the book is gone.
	Settled(b *Book, yes bool)
}

// Watcher is a Seat that looks at every open book in every block, moved or not:
// one that waits for its time.
type Watcher interface{ Watches() bool }

// pass is no trade.
var pass = sizing.Decision{Reason: sizing.NoEdge}

// stake sizes bets on some of the looks; at gives the look of each bet.
func stake(s sizing.Style, looks int, bets []sizing.Bet, at []int, p Purse) []sizing.Decision {
	out := make([]sizing.Decision, looks)
	for i := range out {
		out[i] = pass
	}
	for j, d := range sizing.Plan(s, bets, p.Free, p.Wealth) {
		out[at[j]] = d
	}
	return out
}

// bet is a look with a belief.
func (l Look) bet(belief float64) sizing.Bet {
	return sizing.Bet{
		Price: l.Price, B: l.B, Belief: belief, Yes: l.Yes, No: l.No, Staked: l.Staked,
	}
}
