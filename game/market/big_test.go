package market

import (
	"math/big"
)

// The oracle of this file: math/big at 320 bits, with the plainest series.

const precision = 320

func bigInt(n int64) *big.Float { return new(big.Float).SetPrec(precision).SetInt64(n) }

func bigNew() *big.Float { return new(big.Float).SetPrec(precision) }

// bigAmount is a, in units.
func bigAmount(a Amount) *big.Float { return bigNew().SetInt(a.ToBig()) }

// bigPrice is p as a number from 0 to 1.
func bigPrice(p Price) *big.Float {
	return bigNew().Quo(bigNew().SetUint64(uint64(p)), bigNew().SetUint64(uint64(One)))
}

// bigQ is v/2ⁿ.
func bigQ(v u128, n int) *big.Float {
	f := bigNew().SetUint64(v.hi)
	f.SetMantExp(f, 64)
	f.Add(f, bigNew().SetUint64(v.lo))
	return f.SetMantExp(f, -n)
}

// bigLn is ln x, x > 0: x is brought near 1 by square roots, each of which
// halves the logarithm, and ln y = 2·artanh((y−1)/(y+1)).
func bigLn(x *big.Float) *big.Float {
	y := bigNew().Set(x)
	halvings := 0
	for {
		gap := bigNew().Sub(y, bigInt(1))
		if gap.Sign() == 0 || gap.MantExp(nil) < -8 {
			break
		}
		y.Sqrt(y)
		halvings++
	}
	z := bigNew().Quo(bigNew().Sub(y, bigInt(1)), bigNew().Add(y, bigInt(1)))
	square := bigNew().Mul(z, z)
	sum, power := bigNew(), bigNew().Set(z)
	for k := int64(1); k < 60; k += 2 {
		sum.Add(sum, bigNew().Quo(power, bigInt(k)))
		power.Mul(power, square)
	}
	return sum.SetMantExp(sum, halvings+1)
}

// bigExp is eˣ: the series at x/2¹⁶, squared sixteen times.
func bigExp(x *big.Float) *big.Float {
	y := bigNew().SetMantExp(x, -16)
	sum, term := bigInt(1), bigInt(1)
	for k := int64(1); k < 40; k++ {
		term.Mul(term, y)
		term.Quo(term, bigInt(k))
		sum.Add(sum, term)
	}
	for range 16 {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLogit is ln(p/(1−p)).
func bigLogit(p *big.Float) *big.Float {
	return bigLn(bigNew().Quo(p, bigNew().Sub(bigInt(1), p)))
}

// exponent is ⌈log₂|x − y|⌉, or far below every bound if they are equal.
func gapExponent(x, y *big.Float) int {
	gap := bigNew().Sub(x, y)
	if gap.Sign() == 0 {
		return -1 << 20
	}
	return gap.MantExp(nil)
}
