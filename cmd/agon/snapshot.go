package main

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"agon/chain"
	"agon/cmd/agon/term"
)

// archiveView says what was written or read.
type archiveView struct {
	File   string `json:"file"`
	Home   string `json:"home"`
	Height int64  `json:"height"`
}

// archiving makes one of the three verbs that work on a stopped node's home.
func (a *app) archiving(use, short, long, done string, examples string,
	do func(home, file string) (int64, error)) *cobra.Command {
	c := &cobra.Command{
		Use: use, GroupID: "node", Short: short, Long: long, Example: examples,
		Args: cobra.ExactArgs(1),
	}
	home := c.Flags().String("home", filepath.Join(a.agonDir(), "node"), "home of the node")
	c.RunE = func(_ *cobra.Command, args []string) error {
		height, err := do(*home, args[0])
		if err != nil {
			return err
		}
		v := archiveView{args[0], *home, height}
		return a.emit(v, func(s term.Screen) {
			say(s, done+" at block %d: %s", v.Height, v.File)
		})
	}
	return c
}

func (a *app) snapshot() *cobra.Command {
	return a.archiving("snapshot FILE", "Write the state of a stopped node to a file",
		`Writes all state after the last block, without keys, old blocks and receipts.`,
		"state", examples("agon snapshot agon.tar", "agon snapshot agon.tar --home net/node0"),
		chain.Snapshot)
}

func (a *app) restore() *cobra.Command {
	return a.archiving("restore FILE", "Make a node's home from a snapshot",
		`Makes a home from a snapshot. Keys that the home already holds are kept. It checks
that the state is what the validators in the snapshot signed, not who those are: take
snapshots from people you trust, and never run two nodes with one validator's keys.`,
		"restored", examples("agon restore agon.tar --home again", "agon node --home again"),
		func(home, file string) (int64, error) {
			c, err := chain.LoadConfig(home)
			if err != nil {
				return 0, err
			}
			return chain.Restore(c, file)
		})
}

func (a *app) export() *cobra.Command {
	return a.archiving("export FILE", "Write the state of a stopped node as a genesis",
		`Writes a genesis file from which a network goes on where this one stands: the same
accounts, contracts and questions, the same validators, the next block.`,
		"genesis", examples("agon export genesis.json"), chain.Export)
}
