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
	Budget    float64   // coins each forecaster has at first; see Purses
	Subsidies []float64 // coins a question: one table for each
	Shares    []float64 // of all the players' money that is the attacker's
	Limits    []float64 // how far it pushes, searched
	Warm      int       // questions played before the first attack
	Attacks   int       // questions attacked
	// Campaign spreads the attacker's money evenly over the questions it
	// attacks. Else it has its share of all money anew for each, the worst that
	// can happen to one question, and what an attack cost is given back after it:
	// else whoever won the first attacks would be too rich for the others.
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
	Sum     float64 `json:"sum"`   // coins for each question attacked, on average
	Timing  string  `json:"timing,omitempty"`
	Limit   float64 `json:"limit,omitempty"`
	// Moved is by how much the published answer went where the attacker wanted
	// it, beside the same game without the attack; Last is the same of the last
	// price.
	Moved score.Interval `json:"moved"`
	Last  score.Interval `json:"moved_last"`
	Worst float64        `json:"worst"`   // the largest move of the answer
	Flips float64        `json:"flipped"` // share of attacks that put the answer over ½
	// Floor is the least movement that so much money can force, on average over
	// the targets, whatever the others do; see Holds.
	Floor float64 `json:"floor"`
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
	wealth  []float64 // of all players when each target opens
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
			return Purses(s.o.Budget)(name)
		},
		Void: func(q market.QuestionID) bool {
			_, target := s.aims[q]
			return target && !s.o.Campaign
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
	c := calm{answers: answers}
	wealth := 0.0
	for _, seat := range seats {
		wealth += Purses(s.o.Budget)(seat.Name())
	}
	for i, a := range answers {
		_, target := s.aims[market.QuestionID(i+1)]
		if target {
			c.wealth = append(c.wealth, wealth)
		}
		for _, p := range a.Profits {
			if s.o.Campaign || !target {
				wealth += p
			}
		}
	}
	s.calm[subsidy] = c
	return c, nil
}

// measure compares an attacked game with the quiet one; attackers are the last
// so many seats.
func (s *Siege) measure(a *Attack, quiet calm, answers []Answer, attackers []int) {
	var moved, last, profit []float64
	for i, at := range s.targets {
		sign := -1.0
		if s.aims[market.QuestionID(at+1)].Up {
			sign = 1
		}
		before, after := &quiet.answers[at], &answers[at]
		wrong := before.Median // what the answer gives what the attacker wants
		if sign < 0 {
			wrong = 1 - wrong
		}
		sum := s.sum(quiet, a.Share, i)
		if a.Sum > 0 {
			a.Floor += Floor(wrong, sum, quiet.wealth[i], a.Subsidy) / float64(len(s.targets))
		}
		m := sign * (after.Median - before.Median)
		moved = append(moved, m)
		last = append(last, sign*(after.Last-before.Last))
		a.Worst = max(a.Worst, m)
		if sign*(before.Median-0.5) < 0 && sign*(after.Median-0.5) >= 0 {
			a.Flips += 1 / float64(len(s.targets))
		}
		got := 0.0
		for _, i := range attackers {
			got += after.Profits[i]
		}
		profit = append(profit, got)
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

// stand plays a standing bid at the price that the money holds.
func (s *Siege) stand(ctx context.Context, subsidy, share float64) (Attack, error) {
	quiet, err := s.quiet(ctx, subsidy)
	if err != nil {
		return Attack{}, err
	}
	limit := 1.0
	for i, w := range quiet.wealth {
		limit = min(limit, Holds(s.sum(quiet, share, i), w, subsidy))
	}
	return s.Manipulate(ctx, subsidy, share, StandingBid, limit)
}

// push plays a manipulator's sum in the hands of so many accounts.
func (s *Siege) push(
	ctx context.Context, kind string, accounts int, subsidy, share float64, t Timing, limit float64,
) (Attack, error) {
	quiet, err := s.quiet(ctx, subsidy)
	if err != nil {
		return Attack{}, err
	}
	a := Attack{
		Kind: kind, Subsidy: subsidy, Share: share, Sum: s.purse(quiet, share), Timing: t.Name,
		Limit: limit,
	}
	aims, all := Aims{}, 0.0
	for i, at := range s.targets {
		q := market.QuestionID(at + 1)
		sum := s.sum(quiet, share, i)
		aims[q] = Aim{Up: s.aims[q].Up, Sum: sum / float64(accounts)}
		all += sum
	}
	seats := Cast(ctx, s.players(), s.list)
	money := map[string]float64{}
	var who []int
	for i := range accounts {
		m := NewManipulator(fmt.Sprintf("%s %d", kind, i), aims, 0, t, limit)
		who = append(who, len(seats))
		seats = append(seats, m)
		money[m.Name()] = all / float64(accounts)
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
	total := len(s.o.Subsidies) * len(s.o.Shares) * (len(Timings)*len(s.o.Limits) + 1)
	var out []Attack
	for _, subsidy := range s.o.Subsidies {
		for _, share := range s.o.Shares {
			best := len(out)
			stand, err := s.stand(ctx, subsidy, share)
			if err != nil {
				return nil, err
			}
			out = append(out, stand)
			s.o.Tick("manipulating", len(out), total)
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

// sum is what an attacker with a share of all money spends on target i.
func (s *Siege) sum(quiet calm, share float64, i int) float64 {
	if s.o.Campaign {
		return share / (1 - share) * quiet.wealth[0] / float64(len(s.targets))
	}
	return share / (1 - share) * quiet.wealth[i]
}

// purse is sum for a target on average.
func (s *Siege) purse(quiet calm, share float64) (mean float64) {
	for i := range s.targets {
		mean += s.sum(quiet, share, i) / float64(len(s.targets))
	}
	return mean
}
