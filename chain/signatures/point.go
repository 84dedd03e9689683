package signatures

// affine is a point of y² = x³ + 7 other than O.
type affine struct{ x, y element }

// jacobian is the point (X/Z², Y/Z³); O if finite is false.
type jacobian struct {
	x, y, z element
	finite  bool
}

// lift is the point with coordinate x whose y has the given parity, if there
// is one.
func lift(x *element, odd bool) (p affine, ok bool) {
	var t element
	t.square(x)
	t.mul(&t, x)
	t.add(&t, &element{7})
	p.x = *x
	if p.y, ok = root(&t); !ok {
		return p, false
	}
	if p.y.isOdd() != odd {
		p.y.sub(&element{}, &p.y)
	}
	return p, true
}

// negative is −p.
func (p *affine) negative() affine {
	n := affine{x: p.x}
	n.y.sub(&element{}, &p.y)
	return n
}

// onCurve tells whether y² = x³ + 7.
func (p *affine) onCurve() bool {
	var left, right element
	left.square(&p.y)
	right.square(&p.x)
	right.mul(&right, &p.x)
	right.add(&right, &element{7})
	left.sub(&left, &right)
	return left.isZero()
}

// double sets p to 2p:
//
//	S = 4XY², M = 3X²: X' = M² − 2S, Y' = M(S − X') − 8Y⁴, Z' = 2YZ.
//
// The group has odd order, so that no point but O is its own negative.
func (p *jacobian) double() {
	if !p.finite {
		return
	}
	var yy, s, m, t element
	yy.square(&p.y)
	s.mul(&p.x, &yy)
	s.add(&s, &s)
	s.add(&s, &s)
	m.square(&p.x)
	t.add(&m, &m)
	m.add(&m, &t)
	p.z.mul(&p.y, &p.z)
	p.z.add(&p.z, &p.z)
	p.x.square(&m)
	p.x.sub(&p.x, &s)
	p.x.sub(&p.x, &s)
	s.sub(&s, &p.x)
	p.y.mul(&m, &s)
	t.square(&yy)
	t.add(&t, &t)
	t.add(&t, &t)
	t.add(&t, &t)
	p.y.sub(&p.y, &t)
}

// finish ends an addition of a point with coordinates (u₁, s₁), in the common
// denominators, to one with (u₁ + h, s₁ + r), z the product of the Zs:
//
//	X' = r² − h³ − 2u₁h², Y' = r(u₁h² − X') − s₁h³, Z' = zh.
func (p *jacobian) finish(u1, s1, h, r, z *element) {
	var hh, hhh, v, t element
	hh.square(h)
	hhh.mul(&hh, h)
	v.mul(u1, &hh)
	t.mul(s1, &hhh)
	p.z.mul(z, h)
	p.x.square(r)
	p.x.sub(&p.x, &hhh)
	p.x.sub(&p.x, &v)
	p.x.sub(&p.x, &v)
	v.sub(&v, &p.x)
	p.y.mul(r, &v)
	p.y.sub(&p.y, &t)
}

// addAffine adds q to p.
func (p *jacobian) addAffine(q *affine) {
	if !p.finite {
		*p = jacobian{q.x, q.y, element{1}, true}
		return
	}
	var zz, h, r element
	zz.square(&p.z)
	h.mul(&q.x, &zz)
	h.sub(&h, &p.x)
	r.mul(&q.y, &zz)
	r.mul(&r, &p.z)
	r.sub(&r, &p.y)
	if h.isZero() {
		p.same(&r)
		return
	}
	x, y, z := p.x, p.y, p.z
	p.finish(&x, &y, &h, &r, &z)
}

// add adds q to p.
func (p *jacobian) add(q *jacobian) {
	if !q.finite {
		return
	}
	if !p.finite {
		*p = *q
		return
	}
	var pp, qq, u1, s1, h, r, z element
	pp.square(&p.z)
	qq.square(&q.z)
	u1.mul(&p.x, &qq)
	h.mul(&q.x, &pp)
	h.sub(&h, &u1)
	s1.mul(&p.y, &qq)
	s1.mul(&s1, &q.z)
	r.mul(&q.y, &pp)
	r.mul(&r, &p.z)
	r.sub(&r, &s1)
	if h.isZero() {
		p.same(&r)
		return
	}
	z.mul(&p.z, &q.z)
	p.finish(&u1, &s1, &h, &r, &z)
}

// same adds to p a point with the same x: itself if r, the difference of the
// ys, is zero, else its negative.
func (p *jacobian) same(r *element) {
	if r.isZero() {
		p.double()
		return
	}
	p.finite = false
}
