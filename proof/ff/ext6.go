package ff

import "fmt"

// Ext6 is an element Σ cᵢφⁱ, i < 6, of F[φ]/(φ⁶ + φ³ + 1): 185.9 bits.
//
// φ⁶ + φ³ + 1 is the ninth cyclotomic polynomial; it is irreducible because p
// generates (ℤ/9)*. So φ⁹ = 1, and φ⁶ = −φ³ − 1.
type Ext6 [6]Elem

// Ext6One is 1.
var Ext6One = Ext6{One}

// IsZero reports a = 0.
func (a Ext6) IsZero() bool { return a == Ext6{} }

// String prints the six coefficients in decimal.
func (a Ext6) String() string { return fmt.Sprint([6]Elem(a)) }

// Add returns a + b.
func (a Ext6) Add(b Ext6) Ext6 {
	for i := range a {
		a[i] = a[i].Add(b[i])
	}
	return a
}

// Sub returns a − b.
func (a Ext6) Sub(b Ext6) Ext6 {
	for i := range a {
		a[i] = a[i].Sub(b[i])
	}
	return a
}

// Neg returns −a.
func (a Ext6) Neg() Ext6 { return Ext6{}.Sub(a) }

// MulElem returns a·s for s in F.
func (a Ext6) MulElem(s Elem) Ext6 {
	for i := range a {
		a[i] = a[i].Mul(s)
	}
	return a
}

// Mul returns a·b: the product of degree ≤ 10, then
// φ⁶⁺ⁱ = −φ³⁺ⁱ − φⁱ for i ≤ 2 and φ⁹⁺ⁱ = φⁱ for i ≤ 1.
func (a Ext6) Mul(b Ext6) Ext6 {
	var t [11]Elem
	for i := range a {
		for j := range b {
			t[i+j] = t[i+j].Add(a[i].Mul(b[j]))
		}
	}
	return Ext6{
		t[0].Sub(t[6]).Add(t[9]),
		t[1].Sub(t[7]).Add(t[10]),
		t[2].Sub(t[8]),
		t[3].Sub(t[6]),
		t[4].Sub(t[7]),
		t[5].Sub(t[8]),
	}
}

// Square returns a².
func (a Ext6) Square() Ext6 { return a.Mul(a) }

// Exp returns aᵉ, with a⁰ = 1 for every a.
func (a Ext6) Exp(e uint64) Ext6 {
	r := Ext6One
	for ; e != 0; e >>= 1 {
		if e&1 == 1 {
			r = r.Mul(a)
		}
		a = a.Square()
	}
	return r
}

// frobenius returns aᵖ. Since φ⁹ = 1 and p ≡ 2 (mod 9), φ goes to φ²:
// 1, φ, …, φ⁵ go to 1, φ², φ⁴, −φ³ − 1, −φ⁵ − φ², φ¹⁰ = φ.
func (a Ext6) frobenius() Ext6 {
	return Ext6{
		a[0].Sub(a[3]),
		a[5],
		a[1].Sub(a[4]),
		a[3].Neg(),
		a[2],
		a[4].Neg(),
	}
}

// Inv returns a⁻¹, and 0 for a = 0.
//
// c = aᵖ·aᵖ²·…·aᵖ⁵ makes a·c the norm of a, which lies in F.
func (a Ext6) Inv() Ext6 {
	c, f := Ext6One, a
	for range 5 {
		f = f.frobenius()
		c = c.Mul(f)
	}
	return c.MulElem(a.Mul(c)[0].Inv())
}
