package reader

import (
	"math"
	"slices"

	"agon/player"
)

// Mind is one way in which a reader learns: a shape of the regression. Each
// voice's evidence x is bent at the knots: beside x itself a mind weighs
// max(0, x − k) for a knot k > 0 and min(0, x − k) for one at 0 or below.
// Without any it is linear in log odds. The more knots, the more it can learn
// and the longer it takes.
type Mind struct {
	Name  string
	Knots []float64
}

// DefaultMinds are those of a reader whose Taste names none.
var DefaultMinds = []Mind{
	{Name: "linear"},
	{Name: "bent", Knots: []float64{-1.5, 1.5}},
	{Name: "wide", Knots: []float64{-2.5, 0, 2.5}},
}

// mind is a Mind with what it has learnt.
type mind struct {
	Mind
	model *logistic
	loss  float64 // log loss of all it would have said, in nats
}

// mix is what the reader believes, of K minds the Bayesian mixture
//
//	q = Σ wₖ·qₖ,   wₖ ∝ e^(−Lₖ),  Lₖ the log loss of mind k so far.
//
// By telescoping, if every answer is out before the next belief, the reader's
// own loss is −ln of the mean of the e^(−Lₖ), so
//
//	L ≤ minₖ Lₖ + ln K
//
// however long it goes on (Cesa-Bianchi and Lugosi 2006, Prediction, Learning,
// and Games, section 9.2). Answers that are late may cost more.
func (r *Reader) mix(h heard) float64 {
	q := 0.0
	for i, w := range r.Weights() {
		q += w * r.minds[i].belief(h)
	}
	return player.Clamp(q)
}

// Minds are the reader's, in the order of Beliefs.
func (r *Reader) Minds() []Mind { return slices.Clone(r.taste.Minds) }

// Weights is how much each mind counts, in the order of Taste.Minds; together
// they are 1.
func (r *Reader) Weights() []float64 {
	least := math.Inf(1)
	for _, m := range r.minds {
		least = min(least, m.loss)
	}
	w, sum := make([]float64, len(r.minds)), 0.0
	for i, m := range r.minds {
		w[i] = math.Exp(least - m.loss)
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// judge holds every mind to what it would say of a book, before it may learn
// that YES paid y.
func (r *Reader) judge(h heard, y float64) {
	if len(h.words) == 0 {
		return
	}
	for _, m := range r.minds {
		q := m.belief(h)
		m.loss -= y*math.Log(q) + (1-y)*math.Log1p(-q)
	}
}

// belief is the mind's own probability of YES.
func (m *mind) belief(h heard) float64 {
	return player.Clamp(player.Sigmoid(m.model.score(m.features(h), h.prior)))
}

// Features in order: a constant, the opening price, the mean of the founders
// and its bends, then each voice and its bends.
const (
	constant = iota
	opening
	mean
)

// at is where the features of a slot begin.
func (m Mind) at(slot int) int { return mean + (1+slot)*(1+len(m.Knots)) }

// blank is the regression before anything is learnt: the mean of what voices
// say, and no voice more than another.
func (m Mind) blank(voices int, ridge float64) *logistic {
	l := newLogistic(m.at(voices), ridge)
	l.mean[mean], l.w[mean] = 1, 1
	return l
}

// widen makes room for more voices. Those that had slots keep what was learnt
// of them.
func (m *mind) widen(voices int, ridge float64) {
	old := m.model.w
	m.model = m.blank(voices, ridge)
	copy(m.model.w, old)
}

// features lays out what is heard.
func (m Mind) features(h heard) []float64 {
	x := make([]float64, m.at(h.voices))
	if len(h.words) == 0 {
		return x
	}
	x[constant], x[opening] = 1, h.prior
	m.bend(x[mean:], h.mean)
	for _, w := range h.words {
		if w.slot >= 0 {
			m.bend(x[m.at(w.slot):], w.x)
		}
	}
	return x
}

// bend writes one value's features.
func (m Mind) bend(x []float64, v float64) {
	x[0] = v
	for i, k := range m.Knots {
		if k > 0 {
			x[1+i] = max(0, v-k)
		} else {
			x[1+i] = min(0, v-k)
		}
	}
}
