package chain

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	rpcclient "github.com/cometbft/cometbft/rpc/client"
	cmttypes "github.com/cometbft/cometbft/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/ethereum/go-ethereum/common"

	"github.com/cosmos/cosmos-sdk/client"
	evmindexer "github.com/cosmos/evm/indexer"
	servertypes "github.com/cosmos/evm/server/types"
)

// indexer follows the chain and files its transactions under their Ethereum
// hashes, for receipts. It works beside consensus: a receipt may come a moment
// after its block. What it missed, it reads again at the next start.
type indexer struct {
	*evmindexer.KVIndexer
	client    rpcclient.Client
	committed func() int64 // height of the last block whose results are stored
	log       *slog.Logger
	done      chan struct{}
	// watch is told of each block after it is filed, if it was committed after
	// the process began, when began was the last.
	watch func(*cmttypes.Block, []*abci.ExecTxResult)
	began int64
}

// indexRetry is the pause after a failure.
const indexRetry = time.Second

// How long a reader waits for the indexer, and how often it looks.
const (
	indexPatience = 2 * time.Second
	indexLook     = 2 * time.Millisecond
)

// indexBuffer is how many blocks may wait for the indexer before its
// subscription is cut; it then resumes from the stored blocks.
const indexBuffer = 256

func newIndexer(
	db dbm.DB, c client.Context, committed func() int64,
	watch func(*cmttypes.Block, []*abci.ExecTxResult), own *slog.Logger, library logger,
) (*indexer, error) {
	node, ok := c.Client.(rpcclient.Client)
	if !ok {
		return nil, fmt.Errorf("index: client %T does not read blocks", c.Client)
	}
	return &indexer{
		KVIndexer: evmindexer.NewKVIndexer(db, library, c),
		client:    node, committed: committed, log: own, done: make(chan struct{}),
		watch: watch, began: committed(),
	}, nil
}

// run indexes until ctx ends.
func (x *indexer) run(ctx context.Context) {
	defer close(x.done)
	for ctx.Err() == nil {
		if err := x.follow(ctx); err != nil && ctx.Err() == nil {
			x.log.Error("index", "error", err)
			select {
			case <-ctx.Done():
			case <-time.After(indexRetry):
			}
		}
	}
}

// wait blocks until run has returned.
func (x *indexer) wait() { <-x.done }

// follow subscribes, files the blocks it has not seen, then each new one. It
// returns when the subscription ends.
func (x *indexer) follow(ctx context.Context) error {
	const name = "agon-index"
	events, err := x.client.Subscribe(ctx, name,
		cmttypes.EventQueryNewBlock.String(), indexBuffer)
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	defer func() {
		if err := x.client.UnsubscribeAll(context.WithoutCancel(ctx), name); err != nil {
			x.log.Debug("index: unsubscribe", "error", err)
		}
	}()
	last, err := x.catchUp(ctx)
	if err != nil {
		return err
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case event, open := <-events:
			if !open {
				return nil
			}
			data, ok := event.Data.(cmttypes.EventDataNewBlock)
			if !ok || data.Block.Height <= last {
				continue
			}
			if data.Block.Height != last+1 {
				return nil // a gap: begin again from the stored blocks
			}
			last = data.Block.Height
			if err := x.file(data.Block, data.ResultFinalizeBlock.TxResults); err != nil {
				return err
			}
		}
	}
}

// catchUp files every stored block after the last one filed, and returns the
// height of the last.
func (x *indexer) catchUp(ctx context.Context) (int64, error) {
	status, err := x.client.Status(ctx)
	if err != nil {
		return 0, fmt.Errorf("status: %w", err)
	}
	last, err := x.LastIndexedBlock()
	if err != nil {
		return 0, fmt.Errorf("last block: %w", err)
	}
	// A node that began from a snapshot has no older blocks, at first none at all.
	last = max(last, status.SyncInfo.EarliestBlockHeight-1, 0)
	if status.SyncInfo.EarliestBlockHeight == 0 {
		last = x.committed()
	}
	for h := last + 1; h <= x.committed(); h++ {
		block, err := x.client.Block(ctx, &h)
		if err != nil {
			return 0, fmt.Errorf("block %d: %w", h, err)
		}
		results, err := x.client.BlockResults(ctx, &h)
		if err != nil {
			return 0, fmt.Errorf("results of block %d: %w", h, err)
		}
		if err := x.file(block.Block, results.TxsResults); err != nil {
			return 0, err
		}
		last = h
	}
	return last, nil
}

func (x *indexer) file(block *cmttypes.Block, results []*abci.ExecTxResult) error {
	if err := x.IndexBlock(block, results); err != nil {
		return fmt.Errorf("block %d: %w", block.Height, err)
	}
	if block.Height > x.began {
		x.watch(block, results)
	}
	return nil
}

// GetByTxHash finds a transaction by its Ethereum hash. Who reads the newest
// block can be here before the indexer, so what is not found is looked for
// again once all that was committed by now is filed.
func (x *indexer) GetByTxHash(hash common.Hash) (*servertypes.TxResult, error) {
	if found, err := x.KVIndexer.GetByTxHash(hash); err == nil {
		return found, nil
	}
	committed := x.committed()
	for begin := time.Now(); time.Since(begin) < indexPatience; time.Sleep(indexLook) {
		filed, err := x.LastIndexedBlock()
		if err != nil || filed >= committed {
			break
		}
	}
	return x.KVIndexer.GetByTxHash(hash)
}
