package ff

// The portable kernels over E, written with the scalars.

func mulExtPortable(v, a, b ExtVec) {
	for i := range v.Len() {
		v.Set(i, a.At(i).Mul(b.At(i)))
	}
}

func mulAddExtPortable(v, a, b ExtVec) {
	for i := range v.Len() {
		v.Set(i, v.At(i).Add(a.At(i).Mul(b.At(i))))
	}
}

func scaleExtPortable(v ExtVec, c Ext, a ExtVec) {
	for i := range v.Len() {
		v.Set(i, a.At(i).Mul(c))
	}
}

func axpyExtPortable(v ExtVec, c Ext, a ExtVec) {
	for i := range v.Len() {
		v.Set(i, v.At(i).Add(a.At(i).Mul(c)))
	}
}

func innerExtPortable(a, b ExtVec) Ext {
	var s Ext
	for i := range a.Len() {
		s = s.Add(a.At(i).Mul(b.At(i)))
	}
	return s
}

func foldExtPortable(v ExtVec, r Ext, lo, hi ExtVec) {
	for i := range v.Len() {
		l := lo.At(i)
		v.Set(i, l.Add(hi.At(i).Sub(l).Mul(r)))
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
