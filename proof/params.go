package proof

import (
	"errors"
	"fmt"
	"math/bits"

	"agon/proof/code"
	"agon/proof/fs"
)

// ErrParams says that parameters do not reach the soundness they claim, or
// exceed a limit.
var ErrParams = errors.New("parameters refused")

// Soundness and limits.
const (
	// TargetBits is the soundness every round has, grinding included.
	TargetBits = 100
	// MaxBudget bounds the proofs of an epoch and the epochs of a root.
	MaxBudget = 1 << 10
)

// Params are the choices a commitment fixes. What follows from them (numbers of
// queries, pads, lengths of rows) is computed, never transmitted.
type Params struct {
	Grind   int // bits of work before the indices are drawn, 0 for none
	LogJ    int // u: 2^u outputs share a row
	LogS    int // σ: a row holds 2^σ inputs of each of its outputs
	LogRoot int // length of the codewords of the registered root
	LogWork int // length of the codewords of an epoch
	Epochs  int // openings of the registered root for epochs
	Budget  int // proofs of one epoch
}

// Profile says what parameters are chosen for.
type Profile struct {
	Grind  int // 0 or 16 …; fewer queries for more work
	Rate   int // the codewords of weights are at most 2^Rate times their message
	Budget int // proofs of an epoch
	Epochs int // epochs of a root
}

// Profiles for people and for chains. Without grinding all 100 bits come from
// queries, and proving time has no random part; the chain's proofs are smaller.
var (
	Standard = Profile{Grind: 0, Rate: 3, Budget: 8, Epochs: 64}
	Chain    = Profile{Grind: 16, Rate: 5, Budget: 8, Epochs: 64}
)

// grid is how the weights of a program lie in rows.
//
// Row (ℓ, j_hi, g) holds W_ℓ[j_hi·J + j_lo, g·S + k_lo] at j_lo·S + k_lo; its J
// slots hold the biases b_ℓ[j_hi·J + j_lo] if g = 0, else 0. What lies outside
// a matrix is 0. Rows are in this order of (ℓ, j_hi, g).
type grid struct {
	logJ, logS int
	mats       []Matrix
	first      []int // first row of each matrix
	rows       int
	logM, logK int // bits of the largest output and input index, at least u, σ
}

func newGrid(mats []Matrix, logJ, logS int) *grid {
	g := &grid{logJ: logJ, logS: logS, mats: mats, logM: logJ, logK: logS}
	for _, m := range mats {
		g.first = append(g.first, g.rows)
		g.rows += g.blocks(m) * g.groups(m)
		g.logM, g.logK = max(g.logM, log2(m.Rows)), max(g.logK, log2(m.Cols))
	}
	return g
}

// layOut is the grid of a program's weights under parameters that may come from
// a stranger: narrow rows of large matrices would be more than a verifier should
// hold weights for.
func layOut(prog *Program, params Params) (*grid, error) {
	g := newGrid(prog.Weights, params.LogJ, params.LogS)
	if g.rows > code.MaxRows {
		return nil, fmt.Errorf("%w: weights in %d rows, at most %d",
			ErrParams, g.rows, code.MaxRows)
	}
	return g, nil
}

// blocks is the number of j_hi of a matrix, groups that of g.
func (g *grid) blocks(m Matrix) int { return (m.Rows-1)>>g.logJ + 1 }
func (g *grid) groups(m Matrix) int { return (m.Cols-1)>>g.logS + 1 }

// row is the index of a row.
func (g *grid) row(l, jHi, group int) int {
	return g.first[l] + jHi*g.groups(g.mats[l]) + group
}

// message is the number of values in a row.
func (g *grid) logMessage() int { return g.logJ + g.logS }

// codes are what the parameters make of a program's weights.
type codes struct {
	root  code.Code // of the registered root
	rootQ int
	work  code.Code // of an epoch
	workQ int
}

// Check recomputes everything that follows from the parameters and refuses what
// exceeds limits.
func (p Params) codes() (codes, error) {
	if p.Grind < 0 || p.Grind > fs.MaxGrind || p.Budget < 1 || p.Budget > MaxBudget ||
		p.Epochs < 1 || p.Epochs > MaxBudget || p.LogJ < 0 || p.LogS < 0 ||
		p.LogJ > 12 || p.LogJ+p.LogS > code.MaxLog {
		return codes{}, fmt.Errorf("%w: %+v", ErrParams, p)
	}
	base := code.Code{LogMessage: p.LogJ + p.LogS, Slots: 1 << p.LogJ}
	var c codes
	var err error
	base.LogLength = p.LogRoot
	// One opening for the range proof, one for each epoch.
	if c.root, c.rootQ, err = base.SizeFold(1+p.Epochs, TargetBits-p.Grind); err != nil {
		return codes{}, fmt.Errorf("%w: root: %w", ErrParams, err)
	}
	base.LogLength = p.LogWork
	// One opening for the equality proof, one for each proof.
	if c.work, c.workQ, err = base.SizeFold(1+p.Budget, TargetBits-p.Grind); err != nil {
		return codes{}, fmt.Errorf("%w: epoch: %w", ErrParams, err)
	}
	return c, nil
}

// Limits of the codewords of a registered root, in values: whoever opens one from
// published weights makes them all, and the parameters are a stranger's.
const (
	minCodewords       = 1 << 26
	codewordsPerWeight = 64
)

// checkCodewords refuses parameters whose root would be out of proportion.
func (g *grid) checkCodewords(root code.Code) error {
	limit := max(minCodewords, codewordsPerWeight*weightsOf(g.mats))
	if n := g.rows * root.Length(); n > limit {
		return fmt.Errorf("%w: codewords of %d values for %d weights, at most %d",
			ErrParams, n, weightsOf(g.mats), limit)
	}
	return nil
}

// epochValuesPerByte weighs the making of an epoch against the size of its
// proofs: so many encoded and hashed values are worth one byte.
const epochValuesPerByte = 128

// Choose finds parameters for a program: those with the smallest estimated
// proof, with codewords no longer than the profile allows.
func Choose(prog *Program, profile Profile) (Params, error) {
	best, bestSize := Params{}, 0
	for logJ := 0; logJ <= 8; logJ++ {
		for logS := 4; logS <= 16; logS++ {
			g := newGrid(prog.Weights, logJ, logS)
			if g.rows > code.MaxRows || g.logK < logS || g.logM < logJ {
				continue
			}
			base := code.Code{LogMessage: logJ + logS, Slots: 1 << logJ}
			for rate := 1; rate <= profile.Rate; rate++ {
				base.LogLength = base.LogMessage + rate
				if base.LogLength > code.MaxLog {
					continue
				}
				c, q, err := base.SizeFold(1+profile.Budget, TargetBits-profile.Grind)
				if err != nil {
					continue
				}
				size := c.OpeningBytes(q, g.rows) + foldBytes(c.Dimension()) +
					g.rows*c.Length()/epochValuesPerByte
				if best.Budget == 0 || size < bestSize {
					bestSize = size
					best = Params{Grind: profile.Grind, LogJ: logJ, LogS: logS,
						LogWork: base.LogLength, Epochs: profile.Epochs, Budget: profile.Budget}
				}
			}
		}
	}
	if best.Budget == 0 {
		return Params{}, fmt.Errorf("%w: no layout of the weights fits", ErrParams)
	}
	for best.LogRoot = best.LogJ + best.LogS + 1; best.LogRoot <= code.MaxLog; best.LogRoot++ {
		if _, err := best.codes(); err == nil {
			return best, nil
		}
	}
	return Params{}, fmt.Errorf("%w: no length of the root fits", ErrParams)
}

// log2 is ⌈log₂ n⌉, 0 for n ≤ 1.
func log2(n int) int {
	if n <= 1 {
		return 0
	}
	return bits.Len(uint(n - 1))
}

// foldBytes estimates what k committed coefficients of a fold cost a proof: E
// values in rows of 256, a hundred columns of them opened.
func foldBytes(k int) int { return (k + 255) / 256 * 16 * 100 }
