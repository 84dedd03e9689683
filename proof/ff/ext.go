package ff

import "fmt"

// Degree is the degree of Ext over F.
const Degree = 4

// extW is the non-residue with ω⁴ = extW.
const extW = 3

// Ext is an element c₀ + c₁ω + c₂ω² + c₃ω³ of E = F[ω]/(ω⁴ − 3).
//
// ω⁴ − 3 is irreducible: 3 generates F*, so it is no square, and p ≡ 1 (mod 4)
// (Lidl–Niederreiter, Theorem 3.75).
type Ext [Degree]Elem

// ExtOne is 1 in E.
var ExtOne = Ext{One}

// Embed returns a as an element of E.
func Embed(a Elem) Ext { return Ext{a} }

// IsZero reports a = 0.
func (a Ext) IsZero() bool { return a == Ext{} }

// String prints the four coefficients in decimal.
func (a Ext) String() string { return fmt.Sprintf("(%v,%v,%v,%v)", a[0], a[1], a[2], a[3]) }

// Add returns a + b.
func (a Ext) Add(b Ext) Ext {
	return Ext{a[0].Add(b[0]), a[1].Add(b[1]), a[2].Add(b[2]), a[3].Add(b[3])}
}

// Sub returns a − b.
func (a Ext) Sub(b Ext) Ext {
	return Ext{a[0].Sub(b[0]), a[1].Sub(b[1]), a[2].Sub(b[2]), a[3].Sub(b[3])}
}

// Neg returns −a.
func (a Ext) Neg() Ext { return Ext{}.Sub(a) }

// Double returns 2a.
func (a Ext) Double() Ext { return a.Add(a) }

// MulElem returns a·s for s in F.
func (a Ext) MulElem(s Elem) Ext {
	return Ext{a[0].Mul(s), a[1].Mul(s), a[2].Mul(s), a[3].Mul(s)}
}

// triple returns 3a.
func triple(a Elem) Elem { return a.Add(a).Add(a) }

// Mul returns a·b.
func (a Ext) Mul(b Ext) Ext {
	var c Ext
	c[0], c[1], c[2], c[3] = product(a[0], a[1], a[2], a[3], b[0], b[1], b[2], b[3])
	return c
}

// product is the product of two elements of E, in registers. With ω⁴ = 3
//
//	c₀ = a₀b₀ + 3(a₁b₃ + a₂b₂ + a₃b₁)
//	c₁ = a₀b₁ + a₁b₀ + 3(a₂b₃ + a₃b₂)
//	c₂ = a₀b₂ + a₁b₁ + a₂b₀ + 3a₃b₃
//	c₃ = a₀b₃ + a₁b₂ + a₂b₁ + a₃b₀
//
// each a sum of four products below p², hence below 4p² < 2⁶⁴.
func product(x0, x1, x2, x3, y0, y1, y2, y3 Elem) (c0, c1, c2, c3 Elem) {
	a0, a1, a2, a3 := uint64(x0), uint64(x1), uint64(x2), uint64(x3)
	b0, b1, b2, b3 := uint64(y0), uint64(y1), uint64(y2), uint64(y3)
	t1, t2, t3 := uint64(triple(y1)), uint64(triple(y2)), uint64(triple(y3))
	return redc(fold4(a0*b0 + a1*t3 + a2*t2 + a3*t1)),
		redc(fold4(a0*b1 + a1*b0 + a2*t3 + a3*t2)),
		redc(fold4(a0*b2 + a1*b1 + a2*b0 + a3*t3)),
		redc(fold4(a0*b3 + a1*b2 + a2*b1 + a3*b0))
}

// Square returns a².
func (a Ext) Square() Ext { return a.Mul(a) }

// Exp returns aᵉ, with a⁰ = 1 for every a.
func (a Ext) Exp(e uint64) Ext {
	r := ExtOne
	for ; e != 0; e >>= 1 {
		if e&1 == 1 {
			r = r.Mul(a)
		}
		a = a.Square()
	}
	return r
}

// Inv returns a⁻¹, and 0 for a = 0.
//
// Write a = u + vω with u = a₀ + a₂ω², v = a₁ + a₃ω² in F[ω²]. Then
// (u + vω)(u − vω) = u² − v²ω² = n₀ + n₁ω², whose norm to F is n₀² − 3n₁².
func (a Ext) Inv() Ext {
	n0 := a[0].Square().Add(triple(a[2].Square())).Sub(triple(a[1].Mul(a[3])).Double())
	n1 := a[0].Mul(a[2]).Double().Sub(a[1].Square()).Sub(triple(a[3].Square()))
	d := n0.Square().Sub(triple(n1.Square())).Inv()
	i0, i1 := n0.Mul(d), n1.Neg().Mul(d) // 1/(n₀ + n₁ω²)
	conj := Ext{a[0], a[1].Neg(), a[2], a[3].Neg()}
	return conj.Mul(Ext{i0, 0, i1, 0})
}
