package slow

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// TestExtAgainstBig compares products and inverses in E with polynomials over
// big integers, divided by ω⁴ − 3.
func TestExtAgainstBig(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	draw := func() (a ext) {
		for i := range a {
			a[i] = r.Uint64N(prime)
			if r.IntN(5) == 0 {
				a[i] = prime - 1
			}
		}
		return a
	}
	for range 2000 {
		a, b := draw(), draw()
		var c [7]big.Int
		for i := range a {
			for j := range b {
				x := new(big.Int).SetUint64(a[i])
				c[i+j].Add(&c[i+j], x.Mul(x, new(big.Int).SetUint64(b[j])))
			}
		}
		have := a.mul(b)
		for i := range have {
			want := new(big.Int).Set(&c[i])
			if i < 3 {
				want.Add(want, new(big.Int).Mul(big.NewInt(3), &c[i+4]))
			}
			if want.Mod(want, big.NewInt(prime)); want.Uint64() != have[i] {
				t.Fatalf("%v·%v = %v, coefficient %d should be %v", a, b, have, i, want)
			}
		}
		if !a.isZero() && a.mul(a.inverse()) != one {
			t.Fatalf("a·a⁻¹ = %v for a = %v", a.mul(a.inverse()), a)
		}
	}
}

// TestTables compares the shared product of eqTable with single entries, and
// Lagrange's basis with its definition at a point of F.
func TestTables(t *testing.T) {
	point := []ext{{1, 2, 3, 4}, {5, 6, 7, 8}, {prime - 1, 0, 0, 1}, {9, 9, 9, 9}, {4}}
	for i, v := range eqTable(point, 1<<len(point)) {
		if v != eqAt(point, i) {
			t.Errorf("entry %d is %v, want %v", i, v, eqAt(point, i))
		}
	}
	// x³ + 2 at the nodes 0…4 interpolates to itself anywhere.
	x := ext{77, 5, 0, 3}
	var have ext
	for j, l := range lagrange(5, x) {
		n := uint64(j)
		have = have.add(l.times(n*n*n + 2))
	}
	if want := x.power(3).add(number(2)); have != want {
		t.Errorf("interpolation gives %v, want %v", have, want)
	}
}

// TestQueries are the counts of the protocol's table of parameters.
func TestQueries(t *testing.T) {
	for _, c := range []struct {
		code            rs
		uses, bits      int
		linear          bool
		queries, coeffs int
	}{
		{rs{logK: 11, slots: 2, logN: 14}, 8, 84, false, 111, 2938},
		{rs{logK: 11, slots: 2, logN: 14}, 8, 100, false, 134, 3122},
		{rs{logK: 15, slots: 32, logN: 17}, 16, 84, false, 128, 34848},
		{rs{logK: 8, logN: 13}, 1, 84, true, 94, 350},
		{rs{logK: 8, logN: 12}, 1, 100, true, 127, 383},
	} {
		have, err := c.code.complete(c.uses, c.bits, c.linear)
		if err != nil || have.queries != c.queries || have.k() != c.coeffs {
			t.Errorf("%+v: %d queries, k = %d (%v), want %d, %d", c.code, have.queries, have.k(),
				err, c.queries, c.coeffs)
		}
	}
}
