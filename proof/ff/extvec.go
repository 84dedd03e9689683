package ff

// ExtVec is a vector over E: slice i holds the coefficients of ωⁱ. All four
// have the same length.
type ExtVec [Degree]Vec

// NewExtVec returns a vector of n zeros, in one allocation.
func NewExtVec(n int) ExtVec {
	mem := make(Vec, Degree*n)
	var v ExtVec
	for i := range v {
		v[i] = mem[i*n : (i+1)*n : (i+1)*n]
	}
	return v
}

// Len is the number of elements.
func (v ExtVec) Len() int { return len(v[0]) }

// At returns element i.
func (v ExtVec) At(i int) Ext { return Ext{v[0][i], v[1][i], v[2][i], v[3][i]} }

// Set makes a element i.
func (v ExtVec) Set(i int, a Ext) {
	v[0][i], v[1][i], v[2][i], v[3][i] = a[0], a[1], a[2], a[3]
}

// Slice returns the elements [from, to), sharing memory.
func (v ExtVec) Slice(from, to int) ExtVec {
	for i := range v {
		v[i] = v[i][from:to]
	}
	return v
}

// Copy copies a into v; the lengths must agree.
func (v ExtVec) Copy(a ExtVec) {
	sameLen(v.Len(), a.Len())
	for i := range v {
		copy(v[i], a[i])
	}
}

// Clear sets all elements to 0.
func (v ExtVec) Clear() {
	for i := range v {
		clear(v[i])
	}
}

// Fill sets all elements to c.
func (v ExtVec) Fill(c Ext) {
	for i := range v {
		v[i].Fill(c[i])
	}
}

// Add sets v = a + b.
func (v ExtVec) Add(a, b ExtVec) {
	for i := range v {
		v[i].Add(a[i], b[i])
	}
}

// Sub sets v = a − b.
func (v ExtVec) Sub(a, b ExtVec) {
	for i := range v {
		v[i].Sub(a[i], b[i])
	}
}

// Mul sets v = a·b, element by element.
func (v ExtVec) Mul(a, b ExtVec) {
	sameLen(v.Len(), a.Len(), b.Len())
	mulExt(v, a, b)
}

// MulAdd sets v = v + a·b, element by element.
func (v ExtVec) MulAdd(a, b ExtVec) {
	sameLen(v.Len(), a.Len(), b.Len())
	mulAddExt(v, a, b)
}

// MulVec sets v = a·b for b over F, element by element.
func (v ExtVec) MulVec(a ExtVec, b Vec) {
	for i := range v {
		v[i].Mul(a[i], b)
	}
}

// Scale sets v = c·a.
func (v ExtVec) Scale(c Ext, a ExtVec) {
	sameLen(v.Len(), a.Len())
	scaleExt(v, c, a)
}

// ScaleVec sets v = c·a for a over F.
func (v ExtVec) ScaleVec(c Ext, a Vec) {
	for i := range v {
		v[i].Scale(c[i], a)
	}
}

// Axpy sets v = v + c·a.
func (v ExtVec) Axpy(c Ext, a ExtVec) {
	sameLen(v.Len(), a.Len())
	axpyExt(v, c, a)
}

// AxpyVec sets v = v + c·a for a over F: one row of a fold.
func (v ExtVec) AxpyVec(c Ext, a Vec) {
	for i := range v {
		v[i].Axpy(c[i], a)
	}
}

// FoldRows adds Σᵢ c[i]·rows[i] to v, rows over F and as long as v.
func (v ExtVec) FoldRows(c ExtVec, rows []Vec) {
	sameLen(c.Len(), len(rows))
	for _, row := range rows {
		sameLen(v.Len(), len(row))
	}
	foldRows(v, c, rows)
}

// Inner returns Σ v[i]·a[i].
func (v ExtVec) Inner(a ExtVec) Ext {
	sameLen(v.Len(), a.Len())
	return innerExt(v, a)
}

// InnerVec returns Σ v[i]·a[i] for a over F.
func (v ExtVec) InnerVec(a Vec) Ext {
	var s Ext
	for i := range v {
		s[i] = v[i].Inner(a)
	}
	return s
}

// InnerInt32 returns Σ v[i]·x[i] for integers x.
func (v ExtVec) InnerInt32(x []int32) Ext {
	a := make(Vec, len(x))
	a.SetInt32(x)
	return v.InnerVec(a)
}

// Sum returns Σ v[i].
func (v ExtVec) Sum() Ext { return Ext{v[0].Sum(), v[1].Sum(), v[2].Sum(), v[3].Sum()} }

// Fold binds the top variable of a to r, a of even length 2n:
//
//	v(x) = a(0, x) + r·(a(1, x) − a(0, x)),  v[i] = a[i] + r·(a[n+i] − a[i])
//
// v of length n may be the lower half of a.
func (v ExtVec) Fold(r Ext, a ExtVec) {
	n := v.Len()
	sameLen(a.Len(), 2*n)
	foldExt(v, r, a.Slice(0, n), a.Slice(n, 2*n))
}

// BatchInvert sets v[i] = a[i]⁻¹, zeros staying zero. v must not be a.
func (v ExtVec) BatchInvert(a ExtVec) {
	sameLen(v.Len(), a.Len())
	run := ExtOne
	for i := range a.Len() {
		v.Set(i, run)
		if x := a.At(i); !x.IsZero() {
			run = run.Mul(x)
		}
	}
	inv := run.Inv()
	for i := a.Len() - 1; i >= 0; i-- {
		x := a.At(i)
		if x.IsZero() {
			v.Set(i, Ext{})
			continue
		}
		v.Set(i, v.At(i).Mul(inv))
		inv = inv.Mul(x)
	}
}

// Powers sets v[i] = c·xⁱ.
func (v ExtVec) Powers(c, x Ext) {
	n := min(v.Len(), 16)
	for i := range n {
		v.Set(i, c)
		c = c.Mul(x)
	}
	for step := x.Exp(uint64(n)); n < v.Len(); n, step = 2*n, step.Square() {
		to := min(2*n, v.Len())
		v.Slice(n, to).Scale(step, v.Slice(0, to-n))
	}
}
