package contracts

import (
	"crypto/sha256"
	"sync"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain/native"
)

// provenLimit is how many orders' outcomes one generation holds; two live at a
// time.
const provenLimit = 1 << 18

// proofs remembers what was found of the signatures of a call before it is
// executed, by the hash of the call's input. It saves time and changes
// nothing: a call that it does not know is checked.
type proofs struct {
	sync.RWMutex
	young, old map[word][]bool
	size       int // outcomes in young
}

// of returns what was found of each order of an input; nil if nothing is known.
func (r *proofs) of(input []byte) []bool {
	id := sha256.Sum256(input)
	r.RLock()
	defer r.RUnlock()
	if good, ok := r.young[id]; ok {
		return good
	}
	return r.old[id]
}

func (r *proofs) add(input []byte, good []bool) {
	id := sha256.Sum256(input)
	r.Lock()
	defer r.Unlock()
	if r.size+len(good) > provenLimit || r.young == nil {
		r.old, r.young, r.size = r.young, make(map[word][]bool), 0
	}
	r.young[id] = good
	r.size += len(good)
}

// Prove checks the signatures of a call of IMarket.placeSigned ahead of its
// execution, so that the block that carries it need not wait for them. Other
// calls are none of its business. It costs time in proportion to the input:
// call it for transactions that will pay for it.
func (m *Market) Prove(input []byte, chainID uint64) {
	if len(input) < 4 || [4]byte(input) != placeSignedID {
		return
	}
	var in signedArgs
	if native.Unpack(input[4:], &in) != nil || len(in.Orders) > maxOrders {
		return
	}
	good := make([]bool, len(in.Orders))
	m.keys.examine(in.Orders, DomainSeparator(chainID), good)
	m.proven.add(input, good)
}

// placeSignedID selects placeSigned.
var placeSignedID = [4]byte(crypto.Keccak256([]byte("placeSigned(" + signedType + "[])")))

// signedType is SignedOrder in a function's signature.
const signedType = "(address,(uint64,uint8,uint8,uint128,uint64,uint64)," +
	"uint256,uint64,uint64,bytes32,bytes32)"
