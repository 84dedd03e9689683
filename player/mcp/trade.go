package mcp

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"agon/client"
	"agon/game/market"
	"agon/player/sizing"
)

type tradeIn struct {
	Question uint64  `json:"question" jsonschema:"its number"`
	Action   string  `json:"action" jsonschema:"buy_yes, buy_no, sell_yes or sell_no"`
	Amount   float64 `json:"amount" jsonschema:"most coins of a buy, shares of a sell"`
	Limit    float64 `json:"limit" jsonschema:"worst price of the share traded, 0.0001 to 0.9999"`
	Member   string  `json:"member,omitempty" jsonschema:"of a group: name or number of the member"`
	Rest     uint64  `json:"rest,omitempty" jsonschema:"blocks that what is left may wait"`
	DryRun   bool    `json:"dry_run,omitempty" jsonschema:"only say what would happen"`
	Key      string  `json:"key,omitempty" jsonschema:"any word: a repeated call is the same order"`
}

type tradeOut struct {
	DryRun bool    `json:"dry_run,omitempty"`
	Order  uint64  `json:"order,omitempty"`
	Block  uint64  `json:"block,omitempty" jsonschema:"in which it was placed"`
	Filled bool    `json:"filled" jsonschema:"whether any of it traded"`
	Shares string  `json:"shares" jsonschema:"bought or sold"`
	Coins  string  `json:"coins" jsonschema:"paid or got, fee included"`
	Left   string  `json:"left,omitempty" jsonschema:"of the order, still waiting"`
	Price  float64 `json:"price" jsonschema:"of YES afterwards"`
	Note   string  `json:"note,omitempty"`
	Today  string  `json:"allowance_left,omitempty" jsonschema:"coins still to spend today"`
}

// actionNames are the words of trade, in the contract's order.
var actionNames = [...]string{"buy_yes", "buy_no", "sell_yes", "sell_no"}

func action(word string) (market.Action, error) {
	for i, name := range actionNames {
		if word == name {
			return market.Action(i), nil
		}
	}
	return 0, fault("say buy_yes, buy_no, sell_yes or sell_no", "%q is no action", word)
}

// trade places an order within the allowance and tells what it got.
func (d *desk) trade(ctx context.Context, in tradeIn) (out tradeOut, err error) {
	q, err := d.Client.Question(ctx, in.Question)
	if err != nil {
		return out, err
	}
	o := client.Order{Question: q.ID}
	if o.Action, err = action(in.Action); err != nil {
		return out, err
	}
	if o.Amount, err = amount("amount", in.Amount); err != nil {
		return out, err
	}
	if o.Limit, err = price("limit", in.Limit); err != nil {
		return out, err
	}
	if o.Book, err = member(q, in.Member); err != nil {
		return out, err
	}
	// A repeated call must be the same order to the last bit, so what depends on
	// the present block is left out of those that are named.
	if in.Rest > 0 {
		if in.Key != "" {
			return out, fault("leave out rest, or key", "an order with a key cannot rest")
		}
		height, err := d.Client.Height(ctx)
		if err != nil {
			return out, err
		}
		o.Expiry = height + in.Rest
	}
	if in.DryRun {
		return d.dryRun(ctx, q, o)
	}
	spends := market.Amount{}
	if o.Action.Buys() {
		spends = o.Amount
	}
	p, err := d.spend(ctx, "trade", in.Key, spends, func(tx client.Tx) (*client.Pending, error) {
		return d.Account.Place(ctx, []client.Order{o}, tx)
	})
	if err != nil {
		return out, err
	}
	ids, err := p.Placed(ctx)
	if err != nil {
		return out, err
	}
	receipt, err := p.Wait(ctx)
	if err != nil {
		return out, err
	}
	out.Order, out.Block = ids[0], receipt.BlockNumber.Uint64()
	left, _ := d.Allowance.Left()
	out.Today = coins(left)
	return d.follow(ctx, q, o, out)
}

// dryRun asks the market what would happen. It looks at the balance in the
// market alone; what a trade would bring in from the account's coins is
// computed here.
func (d *desk) dryRun(ctx context.Context, q client.Question, o client.Order) (tradeOut, error) {
	p, err := d.Client.DryRun(ctx, d.Account.Address(), o)
	if err != nil {
		return tradeOut{}, err
	}
	if p.Reason == market.Unaffordable && o.Action.Buys() {
		outside, err := d.Client.Coins(ctx, d.Account.Address())
		if err != nil {
			return tradeOut{}, err
		}
		inside, err := d.Client.Balance(ctx, d.Account.Address())
		if err != nil {
			return tradeOut{}, err
		}
		if outside.Add(&outside, &inside); !outside.Lt(&o.Amount) {
			return foresee(q, o), nil
		}
	}
	if p.Reason != market.OK {
		return tradeOut{}, &client.Refused{Reason: p.Reason}
	}
	return tradeOut{
		DryRun: true, Filled: !p.Shares.IsZero(), Shares: coins(p.Shares), Coins: coins(p.Cost),
		Price: probability(p.PriceAfter), Note: "alone in the next batch; nothing was sent",
	}, nil
}

// foresee walks the curve with a buy: m coins before the fee move the price of
// the share from p to at most the limit.
func foresee(q client.Question, o client.Order) tradeOut {
	c := sizing.Curve{B: sizing.Coins(q.B), P: probability(q.Books[o.Book].Price)}
	if o.Action == market.BuyNo {
		c.P = 1 - c.P
	}
	fee := 1 + float64(q.Fee)/1e4
	end := min(probability(o.Limit), c.After(sizing.Coins(o.Amount)/fee))
	out := tradeOut{
		DryRun: true, Shares: "0", Coins: "0", Price: c.P,
		Note: "about, alone in the next batch; the money would come from the coins outside the " +
			"market; nothing was sent",
	}
	if end > c.P {
		out.Filled, out.Price = true, end
		out.Shares = coins(sizing.Amount(c.Shares(end)))
		out.Coins = coins(sizing.Amount(c.Cost(end) * fee))
	}
	if o.Action == market.BuyNo {
		out.Price = 1 - out.Price
	}
	return out
}

// batchPatience bounds the wait for the block after the order's.
const batchPatience = 15 * time.Second

// follow waits for the batch at the head of the block after the order's.
func (d *desk) follow(
	ctx context.Context, q client.Question, o client.Order, out tradeOut,
) (tradeOut, error) {
	ctx, stop := context.WithTimeout(ctx, batchPatience)
	defer stop()
	out.Shares, out.Coins = "0", "0"
	for height := uint64(0); height <= out.Block; {
		var err error
		if height, err = d.Client.Height(ctx); err != nil {
			return out, err
		}
		if height <= out.Block {
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				out.Note = "placed; its batch has not come yet: look with positions"
				return out, nil
			}
		}
	}
	events, err := d.Client.QuestionEvents(ctx, q, out.Block, "Filled", "Moved")
	if err != nil {
		return out, fmt.Errorf("order %d is placed; reading its fill: %w", out.Order, err)
	}
	for _, e := range events {
		switch b := e.Body.(type) {
		case client.Filled:
			if b.ID == out.Order {
				out.Filled, out.Shares, out.Coins = true, coins(b.Shares), coins(b.Coins)
				out.Left = coins(b.Left)
			}
		case client.Moved:
			if b.Book == o.Book {
				out.Price = probability(b.To)
			}
		}
	}
	if out.Price == 0 {
		out.Price = probability(q.Books[o.Book].Price)
	}
	switch {
	case !out.Filled && o.Expiry == 0:
		out.Note = "nothing traded within the limit; the order ended and its money is free again"
	case !out.Filled:
		out.Note = fmt.Sprintf("nothing traded yet; it waits until block %d", o.Expiry)
		out.Left = coins(o.Amount)
	}
	return out, nil
}

// spend sets a sum aside, has a transaction made, and takes the sum back only
// if it is certain that nothing left. Calls take turns: two with one key share
// one sum, which must not be taken back by one while the other is sent.
func (d *desk) spend(
	ctx context.Context, tool, key string, n market.Amount,
	send func(client.Tx) (*client.Pending, error),
) (*client.Pending, error) {
	if len(key) > 64 {
		return nil, fault("choose a shorter one", "a key of %d bytes, at most 64", len(key))
	}
	if key == "" {
		var b [16]byte
		rand.Read(b[:]) // never fails
		key = hex.EncodeToString(b[:])
	}
	select {
	case d.turn <- struct{}{}:
		defer func() { <-d.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	fresh, err := d.Allowance.Reserve(key, tool, n)
	if err != nil {
		return nil, err
	}
	p, err := send(client.Tx{Key: key})
	if err == nil {
		_, err = p.Wait(ctx)
	}
	if err != nil && fresh && nothingLeft(p, err) {
		err = errors.Join(err, d.Allowance.Void(key))
	}
	return p, err
}

// nothingLeft reports that a transaction changed nothing and never will: it was
// not signed, or refused. One whose fate is not known counts as spent.
func nothingLeft(p *client.Pending, err error) bool {
	if p == nil {
		return !errors.Is(err, client.ErrKeyReused)
	}
	return p.State() == client.StateRefused || p.State() == client.StateDropped
}
