package chain

import (
	"fmt"

	"cosmossdk.io/core/appmodule"
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	"github.com/cosmos/cosmos-sdk/x/bank"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/evm/x/feemarket"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	"github.com/cosmos/evm/x/vm"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/contracts"
	"agon/chain/validators"
)

// newModules registers the modules and the order in which they work.
//
//	begin  the fee market sets the base fee, then the EVM announces it
//	end    the bank credits collected fees, the EVM sums its blooms, the fee
//	       market, last, counts the block's gas
//	genesis accounts and balances before the code that needs them
func (a *app) newModules() error {
	cdc := a.codec()
	a.modules = module.NewManagerFromMap(map[string]appmodule.AppModule{
		authtypes.ModuleName:      auth.NewAppModule(cdc, a.accounts, nil, nil),
		banktypes.ModuleName:      bank.NewAppModule(cdc, a.bank, a.accounts, nil),
		consensustypes.ModuleName: consensus.NewAppModule(cdc, a.consensus),
		contracts.StoreKey:        a.contracts.Schema,
		validators.ModuleName:     validators.NewModule(a.validators),
		feemarkettypes.ModuleName: feemarket.NewAppModule(a.feeMarket),
		evmtypes.ModuleName: vm.NewAppModule(a.evm, a.accounts, a.bank,
			a.accounts.AddressCodec()),
	})
	genesis := []string{
		authtypes.ModuleName, banktypes.ModuleName, validators.ModuleName,
		evmtypes.ModuleName, feemarkettypes.ModuleName, consensustypes.ModuleName,
		contracts.StoreKey,
	}
	a.modules.SetOrderPreBlockers(authtypes.ModuleName, evmtypes.ModuleName)
	a.modules.SetOrderBeginBlockers(feemarkettypes.ModuleName, evmtypes.ModuleName)
	a.modules.SetOrderEndBlockers(
		banktypes.ModuleName, evmtypes.ModuleName, feemarkettypes.ModuleName)
	a.modules.SetOrderInitGenesis(genesis...)
	a.modules.SetOrderExportGenesis(genesis...)
	configurator := module.NewConfigurator(cdc, a.MsgServiceRouter(), a.GRPCQueryRouter())
	if err := a.modules.RegisterServices(configurator); err != nil {
		return fmt.Errorf("register services: %w", err)
	}
	return nil
}
