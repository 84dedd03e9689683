package client

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/client/imarket"
	"agon/game/market"
)

// fold keeps the first error of many conversions.
type fold struct{ err error }

// amount converts b, or gives 0 and keeps the error.
func (f *fold) amount(b *big.Int) market.Amount {
	a, err := amount(b)
	if err != nil && f.err == nil {
		f.err = err
	}
	return a
}

// Resting is an order in the book.
type Resting struct {
	ID     uint64
	Trader common.Address
	Order  Order         // as placed
	Left   market.Amount // what of Order.Amount is still in escrow
	Placed uint64        // block
}

// resting turns the contract's view into a Resting.
func resting(v imarket.OrderView) (Resting, error) {
	var f fold
	r := Resting{
		ID: v.Id, Trader: v.Trader, Left: f.amount(v.Left), Placed: v.Placed,
		Order: Order{
			Question: v.Question, Book: v.Book, Action: market.Action(v.Action),
			Amount: f.amount(v.Amount), Limit: market.Price(v.Limit), Expiry: v.Expiry,
		},
	}
	return r, f.err
}

// Order reads one live order.
func (c *Client) Order(ctx context.Context, id uint64) (Resting, error) {
	out, err := c.view(ctx, c.abi.PackOrder(id))
	if err != nil {
		return Resting{}, fmt.Errorf("order %d: %w", id, err)
	}
	v, err := c.abi.UnpackOrder(out)
	if err != nil {
		return Resting{}, fmt.Errorf("order %d: %w", id, err)
	}
	return resting(v)
}

// Orders reads the live orders of a question, oldest first, at most limit of
// them.
func (c *Client) Orders(ctx context.Context, question uint64, limit int) ([]Resting, error) {
	var all []Resting
	after := uint64(0)
	for len(all) < limit {
		page := min(limit-len(all), maxPage)
		out, err := c.view(ctx, c.abi.PackOrders(question, after, uint16(page)))
		if err != nil {
			return nil, fmt.Errorf("orders of question %d: %w", question, err)
		}
		views, err := c.abi.UnpackOrders(out)
		if err != nil {
			return nil, fmt.Errorf("orders of question %d: %w", question, err)
		}
		if len(views) == 0 {
			break
		}
		for _, v := range views {
			r, err := resting(v)
			if err != nil {
				return nil, fmt.Errorf("order %d: %w", v.Id, err)
			}
			all, after = append(all, r), v.Id
		}
	}
	return all, nil
}

// Position is what an account holds of one book.
type Position struct {
	Question uint64
	Book     uint8
	Yes, No  market.Amount // shares
}

// Positions reads what account holds in every book of the questions given,
// leaving out books of which it holds nothing.
func (c *Client) Positions(
	ctx context.Context, account common.Address, questions []Question,
) ([]Position, error) {
	var calls [][]byte
	var at []Position
	for _, q := range questions {
		for i := range q.Books {
			calls = append(calls, c.abi.PackPosition(q.ID, uint8(i), account))
			at = append(at, Position{Question: q.ID, Book: uint8(i)})
		}
	}
	outs, err := c.views(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("positions of %s: %w", account, err)
	}
	var held []Position
	for i, out := range outs {
		v, err := c.abi.UnpackPosition(out)
		if err != nil {
			return nil, fmt.Errorf("position of %s: %w", account, err)
		}
		var f fold
		p := at[i]
		p.Yes, p.No = f.amount(v.Yes), f.amount(v.No)
		if f.err != nil {
			return nil, fmt.Errorf("position of %s: %w", account, f.err)
		}
		if !p.Yes.IsZero() || !p.No.IsZero() {
			held = append(held, p)
		}
	}
	return held, nil
}

// Balance is what account has in the market and not in orders, in 10⁻¹⁸ coin.
func (c *Client) Balance(ctx context.Context, account common.Address) (market.Amount, error) {
	all, err := c.Balances(ctx, []common.Address{account})
	if err != nil {
		return market.Amount{}, err
	}
	return all[0], nil
}

// Balances is Balance of many accounts, in their order.
func (c *Client) Balances(
	ctx context.Context, accounts []common.Address,
) ([]market.Amount, error) {
	calls := make([][]byte, len(accounts))
	for i, a := range accounts {
		calls[i] = c.abi.PackBalanceOf(a)
	}
	outs, err := c.views(ctx, calls)
	if err != nil {
		return nil, fmt.Errorf("reading %d balances: %w", len(accounts), err)
	}
	balances := make([]market.Amount, len(accounts))
	for i, out := range outs {
		b, err := c.abi.UnpackBalanceOf(out)
		if err != nil {
			return nil, fmt.Errorf("balance of %s: %w", accounts[i], err)
		}
		if balances[i], err = amount(b); err != nil {
			return nil, fmt.Errorf("balance of %s: %w", accounts[i], err)
		}
	}
	return balances, nil
}

// Fund is what the audit fund holds, in 10⁻¹⁸ coin.
func (c *Client) Fund(ctx context.Context) (market.Amount, error) {
	out, err := c.view(ctx, c.abi.PackFund())
	if err != nil {
		return market.Amount{}, fmt.Errorf("the audit fund: %w", err)
	}
	b, err := c.abi.UnpackFund(out)
	if err != nil {
		return market.Amount{}, fmt.Errorf("the audit fund: %w", err)
	}
	return amount(b)
}

// NonceUsed reports whether a permit's nonce of account is spent: its order
// was placed, or its owner invalidated it.
func (c *Client) NonceUsed(
	ctx context.Context, account common.Address, nonce market.Amount,
) (bool, error) {
	word := new(big.Int).Rsh(nonce.ToBig(), 8)
	out, err := c.view(ctx, c.abi.PackNonceWord(account, word))
	if err != nil {
		return false, fmt.Errorf("nonces of %s: %w", account, err)
	}
	bits, err := c.abi.UnpackNonceWord(out)
	if err != nil {
		return false, fmt.Errorf("nonces of %s: %w", account, err)
	}
	return bits.Bit(int(nonce.Uint64()&0xff)) == 1, nil
}

// Preview is what would become of an order that were alone in the next batch.
// Unless Reason is market.OK the rest is zero.
type Preview struct {
	Reason     market.Reason
	Shares     market.Amount // bought, or sold
	Cost       market.Amount // coins paid for a buy, received for a sell, before the fee
	Fee        market.Amount
	PriceAfter market.Price // of YES
}

// DryRun asks what would become of an order of trader, and why not, without
// sending anything.
func (c *Client) DryRun(ctx context.Context, trader common.Address, o Order) (Preview, error) {
	out, err := c.view(ctx, c.abi.PackDryRun(trader, o.wire()))
	if err != nil {
		return Preview{}, fmt.Errorf("dry run on question %d: %w", o.Question, err)
	}
	v, err := c.abi.UnpackDryRun(out)
	if err != nil {
		return Preview{}, fmt.Errorf("dry run on question %d: %w", o.Question, err)
	}
	var f fold
	p := Preview{
		Reason: market.Reason(v.Reason), Shares: f.amount(v.Shares), Cost: f.amount(v.Cost),
		Fee: f.amount(v.Fee), PriceAfter: market.Price(v.PriceAfter),
	}
	return p, f.err
}
