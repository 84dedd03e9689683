package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/ethereum/go-ethereum/trie"
)

// Limits of the state of one simulation.
const (
	maxAccounts = 512
	maxSlots    = 8192
	maxCode     = 48 << 10 // bytes of one account: EIP-170 has 24 KB, some chains twice that
)

// unmarshal is json.Unmarshal, shared with the decoder of two values.
func unmarshal(raw []byte, into any) error { return json.Unmarshal(raw, into) }

// proven reads the state of one block from a node and believes only what comes
// with a Merkle proof. It keeps what it has read. The first failure stays: the
// EVM, which knows no errors of state, would go on with zeros.
type proven struct {
	ctx   context.Context
	node  *Node
	block *Block

	mu       sync.Mutex
	accounts map[common.Address]*types.StateAccount // nil: proven not to exist
	slots    map[slot]common.Hash
	codes    map[common.Hash][]byte
	failure  error

	// wanted is what was read and not there. While gathering, such reads give
	// zeros, so that one run finds as many of them as it can: its result is
	// thrown away, and it is run again once they have all been fetched together.
	gathering bool
	wanted    []types.AccessTuple
}

type slot struct {
	account common.Address
	key     common.Hash
}

func newProven(ctx context.Context, node *Node, block *Block) *proven {
	return &proven{
		ctx: ctx, node: node, block: block,
		accounts: map[common.Address]*types.StateAccount{}, slots: map[slot]common.Hash{},
		codes: map[common.Hash][]byte{types.EmptyCodeHash: nil},
	}
}

// proof is an answer to eth_getProof (EIP-1186).
type proof struct {
	Balance      *hexutil.Big    `json:"balance"`
	AccountProof []hexutil.Bytes `json:"accountProof"`
	StorageProof []struct {
		Key   string          `json:"key"`
		Proof []hexutil.Bytes `json:"proof"`
	} `json:"storageProof"`
}

// fetch gets accounts with slots, and the code of those not seen before, in one
// batch. An account without slots is fetched for itself.
func (p *proven) fetch(list types.AccessList) error {
	proofs := make([]proof, len(list))
	codes := make([]*hexutil.Bytes, len(list))
	var elems []rpc.BatchElem
	for i, item := range list {
		keys := make([]string, len(item.StorageKeys))
		for j, k := range item.StorageKeys {
			keys[j] = k.Hex()
		}
		elems = append(elems, rpc.BatchElem{
			Method: "eth_getProof", Args: []any{item.Address, keys, p.block.at()},
			Result: &proofs[i],
		})
		if _, known := p.accounts[item.Address]; !known {
			codes[i] = new(hexutil.Bytes)
			elems = append(elems, rpc.BatchElem{
				Method: "eth_getCode", Args: []any{item.Address, p.block.at()}, Result: codes[i],
			})
		}
	}
	if err := p.node.batch(p.ctx, elems); err != nil {
		return err
	}
	for _, e := range elems {
		if e.Error != nil {
			return fmt.Errorf("%w: %s: %w", ErrNode, e.Method, e.Error)
		}
	}
	for i, item := range list {
		if err := p.keep(item, &proofs[i], codes[i]); err != nil {
			return fmt.Errorf("%s: %w", item.Address, err)
		}
	}
	return nil
}

// keep checks the proofs of one account and stores what they prove. A nil code
// is one that was stored before.
func (p *proven) keep(item types.AccessTuple, pr *proof, code *hexutil.Bytes) error {
	if len(p.accounts) >= maxAccounts || len(p.slots)+len(item.StorageKeys) > maxSlots {
		return fmt.Errorf("%w: more than %d accounts or %d slots", ErrMuch, maxAccounts, maxSlots)
	}
	account, err := proveAccount(p.block.Header.Root, item.Address, pr.AccountProof)
	if err != nil {
		return err
	}
	root := types.EmptyRootHash
	if account != nil {
		root = account.Root
	}
	if account != nil && code != nil {
		if len(*code) > maxCode {
			return fmt.Errorf("%w: code of %d bytes", ErrNode, len(*code))
		}
		if hash := crypto.Keccak256(*code); !bytes.Equal(hash, account.CodeHash) {
			return fmt.Errorf("%w: code with the hash %x, want %x", ErrLying, hash,
				account.CodeHash)
		}
		p.codes[common.BytesToHash(account.CodeHash)] = *code
	}
	if len(pr.StorageProof) != len(item.StorageKeys) {
		return fmt.Errorf("%w: %d storage proofs, want %d", ErrNode, len(pr.StorageProof),
			len(item.StorageKeys))
	}
	p.accounts[item.Address] = account
	for i, key := range item.StorageKeys {
		value, err := proveSlot(root, key, pr.StorageProof[i].Proof)
		if err != nil {
			return fmt.Errorf("slot %s: %w", key, err)
		}
		p.slots[slot{item.Address, key}] = value
	}
	return nil
}

// nodes is a proof as the database that the verifier walks.
type nodes map[common.Hash][]byte

func (n nodes) Has(key []byte) (bool, error) {
	_, ok := n[common.BytesToHash(key)]
	return ok, nil
}

func (n nodes) Get(key []byte) ([]byte, error) {
	if v, ok := n[common.BytesToHash(key)]; ok {
		return v, nil
	}
	return nil, ErrLying
}

// walk proves the value of a key, nil if the key is proven to be absent.
func walk(root common.Hash, key []byte, path []hexutil.Bytes) ([]byte, error) {
	if root == types.EmptyRootHash {
		return nil, nil
	}
	db := nodes{}
	for _, n := range path {
		db[crypto.Keccak256Hash(n)] = n
	}
	value, err := trie.VerifyProof(root, crypto.Keccak256(key), db)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLying, err)
	}
	return value, nil
}

func proveAccount(root common.Hash, a common.Address, path []hexutil.Bytes) (*types.StateAccount,
	error) {
	value, err := walk(root, a[:], path)
	if err != nil || value == nil {
		return nil, err
	}
	account := new(types.StateAccount)
	if err := rlp.DecodeBytes(value, account); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLying, err)
	}
	return account, nil
}

func proveSlot(root, key common.Hash, path []hexutil.Bytes) (common.Hash, error) {
	value, err := walk(root, key[:], path)
	if err != nil || value == nil {
		return common.Hash{}, err
	}
	var content []byte
	if err := rlp.DecodeBytes(value, &content); err != nil {
		return common.Hash{}, fmt.Errorf("%w: %w", ErrLying, err)
	}
	return common.BytesToHash(content), nil
}

// The methods below are go-ethereum's state.Reader.

// Account reads an account, from what was fetched or in a round trip.
func (p *proven) Account(a common.Address) (*types.StateAccount, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.accounts[a]; !ok {
		if err := p.miss(types.AccessTuple{Address: a}); err != nil {
			return nil, err
		}
	}
	account := p.accounts[a]
	if account == nil {
		return nil, nil
	}
	return account.Copy(), nil
}

// Storage reads a slot.
func (p *proven) Storage(a common.Address, key common.Hash) (common.Hash, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.slots[slot{a, key}]; !ok {
		if err := p.miss(types.AccessTuple{Address: a,
			StorageKeys: []common.Hash{key}}); err != nil {
			return common.Hash{}, err
		}
	}
	return p.slots[slot{a, key}], nil
}

// miss notes what no list foretold, or fetches it.
func (p *proven) miss(item types.AccessTuple) error {
	if p.failure != nil {
		return p.failure
	}
	if p.gathering {
		if len(p.wanted) < batchSize {
			p.wanted = append(p.wanted, item)
		}
		return nil
	}
	if p.failure = p.fetch(types.AccessList{item}); p.failure == nil {
		p.failure = p.ctx.Err()
	}
	return p.failure
}

// complete fetches what was wanted, in one round trip, and reports whether
// there was nothing: then the run before it saw no made-up zeros.
func (p *proven) complete() (bool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failure != nil || len(p.wanted) == 0 {
		return true, p.failure
	}
	byAccount := map[common.Address]int{}
	var list types.AccessList
	for _, w := range p.wanted {
		i, ok := byAccount[w.Address]
		if !ok {
			i = len(list)
			byAccount[w.Address] = i
			list = append(list, types.AccessTuple{Address: w.Address})
		}
		for _, k := range w.StorageKeys {
			if !slices.Contains(list[i].StorageKeys, k) {
				list[i].StorageKeys = append(list[i].StorageKeys, k)
			}
		}
	}
	p.wanted = nil
	p.failure = p.fetch(list)
	return false, p.failure
}

// failed gives the first failure.
func (p *proven) failed() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failure
}

// Code gives the code of a hash that an account had.
func (p *proven) Code(a common.Address, hash common.Hash) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.codes[hash]
}

// CodeSize is the length of Code.
func (p *proven) CodeSize(a common.Address, hash common.Hash) int { return len(p.Code(a, hash)) }

// Has reports whether the code is there.
func (p *proven) Has(_ common.Address, hash common.Hash) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, ok := p.codes[hash]
	return ok
}
