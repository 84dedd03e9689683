package chain

import (
	"context"
	"log/slog"
	"os"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/ethclient"
)

// shared is the one node of the test process, for tests that look inside.
var shared struct {
	sync.Once
	node *Node
	eth  *ethclient.Client
	err  error
}

// sharedNode returns a running node whose state other tests may have changed.
func sharedNode(t testing.TB) (*Node, *ethclient.Client) {
	t.Helper()
	shared.Do(func() {
		var home string
		if home, shared.err = os.MkdirTemp("", "agon-node-*"); shared.err != nil {
			return
		}
		c := Config{Home: home, HTTPAddr: anyPort, WSAddr: anyPort, LogLevel: slog.LevelError + 1}
		if shared.err = InitHome(c); shared.err != nil {
			return
		}
		if shared.node, shared.err = Start(context.Background(), c); shared.err != nil {
			return
		}
		shared.eth, shared.err = ethclient.Dial(shared.node.HTTPURL())
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.node, shared.eth
}

// endShared stops the shared node, if a test used it, and removes what it and
// the forge left on disk.
func endShared() {
	if n := shared.node; n != nil {
		n.Stop()
		os.RemoveAll(n.config.Home)
	}
	if theForgeDir != "" {
		os.RemoveAll(theForgeDir)
	}
}
