package learn

import (
	"math"
	"slices"

	"agon/player/model"
)

// boostFit sets the fitting of a forest.
type boostFit struct {
	trees    int
	rate     float64 // how much of each tree's answer is added
	l2       float64 // pull of a leaf towards zero
	minCover float64 // least Hessian in a child
	cuts     int
	sample   int // each tree sees this many in a hundred examples
}

// boost fits a forest by gradient boosting on the log loss with second-order
// leaves (Chen and Guestrin, "XGBoost", KDD 2016, equations 6 and 7), level by
// level over histograms of binned features.
func boost(x [][]float32, yes []bool, weight []float64, set boostFit) *model.Trees {
	features := len(x[0])
	m := &model.Trees{Cuts: make([][]float32, features)}
	for f := range m.Cuts {
		m.Cuts[f] = cutsOf(x, f, set.cuts)
	}
	b := &booster{set: set, features: features, yes: yes, weight: weight}
	b.bins = make([][]uint8, len(x))
	for i := range x {
		b.bins[i] = make([]uint8, features)
		m.Bins(x[i], b.bins[i])
	}
	b.score = make([]float64, len(x))
	b.grad, b.hess = make([]float64, len(x)), make([]float64, len(x))
	b.node = make([]int32, len(x))
	m.Step = 1.0 / 4096
	for t := range set.trees {
		m.Trees = append(m.Trees, b.grow(uint64(t), m.Step))
	}
	return m
}

// cutsOf places cuts between distinct values, at even ranks if there are many.
func cutsOf(x [][]float32, f, most int) []float32 {
	v := make([]float32, len(x))
	for i := range x {
		v[i] = x[i][f]
	}
	slices.Sort(v)
	distinct := slices.Compact(slices.Clone(v))
	if len(distinct) <= most {
		return distinct[:len(distinct)-1]
	}
	var cuts []float32
	for k := 1; k <= most; k++ {
		cuts = append(cuts, v[k*(len(v)-1)/(most+1)])
	}
	return slices.Compact(cuts)
}

type booster struct {
	set      boostFit
	features int
	bins     [][]uint8
	yes      []bool
	weight   []float64
	score    []float64
	grad     []float64
	hess     []float64
	node     []int32 // where each example is; −1 if this tree does not see it
}

// cell is a histogram's bar: sums of gradient and Hessian.
type cell struct{ g, h float64 }

type histogram [][model.MaxCuts + 1]cell

func (b *booster) grow(seed uint64, step float64) (t model.Tree) {
	mean := make([]float64, model.Nodes)
	total := cell{}
	for i := range b.bins {
		p := model.Logistic(b.score[i])
		e := p
		if b.yes[i] {
			e = p - 1
		}
		b.grad[i] = float64(e * b.weight[i])
		b.hess[i] = float64(float64(p*(1-p)) * b.weight[i])
		b.node[i] = 0
		if int(mix(seed<<32|uint64(i))%100) >= b.set.sample {
			b.node[i] = -1
			continue
		}
		total.g += b.grad[i]
		total.h += b.hess[i]
	}
	mean[0] = b.answer(total)
	for depth := range model.Depth {
		b.level(&t, depth, mean)
	}
	for i, v := range mean {
		t.Value[i] = int16(min(max(math.RoundToEven(v/step), -32000), 32000))
	}
	for i := range b.bins {
		at := 0
		for at < model.Internal {
			at = child(&t, at, b.bins[i])
		}
		b.score[i] += float64(step * float64(t.Value[at]))
	}
	return t
}

func child(t *model.Tree, at int, bins []uint8) int {
	if bins[t.Feature[at]] > t.Cut[at] {
		return 2*at + 2
	}
	return 2*at + 1
}

// answer of a leaf: −rate·G/(H+λ).
func (b *booster) answer(c cell) float64 {
	return -float64(b.set.rate*c.g) / (c.h + b.set.l2)
}

// level splits every node of one depth at its best cut, then moves the
// examples down.
func (b *booster) level(t *model.Tree, depth int, mean []float64) {
	first, count := 1<<depth-1, 1<<depth
	hist := make([]histogram, count)
	for k := range hist {
		hist[k] = make(histogram, b.features)
	}
	for i, at := range b.node {
		if at < 0 {
			continue
		}
		h, g, w := hist[int(at)-first], b.grad[i], b.hess[i]
		for f, bin := range b.bins[i] {
			c := &h[f][bin]
			c.g += g
			c.h += w
		}
	}
	for k, h := range hist {
		b.split(t, first+k, h, mean)
	}
	for i, at := range b.node {
		if at >= 0 {
			b.node[i] = int32(child(t, int(at), b.bins[i]))
		}
	}
}

// split finds the cut with the largest gain
//
//	G_l²/(H_l+λ) + G_r²/(H_r+λ) − G²/(H+λ)
//
// and leaves a node whole, all to the left, if no cut gains.
func (b *booster) split(t *model.Tree, at int, h histogram, mean []float64) {
	var all cell
	for _, c := range h[0] {
		all.g += c.g
		all.h += c.h
	}
	t.Cut[at] = math.MaxUint8
	mean[2*at+1], mean[2*at+2] = mean[at], mean[at]
	best := 1e-6
	for f := range h {
		var left cell
		for bin := range model.MaxCuts {
			left.g += h[f][bin].g
			left.h += h[f][bin].h
			right := cell{all.g - left.g, all.h - left.h}
			if left.h < b.set.minCover || right.h < b.set.minCover {
				continue
			}
			gain := b.worth(left) + b.worth(right) - b.worth(all)
			if gain > best {
				best = gain
				t.Feature[at], t.Cut[at] = uint8(f), uint8(bin)
				mean[2*at+1], mean[2*at+2] = b.answer(left), b.answer(right)
			}
		}
	}
}

func (b *booster) worth(c cell) float64 { return float64(c.g*c.g) / (c.h + b.set.l2) }

// mix is the finaliser of SplitMix64: a hash that serves as a seeded draw.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
