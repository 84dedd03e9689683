package lab

import (
	"context"
	"math"
	"slices"

	"agon/player"
	"agon/player/host"
	"agon/player/learn"
)

// told is a yardstick, not a player: it knows the attack. It starts from the log
// pool of all the players and learns, as host-recent does, from hundreds of names
// that were tuned against the same open player, none of them of a site that is
// tried, and from as many honest ones. What escapes it looks like an honest name
// even to somebody who has seen what the attacker does.
type told struct {
	learnt *host.Recent
	limit  float64
}

// lessons is how often it goes over its names.
const lessons = 3

// tell makes a told of the scams that are not tried.
func tell(
	warm, rest []learn.Example, tries []tuned, all Roster, o EvadeOptions,
	tune func(learn.Example) tuned,
) *told {
	tried := map[string]bool{}
	for _, t := range tries {
		tried[t.was.Group] = true
	}
	var scams, honest []learn.Example
	for _, x := range slices.Backward(rest) { // the played ones come first
		switch {
		case x.Truth && !tried[x.Group] && len(scams) < o.Told:
			scams = append(scams, tune(x).is)
		case !x.Truth && len(honest) < o.Told:
			honest = append(honest, x)
		}
	}
	t := &told{learnt: host.NewRecent(poolOf(all()))}
	for range lessons {
		for i := range max(len(scams), len(honest)) {
			if i < len(scams) {
				t.learnt.Settle(scams[i].Question, true)
			}
			if i < len(honest) {
				t.learnt.Settle(honest[i].Question, false)
			}
		}
	}
	return t
}

func (t *told) says(x learn.Example) float64 {
	f, err := t.learnt.Forecast(context.Background(), x.Question)
	if err != nil {
		return x.Question.Prior
	}
	return f.P
}

func (t *told) flags(x learn.Example) bool { return t.says(x) >= t.limit }

// flagLike sets its threshold so that it flags as many of the honest hosts played
// as the market does at its own, or fewer.
func (t *told) flagLike(played []Answer, limit float64) {
	var says []float64
	flagged := 0
	for _, a := range played {
		if a.Example.Truth {
			continue
		}
		says = append(says, t.says(a.Example))
		if a.Median >= limit {
			flagged++
		}
	}
	slices.Sort(says)
	slices.Reverse(says)
	if flagged < len(says) {
		t.limit = math.Nextafter(says[flagged], 2)
	}
}

// pool is the log-opinion pool, of equal weights, of those that do not learn.
type pool []player.Forecaster

func poolOf(all []player.Forecaster) pool {
	return slices.DeleteFunc(all, func(p player.Forecaster) bool {
		_, learns := p.(player.Learner)
		return learns || p.Family() == "baseline"
	})
}

// Name implements player.Forecaster.
func (pool) Name() string { return "pool" }

// Family implements player.Forecaster.
func (pool) Family() string { return "pool" }

// Forecast is the mean of the log-odds of those who do not pass.
func (p pool) Forecast(ctx context.Context, q player.Question) (player.Forecast, error) {
	sum, n := 0.0, 0.0
	for _, one := range p {
		if f, err := one.Forecast(ctx, q); err == nil {
			sum += player.Logit(f.P)
			n++
		}
	}
	if n == 0 {
		return player.Forecast{}, player.Pass(p.Name(), "nobody has an opinion")
	}
	return player.Forecast{P: player.Sigmoid(sum / n), Confidence: 1}, nil
}
