package mcp

import (
	"context"

	"agon/client"
	"agon/game/market"
)

type cancelIn struct {
	Orders []uint64 `json:"orders" jsonschema:"numbers of live orders; positions lists them"`
}

type cancelOut struct {
	Cancelled []returned `json:"cancelled"`
}

// returned is what came back of an order.
type returned struct {
	Order uint64 `json:"order"`
	Left  string `json:"left" jsonschema:"coins of a buy, shares of a sell"`
}

// cancel takes back orders, all or none.
func (d *desk) cancel(ctx context.Context, in cancelIn) (out cancelOut, err error) {
	if len(in.Orders) == 0 {
		return out, fault(`name orders; "positions" lists them`, "no orders are named")
	}
	p, err := d.spend(ctx, "cancel", "", market.Amount{},
		func(tx client.Tx) (*client.Pending, error) {
			return d.Account.Cancel(ctx, in.Orders, tx)
		})
	if err != nil {
		return out, err
	}
	events, err := p.Events(ctx)
	if err != nil {
		return out, err
	}
	out.Cancelled = []returned{}
	for _, e := range events {
		if c, ok := e.Body.(client.Cancelled); ok {
			out.Cancelled = append(out.Cancelled, returned{c.ID, coins(c.Left)})
		}
	}
	return out, nil
}

type claimIn struct {
	Questions []uint64 `json:"questions,omitempty" jsonschema:"settled ones; all if left out"`
}

type claimOut struct {
	Claimed []claimed `json:"claimed"`
}

// claimed is what one settled question paid.
type claimed struct {
	Question uint64 `json:"question"`
	Coins    string `json:"coins"`
}

// claim collects what shares of settled questions pay.
func (d *desk) claim(ctx context.Context, in claimIn) (out claimOut, err error) {
	out.Claimed = []claimed{}
	ids := in.Questions
	if len(ids) == 0 {
		if ids, err = d.claimable(ctx); err != nil || len(ids) == 0 {
			return out, err
		}
	}
	p, err := d.spend(ctx, "claim", "", market.Amount{},
		func(tx client.Tx) (*client.Pending, error) { return d.Account.Claim(ctx, ids, tx) })
	if err != nil {
		return out, err
	}
	events, err := p.Events(ctx)
	if err != nil {
		return out, err
	}
	for _, e := range events {
		if c, ok := e.Body.(client.Claimed); ok {
			out.Claimed = append(out.Claimed, claimed{c.Question, coins(c.Amount)})
		}
	}
	return out, nil
}

// claimable lists the settled questions of which the account holds shares.
func (d *desk) claimable(ctx context.Context) ([]uint64, error) {
	var settled []client.Question
	err := d.newest(ctx, 0, func(q client.Question) bool {
		if q.Phase == market.Settled {
			settled = append(settled, q)
		}
		return true
	})
	if err != nil {
		return nil, err
	}
	held, err := d.Client.Positions(ctx, d.Account.Address(), settled)
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
