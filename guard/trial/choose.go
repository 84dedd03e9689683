package trial

import (
	"math"
	"slices"

	"agon/guard/rules"
)

// Host is one host with its answer.
type Host struct {
	Scam  bool
	Group string // its site: drawn as one for intervals
	// Day is when it was asked about; hosts are in its order.
	Day string

	Listed bool    // by a list of scams
	Own    float64 // what the models of names say, at even odds
	// Market is what the market would say if it were asked, NaN where it was
	// not played; Cost is what that costs, in coins.
	Market, Cost float64
}

// Shares of honest hosts that reach each threshold where it is chosen.
const (
	noteShare  = 0.10
	alarmShare = 0.01
	sureShare  = 0.001
)

// sureness is the quantile of the normal distribution for 95 % on one side.
const sureness = 1.645

// within gives how many of n may reach a threshold so that no more than a share
// of all others like them will, with 95 % confidence: the largest k with
//
//	k + 1.645·√k ≤ share·n
func within(share float64, n int) int {
	k := 0
	for float64(k+1)+sureness*math.Sqrt(float64(k+1)) <= share*float64(n) {
		k++
	}
	return k
}

// Choose sets the thresholds of the models alone: the lowest scores that, with
// 95 % confidence, no more than 10 %, 1 % and 0.1 % of honest hosts reach.
func Choose(hosts []Host) rules.ScamLimits {
	var honest []float64
	for _, h := range hosts {
		if !h.Scam {
			honest = append(honest, h.Own)
		}
	}
	l := rules.ScamLimits{
		Note:    reached(honest, within(noteShare, len(honest))),
		Warning: reached(honest, within(alarmShare, len(honest))),
		Sure:    reached(honest, within(sureShare, len(honest))),
	}
	l.Joint = l.Warning
	return l
}

// Raise lifts thresholds that more than 10 %, 1 % and 0.1 % of these honest hosts
// reach: models that were fitted anew judge a little otherwise than those that
// the thresholds were chosen with.
func Raise(l rules.ScamLimits, hosts []Host) rules.ScamLimits {
	var honest []float64
	for _, h := range hosts {
		if !h.Scam {
			honest = append(honest, h.Own)
		}
	}
	lift := func(t *float64, share float64) {
		*t = max(*t, reached(honest, int(share*float64(len(honest)))))
	}
	lift(&l.Note, noteShare)
	lift(&l.Warning, alarmShare)
	lift(&l.Sure, sureShare)
	l.Joint = l.Warning
	return l
}

// reached gives the least threshold that at most k of the scores reach: just
// above the next score down. 1 if there are no scores.
func reached(scores []float64, k int) float64 {
	if len(scores) == 0 {
		return 1
	}
	s := slices.Sorted(slices.Values(scores))
	slices.Reverse(s)
	return math.Nextafter(s[min(k, len(s)-1)], 2)
}

// weights are those that ChooseJoint tries, most trust in the models first.
var weights = []float64{0.25, 0.5, 0.75, 1}

// ChooseJoint sets how much the market counts, by the log score on the hosts
// that it would be asked about, and where both together are a warning, so that
// of the honest hosts 1 % are warned of in all, with the same confidence. Hosts
// without a market are passed over.
func ChooseJoint(l rules.ScamLimits, hosts []Host) rules.ScamLimits {
	var all []Host
	for _, h := range hosts {
		if !math.IsNaN(h.Market) {
			all = append(all, h)
		}
	}
	least := math.Inf(1)
	for _, w := range weights {
		try := l
		try.Weight = w
		nats := 0.0
		for _, h := range all {
			if l.Thin(h.Own) {
				p := try.Together(h.Own, h.Market)
				if !h.Scam {
					p = 1 - p
				}
				nats -= math.Log(max(p, 1e-3))
			}
		}
		if nats < least {
			least, l.Weight = nats, w
		}
	}
	var thin []float64
	honest, sure := 0, 0
	for _, h := range all {
		if h.Scam {
			continue
		}
		honest++
		switch {
		case h.Own >= l.Sure:
			sure++
		case l.Thin(h.Own):
			thin = append(thin, l.Together(h.Own, h.Market))
		}
	}
	if len(thin) == 0 {
		return l
	}
	slices.Sort(thin)
	slices.Reverse(thin)
	k := max(0, within(alarmShare, honest)-sure)
	if k >= len(thin) {
		l.Joint = 0
	} else {
		l.Joint = math.Nextafter(thin[k], 2)
	}
	return l
}
