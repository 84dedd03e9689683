package main

import (
	"context"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// movedView is what an account has after coins moved.
type movedView struct {
	Account string `json:"account"`
	Coins   string `json:"coins"`
	Balance string `json:"market"`
}

func (a *app) deposit() *cobra.Command {
	return &cobra.Command{
		Use:     "deposit AMOUNT",
		GroupID: "market",
		Short:   "Move coins into your balance in the market",
		Long: `Moves coins into your balance in the market, from which signed orders are paid.
"agon trade" and "agon ask" need no deposit: what is missing comes from your coins.`,
		Example: examples("agon deposit 100", "agon --key alice deposit 0.5"),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.move(c.Context(), args[0], (*client.Account).Deposit)
		},
	}
}

func (a *app) withdraw() *cobra.Command {
	return &cobra.Command{
		Use:     "withdraw AMOUNT",
		GroupID: "market",
		Short:   "Move coins out of your balance in the market",
		Example: examples("agon withdraw 12.5"),
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return a.move(c.Context(), args[0], (*client.Account).Withdraw)
		},
	}
}

func (a *app) send() *cobra.Command {
	return &cobra.Command{
		Use:     "send ACCOUNT AMOUNT",
		GroupID: "market",
		Short:   "Send coins to an account",
		Example: examples("agon send alice 10     # from dev0, on the development chain"),
		Args:    cobra.ExactArgs(2),
		RunE: func(c *cobra.Command, args []string) error {
			to, err := a.address(args[0])
			if err != nil {
				return err
			}
			return a.move(c.Context(), args[1], func(acc *client.Account, ctx context.Context,
				n market.Amount, tx client.Tx) (*client.Pending, error) {
				return acc.Transfer(ctx, to, n, tx)
			})
		},
	}
}

// mover is a call that moves n coins of an account.
type mover func(*client.Account, context.Context, market.Amount, client.Tx) (*client.Pending, error)

// move makes one such call and reports what the actor then has.
func (a *app) move(ctx context.Context, amount string, do mover) error {
	n, err := parseCoins(amount)
	if err != nil {
		return err
	}
	cl, acc, err := a.acting(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	p, err := do(acc, ctx, n, client.Tx{})
	if err != nil {
		return err
	}
	if _, err := p.Wait(ctx); err != nil {
		return err
	}
	v, err := purse(ctx, cl, acc.Address())
	if err != nil {
		return err
	}
	return a.emit(v, func(s term.Screen) {
		say(s, "%s has %s coins, and %s in the market", v.Account, v.Coins, v.Balance)
	})
}

// purse reads the coins of an account, outside and inside the market.
func purse(ctx context.Context, cl *client.Client, who common.Address) (movedView, error) {
	outside, err := cl.Coins(ctx, who)
	if err != nil {
		return movedView{}, err
	}
	inside, err := cl.Balance(ctx, who)
	return movedView{who.Hex(), coins(outside), coins(inside)}, err
}
