package main

import (
	"context"

	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
)

// cancelledView is an order taken back and what came with it.
type cancelledView struct {
	Order    uint64 `json:"order"`
	Question uint64 `json:"question"`
	Returned string `json:"returned"`
}

func (a *app) cancel() *cobra.Command {
	c := &cobra.Command{
		Use:     "cancel ORDER...",
		GroupID: "market",
		Short:   "Take back what is left of orders",
		Example: examples("agon cancel 31 32", "agon cancel --all"),
	}
	all := c.Flags().Bool("all", false, "all your live orders")
	c.RunE = func(c *cobra.Command, args []string) error {
		if *all == (len(args) > 0) {
			return misuse(c, wrong("name orders, or --all"))
		}
		ids, err := orderIDs(args)
		if err != nil {
			return err
		}
		return a.cancelOrders(c.Context(), ids)
	}
	return c
}

// cancelOrders cancels the orders named, or all of the actor's if none is.
func (a *app) cancelOrders(ctx context.Context, ids []uint64) error {
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	if len(ids) == 0 {
		h, err := gather(ctx, cl, acc.Address())
		if err != nil {
			return err
		}
		for _, o := range h.Orders {
			ids = append(ids, o.ID)
		}
	}
	done := []cancelledView{}
	if len(ids) > 0 {
		p, err := acc.Cancel(ctx, ids, client.Tx{})
		if err != nil {
			return err
		}
		events, err := p.Events(ctx)
		if err != nil {
			return err
		}
		for _, e := range events {
			if x, ok := e.Body.(client.Cancelled); ok {
				done = append(done, cancelledView{x.ID, x.Question, coins(x.Left)})
			}
		}
	}
	return a.emit(done, func(s term.Screen) {
		for _, x := range done {
			say(s, "order %d on question %d: %s came back", x.Order, x.Question, x.Returned)
		}
		if len(done) == 0 {
			say(s, "no live orders")
		}
	})
}
