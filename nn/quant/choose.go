package quant

import (
	"fmt"
	"math"

	"agon/nn"
	"agon/nn/float"
)

// input takes integers as they are and gives reals the finest scale that covers
// the samples: 1/255 for pixels in [0, 1].
func (s *search) input(l *lowering, i int) (InputPlan, error) {
	r, p := s.inputs[i], &s.plan.Inputs[i]
	p.Lo, p.Hi = 0, l.cap
	if r.signed {
		p.Hi = min(signedMax, l.cap)
		p.Lo = -p.Hi
	}
	switch {
	case i < len(s.opts.InputScales) && s.opts.InputScales[i] > 0:
		p.Scale = s.opts.InputScales[i]
	case r.abs == 0, !r.broken && r.abs <= float64(p.Hi):
		p.Scale = 1
	default:
		p.Scale = r.abs / float64(p.Hi)
	}
	if s.tied[i] {
		if s.grid == 0 {
			s.grid = p.Scale
		}
		p.Scale = s.onGrid(p.Scale)
	}
	return *p, nil
}

// onGrid is the least g·2ᵏ not below x.
func (s *search) onGrid(x float64) float64 {
	if s.grid == 0 {
		s.grid = 1
	}
	return math.Ldexp(s.grid, int(math.Ceil(math.Log2(x/s.grid)-1e-9)))
}

// factors are the scales tried for a matrix, relative to max |W| / 127: below 1
// the largest weights are clamped, above it weights are coarser and the shift
// lands better.
var factors = []float64{1, 0.62, 0.75, 0.85, 0.93, 1.1, 1.22, 1.41, 1.63}

// maxBias is the largest bias in units of its scale.
const maxBias = 1<<(maxBiasBits-1) - 1

// matrix tries the factors and keeps the one whose result, narrowed as its first
// consumer does, is closest to the reals.
func (s *search) matrix(l *lowering, v int, op *float.Linear, x tensor) (float64, error) {
	if err := s.extend(l); err != nil {
		return 0, err
	}
	finest := x.scale * largest(op.W) / nn.WeightMax
	least := largest(op.B) / maxBias
	if finest == 0 {
		finest = max(least, x.scale)
	}
	use := s.useOf(l, v)
	best, bestErr := 0.0, math.Inf(1)
	candidates := factors
	if s.tied[v] {
		candidates = []float64{s.gridFactor(l, use, finest)}
	}
	for _, f := range candidates {
		acc := max(finest*f, least)
		e, err := s.tryMatrix(l, v, op, x, acc, use)
		if err != nil {
			return 0, err
		}
		if e < bestErr {
			best, bestErr = acc, e
		}
	}
	if best == 0 {
		return 0, fmt.Errorf("no shift brings its sums into range")
	}
	s.plan.Values[v-len(l.net.Inputs)].Scale = best
	return best, nil
}

// gridFactor is how much coarser than the finest the scale of a tied matrix must
// be so that a shift leads from it to the grid.
func (s *search) gridFactor(l *lowering, u use, finest float64) float64 {
	p := s.plan.Values[u.value-len(l.net.Inputs)]
	span := max(min(p.Max, u.hi), -max(p.Min, u.lo)) / float64(l.cap)
	if u.lo < 0 {
		span *= float64(l.cap) / signedMax
	}
	y := s.onGrid(max(span, finest*2))
	shift := min(int(math.Floor(math.Log2(y/finest))), nn.MaxShift)
	return math.Ldexp(y, -shift) / finest
}

// use says how a value is first used: narrowed to some other value, or as it is.
type use struct {
	value  int // the value it is narrowed to
	narrow bool
	lo, hi float64
}

// useOf finds the first consumer of v that narrows it, looking through reshapes.
func (s *search) useOf(l *lowering, v int) use {
	for i, n := range l.net.Nodes {
		result := len(l.net.Inputs) + i
		for _, in := range n.In {
			if in != v {
				continue
			}
			switch op := n.Op.(type) {
			case float.Relu:
				return use{result, true, 0, math.Inf(1)}
			case float.Clip:
				return use{result, true, op.Lo, op.Hi}
			case *float.Linear, float.Add:
				return use{v, true, math.Inf(-1), math.Inf(1)}
			case float.Reshape:
				if u := s.useOf(l, result); u.narrow {
					return u
				}
			}
		}
	}
	return use{value: v}
}

// tryMatrix is the squared error of value v with the given σ(acc).
func (s *search) tryMatrix(
	l *lowering, v int, op *float.Linear, x tensor, acc float64, u use,
) (float64, error) {
	p, bits, err := quantised(op, x.scale, acc)
	if err != nil {
		return 0, err
	}
	sums := make([][]int32, s.searched(op))
	for i := range sums {
		sums[i] = multiply(p, s.traces[i][x.value])
	}
	if !u.narrow {
		return s.distance(sums, v, func(q int32) float64 { return float64(q) * acc }), nil
	}
	tensors, err := l.model.Graph.Infer()
	if err != nil {
		return 0, err
	}
	a := int64(op.Cols)*nn.WeightMax*tensors[x.value].Bound.Abs() + 1<<(bits-1)
	reach := p.Reach(l.model.Reach()[x.value])
	_, e := s.bestShift(sums, u, acc, sumBounds{reach, a, l.cap})
	return e, nil
}

// searched is the number of samples a matrix is tried on: fewer for large ones.
func (s *search) searched(op *float.Linear) int {
	return min(len(s.reals), max(8, (1<<24)/len(op.W)))
}

// multiply is W·x + b; sums that overflow int32 come from scales that no
// certificate would accept and only lose the search.
func multiply(p nn.Matrix, x []int32) []int32 {
	cols := len(p.W) / len(p.B)
	out := make([]int32, 0, len(x)/cols*len(p.B))
	for ; len(x) > 0; x = x[cols:] {
		for j, acc := range p.B {
			for k, w := range p.W[j*cols : (j+1)*cols] {
				acc += int32(w) * x[k]
			}
			out = append(out, acc)
		}
	}
	return out
}

// distance sums squared differences between integers and the reals of value v.
func (s *search) distance(ints [][]int32, v int, real func(int32) float64) float64 {
	var sum float64
	for i, x := range ints {
		for k, q := range x {
			d := real(q) - s.reals[i][v][k]
			sum += d * d
		}
	}
	return sum
}

// sumBounds are the intervals of an accumulator and the cap of what is made of it.
type sumBounds struct {
	reach       nn.Bound // with these weights
	certificate int64    // magnitude with any weights
	limit       int
}

// bestShift tries every shift that fits and returns the best with its error.
func (s *search) bestShift(sums [][]int32, u use, acc float64, b sumBounds) (nn.Requant, float64) {
	best, bestErr := nn.Requant{}, math.Inf(1)
	for shift := 1; shift <= nn.MaxShift; shift++ {
		y := math.Ldexp(acc, shift)
		q := clamped(shift, y, u, b)
		if !q.Fits(b.reach) || b.certificate+q.Margin() >= nn.Modulus {
			continue
		}
		e := s.distance(sums, u.value, func(a int32) float64 {
			_, _, _, n := q.Split(int64(a))
			return float64(n) * y
		})
		if e < bestErr {
			best, bestErr = q, e
		}
	}
	return best, bestErr
}

// clamped is the Requant by a shift that clamps to the reals [u.lo, u.hi] and to
// one byte: unsigned where nothing below zero can come out.
func clamped(shift int, scale float64, u use, b sumBounds) nn.Requant {
	lo, hi := 0, b.limit
	if u.lo < 0 && b.reach.Lo < 0 {
		hi = min(signedMax, b.limit)
		lo = -hi
	}
	within := func(x float64) int {
		return int(math.RoundToEven(min(max(x/scale, float64(lo)), float64(hi))))
	}
	return nn.Requant{Shift: shift, Lo: within(u.lo), Hi: within(u.hi)}
}

// narrow chooses the shift for value v from the accumulators of the samples.
func (s *search) narrow(l *lowering, v int, x tensor, lo, hi float64) (nn.Requant, error) {
	if err := s.extend(l); err != nil {
		return nn.Requant{}, err
	}
	sums := make([][]int32, len(s.traces))
	for i, t := range s.traces {
		sums[i] = t[x.value]
	}
	tensors, err := l.model.Graph.Infer()
	if err != nil {
		return nn.Requant{}, err
	}
	b := sumBounds{l.model.Reach()[x.value], tensors[x.value].Bound.Abs(), l.cap}
	q, e := s.bestShift(sums, use{v, true, lo, hi}, x.scale, b)
	if math.IsInf(e, 1) {
		return q, fmt.Errorf("no shift brings its sums into range")
	}
	p := &s.plan.Values[v-len(l.net.Inputs)]
	p.Shift, p.Lo, p.Hi = q.Shift, q.Lo, q.Hi
	return q, nil
}

// extend brings the integer runs of the samples up to the graph built so far.
func (s *search) extend(l *lowering) error {
	g := l.model.Graph
	if s.traces == nil {
		s.traces = make([]nn.Trace, len(s.reals))
		for i, r := range s.reals {
			for j, in := range g.Inputs {
				x, err := in.Quantise(r[j])
				if err != nil {
					return err
				}
				s.traces[i] = append(s.traces[i], x)
			}
		}
	}
	for i := range s.traces {
		t, err := l.model.Extend(s.traces[i])
		if err != nil {
			return err
		}
		s.traces[i] = t
	}
	return nil
}

// largest is the largest magnitude in x.
func largest(x []float64) float64 {
	var m float64
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}
