package contracts

import (
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
)

// What was checked ahead is known, and only that: not an order whose signature
// is another's, nor one that was changed after it was signed.
func TestProveKnowsWhatIsSigned(t *testing.T) {
	c, err := New(storetypes.NewKVStoreKey(StoreKey), storetypes.NewObjectStoreKey(NotesKey),
		common.Address{})
	if err != nil {
		t.Fatal(err)
	}
	good := newPlayer(70_001).sign(SignedOrder{
		Order: Order{Question: 1, Amount: *uint256.NewInt(5)}, ToBlock: 9,
	})
	changed := good
	changed.Order.Amount = *uint256.NewInt(6)
	borrowed := good
	borrowed.Trader = newPlayer(70_002).address
	later := newPlayer(70_001).sign(SignedOrder{Order: good.Order, ToBlock: 10})
	input, err := c.Market.contract.Pack("placeSigned",
		&signedArgs{[]SignedOrder{good, changed, borrowed}})
	if err != nil {
		t.Fatal(err)
	}
	c.Market.Prove(input, nativetest.ChainID)
	domain := DomainSeparator(nativetest.ChainID)
	for _, o := range []struct {
		name    string
		order   SignedOrder
		known   bool
		genuine bool
	}{
		{"a signed order", good, true, true},
		{"one changed after signing", changed, false, false},
		{"one with another's signature", borrowed, false, false},
		{"a signed order nobody proved", later, false, true},
	} {
		known := c.Market.proven.has(proof{o.order.Digest(domain), o.order.R, o.order.VS})
		if known != o.known {
			t.Errorf("%s: known %v, want %v", o.name, known, o.known)
		}
		if genuine := o.order.genuine(domain, &c.Market.proven); genuine != o.genuine {
			t.Errorf("%s: genuine %v, want %v", o.name, genuine, o.genuine)
		}
	}
	// What cannot be decoded is passed over.
	for _, end := range []int{0, 3, 4, len(input) / 2} {
		c.Market.Prove(input[:end], nativetest.ChainID)
	}
}

// Memory stays bounded, whatever is proved.
func TestProvenForgets(t *testing.T) {
	var proven proofs
	var first word
	first[0] = 0xaa
	proven.add([]proof{{digest: first}})
	for i := range 2 * provenLimit {
		proven.add([]proof{{digest: uint256.NewInt(uint64(i) + 1).Bytes32()}})
	}
	if proven.has(proof{digest: first}) {
		t.Error("the oldest proof is still known: nothing is forgotten")
	}
	if n := len(proven.young) + len(proven.old); n > 2*provenLimit {
		t.Errorf("%d proofs are kept, want at most %d", n, 2*provenLimit)
	}
}
