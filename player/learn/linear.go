package learn

import (
	"math"

	"agon/player/model"
)

// quantise gives the codes and the step of weights: w ≈ step·c·|c| with c from
// −127 to 127. The largest few are cut to the 99.99th percentile of those that
// are not zero, for a finer step.
func quantise(w []float64) (codes []int8, step float64) {
	most := 1e-9
	var sizes []float64
	for _, x := range w {
		if x != 0 {
			sizes = append(sizes, abs(x))
		}
	}
	if len(sizes) > 0 {
		most = max(most, quantile(sizes, 0.9999))
	}
	step = round32(most / (127 * 127))
	codes = make([]int8, len(w))
	for i, x := range w {
		c := min(math.RoundToEven(math.Sqrt(abs(x)/step)), 127)
		codes[i] = int8(math.Copysign(c, x))
	}
	return codes, step
}

// fitCounts gives naive Bayes over soft features: the weight of one is the
// logarithm of how much more often it occurs among YES, with smooth added to
// each count.
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
		for _, h := range row.Soft {
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
	m.Codes, m.Step = quantise(w)
	return m
}

func abs(x float64) float64 { return max(x, -x) }

// round32 is what x becomes in a weights file.
func round32(x float64) float64 { return float64(float32(x)) }
