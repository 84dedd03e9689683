package host

import (
	"context"
	"fmt"
	"math"
	"sync"

	"agon/player"
)

// Recent starts from what another player of hosts says and learns from every
// host whose answer is out what that one missed: campaigns come in bursts of
// similar names, and models that ship know only those of the past. It is a
// logistic regression over the signs and letter sequences of a name, with the
// other player's log-odds as its offset, fitted as answers come
// (AdaGrad, Duchi et al. 2011):
//
//	p = σ(offset + Σ w_f·x_f),  g = (p − y)·x_f,  G_f += g²,  w_f −= η·g/√(δ + G_f)
//
// Fresh it says what the other says. It fails on names unlike all that settled
// lately, where it adds nothing, and whoever decides answers can teach it
// nonsense: one answer moves a weight by η at most, and all weights together
// move the log-odds by maxLearnt at most.
type Recent struct {
	from player.Forecaster

	mu      sync.RWMutex
	weights []slot
	settled int
}

// slot is the weight of a feature and the sum of its squared gradients.
type slot struct{ w, g float32 }

// Chosen on the questions from 2025-06 to 2025-08, played in order with answers
// sixty questions late.
const (
	recentBits = 14
	learnRate  = 0.3  // η
	learnStart = 0.01 // δ
	maxLearnt  = 3.0
)

// NewRecent learns on top of another player of hosts.
func NewRecent(from player.Forecaster) *Recent {
	return &Recent{from: from, weights: make([]slot, 1<<recentBits)}
}

// Learners are the players of hosts that learn while they play, new in every
// call: what one is taught no other knows.
func Learners() []player.Forecaster {
	for _, p := range Builtin() {
		if _, is := p.(*Ngram); is {
			return []player.Forecaster{NewRecent(p)}
		}
	}
	return nil
}

// Name is "host-recent".
func (*Recent) Name() string { return "host-recent" }

// Family is "online".
func (*Recent) Family() string { return "online" }

// inputs are the features of a name: each soft one with a voice of 1/√n.
type inputs struct {
	soft, firm []uint32
	voice      float64
}

// read lists features into buffers of the caller.
func read(n Name, soft, firm []uint32) inputs {
	in := inputs{soft: Grams(n, soft), firm: Signs(n, firm)}
	in.voice = 1 / math.Sqrt(float64(max(len(in.soft), 1)))
	return in
}

// each calls f with the slot and the value of every feature.
func (in inputs) each(f func(at uint32, x float64)) {
	const mask = 1<<recentBits - 1
	for _, h := range in.soft {
		f((h^h>>16)&mask, in.voice)
	}
	for _, h := range in.firm {
		f((h^h>>16)&mask, firmVoice)
	}
}

// firmVoice is the value of a sign. There are fewer of them than of sequences.
const firmVoice = 0.15

// learnt is what settled hosts add to the log-odds, and how many of the features
// have settled before.
func (p *Recent) learnt(in inputs) (x float64, known int) {
	in.each(func(at uint32, v float64) {
		s := p.weights[at]
		x += float64(s.w) * v
		if s.g > 0 {
			known++
		}
	})
	return min(max(x, -maxLearnt), maxLearnt), known
}

// Forecast mends the other player's forecast by what has settled.
func (p *Recent) Forecast(ctx context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	was, err := p.from.Forecast(ctx, even(q))
	if err != nil {
		return player.Forecast{}, err
	}
	var soft [maxGrams]uint32
	var firm [maxSigns]uint32
	in := read(n, soft[:0], firm[:0])
	p.mu.RLock()
	defer p.mu.RUnlock()
	x, known := p.learnt(in)
	share := float64(known) / float64(max(len(in.soft)+len(in.firm), 1))
	reason := fmt.Sprintf("%d settled hosts move %.2f of %s to what names like it were since",
		p.settled, was.P, p.from.Name())
	return answer(q, player.Logit(was.P)+x, max(was.Confidence, 0.2+0.7*share), reason), nil
}

// even is the question at even odds, at which models state what they know.
func even(q player.Question) player.Question {
	q.Prior = 0.5
	return q
}

// Settle learns from a host that has its answer.
func (p *Recent) Settle(q player.Question, yes bool) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return
	}
	was, err := p.from.Forecast(context.Background(), even(q))
	if err != nil {
		return
	}
	var soft [maxGrams]uint32
	var firm [maxSigns]uint32
	in := read(n, soft[:0], firm[:0])
	p.mu.Lock()
	defer p.mu.Unlock()
	x, _ := p.learnt(in)
	off := player.Sigmoid(player.Logit(was.P) + x)
	if yes {
		off--
	}
	in.each(func(at uint32, v float64) {
		s, g := &p.weights[at], off*v
		s.g += float32(g * g)
		s.w -= float32(learnRate * g / math.Sqrt(learnStart+float64(s.g)))
	})
	p.settled++
}
