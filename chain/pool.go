package chain

import (
	"log/slog"
	"time"

	"github.com/holiman/uint256"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	"github.com/cosmos/evm/mempool/txpool/legacypool"
)

// Sizes of the transaction pool: room for ten seconds at 4,000 transactions a
// second, and for one account to be an exchange's or a relayer's.
const (
	poolSlots        = 40_000 // executable transactions, all accounts
	poolQueue        = 20_000 // transactions waiting for an earlier nonce
	poolAccountSlots = 2_000
	poolAccountQueue = 2_000
	poolInsertQueue  = 20_000 // received and not yet looked at
	poolLifetime     = 10 * time.Minute
	poolCheckTimeout = 5 * time.Second
	// poolProposalWait bounds how long a proposer waits for the pool to follow
	// the last block.
	poolProposalWait = 250 * time.Millisecond
)

// newPool gives the app the EVM's transaction pool, which gossips, orders by
// tip and nonce, and rechecks after each block by itself.
func (a *app) newPool(log logger) {
	// Before the first block there is no state to check transactions against,
	// which the pool reports as errors.
	a.poolLevel.Set(slog.LevelError + 1)
	log = log.above(&a.poolLevel)
	config := legacypool.DefaultConfig
	config.Journal = "" // transactions that were not committed do not outlive the process
	config.AccountSlots, config.GlobalSlots = poolAccountSlots, poolSlots
	config.AccountQueue, config.GlobalQueue = poolAccountQueue, poolQueue
	config.Lifetime = poolLifetime
	config.IncludedNonceCacheSize = poolSlots
	encoder := evmmempool.NewTxEncoder(a.encoding.TxConfig)
	a.pool = evmmempool.NewMempool(
		a.CreateQueryContext, log, a.evm, a.feeMarket, a.encoding.TxConfig,
		evmmempool.NewTxRechecker(a.ante, encoder), evmmempool.NewTxRechecker(a.ante, encoder),
		&evmmempool.Config{
			LegacyPoolConfig:         &config,
			AnteHandler:              a.ante,
			BlockGasLimit:            MaxBlockGas - TickGas,
			MinTip:                   uint256.NewInt(0),
			PendingTxProposalTimeout: poolProposalWait,
			InsertQueueSize:          poolInsertQueue,
		}, 0)
	a.SetMempool(a.pool)
	a.SetInsertTxHandler(a.pool.NewInsertTxHandler(a.seen.decode))
	a.SetReapTxsHandler(a.pool.NewReapTxsHandler())
	a.SetCheckTxHandler(a.pool.NewCheckTxHandler(a.seen.decode, poolCheckTimeout))
	a.SetPrepareCheckStater(func(sdk.Context) {
		if !a.pool.HasEventBus() {
			a.pool.NotifyNewBlock()
		}
	})
	a.SetPrepareProposal(a.prepareProposal)
	a.SetProcessProposal(a.processProposal)
}
