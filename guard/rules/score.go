package rules

import "math"

// ScamLimits say what the probability of a scam that models find in a host's
// name, stated at even odds, amounts to. "agon guard measure" chooses them on
// hosts from before those on which it measures.
type ScamLimits struct {
	// Note is where a name becomes remarkable: below it, it says nothing, and
	// from it on the market is asked, where it may be.
	Note float64 `json:"note"`
	// Warning is where the name alone is a warning.
	Warning float64 `json:"warning"`
	// Sure is where the name needs no second opinion. It stays a warning: no
	// name alone is more. If the market agrees as firmly, it is a danger.
	Sure float64 `json:"sure"`
	// Weight is the market's weight beside the models', in [0, 1]; Joint is
	// where both together are a warning.
	Weight float64 `json:"market_weight"`
	Joint  float64 `json:"joint"`
}

// Thin reports whether a name is remarkable and not enough: then a second
// opinion is worth its price.
func (l ScamLimits) Thin(own float64) bool { return own >= l.Note && own < l.Sure }

// Together is the logarithmic opinion pool of the models and the market,
//
//	logit p = (1 − w)·logit own + w·logit market,
//
// with both kept within 1000 to 1.
func (l ScamLimits) Together(own, market float64) float64 {
	x := (1-l.Weight)*logit(own) + l.Weight*logit(market)
	return 1 / (1 + math.Exp(-x))
}

// Severity is what a name amounts to; market is nil if it was not asked.
func (l ScamLimits) Severity(own float64, market *float64) Severity {
	switch {
	case market != nil && own >= l.Warning && *market >= l.Sure:
		return Danger
	case own >= l.Sure:
		return Warning
	case market == nil || !l.Thin(own):
		if own >= l.Warning {
			return Warning
		}
		return Safe
	case l.Together(own, *market) >= l.Joint:
		return Warning
	}
	return Safe
}

func logit(p float64) float64 {
	const edge = 0.001
	p = min(max(p, edge), 1-edge)
	return math.Log(p / (1 - p))
}
