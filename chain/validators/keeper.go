package validators

import (
	"context"
	"errors"
	"fmt"

	"cosmossdk.io/core/address"
	"cosmossdk.io/core/store"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	stakingtypes "github.com/cosmos/cosmos-sdk/x/staking/types"
)

// ModuleName names the module, StoreKey its store.
const (
	ModuleName = "validators"
	StoreKey   = ModuleName
)

// Errors of the keeper.
var (
	ErrUnknown   = errors.New("not a validator")
	ErrNoHistory = errors.New("validators: no historical info is kept")
)

// Keeper reads the set. The store holds one entry a member, under its consensus
// address.
type Keeper struct {
	store     store.KVStoreService
	operators address.Codec
	denom     string
}

// NewKeeper reads and writes the store of key. operators writes operator
// addresses the way the EVM reads them; denom is the chain's coin.
func NewKeeper(key *storetypes.KVStoreKey, operators address.Codec, denom string) Keeper {
	return Keeper{runtime.NewKVStoreService(key), operators, denom}
}

// Get returns the member with this consensus address, or ErrUnknown.
func (k Keeper) Get(ctx context.Context, consensus []byte) (Validator, error) {
	b, err := k.store.OpenKVStore(ctx).Get(consensus)
	if err != nil {
		return Validator{}, fmt.Errorf("validator %X: %w", consensus, err)
	}
	if b == nil {
		return Validator{}, fmt.Errorf("%w: %X", ErrUnknown, consensus)
	}
	return decode(b)
}

// All returns the members in the order of their consensus addresses.
func (k Keeper) All(ctx context.Context) (all []Validator, err error) {
	it, err := k.store.OpenKVStore(ctx).Iterator(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("validators: %w", err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for ; it.Valid(); it.Next() {
		v, err := decode(it.Value())
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

func (k Keeper) set(ctx context.Context, v Validator) error {
	return k.store.OpenKVStore(ctx).Set(v.Address(), v.encode())
}

// GetValidatorByConsAddr answers the EVM, which wants the operator's address
// for block.coinbase and nothing else.
func (k Keeper) GetValidatorByConsAddr(
	ctx context.Context, consensus sdk.ConsAddress,
) (stakingtypes.Validator, error) {
	v, err := k.Get(ctx, consensus)
	if err != nil {
		return stakingtypes.Validator{}, err
	}
	operator, err := k.operators.BytesToString(v.Operator[:])
	if err != nil {
		return stakingtypes.Validator{}, fmt.Errorf("operator %s: %w", v.Operator, err)
	}
	return stakingtypes.Validator{OperatorAddress: operator}, nil
}

// GetHistoricalInfo always returns ErrNoHistory: the EVM keeps its own hashes.
func (k Keeper) GetHistoricalInfo(context.Context, int64) (stakingtypes.HistoricalInfo, error) {
	return stakingtypes.HistoricalInfo{}, ErrNoHistory
}

// ValidatorAddressCodec writes operator addresses.
func (k Keeper) ValidatorAddressCodec() address.Codec { return k.operators }

// BondDenom is the chain's coin.
func (k Keeper) BondDenom(context.Context) (string, error) { return k.denom, nil }
