package client

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/client/imarket"
	"agon/game/market"
)

// Order is what a trader asks for. Amount is coins for a buy and shares for a
// sell; Limit is the price of the share traded, at most for a buy and at least
// for a sell; Expiry is the last block whose batch the order may join, 0 for
// the next batch only.
type Order struct {
	Question uint64
	Book     uint8
	Action   market.Action
	Amount   market.Amount
	Limit    market.Price
	Expiry   uint64
}

// wire is the order as the contract takes it.
func (o Order) wire() imarket.Order {
	return imarket.Order{
		Question: o.Question, Book: o.Book, Action: uint8(o.Action), Amount: o.Amount.ToBig(),
		Limit: uint64(o.Limit), Expiry: o.Expiry,
	}
}

// Permit is what is signed besides the order: a nonce that is used at most
// once, in any order, and the blocks, both inclusive, in which the order may
// be placed.
type Permit struct {
	Nonce              market.Amount
	FromBlock, ToBlock uint64
}

// NonceFor derives a permit's nonce from an idempotency key, so that whoever
// signs twice under one key has still only one order:
//
//	nonce = SHA-256("agon permit" ‖ trader ‖ key)
func NonceFor(trader common.Address, key string) market.Amount {
	h := sha256.New()
	h.Write([]byte("agon permit"))
	h.Write(trader[:])
	h.Write([]byte(key))
	var n market.Amount
	n.SetBytes(h.Sum(nil))
	return n
}

// SignedOrder is an order that any relayer may carry.
type SignedOrder struct {
	Trader common.Address
	Order  Order
	Permit Permit
	R, VS  [32]byte // EIP-2098: VS is s, with the parity of y in the top bit
}

// appendPacked appends the signed order as IMarket.placePacked takes it.
func (s *SignedOrder) appendPacked(b []byte) []byte {
	b = append(b, s.Trader[:]...)
	b = binary.AppendUvarint(b, s.Order.Question)
	b = append(b, s.Order.Book, byte(s.Order.Action))
	b = appendNumber(b, &s.Order.Amount)
	b = binary.BigEndian.AppendUint64(b, uint64(s.Order.Limit))
	b = binary.AppendUvarint(b, s.Order.Expiry)
	b = appendNumber(b, &s.Permit.Nonce)
	b = binary.AppendUvarint(b, s.Permit.FromBlock)
	b = binary.AppendUvarint(b, s.Permit.ToBlock)
	b = append(b, s.R[:]...)
	return append(b, s.VS[:]...)
}

// appendNumber appends the length of n and its bytes without leading zeros.
func appendNumber(b []byte, n *market.Amount) []byte {
	bytes := n.Bytes()
	return append(append(b, byte(len(bytes))), bytes...)
}

// EIP-712 types of the market's domain and of the one message it takes.
const (
	domainType = "EIP712Domain(string name,string version,uint256 chainId," +
		"address verifyingContract)"
	orderType = "Order(address trader,uint64 question,uint8 book,uint8 action,uint128 amount," +
		"uint64 limit,uint64 expiry,uint256 nonce,uint64 fromBlock,uint64 toBlock)"
	domainName    = "Agon Market"
	domainVersion = "1"
)

var (
	domainTypeHash = crypto.Keccak256([]byte(domainType))
	orderTypeHash  = crypto.Keccak256([]byte(orderType))
)

// Domain is the EIP-712 separator of the market on a chain.
func Domain(chainID *big.Int) [32]byte {
	return crypto.Keccak256Hash(
		domainTypeHash,
		crypto.Keccak256([]byte(domainName)),
		crypto.Keccak256([]byte(domainVersion)),
		common.LeftPadBytes(chainID.Bytes(), 32),
		common.LeftPadBytes(MarketAddress[:], 32),
	)
}

// Digest is what a trader signs: the order and its permit, in a domain.
//
//	keccak(0x1901 ‖ domain ‖ keccak(typehash ‖ the ten fields, 32 bytes each))
func Digest(domain [32]byte, trader common.Address, o Order, p Permit) [32]byte {
	amt, nonce := o.Amount.Bytes32(), p.Nonce.Bytes32()
	b := make([]byte, 0, 11*32)
	b = append(b, orderTypeHash...)
	b = append(b, common.LeftPadBytes(trader[:], 32)...)
	b = appendWord(b, o.Question)
	b = appendWord(b, uint64(o.Book))
	b = appendWord(b, uint64(o.Action))
	b = append(b, amt[:]...)
	b = appendWord(b, uint64(o.Limit))
	b = appendWord(b, o.Expiry)
	b = append(b, nonce[:]...)
	b = appendWord(b, p.FromBlock)
	b = appendWord(b, p.ToBlock)
	return crypto.Keccak256Hash([]byte{0x19, 0x01}, domain[:], crypto.Keccak256(b))
}

// appendWord appends v as 32 big-endian bytes.
func appendWord(b []byte, v uint64) []byte {
	b = append(b, make([]byte, 24)...)
	return binary.BigEndian.AppendUint64(b, v)
}

// ErrAmountRange reports an amount above market.MaxAmount.
var ErrAmountRange = errors.New("amount is above 2⁹⁶−1")

// Sign makes an order that any relayer may place for the owner of key.
func (c *Client) Sign(key *ecdsa.PrivateKey, o Order, p Permit) (SignedOrder, error) {
	if o.Amount.Gt(&market.MaxAmount) {
		return SignedOrder{}, fmt.Errorf("%w: %s", ErrAmountRange, o.Amount.Dec())
	}
	trader := crypto.PubkeyToAddress(key.PublicKey)
	digest := Digest(c.domain, trader, o, p)
	sig, err := crypto.Sign(digest[:], key)
	if err != nil {
		return SignedOrder{}, fmt.Errorf("signing an order of %s: %w", trader, err)
	}
	s := SignedOrder{Trader: trader, Order: o, Permit: p}
	copy(s.R[:], sig[:32])
	copy(s.VS[:], sig[32:64])
	s.VS[0] |= sig[64] << 7 // the library gives low s, so the top bit is free
	return s, nil
}

// Signer recovers who signed s; it differs from s.Trader if s was altered.
func (c *Client) Signer(s SignedOrder) (common.Address, error) {
	digest := Digest(c.domain, s.Trader, s.Order, s.Permit)
	var sig [65]byte
	copy(sig[:32], s.R[:])
	copy(sig[32:64], s.VS[:])
	sig[32] &= 0x7f
	sig[64] = s.VS[0] >> 7
	pub, err := crypto.SigToPub(digest[:], sig[:])
	if err != nil {
		return common.Address{}, fmt.Errorf("recovering the signer: %w", err)
	}
	return crypto.PubkeyToAddress(*pub), nil
}
