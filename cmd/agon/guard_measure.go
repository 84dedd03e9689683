package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/guard/lists"
	"agon/guard/rules"
	"agon/guard/trial"
	"agon/lab"
	"agon/player/host"
	"agon/player/learn"
)

// measuring is what the flags of "agon guard measure" say.
type measuring struct {
	data                           string
	pools                          bool
	subsidy, perDay, early, budget float64
	draws                          int
	seed                           uint64
}

// measured is what the command prints.
type measured struct {
	Pool     []string         `json:"pool"`
	Micros   float64          `json:"micros_a_host"`
	Choosing int              `json:"choosing_hosts"`
	Chosen   rules.ScamLimits `json:"chosen"` // by the procedure, now
	InUse    rules.ScamLimits `json:"in_use"` // what the guard has
	Pools    []poolView       `json:"pools,omitempty"`
	// Held are all held-out hosts, Played those that the market was played on
	// and that no threshold was chosen on.
	Held   []trial.Row `json:"held_out"`
	Played []trial.Row `json:"played"`
	// AtOne is the share caught at exactly 1 % of false alarms among the hosts
	// played.
	AtOne map[string]float64 `json:"caught_at_one_per_cent"`
}

func (a *app) guardMeasure() *cobra.Command {
	c := &cobra.Command{
		Use:   "measure --data DIR",
		Short: "How many scam hosts does the guard catch, how many honest ones does it warn of?",
		Long: `Chooses the guard's thresholds and measures it on hosts that nothing was fitted to or
chosen on:

  1. Players fitted to scams from before 2025-06 judge those of 2025-06 to 2025-08 and the
     honest hosts that go with them. The thresholds are the scores that, with 95 %
     confidence, no more than 10 % (a note), 1 % (a warning) and 0.1 % (sure) of honest
     hosts reach.
  2. The lab's market is played on the held-out hosts, scams first seen from 2025-09 on.
     On the first fifth, thresholds are lifted that more of its honest hosts reach with the
     players that ship; how much the market counts is chosen by the log score, and the joint
     threshold so that 1 % of honest hosts are warned of in all.
  3. The other four fifths are measured: by lists alone (every scam listed before 2025-09),
     by the guard alone, and with the market asked about those hosts only whose name is
     remarkable and not sure, within a day's budget.

The market's answer is its price some blocks after the question opened.`,
		Example: examples("agon guard measure --data ../shared/data",
			"agon guard measure --data DIR --pools --json"),
		Args: cobra.NoArgs,
	}
	var k measuring
	f := c.Flags()
	f.StringVar(&k.data, "data", a.env.Get("AGON_DATA"),
		"folder with the labelled data (AGON_DATA)")
	f.BoolVar(&k.pools, "pools", false, "compare pools of players too, on the choosing side")
	f.Float64Var(&k.subsidy, "subsidy", 5, "coins a question")
	f.Float64Var(&k.perDay, "per-day", 200, "coins for the questions of a day")
	f.Float64Var(&k.early, "early", 0.2, "share of the market's questions, the first, to choose on")
	f.Float64Var(&k.budget, "budget", 1000, "coins each player has at first")
	f.IntVar(&k.draws, "draws", 1000, "of the bootstrap")
	f.Uint64Var(&k.seed, "seed", 1, "decides beacons and intervals")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if k.data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		m, err := a.measureGuard(c.Context(), k)
		if errors.Is(err, os.ErrNotExist) {
			return hint(err, "--data wants a folder with domains/")
		}
		if err != nil {
			return err
		}
		return a.emit(m, func(s term.Screen) { drawMeasured(s, m) })
	}
	return c
}

func (a *app) measureGuard(ctx context.Context, k measuring) (*measured, error) {
	bar := term.NewProgress(a.err)
	defer bar.Done()
	early, choosing, err := learn.Choosing(ctx, k.data, func(what string) { bar.Set(0, 0, what) })
	if err != nil {
		return nil, err
	}
	m := &measured{Pool: hostPool, InUse: rules.DefaultLimits().Scam, Choosing: len(choosing)}
	hosts := trialHosts(ctx, choosing, hostScore(pooled(early, hostPool)), nil)
	m.Chosen = trial.Choose(hosts)
	if k.pools {
		m.Pools = comparePools(ctx, early, choosing)
	}
	listed, err := learn.Listed(k.data)
	if err != nil {
		return nil, err
	}
	known := lists.NewHosts(len(listed))
	for _, h := range listed {
		known.Add(h)
	}
	held, err := learn.HeldOut(k.data, learn.SetHosts)
	if err != nil {
		return nil, err
	}
	score := hostScore(pooled(host.Builtin(), hostPool))
	began := time.Now()
	all := trialHosts(ctx, held.List, score, known)
	m.Micros = time.Since(began).Seconds() * 1e6 / float64(len(all))
	played, err := k.play(ctx, held, score, known, func(n, total int) {
		bar.Set(n, total, "playing the market")
	})
	if err != nil {
		return nil, err
	}
	cut := int(math.Round(k.early * float64(len(played))))
	m.Chosen = trial.ChooseJoint(trial.Raise(m.Chosen, played[:cut]), played[:cut])
	count := func(name string, list []trial.Host, alarms []bool) trial.Row {
		bar.Set(0, 0, "counting")
		return trial.Count(name, list, alarms, k.draws, k.seed)
	}
	m.Held = []trial.Row{
		count("lists alone", all, trial.Lists(all)),
		count("the guard alone", all, trial.Alone(m.Chosen, all)),
	}
	rest := played[cut:]
	asked := trial.WithMarket(m.Chosen, rest, k.subsidy, k.perDay)
	with := count("with the market", rest, asked.Alarms)
	with.Asked, with.AskedOfScams, with.Refused = asked.Questions, asked.Scams, asked.Refuse
	with.Cost, with.Days = asked.Cost, asked.Days
	m.Played = []trial.Row{
		count("lists alone", rest, trial.Lists(rest)),
		count("the guard alone", rest, trial.Alone(m.Chosen, rest)), with,
	}
	m.AtOne = map[string]float64{
		"the guard alone": trial.AtShare(rest, func(h trial.Host) float64 { return h.Own }, 0.01),
		"the market alone": trial.AtShare(rest, func(h trial.Host) float64 {
			return h.Market
		}, 0.01),
		"both, every host asked": trial.AtShare(rest, func(h trial.Host) float64 {
			return m.Chosen.Together(h.Own, h.Market)
		}, 0.01),
	}
	return m, nil
}

// trialHosts judges examples by their names. One without a date has the date of
// the one before it: honest hosts are spread among the scams.
func trialHosts(ctx context.Context, list []learn.Example,
	score func(context.Context, string) (float64, bool), known *lists.Hosts) []trial.Host {
	out := make([]trial.Host, len(list))
	day := ""
	for i, e := range list {
		if e.Date != "" {
			day = e.Date
		}
		h := trial.Host{Scam: e.Truth, Group: e.Group, Day: day, Market: math.NaN()}
		if p, ok := score(ctx, e.Question.Field(0)); ok {
			h.Own = p
		}
		if known != nil {
			if s, err := lists.ParseSite(e.Question.Field(0)); err == nil {
				_, h.Listed = known.Match(s)
			}
		}
		out[i] = h
	}
	return out
}

// How long the guard waits for a price, and how long the lab's market trades, in
// blocks.
const (
	waitBlocks  = 5
	tradeBlocks = 30
)

// play plays the lab's market on the held-out hosts.
func (k measuring) play(ctx context.Context, held learn.Held,
	score func(context.Context, string) (float64, bool), known *lists.Hosts,
	tick func(n, total int)) ([]trial.Host, error) {
	list := lab.Examples(held)
	game, err := lab.NewGame(lab.Rules{
		Seed: k.seed, Subsidy: k.subsidy, Window: tradeBlocks, Delay: tradeBlocks, Every: 1,
		Budget: func(string) float64 { return k.budget },
	}, lab.Cast(ctx, labPlayers(), list))
	if err != nil {
		return nil, err
	}
	answers, err := game.Play(ctx, list, func(n int) { tick(n, len(list)) })
	if err != nil {
		return nil, err
	}
	out := trialHosts(ctx, list, score, known)
	for i, ans := range answers {
		out[i].Cost = ans.Spent
		if n := len(ans.Path); n > 0 {
			out[i].Market = float64(ans.Path[min(waitBlocks, n-1)])
		}
	}
	return out, nil
}

func drawMeasured(s term.Screen, m *measured) {
	say(s, "pool: %s; %.0f µs a host", strings.Join(m.Pool, ", "), m.Micros)
	if len(m.Pools) > 0 {
		drawPools(s, m.Pools)
	}
	limits := term.Table{Columns: []term.Column{
		{Name: "thresholds"}, {Name: "note", Right: true}, {Name: "warning", Right: true},
		{Name: "sure", Right: true}, {Name: "weight of the market", Right: true},
		{Name: "joint", Right: true},
	}}
	for _, row := range []struct {
		name string
		l    rules.ScamLimits
	}{{"chosen now", m.Chosen}, {"in the guard", m.InUse}} {
		limits.Row(row.name, fmt.Sprintf("%.4f", row.l.Note), fmt.Sprintf("%.4f", row.l.Warning),
			fmt.Sprintf("%.4f", row.l.Sure), fmt.Sprintf("%.2f", row.l.Weight),
			fmt.Sprintf("%.4f", row.l.Joint))
	}
	limits.Draw(s)
	drawRows(s, "all held-out hosts", m.Held)
	drawRows(s, "of them, those played and not chosen on", m.Played)
	say(s, "at exactly 1%% of false alarms, among the latter: the guard alone %.1f%%, the market "+
		"alone %.1f%%, both on every host %.1f%%", 100*m.AtOne["the guard alone"],
		100*m.AtOne["the market alone"], 100*m.AtOne["both, every host asked"])
	if w := m.Played[len(m.Played)-1]; w.Days > 0 {
		say(s, "asked: %d questions (%d of scams) in %d days, %d more refused by the day's "+
			"budget; spent %.1f coins, %.2f a question", w.Asked, w.AskedOfScams, w.Days,
			w.Refused, w.Cost, w.Cost/float64(max(1, w.Asked)))
	}
}

func drawRows(s term.Screen, title string, rows []trial.Row) {
	t := term.Table{Columns: []term.Column{
		{Name: title, Grow: true}, {Name: "caught", Right: true}, {Name: "95%", Right: true},
		{Name: "false alarms", Right: true}, {Name: "95%", Right: true},
		{Name: "scams: alarm", Right: true}, {Name: "none", Right: true},
		{Name: "honest: alarm", Right: true}, {Name: "none", Right: true},
	}}
	for _, r := range rows {
		t.Row(r.Name, fmt.Sprintf("%.1f%%", 100*r.CaughtShare.Value),
			fmt.Sprintf("%.1f–%.1f", 100*r.CaughtShare.Low, 100*r.CaughtShare.High),
			fmt.Sprintf("%.2f%%", 100*r.FalseShare.Value),
			fmt.Sprintf("%.2f–%.2f", 100*r.FalseShare.Low, 100*r.FalseShare.High),
			r.Caught, r.Missed, r.FalseAlarms, r.Quiet)
	}
	t.Draw(s)
}
