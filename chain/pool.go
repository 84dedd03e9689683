package chain

import (
	"context"
	"errors"
	"time"

	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	"github.com/cosmos/evm/mempool/txpool"
	"github.com/cosmos/evm/mempool/txpool/legacypool"

	"agon/chain/contracts"
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
	// Until a block is committed in this process the SDK has no state to check
	// transactions against, which the pool reports as errors.
	a.poolLevel.Set(silent)
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
	a.SetInsertTxHandler(a.pool.NewInsertTxHandler(a.decodeAdmissible))
	a.SetReapTxsHandler(a.pool.NewReapTxsHandler())
	a.SetCheckTxHandler(a.pool.NewCheckTxHandler(a.decodeAdmissible, poolCheckTimeout))
	a.SetPrepareCheckStater(func(sdk.Context) {
		if !a.pool.HasEventBus() {
			a.pool.NotifyNewBlock()
		}
	})
	a.SetPrepareProposal(a.prepareProposal)
	a.SetProcessProposal(a.processProposal)
}

// decodeAdmissible decodes what a peer sent.
func (a *app) decodeAdmissible(b []byte) (sdk.Tx, error) {
	tx, err := a.seen.decode(b)
	if err != nil {
		return nil, err
	}
	return tx, admissible(tx)
}

// door is the pool as JSON-RPC sees it.
type door struct {
	*evmmempool.Mempool
	app *app
}

// How long the door waits for the pool to see the first block after a start.
const (
	doorWait  = 10 * time.Second
	doorPause = 20 * time.Millisecond
)

// Insert implements sdkmempool.Mempool. After a restart the pool takes the gas
// limit for zero until it sees a block, and refuses everything; who sends then
// waits for that block.
func (d door) Insert(ctx context.Context, tx sdk.Tx) error {
	msg, err := soleMessage(tx)
	if err != nil {
		return err
	}
	if err := admissible(tx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, doorWait)
	defer cancel()
	for {
		err := d.Mempool.Insert(ctx, tx)
		if err == nil {
			d.prove(msg.AsTransaction())
		}
		if !errors.Is(err, txpool.ErrGasLimit) || msg.GetGas() > MaxBlockGas-TickGas {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(doorPause):
		}
	}
}

// prove checks the signatures that a transaction relays while it waits for its
// block. It is in the pool, so its sender can pay for it.
func (d door) prove(tx *ethtypes.Transaction) {
	if to := tx.To(); to != nil && *to == contracts.MarketAddress {
		d.app.contracts.Market.Prove(tx.Data(), d.app.chainID)
	}
}
