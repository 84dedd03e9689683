package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/lab"
	"agon/lab/score"
	"agon/player"
	"agon/player/learn"
	"agon/player/roster"
)

// truthFlags are the flags of "agon lab truth".
type truthFlags struct {
	data, out, csv string
	sets           []string
	quick          bool
	node           int
	lab.TruthOptions
}

// quickQuestions is how many questions of a set --quick plays.
const quickQuestions = 600

func (a *app) labTruth() *cobra.Command {
	c := &cobra.Command{
		Use:   "truth --data DIR",
		Short: "Does the market know more than its players, their mean, their pool?",
		Long: `Plays labelled data that no player was trained on through the rules of the chain's
market: held-out questions in time order, the built-in players and readers with a budget
each, answers that come out after a delay. Scores the market, every player, the plain mean
and the log-opinion pool of them with intervals, and draws what it finds.

The first fifth of the questions is played and not scored.`,
		Example: examples("agon lab truth --data ../shared/data",
			"agon lab truth --data DIR --set hosts --quick --out plots"),
		Args: cobra.NoArgs,
	}
	var k truthFlags
	f := c.Flags()
	f.StringVar(&k.data, "data", a.env.Get("AGON_DATA"),
		"folder with the labelled data (AGON_DATA)")
	f.StringArrayVar(&k.sets, "set", nil,
		"set to play: hosts, tokens, addresses, posts, questions; repeat (default all)")
	f.StringVar(&k.out, "out", "", "folder for the plots, SVG and PNG")
	f.StringVar(&k.csv, "csv", "", "file for the tables, as CSV")
	f.BoolVar(&k.quick, "quick", false,
		fmt.Sprintf("the first %d questions of a set", quickQuestions))
	f.Uint64Var(&k.Seed, "seed", 1, "decides beacons and intervals")
	f.Float64Var(&k.Subsidy, "subsidy", 5, "coins a question")
	f.Float64Var(&k.Budget, "budget", 1000, "coins each player has at first")
	f.Float64Var(&k.Early, "early", 0.2, "share of the questions, the first, that is not scored")
	f.IntVar(&k.Draws, "draws", 1000, "of the bootstrap")
	f.IntVar(&k.node, "node", 0,
		"play so many questions on a node too, order by order, and compare; nothing else")
	f.BoolVar(&k.OnlyEarly, "only-early", false, "score the early part: to choose on")
	f.BoolVar(&k.LaterDay, "later-day", false,
		"nobody learns from answers of the same day, where days are known")
	f.BoolVar(&k.OneASite, "one-a-site", false, "the first question of each site only")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if k.data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		return a.runTruth(c.Context(), k)
	}
	return c
}

// runTruth plays the sets and shows each as it is done.
func (a *app) runTruth(ctx context.Context, k truthFlags) error {
	sets := k.sets
	if len(sets) == 0 {
		for _, s := range learn.Sets {
			sets = append(sets, string(s))
		}
	}
	if k.quick {
		k.Limit = quickQuestions
		k.Draws = min(k.Draws, 200)
	}
	if k.node > 0 {
		held, err := heldOut(k.data, sets[0])
		if err != nil {
			return err
		}
		return a.confirm(ctx, held, sample{questions: k.node, seed: k.Seed})
	}
	var all []*lab.Truth
	for _, set := range sets {
		held, err := heldOut(k.data, set)
		if err != nil {
			return err
		}
		t, err := a.playTruth(ctx, held, k)
		if err != nil {
			return fmt.Errorf("%s: %w", set, err)
		}
		all = append(all, t)
		if !a.json {
			drawTruth(a.out, t)
		}
		if err := a.plotTruth(t, k.out); err != nil {
			return err
		}
	}
	if k.csv != "" {
		if err := saveCSV(k.csv, truthRecords(all)); err != nil {
			return err
		}
	}
	if a.json {
		return a.emit(all, nil)
	}
	return nil
}

// heldOut reads a set, and explains what is missing.
func heldOut(data, set string) (learn.Held, error) {
	held, err := learn.HeldOut(data, learn.Set(set))
	if errors.Is(err, os.ErrNotExist) {
		return held, hint(err, "--data wants a folder with domains/, tokens/, addresses/, "+
			"moderation/ and questions/; --set picks one")
	}
	return held, err
}

// labPlayers are the forecasters at the lab's table.
func labPlayers() []player.Forecaster { return roster.Builtin([]byte("lab")) }

func (a *app) playTruth(ctx context.Context, h learn.Held, k truthFlags) (*lab.Truth, error) {
	bar := term.NewProgress(a.err)
	defer bar.Done()
	o := k.TruthOptions
	o.Tick = func(what string, done, total int) {
		bar.Set(done, total, string(h.Set)+", "+what)
	}
	return lab.RunTruth(ctx, h, labPlayers(), o)
}

// plotTruth writes a run's plots.
func (a *app) plotTruth(t *lab.Truth, dir string) error {
	if dir == "" {
		return nil
	}
	for name, plot := range map[string]interface {
		Save(dir, name string) ([]string, error)
	}{
		t.Set + "-reliability": t.Reliability(), t.Set + "-convergence": t.Convergence(),
	} {
		if _, err := plot.Save(dir, name); err != nil {
			return err
		}
	}
	a.note("drew %s", filepath.Join(dir, t.Set+"-reliability.svg")+" and its like")
	return nil
}

// drawTruth prints a run.
func drawTruth(s term.Screen, t *lab.Truth) {
	say(s, "%s (%d played before), %d players, S = %g, %.1f orders a question",
		t, t.Played-t.Questions, t.Seats, t.Subsidy, t.Orders)
	table := term.Table{Columns: []term.Column{
		{Name: "", Grow: true}, {Name: "Brier", Right: true}, {Name: "95%", Right: true},
		{Name: "log", Right: true}, {Name: "95%", Right: true},
		{Name: "market less it", Right: true},
		{Name: "acc", Right: true}, {Name: "ECE", Right: true}, {Name: "caught", Right: true},
		{Name: "95%", Right: true}, {Name: "cost", Right: true},
	}}
	span := func(v score.Interval) string { return fmt.Sprintf("%.4f–%.4f", v.Low, v.High) }
	for i, r := range t.Rows {
		v := r.Scores
		less := ""
		if i > 0 {
			d := r.Less["log"]
			less = fmt.Sprintf("%+.4f (%+.4f, %+.4f)", d.Value, d.Low, d.High)
		}
		cost := ""
		switch r.Role {
		case lab.RoleMarket:
			cost = fmt.Sprintf("$%.2f", r.Cost)
		case lab.RolePlayer:
			cost = fmt.Sprintf("%.1f µs", r.Micros)
		}
		if i == 1 {
			cost = ""
		}
		table.Row(r.Name, fmt.Sprintf("%.4f", v["Brier"].Value), span(v["Brier"]),
			fmt.Sprintf("%.4f", v["log"].Value), span(v["log"]), less,
			fmt.Sprintf("%.1f%%", 100*v["accuracy"].Value),
			fmt.Sprintf("%.3f", v["calibration"].Value),
			fmt.Sprintf("%.1f%%", 100*v["caught"].Value),
			fmt.Sprintf("%.1f–%.1f", 100*v["caught"].Low, 100*v["caught"].High), cost)
	}
	table.Draw(s)
	say(s, "regret against the best player in hindsight, %s: %+.5f (%+.5f, %+.5f) nats a "+
		"question; ln N/T = %.5f", t.Best, t.Regret.Value, t.Regret.Low, t.Regret.High, t.Allowed)
	say(s, "the last price is %.4f from what that player believes, on average", t.Apart)
	if t.BestMind != "" {
		say(s, "beside the best mind of a player, %s: %+.5f (%+.5f, %+.5f)", t.BestMind,
			t.MindRegret.Value, t.MindRegret.Low, t.MindRegret.High)
	}
	say(s, "of S: players %.1f%%, opener %.1f%%, fund %.6f%%; %.0f s", 100*t.Kept.Players,
		100*t.Kept.Opener, 100*t.Kept.Fund, t.Seconds)
	say(s, "")
}

// truthRecords is the tables as CSV: a row for each series and measure.
func truthRecords(all []*lab.Truth) [][]string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 6, 64) }
	out := [][]string{strings.Split(
		"set,name,role,measure,value,low,high,market_less,less_low,less_high", ",")}
	for _, t := range all {
		for _, r := range t.Rows {
			for m := range score.Measures {
				v, d := r.Scores[m.String()], r.Less[m.String()]
				out = append(out, []string{
					t.Set, r.Name, string(r.Role), m.String(), number(v.Value), number(v.Low),
					number(v.High), number(d.Value), number(d.Low), number(d.High),
				})
			}
		}
	}
	return out
}

// saveCSV writes records to a file.
func saveCSV(path string, records [][]string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = csv.NewWriter(f).WriteAll(records)
	return errors.Join(err, f.Close())
}
