package nn

import (
	"fmt"
	"math"
)

// scaleOK says whether a scale is a positive normal number whose inverse is one
// too: division by it neither overflows nor loses bits to denormals.
func scaleOK(s float64) bool { return s >= 0x1p-500 && s <= 0x1p500 }

// Quantise turns reals into the integers of an input: round(x/Scale), halves to
// even, clamped to Bound. Errors name the first entry that is not a number.
func (in Input) Quantise(x []float64) ([]int32, error) {
	q := make([]int32, len(x))
	for i, v := range x {
		if math.IsNaN(v) {
			return nil, fmt.Errorf("entry %d is not a number", i)
		}
		t := math.RoundToEven(v / in.Scale)
		q[i] = int32(min(max(t, float64(in.Bound.Lo)), float64(in.Bound.Hi)))
	}
	return q, nil
}

// Clamped counts the entries of x that Quantise clamps: who sends them should know
// that the network sees others.
func (in Input) Clamped(x []float64) int {
	n := 0
	for _, v := range x {
		t := math.RoundToEven(v / in.Scale)
		if t < float64(in.Bound.Lo) || t > float64(in.Bound.Hi) {
			n++
		}
	}
	return n
}

// Reals turns the integers of an output back into reals.
func (o Output) Reals(q []int32) []float64 {
	x := make([]float64, len(q))
	for i, v := range q {
		x[i] = float64(v) * o.Scale
	}
	return x
}
