package ff

// The portable kernels over E.

func mulExtPortable(v, a, b ExtVec) {
	for i := range v[0] {
		v[0][i], v[1][i], v[2][i], v[3][i] = product(a[0][i], a[1][i], a[2][i], a[3][i],
			b[0][i], b[1][i], b[2][i], b[3][i])
	}
}

func mulAddExtPortable(v, a, b ExtVec) {
	for i := range v[0] {
		c0, c1, c2, c3 := product(a[0][i], a[1][i], a[2][i], a[3][i],
			b[0][i], b[1][i], b[2][i], b[3][i])
		v[0][i], v[1][i] = v[0][i].Add(c0), v[1][i].Add(c1)
		v[2][i], v[3][i] = v[2][i].Add(c2), v[3][i].Add(c3)
	}
}

func scaleExtPortable(v ExtVec, c Ext, a ExtVec) {
	for i := range v[0] {
		v[0][i], v[1][i], v[2][i], v[3][i] = product(a[0][i], a[1][i], a[2][i], a[3][i],
			c[0], c[1], c[2], c[3])
	}
}

func axpyExtPortable(v ExtVec, c Ext, a ExtVec) {
	for i := range v[0] {
		c0, c1, c2, c3 := product(a[0][i], a[1][i], a[2][i], a[3][i], c[0], c[1], c[2], c[3])
		v[0][i], v[1][i] = v[0][i].Add(c0), v[1][i].Add(c1)
		v[2][i], v[3][i] = v[2][i].Add(c2), v[3][i].Add(c3)
	}
}

func innerExtPortable(a, b ExtVec) Ext {
	var s Ext
	for i := range a[0] {
		c0, c1, c2, c3 := product(a[0][i], a[1][i], a[2][i], a[3][i],
			b[0][i], b[1][i], b[2][i], b[3][i])
		s = Ext{s[0].Add(c0), s[1].Add(c1), s[2].Add(c2), s[3].Add(c3)}
	}
	return s
}

func foldExtPortable(v ExtVec, r Ext, lo, hi ExtVec) {
	for i := range v[0] {
		l := lo.At(i)
		c0, c1, c2, c3 := product(hi[0][i].Sub(l[0]), hi[1][i].Sub(l[1]), hi[2][i].Sub(l[2]),
			hi[3][i].Sub(l[3]), r[0], r[1], r[2], r[3])
		v.Set(i, l.Add(Ext{c0, c1, c2, c3}))
	}
}

func foldRowsPortable(v, c ExtVec, rows []Vec) {
	for j := range v {
		for k := range v[j] {
			acc := uint64(v[j][k]) * uint64(One)
			for i, row := range rows {
				acc = fold4(acc + uint64(c[j][i])*uint64(row[k]))
			}
			v[j][k] = redc(acc)
		}
	}
}
