package market

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// seeded is the randomness of a test: its seed is printed when it fails.
func seeded(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	return rand.New(rand.NewPCG(seed, 0))
}

// someInts are arguments of ln: edges of the tables and random ones of every
// length.
func someInts(t testing.TB) []uint64 {
	random := seeded(t, 1)
	list := []uint64{1, 2, 3, 1<<64 - 1, 1 << 63, uint64(One), uint64(One) - 1, uint64(MinPrice)}
	for i := range uint64(128) {
		edge := (128 + i) << 56
		list = append(list, edge, edge-1, edge+1)
	}
	for range 4000 {
		list = append(list, random.Uint64()>>random.UintN(64)|1)
	}
	return list
}

func TestLnIsWithinItsBound(t *testing.T) {
	worst := -1 << 20
	for _, m := range someInts(t) {
		gap := gapExponent(bigQ(lnInt(m), q120), bigLn(bigNew().SetUint64(m)))
		if worst = max(worst, gap); gap > -118 {
			t.Fatalf("ln %d is off by about 2^%d, want at most 2^-118", m, gap)
		}
	}
	t.Logf("largest error below 2^%d", worst)
}

func TestExpIsWithinItsBound(t *testing.T) {
	random := seeded(t, 2)
	args := []u128{{}, {0, 1}, lnPow2[1], lnPow2[1].sub(u128{0, 1}), lnPow2[14], u128{39 << 56, 0}}
	for i := range uint64(90) {
		args = append(args, u128{i << 49, 0}, u128{i << 49, 0}.subFloor(u128{0, 1}))
	}
	for range 3000 {
		args = append(args, u128{random.Uint64N(40 << 56), random.Uint64()}.shr(random.UintN(60)))
	}
	worst := -1 << 20
	for _, x := range args {
		want := bigExp(new(big.Float).Neg(bigQ(x, q120)))
		gap := gapExponent(bigQ(expNeg(x), q127), want)
		if worst = max(worst, gap); gap > -119 {
			t.Fatalf("exp of -%v is off by about 2^%d, want at most 2^-119", bigQ(x, q120), gap)
		}
	}
	t.Logf("largest error below 2^%d", worst)
}

func TestArithmeticAgainstBig(t *testing.T) {
	random := seeded(t, 3)
	mod := new(big.Int).Lsh(big.NewInt(1), 128)
	draw := func() u128 {
		return u128{random.Uint64(), random.Uint64()}.shr(random.UintN(128))
	}
	whole := func(v u128) *big.Int {
		w := v.wide()
		return w.ToBig()
	}
	same := func(name string, have u128, want *big.Int) {
		t.Helper()
		if want.Mod(want, mod); whole(have).Cmp(want) != 0 {
			t.Fatalf("%s: have %v, want %v", name, whole(have), want)
		}
	}
	for range 20_000 {
		a, b, n, m := draw(), draw(), random.UintN(128), random.Uint64()|1
		x, y := whole(a), whole(b)
		same("add", a.add(b), new(big.Int).Add(x, y))
		same("sub", a.sub(b), new(big.Int).Sub(x, y))
		same("shl", a.shl(n), new(big.Int).Lsh(x, n))
		same("shr", a.shr(n), new(big.Int).Rsh(x, n))
		same("mulHigh", a.mulHigh(b), new(big.Int).Rsh(new(big.Int).Mul(x, y), 128))
		same("div", a.div(m), new(big.Int).Div(x, new(big.Int).SetUint64(m)))
		small := a.shr(64)
		product := new(big.Int).Mul(whole(small), new(big.Int).SetUint64(m))
		same("mulShift", small.mulShift(m, n%63+1), product.Rsh(product, n%63+1))
		if a.less(b) != (x.Cmp(y) < 0) || a.leadingZeros() != uint(128-x.BitLen()) {
			t.Fatalf("order or length of %v and %v", x, y)
		}
	}
}
