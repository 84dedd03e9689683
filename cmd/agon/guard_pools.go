package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"agon/cmd/agon/term"
	"agon/guard/trial"
	"agon/player"
	"agon/player/learn"
)

// scoreBudget is the most that judging one name may take.
const scoreBudget = 100 * time.Microsecond

// poolView is how a pool of players does on the choosing side.
type poolView struct {
	Players []string `json:"players"`
	Caught  float64  `json:"caught_at_one_per_cent"`
	Micros  float64  `json:"micros"`
}

// comparePools tries every pool of the players, best first, by the share caught
// at 1 % of false alarms. Times are of this machine, now.
func comparePools(ctx context.Context, players []player.Forecaster,
	list []learn.Example) []poolView {
	odds := make([][]float64, len(players)) // by player, by example
	micros := make([]float64, len(players))
	for j, p := range players {
		began := time.Now()
		for _, e := range list {
			x := 0.0
			if f, err := p.Forecast(ctx, e.Question); err == nil {
				x = player.Logit(f.P)
			}
			odds[j] = append(odds[j], x)
		}
		micros[j] = time.Since(began).Seconds() * 1e6 / float64(max(1, len(list)))
	}
	var out []poolView
	hosts := make([]trial.Host, len(list))
	for set := 1; set < 1<<len(players); set++ {
		var v poolView
		for i, e := range list {
			sum, n := 0.0, 0.0
			for j := range players {
				if set>>j&1 == 1 {
					sum += odds[j][i]
					n++
				}
			}
			hosts[i] = trial.Host{Scam: e.Truth, Own: player.Sigmoid(sum / n)}
		}
		for j, p := range players {
			if set>>j&1 == 1 {
				v.Players = append(v.Players, p.Name())
				v.Micros += micros[j]
			}
		}
		v.Caught = trial.AtShare(hosts, func(h trial.Host) float64 { return h.Own }, 0.01)
		out = append(out, v)
	}
	slices.SortStableFunc(out, func(a, b poolView) int { return cmp.Compare(b.Caught, a.Caught) })
	return out
}

// drawPools prints the best pools, and the best that are quick enough.
func drawPools(s term.Screen, pools []poolView) {
	t := term.Table{Columns: []term.Column{
		{Name: "pool, on the choosing side", Grow: true}, {Name: "caught at 1%", Right: true},
		{Name: "µs", Right: true},
	}}
	quick, any := 0, 0
	for _, p := range pools {
		fits := p.Micros <= float64(scoreBudget.Microseconds())
		switch {
		case fits && quick < 8:
			quick++
		case !fits && any < 4:
			any++
		default:
			continue
		}
		t.Row(strings.ReplaceAll(strings.Join(p.Players, " "), "host-", ""),
			fmt.Sprintf("%.1f%%", 100*p.Caught), fmt.Sprintf("%.0f", p.Micros))
	}
	t.Draw(s)
}
