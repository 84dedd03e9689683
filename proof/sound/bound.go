package sound

import (
	"fmt"
	"math"
)

// prime is the p of KoalaBear, 2³¹ − 2²⁴ + 1.
const prime = 1<<31 - 1<<24 + 1

// FieldBits returns log₂ of the size of the extension of the given degree.
func FieldBits(degree int) float64 { return float64(degree) * math.Log2(prime) }

// bounds makes terms over one field.
type bounds struct{ field float64 } // log₂|E|

// over is count/|E|: Schwartz–Zippel with the degree in count.
func (b bounds) over(round, formula string, count float64) Term {
	bits := b.field
	if count > 0 {
		bits = math.Max(0, b.field-math.Log2(count))
	}
	return Term{Round: round, Formula: formula, Bits: bits}
}

// lookup is the identity of fractions Σ 1/f − Σ m/f = 0 in α and β. Distinct
// tuples of width values are distinct polynomials f of degree ≤ width in (α, β),
// so the numerator has degree at most width·(N + T).
func (b bounds) lookup(width int, lookups, rows uint64) Term {
	n := float64(lookups) + float64(rows)
	return b.over("α, β of the lookup", fmt.Sprintf("%d·(%d + %d)/|E|", width, lookups, rows),
		float64(width)*n)
}

// round is one sumcheck round of degree d.
func (b bounds) round(name string, degree int) Term {
	return b.over(name, fmt.Sprintf("%d/|E|", degree), float64(degree))
}

// point is a multilinear table at v random coordinates.
func (b bounds) point(name string, v int) Term {
	return b.over(name, fmt.Sprintf("%d/|E|", v), float64(v))
}

// products is the identity a(X)·b(X) = d(X) of degree 2Y at a θ outside the
// nodes.
func (b bounds) products(y int) Term {
	// |E| − 2Y − 1 and |E| agree to 2⁻¹⁰⁰ for any Y in memory.
	return b.over("θ of the products", fmt.Sprintf("2·%d/(|E| − 2·%d − 1)", y, y), 2*float64(y))
}

// fold is the proximity of an eq-tensor fold of rows, v coordinates.
func (b bounds) fold(name string, v, n int) Term {
	return b.over(name, fmt.Sprintf("%d·%d/|E|", v, n), float64(v)*float64(n))
}

// FoldQueries returns the bits of q queries of a fold: a fold that is not the
// committed one agrees with it on at most (n + k)/2 columns, and rows further
// than (n − k)/2 from the code give folds as far.
func FoldQueries(n, k, q int) float64 {
	return -float64(q) * math.Log2((float64(n)+float64(k))/(2*float64(n)))
}

// TestQueries returns the bits of q queries of the linear test, whose q has
// degree ≤ κ + k − 2. Whatever number e < (n − k)/2 of bad columns the forger
// chooses, the test of rows passes with (1 − e/n)^q if there are more, and the
// product check with ((e + κ + k − 2)/n)^q if there are not: with the verifier's
// best e, (n − κ − k + 2)/2, both are ((n + κ + k − 2)/2n)^q.
func TestQueries(n, kappa, k, q int) float64 {
	good := float64(n) + float64(kappa) + float64(k) - 2
	return -float64(q) * math.Log2(good/(2*float64(n)))
}

// collision is the birthday bound of digests of h bits.
func collision(h int) Term {
	return Term{Round: "collision of digests", Formula: fmt.Sprintf("2^-%d/2", h),
		Bits: float64(h) / 2}
}

// ceilLog returns ⌈log₂ n⌉, 0 for n ≤ 1.
func ceilLog(n int) int {
	bits := 0
	for 1<<bits < n {
		bits++
	}
	return bits
}
