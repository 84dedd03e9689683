package sum

import (
	"fmt"

	"agon/proof/ff"
)

// half is 1/2.
var half = ff.New(2).Inv()

// quadratic returns the Lagrange coefficients of the nodes 0, 1, 2 at x:
//
//	(x−1)(x−2)/2,  −x(x−2),  x(x−1)/2
func quadratic(x ff.Ext) (l0, l1, l2 ff.Ext) {
	x1 := x.Sub(ff.ExtOne)
	x2 := x1.Sub(ff.ExtOne)
	return x1.Mul(x2).MulElem(half), x.Mul(x2).Neg(), x.Mul(x1).MulElem(half)
}

// Round plays one round for a polynomial f of degree 2 with the claim
// f(0) + f(1) = claim. It sends f̂(0) and f̂(2), draws x and returns it with
// the form of f(x); f(1) is the form claim − f(0).
func (k *Talk) Round(claim Form, f0, f2 ff.Ext) (Form, ff.Ext) {
	h0, h2 := k.Say("f(0)", f0).Form(), k.Say("f(2)", f2).Form()
	x := k.T.Ext("x")
	l0, l1, l2 := quadratic(x)
	return Combine([]ff.Ext{l0.Sub(l1), l1, l2}, []Form{h0, claim, h2}), x
}

// EqRound plays one round for f = eq(ρ, X)·t(X), t of degree 2, with the claim
// (1−ρ)·t(0) + ρ·t(1) = claim. It sends t̂(0) and t̂(2), draws x and returns it
// with the form of t(x), so that the factor eq(ρ, x) is gone from the claim:
//
//	t(1) = (claim − (1−ρ)·t(0))/ρ
func (k *Talk) EqRound(claim Form, rho, t0, t2 ff.Ext) (Form, ff.Ext) {
	if rho.IsZero() {
		k.Fail(fmt.Errorf("eq factor at 0: %w", ErrDegenerate))
	}
	h0, h2 := k.Say("t(0)", t0).Form(), k.Say("t(2)", t2).Form()
	x := k.T.Ext("x")
	l0, l1, l2 := quadratic(x)
	inv := rho.Inv()
	// l₁·t(1) = (l₁/ρ)·claim − (l₁/ρ)(1−ρ)·t(0)
	scale := l1.Mul(inv)
	c0 := l0.Sub(scale.Mul(ff.ExtOne.Sub(rho)))
	return Combine([]ff.Ext{c0, scale, l2}, []Form{h0, claim, h2}), x
}
