//go:build unix

package ff

import (
	"math"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"
)

// onPath runs f with the kernels lowered to p.
func onPath(p path, f func()) {
	defer func(was path) { inUse = was }(inUse)
	inUse = p
	f()
}

// edgeVec is a random vector, of which one in two has runs of the extreme forms 0
// and p − 1.
func edgeVec(r *rand.Rand, n int) Vec {
	v := randVec(r, n)
	if r.IntN(2) == 0 {
		return v
	}
	for i := range v {
		if form := r.IntN(4); form < 3 {
			v[i] = []Elem{0, P - 1, P - 1}[form]
		}
	}
	return v
}

// results runs every kernel once on inputs drawn from seed and returns all they
// wrote, with the memory after each vector, which they must leave alone.
func results(t *testing.T, seed uint64, n int) []Vec {
	const guard = 32
	r := rng(t, seed)
	var out []Vec
	vec := func() Vec { // n elements with a guard behind them
		v := edgeVec(r, n+guard)
		out = append(out, v)
		return v[:n]
	}
	extVec := func() ExtVec { return ExtVec{vec(), vec(), vec(), vec()} }
	note := func(e ...Elem) { out = append(out, e) }
	a, b, c := vec(), vec(), randElem(r)
	for _, f := range []func(Vec){
		func(v Vec) { v.Add(a, b) }, func(v Vec) { v.Sub(a, b) }, func(v Vec) { v.Mul(a, b) },
		func(v Vec) { v.Scale(c, a) }, func(v Vec) { v.Axpy(c, a) },
		func(v Vec) { v.Add(v, a) }, func(v Vec) { v.Sub(a, v) }, func(v Vec) { v.Mul(v, v) },
	} {
		f(vec())
	}
	note(a.Inner(b))
	x, y, e := extVec(), extVec(), randExt(r)
	top := Ext{P - 1, P - 1, P - 1, P - 1}
	for _, f := range []func(ExtVec){
		func(v ExtVec) { v.Mul(x, y) }, func(v ExtVec) { v.MulAdd(x, y) },
		func(v ExtVec) { v.Scale(e, x) }, func(v ExtVec) { v.Axpy(e, x) },
		func(v ExtVec) { v.Mul(v, x) }, func(v ExtVec) { v.Mul(v, v) },
		func(v ExtVec) { v.Mul(x, v) }, func(v ExtVec) { v.MulAdd(v, x) },
		func(v ExtVec) { v.MulAdd(v, v) }, func(v ExtVec) { v.Scale(e, v) },
		func(v ExtVec) { v.Axpy(e, v) },
		func(v ExtVec) { v.Scale(top, x) }, func(v ExtVec) { foldExt(v, top, x, y) },
		func(v ExtVec) { foldExt(v, e, x, y) }, func(v ExtVec) { foldExt(v, e, v, y) },
	} {
		f(extVec())
	}
	inner := x.Inner(y)
	note(inner[:]...)
	rows := make([]Vec, r.IntN(40))
	for i := range rows {
		rows[i] = edgeVec(r, n)
	}
	coeffs := randExtVec(r, len(rows))
	for k := range coeffs {
		copy(coeffs[k], edgeVec(r, len(rows)))
	}
	extVec().FoldRows(coeffs, rows)
	at := func(int, int) int8 { return int8(r.IntN(256) - 128) }
	m := NewInt8MatrixFunc(1+r.IntN(70), n, at)
	m.Bind(extVec(), randExtVec(r, m.Rows()))
	for j := range min(m.Rows(), 5) {
		m.Row(vec(), j, 0)
	}
	ints := make([]int32, n)
	for i := range ints {
		ints[i] = []int32{math.MinInt32, math.MaxInt32, -1, 0, -P, P, int32(r.Uint32())}[r.IntN(7)]
	}
	vec().SetInt32(ints)
	return out
}

func TestPathsAgree(t *testing.T) {
	if detect() == portable {
		t.Skip("this machine has the portable path only")
	}
	for n := range 80 {
		lengths = append(lengths, n)
	}
	for i, n := range append(lengths, 1024, 1030, 2500, 4096) {
		var have, want []Vec
		onPath(portable, func() { want = results(t, uint64(i), n) })
		for p := portable + 1; p <= detect(); p++ {
			onPath(p, func() { have = results(t, uint64(i), n) })
			for k := range want {
				if !slices.Equal(have[k], want[k]) {
					t.Fatalf("%v and portable differ for length %d, seed %d, result %d", p, n, i, k)
				}
			}
		}
	}
}

func TestTransformPathsAgree(t *testing.T) {
	r := rng(t, 21)
	for log := range 18 {
		d := NewDomain(log)
		a := randVec(r, d.Len())
		for p := portable + 1; p <= detect(); p++ {
			v, w := slices.Clone(a), slices.Clone(a)
			onPath(portable, func() { d.CosetForward(New(3), w) })
			onPath(p, func() { d.CosetForward(New(3), v) })
			if !slices.Equal(v, w) {
				t.Fatalf("2^%d: forward transforms differ on %v", log, p)
			}
			onPath(p, func() { d.Inverse(v) })
			onPath(portable, func() { d.Inverse(w) })
			if !slices.Equal(v, w) {
				t.Fatalf("2^%d: inverse transforms differ on %v", log, p)
			}
		}
	}
}

// TestLowerPaths runs tests that compare with definitions on the paths the
// machine would not choose, too.
func TestLowerPaths(t *testing.T) {
	for p := portable; p < detect(); p++ {
		onPath(p, func() {
			for _, c := range []struct {
				name string
				test func(*testing.T)
			}{
				{"vectors", TestVecAgainstScalar}, {"vectors over E", TestExtVecAgainstScalar},
				{"integers", TestSetInt32}, {"sums of powers", TestPowerSums},
				{"folds", TestFold}, {"rows", TestFoldRows}, {"extremes", TestExtremeForms},
				{"transforms", TestTransformsAgainstEvaluation}, {"bind", TestBind},
				{"extreme binds", TestBindExtremes}, {"rows of bytes", TestRow},
			} {
				t.Run(p.String()+" "+c.name, c.test)
			}
		})
	}
}

// cpuTime is what this process has used, so that other work on the machine
// does not count.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkKernels prints CPU ns per element on each path. Floor, where it can be
// counted: bytes moved and products of 32 bits (the multiplier makes 8 a cycle in
// one 512-bit instruction).
//
//	Add, Sub        12 bytes
//	Mul             12 bytes, 3 products (one, and two for the reduction)
//	ExtMul          48 bytes, 24 products (16, and two for each of 4 reductions)
//	FoldRows        4 bytes and 4 products a row
//	Encode n        3/8·log₂ n twiddle products and 1/8·log₂ n by i, each 3
//	Bind            1 byte and 16 eight-bit products (64 a cycle) a weight
func BenchmarkKernels(b *testing.B) {
	const n = 4096 // E-vectors of 64 KiB stay in the second cache
	r := rng(b, 30)
	x, y, z := randVec(r, n), randVec(r, n), make(Vec, n)
	s, u, v, e := randExtVec(r, n), randExtVec(r, n), NewExtVec(n), randExt(r)
	rows := make([]Vec, 128)
	for i := range rows {
		rows[i] = randVec(r, n)
	}
	coeffs := randExtVec(r, len(rows))
	big := NewInt8MatrixFunc(1024, 1024, func(j, k int) int8 { return int8(j*k + j) })
	few := NewInt8MatrixFunc(32, 32*1024, func(j, k int) int8 { return int8(j*k + j) })
	eq, bound, wide := randExtVec(r, 1024), NewExtVec(1024), NewExtVec(32*1024)
	ints := make([]int32, n)
	for i := range ints {
		ints[i] = int32(r.IntN(255)) - 127
	}
	type kernel struct {
		name  string
		elems int
		f     func()
	}
	kernels := []kernel{
		{"Add", n, func() { z.Add(x, y) }},
		{"Mul", n, func() { z.Mul(x, y) }},
		{"Scale", n, func() { z.Scale(e[0], x) }},
		{"Inner", n, func() { x.Inner(y) }},
		{"SetInt32", n, func() { z.SetInt32(ints) }},
		{"ExtMul", n, func() { v.Mul(s, u) }},
		{"ExtMulAdd", n, func() { v.MulAdd(s, u) }},
		{"ExtScale", n, func() { v.Scale(e, s) }},
		{"ExtFold", n / 2, func() { v.Slice(0, n/2).Fold(e, s) }},
		{"ExtInner", n, func() { s.Inner(u) }},
		{"ExtAxpyVec", n, func() { v.AxpyVec(e, x) }},
		{"FoldRows128", n * len(rows), func() { v.FoldRows(coeffs, rows) }},
		{"Row", 1024, func() { big.Row(z[:1024], 5, 0) }},
		{"Bind1024x1024", 1 << 20, func() { big.Bind(bound, eq) }},
		{"Bind32x32768", 1 << 20, func() { few.Bind(wide, eq.Slice(0, 32)) }},
	}
	for _, log := range []int{10, 12, 13, 14, 17} {
		d := NewDomain(log)
		code := make(Vec, d.Len())
		msg := randVec(r, d.Len()/4)
		kernels = append(kernels, kernel{
			"Encode" + string(rune('0'+log/10)) + string(rune('0'+log%10)), d.Len(),
			func() { d.Encode(code, Generator, msg) },
		})
	}
	for _, k := range kernels {
		for p := portable; p <= detect(); p++ {
			b.Run(k.name+"/"+p.String(), func(b *testing.B) {
				before := cpuTime()
				onPath(p, func() {
					for b.Loop() {
						k.f()
					}
				})
				spent := cpuTime() - before
				perElem := float64(spent.Nanoseconds()) / float64(b.N) / float64(k.elems)
				b.ReportMetric(perElem, "ns/elem")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}
