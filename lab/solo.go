package lab

import (
	"context"
	"hash/fnv"
	"math"
	"math/rand/v2"

	"agon/game/market"
	"agon/player"
	"agon/player/calibrate"
	"agon/player/offer"
	"agon/player/sizing"
)

// Solo is a seat with a forecaster: it says what the forecaster thinks, mended
// by what has settled, and after the first batch weighs that against the price.
type Solo struct {
	bettor
	Forecaster player.Forecaster
	// Noise is the standard deviation, in log odds, by which this player
	// departs from its forecaster, always alike on the same question.
	Noise float64
	// Borrowed is set where the forecaster is another seat's too, which teaches
	// it what settles: once is enough.
	Borrowed bool

	name   string
	cal    *calibrate.Calibrator
	pool   *calibrate.Pool
	on     map[market.QuestionID]*thought
	passes int
}

// thought is what a Solo makes of one book.
type thought struct {
	raw, own, confidence float64
	fresh, later         *calibrate.View // as it first and last decided
}

// NewSolo seats a forecaster under a name.
func NewSolo(name string, f player.Forecaster, s sizing.Style) *Solo {
	return &Solo{
		Forecaster: f, bettor: bettor{Style: s, crowd: 1}, name: name,
		cal:  calibrate.New(calibrate.Options{}),
		pool: calibrate.NewPool(1), on: map[market.QuestionID]*thought{},
	}
}

// Name implements Seat.
func (s *Solo) Name() string { return s.name }

// Open implements Seat: the forecaster is asked, once.
func (s *Solo) Open(b *Book) {
	f, err := s.Forecaster.Forecast(context.Background(), b.Question)
	if err != nil {
		s.passes++
		return
	}
	raw := f.P
	if s.Noise > 0 {
		raw = player.Sigmoid(player.Logit(raw) + s.Noise*s.mood(b))
	}
	own := s.cal.Apply(raw, b.Question.Prior)
	s.on[b.ID] = &thought{raw: raw, own: own, confidence: f.Confidence}
}

// mood is a standard normal number, the same for one player on one question.
func (s *Solo) mood(b *Book) float64 {
	h := fnv.New64a()
	h.Write([]byte(s.name))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(b.ID))).NormFloat64()
}

// Heard implements Seat: a Solo hears only prices.
func (s *Solo) Heard(*Book, market.Order) {}

// Believed implements Seat: the mended forecast.
func (s *Solo) Believed(b *Book) (float64, bool) {
	t := s.on[b.ID]
	if t == nil {
		return 0, false
	}
	return t.own, true
}

// Play implements Seat.
func (s *Solo) Play(now market.Height, looks []Look, p Purse) []Bid {
	beliefs := make([]float64, len(looks))
	for i, l := range looks {
		beliefs[i] = math.NaN()
		if t := s.on[l.ID]; t != nil {
			beliefs[i] = s.weigh(t, l)
		}
	}
	if s.crowd < aloneCrowd {
		alone := s.bettor
		alone.Style.MaxStake = max(aloneStake, s.Style.MaxStake)
		return alone.stake(now, looks, beliefs, p)
	}
	return s.stake(now, looks, beliefs, p)
}

// weigh is what a Solo believes at the present price.
func (s *Solo) weigh(t *thought, l Look) float64 {
	// What the price says is what it usually says: the evidence of a price that
	// somebody has just pushed is for sale.
	v := &calibrate.View{
		Own: t.own, Confidence: t.confidence, Price: l.Path.Usual(l.Price),
		Base: l.Question.Prior,
	}
	if l.Path.Fought() {
		// Somebody fights over this price: it says nothing. What is left is what
		// the player knows of itself.
		s.guard.Raise(l.ID, l.Price, t.own)
		return t.own
	}
	k := kindOf(l.Book, l.Rounds == 0)
	if k.Fresh {
		t.fresh = v
	} else {
		if t.later == nil {
			s.saw(l.Orders)
		}
		t.later = v
	}
	s.guard.Watch(l.ID, l.Path, l.Price, v.Price, offer.Swayed)
	return s.pool.Apply(k, *v)
}

func kindOf(b *Book, fresh bool) calibrate.Kind {
	return calibrate.Kind{Template: uint8(b.Question.Template), Fresh: fresh}
}

// Settled implements Seat.
func (s *Solo) Settled(b *Book, yes bool) {
	t := s.on[b.ID]
	delete(s.on, b.ID)
	s.guard.Forget(b.ID)
	if t == nil {
		return
	}
	if l, learns := s.Forecaster.(player.Learner); learns && !s.Borrowed {
		l.Settle(b.Question, yes)
	}
	y := paid(yes)
	s.cal.Update(calibrate.Settled{P: t.raw, Base: b.Question.Prior, Y: y})
	if t.fresh != nil {
		s.pool.Update(kindOf(b, true), *t.fresh, y)
	}
	if t.later != nil {
		s.pool.Update(kindOf(b, false), *t.later, y)
	}
}

// paid is what a YES pays.
func paid(yes bool) float64 {
	if yes {
		return 1
	}
	return 0
}
