package lab

import (
	"math"

	"agon/game/market"
	"agon/player"
	"agon/player/offer"
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
	Path     offer.Trace
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

// Minded is a Seat that makes up its mind of several, which trade on nothing.
type Minded interface {
	MindNames() []string
	Minds(b *Book) []float64 // in the order of MindNames; nil if they have none
}

// Watcher is a Seat that looks at some open books in every block, moved or not.
type Watcher interface{ Watches(b *Book) bool }

// bettor sizes a seat's bets by the code all players use.
type bettor struct {
	Style sizing.Style
	crowd float64 // orders of others in a book's first batch, as it has come to expect
	guard offer.Guard[market.QuestionID]
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

// Watches implements Watcher: books under alarm are kept.
func (b *bettor) Watches(k *Book) bool { return b.guard.Alarmed(k.ID) }

// keep lays out offers on the books under alarm.
func (b *bettor) keep(looks []Look, beliefs []float64, p Purse) (out []Bid) {
	views := make([]offer.View[market.QuestionID], len(looks))
	for i, l := range looks {
		views[i] = offer.View[market.QuestionID]{Key: l.ID, Price: l.Price, Belief: beliefs[i]}
	}
	for _, o := range b.guard.Offers(views, p.Free) {
		out = append(out, Bid{o.View, o.Decision})
	}
	return out
}
