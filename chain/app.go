package chain

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"

	abci "github.com/cometbft/cometbft/abci/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/cosmos/cosmos-sdk/baseapp"
	"github.com/cosmos/cosmos-sdk/codec"
	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/cosmos-sdk/types/module"
	authkeeper "github.com/cosmos/cosmos-sdk/x/auth/keeper"
	authtypes "github.com/cosmos/cosmos-sdk/x/auth/types"
	bankkeeper "github.com/cosmos/cosmos-sdk/x/bank/keeper"
	banktypes "github.com/cosmos/cosmos-sdk/x/bank/types"
	consensuskeeper "github.com/cosmos/cosmos-sdk/x/consensus/keeper"
	consensustypes "github.com/cosmos/cosmos-sdk/x/consensus/types"
	"github.com/cosmos/evm/encoding"
	evmaddress "github.com/cosmos/evm/encoding/address"
	evmmempool "github.com/cosmos/evm/mempool"
	feemarketkeeper "github.com/cosmos/evm/x/feemarket/keeper"
	feemarkettypes "github.com/cosmos/evm/x/feemarket/types"
	evmkeeper "github.com/cosmos/evm/x/vm/keeper"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/beacon"
	"agon/chain/contracts"
	"agon/chain/validators"
)

// app is the state machine CometBFT replicates.
type app struct {
	*baseapp.BaseApp
	log *slog.Logger

	encoding encoding.Config
	chainID  uint64
	keys     map[string]*storetypes.KVStoreKey
	objects  map[string]*storetypes.ObjectStoreKey

	accounts   authkeeper.AccountKeeper
	bank       bankkeeper.BaseKeeper
	consensus  consensuskeeper.Keeper
	feeMarket  feemarketkeeper.Keeper
	evm        *evmkeeper.Keeper
	validators validators.Keeper
	contracts  *contracts.Contracts

	modules *module.Manager
	pool    *evmmempool.Mempool
	beacon  *beacon.Key // nil on a node that does not vote
	seen    *txCache
	metrics *metrics

	working   bool                // a block was executed since the process began
	poolLevel slog.LevelVar       // of the pool's log
	pending   []func(common.Hash) // told of each transaction that enters the pool
}

// appOptions is what an app needs besides its database.
type appOptions struct {
	chainID uint64
	log     *slog.Logger
	library logger
	beacon  *beacon.Key
	base    []func(*baseapp.BaseApp)
}

// newApp builds the state machine over db and loads its last committed state.
// It may be called once a process.
func newApp(db dbm.DB, o appOptions) (*app, error) {
	if err := configureLibraries(); err != nil {
		return nil, err
	}
	a := &app{
		log:      o.log,
		encoding: newEncoding(o.chainID),
		chainID:  o.chainID,
		beacon:   o.beacon,
		keys: storetypes.NewKVStoreKeys(
			authtypes.StoreKey, banktypes.StoreKey, consensustypes.StoreKey,
			feemarkettypes.StoreKey, evmtypes.StoreKey, validators.StoreKey,
			contracts.StoreKey,
		),
		objects: storetypes.NewObjectStoreKeys(
			banktypes.ObjectStoreKey, evmtypes.ObjectKey, contracts.NotesKey,
		),
	}
	config := a.encoding.TxConfig
	a.seen = newTxCache(config.TxDecoder())
	a.BaseApp = baseapp.NewBaseApp("agon", o.library, db, a.seen.decode, o.base...)
	a.SetInterfaceRegistry(a.encoding.InterfaceRegistry)
	a.SetTxEncoder(config.TxEncoder())
	var err error
	a.contracts, err = contracts.New(
		a.keys[contracts.StoreKey], a.objects[contracts.NotesKey], ticker.Address)
	if err != nil {
		return nil, err
	}
	a.newKeepers(o.library)
	if err := a.newModules(); err != nil {
		return nil, err
	}
	a.MountKVStores(a.keys)
	a.MountObjectStores(a.objects)
	a.SetInitChainer(a.initChain)
	a.SetPreBlocker(a.preBlock)
	a.SetBeginBlocker(a.modules.BeginBlock)
	a.SetEndBlocker(a.endBlock)
	a.SetAnteHandler(a.ante)
	a.newPool(o.library)
	a.metrics = newMetrics(a, prometheus.DefaultRegisterer)
	a.newRunner()
	if err := a.LoadLatestVersion(); err != nil {
		return nil, fmt.Errorf("load state: %w", err)
	}
	return a, nil
}

// moduleAccounts lists the accounts modules own, and what they may do with the
// supply: the EVM mints and burns because it sets balances.
var moduleAccounts = map[string][]string{
	authtypes.FeeCollectorName: nil,
	evmtypes.ModuleName:        {authtypes.Minter, authtypes.Burner},
	feemarkettypes.ModuleName:  nil,
}

// newKeepers builds the libraries' keepers. There is no governance: the
// authority that could change parameters is an address without a key.
func (a *app) newKeepers(log logger) {
	cdc := a.encoding.Codec
	authority := authtypes.NewModuleAddress("authority")
	a.consensus = consensuskeeper.NewKeeper(cdc,
		runtime.NewKVStoreService(a.keys[consensustypes.StoreKey]),
		authority.String(), runtime.EventService{})
	a.SetParamStore(a.consensus.ParamsStore)
	a.accounts = authkeeper.NewAccountKeeper(cdc,
		runtime.NewKVStoreService(a.keys[authtypes.StoreKey]), authtypes.ProtoBaseAccount,
		moduleAccounts, evmaddress.NewEvmCodec(bech32Prefix), bech32Prefix, authority.String())
	a.bank = bankkeeper.NewBaseKeeper(cdc,
		runtime.NewKVStoreService(a.keys[banktypes.StoreKey]), a.accounts,
		blockedAddresses(), authority.String(), log).
		WithObjStoreKey(a.objects[banktypes.ObjectStoreKey])
	a.feeMarket = feemarketkeeper.NewKeeper(cdc, authority, a.keys[feemarkettypes.StoreKey])
	a.validators = validators.NewKeeper(a.keys[validators.StoreKey],
		evmaddress.NewEvmCodec(bech32Prefix+"valoper"), Denom)
	a.evm = evmkeeper.NewKeeper(cdc, a.keys[evmtypes.StoreKey], a.objects[evmtypes.ObjectKey],
		a.storeKeys(), authority, a.accounts, a.bank, a.validators, a.feeMarket,
		&a.consensus, nil, a.chainID, "")
	a.evm.EnableVirtualFeeCollection()
	// Ethereum's own precompiles are looked up in the same table.
	for _, address := range vm.PrecompiledAddressesPrague {
		a.evm.RegisterStaticPrecompile(address, vm.PrecompiledContractsPrague[address])
	}
	for _, c := range a.contracts.All() {
		a.evm.RegisterStaticPrecompile(c.Address(), c)
	}
}

// storeKeys lists every store, for the EVM's snapshots.
func (a *app) storeKeys() []storetypes.StoreKey {
	keys := make([]storetypes.StoreKey, 0, len(a.keys)+len(a.objects))
	for _, k := range a.keys {
		keys = append(keys, k)
	}
	for _, k := range a.objects {
		keys = append(keys, k)
	}
	return keys
}

// blockedAddresses are the module accounts: nobody may pay them by hand.
func blockedAddresses() map[string]bool {
	blocked := make(map[string]bool, len(moduleAccounts))
	for name := range moduleAccounts {
		blocked[authtypes.NewModuleAddress(name).String()] = true
	}
	return blocked
}

// initChain loads the genesis. It refuses unknown modules: a typo must not be a
// silently empty state.
func (a *app) initChain(
	ctx sdk.Context, req *abci.RequestInitChain,
) (*abci.ResponseInitChain, error) {
	var state map[string]json.RawMessage
	if err := json.Unmarshal(req.AppStateBytes, &state); err != nil {
		return nil, fmt.Errorf("genesis state: %w", err)
	}
	for name := range state {
		if a.modules.Modules[name] == nil {
			return nil, fmt.Errorf("genesis state: %w: %q", errUnknownModule, name)
		}
	}
	return a.modules.InitGenesis(ctx, a.encoding.Codec, state)
}

var errUnknownModule = errors.New("no such module")

func (a *app) preBlock(
	ctx sdk.Context, _ *abci.RequestFinalizeBlock,
) (*sdk.ResponsePreBlock, error) {
	if a.working {
		a.poolLevel.Set(slog.LevelWarn)
	}
	a.working = true
	a.contracts.Market.Begin(ctx)
	return a.modules.PreBlock(ctx)
}

func (a *app) endBlock(ctx sdk.Context) (sdk.EndBlock, error) {
	a.contracts.Market.End(ctx)
	return a.modules.EndBlock(ctx)
}

// codec is the JSON codec of genesis states.
func (a *app) codec() codec.Codec { return a.encoding.Codec }

// watchPending registers a listener for transactions that enter the pool. All
// listeners are registered before the node serves requests.
func (a *app) watchPending(f func(common.Hash)) { a.pending = append(a.pending, f) }
