package lab

import (
	"context"
	"fmt"

	"agon/player"
	"agon/player/learn"
)

// Kept is who kept how much of the subsidies, as shares of S.
type Kept struct {
	Players float64 `json:"players"`
	Fund    float64 `json:"fund"`
	Opener  float64 `json:"opener"`
}

// keptOf adds up answers with a subsidy each.
func keptOf(answers []Answer, subsidy float64) (k Kept) {
	all := subsidy * float64(len(answers))
	for _, a := range answers {
		k.Fund += a.Fund / all
		k.Opener += (subsidy - a.Spent) / all
		for _, p := range a.Profits {
			k.Players += p / all
		}
	}
	return k
}

// Crowd is one row of who keeps the subsidy, by how many play.
type Crowd struct {
	Players int     `json:"players"`
	Kept    Kept    `json:"kept"`
	Log     float64 `json:"log"` // of the published answers, nats
	Orders  float64 `json:"orders_a_question"`
}

// Crowds are the numbers of players tried.
var Crowds = []int{1, 2, 5, 10, 20, 50, 100}

// noisiest is by how much, in log odds, the last of many copies of one
// forecaster departs from it.
const noisiest = 0.6

// crowd seats n players: each forecaster once, then the readers, then copies of
// the forecasters that differ from them by noise.
func crowd(ctx context.Context, all []player.Forecaster, list []learn.Example, n int) []Seat {
	seats := Cast(ctx, all, list)
	solos := len(seats) - len(readers)
	for i := len(seats); i < n; i++ {
		of := seats[i%solos].(*Solo)
		s := NewSolo(fmt.Sprintf("%s %d", of.Name(), i), of.Forecaster, soloStyle)
		s.Noise = noisiest * float64(i) / float64(n)
		seats = append(seats, s)
	}
	return seats[:n]
}

// KeepOptions say who plays for what.
type KeepOptions struct {
	Seed            uint64
	Limit           int // questions, the first quarter of them not counted
	Subsidy, Budget float64
	Tick            func(done, total int)
}

// Keep plays a set with crowds of growing size.
func Keep(
	ctx context.Context, h learn.Held, all []player.Forecaster, o KeepOptions,
) ([]Crowd, error) {
	list := Examples(h)
	if o.Limit > 0 {
		list = list[:min(o.Limit, len(list))]
	}
	var out []Crowd
	for i, n := range Crowds {
		g, err := NewGame(Rules{
			Seed: o.Seed, Subsidy: o.Subsidy, Window: 30, Delay: 30, Every: 1,
			Budget: func(string) float64 { return o.Budget },
		}, crowd(ctx, all, list, n))
		if err != nil {
			return nil, err
		}
		answers, err := g.Play(ctx, list, nil)
		if err != nil {
			return nil, err
		}
		answers = answers[len(answers)/4:]
		c := Crowd{Players: n, Kept: keptOf(answers, o.Subsidy)}
		for _, a := range answers {
			c.Log += nats(a.Median, a.Example.Truth) / float64(len(answers))
			c.Orders += float64(a.Orders) / float64(len(answers))
		}
		out = append(out, c)
		if o.Tick != nil {
			o.Tick(i+1, len(Crowds))
		}
	}
	return out, nil
}
