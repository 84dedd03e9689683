package learn

import (
	"math"

	"agon/player/model"
)

// netFit sets the fitting of a network.
type netFit struct {
	bits   uint8
	hidden int
	firm   float64
	passes int
	rate   float64
}

// netTrainer holds what is learnt, in float64, and the sums of squared
// gradients by which each weight's step shrinks.
type netTrainer struct {
	set        netFit
	in, inSq   []float64
	shift, out []float64
	edge       []float64 // squares of shift, out and bias
	bias       float64
}

// fitNet fits a network by stochastic gradients with a step per weight (Duchi,
// Hazan, Singer, "Adaptive subgradient methods", JMLR 12, 2011), in the order
// of the rows. One pass is usual: a second learns names by heart.
func fitNet(rows []Row, set netFit) *model.Net {
	t := &netTrainer{set: set}
	size := set.hidden << set.bits
	t.in, t.inSq = make([]float64, size), make([]float64, size)
	for i := range t.in {
		t.in[i] = float64(0.1 * spread(uint64(i)))
	}
	t.shift, t.out = make([]float64, set.hidden), make([]float64, set.hidden)
	t.edge = make([]float64, 2*set.hidden+1)
	for j := range t.out {
		t.shift[j] = 0.1
		t.out[j] = 1 - float64(2*float64(j%2)) // half the units speak for YES
	}
	for range set.passes {
		for i := range rows {
			t.learn(&rows[i])
		}
	}
	m := &model.Net{
		Bits: set.bits, Hidden: set.hidden, Firm: round32(set.firm), Bias: round32(t.bias),
	}
	seen := make([]float64, size)
	for i := range seen {
		if t.inSq[i] > 0 { // what was never touched is only its start
			seen[i] = t.in[i]
		}
	}
	m.Codes, m.Step = quantiseEven(seen)
	for j := range set.hidden {
		m.Shift, m.Out = append(m.Shift, float32(t.shift[j])), append(m.Out, float32(t.out[j]))
	}
	return m
}

// spread is a number drawn evenly from (−1, 1) by a seed.
func spread(seed uint64) float64 { return float64(mix(seed)>>11)/(1<<52) - 1 }

// each calls f with the place and size of every feature's weights.
func (t *netTrainer) each(row *Row, f func(at int, size float64)) {
	soft := 1 / math.Sqrt(float64(max(len(row.Soft), 1)))
	for _, h := range row.Soft {
		f(int(model.Slot(h, t.set.bits))*t.set.hidden, soft)
	}
	for _, h := range row.Firm {
		f(int(model.Slot(h, t.set.bits))*t.set.hidden, t.set.firm)
	}
}

func (t *netTrainer) learn(row *Row) {
	var unit, back [model.MaxHidden]float64
	n := t.set.hidden
	copy(unit[:n], t.shift)
	t.each(row, func(at int, size float64) {
		for j, w := range t.in[at : at+n] {
			unit[j] += float64(size * w)
		}
	})
	score := t.bias
	for j := range n {
		score += float64(max(unit[j], 0) * t.out[j])
	}
	g := model.Logistic(score)
	if row.Yes {
		g--
	}
	g = float64(g * row.Weight)
	t.step(&t.bias, &t.edge[2*n], g)
	for j := range n {
		if unit[j] <= 0 {
			continue
		}
		back[j] = float64(g * t.out[j])
		t.step(&t.out[j], &t.edge[j], float64(g*unit[j]))
		t.step(&t.shift[j], &t.edge[n+j], back[j])
	}
	t.each(row, func(at int, size float64) {
		for j := range n {
			if back[j] == 0 {
				continue
			}
			w := &t.in[at+j]
			t.step(w, &t.inSq[at+j], float64(back[j]*size))
		}
	})
}

func (t *netTrainer) step(w, sq *float64, g float64) {
	*sq += float64(g * g)
	*w -= float64(t.set.rate*g) / (1e-4 + math.Sqrt(*sq))
}

// quantiseEven rounds weights to 255 even levels; the largest few are cut to the
// 99.9th percentile.
func quantiseEven(w []float64) (codes []int8, step float64) {
	var sizes []float64
	for _, x := range w {
		if x != 0 {
			sizes = append(sizes, abs(x))
		}
	}
	most := 1e-9
	if len(sizes) > 0 {
		most = max(most, quantile(sizes, 0.999))
	}
	step = round32(most / 127)
	codes = make([]int8, len(w))
	for i, x := range w {
		codes[i] = int8(min(max(math.RoundToEven(x/step), -127), 127))
	}
	return codes, step
}
