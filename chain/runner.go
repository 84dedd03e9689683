package chain

import (
	"github.com/cosmos/cosmos-sdk/baseapp/txnrunner"
	"github.com/cosmos/evm/x/vm/runner"
)

// newRunner executes a block's transactions one after the other: orders of one
// market all touch the same counters, and in parallel they are slower.
func (a *app) newRunner() {
	runner.SetRunner(a.BaseApp, txnrunner.NewDefaultRunner(a.seen.decode))
}
