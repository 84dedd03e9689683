package lab

import (
	"context"
	"fmt"
	"math"
	"slices"

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
	Set     string  `json:"set"`
	Opening float64 `json:"opening"` // price at which all questions opened
	Players int     `json:"players"`
	Kept    Kept    `json:"kept"`
	Last    float64 `json:"log_last"` // log score of the last price, nats
	// Theory is what players keep of S by the curve: C = b·ln Σ exp(qᵢ/b) pays
	// b·ln(p/π) for moving the price of what comes true from π to p, so the mean
	// over questions of
	//
	//	b·(ln p − ln π)/S,  b = S/ln(1/min(π, 1 − π)),
	//
	// which is 1 − Last/ln 2 for π = ½.
	Theory float64 `json:"theory"`
	// Most is Theory for the beliefs of that one seat that turned out best, or
	// the log pool of all, if that is better: more than players with these
	// beliefs can keep, as nobody knew which.
	Most   float64 `json:"most"`
	Orders float64 `json:"orders_a_question"`
}

// Crowds are the numbers of players tried.
var Crowds = []int{1, 2, 5, 10, 20, 50, 100}

// noisiest is by how much, in log odds, the last of many copies of one
// forecaster departs from it.
const noisiest = 0.6

// crowd seats n players: a forecaster, the reader, every other forecaster once,
// then copies of the forecasters that differ from them by noise.
func crowd(ctx context.Context, all []player.Forecaster, list []learn.Example, n int) []Seat {
	seats := Cast(ctx, all, list)
	solos := len(seats) - len(Readers())
	forecasters := slices.Clone(seats[:solos])
	seats = slices.Concat(forecasters[:1], seats[solos:], forecasters[1:])
	for i := len(seats); i < n; i++ {
		of := forecasters[i%solos].(*Solo)
		s := NewSolo(fmt.Sprintf("%s %d", of.Name(), i), of.Forecaster, soloStyle)
		s.Noise, s.Borrowed = noisiest*float64(i)/float64(n), true
		seats = append(seats, s)
	}
	return seats[:n]
}

// KeepOptions say who plays for what.
type KeepOptions struct {
	Seed            uint64
	Limit           int  // questions, the first quarter of them not counted
	Half            bool // open at ½ instead of the base rate
	Subsidy, Budget float64
	Tick            func(done, total int)
}

// Keep plays a set with crowds of growing size.
func Keep(ctx context.Context, h learn.Held, all Roster, o KeepOptions) ([]Crowd, error) {
	list := Examples(h)
	if o.Half {
		list = h.At(0.5)
	}
	if o.Limit > 0 {
		list = list[:min(o.Limit, len(list))]
	}
	var out []Crowd
	for i, n := range Crowds {
		seats := crowd(ctx, all(), list, n)
		g, err := NewGame(Rules{
			Seed: o.Seed, Subsidy: o.Subsidy, Window: 30, Delay: 30, Every: 1,
			Budget: Purses(o.Budget),
		}, seats)
		if err != nil {
			return nil, err
		}
		answers, err := g.Play(ctx, list, nil)
		if err != nil {
			return nil, err
		}
		answers = answers[len(answers)/4:]
		c := Crowd{
			Set: string(h.Set), Opening: answers[0].Opening, Players: n,
			Kept: keptOf(answers, o.Subsidy), Most: most(answers, len(seats)),
		}
		for _, a := range answers {
			c.Last += nats(a.Last, a.Example.Truth) / float64(len(answers))
			c.Theory += a.worth(a.Last) / float64(len(answers))
			c.Orders += float64(a.Orders) / float64(len(answers))
		}
		out = append(out, c)
		if o.Tick != nil {
			o.Tick(i+1, len(Crowds))
		}
	}
	return out, nil
}

// worth is what moving the price from the opening to p earned, as a share of S.
func (a *Answer) worth(p float64) float64 {
	b := 1 / math.Log(1/min(a.Opening, 1-a.Opening)) // of a subsidy of 1
	return b * (nats(a.Opening, a.Example.Truth) - nats(p, a.Example.Truth))
}

// most is what the best of the seats' beliefs, or their log pool, was worth.
func most(answers []Answer, seats int) float64 {
	everybody := make([]int, seats)
	sums := make([]float64, seats+1) // the pool last
	for i := range everybody {
		everybody[i] = i
	}
	for k := range answers {
		a := &answers[k]
		for i, p := range a.Beliefs {
			if !math.IsNaN(p) {
				sums[i] += a.worth(p)
			}
		}
		sums[seats] += a.worth(a.logPool(everybody))
	}
	best := 0.0
	for _, s := range sums {
		best = max(best, s/float64(len(answers)))
	}
	return best
}
