// Package general has a player for questions about anything: will this happen,
// is that so. It cannot read them. It knows the value at which a question
// opened, and how such values came out before.
package general

import (
	"context"
	"fmt"
	"sync"

	"agon/game/market"
	"agon/player"
	"agon/player/model"
)

// Player repeats the opening price, mended by what it has seen settle. It ships
// knowing nothing: all it ever learns is handed to it by Settle, and a few
// settled questions move it little. There are two cases.
//
// A price that the opener chose is somebody's opinion, often a market's. It is
// recalibrated: p′ = σ(a + b·logit p) with the a and b that fit the settled
// questions, pulled towards a = 0, b = 1 as strongly as pullLogit says.
//
// A template's own default is nobody's opinion. It is replaced by the share of
// YES among settled questions of the template that opened there, with pullRate
// questions' worth of belief in the default.
//
// It fails whenever the question itself tells more than its price, and when the
// questions that settle first are unlike the others: it then bends prices that
// were right.
type Player struct {
	mu     sync.RWMutex
	rates  map[market.Template]tally
	points []point // of prices that somebody chose, the latest memory of them
	a, b   float64
}

// tally counts settled questions that opened at the default.
type tally struct{ yes, all float64 }

// point is one settled question: the opening logit and the answer.
type point struct {
	x   float64
	yes bool
}

const (
	pullLogit = 20
	pullRate  = 20
	memory    = 2000 // settled questions that are remembered
)

// templates are those that no other built-in player reads.
var templates = map[market.Template]bool{
	market.Custom: true, market.AccountIs: true, market.WorkAcceptable: true,
	market.PriceAbove: true, market.PriceBelow: true,
}

// New gives a player that has seen nothing settle.
func New() *Player { return &Player{rates: map[market.Template]tally{}, b: 1} }

// Name is "general".
func (*Player) Name() string { return "general" }

// Family is "recalibration".
func (*Player) Family() string { return "recalibration" }

// Forecast mends the opening price. The same question gets the same answer
// until something more has settled.
func (p *Player) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	if !templates[q.Template] || q.Kind != market.Binary {
		return player.Forecast{}, player.Pass(p.Name(), "others know such questions better")
	}
	if !(q.Prior > 0 && q.Prior < 1) {
		return player.Forecast{}, player.Pass(p.Name(), "no opening price between 0 and 1")
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if unmoved(q) {
		t := p.rates[q.Template]
		rate := (t.yes + pullRate*q.Prior) / (t.all + pullRate)
		return forecast(rate, t.all, fmt.Sprintf(
			"it opened where such questions do; %.0f of %.0f like it came out YES", t.yes, t.all))
	}
	mended := player.Sigmoid(p.a + p.b*player.Logit(q.Prior))
	n := float64(len(p.points))
	return forecast(mended, n, fmt.Sprintf(
		"it opened at %.3f, which %.0f settled prices make %.3f; the text is not read",
		q.Prior, n, mended))
}

// forecast trusts itself by how much it has seen: nothing at first, 0.3 at most.
func forecast(p, seen float64, reason string) (player.Forecast, error) {
	return player.Forecast{
		P: player.Clamp(p), Confidence: 0.02 + 0.28*seen/(seen+400), Reason: player.Clip(reason),
	}, nil
}

// unmoved tells whether a question opened at its template's own price.
func unmoved(q player.Question) bool {
	form, ok := q.Template.Form()
	d := q.Prior - float64(form.BaseRate)/float64(market.One)
	return ok && d < 1e-9 && d > -1e-9
}

// Settle learns from a question that has its answer, as it stood when it
// opened. Questions it would not answer teach nothing.
func (p *Player) Settle(q player.Question, yes bool) {
	if !templates[q.Template] || q.Kind != market.Binary || !(q.Prior > 0 && q.Prior < 1) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if unmoved(q) {
		t := p.rates[q.Template]
		t.all++
		if yes {
			t.yes++
		}
		p.rates[q.Template] = t
		return
	}
	p.points = append(p.points, point{player.Logit(q.Prior), yes})
	if len(p.points) > memory {
		p.points = append(p.points[:0:0], p.points[len(p.points)-memory:]...)
	}
	p.fit()
}

// fit finds the a and b with the least
//
//	Σ log loss + ½·pullLogit·(a² + (b−1)²)
//
// by Newton's method from where they are.
func (p *Player) fit() {
	a, b := p.a, p.b
	for range 10 {
		ga, gb := pullLogit*a, pullLogit*(b-1)
		haa, hab, hbb := float64(pullLogit), 0.0, float64(pullLogit)
		for _, t := range p.points {
			m := model.Logistic(a + b*t.x)
			h, e := m*(1-m), m
			if t.yes {
				e = m - 1
			}
			ga, gb = ga+e, gb+e*t.x
			haa, hab, hbb = haa+h, hab+h*t.x, hbb+h*t.x*t.x
		}
		det := haa*hbb - hab*hab // positive: the pull alone makes it pullLogit²
		a -= (hbb*ga - hab*gb) / det
		b -= (haa*gb - hab*ga) / det
	}
	p.a, p.b = min(max(a, -3), 3), min(max(b, 0), 3)
}
