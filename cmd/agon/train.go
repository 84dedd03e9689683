package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/player/learn"
)

// weightsView is one file that training makes.
type weightsView struct {
	Path  string `json:"path"`
	Bytes int    `json:"bytes"`
	Same  *bool  `json:"same,omitempty"` // with --check: as the file that is there
}

// errStale reports weights that the data does not give.
var errStale = errors.New("files differ from what training gives")

func (a *app) train() *cobra.Command {
	c := &cobra.Command{
		Use:     "train --data DIR",
		GroupID: "player",
		Short:   "Fit the built-in players to a folder of labelled data",
		Long: `Fits every built-in model and writes its weights under --out, which has the layout of
this repository's player folder; build again to embed them. The same data gives the same
bytes on any machine: --check trains and compares instead of writing. The data folder
has hosts in domains/, tokens in tokens/, addresses in addresses/ and posts in
moderation/.`,
		Example: examples("agon train --data ../shared/data", "agon train --data DIR --check"),
		Args:    cobra.NoArgs,
	}
	f := c.Flags()
	data := f.String("data", "", "folder with the labelled data")
	out := f.String("out", "player", "folder for the weights")
	check := f.Bool("check", false, "compare with the files in --out, write nothing")
	report := f.Bool("report", false, "then measure the models on what was held out")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if *data == "" {
			return misuse(c, wrong("--data is missing"))
		}
		files, views, err := a.fit(c.Context(), *data, *out, *check)
		if err != nil {
			return err
		}
		if err := a.emit(views, func(s term.Screen) { drawWeights(s, views) }); err != nil {
			return err
		}
		for _, v := range views {
			if v.Same != nil && !*v.Same {
				return fmt.Errorf("%s: %w", v.Path, errStale)
			}
		}
		if !*report {
			return nil
		}
		to := a.env.Out
		if a.json {
			to = io.Discard
		}
		return learn.Report(c.Context(), to, *data, files)
	}
	return c
}

// fit trains and writes, or compares.
func (a *app) fit(ctx context.Context, data, out string, check bool) (
	[]learn.File, []weightsView, error,
) {
	bar := term.NewProgress(a.err)
	defer bar.Done()
	work := learn.Train
	if check {
		work = func(ctx context.Context, data, _ string, p learn.Progress) ([]learn.File, error) {
			return learn.Fitted(ctx, data, p)
		}
	}
	files, err := work(ctx, data, out, func(what string) { bar.Set(0, 0, what) })
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil, hint(err,
			"--data wants a folder with domains/, tokens/, addresses/ and moderation/")
	}
	if err != nil {
		return nil, nil, err
	}
	var views []weightsView
	for _, f := range files {
		v := weightsView{Path: f.Path, Bytes: len(f.Data)}
		if check {
			have, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(f.Path)))
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return nil, nil, err
			}
			same := bytes.Equal(have, f.Data)
			v.Same = &same
		}
		views = append(views, v)
	}
	return files, views, nil
}

func drawWeights(s term.Screen, views []weightsView) {
	t := term.Table{Columns: []term.Column{
		{Name: "file"}, {Name: "bytes", Right: true}, {Name: ""},
	}}
	for _, v := range views {
		state := "written"
		if v.Same != nil {
			state = "same"
			if !*v.Same {
				state = "DIFFERS"
			}
		}
		t.Row(v.Path, v.Bytes, state)
	}
	t.Draw(s)
}
