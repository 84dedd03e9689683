package chain

import (
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Four validators: with one dead the chain goes on, with two it stops, and
// whoever comes back catches up with nothing lost.
func TestFourValidators(t *testing.T) {
	if testing.Short() {
		t.Skip("four processes")
	}
	configs, err := Testnet(t.TempDir(), 4, freePorts(t, 4), Config{})
	if err != nil {
		t.Fatal(err)
	}
	nodes := make([]*process, len(configs))
	for i, c := range configs {
		nodes[i] = spawn(t, c.Home)
	}
	for _, p := range nodes {
		p.reach(3)
	}
	from, to := DevAccounts()[0], common.HexToAddress("0x4444")
	// A transaction given to one node reaches a block whoever proposes it.
	tx := transfer(from, 0, to, 1)
	send(t, nodes[3].eth, tx)
	mined(t, nodes[0].eth, tx)
	agree(t, nodes, 3)

	nodes[3].kill()
	at := nodes[0].height()
	nodes[0].reach(at + 4)
	tx = transfer(from, 1, to, 1)
	send(t, nodes[0].eth, tx)
	mined(t, nodes[1].eth, tx)

	nodes[3] = spawn(t, configs[3].Home)
	nodes[3].reach(nodes[0].height())
	agree(t, nodes, nodes[0].height()-1)

	nodes[2].kill()
	nodes[3].kill()
	// A block may still be on its way; then nothing moves.
	time.Sleep(2 * time.Second)
	at = nodes[0].height()
	time.Sleep(3 * time.Second)
	if h := nodes[0].height(); h != at {
		t.Errorf("two of four are dead and the chain went from %d to %d", at, h)
	}
	nodes[2], nodes[3] = spawn(t, configs[2].Home), spawn(t, configs[3].Home)
	for _, p := range nodes {
		p.reach(at + 3)
	}
	agree(t, nodes, at)
	agree(t, nodes, at+2)
	for i, p := range nodes {
		if have := balance(t, p.eth, to); have.Cmp(big.NewInt(2)) != 0 {
			t.Errorf("node %d: balance %s, want 2", i, have)
		}
	}
	for _, p := range nodes {
		p.stop()
	}
}

// agree checks that all nodes have the same state after a block.
func agree(t *testing.T, nodes []*process, height uint64) {
	t.Helper()
	want := stateRoot(nodes[0].eth, height)
	for i, p := range nodes {
		p.reach(height)
		if have := stateRoot(p.eth, height); have != want || want == (common.Hash{}) {
			t.Errorf("node %d: state root of block %d is %s, node 0 has %s", i, height, have, want)
		}
	}
}

// A node that joins with the genesis file and one peer follows and agrees.
func TestNodeJoins(t *testing.T) {
	configs, err := Testnet(t.TempDir(), 1, freePorts(t, 1), Config{})
	if err != nil {
		t.Fatal(err)
	}
	founder := spawn(t, configs[0].Home)
	founder.reach(3)
	peer := peerAddress(t, configs[0])
	home := t.TempDir() + "/joined"
	if err := Join(Config{
		Home: home, HTTPAddr: anyPort, WSAddr: anyPort, Peers: []string{peer},
	}, configs[0].genesisFile()); err != nil {
		t.Fatal(err)
	}
	follower := spawn(t, home)
	follower.reach(5)
	agree(t, []*process{founder, follower}, 4)
	follower.stop()
	founder.stop()
}
