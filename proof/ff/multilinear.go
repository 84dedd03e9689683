package ff

// EqIndex returns eq(a, i) for the bits of i < 2^len(a), the top bit first.
func EqIndex(a []Ext, i int) Ext {
	r := ExtOne
	for k, x := range a {
		if i>>(len(a)-1-k)&1 == 0 {
			x = ExtOne.Sub(x)
		}
		r = r.Mul(x)
	}
	return r
}

// Eq returns the table of c·eq(point, i), i < 2ⁿ, the first coordinate the top
// bit of i. Cost 2ⁿ products.
func Eq(point []Ext, c Ext) ExtVec {
	v := NewExtVec(1 << len(point))
	v.Set(0, c)
	for k := len(point) - 1; k >= 0; k-- {
		// The table of the last coordinates doubles: the new one is its top bit.
		size := 1 << (len(point) - 1 - k)
		lo, hi := v.Slice(0, size), v.Slice(size, 2*size)
		hi.Scale(point[k], lo)
		lo.Sub(lo, hi)
	}
	return v
}

// EqFirst returns the first n entries of Eq(point, c), n ≤ 2^len(point),
// without computing the others.
func EqFirst(point []Ext, c Ext, n int) ExtVec {
	for len(point) > 0 && n <= 1<<(len(point)-1) {
		c = c.Mul(ExtOne.Sub(point[0]))
		point = point[1:]
	}
	return Eq(point, c).Slice(0, n)
}

// Multilinear returns the multilinear extension of a table of 2ⁿ values over F
// (zero-extended if shorter) at a point of E^n.
func (v Vec) Multilinear(point []Ext) Ext {
	return EqFirst(point, ExtOne, len(v)).InnerVec(v)
}

// Multilinear is the multilinear extension of a table over E.
func (v ExtVec) Multilinear(point []Ext) Ext {
	return EqFirst(point, ExtOne, v.Len()).Inner(v)
}
