package ff

// Eval returns the polynomial with coefficients v, that of 1 first, at x.
func (v Vec) Eval(x Elem) Elem {
	var y Elem
	for i := len(v) - 1; i >= 0; i-- {
		y = y.Mul(x).Add(v[i])
	}
	return y
}

// EvalExt returns the polynomial with coefficients v over F at x in E.
func (v Vec) EvalExt(x Ext) Ext {
	var y Ext
	for i := len(v) - 1; i >= 0; i-- {
		y = y.Mul(x)
		y[0] = y[0].Add(v[i])
	}
	return y
}

// Eval returns the polynomial with coefficients v over E at x in F.
func (v ExtVec) Eval(x Elem) Ext {
	return Ext{v[0].Eval(x), v[1].Eval(x), v[2].Eval(x), v[3].Eval(x)}
}

// EvalExt returns the polynomial with coefficients v at x, both over E.
func (v ExtVec) EvalExt(x Ext) Ext {
	var y Ext
	for i := v.Len() - 1; i >= 0; i-- {
		y = y.Mul(x).Add(v.At(i))
	}
	return y
}
