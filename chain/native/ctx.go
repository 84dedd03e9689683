package native

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/holiman/uint256"

	"github.com/cosmos/cosmos-sdk/store/v2/cachekv"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/evm/x/vm/statedb"
)

// Errors of the context. A function that meets one returns it.
var (
	ErrBudget = errors.New("the work's own gas budget is used up")
	ErrEmpty  = errors.New("the contract's balance does not cover the payment")
)

// Ctx is one call of a native function: who called, with what, and the state
// it works on. It is also the context.Context with which collections reach
// the contract's store. It is not safe for concurrent use and ends with the
// call.
type Ctx struct {
	context.Context
	contract *Contract
	evm      *vm.EVM
	state    *statedb.StateDB
	frame    *vm.Contract
	view     bool // no writes
	gas      uint64
	floor    uint64      // gas below this belongs to others; see Try
	outside  sdk.Context // the transaction's
	store    storetypes.KVStore
	caches   []Cache
}

// Cache holds the writes of a call back from its store.
type Cache interface {
	// Settle pays for what was written since it was last asked to.
	Settle(*Ctx)
	// Mark names the present contents, Revert goes back to them. Whatever was
	// marked later is then void.
	Mark() int
	Revert(mark int)
	// Keep makes what was written part of the state: the call has succeeded. It
	// pays for nothing and fails only as storage does.
	Keep(*Ctx)
}

// outOfGas is what Charge panics with; the call, or Try, recovers it.
type outOfGas struct{}

// storageFailure is a panic of the store below. It is not recovered here: what
// a node cannot read is no reason for the chain to revert a call or to halt a
// question.
type storageFailure struct{ cause any }

// Error implements error, for whoever prints the panic.
func (f storageFailure) Error() string { return fmt.Sprintf("native store: %v", f.cause) }

// Caller is who called: an account or a contract.
func (c *Ctx) Caller() common.Address { return c.frame.Caller() }

// Paid is what was sent with the call, in 10⁻¹⁸ coin.
func (c *Ctx) Paid() uint256.Int {
	if v := c.frame.Value(); v != nil {
		return *v
	}
	return uint256.Int{}
}

// Input is the call's data, selector first. Nobody may change it.
func (c *Ctx) Input() []byte { return c.frame.Input }

// Height is the number of the block that is being made; in eth_call, of the
// block whose state is read.
func (c *Ctx) Height() uint64 { return c.evm.Context.BlockNumber.Uint64() }

// ChainID is the EIP-155 number of the chain.
func (c *Ctx) ChainID() uint64 { return c.evm.ChainConfig().ChainID.Uint64() }

// HasCode tells whether an address is a contract, of either sort. An account
// that delegates to code (EIP-7702) is none: its key still commands it.
func (c *Ctx) HasCode(a common.Address) bool {
	c.Charge(gasRead)
	code := c.state.GetCode(a)
	_, delegated := types.ParseDelegation(code)
	return len(code) > 0 && !delegated
}

// Gas is what the call, or the Try it is in, may still spend.
func (c *Ctx) Gas() uint64 { return c.gas - c.floor }

// Charge pays for work. If the gas does not suffice the call ends there.
func (c *Ctx) Charge(n uint64) {
	if c.Gas() < n {
		c.gas = c.floor
		panic(outOfGas{})
	}
	c.gas -= n
}

// Tx is the place of the call's transaction in its block.
func (c *Ctx) Tx() int { return c.outside.TxIndex() }

// ReadOnly tells whether the call may not write.
func (c *Ctx) ReadOnly() bool { return c.view }

// Note is what SetNote left under the key in the present branch of the state;
// nil if nothing, as in every call outside of a block.
func (c *Ctx) Note(key *storetypes.ObjectStoreKey) any {
	return c.outside.MultiStore().GetObjKVStore(key).Get(noteKey)
}

// SetNote leaves a note beside the state. It goes when what the call wrote to
// its store goes, whoever undoes that, and at the end of the block.
func (c *Ctx) SetNote(key *storetypes.ObjectStoreKey, note any) {
	c.outside.MultiStore().GetObjKVStore(key).Set(noteKey, note)
}

// BlockNote leaves a note for the calls of a block that begins; nil takes it
// away.
func BlockNote(ctx sdk.Context, key *storetypes.ObjectStoreKey, note any) {
	notes := ctx.MultiStore().GetObjKVStore(key)
	if note == nil {
		notes.Delete(noteKey)
		return
	}
	notes.Set(noteKey, note)
}

// LastNote is the note that the block's calls left.
func LastNote(ctx sdk.Context, key *storetypes.ObjectStoreKey) any {
	return ctx.MultiStore().GetObjKVStore(key).Get(noteKey)
}

// noteKey is where the one note of an object store is.
var noteKey = []byte{0}

// Attach has cache settled and kept when the call succeeds, and settled or
// reverted at the edges of Try.
func (c *Ctx) Attach(cache Cache) { c.caches = append(c.caches, cache) }

// Pay sends coins from the contract's balance. It runs no code of the payee.
func (c *Ctx) Pay(to common.Address, amount uint256.Int) error {
	if c.view {
		return vm.ErrWriteProtection
	}
	c.Charge(gasPay)
	self := c.contract.address
	if have := c.state.GetBalance(self); have.Lt(&amount) {
		return fmt.Errorf("%w: have %s, want %s", ErrEmpty, have.Dec(), amount.Dec())
	}
	c.state.SubBalance(self, &amount, tracing.BalanceChangeTransfer)
	c.state.AddBalance(to, &amount, tracing.BalanceChangeTransfer)
	return nil
}

// Emit logs an event, a pointer to a struct that was registered.
func (c *Ctx) Emit(event any) { c.EmitAs(c.contract, event) }

// EmitAs logs an event of another native contract, at its address, on whose
// behalf this call works.
func (c *Ctx) EmitAs(as *Contract, event any) {
	v := reflect.ValueOf(event).Elem()
	m, ok := as.events[v.Type()]
	if !ok || c.view {
		panic(fmt.Sprintf("native: %s may not emit %s here", as.name, v.Type()))
	}
	log := &types.Log{
		Address:     as.address,
		Topics:      []common.Hash{m.topic},
		Data:        appendTuple(make([]byte, 0, m.in.headSize()), m.in, v, plain),
		BlockNumber: c.Height(),
	}
	for i := range m.in.fields {
		if f := &m.in.fields[i]; f.indexed {
			log.Topics = append(log.Topics,
				common.BytesToHash(appendStatic(nil, f.shape, v.Field(f.index))))
		}
	}
	c.Charge(gasLog + gasLogTopic*uint64(len(log.Topics)) + gasLogByte*uint64(len(log.Data)))
	c.state.AddLog(log)
	if t := c.evm.Config.Tracer; t != nil && t.OnLog != nil {
		t.OnLog(log)
	}
}

func plain(f *field) bool { return !f.indexed }

// PanicError is a panic of the work done in Try.
type PanicError struct {
	Value any
	Stack []byte // for the node's log only: it differs between machines
}

func (p *PanicError) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Try runs fn with its own snapshot and at most budget of the call's gas. If fn
// fails, panics or exceeds the budget, what it wrote, logged and paid is undone
// and the call goes on; the gas it used stays used. The error is fn's, a
// *PanicError or ErrBudget.
func (c *Ctx) Try(budget uint64, fn func() error) error {
	c.settle()
	marks := make([]int, len(c.caches))
	for i, cache := range c.caches {
		marks[i] = cache.Mark()
	}
	revision, store, floor := c.state.Snapshot(), c.store, c.floor
	layer := cachekv.NewStore(store)
	c.store = layer
	c.floor = c.gas - min(budget, c.Gas())
	err := c.guard(func() error {
		if err := fn(); err != nil {
			return err
		}
		c.settle()
		return nil
	})
	c.store, c.floor = store, floor
	if err != nil {
		for i, mark := range marks {
			c.caches[i].Revert(mark)
		}
		c.state.RevertToSnapshot(revision)
		return err
	}
	layer.Write()
	return nil
}

// guard turns panics of fn into errors, except failures of storage.
func (c *Ctx) guard(fn func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case outOfGas:
			err = ErrBudget
		case storageFailure:
			panic(p)
		default:
			err = &PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	return fn()
}

func (c *Ctx) settle() {
	for _, cache := range c.caches {
		cache.Settle(c)
	}
}

// keep ends a call that has succeeded and was paid for.
func (c *Ctx) keep() {
	for _, cache := range c.caches {
		cache.Keep(c)
	}
}
