package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/lab"
	"agon/player/learn"
)

// allFlags are the flags of "agon lab all".
type allFlags struct {
	data, out, doc string
	only           []string
	seed           uint64
	draws, count   int
	attacks        attackFlags
}

func (a *app) labAll() *cobra.Command {
	c := &cobra.Command{
		Use:   "all --data DIR",
		Short: "Every experiment: all tables, all plots, a sample on a node",
		Long: `Runs truth on every set, keep, manipulate, and the samples on a node, and prints each
table under its name. With --out it draws the plots; with --doc it puts each table into a
Markdown file, in the code block after the line

  <!-- agon lab all: NAME -->

so that what the file says is what was printed.`,
		Example: examples("agon lab all --data ../shared/data --out docs/lab --doc docs/lab.md",
			"agon lab all --data DIR --only keep"),
		Args: cobra.NoArgs,
	}
	var k allFlags
	f := c.Flags()
	f.StringVar(&k.data, "data", a.env.Get("AGON_DATA"),
		"folder with the labelled data (AGON_DATA)")
	f.StringVar(&k.out, "out", "", "folder for the plots, SVG and PNG")
	f.StringVar(&k.doc, "doc", "", "Markdown file whose tables are brought up to date")
	f.StringArrayVar(&k.only, "only", nil,
		"table to make: "+strings.Join(tableNames(), ", ")+"; repeat (default all)")
	f.Uint64Var(&k.seed, "seed", 1, "decides beacons and intervals")
	f.IntVar(&k.draws, "draws", 1000, "of the bootstrap")
	f.IntVar(&k.count, "count", 600, "questions for each crowd of keep")
	f.IntVar(&k.attacks.Attacks, "attacks", 24, "questions attacked")
	f.IntVar(&k.attacks.Warm, "warm", 800, "questions played before the first attack")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if k.data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		return a.runAll(c.Context(), k)
	}
	return c
}

// The tables, beside one for each set: truth-NAME.
const (
	tableNode       = "node"
	tableKeep       = "keep"
	tableManipulate = "manipulate"
	truthPrefix     = "truth-"
	tableDays       = "truth-hosts-later-day"
	tableSites      = "truth-hosts-later-day-one-a-site"
)

func tableNames() (out []string) {
	for _, s := range learn.Sets {
		out = append(out, truthPrefix+string(s))
	}
	return append(out, tableDays, tableSites, tableNode, tableKeep, tableManipulate)
}

// runAll makes the tables in turn, each shown and put into the document as soon as
// it is there.
func (a *app) runAll(ctx context.Context, k allFlags) error {
	names := k.only
	if len(names) == 0 {
		names = tableNames()
	}
	for _, name := range names {
		began := time.Now()
		// Wide and with every character, wherever it is run: it is for a file.
		var b bytes.Buffer
		if err := a.table(ctx, k, name, term.Screen{W: &b, Width: 160, Unicode: true}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		text := strings.TrimSpace(b.String()) + "\n"
		fmt.Fprintf(a.out.W, "%s, %.0f s\n\n%s\n", name, time.Since(began).Seconds(), text)
		if k.doc != "" {
			if err := inscribe(k.doc, name, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// table makes one table.
func (a *app) table(ctx context.Context, k allFlags, name string, s term.Screen) error {
	switch name {
	case tableDays, tableSites:
		o := lab.TruthOptions{LaterDay: true, OneASite: name == tableSites}
		return a.truthTable(ctx, k, string(learn.SetHosts), o, s)
	case tableNode:
		return a.nodeTable(ctx, k, s)
	case tableKeep:
		all, err := a.keep(ctx, k.data, keepSets, lab.KeepOptions{
			Seed: k.seed, Limit: k.count, Subsidy: 5, Budget: 1000,
		})
		drawKeep(s, all)
		return err
	case tableManipulate:
		f := k.attacks
		f.data, f.Seed, f.Subsidies = k.data, k.seed, []float64{5, 50}
		f.Shares = []float64{0.05, 0.1, 0.2}
		v, err := a.attack(ctx, f)
		v.draw(s)
		return err
	}
	if set, is := strings.CutPrefix(name, truthPrefix); is {
		return a.truthTable(ctx, k, set, lab.TruthOptions{}, s)
	}
	return hint(fmt.Errorf("there is no table %q", name), "the tables are %s",
		strings.Join(tableNames(), ", "))
}

// truthTable plays a set. Its plots are drawn where nothing special is asked for.
func (a *app) truthTable(
	ctx context.Context, k allFlags, set string, o lab.TruthOptions, s term.Screen,
) error {
	held, err := heldOut(k.data, set)
	if err != nil {
		return err
	}
	special := o.LaterDay || o.OneASite
	o.Seed, o.Draws = k.seed, k.draws
	t, err := a.playTruth(ctx, held, truthFlags{TruthOptions: o})
	if err != nil {
		return err
	}
	drawTruth(s, t)
	if special {
		return nil
	}
	return a.plotTruth(t, k.out)
}

// nodeTable plays a sample on a node, the first question attacked. It is one
// sample, as a process hosts one node in its life.
func (a *app) nodeTable(ctx context.Context, k allFlags, s term.Screen) error {
	held, err := heldOut(k.data, string(learn.SetHosts))
	if err != nil {
		return err
	}
	v, err := a.confirmed(ctx, held, sample{questions: 3, seed: k.seed, attacked: true})
	if err != nil {
		return err
	}
	v.draw(s)
	return v.check()
}

// inscribe puts a table into the code block after its mark in a Markdown file.
func inscribe(path, name, table string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	out, err := inscribed(string(text), name, table)
	if err != nil {
		return hint(fmt.Errorf("%s: %w", path, err),
			"a mark is a line of its own, and a code block follows it")
	}
	return os.WriteFile(path, []byte(out), 0o644)
}

// fence begins and ends a code block.
const fence = "```\n"

func inscribed(text, name, table string) (string, error) {
	mark := "<!-- agon lab all: " + name + " -->\n"
	before, after, found := strings.Cut(text, mark+fence)
	if !found {
		return "", fmt.Errorf("no code block is marked %q", strings.TrimSpace(mark))
	}
	_, rest, closed := strings.Cut(after, "\n"+fence)
	if strings.HasPrefix(after, fence) {
		rest, closed = after[len(fence):], true
	}
	if !closed {
		return "", fmt.Errorf("the code block of %q has no end", name)
	}
	return before + mark + fence + table + fence + rest, nil
}
