package chain

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
)

// A node that was stopped goes on where it was: same state root, same balances,
// old receipts, higher blocks.
func TestRestartContinues(t *testing.T) {
	t.Parallel()
	home, to := newHomeDir(t), common.HexToAddress("0xcafe")
	p := spawn(t, home)
	p.reach(1)
	tx := transfer(DevAccounts()[0], 0, to, 99)
	send(t, p.eth, tx)
	receipt := mined(t, p.eth, tx)
	height := p.height()
	root := stateRoot(p.eth, height)
	p.stop()

	p = spawn(t, home)
	p.reach(height + 2)
	if have := stateRoot(p.eth, height); have != root || root == (common.Hash{}) {
		t.Errorf("state root of block %d: want %s, have %s", height, root, have)
	}
	if have := balance(t, p.eth, to); have.Int64() != 99 {
		t.Errorf("balance: want 99, have %s", have)
	}
	again, err := p.eth.TransactionReceipt(context.Background(), tx.Hash())
	if err != nil || again.BlockHash != receipt.BlockHash {
		t.Errorf("receipt after the restart: %+v (%v)", again, err)
	}
	p.stop()
}

// kills is how often the node dies in TestKilledUnderLoad.
const kills = 3

// A node that is killed under load, at a random moment, loses nothing that was
// in a block it had shown to anybody.
func TestKilledUnderLoad(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	home, to := newHomeDir(t), common.HexToAddress("0xf00d")
	var (
		from  = DevAccounts()[0]
		sent  []*ethtypes.Transaction
		shown = make(map[common.Hash]common.Hash) // transaction → block, as seen by a client
		roots = make(map[uint64]common.Hash)
	)
	for round := range kills {
		p := spawn(t, home)
		p.settle()
		// What was only pending died with the process: its owner sends it again.
		next := nonce(t, p.eth, from.Address)
		for _, tx := range sent[min(int(next), len(sent)):] {
			send(t, p.eth, tx)
		}
		deadline := time.Now().Add(time.Second + time.Duration(random.IntN(1500))*time.Millisecond)
		for time.Now().Before(deadline) {
			for range 20 {
				tx := transfer(from, uint64(len(sent)), to, 1)
				sent = append(sent, tx)
				send(t, p.eth, tx)
			}
			look(p, sent, shown)
			h := p.height()
			if root := stateRoot(p.eth, h); root != (common.Hash{}) {
				roots[h] = root
			}
		}
		p.kill()
		t.Logf("killed %d: %d sent, %d seen in blocks", round+1, len(sent), len(shown))
	}
	p := spawn(t, home)
	p.settle()
	for _, tx := range sent[min(int(nonce(t, p.eth, from.Address)), len(sent)):] {
		send(t, p.eth, tx)
	}
	mined(t, p.eth, sent[len(sent)-1])
	for hash, block := range shown {
		receipt, err := p.eth.TransactionReceipt(context.Background(), hash)
		if err != nil || receipt.BlockHash != block {
			t.Errorf("transaction %s was in block %s; now %+v (%v)", hash, block, receipt, err)
		}
	}
	for h, root := range roots {
		if have := stateRoot(p.eth, h); have != root {
			t.Errorf("state root of block %d: was %s, is %s", h, root, have)
		}
	}
	if have := balance(t, p.eth, to); have.Int64() != int64(len(sent)) {
		t.Errorf("received: want %d, once each, have %s", len(sent), have)
	}
	if len(shown) == 0 || len(roots) == 0 {
		t.Error("nothing was committed before a kill: the test proves nothing")
	}
	p.stop()
}

// settle waits for a block after the start. A block that was proposed before the
// process died may still come out of its log as the next one; after that, an
// account's nonce says what is left to send.
func (p *process) settle() { p.reach(p.height() + 1) }

// look notes the blocks of some recent transactions.
func look(p *process, sent []*ethtypes.Transaction, shown map[common.Hash]common.Hash) {
	for _, tx := range sent[max(0, len(sent)-200):] {
		if shown[tx.Hash()] != (common.Hash{}) {
			continue
		}
		receipt, err := p.eth.TransactionReceipt(context.Background(), tx.Hash())
		if err != nil {
			return // later nonces are not in blocks either
		}
		shown[tx.Hash()] = receipt.BlockHash
	}
}
