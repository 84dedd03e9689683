package main

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/ethereum/go-ethereum/crypto"
	"github.com/spf13/cobra"

	"agon/chain"
	"agon/client"
	"agon/player/lineup"
	"agon/player/memory"
	"agon/player/onnx"
	"agon/player/roster"
	"agon/player/track"
)

// playing is what the flags of "agon play" say.
type playing struct {
	roster   string
	count    int
	budget   string
	seed     string
	trust    []string
	trustAll bool
	record   string
	memory   string
	metrics  string
	calib    bool
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

--roster names a file that says who plays: built-in models, language models, readers,
arbitrageurs, how many of each, with which budget (docs/swarm.md has every field). Without
it, --count players are divided among the built-in models. A roster with all four kinds:

  budget: 20
  players:
    - {name: models, model: builtin, count: 100}
    - {name: ears, reader: {}, count: 3}
    - {name: evens, arbitrage: {}, count: 2}
    - name: prompts
      count: 4
      timeout: 60s
      language: {url: "http://127.0.0.1:11434/v1", model: qwen3:8b, spend: 5}

Readers hear what the others bid and learn from what settles whom to believe. A language
model is any endpoint that speaks the OpenAI chat protocol; key_env names the variable that
holds its key, price_in and price_out say what it costs, in coins a million tokens.

A question that one account alone will answer is played only if you trust that account:
--trust names it. The same seed gives the same players, with the money they had; without
one it is derived from the key. --memory keeps what they learn for the next time.`,
		Example: examples("agon play --trust dev0", "agon play --count 300 --budget 50 --trust-all",
			"agon play --roster players.yaml --memory players.db --metrics 127.0.0.1:9100",
			"agon --key alice play --trust bob --record decisions.jsonl"),
		Args: cobra.NoArgs,
	}
	var k playing
	f := c.Flags()
	f.StringVar(&k.roster, "roster", "", "file that says who plays, YAML or JSON")
	f.IntVar(&k.count, "count", 100, "how many players")
	f.StringVar(&k.budget, "budget", "100", "coins each may lose, ever")
	f.StringVar(&k.seed, "seed", "", "secret from which keys and temperaments are derived")
	f.StringSliceVar(&k.trust, "trust", nil, "account trusted to answer questions; repeat")
	f.BoolVar(&k.trustAll, "trust-all", false, "trust every resolver")
	f.StringVar(&k.record, "record", "", "file for every decision with its reason, JSON lines")
	f.StringVar(&k.memory, "memory", "", "file in which players remember what they learnt")
	f.StringVar(&k.metrics, "metrics", "", "address that serves Prometheus metrics at /metrics")
	f.BoolVar(&k.calib, "reliability", false, "draw each model's reliability diagram at the end")
	f.BoolVar(&k.verbose, "verbose", false, "log what goes wrong and right to standard error")
	c.MarkFlagsMutuallyExclusive("roster", "count")
	c.MarkFlagsMutuallyExclusive("roster", "budget")
	c.RunE = func(c *cobra.Command, _ []string) error { return a.runSwarm(c.Context(), k) }
	return c
}

func (a *app) runSwarm(ctx context.Context, k playing) (err error) {
	spec, err := a.cast(k)
	if err != nil {
		return err
	}
	cl, err := a.dialPatiently(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	key, err := a.patron(cl)
	if err != nil {
		return err
	}
	if spec.relayer, err = cl.Account(ctx, key, nil); err != nil {
		return err
	}
	if spec.seed == "" {
		spec.seed = string(crypto.Keccak256([]byte("agon swarm"), crypto.FromECDSA(key)))
	}
	if k.record != "" {
		f, err := track.Open(k.record)
		if err != nil {
			return hint(err, "--record goes on with a track record, or begins one")
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		spec.record, spec.recorded = f, f.Last
	}
	if k.memory != "" {
		if spec.memory, err = memory.Open(k.memory, memory.Options{}); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, spec.memory.Close()) }()
	}
	if k.verbose {
		spec.log = slog.New(slog.NewTextHandler(a.env.Err, nil))
	}
	return a.perform(ctx, spec)
}

// cast reads from the flags, and the file they name, who plays.
func (a *app) cast(k playing) (spec crowdSpec, err error) {
	spec = crowdSpec{count: k.count, seed: k.seed, trustAll: k.trustAll, metrics: k.metrics,
		reliability: k.calib}
	if spec.budget, err = parseCoins(k.budget); err != nil {
		return spec, err
	}
	trust := k.trust
	if k.roster != "" {
		file, err := readLineup(k.roster)
		if err != nil {
			return spec, err
		}
		kitchen := lineup.Kitchen{Builtin: roster.Builtin, Makers: a.makers()}
		if spec.groups, err = file.Groups(kitchen); err != nil {
			where := "docs/swarm.md has an example with every field"
			if errors.Is(err, onnx.ErrModel) {
				where = "docs/players.md says what goes beside a network"
			}
			return spec, hint(&coded{fmt.Errorf("%s: %w", k.roster, err), exitUsage}, "%s", where)
		}
		spec.links, spec.flow, spec.perBook = file.Bound(), file.Flow, file.Crowd
		spec.timeout, spec.count = file.Patience(), file.Count()
		trust = append(trust, file.Trust...)
		if spec.seed == "" {
			spec.seed = file.Seed
		}
	}
	for _, name := range trust {
		who, err := a.address(name)
		if err != nil {
			return spec, err
		}
		spec.trust = append(spec.trust, who)
	}
	return spec, nil
}

// readLineup reads a roster file.
func readLineup(path string) (*lineup.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, hint(&coded{err, exitUsage}, "--roster wants a file that says who plays")
	}
	if info.Size() > lineup.MaxBytes {
		return nil, wrong("%s has %d bytes, a roster at most %d", path, info.Size(),
			lineup.MaxBytes)
	}
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	f, err := lineup.Parse(text)
	if err != nil {
		return nil, hint(&coded{fmt.Errorf("%s: %w", path, err), exitUsage},
			"docs/swarm.md has an example with every field")
	}
	return f, nil
}

// makers are the models that a roster may name besides the built-in ones.
func (a *app) makers() map[string]lineup.Maker {
	return map[string]lineup.Maker{
		"language": lineup.Language(a.env.Get), "onnx": lineup.ONNX(),
	}
}

// dialPatiently connects like dial, and then bears a node that goes away for a
// while: players wait for it.
func (a *app) dialPatiently(ctx context.Context) (*client.Client, error) {
	first, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	first.Close()
	return client.Dial(ctx, a.rpc, client.Options{})
}

// patron is the key that pays for a swarm: --key, or dev1 on the development
// chain, so that dev0 is free to ask at the same time.
func (a *app) patron(cl *client.Client) (*ecdsa.PrivateKey, error) {
	if a.key == "" && cl.ChainID().Uint64() == chain.DefaultChainID {
		return chain.DevAccounts()[relayerRole].Key, nil
	}
	return a.actor(cl)
}
