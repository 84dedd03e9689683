// Package devnode runs a throw-away node inside the process: free ports, quick
// blocks, no log, and a home that is gone when it stops. Tests use it, and
// whoever wants to confirm on a chain what was worked out in memory.
package devnode

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"time"

	"agon/chain"
)

// Node is a running node and its temporary home.
type Node struct {
	*chain.Node
	home string
}

// Start runs a node of one validator whose accounts are chain.DevAccounts.
func Start(ctx context.Context, block time.Duration) (*Node, error) {
	home, err := os.MkdirTemp("", "agon-devnode-")
	if err != nil {
		return nil, err
	}
	n := &Node{home: home}
	config := chain.Config{
		Home: home, HTTPAddr: "127.0.0.1:0", WSAddr: "127.0.0.1:0",
		BlockTime: block, LogLevel: silent,
	}
	if err = chain.InitHome(config); err == nil {
		n.Node, err = chain.Start(ctx, config)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(home))
	}
	return n, nil
}

// silent is above every level the node logs at.
const silent = slog.LevelError + 1

// Stop stops the node and removes its home.
func (n *Node) Stop() error {
	n.Node.Stop()
	return os.RemoveAll(n.home)
}

// Shared is one node for all tests of a process, started by the first that
// wants it. The zero value with a block time is ready; Stop belongs at the end
// of TestMain.
type Shared struct {
	Block time.Duration

	once sync.Once
	node *Node
	err  error
}

// Get is the node, or why it did not start.
func (s *Shared) Get() (*Node, error) {
	s.once.Do(func() { s.node, s.err = Start(context.Background(), s.Block) })
	return s.node, s.err
}

// Stop stops the node if anybody wanted it.
func (s *Shared) Stop() error {
	if s.node == nil {
		return nil
	}
	return s.node.Stop()
}
