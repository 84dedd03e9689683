package signatures

import (
	"encoding/binary"
	"math/bits"
)

// element is a number modulo
//
//	p = 2²⁵⁶ − c,  c = 2³² + 977,
//
// in four limbs, the least significant first. Any value below 2²⁵⁶ may stand
// for it; canonical gives the one below p.
type element [4]uint64

// foldBy is c: what 2²⁵⁶ is modulo p.
const foldBy = 1<<32 + 977

// fromBytes reads 32 big-endian bytes; ok is false if they are not below p.
func fromBytes(b [32]byte) (z element, ok bool) {
	for i := range z {
		z[i] = binary.BigEndian.Uint64(b[24-8*i:])
	}
	return z, z == z.canonical()
}

// canonical is z below p: z + c reaches 2²⁵⁶ exactly if z is not.
func (z element) canonical() element {
	var t element
	var k uint64
	t[0], k = bits.Add64(z[0], foldBy, 0)
	t[1], k = bits.Add64(z[1], 0, k)
	t[2], k = bits.Add64(z[2], 0, k)
	t[3], k = bits.Add64(z[3], 0, k)
	if k != 0 {
		return t
	}
	return z
}

func (z *element) isZero() bool { return z.canonical() == element{} }

func (z *element) isOdd() bool { return z.canonical()[0]&1 == 1 }

// fold adds carry·2²⁵⁶ ≡ carry·c, carry ≤ 1.
func (z *element) fold(carry uint64) {
	for carry != 0 {
		z[0], carry = bits.Add64(z[0], foldBy, 0)
		z[1], carry = bits.Add64(z[1], 0, carry)
		z[2], carry = bits.Add64(z[2], 0, carry)
		z[3], carry = bits.Add64(z[3], 0, carry)
	}
}

// add sets z to x + y.
func (z *element) add(x, y *element) {
	var k uint64
	z[0], k = bits.Add64(x[0], y[0], 0)
	z[1], k = bits.Add64(x[1], y[1], k)
	z[2], k = bits.Add64(x[2], y[2], k)
	z[3], k = bits.Add64(x[3], y[3], k)
	if k != 0 {
		z.fold(k)
	}
}

// sub sets z to x − y.
func (z *element) sub(x, y *element) {
	var k uint64
	z[0], k = bits.Sub64(x[0], y[0], 0)
	z[1], k = bits.Sub64(x[1], y[1], k)
	z[2], k = bits.Sub64(x[2], y[2], k)
	z[3], k = bits.Sub64(x[3], y[3], k)
	for k != 0 { // −2²⁵⁶ ≡ −c; a second time only if z was below c
		z[0], k = bits.Sub64(z[0], foldBy, 0)
		z[1], k = bits.Sub64(z[1], 0, k)
		z[2], k = bits.Sub64(z[2], 0, k)
		z[3], k = bits.Sub64(z[3], 0, k)
	}
}

// mac is a + x·y + carry, which is below 2¹²⁸.
func mac(a, x, y, carry uint64) (low, high uint64) {
	high, low = bits.Mul64(x, y)
	var k uint64
	low, k = bits.Add64(low, a, 0)
	high += k
	low, k = bits.Add64(low, carry, 0)
	return low, high + k
}

// mul sets z to x·y.
func (z *element) mul(x, y *element) {
	var t [8]uint64
	var k uint64
	b := x[0]
	t[0], k = mac(0, b, y[0], 0)
	t[1], k = mac(0, b, y[1], k)
	t[2], k = mac(0, b, y[2], k)
	t[3], t[4] = mac(0, b, y[3], k)
	b = x[1]
	t[1], k = mac(t[1], b, y[0], 0)
	t[2], k = mac(t[2], b, y[1], k)
	t[3], k = mac(t[3], b, y[2], k)
	t[4], t[5] = mac(t[4], b, y[3], k)
	b = x[2]
	t[2], k = mac(t[2], b, y[0], 0)
	t[3], k = mac(t[3], b, y[1], k)
	t[4], k = mac(t[4], b, y[2], k)
	t[5], t[6] = mac(t[5], b, y[3], k)
	b = x[3]
	t[3], k = mac(t[3], b, y[0], 0)
	t[4], k = mac(t[4], b, y[1], k)
	t[5], k = mac(t[5], b, y[2], k)
	t[6], t[7] = mac(t[6], b, y[3], k)
	z.reduce(&t)
}

// square sets z to x²: the products off the diagonal once, doubled.
func (z *element) square(x *element) {
	var t [8]uint64
	var k uint64
	t[1], k = mac(0, x[0], x[1], 0)
	t[2], k = mac(0, x[0], x[2], k)
	t[3], t[4] = mac(0, x[0], x[3], k)
	t[3], k = mac(t[3], x[1], x[2], 0)
	t[4], t[5] = mac(t[4], x[1], x[3], k)
	t[5], t[6] = mac(t[5], x[2], x[3], 0)
	t[7] = t[6] >> 63
	t[6] = t[6]<<1 | t[5]>>63
	t[5] = t[5]<<1 | t[4]>>63
	t[4] = t[4]<<1 | t[3]>>63
	t[3] = t[3]<<1 | t[2]>>63
	t[2] = t[2]<<1 | t[1]>>63
	t[1] <<= 1
	high, low := bits.Mul64(x[0], x[0])
	t[0] = low
	t[1], k = bits.Add64(t[1], high, 0)
	high, low = bits.Mul64(x[1], x[1])
	t[2], k = bits.Add64(t[2], low, k)
	t[3], k = bits.Add64(t[3], high, k)
	high, low = bits.Mul64(x[2], x[2])
	t[4], k = bits.Add64(t[4], low, k)
	t[5], k = bits.Add64(t[5], high, k)
	high, low = bits.Mul64(x[3], x[3])
	t[6], k = bits.Add64(t[6], low, k)
	t[7], _ = bits.Add64(t[7], high, k)
	z.reduce(&t)
}

// reduce sets z to t = low + high·2²⁵⁶ ≡ low + high·c. That is below
// 2²⁵⁶·(c + 1), so what it carries is at most c, and c² is below 2⁶⁷.
func (z *element) reduce(t *[8]uint64) {
	var k uint64
	z[0], k = mac(t[0], t[4], foldBy, 0)
	z[1], k = mac(t[1], t[5], foldBy, k)
	z[2], k = mac(t[2], t[6], foldBy, k)
	z[3], k = mac(t[3], t[7], foldBy, k)
	high, low := bits.Mul64(k, foldBy)
	z[0], k = bits.Add64(z[0], low, 0)
	z[1], k = bits.Add64(z[1], high, k)
	z[2], k = bits.Add64(z[2], 0, k)
	z[3], k = bits.Add64(z[3], 0, k)
	if k != 0 {
		z.fold(k)
	}
}

// squares sets z to x^(2ⁿ), n ≥ 1.
func (z *element) squares(x *element, n int) {
	z.square(x)
	for range n - 1 {
		z.square(z)
	}
}

// root is a square root of x, if it has one: x^((p+1)/4), since p ≡ 3 mod 4.
// (p+1)/4 is, in bits, 223 ones, a zero, 22 ones, four zeros, two ones and two
// zeros; xₙ below is x^(2ⁿ−1), n ones.
func root(x *element) (y element, ok bool) {
	var x2, x3, x22, x44, x88, t element
	x2.square(x)
	x2.mul(&x2, x)
	x3.square(&x2)
	x3.mul(&x3, x)
	t.squares(&x3, 3) // x6
	t.mul(&t, &x3)
	t.squares(&t, 3) // x9
	t.mul(&t, &x3)
	t.squares(&t, 2) // x11
	t.mul(&t, &x2)
	x22.squares(&t, 11)
	x22.mul(&x22, &t)
	x44.squares(&x22, 22)
	x44.mul(&x44, &x22)
	x88.squares(&x44, 44)
	x88.mul(&x88, &x44)
	t.squares(&x88, 88) // x176
	t.mul(&t, &x88)
	t.squares(&t, 44) // x220
	t.mul(&t, &x44)
	t.squares(&t, 3) // x223
	t.mul(&t, &x3)
	t.squares(&t, 23)
	t.mul(&t, &x22)
	t.squares(&t, 6)
	t.mul(&t, &x2)
	y.squares(&t, 2)
	t.square(&y)
	t.sub(&t, x)
	return y, t.isZero()
}
