package chain

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"agon/chain/contracts"
)

// A fresh node answers over a real socket, makes its first block quickly, and
// does what a wallet asks of it.
func TestWalletUsesNode(t *testing.T) {
	begin := time.Now()
	n, eth := sharedNode(t)
	ctx := context.Background()
	eventually(t, 5*time.Second, "the first block", func() bool {
		h, err := eth.BlockNumber(ctx)
		return err == nil && h > 0
	})
	t.Logf("first block %s after the start", time.Since(begin).Round(time.Millisecond))

	if id, err := eth.ChainID(ctx); err != nil || id.Uint64() != DefaultChainID {
		t.Errorf("chain id: want %d, have %v (%v)", DefaultChainID, id, err)
	}
	from, to := DevAccounts()[1], common.HexToAddress("0x1001")
	coins := new(big.Int).Mul(big.NewInt(devCoins), big.NewInt(1e18))
	if have := balance(t, eth, from.Address); have.Cmp(coins) != 0 {
		t.Errorf("a development account: want %s, have %s", coins, have)
	}
	message := ethereum.CallMsg{From: from.Address, To: &to, Value: big.NewInt(7)}
	if gas, err := eth.EstimateGas(ctx, message); err != nil || gas != 21_000 {
		t.Errorf("estimate of a transfer: want 21000, have %d (%v)", gas, err)
	}
	tx := transfer(from, 0, to, 7)
	send(t, eth, tx)
	receipt := mined(t, eth, tx)
	if receipt.Status != ethtypes.ReceiptStatusSuccessful || receipt.GasUsed != 21_000 {
		t.Errorf("transfer: status %d, gas %d", receipt.Status, receipt.GasUsed)
	}
	if have := balance(t, eth, to); have.Int64() != 7 {
		t.Errorf("received: want 7, have %s", have)
	}
	fees, err := eth.FeeHistory(ctx, 2, nil, []float64{50})
	if err != nil || len(fees.BaseFee) == 0 || fees.BaseFee[0].Cmp(big.NewInt(minBaseFee)) != 0 {
		t.Errorf("fee history: want base fee %d, have %+v (%v)", minBaseFee, fees, err)
	}
	if code, err := eth.CodeAt(ctx, contracts.MarketAddress, nil); err != nil || len(code) != 1 {
		t.Errorf("code of the market: want one byte, have %x (%v)", code, err)
	}
	if n.ChainID() != DefaultChainID || n.Height() < 1 {
		t.Errorf("node: chain %d, height %d", n.ChainID(), n.Height())
	}
}

var ticked = crypto.Keccak256Hash([]byte("Ticked(uint64,bytes32,uint32)"))

// Every block begins with the tick, which shows as a transaction with a receipt
// and a log, in eth_getLogs and in subscriptions.
func TestTickIsAnOrdinaryLog(t *testing.T) {
	n, eth := sharedNode(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	ws, err := ethclient.DialContext(ctx, n.WSURL())
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	query := ethereum.FilterQuery{Addresses: []common.Address{contracts.ClockAddress}}
	logs := make(chan ethtypes.Log, 16)
	subscription, err := ws.SubscribeFilterLogs(ctx, query, logs)
	if err != nil {
		t.Fatal(err)
	}
	defer subscription.Unsubscribe()
	heads := make(chan *ethtypes.Header, 16)
	headers, err := ws.SubscribeNewHead(ctx, heads)
	if err != nil {
		t.Fatal(err)
	}
	defer headers.Unsubscribe()

	var seen ethtypes.Log
	select {
	case seen = <-logs:
	case err := <-subscription.Err():
		t.Fatal(err)
	case <-ctx.Done():
		t.Fatal("no tick was seen over WebSocket")
	}
	select {
	case <-heads:
	case <-ctx.Done():
		t.Fatal("no header was seen over WebSocket")
	}
	if seen.TxIndex != 0 || len(seen.Topics) == 0 || seen.Topics[0] != ticked {
		t.Errorf("subscribed log: transaction %d, topics %v", seen.TxIndex, seen.Topics)
	}
	height := new(big.Int).SetUint64(seen.BlockNumber)
	query.FromBlock, query.ToBlock = height, height
	found, err := eth.FilterLogs(ctx, query)
	if err != nil || len(found) != 1 {
		t.Fatalf("logs of block %s: want the tick's, have %v (%v)", height, found, err)
	}
	receipt, err := eth.TransactionReceipt(ctx, found[0].TxHash)
	if err != nil || receipt.Status != ethtypes.ReceiptStatusSuccessful || len(receipt.Logs) != 1 {
		t.Errorf("the tick's receipt: %+v (%v)", receipt, err)
	}
	tx, _, err := eth.TransactionByHash(ctx, found[0].TxHash)
	if err != nil {
		t.Fatal(err)
	}
	if from, err := ethtypes.Sender(signer, tx); err != nil || from != Ticker() {
		t.Errorf("the tick's sender: want %s, have %s (%v)", Ticker(), from, err)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	n, eth := sharedNode(t)
	eventually(t, 5*time.Second, "two blocks", func() bool {
		h, err := eth.BlockNumber(context.Background())
		return err == nil && h > 2
	})
	get := func(path string) (int, string) {
		response, err := http.Get(n.HTTPURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		b, err := io.ReadAll(response.Body)
		if err != nil {
			t.Fatal(err)
		}
		return response.StatusCode, string(b)
	}
	status, body := get("/health")
	var h Health
	if err := json.Unmarshal([]byte(body), &h); err != nil {
		t.Fatalf("health: %v in %q", err, body)
	}
	if status != http.StatusOK || h.Status != "ok" || h.Height < 2 || h.ChainID != DefaultChainID {
		t.Errorf("health: %d %+v", status, h)
	}
	_, page := get("/metrics")
	for _, want := range []string{
		"agon_height ", "agon_block_interval_seconds_count", "agon_tick_seconds_count",
		"agon_block_execution_seconds_count", "agon_transactions_total{result=\"ok\"}",
		"agon_market_orders_total", "agon_market_fills_total", "agon_market_batches_total",
		"agon_pool_pending", "cometbft_consensus_height",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("metrics: no %s", want)
		}
	}
}

// The events that metrics count are those of the interface.
func TestMetricsKnowTheMarketsEvents(t *testing.T) {
	files, err := contracts.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	topics := make(map[common.Hash]string)
	for _, f := range files {
		if strings.HasSuffix(f.Name, ".abi.json") {
			for _, e := range parseABI(t, f.Text).Events {
				topics[e.ID] = e.Sig
			}
		}
	}
	for signature := range marketEvents {
		if topics[crypto.Keccak256Hash([]byte(signature))] == "" {
			t.Errorf("no contract has the event %s", signature)
		}
	}
}

func TestHomeIsNotReusedOrMissing(t *testing.T) {
	home := newHomeDir(t)
	if err := InitHome(Config{Home: home}); !errors.Is(err, ErrExists) {
		t.Errorf("a second InitHome: want %v, have %v", ErrExists, err)
	}
	if err := InitHome(Config{}); !errors.Is(err, ErrNoHome) {
		t.Errorf("InitHome without a home: want %v, have %v", ErrNoHome, err)
	}
	if !Exists(home) || Exists(filepath.Join(home, "nothing")) {
		t.Error("Exists does not tell a home from a missing one")
	}
	sharedNode(t)
	if _, err := Start(context.Background(), Config{Home: home}); !errors.Is(err, ErrSecondNode) {
		t.Errorf("a second node in one process: want %v, have %v", ErrSecondNode, err)
	}
}
