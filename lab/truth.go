package lab

import (
	"context"
	"fmt"
	"math"
	"time"

	"agon/game/market"
	"agon/lab/score"
	"agon/player"
	"agon/player/calibrate"
	"agon/player/learn"
)

// TruthOptions say what is played and how; Defaults fills in what is zero.
type TruthOptions struct {
	Seed    uint64
	Limit   int           // questions, the first in time; 0: all
	Subsidy float64       // coins a question
	Budget  float64       // coins a forecaster; see Purses
	Window  market.Height // blocks
	Delay   market.Height // blocks from the close to the answer
	// Early is the share of the questions, the first in time, that is played
	// but not scored: there players warm up, and there the lab's own choices
	// were made. OnlyEarly scores that part instead, to choose on.
	Early     float64
	OnlyEarly bool
	// LaterDay lets nobody learn from answers of the same day, and OneASite plays
	// the first question of each group only.
	LaterDay, OneASite bool

	Draws int // of the bootstrap
	Tick  func(what string, done, total int)
	// Journal, if not nil, is told of every order as it is placed.
	Journal func(now market.Height, seat int, o market.Order)
}

// Defaults fills in what is zero.
func (o TruthOptions) Defaults() TruthOptions {
	if o.Subsidy == 0 {
		o.Subsidy = 5
	}
	if o.Budget == 0 {
		o.Budget = 1000
	}
	if o.Window == 0 {
		o.Window = 30
	}
	if o.Delay == 0 {
		o.Delay = 30
	}
	if o.Early == 0 {
		o.Early = 0.2
	}
	if o.Draws == 0 {
		o.Draws = 1000
	}
	if o.Tick == nil {
		o.Tick = func(string, int, int) {}
	}
	return o
}

// Role is what a row of the truth table is.
type Role string

// The roles. A reader is a player too, but what it says rests on the others; its
// minds are no players: they hold no money and are seen by nobody.
const (
	RoleMarket  Role = "market"
	RolePool    Role = "pool"
	RolePlayer  Role = "player"
	RoleReader  Role = "reader"
	RoleMind    Role = "mind"
	RolePrior   Role = "prior"
	RoleControl Role = "control" // made with knowledge of the answers: a yardstick
)

// TruthRow is one forecaster's scores, and the market's less its.
type TruthRow struct {
	Name   string                    `json:"name"`
	Role   Role                      `json:"role"`
	Scores map[string]score.Interval `json:"scores"`
	Less   map[string]score.Interval `json:"market_less"`
	// Cost is what one question costs: coins of the subsidy for the market, for
	// a player nothing but the time in Micros.
	Cost   float64 `json:"cost_coins"`
	Micros float64 `json:"micros"`
	Profit float64 `json:"profit_coins"`
	Passed int     `json:"passed"`
}

// Truth is what a run on one set found.
type Truth struct {
	Set       string         `json:"set"`
	Questions int            `json:"questions"` // scored
	Played    int            `json:"played"`
	Yes       float64        `json:"yes"` // share of YES among those scored
	Seed      uint64         `json:"seed"`
	Subsidy   float64        `json:"subsidy"`
	Budget    float64        `json:"budget"`
	Seats     int            `json:"seats"`
	Rows      []TruthRow     `json:"rows"`
	Best      string         `json:"best"`         // of the players, in hindsight, by log score
	Regret    score.Interval `json:"regret"`       // the market's log score less that one's
	Allowed   float64        `json:"regret_bound"` // ln N / T
	Apart     float64        `json:"apart"`        // last price from Best's belief, mean distance
	BestSolo  string         `json:"best_alone"`   // of those that hear nobody
	// BestMind is the best of the minds of the players, and MindRegret the
	// market's against it: minds are not players, and are shown all the same.
	BestMind   string         `json:"best_mind,omitempty"`
	MindRegret score.Interval `json:"regret_mind"`
	Kept       Kept           `json:"kept"`
	Orders     float64        `json:"orders_a_question"`
	Seconds    float64        `json:"seconds"`

	Answers []Answer       `json:"-"` // those scored
	Exam    score.Exam     `json:"-"`
	Series  []score.Series `json:"-"`
}

// Examples are the held-out examples of a set as the lab plays them: hosts as
// many of each answer, opened at ½; the others as often as they come, opened
// at the base rate of the training side, which is no secret; general questions
// at their frozen value.
func Examples(h learn.Held) []learn.Example {
	switch h.Set {
	case learn.SetHosts:
		return h.Balanced()
	case learn.SetQuestions:
		return h.List
	}
	return h.At(h.BaseRate)
}

// RunTruth plays one set and scores everybody.
func RunTruth(
	ctx context.Context, h learn.Held, all []player.Forecaster, o TruthOptions,
) (*Truth, error) {
	o = o.Defaults()
	began := time.Now()
	list := Examples(h)
	if o.OneASite {
		list = firsts(list)
	}
	if o.Limit > 0 && o.Limit < len(list) {
		list = list[:o.Limit]
	}
	early := int(math.Round(o.Early * float64(len(list))))
	if o.OnlyEarly {
		list = list[:early]
		early /= 4 // a choice is not to hang on the first steps
	}
	seats := Cast(ctx, all, list)
	g, err := NewGame(Rules{
		Seed: o.Seed, Subsidy: o.Subsidy, Window: o.Window, Delay: o.Delay, Every: 1,
		Budget: Purses(o.Budget), Journal: o.Journal,
		LaterDay: o.LaterDay,
	}, seats)
	if err != nil {
		return nil, err
	}
	answers, err := g.Play(ctx, list, func(n int) { o.Tick("playing", n, len(list)) })
	if err != nil {
		return nil, err
	}
	t := &Truth{
		Set: string(h.Set), Played: len(list), Questions: len(list) - early, Seed: o.Seed,
		Subsidy: o.Subsidy, Budget: o.Budget, Seats: len(seats), Answers: answers[early:],
	}
	t.examine(h)
	t.score(seats, answers, early, o)
	t.tally(g.Standings(), o)
	t.clock(ctx, seats, list)
	t.Seconds = time.Since(began).Seconds()
	return t, nil
}

// firsts are the first examples of each group.
func firsts(list []learn.Example) (out []learn.Example) {
	met := map[string]bool{}
	for _, e := range list {
		if e.Group == "" || !met[e.Group] {
			out = append(out, e)
		}
		met[e.Group] = true
	}
	return out
}

// examine lays out truths and groups.
func (t *Truth) examine(h learn.Held) {
	t.Exam.Alarm = h.Alarm
	for _, a := range t.Answers {
		t.Exam.Truth = append(t.Exam.Truth, a.Example.Truth)
		t.Exam.Group = append(t.Exam.Group, a.Example.Group)
		if a.Example.Truth {
			t.Yes += 1 / float64(len(t.Answers))
		}
	}
}

// score makes the series and scores them, the market first.
func (t *Truth) score(seats []Seat, answers []Answer, early int, o TruthOptions) {
	add := func(name string, r Role, p func(a *Answer) float64) {
		s := score.Series{Name: name}
		for i := range t.Answers {
			s.P = append(s.P, p(&t.Answers[i]))
		}
		t.Series = append(t.Series, s)
		t.Rows = append(t.Rows, TruthRow{Name: name, Role: r})
	}
	var solos []int
	for i, s := range seats {
		if _, is := s.(*Solo); is {
			solos = append(solos, i)
		}
	}
	add("market", RoleMarket, func(a *Answer) float64 { return a.Median })
	add("market, last price", RoleMarket, func(a *Answer) float64 { return a.Last })
	add("plain mean", RolePool, func(a *Answer) float64 { return a.mean(solos) })
	add("log-opinion pool", RolePool, func(a *Answer) float64 { return a.logPool(solos) })
	for i, s := range seats {
		role := RoleReader
		if _, is := s.(*Solo); is {
			role = RolePlayer
		}
		add(s.Name(), role, func(a *Answer) float64 {
			if math.IsNaN(a.Beliefs[i]) {
				return a.Opening
			}
			return a.Beliefs[i]
		})
	}
	t.addMinds(seats, add)
	add("base rate", RolePrior, func(a *Answer) float64 { return a.Opening })
	if t.Set == string(learn.SetQuestions) {
		t.frozen(answers, early)
	}
	rows := score.Bootstrap(&t.Exam, t.Series, o.Draws, o.Seed, func(n int) {
		o.Tick("drawing again", n, o.Draws)
	})
	for i, r := range rows {
		t.Rows[i].Scores, t.Rows[i].Less = byName(r.Scores), byName(r.Less)
	}
	t.regret(rows)
}

// addMinds adds a row for each mind of those seats that have several.
func (t *Truth) addMinds(seats []Seat, add func(string, Role, func(*Answer) float64)) {
	var names []string
	for _, s := range seats {
		if m, is := s.(Minded); is {
			names = append(names, m.MindNames()...)
		}
	}
	for i, name := range names {
		add(name, RoleMind, func(a *Answer) float64 {
			if math.IsNaN(a.Minds[i]) {
				return a.Opening
			}
			return a.Minds[i]
		})
	}
}

// frozen adds the recalibrated copies of the frozen values: one that learns as
// it goes, from what had settled by the day a question was asked, and one that
// was fitted to all the answers it is scored on.
func (t *Truth) frozen(answers []Answer, early int) {
	online := score.Series{Name: "frozen, recalibrated"}
	for i := early; i < len(answers); i++ {
		c := calibrate.New(calibrate.Options{Window: len(answers)})
		asked := answers[i].Example.Date
		for j := range i {
			if e := &answers[j].Example; e.Settled < asked {
				c.Update(calibrate.Settled{P: answers[j].Opening, Base: 0.5, Y: paid(e.Truth)})
			}
		}
		online.P = append(online.P, c.Apply(answers[i].Opening, 0.5))
	}
	base := t.Series[len(t.Series)-1]
	hindsight := score.Refit(&t.Exam, base)
	hindsight.Name = "frozen, fitted in hindsight"
	t.Series = append(t.Series, online, hindsight)
	t.Rows = append(t.Rows, TruthRow{Name: online.Name, Role: RolePrior},
		TruthRow{Name: hindsight.Name, Role: RoleControl})
}

// regret compares the market with the best player in hindsight.
func (t *Truth) regret(rows []score.Row) {
	least, alone, mind := math.Inf(1), math.Inf(1), math.Inf(1)
	for i, r := range rows {
		log := r.Scores[score.Log].Value
		role := t.Rows[i].Role
		if (role == RolePlayer || role == RoleReader) && log < least {
			least, t.Best, t.Regret = log, r.Name, r.Less[score.Log]
		}
		if role == RolePlayer && log < alone {
			alone, t.BestSolo = log, r.Name
		}
		if role == RoleMind && log < mind {
			mind, t.BestMind, t.MindRegret = log, r.Name, r.Less[score.Log]
		}
	}
	for _, s := range t.Series {
		for i := range s.P {
			if s.Name == t.Best {
				t.Apart += math.Abs(t.Answers[i].Last-s.P[i]) / float64(len(s.P))
			}
		}
	}
	t.Allowed = math.Log(float64(t.Seats)) / float64(t.Questions)
}

func byName(s [score.Measures]score.Interval) map[string]score.Interval {
	out := map[string]score.Interval{}
	for m, v := range s {
		out[score.Measure(m).String()] = v
	}
	return out
}

// mean is the plain mean of what those seats believe; the opening price if none
// has an opinion.
func (a *Answer) mean(seats []int) float64 {
	sum, n := 0.0, 0.0
	for _, i := range seats {
		if p := a.Beliefs[i]; !math.IsNaN(p) {
			sum += p
			n++
		}
	}
	if n == 0 {
		return a.Opening
	}
	return sum / n
}

// logPool is the logarithmic opinion pool of equal weights: the mean of log
// odds.
func (a *Answer) logPool(seats []int) float64 {
	sum, n := 0.0, 0.0
	for _, i := range seats {
		if p := a.Beliefs[i]; !math.IsNaN(p) {
			sum += player.Logit(p)
			n++
		}
	}
	if n == 0 {
		return a.Opening
	}
	return player.Sigmoid(sum / n)
}

// tally adds up money, work and time.
func (t *Truth) tally(standings []Standing, o TruthOptions) {
	at := map[string]int{}
	for i, r := range t.Rows {
		at[r.Name] = i
	}
	t.Kept = keptOf(t.Answers, o.Subsidy)
	t.Rows[at["market"]].Cost = t.Kept.Players*o.Subsidy + t.Kept.Fund*o.Subsidy
	for i, s := range standings {
		r := &t.Rows[at[s.Name]]
		for _, a := range t.Answers {
			r.Profit += a.Profits[i]
			if math.IsNaN(a.Beliefs[i]) {
				r.Passed++
			}
		}
	}
	for _, a := range t.Answers {
		t.Orders += float64(a.Orders) / float64(len(t.Answers))
	}
}

// clock measures how long the players think, in microseconds a forecast.
func (t *Truth) clock(ctx context.Context, seats []Seat, list []learn.Example) {
	list = list[:min(len(list), 2000)]
	for _, s := range seats {
		solo, is := s.(*Solo)
		if !is {
			continue
		}
		began := time.Now()
		for _, e := range list {
			_, _ = solo.Forecaster.Forecast(ctx, e.Question) // a pass takes its time too
		}
		spent := time.Since(began).Seconds() * 1e6 / float64(max(len(list), 1))
		for i := range t.Rows {
			if t.Rows[i].Name == s.Name() {
				t.Rows[i].Micros = spent
			}
		}
	}
}

// String names a run.
func (t *Truth) String() string {
	return fmt.Sprintf("%s: %d questions, %.0f%% YES, seed %d",
		t.Set, t.Questions, 100*t.Yes, t.Seed)
}
