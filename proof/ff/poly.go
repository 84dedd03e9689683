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

// LagrangeWeights returns the d+1 numbers L_j(x) for which every polynomial f
// of degree ≤ d has f(x) = Σ_j L_j(x)·f(j), nodes j = 0…d:
//
//	L_j(x) = Π_{i≠j} (x − i)/(j − i),  Π_{i≠j} (j − i) = (−1)^{d−j}·j!·(d−j)!
func LagrangeWeights(d int, x Ext) []Ext {
	w := make([]Ext, d+1)
	run := ExtOne
	for j := range w { // Π_{i<j} (x − i)
		w[j] = run
		run = run.Mul(x.Sub(Embed(New(uint32(j)))))
	}
	run = ExtOne
	for j := d; j >= 0; j-- { // times Π_{i>j} (x − i)
		w[j] = w[j].Mul(run)
		run = run.Mul(x.Sub(Embed(New(uint32(j)))))
	}
	fact := make(Vec, d+1)
	fact[0] = One
	for i := 1; i <= d; i++ {
		fact[i] = fact[i-1].Mul(New(uint32(i)))
	}
	for j := range w {
		den := fact[j].Mul(fact[d-j])
		if (d-j)%2 == 1 {
			den = den.Neg()
		}
		w[j] = w[j].MulElem(den.Inv())
	}
	return w
}

// SubgroupWeights returns the n numbers λ_h(x) for which every polynomial A of
// degree < n has A(x) = Σ_h λ_h(x)·A(w^h), w the generator of the domain:
//
//	λ_h(x) = w^h·(xⁿ − 1) / (n·(x − w^h)),  and λ_h(w^h) = 1
func (d *Domain) SubgroupWeights(x Ext) ExtVec {
	n := d.Len()
	den, lambda := NewExtVec(n), NewExtVec(n)
	point := One
	for h := range n {
		diff := x.Sub(Embed(point))
		if diff.IsZero() {
			lambda.Set(h, ExtOne)
			return lambda
		}
		den.Set(h, diff)
		point = point.Mul(d.root)
	}
	inv := NewExtVec(n)
	inv.BatchInvert(den)
	c := x.Exp(uint64(n)).Sub(ExtOne).MulElem(New(uint32(n)).Inv())
	pow := NewExtVec(n)
	pow.Powers(c, Embed(d.root))
	lambda.Mul(inv, pow)
	return lambda
}
