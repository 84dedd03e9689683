// Package nativetest runs native contracts in an EVM over cosmos/evm's own
// state database and an IAVL store in memory, without a node: one World is one
// chain, one Call one transaction of a message to an address.
package nativetest

import (
	"maps"
	"math/big"
	"slices"

	"cosmossdk.io/log/v2"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"
	"github.com/holiman/uint256"

	"github.com/cosmos/cosmos-sdk/store/v2"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/evm/x/vm/statedb"

	"agon/chain/native"
)

// ChainID is the number of every World's chain.
const ChainID = 42497

// TB is what a World needs of a test or of a property.
type TB interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// World is a chain with native contracts and nothing else.
type World struct {
	Height uint64
	// Tracer, if set, sees every call.
	Tracer *tracing.Hooks
	// Begin and End, if set, are called with the state of each block before its
	// first call and after its last. Set them before the first call.
	Begin, End func(sdk.Context)

	t       TB
	stores  storetypes.CommitMultiStore
	block   storetypes.CacheMultiStore // what the block has changed
	calls   int                        // in the block
	key     *storetypes.KVStoreKey
	notes   *storetypes.ObjectStoreKey
	ledger  *ledger
	natives map[common.Address]vm.PrecompiledContract
}

// New makes a World at height 1 whose natives share the store of key, and the
// notes beside it.
func New(
	t TB, key *storetypes.KVStoreKey, notes *storetypes.ObjectStoreKey,
	natives ...*native.Contract,
) *World {
	t.Helper()
	db := dbm.NewMemDB()
	stores := store.NewCommitMultiStore(db, log.NewNopLogger())
	stores.MountStoreWithDB(key, storetypes.StoreTypeIAVL, db)
	stores.MountStoreWithDB(notes, storetypes.StoreTypeObject, nil)
	if err := stores.LoadLatestVersion(); err != nil {
		t.Fatal(err)
	}
	w := &World{
		Height: 1, t: t, stores: stores, block: stores.CacheMultiStore(),
		key: key, notes: notes, ledger: newLedger(key, notes),
		natives: map[common.Address]vm.PrecompiledContract{},
	}
	for _, c := range natives {
		w.natives[c.Address()] = c
		w.Deploy(c.Address(), []byte{byte(vm.INVALID)})
	}
	return w
}

// Receipt is what became of a Call.
type Receipt struct {
	Return []byte // results, or the revert data
	Gas    uint64 // used
	Logs   []*types.Log
	Err    error // of the EVM; nil if the call succeeded
}

// Context is the state as the next call finds it.
func (w *World) Context() sdk.Context {
	return sdk.NewContext(w.block, cmtproto.Header{Height: int64(w.Height)}, false,
		log.NewNopLogger()).WithTxIndex(w.calls)
}

// Call sends a message with gas, and value coins of 10⁻¹⁸, and keeps what it
// did unless it failed.
func (w *World) Call(from, to common.Address, input []byte, value, gas uint64) Receipt {
	w.t.Helper()
	w.begin()
	ctx, write := w.Context().CacheContext()
	w.calls++
	state := statedb.New(ctx, w.ledger, statedb.NewEmptyTxConfig())
	evm := w.evm(state)
	out, left, err := evm.Call(from, to, input, gas, uint256.NewInt(value))
	r := Receipt{Return: out, Gas: gas - left, Logs: state.Logs(), Err: err}
	if err == nil {
		if err := state.Commit(); err != nil {
			w.t.Fatalf("commit: %v", err)
		}
		write()
	}
	return r
}

func (w *World) evm(state *statedb.StateDB) *vm.EVM {
	block := vm.BlockContext{
		CanTransfer: core.CanTransfer, Transfer: core.Transfer,
		GetHash:     func(uint64) common.Hash { return common.Hash{} },
		BlockNumber: new(big.Int).SetUint64(w.Height),
		Difficulty:  new(big.Int), BaseFee: new(big.Int), BlobBaseFee: new(big.Int),
		Random: &common.Hash{}, GasLimit: 1 << 40,
	}
	config := *params.MergedTestChainConfig
	config.ChainID = big.NewInt(ChainID)
	evm := vm.NewEVM(block, state, &config, vm.Config{Tracer: w.Tracer})
	evm.WithPrecompiles(maps.Clone(w.natives))
	return evm
}

// begin begins the block, if this is its first call.
func (w *World) begin() {
	if w.calls == 0 && w.Begin != nil {
		w.Begin(w.Context())
	}
}

// Commit ends the block: the store writes a version, the height grows.
func (w *World) Commit() []byte {
	if w.calls > 0 && w.End != nil {
		w.End(w.Context())
	}
	w.block.Write()
	hash := w.stores.Commit().Hash
	w.Height++
	w.block, w.calls = w.stores.CacheMultiStore(), 0
	return hash
}

// Fund gives an account coins, in 10⁻¹⁸.
func (w *World) Fund(a common.Address, coins uint64) {
	account := w.ledger.account(a)
	account.Balance.Add(account.Balance, uint256.NewInt(coins))
	w.ledger.accounts[a] = account
}

// Balance is what an account owns, in 10⁻¹⁸ coin.
func (w *World) Balance(a common.Address) *uint256.Int {
	return w.ledger.account(a).Balance.Clone()
}

// Supply is the sum of all balances.
func (w *World) Supply() *uint256.Int {
	sum := new(uint256.Int)
	for _, account := range w.ledger.accounts {
		sum.Add(sum, account.Balance)
	}
	return sum
}

// Deploy puts code at an address.
func (w *World) Deploy(a common.Address, code []byte) {
	account, hash := w.ledger.account(a), crypto.Keccak256Hash(code)
	account.CodeHash = hash[:]
	w.ledger.accounts[a] = account
	w.ledger.codes[hash] = code
}

// Store returns every key and value of the natives' store, in key order.
func (w *World) Store() (pairs [][2]string) {
	it := w.Context().MultiStore().GetKVStore(w.key).Iterator(nil, nil)
	defer it.Close()
	for ; it.Valid(); it.Next() {
		pairs = append(pairs, [2]string{string(it.Key()), string(it.Value())})
	}
	return pairs
}

// ledger is the accounts of a World: a statedb.Keeper without a database.
type ledger struct {
	key      *storetypes.KVStoreKey
	notes    *storetypes.ObjectStoreKey
	accounts map[common.Address]statedb.Account
	slots    map[common.Address]map[common.Hash]common.Hash
	codes    map[common.Hash][]byte
}

func newLedger(key *storetypes.KVStoreKey, notes *storetypes.ObjectStoreKey) *ledger {
	return &ledger{
		key, notes, map[common.Address]statedb.Account{},
		map[common.Address]map[common.Hash]common.Hash{}, map[common.Hash][]byte{},
	}
}

func (l *ledger) account(a common.Address) statedb.Account {
	account, ok := l.accounts[a]
	if !ok {
		return *statedb.NewEmptyAccount()
	}
	account.Balance = account.Balance.Clone()
	return account
}

// GetAccount implements statedb.Keeper, as do the methods that follow.
func (l *ledger) GetAccount(_ sdk.Context, a common.Address) *statedb.Account {
	if _, ok := l.accounts[a]; !ok {
		return nil
	}
	account := l.account(a)
	return &account
}

func (l *ledger) GetState(_ sdk.Context, a common.Address, key common.Hash) common.Hash {
	return l.slots[a][key]
}

func (l *ledger) GetCode(_ sdk.Context, hash common.Hash) []byte { return l.codes[hash] }

func (l *ledger) GetCodeHash(_ sdk.Context, a common.Address) common.Hash {
	return common.BytesToHash(l.account(a).CodeHash)
}

func (l *ledger) ForEachStorage(
	_ sdk.Context, a common.Address, visit func(key, value common.Hash) bool,
) {
	for _, key := range slices.SortedFunc(maps.Keys(l.slots[a]), common.Hash.Cmp) {
		if !visit(key, l.slots[a][key]) {
			return
		}
	}
}

func (l *ledger) SetAccount(_ sdk.Context, a common.Address, account statedb.Account) error {
	account.Balance = account.Balance.Clone()
	l.accounts[a] = account
	return nil
}

func (l *ledger) SetState(_ sdk.Context, a common.Address, key common.Hash, value []byte) {
	if l.slots[a] == nil {
		l.slots[a] = map[common.Hash]common.Hash{}
	}
	l.slots[a][key] = common.BytesToHash(value)
}

func (l *ledger) DeleteState(_ sdk.Context, a common.Address, key common.Hash) {
	delete(l.slots[a], key)
}

func (l *ledger) SetCode(_ sdk.Context, hash []byte, code []byte) {
	l.codes[common.BytesToHash(hash)] = code
}

func (l *ledger) DeleteCode(_ sdk.Context, hash []byte) {
	delete(l.codes, common.BytesToHash(hash))
}

func (l *ledger) DeleteAccount(_ sdk.Context, a common.Address) error {
	delete(l.accounts, a)
	delete(l.slots, a)
	return nil
}

func (l *ledger) KVStoreKeys() map[string]storetypes.StoreKey {
	return map[string]storetypes.StoreKey{l.key.Name(): l.key, l.notes.Name(): l.notes}
}
