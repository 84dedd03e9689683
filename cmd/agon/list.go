package main

import (
	"context"
	"slices"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

func (a *app) list() *cobra.Command {
	c := &cobra.Command{
		Use:     "list",
		GroupID: "market",
		Short:   "List questions with what the market says",
		Example: examples("agon list --open", "agon list --resolver dev0 --closed",
			"agon list --after 100 --limit 20 --json"),
		Args: cobra.NoArgs,
	}
	var pick filter
	f := c.Flags()
	f.BoolVar(&pick.open, "open", false, "only those that trade")
	f.BoolVar(&pick.closed, "closed", false, "only those that wait for their answer")
	f.BoolVar(&pick.settled, "settled", false, "only those answered")
	f.StringVar(&pick.resolver, "resolver", "", "only those this account resolves")
	f.Uint64Var(&pick.after, "after", 0, "only those with a higher number")
	f.IntVar(&pick.limit, "limit", 200, "at most so many, the newest")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if pick.limit < 1 {
			return wrong("--limit %d: want at least 1", pick.limit)
		}
		return a.listQuestions(c, pick)
	}
	return c
}

// filter says which questions to list.
type filter struct {
	open, closed, settled bool
	resolver              string
	after                 uint64
	limit                 int
}

// keeps reports whether q is asked for; no phase named means all.
func (f filter) keeps(q client.Question, resolver common.Address) bool {
	any := !f.open && !f.closed && !f.settled
	phase := any || f.open && q.Phase == market.Open || f.settled && q.Phase == market.Settled ||
		f.closed && (q.Phase == market.Closed || q.Phase == market.Halted)
	return phase && (f.resolver == "" || q.Resolver == resolver)
}

func (a *app) listQuestions(c *cobra.Command, pick filter) error {
	ctx := c.Context()
	cl, err := a.dial(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	var resolver common.Address
	if pick.resolver != "" {
		if resolver, err = a.address(pick.resolver); err != nil {
			return err
		}
	}
	now, err := cl.Height(ctx)
	if err != nil {
		return err
	}
	found, err := newest(ctx, cl, pick, resolver)
	if err != nil {
		return err
	}
	views := []questionView{}
	for _, q := range found {
		views = append(views, newQuestionView(q))
	}
	return a.emit(views, func(s term.Screen) { drawList(s, found, now) })
}

// listPage is how many questions are read at a time.
const listPage = 256

// newest reads questions from the newest back until it has as many as are asked
// for, and returns them in order. Numbers count from 1 without gaps.
func newest(ctx context.Context, cl *client.Client, pick filter, resolver common.Address) (
	[]client.Question, error,
) {
	top, err := cl.QuestionCount(ctx)
	if err != nil {
		return nil, err
	}
	var found []client.Question
	for top > pick.after && len(found) < pick.limit {
		size := min(listPage, top-pick.after)
		page, err := cl.Questions(ctx, top-size, int(size))
		if err != nil {
			return nil, err
		}
		for _, q := range slices.Backward(page) {
			if len(found) < pick.limit && pick.keeps(q, resolver) {
				found = append(found, q)
			}
		}
		top -= size
	}
	slices.Reverse(found)
	return found, nil
}

func drawList(s term.Screen, found []client.Question, now uint64) {
	if len(found) == 0 {
		say(s, `no such questions: "agon ask --help" shows how to open one`)
		return
	}
	t := term.Table{Columns: []term.Column{
		{Name: "#", Right: true}, {Name: "question", Grow: true}, {Name: "market", Right: true},
		{Name: "state"}, {Name: "subsidy", Right: true},
	}}
	for _, q := range found {
		t.Row(q.ID, q.Text, leading(q), standing(q, now), brief(q.Subsidy))
	}
	t.Draw(s)
	say(s, "")
	say(s, "Prices of open questions are provisional. \"agon show N\" draws the history of one.")
}
