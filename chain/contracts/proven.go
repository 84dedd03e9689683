package contracts

import (
	"sync"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain/native"
)

// provenLimit is how many proofs one generation holds; two live at a time, at
// some 150 bytes each.
const provenLimit = 1 << 16

// proof names one check of a signature: digest, r and vs. The digest covers the
// trader, so that a proof found genuine is genuine for ever.
type proof struct{ digest, r, vs word }

// proofs remembers what was found genuine before its order is executed. It
// saves time and changes nothing: what it does not know is checked.
type proofs struct {
	sync.RWMutex
	young, old map[proof]struct{}
}

func (r *proofs) has(p proof) bool {
	r.RLock()
	defer r.RUnlock()
	_, young := r.young[p]
	_, old := r.old[p]
	return young || old
}

func (r *proofs) add(found []proof) {
	r.Lock()
	defer r.Unlock()
	for _, p := range found {
		if len(r.young) >= provenLimit || r.young == nil {
			r.old, r.young = r.young, make(map[proof]struct{})
		}
		r.young[p] = struct{}{}
	}
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
	domain := DomainSeparator(chainID)
	var found []proof
	for i := range in.Orders {
		o := &in.Orders[i]
		if digest := o.Digest(domain); o.signed(digest) {
			found = append(found, proof{digest, o.R, o.VS})
		}
	}
	m.proven.add(found)
}

// placeSignedID selects placeSigned.
var placeSignedID = [4]byte(crypto.Keccak256([]byte("placeSigned(" + signedType + "[])")))

// signedType is SignedOrder in a function's signature.
const signedType = "(address,(uint64,uint8,uint8,uint128,uint64,uint64)," +
	"uint256,uint64,uint64,bytes32,bytes32)"
