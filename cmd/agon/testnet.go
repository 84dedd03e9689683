package main

import (
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"agon/chain"
	"agon/cmd/agon/term"
)

// memberView is one node of a testnet.
type memberView struct {
	Home string `json:"home"`
	HTTP string `json:"http"`
	WS   string `json:"ws"`
	P2P  string `json:"p2p"`
}

func (a *app) testnet() *cobra.Command {
	c := &cobra.Command{
		Use:     "testnet N",
		GroupID: "node",
		Short:   "Write the homes of N validators that form one network here",
		Example: examples("agon testnet 4 --dir net", "agon node --home net/node0"),
		Args:    cobra.ExactArgs(1),
	}
	dir := c.Flags().String("dir", "testnet", "directory for the homes, node0 and up")
	base := c.Flags().Int("base-port", chain.TestnetBasePort, "first port; a node takes ten")
	c.RunE = func(_ *cobra.Command, args []string) error {
		n, err := strconv.Atoi(args[0])
		if err != nil || n < 1 {
			return wrong("%q is not a number of validators", args[0])
		}
		configs, err := chain.Testnet(*dir, n, *base, chain.Config{})
		if err != nil {
			return err
		}
		var members []memberView
		for _, m := range configs {
			members = append(members, memberView{
				filepath.Clean(m.Home), "http://" + m.HTTPAddr, "ws://" + m.WSAddr, m.P2PAddr,
			})
		}
		return a.emit(members, func(s term.Screen) {
			say(s, "Start each in a terminal of its own; more than two thirds must run:")
			for _, m := range members {
				say(s, "  agon node --home %s    # %s", m.Home, m.HTTP)
			}
		})
	}
	return c
}
