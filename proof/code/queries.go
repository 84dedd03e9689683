package code

import (
	"fmt"
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
	return c.size(uses, bits, Code.FoldSuffices)
}

// SizeTest does the same for the linear test.
func (c Code) SizeTest(uses, bits int) (Code, int, error) {
	return c.size(uses, bits, Code.TestSuffices)
}

// size takes the least q; more queries need more pads, which worsen the rate.
func (c Code) size(uses, bits int, suffices func(Code, int, int) bool) (Code, int, error) {
	try := func(q int) bool {
		c.Pads = uses * q
		return c.Check() == nil && suffices(c, q, bits)
	}
	for q := 1; q <= min(MaxQueries, c.Length()); q++ {
		if try(q) {
			return c, q, nil
		}
	}
	return c, 0, fmt.Errorf("%w: no number of queries up to %d gives %d bits at length 2^%d",
		ErrShape, MaxQueries, bits, c.LogLength)
}
