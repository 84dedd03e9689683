package client

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// logs reads the market's logs of blocks from to to, both inclusive, that
// match topics. A node bounds how many logs one answer may have: a range that
// has more is halved, and a single block is asked for by its hash, which has
// no bound.
func (c *Client) logs(
	ctx context.Context, from, to uint64, topics [][]common.Hash,
) ([]types.Log, error) {
	var all []types.Log
	for from <= to {
		last := min(to, from+maxBlockRange-1)
		part, err := c.logRange(ctx, from, last, topics)
		if err != nil {
			return nil, err
		}
		all, from = append(all, part...), last+1
	}
	return all, nil
}

// logRange is logs of a range that one request may name.
func (c *Client) logRange(
	ctx context.Context, from, to uint64, topics [][]common.Hash,
) ([]types.Log, error) {
	q := ethereum.FilterQuery{
		FromBlock: new(big.Int).SetUint64(from), ToBlock: new(big.Int).SetUint64(to),
		Addresses: []common.Address{MarketAddress}, Topics: topics,
	}
	part, err := c.filter(ctx, q)
	switch {
	case err == nil || !tooMany(err):
		return part, err
	case from == to:
		header, err := c.eth.HeaderByNumber(ctx, q.FromBlock)
		if err != nil {
			return nil, fmt.Errorf("block %d: %w", from, err)
		}
		hash := header.Hash()
		q.FromBlock, q.ToBlock, q.BlockHash = nil, nil, &hash
		return c.filter(ctx, q)
	}
	mid := from + (to-from)/2
	low, err := c.logRange(ctx, from, mid, topics)
	if err != nil {
		return nil, err
	}
	high, err := c.logRange(ctx, mid+1, to, topics)
	return append(low, high...), err
}

// filter asks for logs once, and again while the connection is down.
func (c *Client) filter(ctx context.Context, q ethereum.FilterQuery) ([]types.Log, error) {
	var part []types.Log
	err := c.retry(ctx, func() (err error) { part, err = c.eth.FilterLogs(ctx, q); return })
	if err != nil {
		return nil, fmt.Errorf("logs of blocks %v to %v: %w", q.FromBlock, q.ToBlock, err)
	}
	return part, nil
}

// tooMany recognises by its words an answer that would have been too long, for
// the node or for a message of the connection: the protocol gives it no code.
func tooMany(err error) bool {
	var coded rpc.Error
	return errors.As(err, &coded) && strings.Contains(coded.Error(), "more than") ||
		err != nil && strings.Contains(err.Error(), "read limit exceeded")
}
