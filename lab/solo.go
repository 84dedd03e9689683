package lab

import (
	"context"
	"hash/fnv"
	"math/rand/v2"

	"agon/game/market"
	"agon/player"
	"agon/player/calibrate"
	"agon/player/sizing"
)

// Solo is a seat with a forecaster: it says what the forecaster thinks, mended
// by what has settled, and after the first batch weighs that against the price.
type Solo struct {
	Forecaster player.Forecaster
	Style      sizing.Style
	// Noise is the standard deviation, in log odds, by which this player
	// departs from its forecaster, always alike on the same question.
	Noise float64

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
		Forecaster: f, Style: s, name: name, cal: calibrate.New(calibrate.Options{}),
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
func (s *Solo) Play(_ market.Height, looks []Look, p Purse) []sizing.Decision {
	bets, at := make([]sizing.Bet, 0, len(looks)), make([]int, 0, len(looks))
	for i, l := range looks {
		t := s.on[l.ID]
		if t == nil {
			continue
		}
		v := &calibrate.View{
			Own: t.own, Confidence: t.confidence, Price: l.Price, Base: l.Question.Prior,
		}
		k := kindOf(l.Book, l.Rounds == 0)
		if k.Fresh {
			t.fresh = v
		} else {
			t.later = v
		}
		bets, at = append(bets, l.bet(s.pool.Apply(k, *v))), append(at, i)
	}
	return stake(s.Style, len(looks), bets, at, p)
}

func kindOf(b *Book, fresh bool) calibrate.Kind {
	return calibrate.Kind{Template: uint8(b.Question.Template), Fresh: fresh}
}

// Settled implements Seat.
func (s *Solo) Settled(b *Book, yes bool) {
	t := s.on[b.ID]
	delete(s.on, b.ID)
	if t == nil {
		return
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
