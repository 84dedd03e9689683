package ff

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

var bigP = big.NewInt(P)

// edges are the values where carries and borrows change.
var edges = []uint32{
	0, 1, 2, 3, 127, 128, 255, 256, 1<<16 - 1, 1 << 16, 1<<24 - 1, 1 << 24, 1<<24 + 1,
	(P - 1) / 2, (P + 1) / 2, P - 1<<24, P - 3, P - 2, P - 1,
}

func elems() *rapid.Generator[Elem] {
	return rapid.Custom(func(t *rapid.T) Elem {
		if rapid.Bool().Draw(t, "edge") {
			return New(rapid.SampledFrom(edges).Draw(t, "value"))
		}
		return New(rapid.Uint32Range(0, P-1).Draw(t, "value"))
	})
}

func bigOf(a Elem) *big.Int { return big.NewInt(int64(a.Uint32())) }

func sameBig(t interface{ Fatalf(string, ...any) }, op string, have Elem, want *big.Int) {
	want.Mod(want, bigP)
	if bigOf(have).Cmp(want) != 0 {
		t.Fatalf("%s: have %v, want %v", op, have, want)
	}
	if have >= P {
		t.Fatalf("%s: form %d is not reduced", op, uint32(have))
	}
}

func TestConstants(t *testing.T) {
	if !bigP.ProbablyPrime(20) {
		t.Error("p is not prime")
	}
	if P*pInv&(1<<32-1) != 1 {
		t.Errorf("p·pInv = %d mod 2³², want 1", uint64(P*pInv)&(1<<32-1))
	}
	if uint64(twoPSquared) >= P<<32 {
		t.Error("2p² does not fit one reduction")
	}
	if (P-1)>>TwoAdicity != 127 {
		t.Errorf("p − 1 = 2²⁴·%d, want 127", (P-1)>>TwoAdicity)
	}
	for _, q := range []uint64{2, 127} {
		if Generator.Exp((P-1)/q) == One {
			t.Errorf("3 is a power of degree %d: no generator", q)
		}
	}
}

func TestElemAgainstBig(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := elems().Draw(t, "a"), elems().Draw(t, "b")
		e := rapid.Uint64().Draw(t, "e")
		x, y := bigOf(a), bigOf(b)
		sameBig(t, "a+b", a.Add(b), new(big.Int).Add(x, y))
		sameBig(t, "a-b", a.Sub(b), new(big.Int).Sub(x, y))
		sameBig(t, "-a", a.Neg(), new(big.Int).Neg(x))
		sameBig(t, "2a", a.Double(), new(big.Int).Lsh(x, 1))
		sameBig(t, "ab", a.Mul(b), new(big.Int).Mul(x, y))
		sameBig(t, "a^e", a.Exp(e), new(big.Int).Exp(x, new(big.Int).SetUint64(e), bigP))
		if a != 0 && a.Mul(a.Inv()) != One {
			t.Fatalf("a·a⁻¹ = %v for a = %v", a.Mul(a.Inv()), a)
		}
	})
	if Zero.Inv() != Zero {
		t.Errorf("0⁻¹ = %v, want 0", Zero.Inv())
	}
}

func TestElemEdgePairs(t *testing.T) {
	for _, u := range edges {
		for _, v := range edges {
			a, b := New(u), New(v)
			x, y := bigOf(a), bigOf(b)
			sameBig(t, "a+b", a.Add(b), new(big.Int).Add(x, y))
			sameBig(t, "a-b", a.Sub(b), new(big.Int).Sub(x, y))
			sameBig(t, "ab", a.Mul(b), new(big.Int).Mul(x, y))
		}
	}
}

// TestReductionEdges tries redc where its halves are extreme: every high half
// near 0 and p, every low half near 0, the sign change and 2³².
func TestReductionEdges(t *testing.T) {
	inv := new(big.Int).ModInverse(big.NewInt(1<<32), bigP)
	near := func(c uint64, limit uint64) []uint64 {
		var s []uint64
		for d := range uint64(40) {
			for _, v := range []uint64{c + d, c - d} {
				if v < limit {
					s = append(s, v)
				}
			}
		}
		return s
	}
	los := append(append(near(0, 1<<32), near(1<<31, 1<<32)...), near(1<<32-1, 1<<32)...)
	for _, hi := range append(near(0, P), near(P-1, P)...) {
		for _, lo := range los {
			x := hi<<32 | lo
			want := new(big.Int).SetUint64(x)
			want.Mul(want, inv).Mod(want, bigP)
			if have := redc(x); int64(have) != want.Int64() {
				t.Fatalf("redc(%#x) = %d, want %v", x, have, want)
			}
		}
	}
}

func TestConversions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u, i := rapid.Uint64().Draw(t, "u"), rapid.Int64().Draw(t, "i")
		n := rapid.Int32().Draw(t, "n")
		sameBig(t, "uint64", FromUint64(u), new(big.Int).SetUint64(u))
		sameBig(t, "int64", FromInt64(i), big.NewInt(i))
		v := make(Vec, 1)
		v.SetInt32([]int32{n})
		sameBig(t, "int32", v[0], big.NewInt(int64(n)))
		c := rapid.Int32Range(-(P-1)/2, (P-1)/2).Draw(t, "c")
		if have := FromInt64(int64(c)).Centered(); have != c {
			t.Fatalf("centred: have %d, want %d", have, c)
		}
	})
	for _, i := range []int64{-1 << 63, 1<<63 - 1, -1, -P, P, -P - 1} {
		sameBig(t, "int64", FromInt64(i), big.NewInt(i))
	}
	v := make(Vec, 4)
	v.SetInt32([]int32{-1 << 31, 1<<31 - 1, -P, P - 1})
	for i, n := range []int64{-1 << 31, 1<<31 - 1, -P, P - 1} {
		sameBig(t, "int32", v[i], big.NewInt(n))
	}
}

func TestRootsOfUnity(t *testing.T) {
	for log := range TwoAdicity + 1 {
		w := RootOfUnity(log)
		if w.Exp(1<<log) != One {
			t.Errorf("root of order 2^%d: its 2^%d-th power is not 1", log, log)
		}
		if log > 0 && w.Exp(1<<(log-1)) != One.Neg() {
			t.Errorf("root of order 2^%d is of smaller order", log)
		}
		if log > 0 && w.Square() != RootOfUnity(log-1) {
			t.Errorf("root of order 2^%d squared is not the next", log)
		}
	}
}

// rng returns a generator and prints how to replay it.
func rng(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

func randElem(r *rand.Rand) Elem {
	if r.IntN(8) == 0 {
		return New(edges[r.IntN(len(edges))])
	}
	return New(r.Uint32N(P))
}

func randVec(r *rand.Rand, n int) Vec {
	v := make(Vec, n)
	for i := range v {
		v[i] = randElem(r)
	}
	return v
}

func randExt(r *rand.Rand) Ext { return Ext(randVec(r, Degree)) }

func randExtVec(r *rand.Rand, n int) ExtVec {
	v := NewExtVec(n)
	for i := range n {
		v.Set(i, randExt(r))
	}
	return v
}
