package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/lab"
	"agon/lab/score"
)

// attackFlags are the flags of "agon lab manipulate".
type attackFlags struct {
	data, csv string
	quick     bool
	node      bool
	lab.AttackOptions
}

// attackView is what "agon lab manipulate" found.
type attackView struct {
	Seed      uint64        `json:"seed"`
	Attacks   int           `json:"attacks"`
	Warm      int           `json:"played_before"`
	Campaign  []lab.Attack  `json:"campaign"` // the best timing first of each S and share
	Whole     []lab.Attack  `json:"whole"`    // all the money on every target
	Conspired []lab.Attack  `json:"conspired"`
	Copied    []lab.Copying `json:"copied"`
	Evasions  []lab.Evasion `json:"evasions"`
}

func (a *app) labManipulate() *cobra.Command {
	c := &cobra.Command{
		Use:   "manipulate --data DIR",
		Short: "What does it cost to make the market say something else?",
		Long: `Plays held-out hosts with an attacker at the table who wants the opposite of what is
so: a manipulator with a share of all the players' money, at every timing; sybils; sleepers
that earn an ear first; players that turn; copycats; and one who tunes hosts against an open
player and replays them. Each is compared with the same game without it.

A campaign spreads the money over the questions attacked; "whole" has all of it anew for
each of them, the worst that can happen to one question.`,
		Example: examples("agon lab manipulate --data ../shared/data --quick"),
		Args:    cobra.NoArgs,
	}
	var k attackFlags
	f := c.Flags()
	f.StringVar(&k.data, "data", a.env.Get("AGON_DATA"),
		"folder with the labelled data (AGON_DATA)")
	f.StringVar(&k.csv, "csv", "", "file for the tables, as CSV")
	f.BoolVar(&k.quick, "quick", false, "fewer attacks, one share")
	f.Uint64Var(&k.Seed, "seed", 1, "decides beacons and intervals")
	f.IntVar(&k.Attacks, "attacks", 24, "questions attacked")
	f.IntVar(&k.Warm, "warm", 800, "questions played before the first attack")
	f.Float64SliceVar(&k.Subsidies, "subsidy", []float64{5, 50}, "coins a question")
	f.Float64SliceVar(&k.Shares, "share", []float64{0.05, 0.1, 0.2, 0.4},
		"of all money that is the attacker's")
	f.BoolVar(&k.node, "node", false,
		"play two questions, the first attacked, on a node too and compare; nothing else")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if k.data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		if k.node {
			held, err := heldOut(k.data, "hosts")
			if err != nil {
				return err
			}
			return a.confirm(c.Context(), held, attackSample(k.Seed))
		}
		if k.quick {
			k.Attacks, k.Warm, k.Shares = min(k.Attacks, 8), min(k.Warm, 500), []float64{0.2}
		}
		return a.runAttacks(c.Context(), k)
	}
	return c
}

// attackSample is what of the attacks is played on a node.
func attackSample(seed uint64) sample { return sample{questions: 2, seed: seed, attacked: true} }

// runAttacks plays all attacks and shows them.
func (a *app) runAttacks(ctx context.Context, k attackFlags) error {
	v, err := a.attack(ctx, k)
	if err != nil {
		return err
	}
	if k.csv != "" {
		all := slices.Concat(v.Campaign, v.Whole, v.Conspired)
		if err := saveCSV(k.csv, attackRecords(all)); err != nil {
			return err
		}
	}
	return a.emit(v, v.draw)
}

// attack plays all attacks.
func (a *app) attack(ctx context.Context, k attackFlags) (v attackView, err error) {
	held, err := heldOut(k.data, "hosts")
	if err != nil {
		return v, err
	}
	bar := term.NewProgress(a.err)
	defer bar.Done()
	v = attackView{Seed: k.Seed, Attacks: k.Attacks, Warm: k.Warm}
	o := k.AttackOptions
	o.Tick = func(what string, done, total int) { bar.Set(done, total, what) }
	for _, campaign := range []bool{true, false} {
		o.Campaign = campaign
		s, err := lab.NewSiege(held, labPlayers, o)
		if err != nil {
			return v, err
		}
		list, err := s.Search(ctx)
		if err != nil {
			return v, err
		}
		if campaign {
			v.Campaign = list
			for _, subsidy := range k.Subsidies {
				more, err := s.Conspire(ctx, subsidy, 0.2)
				if err != nil {
					return v, err
				}
				v.Conspired = append(v.Conspired, more...)
				copied, err := s.Copy(ctx, subsidy)
				if err != nil {
					return v, err
				}
				v.Copied = append(v.Copied, copied...)
			}
		} else {
			v.Whole = list
		}
	}
	v.Evasions, err = lab.Evade(ctx, held, labPlayers, lab.EvadeOptions{
		Seed: k.Seed, Warm: 2 * k.Warm, Hosts: 4 * k.Attacks, Subsidy: 5, Budget: 1000,
		Told: toldEach * k.Attacks,
		Tick: func(done, total int) { bar.Set(done, total, "tuning hosts") },
	})
	return v, err
}

// toldEach is of how many tuned names, for each question attacked, the yardstick of
// evasions is told.
const toldEach = 12

func (v attackView) draw(s term.Screen) {
	say(s, "%d questions attacked, %d played before; seed %d", v.Attacks, v.Warm, v.Seed)
	say(s, "")
	say(s, "A campaign: the money is spread over the questions attacked. By timing:")
	drawAttacks(s, v.Campaign)
	say(s, "")
	say(s, "All of it on one question, anew for each. By timing:")
	drawAttacks(s, v.Whole)
	say(s, "floor: whoever has M coins and bids them all at M/(M+W+S) in every block holds that "+
		"price, whatever the others do with their W; in the mean of what that moves")
	say(s, "")
	say(s, "Many accounts, a campaign:")
	drawAttacks(s, v.Conspired)
	say(s, "")
	drawCopied(s, v.Copied)
	say(s, "")
	say(s, "Hosts tuned against one open player, then replayed:")
	t := term.Table{Columns: []term.Column{
		{Name: "open player"}, {Name: "flagged beyond"}, {Name: "hosts", Right: true},
		{Name: "escape it", Right: true},
		{Name: "escape the market", Right: true},
		{Name: "escape one told of it", Right: true}, {Name: "queries", Right: true},
		{Name: "changes", Right: true},
	}}
	for _, e := range v.Evasions {
		t.Row(e.Open, e.Rule, e.Hosts, perCent(e.Alone), perCent(e.Market),
			perCent(e.Told), fmt.Sprintf("%.0f", e.Queries), fmt.Sprintf("%.1f", e.Steps))
	}
	t.Draw(s)
}

func perCent(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }

func drawAttacks(s term.Screen, list []lab.Attack) {
	t := term.Table{Columns: []term.Column{
		{Name: "attack"}, {Name: "S", Right: true}, {Name: "share", Right: true},
		{Name: "coins", Right: true}, {Name: "timing"}, {Name: "to", Right: true},
		{Name: "answer moved", Right: true}, {Name: "floor", Right: true},
		{Name: "last price", Right: true},
		{Name: "over ½", Right: true}, {Name: "profit", Right: true},
	}}
	span := func(v score.Interval) string {
		return fmt.Sprintf("%+.3f (%+.3f, %+.3f)", v.Value, v.Low, v.High)
	}
	for _, a := range list {
		to := ""
		if a.Limit > 0 {
			to = fmt.Sprintf("%.3f", a.Limit)
		}
		floor := ""
		if a.Sum > 0 {
			floor = fmt.Sprintf("%.3f", a.Floor)
		}
		t.Row(a.Kind, fmt.Sprintf("$%g", a.Subsidy), perCent(a.Share),
			fmt.Sprintf("%.0f", a.Sum), a.Timing, to, span(a.Moved), floor,
			fmt.Sprintf("%+.3f", a.Last.Value), perCent(a.Flips),
			fmt.Sprintf("%+.1f (%+.1f, %+.1f)", a.Profit.Value, a.Profit.Low, a.Profit.High))
	}
	t.Draw(s)
}

func drawCopied(s term.Screen, list []lab.Copying) {
	say(s, "Copycats, who repeat an account's first order a block later. Coins a question, nats:")
	t := term.Table{Columns: []term.Column{
		{Name: "copied"}, {Name: "copycats", Right: true}, {Name: "S", Right: true},
		{Name: "stake", Right: true}, {Name: "they earn", Right: true},
		{Name: "the copied earns more", Right: true}, {Name: "the answer is worse", Right: true},
	}}
	span := func(v score.Interval, digits int) string {
		return fmt.Sprintf("%+.*f (%+.*f, %+.*f)", digits, v.Value, digits, v.Low, digits, v.High)
	}
	for _, c := range list {
		t.Row(c.Of, c.Copycats, fmt.Sprintf("$%g", c.Subsidy), fmt.Sprintf("%g", c.Coin),
			span(c.Earned, 3), span(c.Copied, 3), span(c.Log, 4))
	}
	t.Draw(s)
}

func attackRecords(all []lab.Attack) [][]string {
	out := [][]string{strings.Split("kind,subsidy,share,sum,timing,limit,moved,moved_low,"+
		"moved_high,floor,last,worst,flipped,profit,profit_low,profit_high", ",")}
	for _, a := range all {
		row := []string{a.Kind}
		for _, v := range []float64{a.Subsidy, a.Share, a.Sum} {
			row = append(row, strconv.FormatFloat(v, 'g', 6, 64))
		}
		row = append(row, a.Timing)
		for _, v := range []float64{
			a.Limit, a.Moved.Value, a.Moved.Low, a.Moved.High, a.Floor, a.Last.Value, a.Worst,
			a.Flips,
			a.Profit.Value, a.Profit.Low, a.Profit.High,
		} {
			row = append(row, strconv.FormatFloat(v, 'g', 6, 64))
		}
		out = append(out, row)
	}
	return out
}
