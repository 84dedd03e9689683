package ff

// The AVX2 kernels do whole vectors of eight; the portable ones do what is left.

//go:noescape
func addAVX2(v, a, b *Elem, n int)

//go:noescape
func subAVX2(v, a, b *Elem, n int)

//go:noescape
func mulAVX2(v, a, b *Elem, n int)

//go:noescape
func scaleAVX2(v, a *Elem, c Elem, n int)

//go:noescape
func axpyAVX2(v, a *Elem, c Elem, n int)

//go:noescape
func setInt32AVX2(v *Elem, x *int32, n int)

//go:noescape
func innerAVX2(halves *[8]uint64, a, b *Elem, n int)

//go:noescape
func mulExtAVX2(v, a, b *ExtVec, n int)

//go:noescape
func mulAddExtAVX2(v, a, b *ExtVec, n int)

//go:noescape
func scaleExtAVX2(v, a *ExtVec, c *Ext, n int)

//go:noescape
func axpyExtAVX2(v, a *ExtVec, c *Ext, n int)

//go:noescape
func foldExtAVX2(v *ExtVec, r *Ext, lo, hi *ExtVec, n int)

//go:noescape
func innerExtAVX2(sums *[Degree][4]uint64, a, b *ExtVec, n int)

//go:noescape
func radix4AVX2(y, x *Elem, quarter int, imag Elem, pow *Elem, s int)

//go:noescape
func radix4FirstAVX2(y, x *Elem, quarter int, imag Elem, w *[3]Vec)

//go:noescape
func radix4SecondAVX2(y, x *Elem, quarter int, imag Elem, w *[3]Vec)

//go:noescape
func spreadAVX2(x, a *Elem, n int, tw *firstTwiddles)

//go:noescape
func foldRowsAVX2(v, c *ExtVec, rows *Vec, count, from, n int)

//go:noescape
func int8RowAVX2(dst *Elem, data *byte, shift, stride, blocks int)

// lanes8 is how many of n elements fill whole vectors of eight.
func lanes8(n int) int { return n &^ 7 }

func add2(v, a, b Vec) {
	n := lanes8(len(v))
	if n > 0 {
		addAVX2(&v[0], &a[0], &b[0], n)
	}
	addPortable(v[n:], a[n:], b[n:])
}

func sub2(v, a, b Vec) {
	n := lanes8(len(v))
	if n > 0 {
		subAVX2(&v[0], &a[0], &b[0], n)
	}
	subPortable(v[n:], a[n:], b[n:])
}

func mul2(v, a, b Vec) {
	n := lanes8(len(v))
	if n > 0 {
		mulAVX2(&v[0], &a[0], &b[0], n)
	}
	mulPortable(v[n:], a[n:], b[n:])
}

func scale2(v Vec, c Elem, a Vec) {
	n := lanes8(len(v))
	if n > 0 {
		scaleAVX2(&v[0], &a[0], c, n)
	}
	scalePortable(v[n:], c, a[n:])
}

func axpy2(v Vec, c Elem, a Vec) {
	n := lanes8(len(v))
	if n > 0 {
		axpyAVX2(&v[0], &a[0], c, n)
	}
	axpyPortable(v[n:], c, a[n:])
}

func setInt32x2(v Vec, x []int32) {
	n := lanes8(len(v))
	if n > 0 {
		setInt32AVX2(&v[0], &x[0], n)
	}
	setInt32Portable(v[n:], x[n:])
}

// inner2 adds halves of products: Σ = lo + 2³²·hi, and 2³² in Montgomery's sense
// is a reduction less.
func inner2(a, b Vec) Elem {
	n := lanes8(len(a))
	s := innerPortable(a[n:], b[n:])
	if n == 0 {
		return s
	}
	var halves [8]uint64
	innerAVX2(&halves, &a[0], &b[0], n)
	for i := range 4 {
		s = s.Add(redc(halves[i] % P))
		s = s.Add(Elem(halves[4+i] % P))
	}
	return s
}

func mulExt2(v, a, b ExtVec) {
	n := lanes8(v.Len())
	if n > 0 {
		mulExtAVX2(&v, &a, &b, n)
	}
	mulExtPortable(v.from(n), a.from(n), b.from(n))
}

func mulAddExt2(v, a, b ExtVec) {
	n := lanes8(v.Len())
	if n > 0 {
		mulAddExtAVX2(&v, &a, &b, n)
	}
	mulAddExtPortable(v.from(n), a.from(n), b.from(n))
}

func scaleExt2(v ExtVec, c Ext, a ExtVec) {
	n := lanes8(v.Len())
	if n > 0 {
		scaleExtAVX2(&v, &a, &c, n)
	}
	scaleExtPortable(v.from(n), c, a.from(n))
}

func axpyExt2(v ExtVec, c Ext, a ExtVec) {
	n := lanes8(v.Len())
	if n > 0 {
		axpyExtAVX2(&v, &a, &c, n)
	}
	axpyExtPortable(v.from(n), c, a.from(n))
}

func foldExt2(v ExtVec, r Ext, lo, hi ExtVec) {
	n := lanes8(v.Len())
	if n > 0 {
		foldExtAVX2(&v, &r, &lo, &hi, n)
	}
	foldExtPortable(v.from(n), r, lo.from(n), hi.from(n))
}

func innerExt2(a, b ExtVec) Ext {
	n := lanes8(a.Len())
	s := innerExtPortable(a.from(n), b.from(n))
	if n == 0 {
		return s
	}
	var sums [Degree][4]uint64
	innerExtAVX2(&sums, &a, &b, n)
	for i := range s {
		s[i] = s[i].Add(reduceSums(sums[i][:]))
	}
	return s
}

// from is what stands behind the first n elements.
func (v ExtVec) from(n int) ExtVec { return v.Slice(n, v.Len()) }

func foldRows2(v, c ExtVec, rows []Vec) {
	whole := lanes8(v.Len())
	for from := 0; from < whole; from += foldBlock {
		n := min(foldBlock, whole-from)
		for i := 0; i < len(rows); i += foldGroup {
			group := rows[i:min(i+foldGroup, len(rows))]
			part := c.Slice(i, i+len(group))
			foldRowsAVX2(&v, &part, &group[0], len(group), from, n)
		}
	}
	for k := range v {
		for i, row := range rows {
			axpyPortable(v[k][whole:], c[k][i], row[whole:])
		}
	}
}

//go:noescape
func bindAVX2(dst *ExtVec, data *byte, limbs *[4 * Degree]uint32, groups, from int)

// bind2 binds eight columns at a time.
func bind2(m *Int8Matrix, dst, eq ExtVec) {
	limbs := pairLimbs(eq, m.groups())
	whole := lanes8(m.cols)
	for from := 0; from < whole; from += 8 {
		bindAVX2(&dst, &m.data[m.index(0, from)], &limbs[0], m.groups(), from)
	}
	if whole == m.cols {
		return
	}
	last := NewExtVec(8)
	bindAVX2(&last, &m.data[m.index(0, whole)], &limbs[0], m.groups(), 0)
	dst.from(whole).Copy(last.Slice(0, m.cols-whole))
}

// pairLimbs cuts e = 2¹⁶h + l, −2¹⁵ ≤ l < 2¹⁵, 0 ≤ h < 2¹⁵, and puts the limbs of each
// group of four rows side by side as a kernel multiplies them: for each coefficient
// l of rows 0 and 2, of rows 1 and 3, then h.
func pairLimbs(eq ExtVec, groups int) [][4 * Degree]uint32 {
	limbs := make([][4 * Degree]uint32, groups)
	for c := range eq {
		for j, e := range eq[c] {
			// Adding 2¹⁵ carries where l is negative.
			u := uint32(e) + 1<<15
			low, high := u&0xffff^1<<15, u>>16
			pair := limbs[j/4][4*c:]
			pair[j%2] |= low << (j % 4 / 2 * 16)
			pair[2+j%2] |= high << (j % 4 / 2 * 16)
		}
	}
	return limbs
}
