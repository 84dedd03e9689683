package contracts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
	"agon/chain/signatures"
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
	input, err := c.Market.contract.Pack("placeSigned",
		&signedArgs{[]SignedOrder{good, changed, borrowed}})
	if err != nil {
		t.Fatal(err)
	}
	c.Market.Prove(input, nativetest.ChainID)
	if have := c.Market.proven.of(input); fmt.Sprint(have) != "[true false false]" {
		t.Errorf("have %v", have)
	}
	other := bytes.Clone(input)
	other[len(other)-1] ^= 1
	if have := c.Market.proven.of(other); have != nil {
		t.Errorf("what nobody proved is known: %v", have)
	}
	// What cannot be decoded is passed over.
	for _, end := range []int{0, 3, 4, len(input) / 2} {
		c.Market.Prove(input[:end], nativetest.ChainID)
		if end >= 4 && c.Market.proven.of(input[:end]) != nil {
			t.Errorf("%d bytes of a call are known", end)
		}
	}
}

// A call that was proved and one that was not come to the same.
func TestProofChangesNothing(t *testing.T) {
	var logs [2]string
	for i := range logs {
		g := newGame(t)
		p := g.rich(1)
		id := g.ask(p, p.address, 100)
		good, bad := p.sign(signedBuy(id, 1)), p.sign(signedBuy(id, 2))
		bad.R[3] ^= 1
		input, err := g.Market.contract.Pack("placeSigned", &signedArgs{[]SignedOrder{bad, good}})
		if err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			g.Market.Prove(input, nativetest.ChainID)
		}
		r := g.Call(p.address, MarketAddress, input, 0, plenty)
		text, err := json.Marshal(r.Logs)
		if err != nil || r.Err != nil || len(r.Logs) != 2 {
			t.Fatal(err, r.Err, len(r.Logs))
		}
		logs[i] = fmt.Sprintf("%x %d %s", r.Return, r.Gas, text)
	}
	if logs[0] != logs[1] {
		t.Errorf("without proof\n%s\nwith\n%s", logs[0], logs[1])
	}
}

// Memory stays bounded, whatever is proved.
func TestProvenForgets(t *testing.T) {
	var proven proofs
	input := func(i int) []byte { return uint256.NewInt(uint64(i)).Bytes() }
	good := make([]bool, 1000)
	for i := range 2*provenLimit/len(good) + 2 {
		proven.add(input(i+1), good)
	}
	if proven.of(input(1)) != nil {
		t.Error("the oldest proof is still known: nothing is forgotten")
	}
	if n := len(proven.young) + len(proven.old); n > 2*provenLimit/len(good) {
		t.Errorf("the proofs of %d calls are kept", n)
	}
}

func TestKeyringForgets(t *testing.T) {
	var ring keyring
	account := func(i int) address { return common.BigToAddress(big.NewInt(int64(i))) }
	for i := range 2 * keyringLimit {
		ring.add(account(i), new(signatures.Key))
		if ring.of(account(7)) == nil && i >= 7 {
			t.Fatal("a key in use was forgotten")
		}
	}
	if ring.of(account(8)) != nil {
		t.Error("a key out of use is still known")
	}
	if n := len(ring.young) + len(ring.old); n > 2*keyringLimit {
		t.Errorf("%d keys are kept", n)
	}
}
