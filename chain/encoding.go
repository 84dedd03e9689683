package chain

import (
	"github.com/cosmos/cosmos-sdk/types/module"
	"github.com/cosmos/cosmos-sdk/x/auth"
	"github.com/cosmos/cosmos-sdk/x/bank"
	"github.com/cosmos/cosmos-sdk/x/consensus"
	"github.com/cosmos/evm/encoding"
	"github.com/cosmos/evm/x/feemarket"
	"github.com/cosmos/evm/x/vm"
)

// newEncoding knows the messages and accounts of every module.
func newEncoding(chainID uint64) encoding.Config {
	e := encoding.MakeConfig(chainID)
	module.NewBasicManager(
		auth.AppModuleBasic{}, bank.AppModuleBasic{}, consensus.AppModuleBasic{},
		feemarket.AppModuleBasic{}, vm.AppModuleBasic{},
	).RegisterInterfaces(e.InterfaceRegistry)
	return e
}
