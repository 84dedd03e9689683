package lab

import (
	"context"
	"fmt"
	"strings"

	"agon/lab/score"
	"agon/player"
	"agon/player/host"
	"agon/player/learn"
)

// Evasion is what tuning hosts against one open player is worth.
type Evasion struct {
	Open  string `json:"open"`  // the player whose answers the attacker may ask for
	Rule  string `json:"rule"`  // what is flagged: what is beyond ½, or beyond 1% false alarms
	Hosts int    `json:"hosts"` // scams that both it and the market flag as they are
	// Alone and Market are the shares of those that are flagged no more once
	// they are tuned, by the player and by the market.
	Alone  float64 `json:"alone"`
	Market float64 `json:"market"`
	// Told is the share that escapes the player and also one that was told of the
	// attack beforehand, at as many false alarms as the market's; see told.
	Told    float64 `json:"told"`
	Queries float64 `json:"queries"` // asked of the open player for one host
	Steps   float64 `json:"steps"`   // changes made to one host
}

// EvadeOptions say how much is tried.
type EvadeOptions struct {
	Seed            uint64
	Warm            int // questions played before, by which thresholds are set too
	Hosts           int // scams tuned against each player
	Told            int // scams tuned besides, to tell a player of; 0: nobody is told
	Subsidy, Budget float64
	Tick            func(done, total int)
}

// Evade tunes scam hosts against each player alone and replays them against a
// market that has never met them. The hosts they were are played in another game
// after the same questions: where players learn from what settles, an original
// that has settled would give the one tuned from it away.
func Evade(
	ctx context.Context, h learn.Held, all Roster, o EvadeOptions,
) ([]Evasion, error) {
	list := Examples(h)
	if len(list) < o.Warm {
		return nil, fmt.Errorf("lab: want %d questions, %s has %d", o.Warm, h.Set, len(list))
	}
	warm, rest := list[:o.Warm], list[o.Warm:]
	var out []Evasion
	for _, rule := range []string{AtHalf, AtAlarms} {
		var open []player.Forecaster
		for _, f := range all() {
			if f.Family() != "baseline" && knows(ctx, f, list) {
				open = append(open, f)
			}
		}
		for _, f := range open {
			e, err := evade(ctx, rule, warm, rest, all, f, h.Alarm, o)
			if err != nil {
				return nil, err
			}
			out = append(out, e)
			if o.Tick != nil {
				o.Tick(len(out), 2*len(open))
			}
		}
	}
	return out, nil
}

// The rules of what is flagged.
const (
	AtHalf   = "½"
	AtAlarms = "1% false alarms"
)

// threshold is the least probability a rule flags.
func threshold(rule string, e *score.Exam, s score.Series) (float64, bool) {
	if rule == AtHalf {
		return 0.5, true
	}
	return score.Threshold(e, s)
}

// tuned is one scam host and what the attacker made of it.
type tuned struct {
	was, is        learn.Example
	escapes        bool // the open player flags it no more
	queries, steps int
}

func evade(
	ctx context.Context, rule string, warm, rest []learn.Example, all Roster,
	open player.Forecaster, alarm bool, o EvadeOptions,
) (Evasion, error) {
	e := Evasion{Open: open.Name(), Rule: rule}
	ask := func(x learn.Example) float64 {
		f, err := open.Forecast(ctx, x.Question)
		if err != nil {
			return x.Question.Prior
		}
		return f.P
	}
	learner, learns := open.(player.Learner)
	exam, series := score.Exam{Alarm: alarm}, score.Series{}
	for _, x := range warm {
		exam.Truth = append(exam.Truth, x.Truth)
		series.P = append(series.P, ask(x))
		if learns { // the attacker asks it as it is after these
			learner.Settle(x.Question, x.Truth)
		}
	}
	limit, flags := threshold(e.Rule, &exam, series)
	if !flags {
		return e, nil // it never flags anything: there is nothing to evade
	}
	var tries []tuned
	for _, x := range rest {
		if len(tries) < o.Hosts && x.Truth && ask(x) >= limit {
			tries = append(tries, tune(x, ask, limit))
		}
	}
	before, err := evadeGame(ctx, between(warm, rest, tries, untouched), all, o)
	if err != nil {
		return e, err
	}
	after, err := evadeGame(ctx, between(warm, rest, tries, touched), all, o)
	if err != nil {
		return e, err
	}
	var teller *told
	if o.Told > 0 {
		teller = tell(warm, rest, tries, all, o, func(x learn.Example) tuned {
			return tune(x, ask, limit)
		})
	}
	return e.count(tries, before, after, exam, len(warm), teller), nil
}

func untouched(t tuned) learn.Example { return t.was }
func touched(t tuned) learn.Example   { return t.is }

// between lists what is played: the warm-up, then of each attempt one host, with
// an honest one after it, so that the base rate stays.
func between(
	warm, rest []learn.Example, tries []tuned, which func(tuned) learn.Example,
) []learn.Example {
	play := append([]learn.Example(nil), warm...)
	honest := 0
	for _, t := range tries {
		play = append(play, which(t))
		for honest < len(rest) && rest[honest].Truth {
			honest++
		}
		if honest < len(rest) {
			play = append(play, rest[honest])
			honest++
		}
	}
	return play
}

func evadeGame(
	ctx context.Context, play []learn.Example, all Roster, o EvadeOptions,
) ([]Answer, error) {
	g, err := NewGame(Rules{
		Seed: o.Seed, Subsidy: o.Subsidy, Window: 30, Delay: 30, Every: 1,
		Budget: func(string) float64 { return o.Budget },
	}, Cast(ctx, all(), play))
	if err != nil {
		return nil, err
	}
	return g.Play(ctx, play, nil)
}

// count compares what became of the hosts before and after they were tuned; the
// market's threshold is that of the second half of what it played before, which
// both games share.
func (e Evasion) count(
	tries []tuned, before, after []Answer, exam score.Exam, warm int, teller *told,
) Evasion {
	played := before[warm/2 : warm]
	exam.Truth = exam.Truth[warm/2:]
	series := score.Series{}
	for _, a := range played {
		series.P = append(series.P, a.Median)
	}
	limit, flags := threshold(e.Rule, &exam, series)
	was, is := medians(before[warm:]), medians(after[warm:])
	if flags && teller != nil {
		teller.flagLike(played, limit)
	}
	for _, t := range tries {
		if !flags || was[t.was.Question.Field(0)] < limit {
			continue
		}
		e.Hosts++
		e.Queries += float64(t.queries)
		e.Steps += float64(t.steps)
		if !t.escapes {
			continue
		}
		e.Alone++
		if is[t.is.Question.Field(0)] < limit {
			e.Market++
		}
		if teller != nil && !teller.flags(t.is) {
			e.Told++
		}
	}
	if n := float64(e.Hosts); n > 0 {
		e.Alone, e.Market, e.Told = e.Alone/n, e.Market/n, e.Told/n
		e.Queries, e.Steps = e.Queries/n, e.Steps/n
	}
	return e
}

// medians are the published answers by host.
func medians(answers []Answer) map[string]float64 {
	out := map[string]float64{}
	for _, a := range answers {
		out[a.Example.Question.Field(0)] = a.Median
	}
	return out
}

// mostSteps is how many changes an attacker makes to a host.
const mostSteps = 4

// tune changes a host, one step at a time, to what the open player finds least
// suspicious, until it is below the limit. The lure stays: the letters of the
// registered name, in their order, are in the new one.
func tune(x learn.Example, ask func(learn.Example) float64, limit float64) tuned {
	t := tuned{was: x, is: x}
	best := ask(x)
	for t.steps < mostSteps && best >= limit {
		found := false
		for _, name := range changes(t.is.Question.Field(0), x.Question.Field(0)) {
			y := x
			y.Question.Fields = []string{name}
			y.Question.Text = strings.ReplaceAll(x.Question.Text, x.Question.Field(0), name)
			t.queries++
			if p := ask(y); p < best {
				best, t.is, found = p, y, true
			}
		}
		if !found {
			break
		}
		t.steps++
	}
	t.escapes = best < limit
	return t
}

// What an attacker can buy or add for a few coins.
var (
	suffixes = []string{
		"com", "org", "net", "io", "co", "app", "dev", "info", "me", "us", "de", "fr",
	}
	fillers = []string{
		"my", "the", "go", "home", "shop", "blog", "art", "news", "garden", "travel", "music",
		"school", "city", "club", "media", "group", "press", "books", "studio", "docs",
	}
)

// changes lists the hosts one step from a host that still carry the lure of the
// original.
func changes(name, original string) []string {
	n, err := host.Parse(name)
	o, errOriginal := host.Parse(original)
	if err != nil || errOriginal != nil {
		return nil
	}
	label, suffix, _ := strings.Cut(n.Site, ".")
	sub := strings.TrimSuffix(name, n.Site)
	lure, _, _ := strings.Cut(o.Site, ".")
	lure = strings.ReplaceAll(lure, "-", "")
	var out []string
	add := func(sub, label, suffix string) {
		made := sub + label + "." + suffix
		carries := strings.Contains(strings.ReplaceAll(label, "-", ""), lure)
		if _, err := host.Parse(made); err == nil && carries && made != name {
			out = append(out, made)
		}
	}
	for _, s := range suffixes {
		add(sub, label, s)
	}
	add("", label, suffix)
	add(sub, strings.ReplaceAll(label, "-", ""), suffix)
	for _, w := range fillers {
		add(sub, w+label, suffix)
		add(sub, label+w, suffix)
		add(sub, w+"-"+label, suffix)
		add(sub, label+"-"+w, suffix)
		add(w+".", label, suffix)
	}
	for i := 2; i < len(label)-1; i++ {
		add(sub, label[:i]+"-"+label[i:], suffix)
	}
	return out
}
