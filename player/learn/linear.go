package learn

import (
	"math"

	"agon/player/model"
)

// Row is one example as hashed features.
type Row struct {
	Features []uint32
	Yes      bool
	Weight   float64
}

// linearFit sets the fitting of a linear model.
type linearFit struct {
	bits   uint8
	passes int
	rate   float64 // α of the step
	l1, l2 float64 // pull towards zero
}

// fitLinear fits a logistic regression by follow-the-regularised-leader with a
// step per feature (McMahan et al., "Ad Click Prediction", KDD 2013,
// algorithm 1, β = 1). L1 keeps features that barely matter at zero.
func fitLinear(rows []Row, set linearFit) *model.Linear {
	size := 1 << set.bits
	z, n := make([]float64, size+1), make([]float64, size+1)
	bias := size // the last slot, always on
	weight := func(i int) float64 {
		if abs(z[i]) <= set.l1 {
			return 0
		}
		sign := set.l1
		if z[i] < 0 {
			sign = -sign
		}
		return (sign - z[i]) / (float64((1+math.Sqrt(n[i]))/set.rate) + set.l2)
	}
	for range set.passes {
		for _, row := range rows {
			x := 1 / math.Sqrt(float64(max(len(row.Features), 1)))
			sum := 0.0
			for _, h := range row.Features {
				sum += weight(int(model.Slot(h, set.bits)))
			}
			p := model.Logistic(float64(sum*x) + weight(bias))
			g := p
			if row.Yes {
				g = p - 1
			}
			g = float64(g * row.Weight)
			step := func(i int, g float64) {
				gg := float64(g * g)
				sigma := (math.Sqrt(n[i]+gg) - math.Sqrt(n[i])) / set.rate
				z[i] += g - float64(sigma*weight(i))
				n[i] += gg
			}
			gx := float64(g * x)
			for _, h := range row.Features {
				step(int(model.Slot(h, set.bits)), gx)
			}
			step(bias, g)
		}
	}
	all := make([]float64, size)
	for i := range all {
		all[i] = weight(i)
	}
	m := &model.Linear{Bits: set.bits, Bias: round32(weight(bias))}
	m.Weights, m.Step = quantise(all)
	return m
}

// quantise rounds weights to 255 levels. The largest few are cut to the
// 99.9th percentile of those that are not zero, for a finer step.
func quantise(w []float64) (q []int8, step float64) {
	most := 1e-9
	var sizes []float64
	for _, x := range w {
		if x != 0 {
			sizes = append(sizes, abs(x))
		}
	}
	if len(sizes) > 0 {
		most = max(most, quantile(sizes, 0.999))
	}
	step = round32(most / 127)
	q = make([]int8, len(w))
	for i, x := range w {
		q[i] = int8(min(max(math.RoundToEven(x/step), -127), 127))
	}
	return q, step
}

// fitCounts gives naive Bayes: the weight of a feature is the logarithm of how
// much more often it occurs among YES, with smooth added to each count.
func fitCounts(rows []Row, bits uint8, smooth float64) *model.Linear {
	size := 1 << bits
	var counts [2][]float64
	counts[0], counts[1] = make([]float64, size), make([]float64, size)
	var total [2]float64
	for _, row := range rows {
		side := 0
		if row.Yes {
			side = 1
		}
		for _, h := range row.Features {
			counts[side][model.Slot(h, bits)] += row.Weight
			total[side] += row.Weight
		}
	}
	w := make([]float64, size)
	all := float64(smooth * float64(size))
	base := model.Log((total[0] + all) / (total[1] + all))
	for i := range w {
		if counts[0][i]+counts[1][i] > 0 {
			w[i] = model.Log((counts[1][i]+smooth)/(counts[0][i]+smooth)) + base
		}
	}
	m := &model.Linear{Bits: bits}
	m.Weights, m.Step = quantise(w)
	return m
}

func abs(x float64) float64 { return max(x, -x) }

// round32 is what x becomes in a weights file.
func round32(x float64) float64 { return float64(float32(x)) }
