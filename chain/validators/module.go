package validators

import (
	"encoding/json"
	"fmt"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/client"
	"github.com/cosmos/cosmos-sdk/codec"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
)

var _ module.HasABCIGenesis = Module{}

// Module carries the set through genesis and export.
type Module struct{ keeper Keeper }

// NewModule wraps the keeper.
func NewModule(k Keeper) Module { return Module{k} }

// IsOnePerModuleType marks the type for the module manager.
func (Module) IsOnePerModuleType() {}

// IsAppModule marks the type for the module manager.
func (Module) IsAppModule() {}

// DefaultGenesis is an empty set, which ValidateGenesis refuses: a chain must
// name its validators.
func (Module) DefaultGenesis(codec.JSONCodec) json.RawMessage {
	return json.RawMessage(`{"validators":[]}`)
}

// ValidateGenesis applies ParseGenesis.
func (Module) ValidateGenesis(
	_ codec.JSONCodec, _ client.TxEncodingConfig, b json.RawMessage,
) error {
	_, err := ParseGenesis(b)
	return err
}

// InitGenesis stores the set and hands it to consensus. It panics on a genesis
// that ValidateGenesis refuses: a chain must not start from one.
func (m Module) InitGenesis(
	ctx sdk.Context, _ codec.JSONCodec, b json.RawMessage,
) []abci.ValidatorUpdate {
	g, err := ParseGenesis(b)
	if err != nil {
		panic(fmt.Errorf("genesis: %w", err))
	}
	updates := make([]abci.ValidatorUpdate, 0, len(g.Validators))
	for _, v := range g.Validators {
		if err := m.keeper.set(ctx, v); err != nil {
			panic(fmt.Errorf("genesis: validator %X: %w", v.Address(), err))
		}
		updates = append(updates, abci.Ed25519ValidatorUpdate(v.Key, v.Power))
	}
	return updates
}

// ExportGenesis writes the set in the order of consensus addresses. It panics
// if the store is corrupt.
func (m Module) ExportGenesis(ctx sdk.Context, _ codec.JSONCodec) json.RawMessage {
	all, err := m.keeper.All(ctx)
	if err != nil {
		panic(fmt.Errorf("export: %w", err))
	}
	b, err := json.Marshal(Genesis{all})
	if err != nil {
		panic(fmt.Errorf("export: %w", err))
	}
	return b
}
