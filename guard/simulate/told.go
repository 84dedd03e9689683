package simulate

import (
	"context"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rpc"

	"agon/guard/calldata"
)

// maxTold bounds the accounts that a node is asked about without proofs.
const maxTold = 48

// told asks a node that gives no proofs for the facts of accounts, in one round
// trip. They are its word, as everything on the lower rungs is.
func (s *Simulator) told(ctx context.Context, block *Block, accounts []common.Address,
) (map[common.Address]*Facts, error) {
	questions := [][]byte{
		question(symbol), question(name), question(decimals),
		question(supports, common.BytesToHash(erc721)),
		question(supports, common.BytesToHash(erc1155)),
	}
	accounts = accounts[:min(len(accounts), maxTold)]
	codes := make([]hexutil.Bytes, len(accounts))
	slots := make([]common.Hash, len(accounts))
	answers := make([][]hexutil.Bytes, len(accounts))
	var elems []rpc.BatchElem
	for i, a := range accounts {
		elems = append(elems,
			rpc.BatchElem{Method: "eth_getCode", Args: []any{a, block.at()}, Result: &codes[i]},
			rpc.BatchElem{Method: "eth_getStorageAt", Args: []any{a, implementationSlot,
				block.at()}, Result: &slots[i]})
		answers[i] = make([]hexutil.Bytes, len(questions))
		for j, q := range questions {
			elems = append(elems, rpc.BatchElem{Method: "eth_call", Result: &answers[i][j],
				Args: []any{map[string]any{"to": a, "data": hexutil.Bytes(q)}, block.at()}})
		}
	}
	if err := s.node.batch(ctx, elems); err != nil {
		return nil, err
	}
	out := map[common.Address]*Facts{}
	each := 2 + len(questions)
	for i, a := range accounts {
		if err := elems[i*each].Error; err != nil {
			return nil, fmt.Errorf("%w: eth_getCode: %w", ErrNode, err)
		}
		out[a] = toldOf(codes[i], slots[i], answers[i])
	}
	return out, nil
}

// toldOf puts answers together; those that failed are empty.
func toldOf(code []byte, slot common.Hash, answers []hexutil.Bytes) *Facts {
	f := &Facts{Code: code, HasCode: len(code) > 0}
	if delegate, ok := types.ParseDelegation(code); ok {
		f.HasCode, f.Delegate = false, &delegate
		return f
	}
	if !f.HasCode {
		return f
	}
	f.CodeHash = crypto.Keccak256Hash(code)
	if slot != (common.Hash{}) {
		target := common.BytesToAddress(slot[:])
		f.Target = &target
	}
	t := &Token{}
	for _, yes := range answers[3:5] {
		t.Collection = t.Collection || len(yes) == 32 && new(big.Int).SetBytes(yes).Sign() > 0
	}
	var ok bool
	if t.Symbol, ok = textOf(answers[0]); !ok && !t.Collection {
		return f
	}
	t.Name, _ = textOf(answers[1])
	if n := new(big.Int).SetBytes(answers[2]); n.IsInt64() && n.Int64() <= 77 {
		t.Decimals = int(n.Int64())
	}
	f.Token = t
	return f
}

// textOf reads an answer that is a string, or the bytes32 of old tokens.
func textOf(out []byte) (string, bool) {
	const longest = 256
	if len(out) == 32 {
		for len(out) > 0 && out[len(out)-1] == 0 {
			out = out[:len(out)-1]
		}
		return string(out), len(out) > 0
	}
	v, _, err := calldata.Decode(textField, out)
	if err != nil || len(v.Elems[0].Raw) > longest {
		return "", false
	}
	return string(v.Elems[0].Raw), true
}
