package chain

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/ethereum/go-ethereum/common"

	"cosmossdk.io/math"
	sdk "github.com/cosmos/cosmos-sdk/types"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/contracts"
	"agon/chain/validators"
)

// The fee market at genesis, in units of 10⁻¹⁸ coin a gas. A full block raises
// the base fee by 1/feeDenominator, an empty one lowers it as much, never below
// minBaseFee: a transfer costs 2.1·10⁻⁶ coins until the chain is busy.
const (
	minBaseFee     = 100_000_000
	feeDenominator = 50
	feeElasticity  = 2 // the fee rises when a block is more than half full
	// leastUsed is the part, in percent, of the gas it asks for that a
	// transaction pays at least. A block has room for what is asked for, so
	// reserving it must cost, or one transfer a block could keep all others out.
	// It counts for the tick too, which pays nothing: half of TickGas, so that
	// users are at the fee market's target with half of what is theirs.
	leastUsed = 50
)

// devCoins is what each development account owns at genesis, in whole coins.
const devCoins = 1_000_000

// newGenesis writes the genesis of a network: its validators, funded accounts
// and native contracts. at is the time of block 0.
func newGenesis(id uint64, at time.Time, set []validators.Validator, funded []common.Address,
) (*cmttypes.GenesisDoc, error) {
	if err := configureLibraries(); err != nil {
		return nil, err
	}
	g := validators.Genesis{Validators: set}
	if err := g.Check(); err != nil {
		return nil, err
	}
	members, err := json.Marshal(g)
	if err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	cdc := newEncoding(id).Codec
	natives := contracts.Addresses()
	owners := slices.Concat(funded, natives, []common.Address{ticker.Address})
	for _, v := range set {
		owners = append(owners, v.Operator)
	}
	accounts, err := genesisAccounts(owners)
	if err != nil {
		return nil, err
	}
	state, err := json.Marshal(map[string]json.RawMessage{
		authtypes.ModuleName:      cdc.MustMarshalJSON(accounts),
		banktypes.ModuleName:      cdc.MustMarshalJSON(genesisBank(funded)),
		validators.ModuleName:     members,
		feemarkettypes.ModuleName: cdc.MustMarshalJSON(genesisFees()),
		evmtypes.ModuleName:       cdc.MustMarshalJSON(genesisEVM(natives)),
	})
	if err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	doc := &cmttypes.GenesisDoc{
		ChainID:         chainIDString(id),
		GenesisTime:     at.UTC(),
		InitialHeight:   1,
		ConsensusParams: consensusParams(),
		AppState:        state,
	}
	return doc, doc.ValidateAndComplete()
}

// consensusParams bounds blocks and admits Ed25519 validators.
func consensusParams() *cmttypes.ConsensusParams {
	p := cmttypes.DefaultConsensusParams()
	p.Block = cmttypes.BlockParams{MaxBytes: maxBlockBytes, MaxGas: MaxBlockGas}
	// Evidence of double signing lives in blocks and must fit in one.
	p.Evidence.MaxBytes = min(p.Evidence.MaxBytes, maxBlockBytes)
	return p
}

// genesisAccounts gives each distinct address an account, in byte order.
func genesisAccounts(owners []common.Address) (*authtypes.GenesisState, error) {
	slices.SortFunc(owners, common.Address.Cmp)
	owners = slices.Compact(owners)
	accounts := make(authtypes.GenesisAccounts, 0, len(owners))
	for i, owner := range owners {
		accounts = append(accounts, authtypes.NewBaseAccount(owner.Bytes(), nil, uint64(i), 0))
	}
	packed, err := authtypes.PackAccounts(accounts)
	if err != nil {
		return nil, fmt.Errorf("genesis accounts: %w", err)
	}
	return &authtypes.GenesisState{Params: authtypes.DefaultParams(), Accounts: packed}, nil
}

// genesisBank gives each funded address devCoins and describes the coin.
func genesisBank(funded []common.Address) *banktypes.GenesisState {
	one := math.NewIntFromUint64(1e18)
	each := sdk.NewCoins(sdk.NewCoin(Denom, one.MulRaw(devCoins)))
	state := banktypes.DefaultGenesisState()
	for _, owner := range funded {
		state.Balances = append(state.Balances,
			banktypes.Balance{Address: sdk.AccAddress(owner.Bytes()).String(), Coins: each})
		state.Supply = state.Supply.Add(each...)
	}
	state.Balances = banktypes.SanitizeGenesisBalances(state.Balances)
	state.DenomMetadata = []banktypes.Metadata{{
		Description: "The coin of Agon",
		DenomUnits: []*banktypes.DenomUnit{
			{Denom: Denom, Exponent: 0},
			{Denom: displayDenom, Exponent: decimals},
		},
		Base: Denom, Display: displayDenom, Name: "Agon", Symbol: Symbol,
	}}
	return state
}

// genesisFees makes fees gentle.
func genesisFees() *feemarkettypes.GenesisState {
	state := feemarkettypes.DefaultGenesisState()
	state.Params = feemarkettypes.NewParams(false, feeDenominator, feeElasticity,
		math.LegacyNewDec(minBaseFee), 0, math.LegacyNewDec(minBaseFee),
		math.LegacyNewDecWithPrec(leastUsed, 2))
	return state
}

// nativeCode is the code at a native contract's address: one INVALID opcode.
// It is never run; it is there because Solidity and client libraries refuse to
// call an address without code.
const nativeCode = "fe"

// genesisEVM activates the native contracts.
func genesisEVM(natives []common.Address) *evmtypes.GenesisState {
	state := evmtypes.DefaultGenesisState()
	state.Params.EvmDenom = Denom
	state.Params.ExtendedDenomOptions = &evmtypes.ExtendedDenomOptions{ExtendedDenom: Denom}
	for _, address := range natives {
		state.Params.ActiveStaticPrecompiles =
			append(state.Params.ActiveStaticPrecompiles, address.Hex())
		state.Accounts = append(state.Accounts,
			evmtypes.GenesisAccount{Address: address.Hex(), Code: nativeCode})
	}
	slices.SortFunc(state.Params.ActiveStaticPrecompiles, strings.Compare)
	state.Preinstalls = evmtypes.DefaultPreinstalls
	return state
}
