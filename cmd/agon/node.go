package main

import (
	"time"

	"github.com/spf13/cobra"

	"agon/chain"
)

func (a *app) node() *cobra.Command {
	c := &cobra.Command{
		Use:     "node",
		GroupID: "node",
		Short:   "Run a node of an existing network",
		Long: `Runs the node of a home directory that "agon testnet" wrote, or joins a network:
with --genesis and --peer a new home is made that follows it. Only the keys that the
genesis names as validators vote.`,
		Example: examples("agon node --home net/node0",
			"agon node --home me --genesis net/node0/config/genesis.json --peer ID@10.0.0.7:26656"),
		Args: cobra.NoArgs,
	}
	var h hosting
	h.flags(c, "")
	genesis := c.Flags().String("genesis", "", "genesis file of the network to join")
	peers := c.Flags().StringSlice("peer", nil, "node id@host:port to stay connected with")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if h.config.Home == "" {
			return misuse(c, wrong("--home is missing"))
		}
		config, err := h.settle(a)
		if err != nil {
			return err
		}
		if len(*peers) > 0 {
			config.Peers = *peers
		}
		begin := time.Now()
		if *genesis != "" && !chain.Exists(config.Home) {
			if err := chain.Join(config, *genesis); err != nil {
				return err
			}
		}
		return a.host(c.Context(), config, begin)
	}
	return c
}
