package slow

// fold is where the coefficients of a folded row of weights lie in a space over
// E, M at the front:
//
//	c(X) = M(X) + (X^κ − 1)·(B(X) + X^J·t(X))
type fold struct {
	code        rs
	space       int
	slots, tail int // first cells of B and of t
}

// evaluate is the form of c(η).
func (o fold) evaluate(eta uint64) form {
	var f form
	power := uint64(1)
	for d := range o.code.kappa() {
		f.terms = append(f.terms, term{cell{o.space, d}, number(power)})
		power = mul(power, eta)
	}
	z := sub(power, 1)
	for j := range o.code.slots + o.code.pads {
		at := o.slots + j
		if j >= o.code.slots {
			at = o.tail + j - o.code.slots
		}
		f.terms = append(f.terms, term{cell{o.space, at}, number(z)})
		z = mul(z, eta)
	}
	return f
}

// inner is the form Σ_h eq(point, h)·c(w^h) over H = ⟨w⟩, where c = M. The
// coefficient of M_d is a product over the bits of h, the first coordinate its
// highest:
//
//	Σ_h eq(point, h)·w^{hd} = Π_b (1 − x_b + x_b·w^{d·2^b})
func (o fold) inner(point []ext) form {
	var f form
	w := root(o.code.logK)
	for d := range o.code.kappa() {
		coef := one
		at := pow(w, uint64(d))
		for b := range point {
			x := point[len(point)-1-b]
			coef = coef.mul(one.sub(x).add(x.times(at)))
			at = mul(at, at)
		}
		f.terms = append(f.terms, term{cell{o.space, d}, coef})
	}
	return f
}

// test is the linear test over sheets, the first of which has the masks.
type test struct {
	code   rs
	grind  int
	sheets []sheet
}

// check folds the constraints with χ′·eq(χ, ·), reads G, H̄ and v, and compares
// q and v with columns opened at random:
//
//	b/κ + η·G(η) + (η^κ − 1)·H̄(η) = Z₁(η) + η^{κ−1}·Z₂(η) + Σ aᵢ(η)·Aᵢ(η)
//	v(η) = U(η) + λ′·Σ eq(τ′, i)·Aᵢ(η)
func (t test) check(k *talk, constraints []form) error {
	factor := k.ext("chi'")
	chi := k.exts("chi", log2(len(constraints)))
	functional := make(map[int][]ext) // by space
	for _, s := range t.sheets {
		if s.base > 0 {
			functional[s.baseSpace] = make([]ext, s.base*t.code.kappa())
		}
		if s.ext > 0 {
			functional[s.extSpace] = make([]ext, s.data()*t.code.kappa())
		}
	}
	var b ext
	for j, f := range constraints {
		w := factor.mul(eqAt(chi, j))
		b = b.sub(w.mul(f.c))
		for _, x := range f.terms {
			a := functional[x.space]
			a[x.at] = a[x.at].add(w.mul(x.coef))
		}
	}
	lambda := k.ext("lambda'")
	rows := -1 // all but U
	for _, s := range t.sheets {
		rows += s.base + s.ext
	}
	tau := k.exts("tau'", log2(rows))

	kappa, dim := t.code.kappa(), t.code.k()
	start := k.buf.b
	sent := make([]ext, kappa-1+dim-1+dim)
	for i := range sent {
		sent[i] = k.buf.ext()
		if k.buf.err != nil {
			return refuse(GuardMessage, "coefficient %d: %w", i, k.buf.err)
		}
	}
	k.absorb("G,H,v", start[:len(start)-len(k.buf.b)])
	g, h, v := sent[:kappa-1], sent[kappa-1:][:dim-1], sent[kappa+dim-2:]
	nonce := k.buf.nonce()
	if k.buf.err != nil {
		return refuse(GuardMessage, "nonce: %w", k.buf.err)
	}
	if !k.work(t.grind, nonce) {
		return refuse(GuardWork, "nonce %d does not show %d bits", nonce, t.grind)
	}
	indices := k.indices("A", t.code.queries, t.code.logN)
	opened := make([][][]uint64, len(t.sheets))
	for i, s := range t.sheets {
		var err error
		opened[i], err = k.buf.opening(s.root, s.kind, t.code.logN, s.rows(), indices)
		if err != nil {
			return err
		}
	}
	column := func(q int) [][]uint64 {
		out := make([][]uint64, len(opened))
		for i := range opened {
			out[i] = opened[i][q]
		}
		return out
	}
	weights := eqTable(tau, rows)
	for q, j := range indices {
		if horner(v, t.code.point(j)) != t.combine(column(q), lambda, weights) {
			return refuse(GuardProximity, "column %d", j)
		}
	}
	for q, j := range indices {
		eta := t.code.point(j)
		z := sub(pow(eta, uint64(kappa)), 1)
		have := b.times(inverse(uint64(kappa))).add(horner(g, eta).times(eta)).add(
			horner(h, eta).times(z))
		if have != t.product(column(q), eta, functional) {
			return refuse(GuardConstraint, "column %d", j)
		}
	}
	return nil
}

// extAt is row r over E of a sheet in a column.
func (s sheet) extAt(column []uint64, r int) ext { return ext(column[s.base+4*r:][:4]) }

// combine is U + λ′·Σ weightᵢ·Aᵢ in one column, rows in the order of the trees.
func (t test) combine(column [][]uint64, lambda ext, weights []ext) ext {
	var sum, u ext
	at := 0
	for i, s := range t.sheets {
		for r := range s.base {
			sum = sum.add(weights[at].times(column[i][r]))
			at++
		}
		for r := range s.ext {
			if s.masked && r == s.ext-masks {
				u = s.extAt(column[i], r)
				continue
			}
			sum = sum.add(weights[at].mul(s.extAt(column[i], r)))
			at++
		}
	}
	return u.add(lambda.mul(sum))
}

// product is Z₁ + η^{κ−1}·Z₂ + Σ aᵢAᵢ in the column of η, where aᵢ interpolates
// the functional's coefficients on H:
//
//	aᵢ(η) = Σ_h a_i(w^h)·w^h·(η^κ − 1)/(κ·(η − w^h))
func (t test) product(column [][]uint64, eta uint64, functional map[int][]ext) ext {
	kappa := t.code.kappa()
	basis := make([]uint64, kappa)
	w, at := root(t.code.logK), uint64(1)
	c := mul(sub(pow(eta, uint64(kappa)), 1), inverse(uint64(kappa)))
	for h := range basis {
		basis[h] = mul(mul(at, c), inverse(sub(eta, at)))
		at = mul(at, w)
	}
	evaluate := func(space, r int) ext {
		var v ext
		for h, l := range basis {
			v = v.add(functional[space][r*kappa+h].times(l))
		}
		return v
	}
	var sum ext
	for i, s := range t.sheets {
		for r := range s.base {
			sum = sum.add(evaluate(s.baseSpace, r).times(column[i][r]))
		}
		for r := range s.data() {
			sum = sum.add(evaluate(s.extSpace, r).mul(s.extAt(column[i], r)))
		}
	}
	first := t.sheets[0]
	z1, z2 := first.extAt(column[0], first.ext-2), first.extAt(column[0], first.ext-1)
	return sum.add(z1).add(z2.times(pow(eta, uint64(kappa-1))))
}
