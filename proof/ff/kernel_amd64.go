package ff

import "golang.org/x/sys/cpu"

// path is what the machine can run. Tests lower it to compare.
type path int

const (
	portable path = iota
	avx2
	avx512 // F, BW, VL, DQ and VNNI
)

var inUse = detect()

func detect() path {
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VL &&
		cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VNNI && cpu.X86.HasBMI2 {
		return avx512
	}
	if cpu.X86.HasAVX2 {
		return avx2
	}
	return portable
}

// String names the path.
func (p path) String() string { return [...]string{"portable", "avx2", "avx512"}[p] }

// Kernels names the path in use: "avx512", "avx2" or "portable".
func Kernels() string { return inUse.String() }

//go:noescape
func addAVX512(v, a, b *Elem, n int)

//go:noescape
func subAVX512(v, a, b *Elem, n int)

//go:noescape
func mulAVX512(v, a, b *Elem, n int)

//go:noescape
func scaleAVX512(v, a *Elem, c Elem, n int)

//go:noescape
func axpyAVX512(v, a *Elem, c Elem, n int)

//go:noescape
func setInt32AVX512(v *Elem, x *int32, n int)

//go:noescape
func innerAVX512(sums *[16]uint64, a, b *Elem, n int)

//go:noescape
func mulExtAVX512(v, a, b *ExtVec, n int)

//go:noescape
func mulAddExtAVX512(v, a, b *ExtVec, n int)

//go:noescape
func scaleExtAVX512(v, a *ExtVec, c *Ext, n int)

//go:noescape
func axpyExtAVX512(v, a *ExtVec, c *Ext, n int)

//go:noescape
func foldExtAVX512(v *ExtVec, r *Ext, lo, hi *ExtVec, n int)

//go:noescape
func innerExtAVX512(sums *[Degree][8]uint64, a, b *ExtVec, n int)

//go:noescape
func foldRowsAVX512(v, c *ExtVec, rows *Vec, count, from, n int)

//go:noescape
func radix4FirstAVX512(y, x *Elem, quarter int, imag Elem, w *[3]Vec)

//go:noescape
func radix4SecondAVX512(y, x *Elem, quarter int, imag Elem, w *[3]Vec)

//go:noescape
func radix4AVX512(y, x *Elem, quarter int, imag Elem, pow *Elem, s int)

//go:noescape
func spreadAVX512(x, a *Elem, n int, tw *firstTwiddles)

//go:noescape
func butterfliesAVX512(sum, diff, a, b *Elem, n int)

//go:noescape
func bindAVX512(dst *ExtVec, data, limbs *byte, offsets *[Degree]uint64, groups, cols int)

func addVec(v, a, b Vec) {
	switch {
	case inUse == avx512 && len(v) > 0:
		addAVX512(&v[0], &a[0], &b[0], len(v))
	case inUse == avx2:
		add2(v, a, b)
	default:
		addPortable(v, a, b)
	}
}

func subVec(v, a, b Vec) {
	switch {
	case inUse == avx512 && len(v) > 0:
		subAVX512(&v[0], &a[0], &b[0], len(v))
	case inUse == avx2:
		sub2(v, a, b)
	default:
		subPortable(v, a, b)
	}
}

func mulVec(v, a, b Vec) {
	switch {
	case inUse == avx512 && len(v) > 0:
		mulAVX512(&v[0], &a[0], &b[0], len(v))
	case inUse == avx2:
		mul2(v, a, b)
	default:
		mulPortable(v, a, b)
	}
}

func scaleVec(v Vec, c Elem, a Vec) {
	switch {
	case inUse == avx512 && len(v) > 0:
		scaleAVX512(&v[0], &a[0], c, len(v))
	case inUse == avx2:
		scale2(v, c, a)
	default:
		scalePortable(v, c, a)
	}
}

func axpyVec(v Vec, c Elem, a Vec) {
	switch {
	case inUse == avx512 && len(v) > 0:
		axpyAVX512(&v[0], &a[0], c, len(v))
	case inUse == avx2:
		axpy2(v, c, a)
	default:
		axpyPortable(v, c, a)
	}
}

func setInt32(v Vec, x []int32) {
	switch {
	case inUse == avx512 && len(v) > 0:
		setInt32AVX512(&v[0], &x[0], len(v))
	case inUse == avx2:
		setInt32x2(v, x)
	default:
		setInt32Portable(v, x)
	}
}

func innerVec(a, b Vec) Elem {
	switch {
	case inUse == avx512 && len(a) > 0:
		var sums [16]uint64
		innerAVX512(&sums, &a[0], &b[0], len(a))
		return reduceSums(sums[:])
	case inUse == avx2:
		return inner2(a, b)
	}
	return innerPortable(a, b)
}

// reduceSums adds partial sums below p·2³².
func reduceSums(sums []uint64) Elem {
	var s Elem
	for _, x := range sums {
		s = s.Add(redc(x))
	}
	return s
}

func mulExt(v, a, b ExtVec) {
	switch {
	case inUse == avx512 && v.Len() > 0:
		mulExtAVX512(&v, &a, &b, v.Len())
	case inUse == avx2:
		mulExt2(v, a, b)
	default:
		mulExtPortable(v, a, b)
	}
}

func mulAddExt(v, a, b ExtVec) {
	switch {
	case inUse == avx512 && v.Len() > 0:
		mulAddExtAVX512(&v, &a, &b, v.Len())
	case inUse == avx2:
		mulAddExt2(v, a, b)
	default:
		mulAddExtPortable(v, a, b)
	}
}

func scaleExt(v ExtVec, c Ext, a ExtVec) {
	switch {
	case inUse == avx512 && v.Len() > 0:
		scaleExtAVX512(&v, &a, &c, v.Len())
	case inUse == avx2:
		scaleExt2(v, c, a)
	default:
		scaleExtPortable(v, c, a)
	}
}

func axpyExt(v ExtVec, c Ext, a ExtVec) {
	switch {
	case inUse == avx512 && v.Len() > 0:
		axpyExtAVX512(&v, &a, &c, v.Len())
	case inUse == avx2:
		axpyExt2(v, c, a)
	default:
		axpyExtPortable(v, c, a)
	}
}

func foldExt(v ExtVec, r Ext, lo, hi ExtVec) {
	switch {
	case inUse == avx512 && v.Len() > 0:
		foldExtAVX512(&v, &r, &lo, &hi, v.Len())
	case inUse == avx2:
		foldExt2(v, r, lo, hi)
	default:
		foldExtPortable(v, r, lo, hi)
	}
}

func innerExt(a, b ExtVec) Ext {
	switch {
	case inUse == avx512 && a.Len() > 0:
		var sums [Degree][8]uint64
		innerExtAVX512(&sums, &a, &b, a.Len())
		var s Ext
		for i := range s {
			s[i] = reduceSums(sums[i][:])
		}
		return s
	case inUse == avx2:
		return innerExt2(a, b)
	}
	return innerExtPortable(a, b)
}

// A fold goes through blocks of foldBlock columns that stay in the first cache
// with their sums, and through foldGroup rows at a time, whose streams the
// prefetcher can follow.
const (
	foldBlock = 1024
	foldGroup = 16
)

func foldRows(v, c ExtVec, rows []Vec) {
	switch inUse {
	case portable:
		foldRowsPortable(v, c, rows)
		return
	case avx2:
		foldRows2(v, c, rows)
		return
	}
	for from := 0; from < v.Len(); from += foldBlock {
		n := min(foldBlock, v.Len()-from)
		for i := 0; i < len(rows); i += foldGroup {
			group := rows[i:min(i+foldGroup, len(rows))]
			part := c.Slice(i, i+len(group))
			foldRowsAVX512(&v, &part, &group[0], len(group), from, n)
		}
	}
}

func radix4(y, x Vec, s int, tw *twiddles) {
	quarter := len(x) / 4
	switch {
	case inUse == portable || quarter < 16:
		radix4Portable(y, x, s, tw)
	case inUse == avx2 && s >= 16:
		radix4AVX2(&y[0], &x[0], quarter, tw.imag, &tw.pow[0], s)
	case inUse == avx2 && s == 1:
		radix4FirstAVX2(&y[0], &x[0], quarter, tw.imag, &tw.small[0])
	case inUse == avx2:
		radix4SecondAVX2(&y[0], &x[0], quarter, tw.imag, &tw.small[1])
	case s == 1:
		radix4FirstAVX512(&y[0], &x[0], quarter, tw.imag, &tw.small[0])
	case s == 4:
		radix4SecondAVX512(&y[0], &x[0], quarter, tw.imag, &tw.small[1])
	default:
		radix4AVX512(&y[0], &x[0], quarter, tw.imag, &tw.pow[0], s)
	}
}

// spread leaves the elements behind the last whole vector to the portable path.
func spread(x, a Vec, tw *firstTwiddles) {
	n := 0
	switch inUse {
	case avx512:
		if n = len(a) &^ 15; n > 0 {
			spreadAVX512(&x[0], &a[0], n, tw)
		}
	case avx2:
		if n = lanes8(len(a)); n > 0 {
			spreadAVX2(&x[0], &a[0], n, tw)
		}
	}
	rest := firstTwiddles{tw[0][n:], tw[1][n:], tw[2][n:], tw[3][n:]}
	spreadPortable(x[4*n:], a[n:], &rest)
}

func butterflies(sum, diff, a, b Vec) {
	switch {
	case inUse == avx512 && len(a) > 0:
		butterfliesAVX512(&sum[0], &diff[0], &a[0], &b[0], len(a))
	case inUse == avx2:
		add2(sum, a, b)
		sub2(diff, a, b)
	default:
		butterfliesPortable(sum, diff, a, b)
	}
}

// bindShift is a multiple of p above the largest |Σᵢ 256ⁱ·Σ_j …| of a bind,
// 2³¹·(1 + 2⁸ + 2¹⁶ + 2²⁴) < 2⁵⁶, so that sums become positive.
const bindShift = P << 26

func bind(m *Int8Matrix, dst, eq ExtVec) {
	switch {
	case inUse == portable || len(m.data) == 0:
		bindPortable(m, dst, eq)
		return
	case inUse == avx2:
		bind2(m, dst, eq)
		return
	}
	limbs := make([]byte, m.groups()*blockBytes)
	var offsets [Degree]uint64
	for c := range eq {
		var sum uint64
		for j, e := range eq[c] {
			sum += uint64(e)
			for i, d := range balancedBytes(e) {
				limbs[j/4*blockBytes+16*c+4*i+j%4] = byte(d)
			}
		}
		offsets[c] = bindShift + P - 128*(sum%P)%P
	}
	bindAVX512(&dst, &m.data[0], &limbs[0], &offsets, m.groups(), m.cols)
}

// int8Row is Row for whole blocks of sixteen columns.
func int8Row(m *Int8Matrix, dst Vec, j, k int) {
	if inUse == portable || len(dst) == 0 {
		m.rowPortable(dst, j, k)
		return
	}
	data := &m.data[m.index(j&^3, k)]
	int8RowAVX2(&dst[0], data, j%4*8, m.groups()*blockBytes, len(dst)/16)
}
