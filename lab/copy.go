package lab

import (
	"context"
	"fmt"

	"agon/lab/score"
	"agon/lab/stage"
)

// copycats is how many copycats follow one account, and copyCoin the part of S
// that each stakes on a question.
const (
	copycats = 10
	copyCoin = 0.2
)

// copiers are n copycats of a seat.
func copiers(of string, n int, subsidy float64) (out []Seat) {
	for i := range n {
		name := fmt.Sprintf("copycat %d of %s", i, of)
		out = append(out, NewCopycat(name, stage.AccountOf(of), copyCoin*subsidy))
	}
	return out
}

// Copying is what copycats do to whom they copy, and to the answer, on all
// questions after those played before.
type Copying struct {
	Of       string  `json:"of"`
	Copycats int     `json:"copycats"`
	Subsidy  float64 `json:"subsidy"`
	Coin     float64 `json:"coin"` // each stakes on a question
	// Earned is the copycats' profit a question, all together; Copied is by how
	// much more whom they copy earns than uncopied, and Log by how many nats the
	// answer is worse.
	Earned score.Interval `json:"earned"`
	Copied score.Interval `json:"copied"`
	Log    score.Interval `json:"log"`
}

// Copy plays copycats of the best forecaster, then of the reader, one and many.
func (s *Siege) Copy(ctx context.Context, subsidy float64) ([]Copying, error) {
	quiet, err := s.quiet(ctx, subsidy)
	if err != nil {
		return nil, err
	}
	var out []Copying
	seats := Cast(ctx, s.players(), s.list)
	for _, of := range []int{s.best(seats, quiet, 1)[0], len(seats) - 1} {
		for _, n := range []int{1, copycats} {
			c, err := s.copied(ctx, quiet, subsidy, of, n)
			if err != nil {
				return out, err
			}
			out = append(out, c)
			s.o.Tick("copying", len(out), 4)
		}
	}
	return out, nil
}

// copied plays n copycats of one seat.
func (s *Siege) copied(
	ctx context.Context, quiet calm, subsidy float64, of, n int,
) (Copying, error) {
	seats := Cast(ctx, s.players(), s.list)
	honest := len(seats)
	c := Copying{
		Of: seats[of].Name(), Copycats: n, Subsidy: subsidy, Coin: copyCoin * subsidy,
	}
	answers, err := s.game(ctx, subsidy, append(seats, copiers(c.Of, n, subsidy)...), nil)
	if err != nil {
		return c, err
	}
	var earned, copied, log []float64
	for i := s.o.Warm; i < len(answers); i++ {
		a, before := &answers[i], &quiet.answers[i]
		sum := 0.0
		for _, p := range a.Profits[honest:] {
			sum += p
		}
		earned = append(earned, sum)
		copied = append(copied, a.Profits[of]-before.Profits[of])
		log = append(log, nats(a.Median, a.Example.Truth)-nats(before.Median, a.Example.Truth))
	}
	c.Earned = score.Mean(earned, s.o.Draws, s.o.Seed)
	c.Copied = score.Mean(copied, s.o.Draws, s.o.Seed)
	c.Log = score.Mean(log, s.o.Draws, s.o.Seed)
	return c, nil
}
