package mcp

import (
	"context"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/quote"
)

type positionsIn struct {
	Account string `json:"account,omitempty" jsonschema:"0x…; the server's own if left out"`
}

type positionsOut struct {
	Account   string     `json:"account"`
	Coins     string     `json:"coins" jsonschema:"outside the market"`
	Balance   string     `json:"balance" jsonschema:"free in the market"`
	Positions []position `json:"positions"`
	Orders    []resting  `json:"orders" jsonschema:"live"`
	Allowance *allowed   `json:"allowance,omitempty" jsonschema:"what may still be spent"`
	Note      string     `json:"note,omitempty"`
}

// allowed is what is left of the limits.
type allowed struct {
	PerCall string `json:"per_call"`
	Today   string `json:"today" jsonschema:"left of per_day in the last 24 hours"`
	PerDay  string `json:"per_day"`
	Calls   int    `json:"calls" jsonschema:"transactions left today"`
}

// position is what an account holds of one book.
type position struct {
	Question uint64  `json:"question"`
	Text     string  `json:"text"`
	Member   string  `json:"member,omitempty"`
	Yes      string  `json:"yes" jsonschema:"shares"`
	No       string  `json:"no" jsonschema:"shares"`
	Price    float64 `json:"price" jsonschema:"of YES; what a YES pays, once settled"`
	Worth    float64 `json:"worth" jsonschema:"coins, at that price"`
	Settled  bool    `json:"settled" jsonschema:"claim collects it"`
}

// resting is a live order.
type resting struct {
	Order    uint64  `json:"order"`
	Question uint64  `json:"question"`
	Book     uint8   `json:"book"`
	Action   string  `json:"action"`
	Left     string  `json:"left" jsonschema:"coins of a buy, shares of a sell"`
	Limit    float64 `json:"limit"`
	Expiry   uint64  `json:"expiry" jsonschema:"last block; 0: the next batch only"`
}

// maxOrders bounds the live orders of a question that are looked through.
const maxOrders = 1000

// positions gathers what an account has in the newest questions.
func (d *desk) positions(ctx context.Context, in positionsIn) (out positionsOut, err error) {
	var who common.Address
	switch {
	case common.IsHexAddress(in.Account):
		who = common.HexToAddress(in.Account)
	case in.Account != "":
		return out, fault("it is 0x and 40 hex digits", "%q is no account", in.Account)
	case d.Account != nil:
		who = d.Account.Address()
	default:
		return out, fault("name one: 0x and 40 hex digits", "this server has no account of its own")
	}
	out = positionsOut{Account: who.Hex(), Positions: []position{}, Orders: []resting{}}
	outside, err := d.Client.Coins(ctx, who)
	if err != nil {
		return out, err
	}
	inside, err := d.Client.Balance(ctx, who)
	if err != nil {
		return out, err
	}
	out.Coins, out.Balance = coins(outside), coins(inside)
	if d.trades() && who == d.Account.Address() {
		left, calls := d.Allowance.Left()
		limits := d.Allowance.limits
		out.Allowance = &allowed{coins(limits.PerCall), coins(left), coins(limits.PerDay), calls}
	}
	var all []client.Question
	err = d.newest(ctx, 0, func(q client.Question) bool { all = append(all, q); return true })
	if err != nil {
		return out, err
	}
	if len(all) == maxLookedAt {
		out.Note = "only the newest questions were looked at"
	}
	held, err := d.Client.Positions(ctx, who, all)
	if err != nil {
		return out, err
	}
	byID := map[uint64]client.Question{}
	for _, q := range all {
		byID[q.ID] = q
		if q.Phase == market.Settled {
			continue
		}
		live, err := d.Client.Orders(ctx, q.ID, maxOrders)
		if err != nil {
			return out, err
		}
		for _, o := range live {
			if o.Trader == who {
				out.Orders = append(out.Orders, resting{
					o.ID, q.ID, o.Order.Book, actionNames[o.Order.Action], coins(o.Left),
					probability(o.Order.Limit), o.Order.Expiry,
				})
			}
		}
	}
	for _, p := range held {
		out.Positions = append(out.Positions, worth(byID[p.Question], p))
	}
	return out, nil
}

// worth values a position at the price, or at what it pays.
func worth(q client.Question, p client.Position) position {
	b := q.Books[p.Book]
	at := probability(b.Price)
	if q.Phase == market.Settled {
		at = probability(b.Payoff)
	}
	return position{
		Question: q.ID, Text: quote.Clean(q.Text, 200),
		Member: quote.Clean(b.Name, market.MaxMember),
		Yes:    coins(p.Yes), No: coins(p.No), Price: at,
		Worth:   p.Yes.Float64()/1e18*at + p.No.Float64()/1e18*(1-at),
		Settled: q.Phase == market.Settled,
	}
}
