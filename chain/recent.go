package chain

import (
	"context"
	"errors"
	"fmt"

	"github.com/cometbft/cometbft/rpc/client/local"
	coretypes "github.com/cometbft/cometbft/rpc/core/types"
	"github.com/ethereum/go-ethereum/common"
	lru "github.com/hashicorp/golang-lru/v2"

	"github.com/cosmos/evm/rpc/backend"
)

// recentBlocks is how many blocks, with their results, stay decoded for
// requests. Receipts, logs and headers of one block are asked for by everybody
// at once, and each answer needs all of it.
const recentBlocks = 32

var errNoBlock = errors.New("no such block")

// recent reads blocks through a cache. What it returns is shared: nobody may
// change it.
type recent struct {
	*local.Local
	blocks  *lru.Cache[int64, *coretypes.ResultBlock]
	results *lru.Cache[int64, *coretypes.ResultBlockResults]
}

func newRecent(node *local.Local) (*recent, error) {
	blocks, err := lru.New[int64, *coretypes.ResultBlock](recentBlocks)
	if err != nil {
		return nil, fmt.Errorf("block cache: %w", err)
	}
	results, err := lru.New[int64, *coretypes.ResultBlockResults](recentBlocks)
	if err != nil {
		return nil, fmt.Errorf("block cache: %w", err)
	}
	return &recent{node, blocks, results}, nil
}

// Block implements client.SignClient.
func (r *recent) Block(ctx context.Context, h *int64) (*coretypes.ResultBlock, error) {
	return through(r.blocks, h, func() (*coretypes.ResultBlock, error) {
		b, err := r.Local.Block(ctx, h)
		if err == nil && b.Block == nil && h != nil {
			return nil, fmt.Errorf("%w: %d", errNoBlock, *h)
		}
		return b, err
	})
}

// BlockResults implements client.SignClient.
func (r *recent) BlockResults(
	ctx context.Context, h *int64,
) (*coretypes.ResultBlockResults, error) {
	return through(r.results, h, func() (*coretypes.ResultBlockResults, error) {
		return r.Local.BlockResults(ctx, h)
	})
}

// through answers from the cache, or reads and remembers. The latest block, for
// which h is nil or 0, is another one each time. A block that is not stored is
// an error of read, and not remembered.
func through[T any](cache *lru.Cache[int64, T], h *int64, read func() (T, error)) (T, error) {
	if h == nil || *h == 0 {
		return read()
	}
	if v, ok := cache.Get(*h); ok {
		return v, nil
	}
	v, err := read()
	if err == nil {
		cache.Add(*h, v)
	}
	return v, err
}

// receipts answers eth_getTransactionReceipt in place of the EVM's method,
// which keeps who asks for a transaction that is not in a block waiting, up to
// a minute, in steps that double. Here the answer is null at once, as from any
// other node.
type receipts struct {
	back  *backend.Backend
	index *indexer
}

// GetTransactionReceipt is eth_getTransactionReceipt.
func (r receipts) GetTransactionReceipt(
	ctx context.Context, hash common.Hash,
) (map[string]any, error) {
	if _, err := r.index.GetByTxHash(hash); err != nil {
		return nil, nil
	}
	return r.back.GetTransactionReceipt(ctx, hash)
}
