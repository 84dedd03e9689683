package learn

import (
	"math"

	"agon/player/model"
)

// Row is one example as hashed features.
type Row struct {
	model.Features
	Yes    bool
	Weight float64
}

// linearFit sets the fitting of a logistic regression.
type linearFit struct {
	bits  uint8
	firm  float64 // the voice of a firm feature
	c     float64 // weight of the data against the pull of weights towards zero
	steps int     // of Newton
}

// sparse holds rows of features by slot: row i has the entries from[i] to
// from[i+1]. The last slot is the bias, which every row has.
type sparse struct {
	from []int32
	slot []uint32
	size []float32
	yes  []bool
	cost []float64 // c·weight
	wide int       // slots, with the bias
}

func newSparse(rows []Row, set linearFit) *sparse {
	s := &sparse{wide: 1<<set.bits + 1, from: []int32{0}}
	for _, row := range rows {
		soft := float32(1 / math.Sqrt(float64(max(len(row.Soft), 1))))
		for _, h := range row.Soft {
			s.slot, s.size = append(s.slot, model.Slot(h, set.bits)), append(s.size, soft)
		}
		for _, h := range row.Firm {
			s.slot = append(s.slot, model.Slot(h, set.bits))
			s.size = append(s.size, float32(set.firm))
		}
		s.slot, s.size = append(s.slot, 1<<set.bits), append(s.size, 1)
		s.from = append(s.from, int32(len(s.slot)))
		s.yes = append(s.yes, row.Yes)
		s.cost = append(s.cost, float64(set.c*row.Weight))
	}
	return s
}

// times gives X·w.
func (s *sparse) times(w, out []float64) {
	for i := range s.yes {
		sum := 0.0
		for k := s.from[i]; k < s.from[i+1]; k++ {
			sum += float64(w[s.slot[k]] * float64(s.size[k]))
		}
		out[i] = sum
	}
}

// back adds Xᵀ·v to out.
func (s *sparse) back(v, out []float64) {
	for i, x := range v {
		for k := s.from[i]; k < s.from[i+1]; k++ {
			out[s.slot[k]] += float64(x * float64(s.size[k]))
		}
	}
}

// conjugate bounds the steps by which one Newton direction is found.
const conjugate = 30

// fitLinear fits a logistic regression: the w with the least
//
//	½|w|² + Σ cᵢ·ln(1 + exp(−yᵢ·w·xᵢ)),  yᵢ = ±1
//
// by Newton's method, each direction by conjugate gradients cut short and each
// step halved until the sum falls (Lin, Weng, Keerthi, JMLR 9, 2008, without
// its region of trust).
func fitLinear(rows []Row, set linearFit) *model.Linear {
	s := newSparse(rows, set)
	n := len(rows)
	w, next := make([]float64, s.wide), make([]float64, s.wide)
	margin, curve, slope := make([]float64, n), make([]float64, n), make([]float64, n)
	loss := s.loss(w, margin)
	var first float64
	for step := range set.steps {
		grad := append([]float64(nil), w...)
		for i, m := range margin {
			p := model.Logistic(m)
			curve[i] = float64(s.cost[i] * float64(p*(1-p)))
			if s.yes[i] {
				p--
			}
			slope[i] = float64(s.cost[i] * p)
		}
		s.back(slope, grad)
		size := math.Sqrt(dot(grad, grad))
		if step == 0 {
			first = size
		}
		if size <= 1e-4*first {
			break
		}
		d := s.newton(grad, curve)
		fell := false
		for t := 1.0; t > 1e-3 && !fell; t /= 2 {
			for j := range w {
				next[j] = w[j] + float64(t*d[j])
			}
			if l := s.loss(next, margin); l < loss {
				loss, fell = l, true
				w, next = next, w
			}
		}
		if !fell {
			break
		}
	}
	m := &model.Linear{Bits: set.bits, Firm: round32(set.firm), Bias: round32(w[s.wide-1])}
	m.Codes, m.Step = quantise(w[:s.wide-1])
	return m
}

// loss is what is minimised; it fills margin with w·x.
func (s *sparse) loss(w, margin []float64) float64 {
	s.times(w, margin)
	sum := float64(dot(w, w) / 2)
	for i, m := range margin {
		if s.yes[i] {
			m = -m
		}
		// ln(1+eᵐ) without overflow
		sum += float64(s.cost[i] * (max(m, 0) + model.Log(1+model.Exp(-abs(m)))))
	}
	return sum
}

// newton solves (I + Xᵀ·curve·X)·d = −grad roughly.
func (s *sparse) newton(grad, curve []float64) []float64 {
	d, r := make([]float64, s.wide), make([]float64, s.wide)
	for j, g := range grad {
		r[j] = -g
	}
	p := append([]float64(nil), r...)
	rr := dot(r, r)
	goal := float64(rr * 0.01)
	row := make([]float64, len(curve))
	for range conjugate {
		if rr <= goal {
			break
		}
		s.times(p, row)
		for i := range row {
			row[i] = float64(row[i] * curve[i])
		}
		hp := append([]float64(nil), p...)
		s.back(row, hp)
		alpha := rr / dot(p, hp)
		for j := range d {
			d[j] += float64(alpha * p[j])
			r[j] -= float64(alpha * hp[j])
		}
		was := rr
		rr = dot(r, r)
		beta := rr / was
		for j := range p {
			p[j] = r[j] + float64(beta*p[j])
		}
	}
	return d
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}
