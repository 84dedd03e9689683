package sound

import "math"

// Bytes of the parts of a proof.
const (
	digestBytes = 26
	saltBytes   = 16
	elemBytes   = 4
	extBytes    = 16
)

// PathBytes is the mean size of a pruned multiproof of q random distinct leaves
// out of n, a power of two: a sibling subtree of s leaves is sent if no query
// fell into it and one fell beside it,
//
//	μ(n, q) = 26·Σ_{s=1,2,4…<n} (n/s)·[(1 − s/n)^q − (1 − 2s/n)^q]
//
// (with repetition, which for q ≪ n changes little).
func PathBytes(n, q int) float64 {
	var nodes float64
	for s := 1; s < n; s *= 2 {
		f := float64(s) / float64(n)
		nodes += (math.Pow(1-f, float64(q)) - math.Pow(1-2*f, float64(q))) / f
	}
	return digestBytes * nodes
}

// Size is the mean size in bytes of the proof of an answer with the given number
// of hidden and clear values of E in its messages:
//
//	Q_W(4m + 16) + μ(n_W, Q_W) + 16(κ + 2k − 2) + Q_A(4·rows + 32) + 2μ(n, Q_A) + 16·messages
//
// m and rows are the base field rows of the weights and of T₁ and T₂ together.
// Header, nonces and roots, less than 200 bytes, are left out.
func (a Answer) Size(messages int) float64 {
	w, t := a.Weights, a.Witness
	weights := float64(w.Queries)*float64(elemBytes*w.Rows+saltBytes) + PathBytes(w.N, w.Queries)
	test := extBytes * float64(t.Message+2*t.K-2)
	columns := float64(t.Queries)*float64(elemBytes*t.Rows+2*saltBytes) +
		2*PathBytes(t.N, t.Queries)
	return weights + test + columns + extBytes*float64(messages)
}
