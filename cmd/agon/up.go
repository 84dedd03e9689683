package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"agon/chain"
	"agon/client"
	"agon/cmd/agon/keyring"
	"agon/cmd/agon/term"
)

// hosting is what the verbs that run a node have in common.
type hosting struct {
	config chain.Config
	level  string
}

// flags adds the settings of a node to c.
func (h *hosting) flags(c *cobra.Command, home string) {
	f := c.Flags()
	f.StringVar(&h.config.Home, "home", home, "directory that keeps the state")
	f.StringVar(&h.config.HTTPAddr, "http", "",
		"JSON-RPC address (default "+chain.DefaultHTTPAddr+")")
	f.StringVar(&h.config.WSAddr, "ws", "",
		"WebSocket address (default "+chain.DefaultWSAddr+")")
	f.DurationVar(&h.config.BlockTime, "block-time", 0,
		fmt.Sprintf("pause between blocks (default %s)", chain.DefaultBlockTime))
	f.StringVar(&h.level, "log", "warn", "log level: debug, info, warn or error")
	f.BoolVar(&h.config.LogJSON, "log-json", false, "write logs as JSON")
}

// settle completes the settings: what the home says, overruled by flags.
func (h *hosting) settle(a *app) (chain.Config, error) {
	c, err := chain.LoadConfig(h.config.Home)
	if err != nil {
		return c, err
	}
	for _, f := range []struct{ to, flag *string }{
		{&c.HTTPAddr, &h.config.HTTPAddr}, {&c.WSAddr, &h.config.WSAddr},
	} {
		if *f.flag != "" {
			*f.to = *f.flag
		}
	}
	if h.config.BlockTime != 0 {
		c.BlockTime = h.config.BlockTime
	}
	c.Log, c.LogJSON = a.env.Err, h.config.LogJSON
	if err := c.LogLevel.UnmarshalText([]byte(h.level)); err != nil {
		return c, hint(wrong("log level %q", h.level), "debug, info, warn or error")
	}
	return c, nil
}

func (a *app) up() *cobra.Command {
	c := &cobra.Command{
		Use:     "up",
		GroupID: "node",
		Short:   "Run a chain on this machine",
		Long: `Runs a chain with one validator in this process, until interrupted: blocks about
every half second, Ethereum JSON-RPC over HTTP and WebSocket, state kept under --home.
The first start makes the chain and funds the development accounts.`,
		Example: examples("agon up", "agon up --home /tmp/try --http 127.0.0.1:9545",
			"agon up --json   # one line once the first block is there"),
		Args: cobra.NoArgs,
	}
	var h hosting
	h.flags(c, filepath.Join(a.agonDir(), "node"))
	c.RunE = func(c *cobra.Command, _ []string) error {
		config, err := h.settle(a)
		if err != nil {
			return err
		}
		begin := time.Now()
		if !chain.Exists(config.Home) {
			if err := chain.InitHome(config); err != nil {
				return err
			}
		}
		return a.host(c.Context(), config, begin)
	}
	return c
}

// host runs a node until ctx ends, and says when it is ready.
func (a *app) host(ctx context.Context, config chain.Config, begin time.Time) error {
	n, err := chain.Start(ctx, config)
	if errors.Is(err, chain.ErrNotInitialised) {
		return hint(err, `"agon up" makes a chain, "agon node --genesis FILE" joins one`)
	}
	if err != nil {
		return portHint(err)
	}
	if err := firstBlock(ctx, n); err == nil {
		if err := a.emitNode(n, config, time.Since(begin)); err != nil {
			n.Stop()
			return err
		}
	}
	return n.Wait()
}

// portHint explains the usual reason why a node cannot listen.
func portHint(err error) error {
	if isBound(err) {
		return hint(err, "another node may be running; --http and --ws choose other addresses")
	}
	return err
}

// firstBlock waits until the node has committed a block in this run.
func firstBlock(ctx context.Context, n *chain.Node) error {
	start := n.Height()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for n.Height() == start {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-n.Done():
			return context.Canceled
		case <-tick.C:
		}
	}
	return nil
}

// nodeView tells where a node answers.
type nodeView struct {
	ChainID uint64          `json:"chain_id"`
	Home    string          `json:"home"`
	HTTP    string          `json:"http"`
	WS      string          `json:"ws"`
	Peer    string          `json:"peer"`
	Market  string          `json:"market"`
	Height  int64           `json:"height"`
	Ready   float64         `json:"ready_seconds"` // from the start to the first block
	Dev     []keyring.Entry `json:"development_accounts"`
}

func (a *app) emitNode(n *chain.Node, config chain.Config, took time.Duration) error {
	v := nodeView{
		ChainID: n.ChainID(), Home: config.Home, HTTP: n.HTTPURL(), WS: n.WSURL(),
		Peer: n.PeerAddress(), Market: client.MarketAddress.Hex(), Height: n.Height(),
		Ready: took.Seconds(), Dev: []keyring.Entry{},
	}
	if v.ChainID == chain.DefaultChainID {
		for i, acc := range chain.DevAccounts() {
			v.Dev = append(v.Dev, keyring.Entry{Name: devName(i), Address: acc.Address})
		}
	}
	return a.emit(v, func(s term.Screen) {
		say(s, "chain %d is running, state in %s", v.ChainID, v.Home)
		say(s, "  JSON-RPC   %s  %s", v.HTTP, v.WS)
		say(s, "  watch      %s/metrics  %s/health", v.HTTP, v.HTTP)
		say(s, "  market at  %s", v.Market)
		say(s, "")
		if len(v.Dev) > 0 {
			say(s, `development accounts ("agon keys --dev" has their keys, which are public):`)
			for _, e := range v.Dev {
				say(s, "  %s  %s", e.Name, e.Address)
			}
			say(s, "")
		}
		say(s, "block %d after %.1f s. In another terminal:", v.Height, v.Ready)
		rpc := ""
		if v.HTTP != defaultRPC {
			rpc = " --rpc " + v.HTTP
		}
		say(s, "  agon play --trust dev0%s                   # a swarm of AI players", rpc)
		say(s, "  agon ask dapp-scam app.example.org%s       # a question for them", rpc)
		say(s, "Interrupt (ctrl-c) stops it; nothing is lost.")
	})
}

// quiet is a level above all that is logged.
const quiet = slog.LevelError + 4
