package chain

import (
	"errors"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
)

// hungry is an empty transfer of a development account that asks for gas it
// does not need, and tips.
func hungry(t testing.TB, eth *ethclient.Client, from int, gas uint64, tip int64,
) *ethtypes.Transaction {
	t.Helper()
	a := DevAccounts()[from]
	return ethtypes.MustSignNewTx(a.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce(t, eth, a.Address), To: &common.Address{1},
		Gas: gas, GasFeeCap: big.NewInt(1e10), GasTipCap: big.NewInt(tip),
	})
}

// usersGas is what a block holds besides the tick.
const usersGas = MaxBlockGas - TickGas

// A block holds as much gas as its transactions ask for, so what is asked for
// and not used must cost, or one transfer a block would keep all others out.
func TestReservedGasIsPaidFor(t *testing.T) {
	n, eth := sharedNode(t)
	eventually(t, 5*time.Second, "a block", func() bool { return n.Height() > 1 })
	tx := hungry(t, eth, 7, usersGas, 1)
	send(t, eth, tx)
	if r := mined(t, eth, tx); r.GasUsed < usersGas/2 {
		t.Errorf("%d gas reserved, %d paid for, want at least half", usersGas, r.GasUsed)
	}
}

// A transaction that no longer fits waits for the next block; those behind it,
// which fit, do not.
func TestOneThatDoesNotFitHoldsNobodyBack(t *testing.T) {
	n, eth := sharedNode(t)
	eventually(t, 5*time.Second, "a block", func() bool { return n.Height() > 1 })
	for range 20 {
		first := hungry(t, eth, 7, usersGas/2, 3e9)
		second := hungry(t, eth, 8, usersGas/2+1, 2e9)
		small := hungry(t, eth, 9, 21_000, 1e9)
		for _, tx := range []*ethtypes.Transaction{first, second, small} {
			send(t, eth, tx)
		}
		at := func(tx *ethtypes.Transaction) uint64 {
			return mined(t, eth, tx).BlockNumber.Uint64()
		}
		a, b, c := at(first), at(second), at(small)
		if a < b && c == b {
			t.Fatalf("reserved in %d and %d: the small one waited for %d", a, b, c)
		}
		if a < b && c == a {
			return
		}
	}
	t.Skip("the three never met in the pool")
}

// Whoever asks the node for work that never ends gets no answer, and holds up
// no block meanwhile.
func TestSlowQueriesHoldUpNoBlocks(t *testing.T) {
	n, eth := sharedNode(t)
	eventually(t, 5*time.Second, "a block", func() bool { return n.Height() > 1 })
	endless := map[string]any{"data": "0x5b600056", "gas": hexutil.Uint64(rpcCallGas)}
	quiet := map[string]any{"disableStack": true, "disableStorage": true}
	before := n.Height()
	var answer any
	err := eth.Client().Call(&answer, "debug_traceCall", endless, "latest", quiet)
	if err == nil {
		t.Fatalf("it answered %v", answer)
	}
	if blocks := n.Height() - before; blocks < 3 {
		t.Errorf("%d blocks went by meanwhile, want at least 3", blocks)
	}
}

// The methods that profile the node write to files of the caller's choice.
func TestNobodyProfilesTheNode(t *testing.T) {
	_, eth := sharedNode(t)
	file := filepath.Join(t.TempDir(), "profile")
	for method, args := range map[string][]any{
		"debug_writeMemProfile": {file}, "debug_startCPUProfile": {file},
		"debug_goTrace": {file, 1}, "debug_cpuProfile": {file, 1},
		"debug_blockProfile": {file, 1}, "debug_setGCPercent": {1},
	} {
		if err := eth.Client().Call(nil, method, args...); err == nil {
			t.Errorf("%s was answered", method)
		}
	}
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the node wrote a file: %v", err)
	}
}
