package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/lab"
	"agon/player/learn"
)

func (a *app) labKeep() *cobra.Command {
	c := &cobra.Command{
		Use:   "keep --data DIR",
		Short: "Who keeps how much of the subsidies, with 1 to 100 players?",
		Long: `Plays each set with growing crowds, opened at its base rate and at one half. Prints
what the players, the opener and the fund keep of S; what players keep by theory, from the
last price alone; and what they would with the best of their beliefs, picked in hindsight.`,
		Example: examples("agon lab keep --data ../shared/data"),
		Args:    cobra.NoArgs,
	}
	f := c.Flags()
	data := f.String("data", a.env.Get("AGON_DATA"), "folder with the labelled data (AGON_DATA)")
	sets := f.StringArray("set", keepSets, "set to play; repeat")
	o := lab.KeepOptions{}
	f.Uint64Var(&o.Seed, "seed", 1, "decides beacons")
	f.IntVar(&o.Limit, "count", 800, "questions, the first quarter not counted")
	f.Float64Var(&o.Subsidy, "subsidy", 5, "coins a question")
	f.Float64Var(&o.Budget, "budget", 1000, "coins each player has at first")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		all, err := a.keep(c.Context(), *data, *sets, o)
		if err != nil {
			return err
		}
		return a.emit(all, func(s term.Screen) { drawKeep(s, all) })
	}
	return c
}

// keepSets are the sets that keep plays if none is named.
var keepSets = []string{"hosts", "tokens", "posts"}

// keep plays sets with growing crowds.
func (a *app) keep(
	ctx context.Context, data string, sets []string, o lab.KeepOptions,
) (all []lab.Crowd, err error) {
	bar := term.NewProgress(a.err)
	defer bar.Done()
	for _, set := range sets {
		held, err := heldOut(data, set)
		if err != nil {
			return nil, err
		}
		for _, half := range []bool{false, true} {
			if half && held.Set == learn.SetHosts {
				continue // these open at ½ as it is
			}
			o.Half = half
			o.Tick = func(done, total int) { bar.Set(done, total, set) }
			list, err := lab.Keep(ctx, held, labPlayers, o)
			if err != nil {
				return nil, err
			}
			all = append(all, list...)
		}
	}
	return all, nil
}

func drawKeep(s term.Screen, list []lab.Crowd) {
	t := term.Table{Columns: []term.Column{
		{Name: "set"}, {Name: "opened at", Right: true}, {Name: "players", Right: true},
		{Name: "they keep", Right: true}, {Name: "by theory", Right: true},
		{Name: "at most", Right: true}, {Name: "opener", Right: true},
		{Name: "fund", Right: true}, {Name: "of what is spent", Right: true},
		{Name: "log", Right: true}, {Name: "orders", Right: true},
	}}
	for _, c := range list {
		part := "–"
		if spent := c.Kept.Players + c.Kept.Fund; spent > 0 {
			part = fmt.Sprintf("%.4f%%", 100*c.Kept.Players/spent)
		}
		t.Row(c.Set, fmt.Sprintf("%.3f", c.Opening), c.Players, perCent(c.Kept.Players),
			perCent(c.Theory), perCent(c.Most), perCent(c.Kept.Opener),
			fmt.Sprintf("%.6f%%", 100*c.Kept.Fund), part, fmt.Sprintf("%.4f", c.Last),
			fmt.Sprintf("%.1f", c.Orders))
	}
	t.Draw(s)
}
