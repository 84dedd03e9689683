package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"log/slog"
	"os"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/spf13/cobra"

	"agon/chain"
	"agon/client"
)

// playing is what the flags of "agon play" say.
type playing struct {
	count    int
	budget   string
	seed     string
	trust    []string
	trustAll bool
	record   string
	verbose  bool
}

func (a *app) play() *cobra.Command {
	c := &cobra.Command{
		Use:     "play",
		GroupID: "player",
		Short:   "Run a swarm of AI players",
		Long: `Runs players until interrupted, each with its own key, budget and temperament. They
read every question, ask their models, and trade where their belief and the price differ
by more than it costs to look. --key funds them and carries their orders.

A question that one account alone will answer is played only if you trust that account:
--trust names it. The same seed gives the same players, with the money they had; without
one it is derived from the key.`,
		Example: examples("agon play --trust dev0", "agon play --count 300 --budget 50 --trust-all",
			"agon --key alice play --trust bob --record decisions.jsonl"),
		Args: cobra.NoArgs,
	}
	var k playing
	f := c.Flags()
	f.IntVar(&k.count, "count", 100, "how many players")
	f.StringVar(&k.budget, "budget", "100", "coins each may lose, ever")
	f.StringVar(&k.seed, "seed", "", "secret from which keys and temperaments are derived")
	f.StringSliceVar(&k.trust, "trust", nil, "account trusted to answer questions; repeat")
	f.BoolVar(&k.trustAll, "trust-all", false, "trust every resolver")
	f.StringVar(&k.record, "record", "", "file for every decision with its reason, JSON lines")
	f.BoolVar(&k.verbose, "verbose", false, "log what goes wrong and right to standard error")
	c.RunE = func(c *cobra.Command, _ []string) error { return a.runSwarm(c.Context(), k) }
	return c
}

func (a *app) runSwarm(ctx context.Context, k playing) (err error) {
	cl, err := a.dial(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	key, err := a.patron(cl)
	if err != nil {
		return err
	}
	spec := crowdSpec{count: k.count, seed: k.seed, trustAll: k.trustAll}
	if spec.relayer, err = cl.Account(ctx, key, nil); err != nil {
		return err
	}
	if spec.seed == "" {
		spec.seed = string(crypto.Keccak256([]byte("agon swarm"), crypto.FromECDSA(key)))
	}
	if spec.budget, err = parseCoins(k.budget); err != nil {
		return err
	}
	for _, name := range k.trust {
		who, err := a.address(name)
		if err != nil {
			return err
		}
		spec.trust = append(spec.trust, who)
	}
	if k.record != "" {
		f, err := os.OpenFile(k.record, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o644)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		spec.record = f
	}
	if k.verbose {
		spec.log = slog.New(slog.NewTextHandler(a.env.Err, nil))
	}
	return a.perform(ctx, spec)
}

// patron is the key that pays for a swarm: --key, or dev1 on the development
// chain, so that dev0 is free to ask at the same time.
func (a *app) patron(cl *client.Client) (*ecdsa.PrivateKey, error) {
	if a.key == "" && cl.ChainID().Uint64() == chain.DefaultChainID {
		return chain.DevAccounts()[relayerRole].Key, nil
	}
	return a.actor(cl)
}
