package chain

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/contracts"
)

// Identity of the default network.
const (
	DefaultChainID = 42497 // 0xA601, the EIP-155 chain id
	chainIDPrefix  = "agon-"

	// Denom is the smallest unit, 10⁻¹⁸ of a coin; Symbol names the coin.
	Denom        = "aagon"
	displayDenom = "agon"
	Symbol       = "AGON"
	decimals     = 18

	bech32Prefix = "agon"
)

// Limits of a block. Gas is the EVM's.
const (
	// MaxBlockGas bounds a block: TickGas for the tick, the rest for users.
	MaxBlockGas = 1_500_000_000
	// TickGas is the tick's gas limit. Below the fee market's target of half a
	// block, so the tick alone can never raise the base fee.
	TickGas = contracts.TickGas
	// maxBlockBytes bounds a block's size on the wire.
	maxBlockBytes = 16 << 20
	// maxTxBytes is the largest transaction consensus carries. The pool's own
	// limit, 128 KiB, is lower.
	maxTxBytes = 1 << 20
)

// ErrChainID reports a genesis whose chain id this house did not write.
var ErrChainID = errors.New("chain id is not of the form agon-<number>")

// chainIDString names a network to CometBFT.
func chainIDString(id uint64) string { return chainIDPrefix + strconv.FormatUint(id, 10) }

// parseChainID inverts chainIDString.
func parseChainID(s string) (uint64, error) {
	digits, ok := strings.CutPrefix(s, chainIDPrefix)
	id, err := strconv.ParseUint(digits, 10, 63)
	if !ok || err != nil || id == 0 || chainIDString(id) != s {
		return 0, fmt.Errorf("%w: %q", ErrChainID, s)
	}
	return id, nil
}

// coin is what the EVM must know of the coin it counts gas in.
var coin = evmtypes.EvmCoinInfo{
	Denom:         Denom,
	ExtendedDenom: Denom,
	DisplayDenom:  displayDenom,
	Decimals:      decimals,
}

// configureLibraries sets what the SDK and the EVM keep in global variables.
var configureLibraries = sync.OnceValue(func() error {
	// Without a scope the SDK asks the system for the program's path at each look
	// at its configuration, several times a transaction.
	if err := os.Setenv(sdk.EnvConfigScope, "agon"); err != nil {
		return fmt.Errorf("environment: %w", err)
	}
	c := sdk.GetConfig()
	c.SetBech32PrefixForAccount(bech32Prefix, bech32Prefix+"pub")
	c.SetBech32PrefixForValidator(bech32Prefix+"valoper", bech32Prefix+"valoperpub")
	c.SetBech32PrefixForConsensusNode(bech32Prefix+"valcons", bech32Prefix+"valconspub")
	// The EVM sets this once more from state when the first block runs; requests
	// that come earlier need it already.
	if err := evmtypes.NewEVMConfigurator().WithEVMCoinInfo(coin).Configure(); err != nil {
		return fmt.Errorf("configure the EVM's coin: %w", err)
	}
	return nil
})
