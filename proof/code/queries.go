package code

import (
	"fmt"
	"math"
	"math/big"
)

// FoldSuffices says whether q distinct queries of a fold of rows reach 2^−bits.
// A fold outside the radius (n−k)/2 of unique decoding passes with at most
//
//	(1 − (n−k)/2n)^q = ((n+k)/2n)^q
//
// and the comparison is made in exact integers.
func (c Code) FoldSuffices(q, bits int) bool {
	return powerBelow(c.Length()+c.Dimension(), 2*c.Length(), q, bits)
}

// TestSuffices says whether q queries of a linear test reach 2^−bits. The test
// sees products of degree κ+k−2: with e = (n−κ−k)/2 faulty columns allowed,
// either the rows are further than e from the code and pass with (1−e/n)^q, or
// a wrong product agrees with the true one on at most e+κ+k−2 columns:
//
//	max((1−e/n)^q, ((e+κ+k−2)/n)^q) ≤ ((n+κ+k)/2n)^q
func (c Code) TestSuffices(q, bits int) bool {
	return powerBelow(c.Length()+c.Message()+c.Dimension(), 2*c.Length(), q, bits)
}

// powerBelow says whether (num/den)^q ≤ 2^−bits: num^q·2^bits ≤ den^q.
func powerBelow(num, den, q, bits int) bool {
	if num >= den || q < 0 || bits < 0 {
		return false
	}
	exponent := big.NewInt(int64(q))
	left := new(big.Int).Exp(big.NewInt(int64(num)), exponent, nil)
	left.Lsh(left, uint(bits))
	right := new(big.Int).Exp(big.NewInt(int64(den)), exponent, nil)
	return left.Cmp(right) <= 0
}

// MaxQueries bounds the queries of one tree.
const MaxQueries = 512

// SizeFold completes a code for folds: it returns the least q, with the code
// padded for q queries in each of uses openings, that suffices for bits.
func (c Code) SizeFold(uses, bits int) (Code, int, error) {
	return c.size(uses, bits, 0, Code.FoldSuffices)
}

// SizeTest does the same for the linear test.
func (c Code) SizeTest(uses, bits int) (Code, int, error) {
	return c.size(uses, bits, c.Message(), Code.TestSuffices)
}

// size takes the least q; more queries need more pads, which worsen the rate,
// so the sufficient q are an interval. Its lower end is first guessed in floating
// point, then found by exact comparison, so that every machine finds the same.
func (c Code) size(uses, bits, extra int, suffices func(Code, int, int) bool) (
	Code, int, error) {
	guess := 1
	for ; guess < min(MaxQueries, c.Length()); guess++ {
		num := c.Length() + extra + c.Message() + c.Slots + uses*guess
		if float64(guess)*math.Log2(float64(2*c.Length())/float64(num)) >= float64(bits) {
			break
		}
	}
	try := func(q int) bool {
		c.Pads = uses * q
		return c.Check() == nil && suffices(c, q, bits)
	}
	q := guess
	for q <= MaxQueries && !try(q) {
		if q > guess+2 {
			q = MaxQueries
		}
		q++
	}
	for q > 1 && q <= MaxQueries && try(q-1) {
		q--
	}
	if q > min(MaxQueries, c.Length()) {
		return c, 0, fmt.Errorf("%w: no number of queries up to %d gives %d bits at length 2^%d",
			ErrShape, MaxQueries, bits, c.LogLength)
	}
	c.Pads = uses * q
	return c, q, nil
}

// OpeningBytes estimates an opening of q columns of a tree with the given rows:
// values, salts, and the expected siblings of q random indices,
//
//	26·Σ_{s=1,2,4…<n} (n/s)·[(1−s/n)^q − (1−2s/n)^q]
func (c Code) OpeningBytes(q, rows int) int {
	n := float64(c.Length())
	siblings := 0.0
	for s := 1.0; s < n; s *= 2 {
		siblings += n / s * (math.Pow(1-s/n, float64(q)) - math.Pow(1-2*s/n, float64(q)))
	}
	return q*(4*rows+SaltBytes) + int(DigestBytes*siblings)
}
