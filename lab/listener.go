package lab

import (
	"math"

	"agon/game/market"
	"agon/player/offer"
	"agon/player/reader"
	"agon/player/sizing"
)

// Listener is a seat with a reader: it waits until others have spoken.
type Listener struct {
	bettor
	Reader *reader.Reader
	After  int // batches it waits for, at least 1

	name   string
	belief map[market.QuestionID]float64
	minds  map[market.QuestionID][]float64
}

// NewListener seats a reader under a name.
func NewListener(name string, t reader.Taste, s sizing.Style, after int) *Listener {
	return &Listener{
		Reader: reader.New(t), bettor: bettor{Style: s}, After: after, name: name,
		belief: map[market.QuestionID]float64{}, minds: map[market.QuestionID][]float64{},
	}
}

// Name implements Seat.
func (l *Listener) Name() string { return l.name }

func bookKey(b *Book) reader.Key { return reader.Key{Question: uint64(b.ID)} }

// Open implements Seat.
func (l *Listener) Open(b *Book) { l.Reader.Open(bookKey(b), b.Question.Prior) }

// Heard implements Seat.
func (l *Listener) Heard(b *Book, o market.Order) {
	l.Reader.Hear(bookKey(b), o.Trader, o.Action, o.Limit)
}

// Believed implements Seat.
func (l *Listener) Believed(b *Book) (float64, bool) {
	p, ok := l.belief[b.ID]
	return p, ok
}

// Minds implements Minded.
func (l *Listener) Minds(b *Book) []float64 { return l.minds[b.ID] }

// MindNames implements Minded.
func (l *Listener) MindNames() []string {
	var out []string
	for _, m := range l.Reader.Minds() {
		out = append(out, l.name+", "+m.Name)
	}
	return out
}

// Play implements Seat.
func (l *Listener) Play(now market.Height, looks []Look, p Purse) []Bid {
	beliefs := make([]float64, len(looks))
	for i, k := range looks {
		beliefs[i] = math.NaN()
		if k.Rounds < l.After {
			continue
		}
		if q, voices := l.Reader.Belief(bookKey(k.Book)); voices > 0 {
			beliefs[i], l.belief[k.ID] = q, q
			if l.minds[k.ID] == nil {
				l.minds[k.ID] = l.Reader.Beliefs(bookKey(k.Book))
			}
			l.guard.Watch(k.ID, k.Path, k.Price, q, offer.Independent)
		}
	}
	return l.stake(now, looks, beliefs, p)
}

// Settled implements Seat.
func (l *Listener) Settled(b *Book, yes bool) {
	delete(l.belief, b.ID)
	delete(l.minds, b.ID)
	l.guard.Forget(b.ID)
	l.Reader.Settle(bookKey(b), paid(yes))
}
