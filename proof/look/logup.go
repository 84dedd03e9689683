package look

import (
	"errors"
	"math/bits"

	"agon/proof/ff"
	"agon/proof/sum"
)

// Errors of a lookup.
var (
	// ErrOutside says that a value an honest prover should look up is in no row.
	ErrOutside = errors.New("value outside its table")
	// ErrZeroRoot says that the product of all denominators is zero.
	ErrZeroRoot = errors.New("root of the fractions has denominator 0")
)

// Log returns ν for a number of leaves: ⌈log₂ leaves⌉.
func Log(leaves int) int {
	if leaves <= 1 {
		return 0
	}
	return bits.Len(uint(leaves - 1))
}

// Announce adds the hidden values and products of a tree of 2^nu leaves to a
// plan, in the order in which Run uses them: the root's q and ϱ, then for each
// level its rounds and P₀, P₁, Q₀, Q₁.
func Announce(p *sum.Plan, nu int) {
	root, blind := p.Value(), p.Value()
	p.Product(root, blind)
	for e := range nu {
		p.Values(2 * e)
		p0 := p.Values(4)
		p1, q0, q1 := p0+1, p0+2, p0+3
		p.Product(p0, q1)
		p.Product(p1, q0)
		p.Product(q0, q1)
	}
}

// Levels are the fractions of all levels, the root first; the prover's.
type Levels struct {
	P, Q []ff.ExtVec
}

// Climb sums fractions up to the root. It keeps p and q.
func Climb(p, q ff.ExtVec) Levels {
	nu := Log(p.Len())
	l := Levels{make([]ff.ExtVec, nu+1), make([]ff.ExtVec, nu+1)}
	l.P[nu], l.Q[nu] = p, q
	for e := nu - 1; e >= 0; e-- {
		half := 1 << e
		p0, p1 := l.P[e+1].Slice(0, half), l.P[e+1].Slice(half, 2*half)
		q0, q1 := l.Q[e+1].Slice(0, half), l.Q[e+1].Slice(half, 2*half)
		l.P[e], l.Q[e] = ff.NewExtVec(half), ff.NewExtVec(half)
		l.P[e].Mul(p0, q1)
		l.P[e].MulAdd(p1, q0)
		l.Q[e].Mul(q0, q1)
	}
	return l
}

// Leaf is what a tree leaves to be proven: the fractions at a point.
type Leaf struct {
	Point []ff.Ext // ν coordinates, the top bit first
	P, Q  sum.Form
}

// Tree are the fractions of all levels, the prover's: Levels or Lazy.
type Tree interface {
	root() ff.Ext
	fractions(e int, gamma ff.Ext, point []ff.Ext) rounds
}

// root is q of the root.
func (l Levels) root() ff.Ext { return l.Q[0].At(0) }

// fractions starts the sumcheck of level e.
func (l Levels) fractions(e int, gamma ff.Ext, point []ff.Ext) rounds {
	half := 1 << e
	p, q := l.P[e+1], l.Q[e+1]
	return newFractions(p.Slice(0, half), p.Slice(half, 2*half),
		q.Slice(0, half), q.Slice(half, 2*half), gamma, point)
}

// Run plays the tree from the root to the leaves. The verifier's tree is nil.
// Faults are reported by the talk: ErrZeroRoot here.
func Run(k *sum.Talk, nu int, tree Tree) Leaf {
	var rootQ ff.Ext
	if k.Proving() {
		rootQ = tree.root()
	}
	leaf := Leaf{P: sum.Number(ff.Ext{}), Q: openRoot(k, rootQ)}
	for e := range nu {
		gamma := k.T.Ext("gamma")
		var f rounds
		if k.Proving() {
			f = tree.fractions(e, gamma, leaf.Point)
		}
		leaf = level(k, leaf, gamma, f)
	}
	return leaf
}

// openRoot sends q̂ and u = q·ϱ, and adds the constraint that ties them:
//
//	q̂·ϱ − π·ϱ − u = 0
//
// ϱ is the cell of a hidden value that is never sent: ⟦−ϱ⟧ in the talk's terms,
// so the product form of q and it is −q·ϱ.
func openRoot(k *sum.Talk, q ff.Ext) sum.Form {
	root, blind := k.Say("q", q), k.Secret()
	var u ff.Ext
	if k.Proving() {
		u = q.Mul(k.Pad(blind))
	}
	u = k.Clear("u", u)
	if u.IsZero() {
		k.Fail(ErrZeroRoot)
	}
	tie := k.Product(root, blind)
	tie.Plus(ff.ExtOne, sum.Number(u))
	k.Zero(tie)
	return root.Form()
}

// level plays the sumcheck of
//
//	p + γq = Σ_x eq(point, x)·[p₀q₁ + p₁q₀ + γq₀q₁](x)
//
// sends the four values at x*, ties them to the last claim and joins them at a
// random δ: the next point is (δ, x*).
func level(k *sum.Talk, leaf Leaf, gamma ff.Ext, f rounds) Leaf {
	claim := sum.Combine([]ff.Ext{ff.ExtOne, gamma}, []sum.Form{leaf.P, leaf.Q})
	point := make([]ff.Ext, 1, len(leaf.Point)+1)
	for _, rho := range leaf.Point {
		var t0, t2, x ff.Ext
		if k.Proving() {
			t0, t2 = f.round()
		}
		claim, x = k.EqRound(claim, rho, t0, t2)
		if k.Proving() {
			f.bind(x)
		}
		point = append(point, x)
	}
	var v [4]ff.Ext
	if k.Proving() {
		v = f.values(gamma)
	}
	p0, p1 := k.Say("P0", v[0]), k.Say("P1", v[1])
	q0, q1 := k.Say("Q0", v[2]), k.Say("Q1", v[3])
	one := ff.ExtOne
	k.Zero(sum.Combine([]ff.Ext{one, one, gamma, one.Neg()}, []sum.Form{
		k.Product(p0, q1), k.Product(p1, q0), k.Product(q0, q1), claim,
	}))
	delta := k.T.Ext("delta")
	point[0] = delta
	join := []ff.Ext{one.Sub(delta), delta}
	return Leaf{
		Point: point,
		P:     sum.Combine(join, []sum.Form{p0.Form(), p1.Form()}),
		Q:     sum.Combine(join, []sum.Form{q0.Form(), q1.Form()}),
	}
}

// fractions is the prover's state in one level. With r = p₁ + γq₁ the summand is
//
//	p₀q₁ + q₀r
//
// and p₀, q₀, q₁, r are multilinear: each round halves all four. eq is the table
// of the coordinates that are not bound yet, the current one left out.
type fractions struct {
	p0, q0, q1, r, eq ff.ExtVec
	tmp               [5]ff.ExtVec
}

// newFractions starts a level; it copies the halves, which are used only once
// but belong to the caller.
func newFractions(p0, p1, q0, q1 ff.ExtVec, gamma ff.Ext, point []ff.Ext) *fractions {
	n := p0.Len()
	mem := ff.NewExtVec(4*n + 5*(n/2))
	take := func(n int) ff.ExtVec {
		v := mem.Slice(0, n)
		mem = mem.Slice(n, mem.Len())
		return v
	}
	f := &fractions{p0: take(n), q0: take(n), q1: take(n), r: take(n)}
	f.p0.Copy(p0)
	f.q0.Copy(q0)
	f.q1.Copy(q1)
	f.r.Copy(p1)
	f.r.Axpy(gamma, q1)
	for i := range f.tmp {
		f.tmp[i] = take(n / 2)
	}
	if len(point) > 0 {
		f.eq = ff.Eq(point[1:], ff.ExtOne)
	}
	return f
}

// round returns t(0) and t(2) for t(X) = Σ_x eq(x)·[p₀q₁ + q₀r](X, x).
func (f *fractions) round() (t0, t2 ff.Ext) {
	n := f.p0.Len() / 2
	s := f.tmp[0].Slice(0, n)
	s.Mul(f.p0.Slice(0, n), f.q1.Slice(0, n))
	s.MulAdd(f.q0.Slice(0, n), f.r.Slice(0, n))
	t0 = s.Inner(f.eq)
	var at2 [4]ff.ExtVec
	for i, v := range []ff.ExtVec{f.p0, f.q1, f.q0, f.r} {
		at2[i] = f.tmp[1+i].Slice(0, n) // v(2) = 2v(1) − v(0)
		at2[i].Sub(v.Slice(n, 2*n), v.Slice(0, n))
		at2[i].Add(at2[i], v.Slice(n, 2*n))
	}
	s.Mul(at2[0], at2[1])
	s.MulAdd(at2[2], at2[3])
	return t0, s.Inner(f.eq)
}

// bind binds the current variable to x.
func (f *fractions) bind(x ff.Ext) {
	n := f.p0.Len() / 2
	for _, v := range []*ff.ExtVec{&f.p0, &f.q0, &f.q1, &f.r} {
		half := v.Slice(0, n)
		half.Fold(x, *v)
		*v = half
	}
	// eq of fewer coordinates: the sum over the one that is bound next.
	if m := f.eq.Len() / 2; m > 0 {
		lo := f.eq.Slice(0, m)
		lo.Add(lo, f.eq.Slice(m, 2*m))
		f.eq = lo
	}
}

// values returns p₀, p₁, q₀, q₁ at the bound point.
func (f *fractions) values(gamma ff.Ext) [4]ff.Ext {
	p1 := f.r.At(0).Sub(gamma.Mul(f.q1.At(0)))
	return [4]ff.Ext{f.p0.At(0), p1, f.q0.At(0), f.q1.At(0)}
}

// Fill lays the fractions of segments out as 2^nu leaves, 0/1 after the last.
func Fill(segments []Segment, nu int, c Challenge) (p, q ff.ExtVec) {
	p, q = ff.NewExtVec(1<<nu), ff.NewExtVec(1<<nu)
	at := 0
	for _, s := range segments {
		to := at + s.Len()
		s.Fill(p.Slice(at, to), q.Slice(at, to), c)
		at = to
	}
	for i := range q.Slice(at, q.Len())[0] {
		q.Set(at+i, ff.ExtOne)
	}
	return p, q
}

// Settle adds the two constraints that a leaf's fractions are those of the
// segments at its point.
func Settle(k *sum.Talk, leaf Leaf, segments []Segment, c Challenge) {
	eq := ff.Eq(leaf.Point, ff.ExtOne)
	p, q := leaf.P.Scaled(ff.ExtOne.Neg()), leaf.Q.Scaled(ff.ExtOne.Neg())
	at := 0
	for _, s := range segments {
		to := at + s.Len()
		sp, sq := s.Forms(eq.Slice(at, to), c)
		p.Plus(ff.ExtOne, sp)
		q.Plus(ff.ExtOne, sq)
		at = to
	}
	q.Plus(ff.ExtOne, sum.Number(eq.Slice(at, eq.Len()).Sum()))
	k.Zero(p)
	k.Zero(q)
}
