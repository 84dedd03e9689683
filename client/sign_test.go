package client

import (
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"

	"agon/game/market"
)

// typed is the order as a wallet sees it: go-ethereum's own EIP-712 code is
// the oracle for ours.
func typed(chainID int64, trader common.Address, o Order, p Permit) apitypes.TypedData {
	num := func(v uint64) string { return new(big.Int).SetUint64(v).String() }
	return apitypes.TypedData{
		Types: apitypes.Types{
			"EIP712Domain": {
				{Name: "name", Type: "string"}, {Name: "version", Type: "string"},
				{Name: "chainId", Type: "uint256"}, {Name: "verifyingContract", Type: "address"},
			},
			"Order": {
				{Name: "trader", Type: "address"}, {Name: "question", Type: "uint64"},
				{Name: "book", Type: "uint8"}, {Name: "action", Type: "uint8"},
				{Name: "amount", Type: "uint128"}, {Name: "limit", Type: "uint64"},
				{Name: "expiry", Type: "uint64"}, {Name: "nonce", Type: "uint256"},
				{Name: "fromBlock", Type: "uint64"}, {Name: "toBlock", Type: "uint64"},
			},
		},
		PrimaryType: "Order",
		Domain: apitypes.TypedDataDomain{
			Name: "Agon Market", Version: "1",
			ChainId:           (*math.HexOrDecimal256)(big.NewInt(chainID)),
			VerifyingContract: "0x000000000000000000000000000000000000A601",
		},
		Message: apitypes.TypedDataMessage{
			"trader": trader.Hex(), "question": num(o.Question), "book": num(uint64(o.Book)),
			"action": num(uint64(o.Action)), "amount": o.Amount.Dec(),
			"limit": num(uint64(o.Limit)), "expiry": num(o.Expiry), "nonce": p.Nonce.Dec(),
			"fromBlock": num(p.FromBlock), "toBlock": num(p.ToBlock),
		},
	}
}

// randomOrder draws every field over its whole range.
func randomOrder(r *rand.Rand) (Order, Permit) {
	o := Order{
		Question: r.Uint64(), Book: uint8(r.Uint32()), Action: market.Action(r.IntN(4)),
		Limit: market.Price(r.Uint64()), Expiry: r.Uint64(),
	}
	o.Amount = market.Amount{r.Uint64(), r.Uint64() >> 32}
	p := Permit{FromBlock: r.Uint64(), ToBlock: r.Uint64()}
	p.Nonce = market.Amount{r.Uint64(), r.Uint64(), r.Uint64(), r.Uint64()}
	return o, p
}

func TestDigestIsEIP712(t *testing.T) {
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 200 {
		o, p := randomOrder(r)
		trader := common.BigToAddress(new(big.Int).SetUint64(r.Uint64()))
		chainID := r.Int64N(1 << 40)
		want, _, err := apitypes.TypedDataAndHash(typed(chainID, trader, o, p))
		if err != nil {
			t.Fatal(err)
		}
		have := Digest(Domain(big.NewInt(chainID)), trader, o, p)
		if common.Hash(have) != common.BytesToHash(want) {
			t.Fatalf("seed %d, order %d: digest %x, want %x", seed, i, have, want)
		}
	}
}

func TestSignatureNamesItsSigner(t *testing.T) {
	const seed = 8
	r := rand.New(rand.NewPCG(seed, 0))
	c := &Client{domain: Domain(big.NewInt(42497))}
	for range 20 {
		key, err := crypto.GenerateKey()
		if err != nil {
			t.Fatal(err)
		}
		trader := crypto.PubkeyToAddress(key.PublicKey)
		o, p := randomOrder(r)
		s, err := c.Sign(key, o, p)
		if err != nil {
			t.Fatal(err)
		}
		if who, err := c.Signer(s); err != nil || who != trader {
			t.Fatalf("seed %d: signer %s (%v), want %s", seed, who, err, trader)
		}
		for name, alter := range map[string]func(*SignedOrder){
			"question": func(s *SignedOrder) { s.Order.Question ^= 1 },
			"book":     func(s *SignedOrder) { s.Order.Book ^= 1 },
			"action":   func(s *SignedOrder) { s.Order.Action ^= 1 },
			"amount":   func(s *SignedOrder) { s.Order.Amount[0] ^= 1 },
			"limit":    func(s *SignedOrder) { s.Order.Limit ^= 1 },
			"expiry":   func(s *SignedOrder) { s.Order.Expiry ^= 1 },
			"nonce":    func(s *SignedOrder) { s.Permit.Nonce[3] ^= 1 },
			"from":     func(s *SignedOrder) { s.Permit.FromBlock ^= 1 },
			"to":       func(s *SignedOrder) { s.Permit.ToBlock ^= 1 },
			"trader":   func(s *SignedOrder) { s.Trader[0] ^= 1 },
			"parity":   func(s *SignedOrder) { s.VS[0] ^= 0x80 },
			"s":        func(s *SignedOrder) { s.VS[31] ^= 1 },
		} {
			bad := s
			alter(&bad)
			if who, err := c.Signer(bad); err == nil && who == trader {
				t.Errorf("seed %d: still the trader's after %s changed", seed, name)
			}
		}
	}
}

func TestSignRefusesWhatTheChainCannotTake(t *testing.T) {
	key, _ := crypto.GenerateKey()
	o := Order{Amount: market.Amount{0, 1 << 32}} // 2⁹⁶
	if _, err := (&Client{}).Sign(key, o, Permit{}); err == nil {
		t.Error("an amount of 2⁹⁶ was signed")
	}
}

func TestNonceForSeparatesTradersAndKeys(t *testing.T) {
	a, b := common.Address{1}, common.Address{2}
	if NonceFor(a, "x") != NonceFor(a, "x") {
		t.Error("one key gave two nonces")
	}
	if NonceFor(a, "x") == NonceFor(b, "x") || NonceFor(a, "x") == NonceFor(a, "y") {
		t.Error("two keys or traders gave one nonce")
	}
}
