package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
	"agon/player/track"
)

// trackView is what "agon track" prints as JSON.
type trackView struct {
	Players []track.Score `json:"players"`
	Books   []*track.Book `json:"books,omitempty"`
	Faults  []string      `json:"faults,omitempty"`
}

func (a *app) track() *cobra.Command {
	c := &cobra.Command{
		Use:     "track FILE...",
		GroupID: "player",
		Short:   "Score players by their track records",
		Long: `Reads track records, JSON lines as "agon play --record" and the Python SDK write
them, and prints for every player how right it was and what it earned. Scores are computed
from the forecasts and the answers in the file; where the file states another score, that
is said. docs/agents.md has the format.

Brier is the mean of (p − x)², 0 is perfect; "price" is the same for the price that the
player saw, so a player below it knew more than the market did. Log is in nats. Profit
counts nothing for shares of questions without an answer.`,
		Example: examples("agon track decisions.jsonl",
			"agon track --questions ann.jsonl bob.jsonl", "agon track --json - < decisions.jsonl"),
		Args: cobra.MinimumNArgs(1),
	}
	questions := c.Flags().Bool("questions", false, "list every question too")
	c.RunE = func(_ *cobra.Command, args []string) error {
		var lines []track.Line
		for _, name := range args {
			more, err := a.readTrack(name)
			if err != nil {
				return err
			}
			lines = append(lines, more...)
		}
		books, faults := track.Books(lines)
		v := trackView{Players: track.Scores(books), Faults: faults}
		if *questions {
			v.Books = books
		}
		return a.emit(v, v.draw)
	}
	return c
}

// readTrack reads one record; - is standard input.
func (a *app) readTrack(name string) ([]track.Line, error) {
	var in io.Reader = a.env.In
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, hint(err, `"agon play --record FILE" and the Python SDK write records`)
		}
		defer f.Close()
		in = f
	}
	lines, err := track.Read(in)
	if err != nil {
		return nil, hint(fmt.Errorf("%s: %w", name, err),
			`a track record is JSON lines; "agon play --record FILE" writes one`)
	}
	return lines, nil
}

func (v trackView) draw(s term.Screen) {
	if len(v.Players) == 0 {
		say(s, "no players in it")
	}
	if len(v.Books) > 0 {
		v.drawBooks(s)
		say(s, "")
	}
	columns := []term.Column{{Name: "player", Grow: true}}
	for _, name := range []string{
		"forecasts", "settled", "Brier", "price", "log", "accuracy", "error", "trades", "paid",
		"profit",
	} {
		columns = append(columns, term.Column{Name: name, Right: true})
	}
	t := term.Table{Columns: columns}
	for _, p := range v.Players {
		row := []any{p.Player, p.Forecasts, p.Settled}
		if p.Settled > 0 {
			row = append(row, score4(p.Brier), scored(p.Price, p.Priced), score4(p.Log),
				fmt.Sprintf("%.1f%%", 100*p.Accuracy), score4(p.Error))
		} else {
			row = append(row, "", "", "", "", "")
		}
		t.Row(append(row, p.Trades, score4(p.Paid), fmt.Sprintf("%+.4f", p.Profit))...)
	}
	if len(v.Players) > 0 {
		t.Draw(s)
	}
	for _, fault := range v.Faults {
		say(s, "doubtful: %s", fault)
	}
}

// drawBooks lists every question of every player.
func (v trackView) drawBooks(s term.Screen) {
	t := term.Table{Columns: []term.Column{
		{Name: "#", Right: true}, {Name: "question", Grow: true}, {Name: "player"},
		{Name: "p", Right: true}, {Name: "price", Right: true}, {Name: "answer"},
		{Name: "Brier", Right: true}, {Name: "profit", Right: true},
	}}
	for _, b := range v.Books {
		t.Row(b.Question, b.Text, b.Player, optional(b.P), optional(b.Price), b.Verdict,
			optional(b.Brier), fmt.Sprintf("%+.4f", b.Profit()))
	}
	t.Draw(s)
}

func score4(x float64) string { return fmt.Sprintf("%.4f", x) }

// scored is a mean of n, blank if there is none.
func scored(x float64, n int) string {
	if n == 0 {
		return ""
	}
	return score4(x)
}

// optional writes a number that may not be there.
func optional(x *float64) string {
	if x == nil {
		return ""
	}
	return score4(*x)
}
