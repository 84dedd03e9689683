package lab

import (
	"context"

	"agon/player"
	"agon/player/learn"
	"agon/player/reader"
	"agon/player/sizing"
)

// The styles of the lab's players, as chosen on the earlier period of the
// hosts; docs/lab.md has the trials. Nobody scales its bets down: budgets are
// what says how much each is believed.
var (
	soloStyle   = sizing.Style{Kelly: 0.5, Share: 1, Look: 1e-4, MaxStake: 0.0001}
	readerStyle = sizing.Style{Kelly: 1, Share: 1, Look: 1e-3, MaxStake: 0.2}
)

// A forecaster among others stakes little: its limit is its word, and whoever
// hears all words knows better than it where the price belongs. One that has
// learnt that nobody else comes stakes as readers do, or nobody would bring the
// price to where it belongs.
const (
	aloneStake = 0.2
	aloneCrowd = 0.2 // orders of others in a first batch, on average
)

// Roster gives the forecasters of a table, those that learn from what settles
// new in every call: what one game settled, the next must not know.
type Roster func() []player.Forecaster

// Cast seats those forecasters that have an opinion on any of the examples, and
// the reader.
func Cast(ctx context.Context, all []player.Forecaster, list []learn.Example) []Seat {
	var seats []Seat
	for _, f := range all {
		if f.Family() != "baseline" && knows(ctx, f, list) {
			seats = append(seats, NewSolo(f.Name(), f, soloStyle))
		}
	}
	return append(seats, Readers()...)
}

// Readers seats the readers alone: one, of the taste that a swarm's readers have
// too. Two that hear the same voices and believe different things would bet
// against each other, and the price would be neither's belief.
func Readers() []Seat {
	return []Seat{NewListener(readerName, reader.Taste{}, readerStyle, 1)}
}

const readerName = "reader"

// readerPurse is how many times a forecaster's budget the reader has, as in
// docs/roster.yaml: it brings every price to where it belongs, and on days with
// hundreds of open questions has its money in all of them.
const readerPurse = 5

// Purses gives a cast's seats their budgets.
func Purses(budget float64) func(seat string) float64 {
	return func(seat string) float64 {
		if seat == readerName {
			return readerPurse * budget
		}
		return budget
	}
}

// probes is on how many examples a forecaster may pass before it is taken to
// know nothing of the set.
const probes = 100

func knows(ctx context.Context, f player.Forecaster, list []learn.Example) bool {
	for _, e := range list[:min(probes, len(list))] {
		if _, err := f.Forecast(ctx, e.Question); err == nil {
			return true
		}
	}
	return false
}
