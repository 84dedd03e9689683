package sound

import (
	"errors"
	"fmt"
	"math"
)

// ErrUnreachable says that no number of queries reaches the bits asked for.
var ErrUnreachable = errors.New("sound: no parameters reach the target")

// LeastFold returns the least q with ((n + k(q))/2n)^q ≤ 2^−bits for a code
// whose dimension k(q) = fixed + uses·q grows with its pads, and that k.
func LeastFold(n, fixed, uses int, bits float64) (q, k int, err error) {
	return least(n, func(q int) (int, float64) {
		k := fixed + uses*q
		if k >= n {
			return k, 0
		}
		return k, FoldQueries(n, k, q)
	}, bits)
}

// LeastTest is LeastFold for the linear test over messages of κ values, with
// k(q) = κ + uses·q.
func LeastTest(n, kappa, uses int, bits float64) (q, k int, err error) {
	return least(n, func(q int) (int, float64) {
		k := kappa + uses*q
		if kappa+k-2 >= n {
			return k, 0
		}
		return k, TestQueries(n, kappa, k, q)
	}, bits)
}

// slack covers the rounding of logarithms: a figure this close to the target is
// taken as reached.
const slack = 1e-9

func least(n int, at func(q int) (int, float64), bits float64) (q, k int, err error) {
	for q := 1; q < n; q++ {
		k, have := at(q)
		if have == 0 {
			break
		}
		if have >= bits-slack {
			return q, k, nil
		}
	}
	return 0, 0, fmt.Errorf("%w: %.1f bits with %d columns", ErrUnreachable, bits, n)
}

// Layer is the shape of one weight matrix.
type Layer struct{ Out, In int }

// Target says what a search has to reach.
type Target struct {
	Bits     float64 // of each kind of query, grinding included
	Grind    int
	Proofs   int     // B, the proofs an epoch must allow
	Witness  int     // cells of F in T₁, masks aside
	MaxRate  float64 // of the weights' code; 1 for no limit
	Messages int     // values of E sent, for the size
}

// Choice is what a search found.
type Choice struct {
	Outputs int // J, outputs in a row
	Weights Tree
	Witness Tree
	Second  int // rows of T₂ over F
	Bytes   float64
}

// masks are the rows over F of U, Z₁ and Z₂.
const masks = 12

// Search tries layouts of the weights (J outputs of stride S in a row), lengths
// of both codes and lengths of the witness rows, and returns the smallest proof
// that reaches the target. maxLog bounds the code lengths.
func Search(layers []Layer, t Target, maxLog int) (Choice, error) {
	best := Choice{Bytes: math.Inf(1)}
	var widest, tallest int
	for _, l := range layers {
		widest, tallest = max(widest, l.In), max(tallest, l.Out)
	}
	for log := 0; log <= ceilLog(widest); log++ {
		stride := 1 << log
		for outputs := 1; outputs < 2*tallest; outputs *= 2 {
			rows := 0
			for _, l := range layers {
				rows += (l.Out + outputs - 1) / outputs * ((l.In + stride - 1) / stride)
			}
			w := Tree{Message: outputs * stride, Rows: rows}
			t.tryWeights(&best, w, outputs, maxLog)
		}
	}
	if math.IsInf(best.Bytes, 1) {
		return Choice{}, fmt.Errorf("%w: %.1f bits with codes up to 2^%d",
			ErrUnreachable, t.Bits, maxLog)
	}
	return best, nil
}

func (t Target) tryWeights(best *Choice, w Tree, outputs, maxLog int) {
	for log := ceilLog(w.Message) + 1; log <= maxLog; log++ {
		w.N = 1 << log
		var err error
		w.Queries, w.K, err = LeastFold(w.N, w.Message+outputs, t.Proofs, t.Bits-float64(t.Grind))
		if err != nil || float64(w.K) > t.MaxRate*float64(w.N) {
			continue
		}
		t.tryWitness(best, Choice{Outputs: outputs, Weights: w}, maxLog)
	}
}

func (t Target) tryWitness(best *Choice, c Choice, maxLog int) {
	for logMessage := 4; logMessage < maxLog; logMessage++ {
		kappa := 1 << logMessage
		first := masks + (t.Witness+kappa-1)/kappa
		c.Second = 4 * ((c.Weights.K + kappa - 1) / kappa)
		for log := logMessage + 2; log <= maxLog; log++ {
			a := Tree{Message: kappa, N: 1 << log, Rows: first + c.Second}
			var err error
			a.Queries, a.K, err = LeastTest(a.N, kappa, 1, t.Bits-float64(t.Grind))
			if err != nil {
				continue
			}
			c.Witness = a
			c.Bytes = Answer{Common: Common{Witness: a}, Weights: c.Weights}.Size(t.Messages)
			if c.Bytes < best.Bytes {
				*best = c
			}
		}
	}
}
