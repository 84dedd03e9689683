package request

import (
	"bytes"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rlp"
)

// Transaction is what a transaction will do, whatever its envelope. Fees are
// in wei per gas; those that the request leaves open are nil.
type Transaction struct {
	Type    uint8 // 0 legacy, 1 EIP-2930, 2 EIP-1559, 3 EIP-4844, 4 EIP-7702
	Chain   *big.Int
	From    *common.Address // known for signed ones and for eth_sendTransaction
	To      *common.Address // nil: a new contract
	Nonce   *uint64
	Value   *big.Int
	Gas     *uint64
	GasFee  *big.Int // gasPrice or maxFeePerGas
	Tip     *big.Int
	Data    []byte
	Blobs   []common.Hash
	Access  types.AccessList
	Grants  []Authorization
	Signed  bool
	Replays bool // signed without a chain id: valid on every chain

	Operation *Operation // set if a user operation carries the call
}

// Authorization lets Delegate's code act as Authority (EIP-7702).
type Authorization struct {
	Chain     *big.Int // 0: on every chain
	Delegate  common.Address
	Nonce     uint64
	Authority *common.Address // nil if the signature is missing or does not recover
}

// envelope says where the members of a transaction stand in its RLP list.
type envelope struct {
	members          int // without signature
	chain, nonce     int
	tip, fee, gas    int
	to, value, data  int
	access           int
	hashes, grants   int
	blobFee          int
	signatureMembers int
}

// none marks members that an envelope does not have.
const none = -1

// envelopes by type: EIP-155 and Yellow Paper §4.2, EIP-2930, EIP-1559,
// EIP-4844, EIP-7702.
var envelopes = [...]envelope{
	0: {6, none, 0, none, 1, 2, 3, 4, 5, none, none, none, none, 3},
	1: {8, 0, 1, none, 2, 3, 4, 5, 6, 7, none, none, none, 3},
	2: {9, 0, 1, 2, 3, 4, 5, 6, 7, 8, none, none, none, 3},
	3: {11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, none, 9, 3},
	4: {10, 0, 1, 2, 3, 4, 5, 6, 7, 8, none, 9, none, 3},
}

// DecodeTransaction reads the bytes of a transaction, with its signature (as
// eth_sendRawTransaction has it) or without (as hardware wallets are handed it).
func DecodeTransaction(raw []byte) (*Transaction, error) {
	if len(raw) == 0 {
		return nil, fmt.Errorf("%w: an empty transaction", ErrMalformed)
	}
	if len(raw) > MaxBytes {
		return nil, ErrTooLarge
	}
	kind, body := uint8(0), raw
	if raw[0] < 0xc0 { // EIP-2718: a list begins with 0xc0 or more
		kind, body = raw[0], raw[1:]
	}
	if int(kind) >= len(envelopes) {
		return nil, fmt.Errorf("%w: transaction type %d is not known", ErrMalformed, kind)
	}
	var items []rlp.RawValue
	if err := rlp.DecodeBytes(body, &items); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	e := envelopes[kind]
	if kind == 3 && len(items) == 4 { // with its blobs: [transaction, blobs, …]
		if err := rlp.DecodeBytes(items[0], &items); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	if n := len(items); n != e.members && n != e.members+e.signatureMembers {
		return nil, fmt.Errorf("%w: %d members in a transaction of type %d, want %d or %d",
			ErrMalformed, n, kind, e.members, e.members+e.signatureMembers)
	}
	m := members{items: items}
	tx := &Transaction{
		Type: kind, Chain: m.number(e.chain), Nonce: m.small(e.nonce), To: m.address(e.to),
		Value: m.number(e.value), Gas: m.small(e.gas), GasFee: m.number(e.fee),
		Tip:  m.number(e.tip),
		Data: m.bytes(e.data),
	}
	m.into(e.access, &tx.Access)
	m.into(e.hashes, &tx.Blobs)
	tx.Grants = m.authorizations(e.grants)
	if m.err != nil {
		return nil, m.err
	}
	if len(tx.Data) > maxData {
		return nil, fmt.Errorf("%w: %d bytes of data, at most %d", ErrMalformed, len(tx.Data),
			maxData)
	}
	if len(items) > e.members {
		return tx, tx.readSignature(raw, m, e)
	}
	return tx, nil
}

// readSignature fills in the sender, and the chain of a legacy transaction.
func (tx *Transaction) readSignature(raw []byte, m members, e envelope) error {
	v, r, s := m.number(e.members), m.number(e.members+1), m.number(e.members+2)
	if m.err != nil {
		return m.err
	}
	if tx.Type == 0 && r.Sign() == 0 && s.Sign() == 0 { // EIP-155: what will be signed
		tx.Chain = v
		return nil
	}
	signed := new(types.Transaction)
	if err := signed.UnmarshalBinary(raw); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	var signer types.Signer
	switch chain := signed.ChainId(); {
	case tx.Type == 0 && !signed.Protected():
		tx.Replays, signer = true, types.HomesteadSigner{}
	case chain.Sign() == 0: // go-ethereum's signers panic on it
		return fmt.Errorf("%w: chain 0", ErrMalformed)
	default:
		tx.Chain, signer = chain, types.LatestSignerForChainID(chain)
	}
	from, err := types.Sender(signer, signed)
	if err != nil {
		return fmt.Errorf("%w: the signature fits no account: %w", ErrMalformed, err)
	}
	tx.From, tx.Signed = &from, true
	return nil
}

// members reads the members of an RLP list and keeps the first error. Members
// that the envelope does not have read as nil.
type members struct {
	items []rlp.RawValue
	err   error
}

func (m *members) into(i int, v any) {
	if i == none || m.err != nil {
		return
	}
	if err := rlp.DecodeBytes(m.items[i], v); err != nil {
		m.err = fmt.Errorf("%w: member %d: %w", ErrMalformed, i, err)
	}
}

func (m *members) number(i int) *big.Int {
	if i == none {
		return nil
	}
	n := new(big.Int)
	m.into(i, n)
	if n.BitLen() > 256 && m.err == nil {
		m.err = fmt.Errorf("%w: member %d has %d bits", ErrMalformed, i, n.BitLen())
	}
	return n
}

func (m *members) small(i int) *uint64 {
	n := new(uint64)
	m.into(i, n)
	return n
}

func (m *members) bytes(i int) []byte {
	var b []byte
	m.into(i, &b)
	return b
}

func (m *members) address(i int) *common.Address {
	b := m.bytes(i)
	switch {
	case len(b) == common.AddressLength:
		a := common.BytesToAddress(b)
		return &a
	case len(b) != 0 && m.err == nil:
		m.err = fmt.Errorf("%w: an address of %d bytes", ErrMalformed, len(b))
	}
	return nil
}

// maxGrants bounds the authorisations of one transaction: each costs a
// signature recovery.
const maxGrants = 256

func (m *members) authorizations(i int) []Authorization {
	var list []types.SetCodeAuthorization
	m.into(i, &list)
	if len(list) > maxGrants && m.err == nil {
		m.err = fmt.Errorf("%w: %d authorisations, at most %d", ErrMalformed, len(list), maxGrants)
	}
	if m.err != nil {
		return nil
	}
	out := make([]Authorization, len(list))
	for i := range list {
		out[i] = authorization(&list[i])
	}
	return out
}

func authorization(a *types.SetCodeAuthorization) Authorization {
	out := Authorization{Chain: a.ChainID.ToBig(), Delegate: a.Address, Nonce: a.Nonce}
	if who, err := a.Authority(); err == nil {
		out.Authority = &who
	}
	return out
}

// Same reports whether two transactions do the same thing, fees and nonce
// aside: the one that was reviewed and the one that is sent.
func (tx *Transaction) Same(other *Transaction) bool {
	number := func(a, b *big.Int) bool {
		if a == nil || b == nil {
			return a == b
		}
		return a.Cmp(b) == 0
	}
	address := func(a, b *common.Address) bool {
		if a == nil || b == nil {
			return a == b
		}
		return *a == *b
	}
	if !number(tx.Chain, other.Chain) || !number(tx.Value, other.Value) ||
		!address(tx.To, other.To) || !bytes.Equal(tx.Data, other.Data) ||
		len(tx.Grants) != len(other.Grants) || len(tx.Blobs) != len(other.Blobs) {
		return false
	}
	for i, g := range tx.Grants {
		o := other.Grants[i]
		if g.Delegate != o.Delegate || !number(g.Chain, o.Chain) || !address(g.Authority,
			o.Authority) {
			return false
		}
	}
	for i, h := range tx.Blobs {
		if h != other.Blobs[i] {
			return false
		}
	}
	return true
}
