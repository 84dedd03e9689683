package calibrate

import "agon/player"

// View is what a player has before it when it decides: its own opinion and the
// market's.
type View struct {
	Own        float64 // its forecast, calibrated
	Confidence float64 // how far it trusts that on this question, in [0, 1]
	Price      float64 // of YES, now
	Base       float64 // price at which the question opened
}

func (v View) usable() bool {
	in := func(x float64) bool { return x > 0 && x < 1 }
	return in(v.Own) && in(v.Price) && in(v.Base) && v.Confidence >= 0 && v.Confidence <= 1
}

// Kind is the kind of decision a weight is learnt for: questions of a template,
// before anybody traded (Fresh, the price is still the base rate) or after.
type Kind struct {
	Template uint8
	Fresh    bool
}

// Pool says how far a player should move from its own forecast to the price,
// and learns it from what settled. It reads the price as evidence: belief q is
//
//	logit q = logit price + α·c·(logit own − logit price) + γ·(logit price − logit base)
//
// a logarithmic opinion pool of own forecast and price with weight α·c on its
// own, c its confidence; γ > 0 says that prices stop short of what they know
// and γ < 0 that they overshoot. α = 0 is the market's own opinion: a player
// that knows nothing the market does not, believes it and does not trade.
//
// α and γ are learnt by a Gaussian filter, one for Fresh decisions and one for
// the rest; each template has its own, whose prior is what the others say.
type Pool struct {
	trust float64
	all   [2]filter // not Fresh, Fresh
	kinds map[Kind]*filter
}

// Precisions of the priors, and bounds of the weights in use.
const (
	alphaPrecision = 6  // deviation 0.4 around the player's trust
	gammaPrecision = 40 // deviation 0.16 around 0
	kindDoubt      = 2  // a template's prior is so many times as firm

	mostAlpha = 1.5
	mostGamma = 0.5

	// forget is what a settled question leaves of what was learnt before it:
	// other players learn too, so the price's worth drifts. With 0.998, weights
	// would be known to ±0.07 at best, and players who know nothing that the price
	// does not would keep pulling at it.
	forget = 0.9995
	// mostFeature bounds what one settled question can teach, in log odds.
	mostFeature = 4
)

// NewPool makes a pool that begins with weight trust, in [0, 1], on its own
// forecast.
func NewPool(trust float64) *Pool {
	return &Pool{trust: min(1, max(0, trust)), kinds: map[Kind]*filter{}}
}

// Apply is the belief at a view. Where a number is not usable it is the price,
// at which nobody trades.
func (p *Pool) Apply(k Kind, v View) float64 {
	if !v.usable() {
		return v.Price
	}
	alpha, gamma := p.Weights(k)
	o, f := v.features()
	return player.Clamp(player.Sigmoid(o + alpha*f[0] + gamma*f[1]))
}

// Update learns from a decision of kind k that was taken at view v, on a
// question that has paid y for a YES. What is not usable is passed over.
func (p *Pool) Update(k Kind, v View, y float64) {
	if !v.usable() || !(y >= 0 && y <= 1) {
		return
	}
	own := p.kinds[k]
	if own == nil {
		own = new(filter)
		p.kinds[k] = own
	}
	o, f := v.features()
	for i := range f {
		f[i] = min(mostFeature, max(-mostFeature, f[i]))
	}
	// Both are held to what they said before; then they may know the answer.
	alpha, gamma := p.mean(k)
	own.update(o, f, y, alpha, gamma)
	all := p.family(k)
	alpha, gamma = all.mean(1, p.trust, 0)
	all.update(o, f, y, alpha, gamma)
}

// Weights gives α, in [0, 1.5], and γ, in [−0.5, 0.5], as Apply uses them now.
func (p *Pool) Weights(k Kind) (alpha, gamma float64) {
	alpha, gamma = p.mean(k)
	return min(mostAlpha, max(0, alpha)), min(mostGamma, max(-mostGamma, gamma))
}

// mean is the weights of a kind before they are bounded.
func (p *Pool) mean(k Kind) (alpha, gamma float64) {
	alpha, gamma = p.family(k).mean(1, p.trust, 0)
	if own := p.kinds[k]; own != nil {
		return own.mean(kindDoubt, alpha, gamma)
	}
	return alpha, gamma
}

func (p *Pool) family(k Kind) *filter {
	if k.Fresh {
		return &p.all[1]
	}
	return &p.all[0]
}

// features splits a view into what is fixed, logit price, and what α and γ
// weigh.
func (v View) features() (o float64, f [2]float64) {
	o = player.Logit(v.Price)
	f[0] = v.Confidence * (player.Logit(v.Own) - o)
	f[1] = o - player.Logit(v.Base)
	return o, f
}

// filter is what settled questions say about θ = (α, γ): a Gaussian in
// information form, precision Λ and vector η, without any prior.
type filter struct{ aa, ag, gg, a, g float64 }

// mean is the posterior's: with the prior's precision P = firm·diag(6, 40) and
// mean μ,
//
//	(P + Λ)⁻¹·(P·μ + η)
func (f *filter) mean(firm, alpha, gamma float64) (float64, float64) {
	pa, pg := firm*alphaPrecision, firm*gammaPrecision
	aa, gg := pa+f.aa, pg+f.gg
	a, g := pa*alpha+f.a, pg*gamma+f.g
	det := aa*gg - f.ag*f.ag // > 0: the data's part is at least 0, the prior's above
	return (gg*a - f.ag*g) / det, (aa*g - f.ag*a) / det
}

// update is one step of the extended Kalman filter of logistic regression, at
// the mean θ: with features x, p = σ(o + θ·x) and w = p(1−p),
//
//	Λ ← Λ + w·x·xᵀ,   η ← η + w·x·xᵀ·θ + x·(y − p)
func (f *filter) update(o float64, x [2]float64, y, alpha, gamma float64) {
	p := player.Sigmoid(o + alpha*x[0] + gamma*x[1])
	w := p * (1 - p)
	z := w*(alpha*x[0]+gamma*x[1]) + y - p
	f.aa = forget*f.aa + w*x[0]*x[0]
	f.ag = forget*f.ag + w*x[0]*x[1]
	f.gg = forget*f.gg + w*x[1]*x[1]
	f.a = forget*f.a + x[0]*z
	f.g = forget*f.g + x[1]*z
}
