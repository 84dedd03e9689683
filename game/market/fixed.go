package market

import "math/bits"

// u128 is a 128-bit unsigned integer. The mathematics below uses it as a
// fraction: "Qn" is the number divided by 2ⁿ.
type u128 struct{ hi, lo uint64 }

func (a u128) add(b u128) u128 {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi, _ := bits.Add64(a.hi, b.hi, carry)
	return u128{hi, lo}
}

func (a u128) sub(b u128) u128 {
	lo, borrow := bits.Sub64(a.lo, b.lo, 0)
	hi, _ := bits.Sub64(a.hi, b.hi, borrow)
	return u128{hi, lo}
}

// subFloor is a − b, or 0 if b is larger.
func (a u128) subFloor(b u128) u128 {
	if a.less(b) {
		return u128{}
	}
	return a.sub(b)
}

func (a u128) less(b u128) bool { return a.hi < b.hi || a.hi == b.hi && a.lo < b.lo }

// shl is a·2ⁿ mod 2¹²⁸, n ≤ 128.
func (a u128) shl(n uint) u128 {
	if n >= 64 {
		return u128{a.lo << (n - 64), 0}
	}
	return u128{a.hi<<n | a.lo>>(64-n), a.lo << n}
}

// shr is ⌊a/2ⁿ⌋, n ≤ 128.
func (a u128) shr(n uint) u128 {
	if n >= 64 {
		return u128{0, a.hi >> (n - 64)}
	}
	return u128{a.hi >> n, a.lo>>n | a.hi<<(64-n)}
}

// mulHigh is ⌊a·b/2¹²⁸⌋: a in Qm times b in Qn gives Q(m+n−128).
func (a u128) mulHigh(b u128) u128 {
	carry, _ := bits.Mul64(a.lo, b.lo)
	h1, l1 := bits.Mul64(a.hi, b.lo)
	h2, l2 := bits.Mul64(a.lo, b.hi)
	hi, lo := bits.Mul64(a.hi, b.hi)

	l1, c := bits.Add64(l1, carry, 0)
	h1 += c // h1 ≤ 2⁶⁴−2, and the sum a.hi·b.lo + carry is below 2¹²⁸
	_, c = bits.Add64(l1, l2, 0)
	lo, c = bits.Add64(lo, h2, c)
	hi += c
	lo, c = bits.Add64(lo, h1, 0)
	return u128{hi + c, lo}
}

// mulShift is ⌊a·m/2ⁿ⌋ for n < 64 and a result below 2¹²⁸.
func (a u128) mulShift(m uint64, n uint) u128 {
	h0, w0 := bits.Mul64(a.lo, m)
	w2, w1 := bits.Mul64(a.hi, m)
	w1, c := bits.Add64(w1, h0, 0)
	w2 += c
	return u128{w2<<(64-n) | w1>>n, w1<<(64-n) | w0>>n}
}

// div is ⌊a/n⌋.
func (a u128) div(n uint64) u128 {
	hi, rest := a.hi/n, a.hi%n
	lo, _ := bits.Div64(rest, a.lo, n)
	return u128{hi, lo}
}

// leadingZeros counts the zero bits above the highest set one.
func (a u128) leadingZeros() uint {
	if a.hi == 0 {
		return 64 + uint(bits.LeadingZeros64(a.lo))
	}
	return uint(bits.LeadingZeros64(a.hi))
}

// wide is a as an Amount.
func (a u128) wide() (w Amount) {
	w[0], w[1] = a.lo, a.hi
	return w
}

// narrow is the low half of w, whose high half must be 0.
func narrow(w *Amount) u128 { return u128{w[1], w[0]} }

// pow2 is 2ⁿ, n < 256.
func pow2(n uint) (w Amount) {
	w[n/64] = 1 << (n % 64)
	return w
}
