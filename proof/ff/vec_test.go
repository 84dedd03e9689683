package ff

import (
	"errors"
	"slices"
	"testing"
)

// lengths cover empty vectors, tails of every machine width and several blocks.
var lengths = []int{0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 47, 63, 64, 65, 100, 255, 1000}

func (v Vec) equals(t *testing.T, what string, want func(i int) Elem) {
	t.Helper()
	for i := range v {
		if w := want(i); v[i] != w {
			t.Fatalf("%s, length %d, element %d: have %v, want %v", what, len(v), i, v[i], w)
		}
	}
}

func (v ExtVec) equals(t *testing.T, what string, want func(i int) Ext) {
	t.Helper()
	for i := range v.Len() {
		if w := want(i); v.At(i) != w {
			t.Fatalf("%s, length %d, element %d: have %v, want %v", what, v.Len(), i, v.At(i), w)
		}
	}
}

func TestVecAgainstScalar(t *testing.T) {
	r := rng(t, 3)
	for _, n := range lengths {
		a, b, c := randVec(r, n), randVec(r, n), randElem(r)
		v := make(Vec, n)
		v.Add(a, b)
		v.equals(t, "a+b", func(i int) Elem { return a[i].Add(b[i]) })
		v.Sub(a, b)
		v.equals(t, "a-b", func(i int) Elem { return a[i].Sub(b[i]) })
		v.Mul(a, b)
		v.equals(t, "ab", func(i int) Elem { return a[i].Mul(b[i]) })
		v.Scale(c, a)
		v.equals(t, "ca", func(i int) Elem { return a[i].Mul(c) })
		copy(v, b)
		v.Axpy(c, a)
		v.equals(t, "b+ca", func(i int) Elem { return a[i].Mul(c).Add(b[i]) })
		v.BatchInvert(a)
		v.equals(t, "1/a", func(i int) Elem { return a[i].Inv() })
		v.Powers(c, b.first())
		v.equals(t, "powers", func(i int) Elem { return c.Mul(b.first().Exp(uint64(i))) })
		var sum, inner Elem
		for i := range a {
			sum, inner = sum.Add(a[i]), inner.Add(a[i].Mul(b[i]))
		}
		if a.Sum() != sum || a.Inner(b) != inner {
			t.Fatalf("length %d: sum %v, want %v; inner %v, want %v",
				n, a.Sum(), sum, a.Inner(b), inner)
		}
	}
}

func TestSetInt32(t *testing.T) {
	r := rng(t, 19)
	for _, n := range lengths {
		x, v := make([]int32, n), make(Vec, n)
		for i := range x {
			x[i] = int32(r.Uint32())
			switch r.IntN(4) {
			case 0:
				x[i] >>= r.IntN(31)
			case 1:
				x[i] = [...]int32{-1 << 31, 1<<31 - 1, 0, -1, P - 1, -P, 1 - P, -P - 1}[r.IntN(8)]
			}
		}
		v.SetInt32(x)
		v.equals(t, "integers", func(i int) Elem { return FromInt64(int64(x[i])) })
	}
}

func (v Vec) first() Elem {
	if len(v) == 0 {
		return One
	}
	return v[0]
}

func TestExtVecAgainstScalar(t *testing.T) {
	r := rng(t, 4)
	for _, n := range lengths {
		a, b, c, f := randExtVec(r, n), randExtVec(r, n), randExt(r), randVec(r, n)
		e := randExt(r)
		v := NewExtVec(n)
		v.Add(a, b)
		v.equals(t, "a+b", func(i int) Ext { return a.At(i).Add(b.At(i)) })
		v.Sub(a, b)
		v.equals(t, "a-b", func(i int) Ext { return a.At(i).Sub(b.At(i)) })
		v.Mul(a, b)
		v.equals(t, "ab", func(i int) Ext { return a.At(i).Mul(b.At(i)) })
		v.Copy(b)
		v.MulAdd(a, b)
		v.equals(t, "b+ab", func(i int) Ext { return b.At(i).Add(a.At(i).Mul(b.At(i))) })
		v.Copy(a)
		v.Mul(v, v)
		v.equals(t, "a² in place", func(i int) Ext { return a.At(i).Square() })
		v.MulVec(a, f)
		v.equals(t, "af", func(i int) Ext { return a.At(i).MulElem(f[i]) })
		v.Scale(c, a)
		v.equals(t, "ca", func(i int) Ext { return a.At(i).Mul(c) })
		v.ScaleVec(c, f)
		v.equals(t, "cf", func(i int) Ext { return c.MulElem(f[i]) })
		v.Copy(b)
		v.Axpy(c, a)
		v.equals(t, "b+ca", func(i int) Ext { return b.At(i).Add(a.At(i).Mul(c)) })
		v.Copy(b)
		v.AxpyVec(c, f)
		v.equals(t, "b+cf", func(i int) Ext { return b.At(i).Add(c.MulElem(f[i])) })
		v.Powers(c, e)
		v.equals(t, "powers", func(i int) Ext { return c.Mul(e.Exp(uint64(i))) })
		v.BatchInvert(a)
		v.equals(t, "1/a", func(i int) Ext { return a.At(i).Inv() })
		var sum, inner, mixed Ext
		for i := range n {
			sum, inner = sum.Add(a.At(i)), inner.Add(a.At(i).Mul(b.At(i)))
			mixed = mixed.Add(a.At(i).MulElem(f[i]))
		}
		if a.Sum() != sum || a.Inner(b) != inner || a.InnerVec(f) != mixed {
			t.Fatalf("length %d: sums differ from the scalar ones", n)
		}
	}
}

func TestFold(t *testing.T) {
	r := rng(t, 5)
	for _, n := range lengths {
		a, x := randExtVec(r, 2*n), randExt(r)
		v := NewExtVec(n)
		want := func(i int) Ext { return a.At(i).Add(x.Mul(a.At(n + i).Sub(a.At(i)))) }
		v.Fold(x, a)
		v.equals(t, "fold", want)
		same := NewExtVec(2 * n)
		same.Copy(a)
		same.Slice(0, n).Fold(x, same)
		same.Slice(0, n).equals(t, "fold in place", want)
	}
}

func TestFoldRows(t *testing.T) {
	r := rng(t, 6)
	for _, n := range lengths {
		for _, m := range []int{0, 1, 2, 3, 4, 5, 8, 33} {
			rows := make([]Vec, m)
			for i := range rows {
				rows[i] = randVec(r, n)
			}
			c, v := randExtVec(r, m), randExtVec(r, n)
			want := NewExtVec(n)
			want.Copy(v)
			for i, row := range rows {
				want.AxpyVec(c.At(i), row)
			}
			v.FoldRows(c, rows)
			v.equals(t, "fold of rows", want.At)
		}
	}
}

func TestFill(t *testing.T) {
	r := rng(t, 8)
	for n := range 200 {
		v, c := randExtVec(r, n+1), randExt(r)
		end := v.At(n)
		v.Slice(0, n).Fill(c)
		v.Slice(0, n).equals(t, "constant", func(int) Ext { return c })
		if v.At(n) != end {
			t.Fatalf("a fill of %d elements writes behind them", n)
		}
	}
}

// TestExtremeForms feeds the largest forms p − 1 to the lazy sums.
func TestExtremeForms(t *testing.T) {
	const n = 300
	top := Elem(P - 1)
	f, a := make(Vec, n), NewExtVec(n)
	for i := range n {
		f[i] = top
		a.Set(i, Ext{top, top, top, top})
	}
	var inner Elem
	var innerE Ext
	for i := range n {
		inner, innerE = inner.Add(f[i].Mul(f[i])), innerE.Add(a.At(i).Mul(a.At(i)))
	}
	if f.Inner(f) != inner || a.Inner(a) != innerE {
		t.Error("inner products of extreme forms differ from the scalar ones")
	}
	v := NewExtVec(n)
	v.Mul(a, a)
	v.equals(t, "ab", func(i int) Ext { return a.At(i).Square() })
	want := NewExtVec(n)
	rows := slices.Repeat([]Vec{f}, 9)
	for range rows {
		want.AxpyVec(a.At(0), f)
	}
	v.Clear()
	v.FoldRows(a.Slice(0, 9), rows)
	v.equals(t, "fold of rows", want.At)
}

func TestLengthsMustAgree(t *testing.T) {
	for name, call := range map[string]func(){
		"Add":      func() { make(Vec, 2).Add(make(Vec, 3), make(Vec, 2)) },
		"Inner":    func() { make(Vec, 2).Inner(make(Vec, 3)) },
		"Mul":      func() { NewExtVec(2).Mul(NewExtVec(2), NewExtVec(1)) },
		"Fold":     func() { NewExtVec(2).Fold(ExtOne, NewExtVec(3)) },
		"FoldRows": func() { NewExtVec(2).FoldRows(NewExtVec(1), []Vec{make(Vec, 1)}) },
		"Forward":  func() { NewDomain(3).Forward(make(Vec, 7)) },
		"Encode":   func() { NewDomain(3).Encode(make(Vec, 8), One, make(Vec, 9)) },
		"Domain":   func() { NewDomain(25) },
		"Bind": func() {
			NewInt8Matrix(1, 2, make([]int8, 2)).Bind(NewExtVec(1), NewExtVec(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("no panic for lengths that differ")
				}
			}()
			call()
		})
	}
}

func TestCodec(t *testing.T) {
	r := rng(t, 7)
	for range 1000 {
		a, v := randExt(r), randVec(r, r.IntN(9))
		b := AppendExt(nil, a)
		if back, err := DecodeExt(b); err != nil || back != a {
			t.Fatalf("%v came back as %v: %v", a, back, err)
		}
		back := make(Vec, len(v))
		if err := DecodeVec(back, appendVec(nil, v)); err != nil || !slices.Equal(back, v) {
			t.Fatalf("%v came back as %v: %v", v, back, err)
		}
		if _, err := DecodeExt(b[:len(b)-1]); !errors.Is(err, ErrShort) {
			t.Fatalf("fifteen bytes of an extension element: %v", err)
		}
	}
	for v := uint64(P) - 40; v < P+40; v++ {
		_, err := DecodeElem([]byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
		if (err == nil) != (v < P) {
			t.Errorf("value p%+d: %v", int64(v)-P, err)
		}
	}
	if _, err := DecodeElem([]byte{255, 255, 255, 255}); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("2³²−1: %v", err)
	}
	bad := append(AppendElem(nil, One), 1, 0, 0, 0x7f)
	if err := DecodeVec(make(Vec, 2), bad); !errors.Is(err, ErrNotCanonical) {
		t.Errorf("p in second place: %v", err)
	}
	if err := DecodeVec(make(Vec, 3), bad); !errors.Is(err, ErrShort) {
		t.Errorf("two elements for three: %v", err)
	}
}

func appendVec(dst []byte, v Vec) []byte {
	for _, c := range v {
		dst = AppendElem(dst, c)
	}
	return dst
}

// TestGoldenEncoding fixes bytes that another implementation can check.
func TestGoldenEncoding(t *testing.T) {
	a := Ext{New(1), New(2), New(P - 1), New(1 << 24)}
	// In F[ω]/(ω⁴−3): a² computed by hand modulo p.
	// c₀ = 1 + 3(2·2·2²⁴ + 1), c₁ = 4 − 3·2·2²⁴, c₂ = −2 + 4 + 3·2⁴⁸, c₃ = 2·2²⁴ − 4
	want := Ext{
		FromUint64(1 + 3*(4<<24+1)), FromInt64(4 - 6<<24),
		FromUint64(2 + 3<<48), FromUint64(2<<24 - 4),
	}
	if a.Square() != want {
		t.Errorf("square of %v is %v, want %v", a, a.Square(), want)
	}
	bytes := []byte{1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0x7f, 0, 0, 0, 1}
	if have := AppendExt(nil, a); !slices.Equal(have, bytes) {
		t.Errorf("%v encodes as %x, want %x", a, have, bytes)
	}
}

func FuzzDecodeVec(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0x7f, 0, 0, 0, 0x7f})
	f.Fuzz(func(t *testing.T, b []byte) {
		v := make(Vec, len(b)/ElemBytes)
		if err := DecodeVec(v, b); err == nil {
			if !slices.Equal(appendVec(nil, v), b[:len(v)*ElemBytes]) {
				t.Fatalf("% x is not the encoding of what it decodes to", b)
			}
		}
	})
}
