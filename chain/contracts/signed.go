package contracts

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"
)

// EIP-712: what a trader signs is
//
//	keccak(0x1901 ‖ domain ‖ keccak(keccak(orderType) ‖ field ‖ … ‖ field))
//
// with every field in a word of its own, so that a signature is good for one
// order, one nonce, one window of blocks, one contract and one chain.
const (
	domainType = "EIP712Domain(string name,string version,uint256 chainId," +
		"address verifyingContract)"
	domainName    = "Agon Market"
	domainVersion = "1"
	orderType     = "Order(address trader,uint64 question,uint8 book,uint8 action," +
		"uint128 amount,uint64 limit,uint64 expiry,uint256 nonce,uint64 fromBlock," +
		"uint64 toBlock)"
)

var (
	domainTypeHash = crypto.Keccak256([]byte(domainType))
	orderTypeHash  = crypto.Keccak256([]byte(orderType))
	nameHash       = crypto.Keccak256([]byte(domainName))
	versionHash    = crypto.Keccak256([]byte(domainVersion))

	// halfOrder is ⌊n/2⌋, n the order of secp256k1: of s and n − s, which sign
	// alike, only the lower counts (EIP-2), so a signature has one spelling.
	halfOrder = common.FromHex(
		"7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0")
)

// DomainSeparator is the EIP-712 domain of orders signed for the chain.
func DomainSeparator(chainID uint64) [32]byte {
	id := uint256.NewInt(chainID).Bytes32()
	return crypto.Keccak256Hash(domainTypeHash, nameHash, versionHash, id[:],
		common.LeftPadBytes(MarketAddress[:], 32))
}

// Digest is what o's trader signs under a domain.
func (o *SignedOrder) Digest(domain [32]byte) [32]byte {
	amount, nonce := o.Order.Amount.Bytes32(), o.Nonce.Bytes32()
	b := make([]byte, 0, 11*32)
	b = append(b, orderTypeHash...)
	b = append(append(b, make([]byte, 12)...), o.Trader[:]...)
	b = appendWord(b, o.Order.Question)
	b = appendWord(b, uint64(o.Order.Book))
	b = appendWord(b, uint64(o.Order.Action))
	b = append(b, amount[:]...)
	b = appendWord(b, o.Order.Limit)
	b = appendWord(b, o.Order.Expiry)
	b = append(b, nonce[:]...)
	b = appendWord(b, o.FromBlock)
	b = appendWord(b, o.ToBlock)
	hash := crypto.Keccak256Hash(b)
	return crypto.Keccak256Hash([]byte{0x19, 0x01}, domain[:], hash[:])
}

func appendWord(b []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, make([]byte, 24)...), n)
}

// genuine tells whether o carries its trader's signature: known has it, or it
// is checked.
func (o *SignedOrder) genuine(domain [32]byte, known *proofs) bool {
	digest := o.Digest(domain)
	return known.has(proof{digest, o.R, o.VS}) || o.signed(digest)
}

// signed recovers the signature (EIP-2098: r, then s with the parity of the
// recovered point's y in the top bit) and tells whether it is the trader's.
func (o *SignedOrder) signed(digest [32]byte) bool {
	var sig [65]byte
	copy(sig[:32], o.R[:])
	copy(sig[32:64], o.VS[:])
	sig[64] = sig[32] >> 7
	sig[32] &= 0x7f
	if bytes.Compare(sig[32:64], halfOrder) > 0 {
		return false
	}
	key, err := crypto.Ecrecover(digest[:], sig[:])
	if err != nil {
		return false
	}
	return [20]byte(crypto.Keccak256(key[1:])[12:]) == o.Trader
}

// maxVerifiers bounds the goroutines of one call, minShare what is worth one.
const (
	maxVerifiers = 16
	minShare     = 8
)

// verify tells of each order whether its signature is genuine. Signatures are
// independent and checking them is a pure function, so the answer does not
// depend on how many goroutines share the work.
func verify(orders []SignedOrder, domain [32]byte, known *proofs) []bool {
	good := make([]bool, len(orders))
	workers := min(maxVerifiers, runtime.GOMAXPROCS(0), len(orders)/minShare)
	var wait sync.WaitGroup
	for w := 1; w < workers; w++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			verifyShare(orders, domain, known, good, w, workers)
		}()
	}
	verifyShare(orders, domain, known, good, 0, max(workers, 1))
	wait.Wait()
	return good
}

// verifyShare checks every stride-th order, beginning with first.
func verifyShare(orders []SignedOrder, domain [32]byte, known *proofs, good []bool,
	first, stride int) {
	for i := first; i < len(orders); i += stride {
		good[i] = orders[i].genuine(domain, known)
	}
}
