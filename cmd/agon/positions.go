package main

import (
	"context"
	"encoding/json"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
)

// positionView is what an account holds of one book, and its worth: at the
// present price, or what it pays once settled.
type positionView struct {
	Question uint64      `json:"question"`
	Text     string      `json:"text"`
	Book     uint8       `json:"book"`
	Name     string      `json:"name,omitempty"`
	Yes      string      `json:"yes"`
	No       string      `json:"no"`
	Price    json.Number `json:"price"`
	Worth    string      `json:"worth"`
	Settled  bool        `json:"settled"`
}

// holdings is everything an account has.
type holdings struct {
	Account   string         `json:"account"`
	Coins     string         `json:"coins"`  // outside the market
	Balance   string         `json:"market"` // in the market, free
	Positions []positionView `json:"positions"`
	Orders    []orderView    `json:"orders"`
}

func (a *app) positions() *cobra.Command {
	return &cobra.Command{
		Use:     "positions [ACCOUNT]",
		GroupID: "market",
		Short:   "Show what an account holds: coins, shares, live orders",
		Example: examples("agon positions", "agon --key alice positions", "agon positions dev1",
			"agon positions 0x90F79bf6EB2c4f870365E785982E1f101E93b906"),
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			cl, err := a.dial(c.Context())
			if err != nil {
				return err
			}
			defer cl.Close()
			var who common.Address
			if len(args) == 1 {
				who, err = a.address(args[0])
			} else {
				who, err = a.self(cl)
			}
			if err != nil {
				return err
			}
			h, err := gather(c.Context(), cl, who)
			if err != nil {
				return err
			}
			return a.emit(h, func(s term.Screen) { h.draw(s) })
		},
	}
}

// gather reads all that who has.
func gather(ctx context.Context, cl *client.Client, who common.Address) (holdings, error) {
	h := holdings{Account: who.Hex(), Positions: []positionView{}, Orders: []orderView{}}
	outside, err := cl.Coins(ctx, who)
	if err != nil {
		return h, err
	}
	inside, err := cl.Balance(ctx, who)
	if err != nil {
		return h, err
	}
	h.Coins, h.Balance = coins(outside), coins(inside)
	all, err := cl.Questions(ctx, 0, int(^uint(0)>>1))
	if err != nil {
		return h, err
	}
	byID := map[uint64]client.Question{}
	for _, q := range all {
		byID[q.ID] = q
		if q.Phase == market.Settled {
			continue
		}
		live, err := cl.Orders(ctx, q.ID, maxListedOrders)
		if err != nil {
			return h, err
		}
		for _, o := range live {
			if o.Trader == who {
				h.Orders = append(h.Orders, newOrderView(o))
			}
		}
	}
	held, err := cl.Positions(ctx, who, all)
	if err != nil {
		return h, err
	}
	for _, p := range held {
		h.Positions = append(h.Positions, newPositionView(byID[p.Question], p))
	}
	return h, nil
}

func newPositionView(q client.Question, p client.Position) positionView {
	b := q.Books[p.Book]
	price := b.Price
	if q.Phase == market.Settled {
		price = b.Payoff
	}
	var worth market.Amount
	worth.Add(times(p.Yes, price), times(p.No, market.One-price))
	return positionView{
		Question: q.ID, Text: q.Text, Book: p.Book, Name: b.Name, Yes: coins(p.Yes),
		No: coins(p.No), Price: json.Number(exact(price)), Worth: coins(worth),
		Settled: q.Phase == market.Settled,
	}
}

// times is n shares at price p in coins, rounded down.
func times(n market.Amount, p market.Price) *market.Amount {
	var price, one, out market.Amount
	price.SetUint64(uint64(p))
	one.SetUint64(uint64(market.One))
	out.MulDivOverflow(&n, &price, &one) // n < 2¹⁹⁶ in any ledger
	return &out
}

func (h holdings) draw(s term.Screen) {
	say(s, "account %s", h.Account)
	say(s, "  coins      %s", h.Coins)
	say(s, "  in market  %s", h.Balance)
	if len(h.Positions) > 0 {
		say(s, "")
		t := term.Table{Columns: []term.Column{
			{Name: "#", Right: true}, {Name: "question", Grow: true}, {Name: "yes", Right: true},
			{Name: "no", Right: true}, {Name: "price", Right: true}, {Name: "worth", Right: true},
			{Name: ""},
		}}
		for _, p := range h.Positions {
			text, state := p.Text, ""
			if p.Name != "" {
				text = p.Name + ": " + p.Text
			}
			if p.Settled {
				state = "claim it"
			}
			t.Row(p.Question, text, cut(p.Yes), cut(p.No), percentOf(p.Price), cut(p.Worth), state)
		}
		t.Draw(s)
	}
	if len(h.Orders) > 0 {
		say(s, "")
		say(s, "live orders:")
		drawOrders(s, h.Orders)
	}
}

// cut shortens a written amount for a table.
func cut(amount string) string {
	a, err := parseCoins(amount)
	if err != nil {
		return amount // zero
	}
	return brief(a)
}

// percentOf writes a price of a view for people.
func percentOf(n json.Number) string {
	if n == "1" {
		return percent(market.One)
	}
	p, err := parsePrice(n.String())
	if err != nil {
		return "0.0%" // the payoff of what lost
	}
	return percent(p)
}
