package client

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/client/imarket"
	"agon/game/market"
)

// Ask opens a question. Unless tx says otherwise, the part of the subsidy that
// the account's balance in the market does not cover is paid from its coins.
// Pending.Asked gives the question's id.
func (a *Account) Ask(ctx context.Context, s market.Spec, tx Tx) (*Pending, error) {
	wire := imarket.Spec{
		Template: uint8(s.Template), Kind: uint8(s.Kind), Fields: s.Fields, Members: s.Members,
		Openings: make([]uint64, len(s.Openings)), Lo: s.Lo, Hi: s.Hi,
		Subsidy: s.Subsidy.ToBig(), Window: uint64(s.Window), Grace: uint64(s.Grace),
		Resolver: common.Address(s.Resolver),
		Evidence: imarket.Evidence{
			Inlined: s.Evidence.Inline, Uri: s.Evidence.URI,
			Hash: s.Evidence.Hash, Size: s.Evidence.Size,
		},
	}
	for i, p := range s.Openings {
		wire.Openings[i] = uint64(p)
	}
	data, err := a.c.abi.TryPackAsk(wire)
	if err != nil {
		return nil, fmt.Errorf("encoding a question: %w", err)
	}
	if err := a.cover(ctx, &s.Subsidy, &tx); err != nil {
		return nil, err
	}
	return a.send(ctx, MarketAddress, data, tx)
}

// cover sets the value of tx, unless it has one, to what the account's balance
// in the market lacks of sum.
func (a *Account) cover(ctx context.Context, sum *market.Amount, tx *Tx) error {
	if tx.Value != nil || sum.IsZero() {
		return nil
	}
	have, err := a.c.Balance(ctx, a.address)
	if err != nil {
		return err
	}
	tx.Value = new(market.Amount)
	if sum.Gt(&have) {
		tx.Value.Sub(sum, &have)
	}
	return nil
}

// Place places orders, all or none. Unless tx says otherwise, the part of
// their budgets that the account's balance in the market does not cover is
// paid from its coins. Pending.Placed gives their ids.
func (a *Account) Place(ctx context.Context, orders []Order, tx Tx) (*Pending, error) {
	wire := make([]imarket.Order, len(orders))
	var sum market.Amount
	for i, o := range orders {
		if o.Amount.Gt(&market.MaxAmount) {
			return nil, fmt.Errorf("order %d: %w: %s", i, ErrAmountRange, o.Amount.Dec())
		}
		wire[i] = o.wire()
		if o.Action == market.BuyYes || o.Action == market.BuyNo {
			sum.Add(&sum, &o.Amount)
		}
	}
	data, err := a.c.abi.TryPackPlace(wire)
	if err != nil {
		return nil, fmt.Errorf("encoding %d orders: %w", len(orders), err)
	}
	if err := a.cover(ctx, &sum, &tx); err != nil {
		return nil, err
	}
	return a.send(ctx, MarketAddress, data, tx)
}

// Cancel takes back what is left of orders, all or none.
func (a *Account) Cancel(ctx context.Context, ids []uint64, tx Tx) (*Pending, error) {
	return a.send(ctx, MarketAddress, a.c.abi.PackCancel(ids), tx)
}

// Invalidate spends nonces of signed orders that were not placed yet: the bits
// of mask in word (nonce / 256).
func (a *Account) Invalidate(
	ctx context.Context, word, mask market.Amount, tx Tx,
) (*Pending, error) {
	data := a.c.abi.PackInvalidateNonces(word.ToBig(), mask.ToBig())
	return a.send(ctx, MarketAddress, data, tx)
}

// Resolve answers a question of which the account is the resolver.
func (a *Account) Resolve(
	ctx context.Context, question uint64, o market.Outcome, tx Tx,
) (*Pending, error) {
	data := a.c.abi.PackResolve(question, uint8(o.Verdict), o.Member, o.Value)
	return a.send(ctx, MarketAddress, data, tx)
}

// Lapse answers a question INVALID once its resolver's time is up.
func (a *Account) Lapse(ctx context.Context, question uint64, tx Tx) (*Pending, error) {
	return a.send(ctx, MarketAddress, a.c.abi.PackLapse(question), tx)
}

// Claim takes what the account's positions in settled questions pay into its
// balance in the market. Pending.Events has a Claimed for each.
func (a *Account) Claim(ctx context.Context, questions []uint64, tx Tx) (*Pending, error) {
	return a.send(ctx, MarketAddress, a.c.abi.PackClaim(questions), tx)
}

// Mint makes n full sets of a question, each for one coin; Burn redeems them.
func (a *Account) Mint(
	ctx context.Context, question uint64, n market.Amount, tx Tx,
) (*Pending, error) {
	if err := a.cover(ctx, &n, &tx); err != nil {
		return nil, err
	}
	return a.send(ctx, MarketAddress, a.c.abi.PackMintSet(question, n.ToBig()), tx)
}

// Burn redeems n full sets of a question for n coins.
func (a *Account) Burn(
	ctx context.Context, question uint64, n market.Amount, tx Tx,
) (*Pending, error) {
	return a.send(ctx, MarketAddress, a.c.abi.PackBurnSet(question, n.ToBig()), tx)
}

// Deposit brings coins of the account into its balance in the market.
func (a *Account) Deposit(ctx context.Context, n market.Amount, tx Tx) (*Pending, error) {
	tx.Value = &n
	return a.send(ctx, MarketAddress, a.c.abi.PackDeposit(), tx)
}

// DepositFor brings coins of the account into others' balances in the market.
func (a *Account) DepositFor(
	ctx context.Context, accounts []common.Address, amounts []market.Amount, tx Tx,
) (*Pending, error) {
	if len(accounts) != len(amounts) {
		return nil, fmt.Errorf("%d accounts and %d amounts", len(accounts), len(amounts))
	}
	wire := make([]*big.Int, len(amounts))
	var sum market.Amount
	for i := range amounts {
		wire[i] = amounts[i].ToBig()
		sum.Add(&sum, &amounts[i])
	}
	tx.Value = &sum
	return a.send(ctx, MarketAddress, a.c.abi.PackDepositFor(accounts, wire), tx)
}

// Withdraw takes coins out of the account's balance in the market.
func (a *Account) Withdraw(ctx context.Context, n market.Amount, tx Tx) (*Pending, error) {
	return a.send(ctx, MarketAddress, a.c.abi.PackWithdraw(n.ToBig()), tx)
}

// Transfer sends coins to another account, outside the market.
func (a *Account) Transfer(
	ctx context.Context, to common.Address, n market.Amount, tx Tx,
) (*Pending, error) {
	tx.Value = &n
	return a.send(ctx, to, nil, tx)
}
