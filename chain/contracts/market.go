package contracts

import (
	"errors"
	"fmt"
	"strings"

	"cosmossdk.io/collections"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/holiman/uint256"

	"agon/chain/native"
	"agon/game/market"
)

// Market is IMarket.
type Market struct {
	contract *native.Contract
	store    native.StoreService
	notes    *storetypes.ObjectStoreKey
	desk     *desk // of the block being executed, or of the last one
	keys     keyring
	proven   proofs
}

func newMarket(
	key *storetypes.KVStoreKey, notes *storetypes.ObjectStoreKey,
	schema *collections.SchemaBuilder,
) *Market {
	m := &Market{
		contract: native.New(MarketAddress, key, "IMarket", marketNotice()),
		store:    native.StoreService{Key: key},
		notes:    notes,
	}
	declare(schema)
	m.register(m.contract)
	return m
}

// marketNotice is what the interface says of itself; it lists the reasons.
func marketNotice() string {
	var b strings.Builder
	b.WriteString("Questions, orders, positions, answers. Coins, shares and prices are in " +
		"1e-18. A market balance is what an account has in the market and not in orders. " +
		"Reasons of refusals:")
	for r := market.OK; ; r++ {
		words := r.String()
		if words == fmt.Sprintf("reason %d", uint8(r)) {
			return strings.TrimSuffix(b.String(), ",") + "."
		}
		fmt.Fprintf(&b, " %d %s,", uint8(r), words)
	}
}

// open makes the state machine over the store of a call of this contract, or
// of another that works on its behalf.
func (m *Market) open(c *native.Ctx) *market.Market {
	return &market.Market{
		Store: &m.deskOf(c).Store,
		Emit:  func(e market.Event) { c.EmitAs(m.contract, logOf(e)) },
	}
}

// credit opens the market with what was sent on the caller's balance.
func (m *Market) credit(c *native.Ctx) (*market.Market, error) {
	g := m.open(c)
	if paid := c.Paid(); !paid.IsZero() {
		if err := g.Deposit(market.Account(c.Caller()), paid); err != nil {
			return nil, refused(0, err)
		}
	}
	return g, nil
}

// Refused is the custom error with which a refused call reverts.
type Refused struct {
	Index  uint256.Int `doc:"which element of a list was refused; 0 if there is none"`
	Reason uint8       `doc:"a code that never changes its meaning"`
	Detail string      `doc:"the reason in words, with what was wanted and what was there"`
}

func (r Refused) Error() string {
	return fmt.Sprintf("element %s refused: %s (reason %d)", r.Index.Dec(), r.Detail, r.Reason)
}

// refused turns a *market.Refusal into the custom error; it lets other errors
// pass, and nil.
func refused(index int, err error) error {
	var r *market.Refusal
	if !errors.As(err, &r) {
		return err
	}
	return Refused{*uint256.NewInt(uint64(index)), uint8(r.Reason), r.Error()}
}

// malformed refuses a call for what only the host can see.
func malformed(format string, args ...any) error {
	return refused(0, &market.Refusal{
		Reason: market.Malformed, Detail: fmt.Sprintf(format, args...),
	})
}
