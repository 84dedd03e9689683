package memory

import (
	"agon/game/market"
	"agon/player"
	"agon/player/calibrate"
)

// Mind is what one player has learnt: how its forecasts turn out, and how far
// to trust them against the price. It is not safe for concurrent use.
type Mind struct {
	cal   *calibrate.Calibrator
	pool  *calibrate.Pool
	seen  [16]uint32 // settled, by template
	known uint8      // the template most of them were of
}

// NewMind makes the mind of a player that has seen nothing and begins with
// weight trust on its own forecasts; see calibrate.Pool.
func NewMind(trust float64, o calibrate.Options) *Mind {
	return &Mind{cal: calibrate.New(o), pool: calibrate.NewPool(trust)}
}

// Learn takes in a settled forecast. What the pool is to weigh is the forecast
// as it would have been mended before this answer was known.
func (m *Mind) Learn(r Record) {
	v := calibrate.View{
		Own: m.cal.Apply(r.P, r.Base), Confidence: r.Confidence, Price: r.Base, Base: r.Base,
	}
	m.pool.Update(calibrate.Kind{Template: uint8(r.Template), Fresh: true}, v, r.Y)
	if r.Price > 0 {
		v.Price = r.Price
		m.pool.Update(calibrate.Kind{Template: uint8(r.Template)}, v, r.Y)
	}
	m.cal.Update(calibrate.Settled{P: r.P, Base: r.Base, Y: r.Y})
	t := uint8(r.Template) % uint8(len(m.seen))
	if m.seen[t]++; m.seen[t] > m.seen[m.known] {
		m.known = t
	}
}

// Own is the player's forecast as its settled ones mend it.
func (m *Mind) Own(p, base float64) float64 { return player.Clamp(m.cal.Apply(p, base)) }

// Commonest is the template of which most forecasts have settled.
func (m *Mind) Commonest() uint8 { return m.known }

// Believe is what the player believes of a book at a price, given its own
// forecast; fresh says that nobody has traded there yet.
func (m *Mind) Believe(
	t market.Template, f player.Forecast, base, price float64, fresh bool,
) float64 {
	k := calibrate.Kind{Template: uint8(t), Fresh: fresh}
	return m.pool.Apply(k, calibrate.View{
		Own: m.cal.Apply(f.P, base), Confidence: min(1, max(0, f.Confidence)),
		Price: price, Base: base,
	})
}

// Calibrator is the mind's; its diagrams say how its forecasts turned out.
func (m *Mind) Calibrator() *calibrate.Calibrator { return m.cal }

// Pool is the mind's.
func (m *Mind) Pool() *calibrate.Pool { return m.pool }
