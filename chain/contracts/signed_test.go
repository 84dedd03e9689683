package contracts

import (
	"bytes"
	"fmt"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
	"agon/game/market"
)

// sign fills in o's trader and signature.
func (p player) sign(o SignedOrder) SignedOrder {
	o.Trader = p.address
	digest := o.Digest(DomainSeparator(nativetest.ChainID))
	sig, err := crypto.Sign(digest[:], p.key)
	if err != nil {
		panic(err)
	}
	copy(o.R[:], sig[:32])
	copy(o.VS[:], sig[32:64])
	o.VS[0] |= sig[64] << 7
	return o
}

// signedBuy is a small order that rests until block 90, good in blocks 1 to 50.
func signedBuy(question, nonce uint64) SignedOrder {
	return SignedOrder{
		Order: Order{Question: question, Amount: *uint256.NewInt(cent), Limit: 2e17,
			Expiry: 90},
		Nonce: *uint256.NewInt(nonce), FromBlock: 1, ToBlock: 50,
	}
}

// typedData is o as wallets are shown it.
func typedData(o SignedOrder) apitypes.TypedData {
	member := func(name, kind string) apitypes.Type { return apitypes.Type{Name: name, Type: kind} }
	return apitypes.TypedData{
		Types: apitypes.Types{
			"EIP712Domain": {member("name", "string"), member("version", "string"),
				member("chainId", "uint256"), member("verifyingContract", "address")},
			"Order": {member("trader", "address"), member("question", "uint64"),
				member("book", "uint8"), member("action", "uint8"), member("amount", "uint128"),
				member("limit", "uint64"), member("expiry", "uint64"),
				member("nonce", "uint256"), member("fromBlock", "uint64"),
				member("toBlock", "uint64")},
		},
		PrimaryType: "Order",
		Domain: apitypes.TypedDataDomain{Name: "Agon Market", Version: "1",
			ChainId:           math.NewHexOrDecimal256(nativetest.ChainID),
			VerifyingContract: MarketAddress.Hex()},
		Message: apitypes.TypedDataMessage{
			"trader": common.Address(o.Trader).Hex(), "question": fmt.Sprint(o.Order.Question),
			"book": fmt.Sprint(o.Order.Book), "action": fmt.Sprint(o.Order.Action),
			"amount": o.Order.Amount.Dec(), "limit": fmt.Sprint(o.Order.Limit),
			"expiry": fmt.Sprint(o.Order.Expiry), "nonce": o.Nonce.Dec(),
			"fromBlock": fmt.Sprint(o.FromBlock), "toBlock": fmt.Sprint(o.ToBlock),
		},
	}
}

func randomOrder(r *rand.Rand) (o SignedOrder) {
	for i := range o.Trader {
		o.Trader[i] = byte(r.Uint32())
	}
	o.Order = Order{
		Question: r.Uint64(), Book: uint8(r.Uint32()), Action: uint8(r.Uint32()),
		Limit: r.Uint64(), Expiry: r.Uint64(),
	}
	o.Order.Amount[0], o.Order.Amount[1] = r.Uint64(), r.Uint64()
	for i := range o.Nonce {
		o.Nonce[i] = r.Uint64()
	}
	o.FromBlock, o.ToBlock = r.Uint64(), r.Uint64()
	return o
}

func TestDigestIsWhatWalletsSign(t *testing.T) {
	const seed = 712
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 50 {
		o := randomOrder(r)
		want, _, err := apitypes.TypedDataAndHash(typedData(o))
		if err != nil {
			t.Fatal(err)
		}
		have := o.Digest(DomainSeparator(nativetest.ChainID))
		if !bytes.Equal(have[:], want) {
			t.Fatalf("seed %d, order %d: want %x, have %x", seed, i, want, have)
		}
	}
}

// One vector in full, for whoever writes a signer of their own. It was made by
// this test's typedData and go-ethereum 1.17.2's signer/core/apitypes.
func TestGoldenDigest(t *testing.T) {
	o := signedBuy(7, 300)
	o.Trader = common.HexToAddress("0x00112233445566778899aabbccddeeff00112233")
	domain := DomainSeparator(nativetest.ChainID)
	digest := o.Digest(domain)
	for _, c := range []struct{ name, want, have string }{
		{"domain", goldenDomain, common.Hash(domain).Hex()},
		{"digest", goldenDigest, common.Hash(digest).Hex()},
	} {
		if c.want != c.have {
			t.Errorf("%s: want %s, have %s", c.name, c.want, c.have)
		}
	}
	theirs, _, err := apitypes.TypedDataAndHash(typedData(o))
	if err != nil || common.BytesToHash(theirs).Hex() != goldenDigest {
		t.Errorf("go-ethereum: have %x, %v", theirs, err)
	}
}

const (
	goldenDomain = "0x0e5e1145a1412b72cca6411cb5144afe4656ca8c84a8ace10563923726db1f71"
	goldenDigest = "0xdfc65605dee17815c2fe8e77ba737c84c5146b99ea15abfb0253fe889b5d0f5a"
)

func (g *game) relay(orders ...SignedOrder) ([]Placed, nativetest.Receipt) {
	g.t.Helper()
	var out placedList
	r := g.must(newPlayer(0), "placeSigned", &signedArgs{orders}, 0, &out)
	if len(out.Results) != len(orders) {
		g.t.Fatalf("%d orders, %d results", len(orders), len(out.Results))
	}
	return out.Results, r
}

// Each bad order is refused by itself for its own reason; its neighbours are
// placed, and its nonce is still good.
func TestOneBadOrderAmongMany(t *testing.T) {
	g := newGame(t)
	a, b := g.rich(1), g.rich(2)
	id := g.ask(a, a.address, 100)
	change := func(p player, f func(*SignedOrder)) SignedOrder {
		o := signedBuy(id, 1000)
		f(&o)
		return p.sign(o)
	}
	flipped := a.sign(signedBuy(id, 1000))
	flipped.Order.Limit++
	forged := b.sign(signedBuy(id, 1000))
	forged.Trader = a.address
	high := a.sign(signedBuy(id, 1000))
	high = malleate(high)
	none := signedBuy(id, 1000)
	none.Trader = a.address
	for _, c := range []struct {
		name string
		bad  SignedOrder
		want market.Reason
	}{
		{"changed after signing", flipped, market.BadSignature},
		{"signed by another", forged, market.BadSignature},
		{"the signature's other spelling", high, market.BadSignature},
		{"no signature", none, market.BadSignature},
		{"window not begun", change(a, func(o *SignedOrder) { o.FromBlock = 20 }), market.NotYet},
		{"window passed", change(a, func(o *SignedOrder) { o.FromBlock, o.ToBlock = 0, 0 }),
			market.WindowPassed},
		{"expired", change(a, func(o *SignedOrder) { o.Order.Expiry = 1 }), market.Expired},
		{"unknown question", change(a, func(o *SignedOrder) { o.Order.Question = 99 }),
			market.UnknownQuestion},
		{"no such book", change(a, func(o *SignedOrder) { o.Order.Book = 1 }), market.BadBook},
		{"no such action", change(a, func(o *SignedOrder) { o.Order.Action = 4 }),
			market.BadAction},
		{"limit out of bounds", change(a, func(o *SignedOrder) { o.Order.Limit = 0 }),
			market.BadLimit},
		{"dust", change(a, func(o *SignedOrder) { o.Order.Amount.SetUint64(1) }),
			market.TooSmall},
		{"astronomic", change(a, func(o *SignedOrder) { o.Order.Amount.Lsh(&o.Order.Amount, 60) }),
			market.TooLarge},
		{"unaffordable", change(a, func(o *SignedOrder) { o.Order.Amount.SetUint64(9 * coin) }),
			market.Unaffordable},
		{"nothing to sell", change(a, func(o *SignedOrder) {
			o.Order.Action, o.Order.Limit = 2, 9e17
		}), market.InsufficientShares},
		{"against one's own", change(a, func(o *SignedOrder) {
			o.Order.Action, o.Order.Limit = 1, 9e17
		}), market.SelfCross},
		{"nonce used", change(a, func(o *SignedOrder) { o.Nonce.SetUint64(1) }),
			market.NonceUsed},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGame(t)
			a, b := g.rich(1), g.rich(2)
			g.ask(a, a.address, 100)
			before := g.balance(a)
			placed, r := g.relay(a.sign(signedBuy(id, 1)), c.bad, b.sign(signedBuy(id, 1)))
			for i, want := range []market.Reason{market.OK, c.want, market.OK} {
				if have := market.Reason(placed[i].Reason); have != want ||
					(placed[i].ID != 0) != (want == market.OK) {
					t.Errorf("order %d: want %q, have %q, id %d", i, want, have, placed[i].ID)
				}
			}
			refusals := logsOf[RefusedOrder](g, r.Logs)
			if len(refusals) != 1 || refusals[0].Reason != uint8(c.want) ||
				refusals[0].Nonce != c.bad.Nonce || refusals[0].Trader != c.bad.Trader {
				t.Errorf("logs of refusals: %+v", refusals)
			}
			if n := len(logsOf[Ordered](g, r.Logs)); n != 2 {
				t.Errorf("want 2 orders logged, have %d", n)
			}
			spent := g.balance(a)
			if spent.Add(&spent, uint256.NewInt(cent)); spent != before {
				t.Errorf("a refused order cost its trader: %s, then %s", before.Dec(), spent.Dec())
			}
			g.audit()
			if c.want == market.NonceUsed {
				return
			}
			good := signedBuy(id, 1000)
			if again, _ := g.relay(a.sign(good)); again[0].Reason != 0 {
				t.Errorf("its nonce was burnt: reason %d", again[0].Reason)
			}
		})
	}
}

// malleate is the other signature of the same digest: n − s, y of the other
// parity.
func malleate(o SignedOrder) SignedOrder {
	s := new(big.Int).SetBytes(o.VS[:])
	parity := s.Bit(255)
	s.SetBit(s, 255, 0)
	s.Sub(crypto.S256().Params().N, s)
	s.SetBit(s, 255, 1-parity)
	s.FillBytes(o.VS[:])
	return o
}

func TestReplay(t *testing.T) {
	g := newGame(t)
	a := g.rich(1)
	id := g.ask(a, a.address, 100)
	o := a.sign(signedBuy(id, 256+7))
	for i, want := range []market.Reason{market.OK, market.NonceUsed} {
		placed, _ := g.relay(o, o)
		if have := market.Reason(placed[0].Reason); have != want ||
			market.Reason(placed[1].Reason) != market.NonceUsed {
			t.Errorf("round %d: have %+v", i, placed)
		}
	}
	var word wordValue
	g.must(a, "nonceWord", &wordArgs{a.address, *uint256.NewInt(1)}, 0, &word)
	if word.Value.Uint64() != 1<<7 {
		t.Errorf("nonce word: have %s", word.Value.Hex())
	}
	g.must(a, "invalidateNonces", &nonceArgs{*uint256.NewInt(2), *uint256.NewInt(1 << 3)}, 0, nil)
	if placed, _ := g.relay(a.sign(signedBuy(id, 512+3)), a.sign(signedBuy(id, 512+4))); market.
		Reason(placed[0].Reason) != market.NonceUsed || placed[1].Reason != 0 {
		t.Errorf("after invalidation: %+v", placed)
	}
}

// A signature is for one chain and one contract.
func TestOtherDomain(t *testing.T) {
	o := signedBuy(1, 1)
	o = newPlayer(1).sign(o)
	if o.signer(o.Digest(DomainSeparator(nativetest.ChainID))) == nil {
		t.Fatal("the signature is no good at home")
	}
	if o.signer(o.Digest(DomainSeparator(1))) != nil {
		t.Error("it is good on another chain")
	}
}

// Flipping any bit of what was signed, or of the signature, leaves nothing
// placed.
func TestEveryBitCounts(t *testing.T) {
	g := newGame(t)
	a := g.rich(1)
	id := g.ask(a, a.address, 100)
	input, err := g.Market.contract.Pack("placeSigned",
		&signedArgs{[]SignedOrder{a.sign(signedBuy(id, 1))}})
	if err != nil {
		t.Fatal(err)
	}
	before := g.digest()
	const head = 4 + 2*32 // selector, offset, length
	for bit := range 8 * (len(input) - head) {
		bad := bytes.Clone(input)
		bad[head+bit/8] ^= 1 << (bit % 8)
		r := g.Call(a.address, MarketAddress, bad, 0, plenty)
		if g.digest() != before {
			t.Fatalf("bit %d: the order was placed: %v", bit, r.Err)
		}
	}
	r := g.Call(a.address, MarketAddress, input, 0, plenty)
	if r.Err != nil || g.digest() == before {
		t.Fatalf("the order itself was not placed: %v", r.Err)
	}
}

// Neither the number of goroutines nor what the ring knows changes what verify
// says: bad signatures among good ones, of traders known and unknown.
func TestVerifyTogether(t *testing.T) {
	const seed = 37
	r := rand.New(rand.NewPCG(seed, 0))
	domain := DomainSeparator(nativetest.ChainID)
	var ring keyring
	for round, n := range []int{0, 1, 3, 4, 7, 8, 15, 16, 17, 100, 100} {
		orders, want := make([]SignedOrder, n), make([]bool, n)
		for i := range orders {
			orders[i] = newPlayer(r.IntN(5 + n/4)).sign(signedBuy(1, uint64(i)))
			want[i] = true
			if round%2 == 0 && r.IntN(3) == 0 {
				spoil(r, &orders[i])
				want[i] = false
			}
		}
		if have := ring.verify(orders, domain); fmt.Sprint(have) != fmt.Sprint(want) {
			t.Errorf("seed %d, %d orders: want %v, have %v", seed, n, want, have)
		}
	}
	if len(ring.young) < 5 {
		t.Errorf("the ring learned %d keys", len(ring.young))
	}
}

// spoil makes a signed order one that its trader did not sign.
func spoil(r *rand.Rand, o *SignedOrder) {
	switch r.IntN(5) {
	case 0:
		o.Order.Limit++
	case 1:
		o.VS[0] ^= 0x80
	case 2:
		o.R[31] ^= 1
	case 3:
		*o = malleate(*o)
	default:
		o.Trader = newPlayer(90_000 + r.IntN(3)).address
	}
}

// FuzzMarketCall wants of any calldata: no panic, and books that balance.
func FuzzMarketCall(f *testing.F) {
	g := newGame(f)
	a := g.rich(1)
	id := g.ask(a, a.address, 100)
	order := a.sign(signedBuy(id, 1))
	for name, args := range map[string]any{
		"placeSigned": &signedArgs{[]SignedOrder{order, order}},
		"placePacked": &packedArgs{pack(nil, order, order)},
		"place":       &placeArgs{[]Order{signedBuy(id, 1).Order}},
		"ask": &askArgs{Spec{Fields: []string{"a", "b"}, Members: []string{"x"}, Kind: 1,
			Openings: []uint64{5e17, 5e17}, Subsidy: *uint256.NewInt(coin), Resolver: a.address}},
		"dryRun":  &dryRunArgs{a.address, signedBuy(id, 1).Order},
		"orders":  &ordersArgs{id, 0, 10},
		"mintSet": &setArgs{id, *uint256.NewInt(cent)},
	} {
		input, err := g.Market.contract.Pack(name, args)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(input)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		g := newGame(t)
		a := g.rich(1)
		g.ask(a, a.address, 100)
		r := g.Call(a.address, MarketAddress, input, 0, plenty)
		if len(r.Return) == 36 && bytes.HasPrefix(r.Return, []byte{0x4e, 0x48, 0x7b, 0x71}) {
			t.Fatalf("panic on %x", input)
		}
		g.audit()
	})
}
