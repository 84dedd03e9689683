package simulate

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// Block is the block that a simulation is pinned to.
type Block struct {
	Chain  uint64
	Hash   common.Hash
	Header *types.Header
}

// Time of the block.
func (b *Block) Time() time.Time { return time.Unix(int64(b.Header.Time), 0) }

// at names the block in a request.
func (b *Block) at() rpc.BlockNumberOrHash { return rpc.BlockNumberOrHashWithHash(b.Hash, true) }

// arguments of eth_call and its like.
func arguments(s Subject) map[string]any {
	args := map[string]any{"from": s.From, "data": hexutil.Bytes(s.Data)}
	if s.To != nil {
		args["to"] = s.To
	}
	if s.Value != nil {
		args["value"] = (*hexutil.Big)(s.Value)
	}
	if s.Gas != 0 {
		args["gas"] = hexutil.Uint64(s.Gas)
	}
	return args
}

// latest fetches the newest block and, in the same round trip, what the subject
// will touch there. The header must hash to the block's hash, so that its state
// root is the chain's: whoever knows the hash from elsewhere can trust the rest.
func (n *Node) latest(ctx context.Context, s Subject) (*Block, types.AccessList, error) {
	var chain hexutil.Uint64
	var head struct {
		Hash common.Hash `json:"hash"`
	}
	header := new(types.Header)
	var touched struct {
		AccessList types.AccessList `json:"accessList"`
	}
	elems := []rpc.BatchElem{
		{Method: "eth_chainId", Result: &chain},
		{Method: "eth_getBlockByNumber", Args: []any{"latest", false}, Result: &twice{&head,
			header}},
		{Method: "eth_createAccessList", Args: []any{arguments(s), "latest"}, Result: &touched},
	}
	if err := n.batch(ctx, elems); err != nil {
		return nil, nil, err
	}
	for _, e := range elems[:2] {
		if e.Error != nil {
			return nil, nil, fmt.Errorf("%w: %s: %w", ErrNode, e.Method, e.Error)
		}
	}
	if have := header.Hash(); have != head.Hash {
		return nil, nil, fmt.Errorf("%w: the header hashes to %s, not to %s", ErrLying, have,
			head.Hash)
	}
	// The list only saves round trips: a missing or wrong one costs time.
	return &Block{Chain: uint64(chain), Hash: head.Hash, Header: header}, touched.AccessList, nil
}

// twice decodes one answer into two values.
type twice struct{ a, b any }

func (t *twice) UnmarshalJSON(raw []byte) error {
	if err := unmarshal(raw, t.a); err != nil {
		return err
	}
	return unmarshal(raw, t.b)
}

// zeroIfNil keeps amounts that a header lacks from being nil.
func zeroIfNil(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return n
}
