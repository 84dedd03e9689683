package ground

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
)

// Time limits: of building the node on a cold cache, of its start.
const (
	buildLimit = 15 * time.Minute
	startLimit = 60 * time.Second
)

// Ground is a running node with an account that has money.
type Ground struct {
	t     testing.TB
	URL   string
	Eth   *ethclient.Client
	Chain *big.Int
	bank  *ecdsa.PrivateKey
	tools map[string]artifact
	mu    sync.Mutex
}

// folder is where this package's files lie, whatever package tests it.
func folder() string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Dir(file)
}

// need fails where a tool must be there, as in CI, and skips elsewhere.
func need(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// build makes geth, at the version of geth/go.mod.
var build = sync.OnceValues(func() (string, error) {
	dir := filepath.Join(folder(), "geth")
	binary := filepath.Join(dir, "bin", "geth")
	ctx, cancel := context.WithTimeout(context.Background(), buildLimit)
	defer cancel()
	c := exec.CommandContext(ctx, "go", "build", "-o", binary,
		"github.com/ethereum/go-ethereum/cmd/geth")
	c.Dir = dir
	c.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building geth: %w\n%s", err, out)
	}
	return binary, nil
})

// Start runs a node for the length of a test, with contracts at hand. A block
// comes with every transaction.
func Start(t testing.TB) *Ground {
	t.Helper()
	tools, err := compile()
	need(t, err)
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	bank, err := crypto.GenerateKey()
	if err != nil {
		t.Fatal(err)
	}
	g := &Ground{t: t, bank: bank, tools: tools}
	port := freePort(t)
	g.URL = fmt.Sprintf("http://127.0.0.1:%d", port)
	home := t.TempDir()
	node := exec.Command(binary, "--dev", "--datadir", home, "--nodiscover", "--ipcdisable",
		"--http", "--http.addr", "127.0.0.1", "--http.port", fmt.Sprint(port),
		"--http.api", "eth,debug,net,web3", "--authrpc.port", fmt.Sprint(freePort(t)), "--port",
		"0",
		"--verbosity", "1", "--cache", "64", "--rpc.batch-request-limit", "2000", "--nousb")
	node.Stdout, node.Stderr = os.Stderr, os.Stderr
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		node.Process.Signal(syscall.SIGTERM)
		node.Wait()
	})
	g.connect()
	g.fund()
	return g
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// connect waits until the node answers.
func (g *Ground) connect() {
	g.t.Helper()
	deadline := time.Now().Add(startLimit)
	for {
		eth, err := ethclient.Dial(g.URL)
		if err == nil {
			if g.Chain, err = eth.ChainID(g.t.Context()); err == nil {
				g.Eth = eth
				g.t.Cleanup(eth.Close)
				return
			}
			eth.Close()
		}
		if time.Now().After(deadline) {
			g.t.Fatalf("the node does not answer after %s: %v", startLimit, err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// fund moves money from the node's own account to the bank's key.
func (g *Ground) fund() {
	g.t.Helper()
	var accounts []common.Address
	if err := g.Eth.Client().Call(&accounts, "eth_accounts"); err != nil || len(accounts) == 0 {
		g.t.Fatalf("the node has no account: %v", err)
	}
	var hash common.Hash
	amount := new(big.Int).Mul(big.NewInt(1e18), big.NewInt(1e6))
	err := g.Eth.Client().Call(&hash, "eth_sendTransaction", map[string]any{
		"from": accounts[0], "to": crypto.PubkeyToAddress(g.bank.PublicKey),
		"value": "0x" + amount.Text(16),
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.receipt(hash)
}

// receipt waits for a transaction.
func (g *Ground) receipt(hash common.Hash) *types.Receipt {
	g.t.Helper()
	deadline := time.Now().Add(startLimit)
	for {
		r, err := g.Eth.TransactionReceipt(g.t.Context(), hash)
		if err == nil {
			return r
		}
		if time.Now().After(deadline) || g.t.Context().Err() != nil {
			g.t.Fatalf("no receipt of %s: %v", hash, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Account makes an account with ten coins.
func (g *Ground) Account() (*ecdsa.PrivateKey, common.Address) {
	g.t.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		g.t.Fatal(err)
	}
	a := crypto.PubkeyToAddress(key.PublicKey)
	g.Transact(g.bank, &a, new(big.Int).Mul(big.NewInt(10), big.NewInt(1e18)), nil)
	return key, a
}

// Bank is the address that deploys contracts and owns them.
func (g *Ground) Bank() common.Address { return crypto.PubkeyToAddress(g.bank.PublicKey) }

// BankKey signs for the bank.
func (g *Ground) BankKey() *ecdsa.PrivateKey { return g.bank }

// submit hands a transaction to the node's pool, which learns of money that came
// with the last block a moment after the block's receipts can be read.
func (g *Ground) submit(tx *types.Transaction) {
	g.t.Helper()
	deadline := time.Now().Add(startLimit)
	for {
		err := g.Eth.SendTransaction(g.t.Context(), tx)
		if err == nil {
			return
		}
		if !strings.Contains(err.Error(), "insufficient funds") || time.Now().After(deadline) {
			g.t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// Transact sends a transaction and waits for it; a failure fails the test.
func (g *Ground) Transact(key *ecdsa.PrivateKey, to *common.Address, value *big.Int, data []byte,
) *types.Receipt {
	g.t.Helper()
	g.mu.Lock()
	defer g.mu.Unlock()
	ctx := g.t.Context()
	from := crypto.PubkeyToAddress(key.PublicKey)
	nonce, err := g.Eth.PendingNonceAt(ctx, from)
	if err != nil {
		g.t.Fatal(err)
	}
	head, err := g.Eth.HeaderByNumber(ctx, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	tip := big.NewInt(1e9)
	fee := new(big.Int).Add(tip, new(big.Int).Mul(head.BaseFee, big.NewInt(2)))
	const gas = 6_000_000
	tx, err := types.SignNewTx(key, types.LatestSignerForChainID(g.Chain), &types.DynamicFeeTx{
		ChainID: g.Chain, Nonce: nonce, GasTipCap: tip, GasFeeCap: fee, Gas: gas, To: to,
		Value: value,
		Data:  data,
	})
	if err != nil {
		g.t.Fatal(err)
	}
	g.submit(tx)
	r := g.receipt(tx.Hash())
	if r.Status != types.ReceiptStatusSuccessful {
		g.t.Fatal(errors.New("the transaction failed: " + strings.ToLower(tx.Hash().Hex())))
	}
	return r
}
