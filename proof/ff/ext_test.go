package ff

import (
	"math/big"
	"slices"
	"testing"
)

// bigPoly is a polynomial over F with coefficients in math/big: the slow oracle
// of both extensions.
type bigPoly []*big.Int

// mulMod returns a·b mod m, m monic, by schoolbook multiplication and division.
func mulMod(a, b, m bigPoly) bigPoly {
	n := len(m) - 1
	prod := make(bigPoly, len(a)+len(b)-1)
	for i := range prod {
		prod[i] = new(big.Int)
	}
	for i, x := range a {
		for j, y := range b {
			prod[i+j].Add(prod[i+j], new(big.Int).Mul(x, y))
		}
	}
	for i := len(prod) - 1; i >= n; i-- {
		for j := range n {
			prod[i-n+j].Sub(prod[i-n+j], new(big.Int).Mul(prod[i], m[j]))
		}
	}
	prod = prod[:min(n, len(prod))]
	for _, c := range prod {
		c.Mod(c, bigP)
	}
	return prod
}

func bigPolyOf(a []Elem) bigPoly {
	q := make(bigPoly, len(a))
	for i, c := range a {
		q[i] = bigOf(c)
	}
	return q
}

func modulus(c ...int64) bigPoly {
	m := make(bigPoly, len(c))
	for i, x := range c {
		m[i] = big.NewInt(x)
	}
	return m
}

var (
	modulus4 = modulus(-3, 0, 0, 0, 1)
	modulus6 = modulus(1, 0, 0, 1, 0, 0, 1)
)

func (q bigPoly) equal(a []Elem) bool {
	return slices.EqualFunc(q, bigPolyOf(a), func(x, y *big.Int) bool { return x.Cmp(y) == 0 })
}

func TestExtAgainstBig(t *testing.T) {
	r := rng(t, 1)
	for range 2000 {
		a, b := randExt(r), randExt(r)
		if want := mulMod(bigPolyOf(a[:]), bigPolyOf(b[:]), modulus4); !want.equal(ptr(a.Mul(b))) {
			t.Fatalf("%v·%v = %v, want %v", a, b, a.Mul(b), want)
		}
		if !a.IsZero() && a.Mul(a.Inv()) != ExtOne {
			t.Fatalf("a·a⁻¹ = %v for a = %v", a.Mul(a.Inv()), a)
		}
		if a.Add(b).Sub(b) != a || a.Neg().Add(a) != (Ext{}) || a.Square() != a.Mul(a) {
			t.Fatalf("laws fail for %v, %v", a, b)
		}
		if s := randElem(r); a.MulElem(s) != a.Mul(Embed(s)) {
			t.Fatalf("%v·%v as scalar and as embedded element differ", a, s)
		}
		if a.Exp(5) != a.Mul(a).Mul(a).Mul(a).Mul(a) {
			t.Fatalf("fifth power of %v", a)
		}
	}
	if (Ext{}).Inv() != (Ext{}) {
		t.Error("0⁻¹ in E is not 0")
	}
}

func ptr(a Ext) []Elem { return a[:] }

func TestExt6AgainstBig(t *testing.T) {
	r := rng(t, 2)
	for range 1000 {
		a, b := Ext6(randVec(r, 6)), Ext6(randVec(r, 6))
		c := a.Mul(b)
		if want := mulMod(bigPolyOf(a[:]), bigPolyOf(b[:]), modulus6); !want.equal(c[:]) {
			t.Fatalf("%v·%v = %v, want %v", a, b, c, want)
		}
		if !a.IsZero() && a.Mul(a.Inv()) != Ext6One {
			t.Fatalf("a·a⁻¹ = %v for a = %v", a.Mul(a.Inv()), a)
		}
		if a.Add(b).Sub(b) != a || a.Neg().Add(a) != (Ext6{}) {
			t.Fatalf("laws fail for %v, %v", a, b)
		}
		if a.frobenius() != a.Exp(P) {
			t.Fatalf("aᵖ = %v, want %v", a.frobenius(), a.Exp(P))
		}
	}
}

// TestIrreducible is Rabin's test: m of degree n is irreducible over F if and
// only if x^(pⁿ) = x mod m and x^(p^(n/q)) − x has no factor in common with m
// for each prime q | n. All in math/big, apart from the code under test.
func TestIrreducible(t *testing.T) {
	for _, c := range []struct {
		name   string
		m      bigPoly
		primes []int
		want   bool
	}{
		{"ω⁴ − 3", modulus4, []int{2}, true},
		{"φ⁶ + φ³ + 1", modulus6, []int{2, 3}, true},
		{"ω⁴ − 9 splits", modulus(-9, 0, 0, 0, 1), []int{2}, false},
		{"φ⁶ − 3 splits", modulus(-3, 0, 0, 0, 0, 0, 1), []int{2, 3}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if have := irreducible(c.m, c.primes); have != c.want {
				t.Errorf("irreducible = %v, want %v", have, c.want)
			}
		})
	}
}

func irreducible(m bigPoly, primes []int) bool {
	n := len(m) - 1
	frob := make([]bigPoly, n+1) // frob[i] = x^(pⁱ) mod m
	frob[0] = modulus(0, 1)
	for len(frob[0]) < n {
		frob[0] = append(frob[0], new(big.Int))
	}
	for i := 1; i <= n; i++ {
		frob[i] = bigPow(frob[i-1], bigP, m)
	}
	for i, c := range frob[n] {
		if c.Cmp(frob[0][i]) != 0 {
			return false
		}
	}
	for _, q := range primes {
		diff := make(bigPoly, n)
		for i := range diff {
			diff[i] = new(big.Int).Sub(frob[n/q][i], frob[0][i])
			diff[i].Mod(diff[i], bigP)
		}
		if gcdDegree(m, diff) > 0 {
			return false
		}
	}
	return true
}

func bigPow(a bigPoly, e *big.Int, m bigPoly) bigPoly {
	r := modulus(1)
	for i := e.BitLen() - 1; i >= 0; i-- {
		r = mulMod(r, r, m)
		if e.Bit(i) == 1 {
			r = mulMod(r, a, m)
		}
	}
	return r
}

// gcdDegree is the degree of gcd(a, b) by Euclid.
func gcdDegree(a, b bigPoly) int {
	a, b = trim(a), trim(b)
	for len(b) > 0 {
		inv := new(big.Int).ModInverse(b[len(b)-1], bigP)
		for len(a) >= len(b) {
			c := new(big.Int).Mul(a[len(a)-1], inv)
			for i := range b {
				x := new(big.Int).Mul(c, b[i])
				x.Sub(a[len(a)-len(b)+i], x).Mod(x, bigP)
				a[len(a)-len(b)+i] = x
			}
			a = trim(a)
		}
		a, b = b, a
	}
	return len(a) - 1
}

func trim(a bigPoly) bigPoly {
	a = slices.Clone(a)
	for i := range a {
		a[i] = new(big.Int).Mod(a[i], bigP)
	}
	for len(a) > 0 && a[len(a)-1].Sign() == 0 {
		a = a[:len(a)-1]
	}
	return a
}
