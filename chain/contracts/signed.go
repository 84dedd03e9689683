package contracts

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"sync"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"agon/chain/signatures"
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

// highS tells whether s, without the parity of y in its top bit, is above
// halfOrder.
func (o *SignedOrder) highS() bool {
	s := o.VS
	s[0] &= 0x7f
	return bytes.Compare(s[:], halfOrder) > 0
}

// signer recovers the signature (EIP-2098: r, then s with the parity of the
// recovered point's y in the top bit): the trader's uncompressed key, or nil
// if it is not the trader's signature.
func (o *SignedOrder) signer(digest [32]byte) []byte {
	if o.highS() {
		return nil
	}
	var sig [65]byte
	copy(sig[:32], o.R[:])
	copy(sig[32:64], o.VS[:])
	sig[64] = sig[32] >> 7
	sig[32] &= 0x7f
	key, err := crypto.Ecrecover(digest[:], sig[:])
	if err != nil || [20]byte(crypto.Keccak256(key[1:])[12:]) != o.Trader {
		return nil
	}
	return key
}

// signature is o's for a check together with others.
func (o *SignedOrder) signature(digest [32]byte, key *signatures.Key) signatures.Signature {
	s := o.VS
	s[0] &= 0x7f
	return signatures.Signature{Key: key, Digest: digest, R: o.R, S: s, Odd: o.VS[0]>>7 == 1}
}

// maxVerifiers bounds the goroutines of one call, minShare what is worth one.
const (
	maxVerifiers = 16
	minShare     = 8
)

// verify tells of each order whether it carries its trader's signature.
// Checking is a pure function, so the answer does not depend on how many
// goroutines share the work, nor on what the ring knows.
func (k *keyring) verify(orders []SignedOrder, domain [32]byte) []bool {
	good := make([]bool, len(orders))
	workers := max(1, min(maxVerifiers, runtime.GOMAXPROCS(0), len(orders)/minShare))
	var wait sync.WaitGroup
	for w := range workers {
		from, to := w*len(orders)/workers, (w+1)*len(orders)/workers
		if w == workers-1 {
			k.examine(orders[from:to], domain, good[from:to])
			break
		}
		wait.Add(1)
		go func() {
			defer wait.Done()
			k.examine(orders[from:to], domain, good[from:to])
		}()
	}
	wait.Wait()
	return good
}
