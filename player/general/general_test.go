package general

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"agon/game/market"
	"agon/player"
)

func about(t market.Template, prior float64) player.Question {
	return player.Question{Template: t, Kind: market.Binary, Prior: prior, Price: prior}
}

func say(t *testing.T, p *Player, q player.Question) player.Forecast {
	t.Helper()
	f, err := p.Forecast(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Knowing nothing it repeats the price and says that it knows nothing.
func TestKnowsNothing(t *testing.T) {
	for _, prior := range []float64{0.01, 0.3, 0.5, 0.99} {
		f := say(t, New(), about(market.Custom, prior))
		if math.Abs(f.P-prior) > 1e-12 || f.Confidence > 0.03 {
			t.Errorf("at %v: %+v", prior, f)
		}
	}
}

func TestPasses(t *testing.T) {
	group := about(market.Custom, 0.3)
	group.Kind = market.Group
	for name, q := range map[string]player.Question{
		"host": about(market.DappScam, 0.3), "group": group, "no price": about(market.Custom, 0),
		"nonsense": about(market.Custom, math.NaN()), "certain": about(market.Custom, 1),
	} {
		p := New()
		p.Settle(q, true)
		if _, err := p.Forecast(context.Background(), q); !errors.Is(err, player.ErrPass) {
			t.Errorf("%s: want a pass, have %v", name, err)
		}
		if len(p.points) != 0 || len(p.rates) != 0 {
			t.Errorf("%s: it learnt from a question it does not answer", name)
		}
	}
}

// Prices that are twice as sure as they should be come back right: with a fair
// share of settled questions its forecasts are nearer the truth than the price.
func TestLearnsToRecalibrate(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	p := New()
	for range 1500 {
		truth := 2*r.Float64() - 1
		price := player.Sigmoid(2 * truth)
		p.Settle(about(market.Custom, price), r.Float64() < player.Sigmoid(truth))
	}
	for _, truth := range []float64{-1, -0.5, 0.8} {
		price := player.Sigmoid(2 * truth)
		have, want := say(t, p, about(market.Custom, price)).P, player.Sigmoid(truth)
		if math.Abs(have-want) > math.Abs(price-want)/2 {
			t.Errorf("seed %d: price %v, want %v, have %v", seed, price, want, have)
		}
	}
}

// A template's default gives way to what came of it, and only for that template.
func TestLearnsBaseRate(t *testing.T) {
	p := New()
	const base = 0.75 // of work-acceptable
	for i := range 60 {
		p.Settle(about(market.WorkAcceptable, base), i%4 == 0)
	}
	want := (15 + pullRate*base) / (60 + pullRate)
	if have := say(t, p, about(market.WorkAcceptable, base)).P; math.Abs(have-want) > 1e-9 {
		t.Errorf("want %v, have %v", want, have)
	}
	if have := say(t, p, about(market.AccountIs, 0.6)).P; math.Abs(have-0.6) > 1e-9 {
		t.Errorf("another template: want 0.6, have %v", have)
	}
	if f := say(t, p, about(market.WorkAcceptable, 0.3)); math.Abs(f.P-0.3) > 1e-9 {
		t.Errorf("a price somebody chose: want 0.3, have %v", f.P)
	}
}

// Ten surprises in a row move it, not past even odds; thousands are forgotten in time.
func TestSlowAndBounded(t *testing.T) {
	p := New()
	for range 10 {
		p.Settle(about(market.Custom, 0.1), true)
	}
	if f := say(t, p, about(market.Custom, 0.1)); f.P > 0.5 || f.P < 0.1 {
		t.Errorf("after ten answers: %+v", f)
	}
	for range memory + 50 {
		p.points = append(p.points, point{0, true})
	}
	p.Settle(about(market.Custom, 0.9), true)
	if len(p.points) != memory {
		t.Errorf("%d points are remembered, want %d", len(p.points), memory)
	}
	if f := say(t, p, about(market.Custom, 0.9)); f.Confidence > 0.3 {
		t.Errorf("too sure: %+v", f)
	}
}
