package ff

import (
	"slices"
	"testing"
)

func TestTransformsAgainstEvaluation(t *testing.T) {
	r := rng(t, 8)
	for log := 0; log <= 9; log++ {
		d := NewDomain(log)
		g := randElem(r)
		if g == 0 {
			g = Generator
		}
		a := randVec(r, d.Len())
		v := slices.Clone(a)
		d.Forward(v)
		v.equals(t, "values", func(j int) Elem { return a.Eval(d.Point(One, j)) })
		d.Inverse(v)
		v.equals(t, "coefficients", func(j int) Elem { return a[j] })
		d.CosetForward(g, v)
		v.equals(t, "values on a coset", func(j int) Elem { return a.Eval(d.Point(g, j)) })
		d.CosetInverse(g, v)
		v.equals(t, "coefficients from a coset", func(j int) Elem { return a[j] })
		for _, k := range []int{0, 1, d.Len() / 3, d.Len()} {
			d.Encode(v, g, a[:k])
			v.equals(t, "codeword", func(j int) Elem { return a[:k].Eval(d.Point(g, j)) })
		}
	}
}

// TestLargeTransform checks a size that needs many passes at some points.
func TestLargeTransform(t *testing.T) {
	r := rng(t, 9)
	for _, log := range []int{12, 13, 16, 17} {
		d := NewDomain(log)
		a, g := randVec(r, d.Len()/4+3), New(7)
		v := make(Vec, d.Len())
		d.Encode(v, g, a)
		for range 8 {
			j := r.IntN(d.Len())
			if want := a.Eval(d.Point(g, j)); v[j] != want {
				t.Fatalf("2^%d, value %d: have %v, want %v", log, j, v[j], want)
			}
		}
		d.CosetInverse(g, v)
		v.equals(t, "coefficients", func(i int) Elem {
			if i < len(a) {
				return a[i]
			}
			return 0
		})
	}
}

func TestTransformsOverE(t *testing.T) {
	r := rng(t, 10)
	d := NewDomain(6)
	a := randExtVec(r, 64)
	v := NewExtVec(64)
	v.Copy(a)
	d.ForwardExt(v)
	v.equals(t, "values", func(j int) Ext { return a.Eval(d.Point(One, j)) })
	d.InverseExt(v)
	v.equals(t, "coefficients", a.At)
	d.EncodeExt(v, New(5), a.Slice(0, 40))
	v.equals(t, "codeword", func(j int) Ext { return a.Slice(0, 40).Eval(d.Point(New(5), j)) })
}

func TestEvaluation(t *testing.T) {
	r := rng(t, 11)
	for _, n := range []int{0, 1, 5, 40} {
		a, f, x, s := randExtVec(r, n), randVec(r, n), randExt(r), randElem(r)
		var atX, fAtX, atS Ext
		for i := range n {
			atX = atX.Add(a.At(i).Mul(x.Exp(uint64(i))))
			fAtX = fAtX.Add(x.Exp(uint64(i)).MulElem(f[i]))
			atS = atS.Add(a.At(i).MulElem(s.Exp(uint64(i))))
		}
		if a.EvalExt(x) != atX || f.EvalExt(x) != fAtX || a.Eval(s) != atS {
			t.Errorf("%d coefficients: evaluations differ from the sums of powers", n)
		}
		if f.EvalExt(Embed(s)) != Embed(f.Eval(s)) {
			t.Errorf("%d coefficients: evaluation in F differs from that in E", n)
		}
	}
}

func TestEqTables(t *testing.T) {
	r := rng(t, 14)
	for n := range 8 {
		point, c := make([]Ext, n), randExt(r)
		for i := range point {
			point[i] = randExt(r)
		}
		v := Eq(point, c)
		v.equals(t, "eq", func(i int) Ext {
			want := c // Π (aᵢbᵢ + (1−aᵢ)(1−bᵢ)) for the bits b of i, the top bit first
			for k, a := range point {
				b := Embed(New(uint32(i >> (n - 1 - k) & 1)))
				both := a.Mul(b)
				want = want.Mul(both.Add(ExtOne.Sub(a).Sub(b).Add(both)))
			}
			if EqIndex(point, i).Mul(c) != want {
				t.Fatalf("EqIndex(%d) differs from the product over the bits", i)
			}
			return want
		})
		for k := 1; k <= 1<<n; k += 1 + k/3 {
			EqFirst(point, c, k).equals(t, "first entries", v.At)
		}
		if v.Sum() != c {
			t.Errorf("Σ eq = %v, want %v", v.Sum(), c)
		}
	}
}

func TestMultilinear(t *testing.T) {
	r := rng(t, 15)
	for n := range 8 {
		point := make([]Ext, n)
		for i := range point {
			point[i] = randExt(r)
		}
		f, a := randVec(r, 1<<n), randExtVec(r, 1<<n)
		fold := NewExtVec(1 << n)
		fold.Copy(a)
		for k, x := range point { // binding variable by variable gives the same
			size := 1 << (n - 1 - k)
			fold.Slice(0, size).Fold(x, fold.Slice(0, 2*size))
		}
		if have := a.Multilinear(point); have != fold.At(0) {
			t.Errorf("n = %d: have %v, folding gives %v", n, have, fold.At(0))
		}
		short := f[:(1<<n+1)/2]
		if short.Multilinear(point) != padded(short, 1<<n).Multilinear(point) {
			t.Errorf("n = %d: a short table differs from the zero-extended one", n)
		}
	}
}

func padded(v Vec, n int) Vec { return append(slices.Clone(v), make(Vec, n-len(v))...) }

func TestBind(t *testing.T) {
	r := rng(t, 16)
	for _, c := range []struct{ rows, cols int }{
		{0, 5}, {1, 1}, {1, 16}, {3, 17}, {4, 16}, {5, 33}, {28, 784}, {64, 100}, {7, 15},
		{130, 64},
	} {
		w := make([]int8, c.rows*c.cols)
		for i := range w {
			w[i] = int8(r.IntN(256) - 128)
		}
		m := NewInt8Matrix(c.rows, c.cols, w)
		eq, have, want := randExtVec(r, c.rows), NewExtVec(c.cols), NewExtVec(c.cols)
		for j := range c.rows {
			for k := range c.cols {
				if m.At(j, k) != w[j*c.cols+k] {
					t.Fatalf("W[%d,%d] came back as %d", j, k, m.At(j, k))
				}
				x := eq.At(j).MulElem(FromInt64(int64(w[j*c.cols+k])))
				want.Set(k, want.At(k).Add(x))
			}
		}
		m.Bind(have, eq)
		have.equals(t, "bind", want.At)
	}
}

// TestBindExtremes drives the 32-bit sums to their limits.
func TestBindExtremes(t *testing.T) {
	const rows = maxBindRows
	for _, weight := range []int8{-128, 127} {
		for _, e := range []Elem{P - 1, 0x7f7f7f7f % P, 0x00808080, 0x7e808080, 0x7e7f7f7f} {
			m := NewInt8MatrixFunc(rows, 1, func(int, int) int8 { return weight })
			eq := NewExtVec(rows)
			for j := range rows {
				eq.Set(j, Ext{e, e, e, e})
			}
			have := NewExtVec(1)
			m.Bind(have, eq)
			want := e.Mul(FromInt64(int64(weight) * rows))
			if have.At(0) != (Ext{want, want, want, want}) {
				t.Errorf("weight %d, form %#x: have %v, want %v",
					weight, uint32(e), have.At(0), want)
			}
		}
	}
}

func TestBalancedBytes(t *testing.T) {
	r := rng(t, 17)
	for range 100000 {
		e := randElem(r)
		d := balancedBytes(e)
		sum := int64(d[0]) + int64(d[1])<<8 + int64(d[2])<<16 + int64(d[3])<<24
		if sum != int64(e) {
			t.Fatalf("digits %v of %d sum to %d", d, uint32(e), sum)
		}
	}
}

func TestPowerSums(t *testing.T) {
	r := rng(t, 18)
	for _, log := range []int{0, 1, 2, 5, 7, 8, 9, 12} {
		d := NewDomain(log)
		for j := range min(d.Len(), 300) {
			if have, want := d.power(j), d.root.Exp(uint64(j)); have != want {
				t.Fatalf("2^%d: w^%d = %v, want %v", log, j, have, want)
			}
		}
		count := min(d.Len(), 9)
		indices, dense := make([]int, count), make(Vec, d.Len())
		weights := randVec(r, count)
		for q := range indices {
			indices[q] = r.IntN(d.Len()) // repetitions add up
			dense[indices[q]] = dense[indices[q]].Add(weights[q])
		}
		d.Forward(dense)
		for _, k := range []int{1, d.Len()/3 + 1, d.Len()} {
			v := make(Vec, k)
			d.PowerSums(v, indices, weights)
			v.equals(t, "power sums", func(i int) Elem { return dense[i] })
		}
	}
}
