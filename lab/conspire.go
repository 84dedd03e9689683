package lab

import (
	"context"
	"fmt"
)

// sybils is into how many accounts the sybil attack splits its money.
const sybils = 20

// Conspire plays the attacks of many accounts, with a share of the money where
// they need any: sybils, sleepers, traitors among the players themselves.
func (s *Siege) Conspire(ctx context.Context, subsidy, share float64) ([]Attack, error) {
	quiet, err := s.quiet(ctx, subsidy)
	if err != nil {
		return nil, err
	}
	var out []Attack
	t := Timings[3]
	a, err := s.push(ctx, "sybils", sybils, subsidy, share, t, 0.999)
	if err != nil {
		return nil, err
	}
	out = append(out, a)
	for _, n := range []int{1, 5} {
		a, err := s.betray(ctx, quiet, subsidy, n, share)
		if err != nil {
			return out, err
		}
		out = append(out, a)
	}
	for _, n := range []struct{ turn, follow int }{{1, 0}, {2, 0}, {1, copycats}} {
		a, err := s.turn(ctx, quiet, subsidy, n.turn, n.follow)
		if err != nil {
			return out, err
		}
		out = append(out, a)
	}
	return out, nil
}

// betray plays n sleepers, which share the money.
func (s *Siege) betray(
	ctx context.Context, quiet calm, subsidy float64, n int, share float64,
) (Attack, error) {
	sum := s.purse(quiet, share)
	a := Attack{
		Kind: fmt.Sprintf("%d sleepers", n), Subsidy: subsidy, Share: share, Sum: sum,
	}
	seats := Cast(ctx, s.players(), s.list)
	best := s.best(seats, quiet, 1)[0]
	money := map[string]float64{}
	var who []int
	for i := range n {
		sleeper := Sleeper(i, seats[best].(*Solo).Forecaster, s.aims)
		who = append(who, len(seats))
		seats = append(seats, sleeper)
		money[sleeper.Name()] = sum / float64(n)
	}
	answers, err := s.game(ctx, subsidy, seats, money)
	if err != nil {
		return a, err
	}
	s.measure(&a, quiet, answers, who)
	return a, nil
}

// turn plays the n best players as traitors: they keep their own money and all
// the credit they have with the readers. So many copycats follow the first.
func (s *Siege) turn(
	ctx context.Context, quiet calm, subsidy float64, n, follow int,
) (Attack, error) {
	seats := Cast(ctx, s.players(), s.list)
	who := s.best(seats, quiet, n)
	a := Attack{
		Kind: fmt.Sprintf("%d best players turn", n), Subsidy: subsidy,
		Share: float64(n) / float64(len(seats)),
	}
	for _, i := range who {
		seats[i] = &Traitor{Solo: seats[i].(*Solo), Aims: s.aims}
	}
	if follow > 0 {
		a.Kind += fmt.Sprintf(", %d copy", follow)
		seats = append(seats, copiers(seats[who[0]].Name(), follow, subsidy)...)
	}
	answers, err := s.game(ctx, subsidy, seats, nil)
	if err != nil {
		return a, err
	}
	s.measure(&a, quiet, answers, who)
	return a, nil
}

// best are the n solos that earned most before the attacks.
func (s *Siege) best(seats []Seat, quiet calm, n int) []int {
	earned := make([]float64, len(seats))
	for _, a := range quiet.answers[:s.o.Warm] {
		for i, p := range a.Profits {
			earned[i] += p
		}
	}
	var out []int
	for range n {
		at := -1
		for i, seat := range seats {
			_, solo := seat.(*Solo)
			taken := false
			for _, o := range out {
				taken = taken || o == i
			}
			if solo && !taken && (at < 0 || earned[i] > earned[at]) {
				at = i
			}
		}
		out = append(out, at)
	}
	return out
}
