package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/lab"
)

func (a *app) labKeep() *cobra.Command {
	c := &cobra.Command{
		Use:     "keep --data DIR",
		Short:   "Who keeps how much of the subsidies, with 1 to 100 players?",
		Example: examples("agon lab keep --data ../shared/data"),
		Args:    cobra.NoArgs,
	}
	f := c.Flags()
	data := f.String("data", a.env.Get("AGON_DATA"), "folder with the labelled data (AGON_DATA)")
	set := f.String("set", "hosts", "set to play")
	o := lab.KeepOptions{}
	f.Uint64Var(&o.Seed, "seed", 1, "decides beacons")
	f.IntVar(&o.Limit, "count", 800, "questions, the first quarter not counted")
	f.Float64Var(&o.Subsidy, "subsidy", 5, "coins a question")
	f.Float64Var(&o.Budget, "budget", 1000, "coins each player has at first")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		held, err := heldOut(*data, *set)
		if err != nil {
			return err
		}
		bar := term.NewProgress(a.err)
		defer bar.Done()
		o.Tick = func(done, total int) { bar.Set(done, total, "playing") }
		list, err := lab.Keep(c.Context(), held, labPlayers(), o)
		if err != nil {
			return err
		}
		bar.Done()
		return a.emit(list, func(s term.Screen) { drawKeep(s, list) })
	}
	return c
}

func drawKeep(s term.Screen, list []lab.Crowd) {
	t := term.Table{Columns: []term.Column{
		{Name: "players", Right: true}, {Name: "players keep", Right: true},
		{Name: "opener gets back", Right: true}, {Name: "fund", Right: true},
		{Name: "players' part of what is spent", Right: true}, {Name: "log", Right: true},
		{Name: "orders", Right: true},
	}}
	for _, c := range list {
		part := "–"
		if spent := c.Kept.Players + c.Kept.Fund; spent > 0 {
			part = fmt.Sprintf("%.4f%%", 100*c.Kept.Players/spent)
		}
		t.Row(c.Players, perCent(c.Kept.Players), perCent(c.Kept.Opener),
			fmt.Sprintf("%.6f%%", 100*c.Kept.Fund), part, fmt.Sprintf("%.4f", c.Log),
			fmt.Sprintf("%.1f", c.Orders))
	}
	t.Draw(s)
}
