package ff

import (
	"fmt"
	"math/bits"
)

// P is the prime 2³¹ − 2²⁴ + 1 = 2²⁴·127 + 1.
const P = 1<<31 - 1<<24 + 1

// TwoAdicity is the largest a with 2ᵃ | p − 1.
const TwoAdicity = 24

const (
	// pInv is p⁻¹ mod 2³².
	pInv = 1<<31 + 1<<24 + 1
	// rSquared is 2⁶⁴ mod p, the factor that carries a value into Montgomery form.
	rSquared = (1<<64-1)%P + 1
	// twoPSquared bounds lazily summed products: 2p² < p·2³².
	twoPSquared = 2 * P * P
)

// Elem is an element of F in Montgomery form a·2³² mod p, in [0, p).
type Elem uint32

// Zero and One are the neutral elements.
const (
	Zero Elem = 0
	One  Elem = 1 << 32 % P
)

// Generator generates F*; its order is p − 1 = 2²⁴·127.
var Generator = New(3)

// New returns the element with the value v mod p.
func New(v uint32) Elem { return redc(uint64(v%P) * rSquared) }

// FromUint64 returns the element v mod p.
func FromUint64(v uint64) Elem { return New(uint32(v % P)) }

// FromInt64 returns the element v mod p; negative values count down from p.
func FromInt64(v int64) Elem {
	if v < 0 {
		return FromUint64(uint64(-(v + 1))).Add(One).Neg()
	}
	return FromUint64(uint64(v))
}

// redc returns x·2⁻³² mod p in [0, p), for x < p·2³².
//
// With q = x·p⁻¹ mod 2³² the low halves of x and q·p agree, so
// (x − q·p)/2³² is the difference of the high halves, both below p.
func redc(x uint64) Elem {
	q := uint32(x) * pInv
	hi, sub := uint32(x>>32), uint32(uint64(q)*P>>32)
	d, borrow := bits.Sub32(hi, sub, 0)
	return Elem(d + P&-borrow)
}

// fold4 brings a sum of at most four products, x < 4p², below 2p². No branch:
// which half x lies in is a coin toss.
func fold4(x uint64) uint64 {
	d, borrow := bits.Sub64(x, twoPSquared, 0)
	return d + twoPSquared&-borrow
}

// Uint32 returns the value in [0, p).
func (a Elem) Uint32() uint32 { return uint32(redc(uint64(a))) }

// Centered returns the value in [−(p−1)/2, (p−1)/2].
func (a Elem) Centered() int32 {
	v := int32(a.Uint32())
	if v > (P-1)/2 {
		return v - P
	}
	return v
}

// String prints the value in decimal.
func (a Elem) String() string { return fmt.Sprint(a.Uint32()) }

// IsZero reports a = 0.
func (a Elem) IsZero() bool { return a == 0 }

// Add returns a + b.
func (a Elem) Add(b Elem) Elem {
	d, borrow := bits.Sub32(uint32(a)+uint32(b), P, 0) // a + b < 2p < 2³²
	return Elem(d + P&-borrow)
}

// Sub returns a − b.
func (a Elem) Sub(b Elem) Elem {
	d, borrow := bits.Sub32(uint32(a), uint32(b), 0)
	return Elem(d + P&-borrow)
}

// Neg returns −a.
func (a Elem) Neg() Elem { return Zero.Sub(a) }

// Double returns 2a.
func (a Elem) Double() Elem { return a.Add(a) }

// Mul returns a·b.
func (a Elem) Mul(b Elem) Elem { return redc(uint64(a) * uint64(b)) }

// Square returns a².
func (a Elem) Square() Elem { return a.Mul(a) }

// Exp returns aᵉ, with a⁰ = 1 for every a. Time depends on e, not on a.
func (a Elem) Exp(e uint64) Elem {
	r := One
	for i := bits.Len64(e) - 1; i >= 0; i-- {
		r = r.Square()
		if e>>i&1 == 1 {
			r = r.Mul(a)
		}
	}
	return r
}

// Inv returns a⁻¹ = a^(p−2), and 0 for a = 0.
func (a Elem) Inv() Elem { return a.Exp(P - 2) }

// RootOfUnity returns a generator of the subgroup of order 2^log, log in
// [0, 24]. The roots are compatible: the square of each is the next smaller.
func RootOfUnity(log int) Elem {
	if log < 0 || log > TwoAdicity {
		panic(fmt.Sprintf("ff: no subgroup of order 2^%d, want an exponent in [0, 24]", log))
	}
	r := Generator.Exp((P - 1) >> TwoAdicity)
	for range TwoAdicity - log {
		r = r.Square()
	}
	return r
}
