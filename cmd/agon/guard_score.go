package main

import (
	"context"
	"slices"
	"strings"

	"agon/game/market"
	"agon/player"
	"agon/player/host"
)

// hostPool names the players whose answers the guard pools: of those that
// answer within scoreBudget together, the ones that did best on the hosts of
// 2025-06 to 2025-08 ("agon guard measure --pools").
var hostPool = []string{"host-ngram", "host-trees"}

// pooled picks players by name, in their order.
func pooled(all []player.Forecaster, names []string) []player.Forecaster {
	var out []player.Forecaster
	for _, p := range all {
		if slices.Contains(names, p.Name()) {
			out = append(out, p)
		}
	}
	return out
}

// hostScore asks the players of the pool: the mean of their answers in log
// odds, at even odds. Nothing leaves the machine.
func hostScore(players []player.Forecaster) func(context.Context, string) (float64, bool) {
	return func(ctx context.Context, name string) (float64, bool) {
		q := player.Question{
			Template: market.DappScam, Fields: []string{strings.ToLower(name)}, Prior: 0.5,
			Price: 0.5,
		}
		sum, n := 0.0, 0
		for _, p := range players {
			if f, err := p.Forecast(ctx, q); err == nil {
				sum += player.Logit(f.P)
				n++
			}
		}
		if n == 0 {
			return 0, false
		}
		return player.Sigmoid(sum / float64(n)), true
	}
}

// guardScore is the guard's own: the pool of the players that ship.
func guardScore() func(context.Context, string) (float64, bool) {
	return hostScore(pooled(host.Builtin(), hostPool))
}
