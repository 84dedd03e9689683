package scan

import (
	"context"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/rules"
	"agon/guard/simulate"
)

// dustShare is the part of one whole token below which a transfer is dust: a
// tenth of a cent of a dollar's token.
const dustShare = 1000

// dust looks for how payees that the user never paid came into the history that
// wallets show: by transfers of nothing (transferFrom of 0 needs no leave and is
// announced as the user's own) or of next to nothing. One real transfer of a
// listed token clears an account; tokens that no list knows prove neither, since
// anybody can make one. It returns the round trips that took. A node that keeps
// no logs tells nothing, and nothing is concluded from that.
func (s *Scanner) dust(ctx context.Context, c *rules.Case, block *simulate.Block) int64 {
	me := c.Intent.Account
	var strangers []common.Address
	for _, p := range c.Intent.Payments {
		if k := c.Accounts[p.To]; p.Token == nil && k != nil && k.HasCode {
			continue // a contract that is paid is called by a page, not picked from a list
		}
		if p.To != me && !c.History.Payees[p.To] && !slices.Contains(strangers, p.To) {
			strangers = append(strangers, p.To)
		}
	}
	if len(strangers) == 0 || me == (common.Address{}) {
		return 0
	}
	logs, err := s.Node.Transfers(ctx, block, me, strangers)
	if err != nil {
		return 1
	}
	genuine := map[common.Address]bool{}
	doubtful := map[common.Address]bool{}
	for _, l := range logs {
		other := common.BytesToAddress(l.Topics[1][:])
		if other == me {
			other = common.BytesToAddress(l.Topics[2][:])
		}
		switch s.weigh(block.Chain, l.Address, new(big.Int).SetBytes(l.Data)) {
		case sound:
			genuine[other] = true
		case dusty:
			doubtful[other] = true
		}
	}
	for a := range doubtful {
		if !genuine[a] {
			if c.History.Dust == nil {
				c.History.Dust = map[common.Address]bool{}
			}
			c.History.Dust[a] = true
		}
	}
	return 1
}

// What a transfer says of who is at its other end.
const (
	mute = iota
	dusty
	sound
)

// weigh judges one announced transfer.
func (s *Scanner) weigh(chain uint64, token common.Address, units *big.Int) int {
	if units.Sign() == 0 {
		return dusty
	}
	if s.Lists == nil || s.Lists.Tokens == nil {
		return mute
	}
	t, ok := s.Lists.Tokens.At(chain, token)
	if !ok {
		return mute
	}
	whole := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Decimals)), nil)
	if new(big.Int).Mul(units, big.NewInt(dustShare)).Cmp(whole) >= 0 {
		return sound
	}
	return dusty
}
