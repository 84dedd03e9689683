package chain

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	"agon/chain/beacon"
	"agon/chain/contracts"
)

func parseABI(t testing.TB, text []byte) abi.ABI {
	t.Helper()
	parsed, err := abi.JSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// The call that proposals encode by hand is the one the interface describes.
func TestTickCallMatchesInterface(t *testing.T) {
	files, err := contracts.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name != "IClock.abi.json" {
			continue
		}
		signature := make([]byte, beacon.SignatureSize)
		for i := range signature {
			signature[i] = byte(i + 1)
		}
		want, err := parseABI(t, f.Text).Pack("tick", uint64(77), signature)
		if err != nil {
			t.Fatal(err)
		}
		have := tickCall(77, signature)
		if string(have) != string(want) {
			t.Errorf("tick(77, …):\nwant %x\nhave %x", want, have)
		}
		if s, err := tickSignature(have); err != nil || string(s) != string(signature) {
			t.Errorf("signature out of the call: %x (%v)", s, err)
		}
		return
	}
	t.Fatal("no interface of the clock")
}

// Everybody knows the ticker's key. Nobody can use it through a node.
func TestImpersonatedTickerIsRefused(t *testing.T) {
	_, eth := sharedNode(t)
	ctx := context.Background()
	next := nonce(t, eth, Ticker())
	empty := tickCall(1, make([]byte, beacon.SignatureSize))
	for name, tx := range map[string]*ethtypes.Transaction{
		"a payment":      transfer(ticker, next, common.HexToAddress("0x1"), 0),
		"a tick":         call(ticker, next, contracts.ClockAddress, empty),
		"a later tick":   call(ticker, next+1, contracts.ClockAddress, empty),
		"a free payment": freeTransfer(ticker, next),
	} {
		if err := eth.SendTransaction(ctx, tx); err == nil {
			t.Errorf("%s by the ticker: accepted by the node", name)
		}
	}
	before := balance(t, eth, Ticker())
	if before.Sign() != 0 {
		t.Errorf("the ticker owns %s: it needs nothing", before)
	}
}

// freeTransfer pays no fee, as only the tick may.
func freeTransfer(from Account, nonce uint64) *ethtypes.Transaction {
	to := common.HexToAddress("0x2")
	return ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.LegacyTx{
		Nonce: nonce, To: &to, Gas: 21_000, GasPrice: new(big.Int), Value: new(big.Int),
	})
}

// A tick in mid-block by anybody else reverts, and the beacon is what the
// proposer made it.
func TestTickInMidBlockIsHarmless(t *testing.T) {
	_, eth := sharedNode(t)
	from := DevAccounts()[2]
	ctx := context.Background()
	height, err := eth.BlockNumber(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// One for each of the next blocks: at least one has the right height.
	first := nonce(t, eth, from.Address)
	var txs []*ethtypes.Transaction
	for i := range uint64(4) {
		tx := call(from, first+i, contracts.ClockAddress, tickCall(height+1+i, make([]byte, 48)))
		send(t, eth, tx)
		txs = append(txs, tx)
	}
	for _, tx := range txs {
		receipt := mined(t, eth, tx)
		if receipt.Status != ethtypes.ReceiptStatusFailed || len(receipt.Logs) != 0 {
			t.Errorf("block %s: status %d with %d logs, want a failure and none",
				receipt.BlockNumber, receipt.Status, len(receipt.Logs))
		}
	}
}

// The ticker cannot be turned into a contract, by a transaction that carries
// its EIP-7702 authorisation or by one of its own.
func TestDelegatedTickerIsRefused(t *testing.T) {
	_, eth := sharedNode(t)
	from := DevAccounts()[3]
	ctx := context.Background()
	for _, chainID := range []uint64{0, DefaultChainID} {
		delegation, err := ethtypes.SignSetCode(ticker.Key, ethtypes.SetCodeAuthorization{
			ChainID: *uint256.NewInt(chainID),
			Address: contracts.MarketAddress,
			Nonce:   nonce(t, eth, Ticker()) + 3,
		})
		if err != nil {
			t.Fatal(err)
		}
		own, err := ethtypes.SignSetCode(DevAccounts()[4].Key, ethtypes.SetCodeAuthorization{
			ChainID: *uint256.NewInt(chainID), Address: contracts.MarketAddress,
		})
		if err != nil {
			t.Fatal(err)
		}
		tx := ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.SetCodeTx{
			ChainID: uint256.NewInt(DefaultChainID), Nonce: nonce(t, eth, from.Address),
			To: from.Address, Gas: 200_000,
			GasFeeCap: uint256.MustFromBig(gasPrice), GasTipCap: uint256.NewInt(1),
			AuthList: []ethtypes.SetCodeAuthorization{own, delegation},
		})
		if err := eth.SendTransaction(ctx, tx); err == nil {
			t.Errorf("chain %d: the node took a delegation of the ticker", chainID)
		}
	}
	if code, err := eth.CodeAt(ctx, Ticker(), nil); err != nil || len(code) != 0 {
		t.Errorf("code of the ticker: %x (%v)", code, err)
	}
}
