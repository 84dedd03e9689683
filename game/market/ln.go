package market

import (
	"math/bits"

	"github.com/holiman/uint256"
)

// Logarithms and exponentials in integers, for numbers in Q120 (8 bits before
// the point, 120 behind). Bounds, which the tests hold against math/big:
//
//	|ln − true|     ≤ 2⁻¹¹⁸   for every argument
//	|expNeg − true| ≤ 2⁻¹¹⁹   for every argument
//
// ln reduces its argument twice by tabled reciprocals (Tang 1990 does so in
// floating point) to 1 ≤ h < 1 + 2⁻¹³ + 2⁻²⁴, where
//
//	ln h = z·(1 − z·(1/2 − z·(1/3 − … 1/9))),  z = h − 1,
//
// leaves out less than z¹⁰/10 < 2⁻¹³³. Each step truncates a Q127 number, ten
// times in all: 2⁻¹²³; the tables add 2⁻¹²⁶, the sum in Q120 2⁻¹¹⁹.
const (
	q120 = 120
	q127 = 127
)

var (
	one120 = u128{1 << 56, 0}
	one127 = u128{1 << 63, 0}
)

// Tables, made once by slow series in 200 bits: their entries are nearest.
var (
	lnPow2   = makeLnPow2()                       // k·ln 2 in Q120
	recip1   = makeReciprocals(1<<7, 16, 1<<7)    // ⌈2¹⁶/(1+i/2⁷)⌉
	recip2   = makeReciprocals(1<<13, 24, 1<<6+2) // ⌈2²⁴/(1+j/2¹³)⌉
	lnRecip1 = makeLnReciprocals(recip1[:], 16)   // ln(2¹⁶/recip1[i]) in Q127
	lnRecip2 = makeLnReciprocals(recip2[:], 24)   // ln(2²⁴/recip2[j]) in Q127
	inverse  = makeInverses()                     // 1/k in Q127
	expTable = makeExpTable()                     // e^(−i/2⁷) in Q127
)

// lnMantissa is ln f in Q127, for f in Q127, 1 ≤ f < 2.
func lnMantissa(f u128) u128 {
	i := f.hi >> 56 & 0x7f
	g := f.mulShift(recip1[i], 16) // 1 ≤ g < 1 + 2⁻⁷ + 2⁻¹⁵
	j := (g.hi - one127.hi) >> 50
	h := g.mulShift(recip2[j], 24)
	z := h.sub(one127).shl(1) // Q128
	acc := inverse[9]
	for k := 8; k >= 1; k-- {
		acc = inverse[k].sub(z.mulHigh(acc))
	}
	return lnRecip1[i].add(lnRecip2[j]).add(z.mulHigh(acc))
}

// lnInt is ln m in Q120, for m ≥ 1.
func lnInt(m uint64) u128 {
	zeros := uint(bits.LeadingZeros64(m))
	return lnPow2[63-zeros].add(lnMantissa(u128{m << zeros, 0}).shr(q127 - q120))
}

// expNeg is e⁻ˣ in Q127, for x in Q120, x < 40:
//
//	e⁻ˣ = 2⁻ᵏ·e^(−i/2⁷)·e⁻ᵗ,  k = ⌊x/ln 2⌋,  0 ≤ t < 2⁻⁷,
//	e⁻ᵗ = 1 − t/1·(1 − t/2·(1 − t/3·(… 1 − t/14))), short by less than 2⁻¹⁴⁵.
func expNeg(x u128) u128 {
	var k uint
	for !x.less(lnPow2[k+1]) {
		k++
	}
	rest := x.sub(lnPow2[k])
	i := rest.hi >> 49
	t := u128{rest.hi & (1<<49 - 1), rest.lo}.shl(8) // Q128
	acc := one127
	for n := uint64(14); n >= 1; n-- {
		acc = one127.sub(t.mulHigh(acc).div(n))
	}
	return expTable[i].mulHigh(acc).shl(1).shr(k)
}

// The tables' own arithmetic: fractions in Q200, series summed to the last bit.

const q200 = 200

// slowLn is ln(num/den) in Q200, for num ≥ den:
//
//	ln(num/den) = 2·Σ z²ᵏ⁺¹/(2k+1),  z = (num − den)/(num + den) ≤ 1/3.
func slowLn(num, den uint64) Amount {
	var z, square, power, sum, term Amount
	z.Lsh(uint256.NewInt(num-den), q200)
	z.Div(&z, uint256.NewInt(num+den))
	mulQ200(&square, &z, &z)
	power = z
	for k := uint64(1); !power.IsZero(); k += 2 {
		sum.Add(&sum, term.Div(&power, uint256.NewInt(k)))
		mulQ200(&power, &power, &square)
	}
	return *sum.Lsh(&sum, 1)
}

// mulQ200 sets z to ⌊x·y/2²⁰⁰⌋.
func mulQ200(z, x, y *Amount) {
	unit := pow2(q200)
	z.MulDivOverflow(x, y, &unit)
}

// nearest rounds w from Q200 to Qn.
func nearest(w Amount, n uint) u128 {
	half := pow2(q200 - n - 1)
	w.Add(&w, &half)
	w.Rsh(&w, q200-n)
	return narrow(&w)
}

func makeLnPow2() (t [64]u128) {
	ln2 := slowLn(2, 1)
	for k := range t {
		var w Amount
		t[k] = nearest(*w.Mul(&ln2, uint256.NewInt(uint64(k))), q120)
	}
	return t
}

func makeReciprocals(steps uint64, n uint, count int) []uint64 {
	t := make([]uint64, count)
	for i := range t {
		step := steps + uint64(i)
		t[i] = (steps<<n + step - 1) / step
	}
	return t
}

func makeLnReciprocals(recip []uint64, n uint) []u128 {
	t := make([]u128, len(recip))
	for i, r := range recip {
		t[i] = nearest(slowLn(1<<n, r), q127)
	}
	return t
}

func makeInverses() (t [10]u128) {
	for k := 1; k < len(t); k++ {
		t[k] = one127.div(uint64(k))
	}
	return t
}

func makeExpTable() (t [90]u128) {
	for i := range t {
		var x, plus, minus Amount
		x.Lsh(uint256.NewInt(uint64(i)), q200-7)
		term := pow2(q200)
		for n := uint64(1); !term.IsZero(); n++ {
			if n%2 == 1 {
				plus.Add(&plus, &term)
			} else {
				minus.Add(&minus, &term)
			}
			mulQ200(&term, &term, &x)
			term.Div(&term, uint256.NewInt(n))
		}
		t[i] = nearest(*plus.Sub(&plus, &minus), q127)
	}
	return t
}
