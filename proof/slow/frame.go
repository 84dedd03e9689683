package slow

import (
	"errors"
	"fmt"
	"math/big"
)

// target is the soundness of every round in bits, grinding included.
const target = 100

// rs is a Reed–Solomon code with its queries: κ message values, fixed slots,
// uniform pads, n = 2^logN columns.
type rs struct{ logK, slots, pads, logN, queries int }

func (c rs) kappa() int { return 1 << c.logK }
func (c rs) k() int     { return c.kappa() + c.slots + c.pads }
func (c rs) n() int     { return 1 << c.logN }

// point is column j's point of the coset.
func (c rs) point(j int) uint64 { return mul(generator, pow(root(c.logN), uint64(j))) }

// complete finds the least number of queries that reaches bits, with pads for
// uses openings: ((n + degree)/2n)^q ≤ 2^−bits, where degree is k for a fold and
// κ + k for the linear test.
func (c rs) complete(uses, bits int, linear bool) (rs, error) {
	for q := 1; q <= 512 && q <= c.n(); q++ {
		c.pads, c.queries = uses*q, q
		degree := c.k()
		if linear {
			degree += c.kappa()
		}
		if c.k() >= c.n() || degree >= c.n() {
			break
		}
		left := new(big.Int).Exp(big.NewInt(int64(c.n()+degree)), big.NewInt(int64(q)), nil)
		right := new(big.Int).Exp(big.NewInt(int64(2*c.n())), big.NewInt(int64(q)), nil)
		if left.Lsh(left, uint(bits)).Cmp(right) <= 0 {
			return c, nil
		}
	}
	return c, fmt.Errorf("no number of queries reaches %d bits with 2^%d columns", bits, c.logN)
}

// pair are the codes of the registered root and of an epoch.
type pair struct{ root, work rs }

// codes computes what follows from the parameters. One opening of the root is
// for the range proof, one of an epoch for its equality proof.
func (p params) codes() (pair, error) {
	if p.grind > 24 || p.budget < 1 || p.budget > maxBudget || p.epochs < 1 ||
		p.epochs > maxBudget || p.logJ > 12 || p.logJ+p.logS > 22 ||
		p.logRoot > 22 || p.logWork > 22 ||
		p.logJ+p.logS > p.logRoot || p.logJ+p.logS > p.logWork {
		return pair{}, errors.New("parameters beyond their limits")
	}
	base := rs{logK: p.logJ + p.logS, slots: 1 << p.logJ}
	var c pair
	var err error
	base.logN = p.logRoot
	if c.root, err = base.complete(1+p.epochs, target-p.grind, false); err != nil {
		return pair{}, err
	}
	base.logN = p.logWork
	c.work, err = base.complete(1+p.budget, target-p.grind, false)
	return c, err
}

// witnessCode is the code of the sheets of one proof.
func witnessCode(logK, logN, uses, grind int) (rs, error) {
	if logK < 5 || logK > 16 || logN > 20 || logN > logK+6 || logK > logN {
		return rs{}, fmt.Errorf("witness code 2^%d in 2^%d", logK, logN)
	}
	return rs{logK: logK, logN: logN}.complete(uses, target-grind, true)
}

// row names a row of weights: matrix, block of outputs, group of inputs.
type row struct{ mat, block, group int }

// grid is how weights lie in rows: position j_lo·S + k_lo of row (ℓ, j_hi, g)
// holds W_ℓ[j_hi·J + j_lo, g·S + k_lo]; slot j_lo holds the bias if g = 0.
type grid struct {
	logJ, logS int
	mats       []matrix
	rows       []row
	logM, logK int // bits of the largest output and input index
}

// It refuses grids of more rows than a tree may have.
func newGrid(mats []matrix, logJ, logS int) (grid, error) {
	g := grid{logJ: logJ, logS: logS, mats: mats, logM: logJ, logK: logS}
	rows := 0
	for _, m := range mats {
		rows += ((m.rows-1)>>logJ + 1) * ((m.cols-1)>>logS + 1)
	}
	if rows > maxTreeRows {
		return grid{}, refuse(GuardEncoding, "weights in %d rows", rows)
	}
	for l, m := range mats {
		for block := 0; block<<logJ < m.rows; block++ {
			for group := 0; group<<logS < m.cols; group++ {
				g.rows = append(g.rows, row{l, block, group})
			}
		}
		g.logM, g.logK = max(g.logM, log2(m.rows)), max(g.logK, log2(m.cols))
	}
	return g, nil
}

// sheet is the shape of a tree of the linear test: rows over F, then over E.
type sheet struct {
	root      digest
	kind      int
	baseSpace int
	extSpace  int
	base, ext int
	masked    bool // the last three rows over E are U, Z₁, Z₂
}

const masks = 3

func (s sheet) rows() int { return s.base + 4*s.ext }

// data is the number of rows over E that hold cells.
func (s sheet) data() int {
	if s.masked {
		return s.ext - masks
	}
	return s.ext
}

// rowsFor is how many rows of κ cells hold n.
func (c rs) rowsFor(n int) int { return (n + c.kappa() - 1) / c.kappa() }
