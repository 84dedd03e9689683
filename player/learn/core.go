package learn

import (
	"math"

	"agon/player/host"
	"agon/player/model"
)

// coreFit sets the fitting of Core.
type coreFit struct {
	bits   uint8
	passes int
	rate   float64
}

// coreTrainer holds what is learnt, in float64, and the sums of squared
// gradients by which each weight's step shrinks.
type coreTrainer struct {
	set          coreFit
	gram, gramSq []float64
	length       []float32 // as Window reads them
	lengthSq     []float64
	bias, biasSq float64
}

// fitCoreModel fits Core by stochastic gradients with a step per weight (as
// fitNet does), each example moving the weights of the window that is its most
// suspicious at the time: the gradient of a maximum.
func fitCoreModel(train []Host, set coreFit) (*model.Linear, []float32) {
	t := &coreTrainer{
		set: set, gram: make([]float64, 1<<set.bits), gramSq: make([]float64, 1<<set.bits),
		length: make([]float32, host.CoreLengths), lengthSq: make([]float64, host.CoreLengths),
		bias: -1,
	}
	for i := range t.length {
		t.length[i] = 0.5 // so that a window counts before anything is known of it
	}
	weights := host.CoreWeights{
		Gram:   func(h uint32) float64 { return t.gram[model.Slot(h, set.bits)] },
		Length: t.length,
	}
	for range set.passes {
		for _, h := range train {
			score, window := weights.Window(h.Name)
			t.learn(score, window, h)
		}
	}
	m := &model.Linear{Bits: set.bits, Bias: round32(t.bias)}
	m.Codes, m.Step = quantise(t.gram)
	return m, t.length
}

func (t *coreTrainer) learn(score float64, window string, h Host) {
	g := model.Logistic(score + t.bias)
	if h.Scam {
		g--
	}
	g = float64(g * h.Weight)
	t.step(&t.bias, &t.biasSq, g)
	if window == "" {
		return
	}
	n := len(window)
	length := float64(t.length[n])
	t.step(&length, &t.lengthSq[n], g)
	t.length[n] = float32(length)
	for i := range window {
		host.CoreGrams([]byte(window[i:]), func(hash uint32, _ int) {
			at := model.Slot(hash, t.set.bits)
			t.step(&t.gram[at], &t.gramSq[at], g)
		})
	}
}

func (t *coreTrainer) step(w, sq *float64, g float64) {
	*sq += float64(g * g)
	*w -= float64(t.set.rate*g) / (0.1 + math.Sqrt(*sq))
}

func fitCore(train []Host) (func(host.Name) float64, func(model.Scale) []byte) {
	m, length := fitCoreModel(train, hostCoreFit)
	p, err := host.NewCore(host.EncodeCore(m, length))
	if err != nil {
		panic(err) // our own bug: it was encoded on the line above
	}
	return p.Score, func(s model.Scale) []byte {
		m.Scale = s
		return host.EncodeCore(m, length)
	}
}
