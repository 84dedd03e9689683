package swarm

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"iter"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
)

// Chain is what a swarm needs of a node. Live gives that of a client.
type Chain interface {
	Height(context.Context) (uint64, error)
	BlockHash(ctx context.Context, block uint64) (common.Hash, error)
	Follow(ctx context.Context, from uint64) iter.Seq2[client.Event, error]
	Question(context.Context, uint64) (client.Question, error)
	Questions(ctx context.Context, after uint64, limit int) ([]client.Question, error)
	Sign(*ecdsa.PrivateKey, client.Order, client.Permit) (client.SignedOrder, error)
	// Relay sends signed orders and waits until their transactions' fate is
	// known. What became of each order the events tell.
	Relay(context.Context, []client.SignedOrder) error
	// Fund brings coins into the players' balances in the market, and waits.
	Fund(context.Context, []common.Address, []market.Amount) error
	// Claim takes what settled questions pay the owner of key, and waits.
	Claim(ctx context.Context, key *ecdsa.PrivateKey, questions []uint64) error
}

// live is a Chain by a client, whose relayer pays for everything.
type live struct {
	*client.Client
	relayer *client.Account
}

// Minter is what a Chain may do besides: make and redeem full sets. Without it
// arbitrageurs trade groups only where no set need be made.
type Minter interface {
	// Sets makes n full sets of a question for the owner of key, or redeems
	// them, out of and into its balance in the market, and waits. An error that
	// is not the context's says that nothing was done.
	Sets(ctx context.Context, key *ecdsa.PrivateKey, question uint64, n market.Amount,
		mint bool) error
}

// Live gives the chain behind a relayer's connection. The relayer's coins fund
// the players and pay for gas.
func Live(relayer *client.Account) Chain {
	return &live{relayer.Client(), relayer}
}

func (l *live) Relay(ctx context.Context, orders []client.SignedOrder) error {
	r, err := l.relayer.Relay(ctx, orders, client.Tx{})
	for _, p := range r.Pending() {
		if _, waitErr := p.Wait(ctx); waitErr != nil && err == nil {
			err = waitErr
		}
	}
	return err
}

// fundChunk is how many players one funding transaction serves.
const fundChunk = 200

func (l *live) Fund(ctx context.Context, who []common.Address, sums []market.Amount) error {
	for first := 0; first < len(who); first += fundChunk {
		last := min(first+fundChunk, len(who))
		p, err := l.relayer.DepositFor(ctx, who[first:last], sums[first:last], client.Tx{})
		if err == nil {
			_, err = p.Wait(ctx)
		}
		if err != nil {
			return fmt.Errorf("funding players %d to %d: %w", first, last-1, err)
		}
	}
	return nil
}

// claimCoins is what a player gets for the gas of its claims: 10⁻³ coin pays
// for some twenty while the chain is quiet.
var claimCoins = *new(market.Amount).SetUint64(1e15)

func (l *live) Claim(
	ctx context.Context, key *ecdsa.PrivateKey, questions []uint64,
) error {
	a, err := l.Account(ctx, key, nil)
	if err != nil {
		return err
	}
	if err := l.gasFor(ctx, a.Address()); err != nil {
		return err
	}
	p, err := a.Claim(ctx, questions, client.Tx{})
	if err == nil {
		_, err = p.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("claiming for %s: %w", a.Address(), err)
	}
	return nil
}

func (l *live) Sets(
	ctx context.Context, key *ecdsa.PrivateKey, question uint64, n market.Amount, mint bool,
) error {
	a, err := l.Account(ctx, key, nil)
	if err == nil {
		err = l.gasFor(ctx, a.Address())
	}
	if err != nil {
		return err
	}
	// No coins go with it: what the balance in the market does not cover is
	// beyond the budget.
	do, tx := a.Burn, client.Tx{Value: new(market.Amount)}
	if mint {
		do = a.Mint
	}
	p, err := do(ctx, question, n, tx)
	if err == nil {
		_, err = p.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("full sets of question %d for %s: %w", question, a.Address(), err)
	}
	return nil
}

// gasFor sees to it that a player can pay for a transaction.
func (l *live) gasFor(ctx context.Context, who common.Address) error {
	have, err := l.Coins(ctx, who)
	if err != nil {
		return err
	}
	half := *new(market.Amount).Rsh(&claimCoins, 1)
	if !have.Lt(&half) {
		return nil
	}
	p, err := l.relayer.Transfer(ctx, who, claimCoins, client.Tx{Gas: 21_000})
	if err == nil {
		_, err = p.Wait(ctx)
	}
	if err != nil {
		return fmt.Errorf("gas for %s: %w", who, err)
	}
	return nil
}
