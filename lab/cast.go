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
	soloStyle   = sizing.Style{Kelly: 0.5, Share: 1, Look: 1e-3, MaxStake: 0.001}
	readerStyle = sizing.Style{Kelly: 1, Share: 1, Look: 1e-3, MaxStake: 0.2}
)

// readers are the readers of a cast.
var readers = []struct {
	name  string
	taste reader.Taste
	after int
}{
	{"reader-bent", reader.Taste{Bound: 2, Knots: []float64{-1.5, 1.5}}, 1},
	{"reader-wide", reader.Taste{Bound: 2, Knots: []float64{-2.5, 0, 2.5}}, 1},
}

// Roster gives the forecasters of a table, those that learn from what settles
// new in every call: what one game settled, the next must not know.
type Roster func() []player.Forecaster

// Cast seats those forecasters that have an opinion on any of the examples, and
// the readers.
func Cast(ctx context.Context, all []player.Forecaster, list []learn.Example) []Seat {
	var seats []Seat
	for _, f := range all {
		if f.Family() != "baseline" && knows(ctx, f, list) {
			seats = append(seats, NewSolo(f.Name(), f, soloStyle))
		}
	}
	return append(seats, Readers()...)
}

// Readers seats the readers alone.
func Readers() []Seat {
	var seats []Seat
	for _, r := range readers {
		seats = append(seats, NewListener(r.name, r.taste, readerStyle, r.after))
	}
	return seats
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
