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

// Prove checks the signatures of a call of IMarket.placeSigned or placePacked
// ahead of its execution, so that the block that carries it need not wait for
// them. Other calls are none of its business. It costs time in proportion to
// the input: call it for transactions that will pay for it.
func (m *Market) Prove(input []byte, chainID uint64) {
	orders := relayedIn(input)
	if len(orders) == 0 || len(orders) > maxOrders {
		return
	}
	good := make([]bool, len(orders))
	m.keys.examine(orders, DomainSeparator(chainID), good)
	m.proven.add(input, good)
}

// relayedIn is the orders that a call relays; none if it is another call, or
// one that will be refused.
func relayedIn(input []byte) []SignedOrder {
	if len(input) < 4 {
		return nil
	}
	switch [4]byte(input) {
	case placeSignedID:
		var in signedArgs
		if native.Unpack(input[4:], &in) == nil {
			return in.Orders
		}
	case placePackedID:
		var in packedArgs
		if native.Unpack(input[4:], &in) == nil {
			orders, _ := unpack(in.Orders) // none if they are malformed
			return orders
		}
	}
	return nil
}

// What selects the functions that take signed orders.
var (
	placeSignedID = [4]byte(crypto.Keccak256([]byte("placeSigned(" + signedType + "[])")))
	placePackedID = [4]byte(crypto.Keccak256([]byte("placePacked(bytes)")))
)

// signedType is SignedOrder in a function's signature.
const signedType = "(address,(uint64,uint8,uint8,uint128,uint64,uint64)," +
	"uint256,uint64,uint64,bytes32,bytes32)"
