package trial

import (
	"math"
	"math/rand/v2"
	"slices"

	"agon/guard/rules"
)

// Share is a share with the interval in which 95 % of the draws fell.
type Share struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Row is a confusion matrix with its shares.
type Row struct {
	Name         string `json:"name"`
	Caught       int    `json:"caught"`       // scams with an alarm
	Missed       int    `json:"missed"`       // scams without
	FalseAlarms  int    `json:"false_alarms"` // honest hosts with an alarm
	Quiet        int    `json:"quiet"`        // honest hosts without
	CaughtShare  Share  `json:"caught_share"`
	FalseShare   Share  `json:"false_share"`
	Asked        int    `json:"asked,omitempty"` // questions to the market
	AskedOfScams int    `json:"asked_of_scams,omitempty"`
	// Refused is how often the day's budget was used up.
	Refused int     `json:"refused,omitempty"`
	Cost    float64 `json:"cost_coins,omitempty"`
	Days    int     `json:"days,omitempty"`
}

// Lists raises an alarm where a list does.
func Lists(hosts []Host) []bool {
	out := make([]bool, len(hosts))
	for i, h := range hosts {
		out[i] = h.Listed
	}
	return out
}

// Alone raises an alarm where lists or the models of names do.
func Alone(l rules.ScamLimits, hosts []Host) []bool {
	out := make([]bool, len(hosts))
	for i, h := range hosts {
		out[i] = h.Listed || l.Severity(h.Own, nil) >= rules.Warning
	}
	return out
}

// Asked is what asking the market came to.
type Asked struct {
	Alarms                   []bool
	Questions, Scams, Refuse int
	Cost                     float64
	Days                     int
}

// WithMarket asks the market where the evidence is thin, for at most perDay
// coins a day, of which every question reserves its subsidy whole.
func WithMarket(l rules.ScamLimits, hosts []Host, subsidy, perDay float64) Asked {
	a := Asked{Alarms: make([]bool, len(hosts))}
	day, reserved := "", 0.0
	for i, h := range hosts {
		if h.Day != day || i == 0 {
			day, reserved = h.Day, 0
			a.Days++
		}
		var market *float64
		if l.Thin(h.Own) && !h.Listed && !math.IsNaN(h.Market) {
			if reserved+subsidy > perDay {
				a.Refuse++
			} else {
				reserved += subsidy
				a.Questions++
				a.Cost += h.Cost
				if h.Scam {
					a.Scams++
				}
				market = &h.Market
			}
		}
		a.Alarms[i] = h.Listed || l.Severity(h.Own, market) >= rules.Warning
	}
	return a
}

// Count makes the confusion matrix of alarms. Intervals are bootstraps by site:
// draws of as many sites with replacement, from a seed.
func Count(name string, hosts []Host, alarms []bool, draws int, seed uint64) Row {
	r := Row{Name: name}
	type cell [4]int // caught, missed, false alarm, quiet
	groups := map[string]*cell{}
	var names []string
	for i, h := range hosts {
		k := 0
		if !h.Scam {
			k = 2
		}
		if !alarms[i] {
			k++
		}
		g := groups[h.Group]
		if g == nil {
			g = new(cell)
			groups[h.Group] = g
			names = append(names, h.Group)
		}
		g[k]++
	}
	cells := make([]cell, len(names))
	var all cell
	for i, n := range names {
		cells[i] = *groups[n]
		for k := range all {
			all[k] += cells[i][k]
		}
	}
	r.Caught, r.Missed, r.FalseAlarms, r.Quiet = all[0], all[1], all[2], all[3]
	shares := func(c cell) (caught, alarm float64) {
		return float64(c[0]) / float64(max(1, c[0]+c[1])),
			float64(c[2]) / float64(max(1, c[2]+c[3]))
	}
	r.CaughtShare.Value, r.FalseShare.Value = shares(all)
	rng := rand.New(rand.NewPCG(seed, 0x9a4d))
	caught, alarm := make([]float64, draws), make([]float64, draws)
	for d := range draws {
		var sum cell
		for range cells {
			c := &cells[rng.IntN(len(cells))]
			for k := range sum {
				sum[k] += c[k]
			}
		}
		caught[d], alarm[d] = shares(sum)
	}
	r.CaughtShare.between(caught)
	r.FalseShare.between(alarm)
	return r
}

func (s *Share) between(v []float64) {
	if len(v) == 0 {
		s.Low, s.High = s.Value, s.Value
		return
	}
	slices.Sort(v)
	s.Low, s.High = v[len(v)*25/1000], v[min(len(v)-1, len(v)*975/1000)]
}

// AtShare is the share of scams caught at the threshold that exactly the share
// alarm of these honest hosts reach: what is comparable with other reports. It
// looks at the answers, as no guard can.
func AtShare(hosts []Host, score func(Host) float64, alarm float64) float64 {
	var honest []float64
	scams := 0.0
	for _, h := range hosts {
		if h.Scam {
			scams++
		} else {
			honest = append(honest, score(h))
		}
	}
	t := reached(honest, int(alarm*float64(len(honest))))
	caught := 0.0
	for _, h := range hosts {
		if h.Scam && score(h) >= t {
			caught++
		}
	}
	return caught / max(1, scams)
}
