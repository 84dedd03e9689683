package simulate

import (
	"context"
	"fmt"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// Limits of looking back for transfers.
const (
	lookBack  = 50_000 // blocks: a week on Ethereum
	maxEvents = 4096   // of one answer that are read
)

// Transfers finds the announcements of tokens that something went from one
// account to others or back, in the last blocks before the given one, in one
// round trip. They are what wallets show as history; anybody can have them
// written, so they prove nothing.
func (s *Simulator) Transfers(ctx context.Context, block *Block, me common.Address,
	others []common.Address) ([]*types.Log, error) {
	if len(others) == 0 {
		return nil, nil
	}
	words := make([]common.Hash, len(others))
	for i, a := range others {
		words[i] = wordOf(a)
	}
	mine := []common.Hash{wordOf(me)}
	last := block.Header.Number.Uint64()
	var elems []rpc.BatchElem
	answers := make([][]*types.Log, 2)
	for i, ends := range [][2][]common.Hash{{mine, words}, {words, mine}} {
		elems = append(elems, rpc.BatchElem{
			Method: "eth_getLogs", Result: &answers[i], Args: []any{map[string]any{
				"fromBlock": hexutil.Uint64(last - min(last, lookBack)),
				"toBlock":   hexutil.Uint64(last),
				"topics":    []any{[]common.Hash{topicTransfer}, ends[0], ends[1]},
			}},
		})
	}
	if err := s.node.batch(ctx, elems); err != nil {
		return nil, err
	}
	var out []*types.Log
	for i, e := range elems {
		if e.Error != nil {
			return nil, fmt.Errorf("%w: eth_getLogs: %w", ErrNode, e.Error)
		}
		for _, l := range answers[i][:min(len(answers[i]), maxEvents)] {
			// ERC-721 has the same topic with a fourth one and no data.
			if l != nil && len(l.Topics) == 3 && len(l.Data) == 32 {
				out = append(out, l)
			}
		}
	}
	return out, nil
}
