package model

import "sort"

// Depth of every tree: complete, so that a walk needs no child pointers. Node
// i has the children 2i+1 and 2i+2; the leaves are the last 2^Depth nodes.
const (
	Depth    = 5
	Internal = 1<<Depth - 1
	Nodes    = 1<<(Depth+1) - 1
)

// MaxFeatures and MaxCuts bound what a forest may look at.
const (
	MaxFeatures = 64
	MaxCuts     = 63
	maxTrees    = 4096
)

// Tree sends an example right at node i if its bin of Feature[i] is above
// Cut[i]. Value[i] is the tree's mean answer to the examples that reach node i,
// in units of the forest's Step; a leaf's value is the tree's answer.
type Tree struct {
	Feature [Internal]uint8
	Cut     [Internal]uint8
	Value   [Nodes]int16
}

// Trees is a sum of regression trees over binned features, fitted by gradient
// boosting. The score is Bias + Step·Σ (value of the leaf reached).
type Trees struct {
	Cuts  [][]float32 // per feature, ascending; the bin is how many are below x
	Trees []Tree
	Step  float64
	Bias  float64
	Scale Scale
}

// Bins sorts the features x into their bins; len(x) = len(Cuts) = len(bins).
func (m *Trees) Bins(x []float32, bins []uint8) {
	for f, cuts := range m.Cuts {
		bins[f] = Bin(cuts, x[f])
	}
}

// Bin is how many cuts are below x; not-a-number counts as smallest.
func Bin(cuts []float32, x float32) uint8 {
	return uint8(sort.Search(len(cuts), func(i int) bool { return !(cuts[i] < x) }))
}

// Score walks every tree and adds to parts[f] what feature f changed on the
// way, in log-odds before Scale: the score is Bias + Σ parts + the roots' mean,
// which is returned as root.
func (m *Trees) Score(bins []uint8, parts []float64) (score, root float64) {
	var sum, base int
	var part [MaxFeatures]int
	for t := range m.Trees {
		tree := &m.Trees[t]
		base += int(tree.Value[0])
		at, value := 0, int(tree.Value[0])
		for at < Internal {
			f := tree.Feature[at]
			next := 2*at + 1
			if bins[f] > tree.Cut[at] {
				next++
			}
			v := int(tree.Value[next])
			part[f] += v - value
			at, value = next, v
		}
		sum += value
	}
	for f := range parts {
		parts[f] = m.Step * float64(part[f])
	}
	return m.Bias + float64(m.Step*float64(sum)), m.Step * float64(base)
}

// Encode gives the weights file.
func (m *Trees) Encode() []byte {
	w := NewWriter("AgT1")
	w.Uint(len(m.Cuts))
	for _, c := range m.Cuts {
		w.Floats(c)
	}
	w.Float(m.Step)
	w.Float(m.Bias)
	m.Scale.Write(w)
	w.Uint(len(m.Trees))
	for i := range m.Trees {
		t := &m.Trees[i]
		w.buf = append(append(w.buf, t.Feature[:]...), t.Cut[:]...)
		w.Int16s(t.Value[:])
	}
	return w.Bytes()
}

// DecodeTrees reads a weights file for the given number of features; its
// errors are ErrWeights.
func DecodeTrees(buf []byte, features int) (*Trees, error) {
	r := NewReader(buf, "AgT1")
	if n := r.Uint(MaxFeatures); n != features {
		r.fail("want %d features, have %d", features, n)
	}
	m := &Trees{Cuts: make([][]float32, features)}
	for f := range m.Cuts {
		m.Cuts[f] = r.Floats()
		if len(m.Cuts[f]) > MaxCuts {
			r.fail("feature %d: want at most %d cuts, have %d", f, MaxCuts, len(m.Cuts[f]))
		}
	}
	m.Step, m.Bias = r.Float(), r.Float()
	m.Scale = ReadScale(r)
	n := r.Uint(maxTrees)
	for range n {
		t, ok := readTree(r, features)
		if !ok {
			break
		}
		m.Trees = append(m.Trees, t)
	}
	return m, r.Close()
}

func readTree(r *Reader, features int) (t Tree, ok bool) {
	copy(t.Feature[:], r.take(Internal))
	copy(t.Cut[:], r.take(Internal))
	v := r.Int16s()
	if r.Err() != nil {
		return t, false
	}
	if len(v) != Nodes {
		r.fail("want %d nodes, have %d", Nodes, len(v))
	}
	copy(t.Value[:], v)
	for _, f := range t.Feature {
		if int(f) >= features {
			r.fail("want a feature below %d, have %d", features, f)
		}
	}
	return t, r.Err() == nil
}
