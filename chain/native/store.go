package native

import (
	"context"
	"iter"

	corestore "cosmossdk.io/core/store"

	"github.com/cosmos/cosmos-sdk/runtime"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/ethereum/go-ethereum/core/vm"
)

// StoreService opens a contract's store for collections: in a call the
// call's own, metered store; elsewhere (genesis, export) the one of the SDK's
// context.
type StoreService struct{ Key *storetypes.KVStoreKey }

// OpenKVStore implements store.KVStoreService.
func (s StoreService) OpenKVStore(ctx context.Context) corestore.KVStore {
	if c, ok := ctx.(*Ctx); ok {
		return (*metered)(c)
	}
	return runtime.NewKVStoreService(s.Key).OpenKVStore(ctx)
}

// Store is a contract's store without charges, for a Cache, which charges
// itself.
type Store struct{ kv storetypes.KVStore }

// BlockStore is the store of key as a block's beginning or end sees it.
func BlockStore(ctx sdk.Context, key *storetypes.KVStoreKey) Store {
	return Store{ctx.MultiStore().GetKVStore(key)}
}

// Store is the store of key as the call sees it. What a Cache of a view writes
// to it is its own fault.
func (c *Ctx) Store(key *storetypes.KVStoreKey) Store {
	return Store{c.outside.MultiStore().GetKVStore(key)}
}

// Get returns the value of key, nil if there is none.
func (s Store) Get(key []byte) []byte {
	defer mark()
	return s.kv.Get(key)
}

// Set writes a value.
func (s Store) Set(key, value []byte) { s.kv.Set(key, value) }

// Delete removes a key.
func (s Store) Delete(key []byte) { s.kv.Delete(key) }

// Scan yields the keys from start on, below end, with their values.
func (s Store) Scan(start, end []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		it := s.iterator(start, end)
		defer it.Close()
		for it.Valid() && yield(it.Key(), it.Value()) {
			s.next(it)
		}
	}
}

func (s Store) iterator(start, end []byte) storetypes.Iterator {
	defer mark()
	return s.kv.Iterator(start, end)
}

func (s Store) next(it storetypes.Iterator) {
	defer mark()
	it.Next()
}

// metered is the store of a call: each access is paid for before it is made,
// and a view cannot write.
type metered Ctx

func (m *metered) ctx() *Ctx { return (*Ctx)(m) }

// mark turns a panic of the store into a storageFailure. Defer it around
// accesses to the store, and nothing else.
func mark() {
	if p := recover(); p != nil {
		panic(storageFailure{p})
	}
}

func (m *metered) get(key []byte) []byte {
	defer mark()
	return m.store.Get(key)
}

func (m *metered) has(key []byte) bool {
	defer mark()
	return m.store.Has(key)
}

// Get implements store.KVStore.
func (m *metered) Get(key []byte) ([]byte, error) {
	m.ctx().Charge(gasRead)
	value := m.get(key)
	m.ctx().Charge(gasReadByte * stored(len(value)))
	return value, nil
}

// Has implements store.KVStore.
func (m *metered) Has(key []byte) (bool, error) {
	m.ctx().Charge(gasRead)
	return m.has(key), nil
}

// Set implements store.KVStore.
func (m *metered) Set(key, value []byte) error {
	if m.view {
		return vm.ErrWriteProtection
	}
	m.ctx().Charge(gasWrite + gasWriteByte*stored(len(key)+len(value)))
	m.store.Set(key, value)
	return nil
}

// Delete implements store.KVStore.
func (m *metered) Delete(key []byte) error {
	if m.view {
		return vm.ErrWriteProtection
	}
	m.ctx().Charge(gasDelete)
	m.store.Delete(key)
	return nil
}

// Iterator implements store.KVStore.
func (m *metered) Iterator(start, end []byte) (corestore.Iterator, error) {
	m.ctx().Charge(gasRead)
	defer mark()
	return &meteredIterator{m.store.Iterator(start, end), m.ctx()}, nil
}

// ReverseIterator implements store.KVStore.
func (m *metered) ReverseIterator(start, end []byte) (corestore.Iterator, error) {
	m.ctx().Charge(gasRead)
	defer mark()
	return &meteredIterator{m.store.ReverseIterator(start, end), m.ctx()}, nil
}

type meteredIterator struct {
	storetypes.Iterator
	ctx *Ctx
}

// Next implements store.Iterator.
func (i *meteredIterator) Next() {
	i.ctx.Charge(gasNext)
	defer mark()
	i.Iterator.Next()
}

// Value implements store.Iterator.
func (i *meteredIterator) Value() []byte {
	value := i.Iterator.Value()
	i.ctx.Charge(gasReadByte * stored(len(value)))
	return value
}
