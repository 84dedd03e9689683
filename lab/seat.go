package lab

import (
	"math"
	"slices"

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
	Orders   int           // filled in the last of them
	Path     []float32     // price at the end of each block since the opening
}

// settling is for how many blocks after its opening a price still finds itself,
// calm for how many more it must have stood before a jump to be worth anything
// after it.
const (
	settling = 4
	calmness = 6
)

// Usual is the median price since it has found itself, up to the first jump if
// it had stood for a while: what whoever pushes it for a block, or for many,
// does not move. Before, it is the present price.
func (b *Book) Usual() float64 {
	path := b.Path
	if first := b.firstJump(settling); first >= settling+calmness {
		path = path[:first]
	}
	if len(path) <= settling {
		return b.Price
	}
	sorted := slices.Clone(path[settling:])
	slices.Sort(sorted)
	n := len(sorted)
	return float64(sorted[(n-1)/2]+sorted[n/2]) / 2
}

// jump is a move of a price in one block that news makes once at most.
const jump = 0.25

// firstJump is the first block from which on the price had jumped; the number
// of blocks if it never has.
func (b *Book) firstJump(from int) int {
	for i := max(1, from); i < len(b.Path); i++ {
		if d := b.Path[i] - b.Path[i-1]; d > jump || d < -jump {
			return i
		}
	}
	return len(b.Path)
}

// Fought tells whether the price has jumped to and fro before it ever stood
// still, so that it says nothing. Players who find each other do so once or
// twice.
func (b *Book) Fought() bool {
	first := b.firstJump(2)
	if first >= settling+calmness {
		return false
	}
	jumps := 0
	for at := first; at < len(b.Path); at = b.firstJump(at + 1) {
		jumps++
	}
	return jumps > 2
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
	// Play makes its orders on the books it is shown: those that moved since
	// it last looked, or that it keeps.
	Play(now market.Height, looks []Look, p Purse) []Bid
	// Believed is its own probability of YES, if it has one.
	Believed(b *Book) (p float64, ok bool)
	// Settled tells the answer, after which the book is gone.
	Settled(b *Book, yes bool)
}

// Bid is an order on the book of a look, by its index.
type Bid struct {
	Look int
	sizing.Decision
}

// Watcher is a Seat that looks at some open books in every block, moved or not.
type Watcher interface{ Watches(b *Book) bool }

// bettor sizes a seat's bets by the code all players use.
type bettor struct {
	Style  sizing.Style
	crowd  float64 // orders of others in a book's first batch, as it has come to expect
	alarms map[market.QuestionID]push
}

// others is by how much each order seen counts as one to share with: half of
// them are on the other side.
const others = 0.5

// expect is the part of the next batch's flow on its side that a seat expects
// to be: in a book's first batch of those that usually come, later of as many
// as came last.
func (b *bettor) expect(l Look, now market.Height) float64 {
	n := 0.0
	switch {
	case l.Rounds == 0:
		n = b.crowd
	case now == l.Changed:
		n = max(0, float64(l.Orders)-1)
	}
	return 1 / (1 + others*n)
}

// saw learns how many come to a first batch.
func (b *bettor) saw(first int) {
	const fade = 0.95
	b.crowd = fade*b.crowd + (1-fade)*max(0, float64(first)-1)
}

// stake decides on looks; a belief that is not a number is none.
func (b *bettor) stake(now market.Height, looks []Look, beliefs []float64, p Purse) []Bid {
	var bets []sizing.Bet
	var at []int
	for i, l := range looks {
		if math.IsNaN(beliefs[i]) {
			continue
		}
		at = append(at, i)
		bets = append(bets, sizing.Bet{
			Price: l.Price, B: l.B * b.expect(l, now), Belief: beliefs[i],
			Yes: l.Yes, No: l.No, Staked: l.Staked,
		})
	}
	var out []Bid
	for j, d := range sizing.Plan(b.Style, bets, p.Free, p.Wealth) {
		if d.Reason.Trades() {
			out = append(out, Bid{at[j], d})
			if d.Reason == sizing.Buys {
				p.Free -= d.Amount
			}
		}
	}
	return append(out, b.keep(looks, beliefs, p)...)
}
