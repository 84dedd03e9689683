package market

import "github.com/holiman/uint256"

// Curve is where one book stands on its logarithmic market scoring rule:
//
//	C(Y, N) = b·ln(π·e^(Y/b) + (1−π)·e^(N/b)),  p = ∂C/∂Y,
//	logit p = logit π + d/b,                    d = Y − N.
//
// C(0, 0) = 0, C(Y, N) ≥ Y + b·ln π and ≥ N + b·ln(1−π): whoever sells along C
// and began with b·ln(1/min(π, 1−π)) can always pay.
type Curve struct {
	B       Amount // liquidity b, 1 ≤ b < 2⁹⁷
	Opening Price  // π
	D       Amount // d, two's complement; |d| < 10·b
}

// A logit is kept in Q120 above logitZero, so that it needs no sign: within
// ±10 for prices within [10⁻⁴, 1−10⁻⁴].
var logitZero = u128{1 << 62, 0}

// margin is what rates are worsened by before they are used: above all errors
// of ln and exp together. The largest is in reachedAt, where p ≥ 10⁻⁴ makes
// 2⁻¹¹⁸ of error in p at most 2⁻¹⁰⁴ in ln p. It costs all takers of a batch
// together b·2⁻¹⁰⁰, less than a unit of 10⁻¹⁸ coin.
var margin = u128{0, 1 << 20}

// logit is ln(p/(1−p)) for a price 1 ≤ p < One.
func logit(p Price) u128 {
	return logitZero.add(lnInt(uint64(p))).sub(lnInt(uint64(One - p)))
}

// costTo is −ln(1−p) in Q120: the cost of moving from 0 to p, per unit of b.
func costTo(p Price) u128 { return lnOne.subFloor(lnInt(uint64(One - p))) }

// pointAt is logit and costTo at once.
func pointAt(p Price) (x, cost u128) {
	no := lnInt(uint64(One - p))
	return logitZero.add(lnInt(uint64(p))).sub(no), lnOne.subFloor(no)
}

var lnOne = lnInt(uint64(One))

// costAt is costTo of the price whose logit is x:
//
//	−ln(1−p) = ln(1 + eˣ) = max(x, 0) + ln(1 + e^(−|x|)).
func costAt(x u128) u128 {
	var above u128
	q := expNeg(magnitude(x))
	if !x.less(logitZero) {
		above = x.sub(logitZero)
	}
	if q == one127 {
		return above.add(lnPow2[1])
	}
	return above.add(lnMantissa(one127.add(q)).shr(q127 - q120))
}

// reachedAt is the inverse of costAt: the logit of the price 1 − e^(−a), for
// a > 0, and 0 for a = 0.
//
//	x = ln(1 − e⁻ᵃ) + a
func reachedAt(a u128) u128 {
	p := one127.sub(expNeg(a)) // Q127
	if p == (u128{}) {
		return u128{}
	}
	zeros := p.leadingZeros()
	if zeros > 60 {
		return u128{} // p < 2⁻⁵⁹: below every price there is
	}
	ln := lnMantissa(p.shl(zeros)).shr(q127 - q120)
	return logitZero.add(a).add(ln).sub(lnPow2[zeros])
}

// magnitude is |x|, x a logit.
func magnitude(x u128) u128 {
	if x.less(logitZero) {
		return logitZero.sub(x)
	}
	return x.sub(logitZero)
}

// mirror is the logit of 1 − p.
func mirror(x u128) u128 { return logitZero.shl(1).sub(x) }

// priceAt is the price whose logit is x, rounded to nearest and kept within
// [MinPrice, MaxPrice]; priceAt(mirror(x)) is exactly One − priceAt(x).
func priceAt(x u128) Price {
	q := expNeg(magnitude(x)).wide() // p = 1/(1+q) if p ≥ ½
	den := pow2(q127)
	den.Add(&den, &q)
	num := pow2(q127)
	num.Mul(&num, uint256.NewInt(uint64(One)))
	var half Amount
	num.Add(&num, half.Rsh(&den, 1))
	p := Price(num.Div(&num, &den).Uint64())
	p = min(p, MaxPrice)
	if x.less(logitZero) {
		p = One - p
	}
	return p
}

// logit is where the curve stands.
func (c *Curve) logit() u128 {
	start := logit(c.Opening)
	var d, x Amount
	d.Abs(&c.D)
	x.Lsh(&d, q120) // |d| < 2¹⁰¹
	x.Div(&x, &c.B)
	if c.D.Sign() < 0 {
		return start.sub(narrow(&x))
	}
	return start.add(narrow(&x))
}

// Price is the price of YES, rounded to nearest.
func (c *Curve) Price() Price { return priceAt(c.logit()) }

// SharesBetween is ⌊b·|logit to − logit from|⌋: the shares that move the price
// of one side from one price to the other. Prices within [MinPrice, MaxPrice].
func SharesBetween(b Amount, from, to Price) Amount {
	x, y := logit(min(from, to)), logit(max(from, to))
	gap := y.subFloor(x).subFloor(margin).wide()
	gap.Mul(&gap, &b)
	return *gap.Rsh(&gap, q120)
}

// CostBetween is what they cost a buyer, rounded up: b·ln((1−from)/(1−to)) for
// from < to. A seller who moves the price down from to to from gets
// SharesBetween less the cost of the other side, CostBetween(b, One−to, One−from).
func CostBetween(b Amount, from, to Price) Amount {
	gap := costTo(max(from, to)).subFloor(costTo(min(from, to))).add(margin).wide()
	gap.Mul(&gap, &b)
	return ceilQ120(&gap)
}

// Liquidity is the b that a subsidy of s pays for, rounded down:
//
//	b = s / max over k of [ln(1/πₖ) + Σ_{j≠k} ln(1/(1−πⱼ))]
//
// over the members k of a group; for one book of opening price π this is
// s / ln(1/min(π, 1−π)).
func Liquidity(s Amount, openings []Price) Amount {
	var lose, worst u128 // Σ ln(1/(1−πⱼ)); the largest bracket
	for _, p := range openings {
		lose = lose.add(costTo(p))
	}
	for _, p := range openings {
		worst = maximum(worst, lose.sub(costTo(p)).add(costTo(One-p)))
	}
	if len(openings) == 1 {
		worst = maximum(worst, lose)
	}
	den := worst.add(margin).wide()
	var b Amount
	b.Lsh(&s, q120)
	return *b.Div(&b, &den)
}

func maximum(a, b u128) u128 {
	if a.less(b) {
		return b
	}
	return a
}

func minimum(a, b u128) u128 {
	if a.less(b) {
		return a
	}
	return b
}

// ceilQ120 is ⌈w/2¹²⁰⌉.
func ceilQ120(w *Amount) (z Amount) {
	ones := pow2(q120)
	ones.SubUint64(&ones, 1)
	z.Add(w, &ones)
	return *z.Rsh(&z, q120)
}
