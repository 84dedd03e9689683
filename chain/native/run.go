package native

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"

	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/crypto"

	"github.com/cosmos/evm/x/vm/statedb"
	evmtypes "github.com/cosmos/evm/x/vm/types"
)

// Errors of the adapter itself. They reach the caller as revert reasons.
var (
	ErrNoFunction = errors.New("no such function")
	ErrNotPayable = errors.New("the function takes no coins")
	ErrCalls      = errors.New("too many writing calls in one transaction")
)

// maxLayers is how many writing calls of one transaction may stand: each lays
// the store anew over what the earlier ones wrote, and whoever reads goes
// through all of them. The state database has the same limit, but counts calls
// in one byte, which a contract that makes 256 wraps around.
const maxLayers = int(evmtypes.MaxPrecompileCalls)

// RequiredGas implements vm.PrecompiledContract: what a call costs before it is
// looked at.
func (c *Contract) RequiredGas(input []byte) uint64 {
	return gasCall + gasInputByte*uint64(len(input))
}

// Run implements vm.PrecompiledContract. readOnly is true in static calls and
// whenever another contract's code runs as itself (DELEGATECALL, CALLCODE).
func (c *Contract) Run(evm *vm.EVM, frame *vm.Contract, readOnly bool) ([]byte, error) {
	ctx := &Ctx{
		Context: context.Background(), contract: c, evm: evm, frame: frame, gas: frame.Gas,
	}
	out, err := c.run(ctx, readOnly)
	var crash *PanicError
	if errors.As(err, &crash) {
		slog.Error("a native function panicked", "contract", c.name, "height", ctx.Height(),
			"panic", crash.Value, "stack", string(crash.Stack))
		ctx.gas = 0
		out = appendWord(panicSelector(), 1)
		err = vm.ErrExecutionReverted
	}
	frame.UseGas(frame.Gas-ctx.gas, evm.Config.Tracer, tracing.GasChangeCallPrecompiledContract)
	if errors.Is(err, vm.ErrExecutionReverted) {
		// The keeper takes the reason of a reverted transaction from here, which
		// a call by transaction, without a contract in between, leaves empty.
		evm.SetReturnData(out)
	}
	return out, err
}

// run returns the results; or the revert data with vm.ErrExecutionReverted; or
// a *PanicError; or another error of the vm, which takes the whole gas.
func (c *Contract) run(ctx *Ctx, readOnly bool) ([]byte, error) {
	state, ok := ctx.evm.StateDB.(*statedb.StateDB)
	if !ok {
		return nil, fmt.Errorf("native: unknown state database %T", ctx.evm.StateDB)
	}
	ctx.state = state
	f, err := c.find(ctx.frame.Input)
	if err != nil {
		return c.revert(err)
	}
	ctx.view = f.mutability == "view"
	if paid := ctx.Paid(); !paid.IsZero() && f.mutability != "payable" {
		return c.revert(fmt.Errorf("%w: %s", ErrNotPayable, f.name))
	}
	if readOnly && !ctx.view {
		return nil, vm.ErrWriteProtection
	}
	if err := ctx.open(); err != nil {
		return c.revert(err)
	}
	var out []byte
	err = ctx.guard(func() error {
		if out, err = f.call(ctx, ctx.frame.Input[4:]); err != nil || ctx.view {
			return err
		}
		ctx.settle()
		return nil
	})
	var crash *PanicError
	switch {
	case err == nil:
		if !ctx.view {
			ctx.keep()
		}
		return out, nil
	case errors.Is(err, ErrBudget):
		return nil, vm.ErrOutOfGas
	case errors.Is(err, vm.ErrWriteProtection), errors.As(err, &crash):
		return nil, err
	}
	return c.revert(err)
}

// open finds the contract's store as the EVM's transaction sees it and, for
// calls that write, has the EVM undo what is written if the call is reverted.
func (c *Ctx) open() error {
	cached, err := c.state.GetCacheContext()
	if err != nil {
		return err
	}
	if !c.view {
		layer := c.state.MultiStoreSnapshot()
		if layer >= maxLayers {
			c.state.RevertMultiStore(layer)
			return ErrCalls
		}
		if err := c.state.AddPrecompileFn(layer); err != nil {
			return err
		}
	}
	c.outside = cached
	if c.contract.key != nil {
		c.store = cached.MultiStore().GetKVStore(c.contract.key)
	}
	return nil
}

// find returns the function that the first four bytes of input select.
func (c *Contract) find(input []byte) (*function, error) {
	if len(input) < 4 {
		return nil, ErrNoFunction
	}
	f, ok := c.functions[[4]byte(input[:4])]
	if !ok {
		return nil, fmt.Errorf("%w: %x", ErrNoFunction, input[:4])
	}
	return f, nil
}

// revert encodes err as revert data: a registered custom error as itself,
// anything else as Error(string).
func (c *Contract) revert(err error) ([]byte, error) {
	for e := err; e != nil; e = errors.Unwrap(e) {
		m, ok := c.errors[reflect.TypeOf(e)]
		if !ok {
			continue
		}
		v := reflect.New(reflect.TypeOf(e)).Elem()
		v.Set(reflect.ValueOf(e))
		return append(m.topic[:4:4], encode(m.in, v)...), vm.ErrExecutionReverted
	}
	text := reflect.New(reason.typ).Elem()
	text.Field(0).SetString(err.Error())
	return append(selector("Error(string)"), encode(reason, text)...), vm.ErrExecutionReverted
}

// reason is the parameter of Solidity's Error(string).
var reason = shapeOf(reflect.TypeFor[struct{ Text string }](), "")

// panicSelector is that of Solidity's Panic(uint256); code 1 is a broken
// assertion.
func panicSelector() []byte { return selector("Panic(uint256)") }

func selector(signature string) []byte { return crypto.Keccak256([]byte(signature))[:4] }
