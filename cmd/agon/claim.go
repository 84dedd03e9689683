package main

import (
	"context"

	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// claimedView is what one settled question paid.
type claimedView struct {
	Question uint64 `json:"question"`
	Amount   string `json:"amount"`
}

func (a *app) claim() *cobra.Command {
	return &cobra.Command{
		Use:     "claim [N...]",
		GroupID: "market",
		Short:   "Take what your shares of answered questions pay",
		Long: `Moves what your shares pay into your balance in the market; without numbers, for all
answered questions of which you hold shares. "agon withdraw" takes it out as coins.`,
		Example: examples("agon claim", "agon claim 7 9"),
		RunE: func(c *cobra.Command, args []string) error {
			var ids []uint64
			for _, arg := range args {
				id, err := questionID(arg)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			return a.claimQuestions(c.Context(), ids)
		},
	}
}

func (a *app) claimQuestions(ctx context.Context, ids []uint64) error {
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	if len(ids) == 0 {
		if ids, err = claimable(ctx, cl, acc); err != nil {
			return err
		}
	}
	claimed := []claimedView{}
	if len(ids) > 0 {
		p, err := acc.Claim(ctx, ids, client.Tx{})
		if err != nil {
			return err
		}
		events, err := p.Events(ctx)
		if err != nil {
			return err
		}
		for _, e := range events {
			if x, ok := e.Body.(client.Claimed); ok {
				claimed = append(claimed, claimedView{x.Question, coins(x.Amount)})
			}
		}
	}
	return a.emit(claimed, func(s term.Screen) {
		for _, x := range claimed {
			say(s, "question %d paid %s", x.Question, x.Amount)
		}
		if len(claimed) == 0 {
			say(s, "nothing to claim: you hold no shares of an answered question")
		}
	})
}

// claimable lists the settled questions of which acc holds shares.
func claimable(ctx context.Context, cl *client.Client, acc *client.Account) ([]uint64, error) {
	all, err := cl.Questions(ctx, 0, int(^uint(0)>>1))
	if err != nil {
		return nil, err
	}
	var settled []client.Question
	for _, q := range all {
		if q.Phase == market.Settled {
			settled = append(settled, q)
		}
	}
	held, err := cl.Positions(ctx, acc.Address(), settled)
	if err != nil {
		return nil, err
	}
	var ids []uint64
	for _, p := range held {
		if len(ids) == 0 || ids[len(ids)-1] != p.Question {
			ids = append(ids, p.Question)
		}
	}
	return ids, nil
}
