package chain

import (
	"context"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"

	"github.com/cosmos/cosmos-sdk/baseapp/txnrunner"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"
	"github.com/cosmos/evm/x/vm/runner"
)

// newRunner executes a block's transactions one after the other: orders of one
// market all touch the same counters, and in parallel they are slower.
func (a *app) newRunner() {
	runner.SetRunner(a.BaseApp, timedRunner{txnrunner.NewDefaultRunner(a.seen.decode), a})
}

// timedRunner measures the tick and the whole block. The clock it reads never
// reaches the state.
type timedRunner struct {
	sdk.TxRunner
	app *app
}

// Run implements sdk.TxRunner.
func (r timedRunner) Run(
	ctx context.Context, ms storetypes.MultiStore, txs [][]byte, deliver sdk.DeliverTxFunc,
) ([]*abci.ExecTxResult, error) {
	m := r.app.metrics
	begin := time.Now()
	results, err := r.TxRunner.Run(ctx, ms, txs, func(
		b []byte, tx sdk.Tx, ms storetypes.MultiStore, i int, cache map[string]any,
	) *abci.ExecTxResult {
		if i > 0 {
			return deliver(b, tx, ms, i, cache)
		}
		begin := time.Now()
		result := deliver(b, tx, ms, i, cache)
		m.tick.Observe(time.Since(begin).Seconds())
		return result
	})
	m.execution.Observe(time.Since(begin).Seconds())
	return results, err
}
