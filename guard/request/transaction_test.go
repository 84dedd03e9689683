package request

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/rlp"
	"github.com/holiman/uint256"
)

var (
	payee    = common.HexToAddress("0x00000000000000000000000000000000000000b0")
	delegate = common.HexToAddress("0x00000000000000000000000000000000000000de")
)

// bodies gives one transaction of each type.
func bodies(t *testing.T) []types.TxData {
	t.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	grant, err := types.SignSetCode(key, types.SetCodeAuthorization{
		ChainID: *uint256.NewInt(5), Address: delegate, Nonce: 9,
	})
	if err != nil {
		t.Fatal(err)
	}
	chain, u := big.NewInt(5), uint256.NewInt
	data := []byte{1, 2, 3, 4}
	return []types.TxData{
		&types.LegacyTx{Nonce: 1, GasPrice: big.NewInt(2), Gas: 3, To: &payee, Value: big.NewInt(4),
			Data: data},
		&types.AccessListTx{ChainID: chain, Nonce: 1, GasPrice: big.NewInt(2), Gas: 3, To: &payee,
			Value: big.NewInt(4), Data: data, AccessList: types.AccessList{{Address: payee}}},
		&types.DynamicFeeTx{ChainID: chain, Nonce: 1, GasFeeCap: big.NewInt(2),
			GasTipCap: big.NewInt(1),
			Gas:       3, To: &payee, Value: big.NewInt(4), Data: data},
		&types.BlobTx{ChainID: u(5), Nonce: 1, GasFeeCap: u(2), GasTipCap: u(1), Gas: 3, To: payee,
			Value: u(4), Data: data, BlobFeeCap: u(1), BlobHashes: []common.Hash{{1}}},
		&types.SetCodeTx{ChainID: u(5), Nonce: 1, GasFeeCap: u(2), GasTipCap: u(1), Gas: 3,
			To:    payee,
			Value: u(4), Data: data, AuthList: []types.SetCodeAuthorization{grant}},
	}
}

func TestDecodeSignedTransactions(t *testing.T) {
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	from := crypto.PubkeyToAddress(key.PublicKey)
	for i, body := range bodies(t) {
		signed := types.MustSignNewTx(key, types.LatestSignerForChainID(big.NewInt(5)), body)
		raw, err := signed.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		tx, err := DecodeTransaction(raw)
		if err != nil {
			t.Errorf("type %d: %v", i, err)
			continue
		}
		if int(tx.Type) != i || !tx.Signed || *tx.From != from || *tx.To != payee ||
			*tx.Nonce != 1 ||
			tx.Value.Int64() != 4 || *tx.Gas != 3 || tx.GasFee.Int64() != 2 ||
			tx.Chain.Int64() != 5 ||
			!bytes.Equal(tx.Data, []byte{1, 2, 3, 4}) {
			t.Errorf("type %d: %+v", i, tx)
		}
		if i == 4 && (len(tx.Grants) != 1 || tx.Grants[0].Delegate != delegate ||
			tx.Grants[0].Authority == nil || tx.Grants[0].Nonce != 9) {
			t.Errorf("authorisations %+v", tx.Grants)
		}
		if i == 3 && len(tx.Blobs) != 1 || i == 1 && len(tx.Access) != 1 {
			t.Errorf("type %d: %+v", i, tx)
		}
	}
}

// TestDecodeUnsignedTransactions reads what hardware wallets are handed.
func TestDecodeUnsignedTransactions(t *testing.T) {
	chain, zero := uint64(5), uint64(0)
	legacy, err := rlp.EncodeToBytes([]any{
		uint64(1), big.NewInt(2), uint64(3), payee, big.NewInt(4), []byte{1}, chain, zero, zero,
	})
	if err != nil {
		t.Fatal(err)
	}
	fees, err := rlp.EncodeToBytes([]any{
		chain, uint64(1), big.NewInt(1), big.NewInt(2), uint64(3), payee, big.NewInt(4), []byte{1},
		types.AccessList{},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range [][]byte{legacy, append([]byte{2}, fees...)} {
		tx, err := DecodeTransaction(raw)
		if err != nil {
			t.Errorf("%x: %v", raw, err)
			continue
		}
		if tx.Signed || tx.From != nil || tx.Chain.Uint64() != chain || *tx.To != payee {
			t.Errorf("%+v", tx)
		}
	}
}

// TestUnprotectedTransactionIsTold: without EIP-155 a signature serves on every
// chain.
func TestUnprotectedTransactionIsTold(t *testing.T) {
	key, _ := crypto.GenerateKey()
	signed := types.MustSignNewTx(key, types.HomesteadSigner{}, bodies(t)[0])
	raw, _ := signed.MarshalBinary()
	tx, err := DecodeTransaction(raw)
	if err != nil || !tx.Replays || tx.Chain != nil {
		t.Errorf("%+v, %v", tx, err)
	}
}

func TestDecodeTransactionRefuses(t *testing.T) {
	for name, raw := range map[string]string{
		"nothing":           "",
		"unknown type":      "05c0",
		"too few members":   "c20102",
		"not a list":        "02820102",
		"huge length":       "02ffffffffffffffffff",
		"an address of one": "02e4050101020301" + strings.Repeat("01", 20),
	} {
		b, err := hex.DecodeString(raw)
		if err != nil {
			t.Fatal(err)
		}
		if tx, err := DecodeTransaction(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %+v, %v", name, tx, err)
		}
	}
}

// TestEveryByteCounts: no byte of a signed transaction can change without the
// decoder noticing or the transaction's sender or content changing.
func TestEveryByteCounts(t *testing.T) {
	key, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	const seed = 7
	rng := rand.New(rand.NewPCG(seed, seed))
	for i, body := range bodies(t) {
		signed := types.MustSignNewTx(key, types.LatestSignerForChainID(big.NewInt(5)), body)
		raw, _ := signed.MarshalBinary()
		before, err := DecodeTransaction(raw)
		if err != nil {
			t.Fatal(err)
		}
		for at := range raw {
			changed := bytes.Clone(raw)
			changed[at] ^= byte(1 + rng.IntN(255))
			after, err := DecodeTransaction(changed)
			if err == nil && before.Same(after) && after.Signed && *after.From == *before.From {
				t.Errorf("type %d: byte %d of %d is not noticed (seed %d)", i, at, len(raw), seed)
			}
		}
	}
}

func FuzzDecodeTransaction(f *testing.F) {
	f.Add([]byte{2, 0xc0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		tx, err := DecodeTransaction(raw)
		if err == nil && tx.Value == nil {
			t.Fatal("a transaction without value")
		}
	})
}
