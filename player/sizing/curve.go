package sizing

import "math"

// Curve is one book seen from one side: P is the price of the share that the
// walk makes dearer, B the liquidity in coins. YES has the book's price, NO
// one minus it.
type Curve struct{ B, P float64 }

// logit is ln(p/(1−p)).
func logit(p float64) float64 { return math.Log(p) - math.Log1p(-p) }

// Cost is what walking the price from P to l ≥ P costs, in coins:
//
//	b·ln((1−p)/(1−ℓ))
func (c Curve) Cost(l float64) float64 { return c.B * (math.Log1p(-c.P) - math.Log1p(-l)) }

// Shares is what that walk buys:
//
//	b·(logit ℓ − logit p)
func (c Curve) Shares(l float64) float64 { return c.B * (logit(l) - logit(c.P)) }

// After is the price that spending m coins walks to, the inverse of Cost:
//
//	1 − (1−p)·e^(−m/b)
func (c Curve) After(m float64) float64 { return c.P - (1-c.P)*math.Expm1(-m/c.B) }

// AfterShares is the price that buying n shares walks to, the inverse of
// Shares.
func (c Curve) AfterShares(n float64) float64 { return 1 / (1 + math.Exp(-n/c.B-logit(c.P))) }

// Thin is the curve as seen by a trader who expects to be the fraction share
// of the batch's flow on this side. The batch walks cost m/share together, and
// the trader gets its share of what that buys:
//
//	share·Shares(After(m/share)) on (b, p) = Shares(After(m)) on (share·b, p)
//
// because the curve scales with b.
func (c Curve) Thin(share float64) Curve { return Curve{B: share * c.B, P: c.P} }

// KL is the relative entropy of belief q to price p, in nats:
//
//	q·ln(q/p) + (1−q)·ln((1−q)/(1−p))
//
// b·KL(q‖p) is the most that somebody who is right about q can expect to earn
// on a curve at p (Hanson 2003): it is earned by walking the price to q.
func KL(q, p float64) float64 {
	term := func(a, b float64) float64 {
		if a == 0 {
			return 0
		}
		return a * math.Log(a/b)
	}
	return term(q, p) + term(1-q, 1-p)
}

// Ceiling is the most that anybody can expect to earn on a curve of liquidity b
// at p, if the price is right on average: what one earns who knows the answer,
//
//	b·E[KL] = b·(−p·ln p − (1−p)·ln(1−p)).
func Ceiling(b, p float64) float64 {
	if !(p > 0 && p < 1) {
		return 0
	}
	return b * (-p*math.Log(p) - (1-p)*math.Log1p(-p))
}

// Shrink moves belief p towards the price, leaving the fraction weight of the
// distance, in log odds: weight 0 is the price and 1 the belief.
func Shrink(p, price, weight float64) float64 {
	x := weight*logit(p) + (1-weight)*logit(price)
	return 1 / (1 + math.Exp(-x))
}
