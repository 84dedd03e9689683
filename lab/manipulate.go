package lab

import (
	"context"
	"fmt"
	"math"

	"agon/game/market"
	"agon/lab/score"
	"agon/player/learn"
)

var nan = math.NaN()

// AttackOptions say what is attacked and how often.
type AttackOptions struct {
	Seed      uint64
	Budget    float64   // coins each honest player has at first
	Subsidies []float64 // coins a question: one table for each
	Shares    []float64 // of all the players' money that is the attacker's
	Limits    []float64 // how far it pushes, searched
	Warm      int       // questions played before the first attack
	Attacks   int       // questions attacked
	// Campaign spreads the attacker's money evenly over the questions it
	// attacks. Else it has all of it anew for each: the worst that can happen to
	// one question.
	Campaign bool
	Window   market.Height
	Draws    int
	Tick     func(what string, done, total int)
}

// Defaults fills in what is zero.
func (o AttackOptions) Defaults() AttackOptions {
	if o.Budget == 0 {
		o.Budget = 1000
	}
	if o.Subsidies == nil {
		o.Subsidies = []float64{5, 50}
	}
	if o.Shares == nil {
		o.Shares = []float64{0.05, 0.1, 0.2, 0.4}
	}
	if o.Limits == nil {
		o.Limits = []float64{0.999}
	}
	if o.Warm == 0 {
		o.Warm = 800
	}
	if o.Attacks == 0 {
		o.Attacks = 24
	}
	if o.Window == 0 {
		o.Window = 30
	}
	if o.Draws == 0 {
		o.Draws = 1000
	}
	if o.Tick == nil {
		o.Tick = func(string, int, int) {}
	}
	return o
}

// attackGap is how many questions lie between two that are attacked: with the
// delay of the answer, one attack is over and paid before the next.
const attackGap = 64

// Attack is what one way of attacking did.
type Attack struct {
	Kind    string  `json:"kind"`
	Subsidy float64 `json:"subsidy"`
	Share   float64 `json:"share"` // of all money
	Sum     float64 `json:"sum"`   // coins, for each question attacked
	Timing  string  `json:"timing,omitempty"`
	Limit   float64 `json:"limit,omitempty"`
	// Moved is by how much the published answer went where the attacker wanted
	// it, beside the same game without the attack; Last is the same of the last
	// price.
	Moved score.Interval `json:"moved"`
	Last  score.Interval `json:"moved_last"`
	Worst float64        `json:"worst"`   // the largest move of the answer
	Flips float64        `json:"flipped"` // share of attacks that put the answer over ½
	// Profit is the attackers', in coins an attack, all accounts together.
	Profit score.Interval `json:"profit"`
}

// Siege plays attacks against one set.
type Siege struct {
	held    learn.Held
	list    []learn.Example
	players Roster
	o       AttackOptions
	aims    Aims
	targets []int // by index in list
	calm    map[float64]calm
}

// calm is the game without an attack, by subsidy.
type calm struct {
	answers []Answer
	wealth  float64 // of all players when the attacks begin
}

// NewSiege prepares attacks on a set: every attackGap-th question after the
// warming up is a target, and the attacker wants the opposite of what is so.
func NewSiege(h learn.Held, all Roster, o AttackOptions) (*Siege, error) {
	o = o.Defaults()
	s := &Siege{held: h, players: all, o: o, aims: Aims{}, calm: map[float64]calm{}}
	need := o.Warm + (o.Attacks-1)*attackGap + 1
	s.list = Examples(h)
	if len(s.list) < need {
		return nil, fmt.Errorf("lab: %d attacks want %d questions, %s has %d",
			o.Attacks, need, h.Set, len(s.list))
	}
	s.list = s.list[:need]
	for i := range o.Attacks {
		at := o.Warm + i*attackGap
		s.targets = append(s.targets, at)
		s.aims[market.QuestionID(at+1)] = Aim{Up: !s.list[at].Truth}
	}
	return s, nil
}

// game plays the list with more seats, each with its money.
func (s *Siege) game(
	ctx context.Context, subsidy float64, seats []Seat, money map[string]float64,
) ([]Answer, error) {
	g, err := NewGame(Rules{
		Seed: s.o.Seed, Subsidy: subsidy, Window: s.o.Window, Delay: s.o.Window, Every: 1,
		Budget: func(name string) float64 {
			if m, is := money[name]; is {
				return m
			}
			return s.o.Budget
		},
	}, seats)
	if err != nil {
		return nil, err
	}
	return g.Play(ctx, s.list, nil)
}

// quiet plays the game without an attack, once for each subsidy.
func (s *Siege) quiet(ctx context.Context, subsidy float64) (calm, error) {
	if c, played := s.calm[subsidy]; played {
		return c, nil
	}
	seats := Cast(ctx, s.players(), s.list)
	answers, err := s.game(ctx, subsidy, seats, nil)
	if err != nil {
		return calm{}, err
	}
	c := calm{answers: answers, wealth: s.o.Budget * float64(len(seats))}
	for _, a := range answers[:s.o.Warm] {
		for _, p := range a.Profits {
			c.wealth += p
		}
	}
	s.calm[subsidy] = c
	return c, nil
}

// measure compares an attacked game with the quiet one; attackers are the last
// so many seats.
func (s *Siege) measure(a *Attack, quiet calm, answers []Answer, attackers []int) {
	var moved, last, profit []float64
	for _, at := range s.targets {
		sign := -1.0
		if s.aims[market.QuestionID(at+1)].Up {
			sign = 1
		}
		before, after := &quiet.answers[at], &answers[at]
		m := sign * (after.Median - before.Median)
		moved = append(moved, m)
		last = append(last, sign*(after.Last-before.Last))
		a.Worst = max(a.Worst, m)
		if sign*(before.Median-0.5) < 0 && sign*(after.Median-0.5) >= 0 {
			a.Flips += 1 / float64(len(s.targets))
		}
		sum := 0.0
		for _, i := range attackers {
			sum += after.Profits[i]
		}
		profit = append(profit, sum)
	}
	a.Moved = score.Mean(moved, s.o.Draws, s.o.Seed)
	a.Last = score.Mean(last, s.o.Draws, s.o.Seed)
	a.Profit = score.Mean(profit, s.o.Draws, s.o.Seed)
}

// Manipulate plays one manipulator.
func (s *Siege) Manipulate(
	ctx context.Context, subsidy, share float64, t Timing, limit float64,
) (Attack, error) {
	return s.push(ctx, "manipulator", 1, subsidy, share, t, limit)
}

// push plays a manipulator's sum in the hands of so many accounts.
func (s *Siege) push(
	ctx context.Context, kind string, accounts int, subsidy, share float64, t Timing, limit float64,
) (Attack, error) {
	quiet, err := s.quiet(ctx, subsidy)
	if err != nil {
		return Attack{}, err
	}
	sum := s.sum(quiet, share)
	a := Attack{
		Kind: kind, Subsidy: subsidy, Share: share, Sum: sum, Timing: t.Name, Limit: limit,
	}
	seats := Cast(ctx, s.players(), s.list)
	money := map[string]float64{}
	var who []int
	for i := range accounts {
		m := NewManipulator(fmt.Sprintf("%s %d", kind, i), s.aims, sum/float64(accounts), t, limit)
		who = append(who, len(seats))
		seats = append(seats, m)
		// The sum is there anew for each target, whatever the last one lost.
		money[m.Name()] = sum / float64(accounts) * float64(len(s.targets))
	}
	answers, err := s.game(ctx, subsidy, seats, money)
	if err != nil {
		return a, err
	}
	s.measure(&a, quiet, answers, who)
	return a, nil
}

// Search plays every timing and limit and gives all, the one that moved the
// answer most first of each subsidy and share.
func (s *Siege) Search(ctx context.Context) ([]Attack, error) {
	total := len(s.o.Subsidies) * len(s.o.Shares) * len(Timings) * len(s.o.Limits)
	var out []Attack
	for _, subsidy := range s.o.Subsidies {
		for _, share := range s.o.Shares {
			best := len(out)
			for _, t := range Timings {
				for _, limit := range s.o.Limits {
					a, err := s.Manipulate(ctx, subsidy, share, t, limit)
					if err != nil {
						return nil, err
					}
					out = append(out, a)
					if last := len(out) - 1; a.Moved.Value > out[best].Moved.Value {
						out[best], out[last] = out[last], out[best]
					}
					s.o.Tick("manipulating", len(out), total)
				}
			}
		}
	}
	return out, nil
}

// sum is what an attacker with a share of all money spends on one target.
func (s *Siege) sum(quiet calm, share float64) float64 {
	sum := share / (1 - share) * quiet.wealth
	if s.o.Campaign {
		sum /= float64(len(s.targets))
	}
	return sum
}

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
	for _, n := range []int{1, 2} {
		a, err := s.turn(ctx, quiet, subsidy, n)
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
	sum := s.sum(quiet, share)
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
// the credit they have with the readers.
func (s *Siege) turn(ctx context.Context, quiet calm, subsidy float64, n int) (Attack, error) {
	seats := Cast(ctx, s.players(), s.list)
	who := s.best(seats, quiet, n)
	a := Attack{
		Kind: fmt.Sprintf("%d best players turn", n), Subsidy: subsidy,
		Share: float64(n) / float64(len(seats)),
	}
	for _, i := range who {
		seats[i] = &Traitor{Solo: seats[i].(*Solo), Aims: s.aims}
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
