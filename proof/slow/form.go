package slow

// cell names a committed value: a place in a space.
type cell struct{ space, at int }

// Spaces of cells.
const (
	spaceColumns = 0 // over F, T₁
	spacePads    = 1 // over E, T₁
	spaceFold    = 2 // over E, T₂
	spaceSealed  = 3 // over F, one for each sealed port, in order
)

// term is a coefficient times a cell.
type term struct {
	cell
	coef ext
}

// form is c + Σ terms: what the verifier knows of a hidden value.
type form struct {
	c     ext
	terms []term
}

// plus returns f + w·g.
func (f form) plus(w ext, g form) form {
	out := form{f.c.add(w.mul(g.c)), append([]term{}, f.terms...)}
	for _, t := range g.terms {
		out.terms = append(out.terms, term{t.cell, w.mul(t.coef)})
	}
	return out
}

func (f form) minus(g form) form { return f.plus(one.neg(), g) }

// merged adds up the terms of equal cells.
func (f form) merged() form {
	at := make(map[cell]int)
	out := form{c: f.c}
	for _, t := range f.terms {
		i, ok := at[t.cell]
		if !ok {
			at[t.cell] = len(out.terms)
			out.terms = append(out.terms, t)
			continue
		}
		out.terms[i].coef = out.terms[i].coef.add(t.coef)
	}
	return out
}

// pads is where the pad of every hidden value lies, as the documentation of
// agon/proof/sum lays it out: a of Y+1 cells, b of Y+1, d of 2Y+1, then the pads
// of values in no product. A value in a product has its pad where the list of
// products first names it, a before b.
type pads struct {
	products [][2]int
	home     []int // of each value
	cells    int
}

func layPads(values int, products [][2]int) pads {
	y := len(products)
	l := pads{products: products, home: make([]int, values), cells: 4*y + 3}
	found := make([]bool, values)
	for i, pair := range products {
		for side, v := range pair {
			if !found[v] {
				found[v] = true
				l.home[v] = side*(y+1) + i
			}
		}
	}
	for v := range l.home {
		if !found[v] {
			l.home[v] = l.cells
			l.cells++
		}
	}
	return l
}

// talk reads the messages of a proof and collects the constraints.
type talk struct {
	*transcript
	pads
	buf         *reader
	constraints []form
	said        int // values announced so far
	multiplied  int // products used so far
	failure     error
}

// secret is a hidden value: hat − pad.
type secret struct {
	id  int
	hat ext
	pad cell
}

// clear reads a value sent as it is.
func (k *talk) clear(tag string) ext {
	v := k.buf.ext()
	if k.buf.err != nil && k.failure == nil {
		k.failure = refuse(GuardMessage, "%s: %w", tag, k.buf.err)
	}
	k.absorb(tag, v.bytes())
	return v
}

// hear reads a padded value.
func (k *talk) hear(tag string) secret {
	s := k.unsaid()
	s.hat = k.clear(tag)
	return s
}

// unsaid is the next value, of which nothing is sent.
func (k *talk) unsaid() secret {
	s := secret{id: k.said, pad: cell{spacePads, k.home[k.said]}}
	k.said++
	return s
}

func (s secret) form() form { return form{s.hat, []term{{s.pad, one.neg()}}} }

// product is v̂ŵ − v̂π′ − ŵπ + d, d the next committed product of pads.
func (k *talk) product(v, w secret) form {
	d := cell{spacePads, 2*(len(k.products)+1) + k.multiplied}
	k.multiplied++
	return form{v.hat.mul(w.hat), []term{
		{w.pad, v.hat.neg()}, {v.pad, w.hat.neg()}, {d, one},
	}}
}

// zero adds the constraint f = 0.
func (k *talk) zero(f form) { k.constraints = append(k.constraints, f.merged()) }

// round is one round of a sumcheck whose polynomial f of degree 2 has
// f(0) + f(1) = claim.
func (k *talk) round(claim form) (form, ext) {
	f0, f2 := k.hear("f(0)").form(), k.hear("f(2)").form()
	x := k.ext("x")
	return interpolate(f0, claim.minus(f0), f2, x).merged(), x
}

// eqRound is one round for f = eq(ρ, X)·t(X): (1−ρ)t(0) + ρ·t(1) = claim.
func (k *talk) eqRound(claim form, rho ext) (form, ext) {
	if rho.isZero() {
		k.failure = refuse(GuardDegenerate, "a coordinate is 0")
	}
	t0, t2 := k.hear("t(0)").form(), k.hear("t(2)").form()
	x := k.ext("x")
	t1 := form{}.plus(rho.inverse(), claim.plus(one.sub(rho).neg(), t0))
	return interpolate(t0, t1, t2, x).merged(), x
}

// interpolate is the quadratic through (0, f0), (1, f1), (2, f2) at x:
//
//	f0·(x−1)(x−2)/2 − f1·x(x−2) + f2·x(x−1)/2
func interpolate(f0, f1, f2 form, x ext) form {
	half := inverse(2)
	x1, x2 := x.sub(number(1)), x.sub(number(2))
	out := form{}.plus(x1.mul(x2).times(half), f0)
	out = out.plus(x.mul(x2).neg(), f1)
	return out.plus(x.mul(x1).times(half), f2)
}

// checkProducts reads a(θ) and b(θ) and adds the constraints of the pads: copies
// equal their homes, the lists interpolate to a(θ), b(θ), and d to their product.
func (k *talk) checkProducts() {
	y := len(k.products)
	theta := k.ext("theta")
	for theta[1] == 0 && theta[2] == 0 && theta[3] == 0 && theta[0] <= uint64(2*y) {
		theta = k.ext("theta")
	}
	a, b := k.clear("a(theta)"), k.clear("b(theta)")
	for i, pair := range k.products {
		for side, v := range pair {
			here := cell{spacePads, side*(y+1) + i}
			if home := (cell{spacePads, k.home[v]}); here != home {
				k.zero(form{terms: []term{{here, one}, {home, one.neg()}}})
			}
		}
	}
	k.interpolated(0, y+1, theta, a)
	k.interpolated(y+1, y+1, theta, b)
	k.interpolated(2*(y+1), 2*y+1, theta, a.mul(b))
}

// interpolated says that n pads from at on interpolate to v at x.
func (k *talk) interpolated(at, n int, x, v ext) {
	f := form{c: v.neg()}
	for j, l := range lagrange(n, x) {
		f.terms = append(f.terms, term{cell{spacePads, at + j}, l})
	}
	k.zero(f)
}
