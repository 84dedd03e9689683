package contracts

import (
	"fmt"

	"cosmossdk.io/collections"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"

	"agon/chain/native"
)

// StoreKey names the store that all native contracts share, and the module
// that carries it through genesis and export; NotesKey names the store of what
// calls of one block leave each other.
const (
	StoreKey = "agon"
	NotesKey = "agon-notes"
)

// Where the contracts are. Give each address the code 0xfe at genesis, or
// Solidity and client libraries take it for empty.
var (
	ClockAddress  = common.HexToAddress("0xa600")
	MarketAddress = common.HexToAddress("0xa601")
)

// Contracts are the native contracts of a chain over one store.
type Contracts struct {
	Market *Market
	Clock  *Clock
	// Schema is the module that imports and exports all state as JSON.
	Schema collections.Schema
}

// New builds the contracts over the store of key, with notes beside it. Only
// ticker may tick.
func New(
	key *storetypes.KVStoreKey, notes *storetypes.ObjectStoreKey, ticker common.Address,
) (*Contracts, error) {
	schema := collections.NewSchemaBuilder(native.StoreService{Key: key})
	market := newMarket(key, notes, schema)
	clock := newClock(key, schema, market, ticker)
	built, err := schema.Build()
	if err != nil {
		return nil, fmt.Errorf("schema of the native contracts: %w", err)
	}
	return &Contracts{Market: market, Clock: clock, Schema: built}, nil
}

// All lists the contracts in the order of their addresses.
func (c *Contracts) All() []*native.Contract {
	return []*native.Contract{c.Clock.contract, c.Market.contract}
}

// Precompiles is All as the EVM's keeper wants it.
func (c *Contracts) Precompiles() map[common.Address]vm.PrecompiledContract {
	m := make(map[common.Address]vm.PrecompiledContract)
	for _, contract := range c.All() {
		m[contract.Address()] = contract
	}
	return m
}

// Addresses lists where the contracts are, in order.
func Addresses() []common.Address { return []common.Address{ClockAddress, MarketAddress} }

// File is a generated file of this folder.
type File struct {
	Name string
	Text []byte
}

// Interfaces writes the Solidity interface and the ABI of each contract.
func Interfaces() ([]File, error) {
	c, err := New(storetypes.NewKVStoreKey(StoreKey), storetypes.NewObjectStoreKey(NotesKey),
		common.Address{})
	if err != nil {
		return nil, err
	}
	var files []File
	for _, contract := range c.All() {
		files = append(files,
			File{contract.Name() + ".sol", contract.Solidity()},
			File{contract.Name() + ".abi.json", contract.ABI()})
	}
	return files, nil
}
