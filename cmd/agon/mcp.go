package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/crypto"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/game/market"
	"agon/player/language"
	"agon/player/mcp"
	"agon/player/roster"
)

// serving is what the flags of "agon mcp" say.
type serving struct {
	http            string
	perCall, perDay string
	calls           int
}

func (a *app) mcp() *cobra.Command {
	c := &cobra.Command{
		Use:     "mcp",
		GroupID: "player",
		Short:   "Serve the market to language-model agents (MCP)",
		Long: `Serves tools over the Model Context Protocol, on standard input and output or, with
--http, on a port of this machine: list, read, forecast and positions; with limits also
trade, ask, resolve, cancel and claim.

Nothing is spent unless --per-call and --per-day say how much may be. The limits are of
the key that acts (--key), hold over any 24 hours and across restarts, and are checked
before anything is signed. Over HTTP a server that may spend wants a token, AGON_MCP_TOKEN,
or makes one and prints it.

AGON_LM_URL and AGON_LM_MODEL add language models to the forecasters; docs/agents.md has
all of it.`,
		Example: examples("agon mcp                                   # read-only, for any client",
			"agon --key alice mcp --per-call 1 --per-day 5",
			"agon mcp --http 127.0.0.1:8642 --per-call 1 --per-day 5"),
		Args: cobra.NoArgs,
	}
	var k serving
	f := c.Flags()
	f.StringVar(&k.http, "http", "", "serve HTTP on this loopback address instead")
	f.StringVar(&k.perCall, "per-call", "", "coins one call may spend")
	f.StringVar(&k.perDay, "per-day", "", "coins all calls of 24 hours may spend")
	f.IntVar(&k.calls, "calls", mcp.DefaultCalls, "transactions of 24 hours")
	c.RunE = func(c *cobra.Command, _ []string) error { return a.serveMCP(c.Context(), k) }
	return c
}

func (a *app) serveMCP(ctx context.Context, k serving) (err error) {
	cl, err := a.dial(ctx)
	if err != nil {
		return err
	}
	defer cl.Close()
	cfg := mcp.Config{Client: cl, Version: thisBuild().Version}
	cfg.Players = roster.Builtin(nil)
	models, ok, err := language.FromEnv(a.env.Get)
	if err == nil && ok {
		players, lmErr := language.New(models)
		cfg.Players, err = append(cfg.Players, players...), lmErr
	}
	if err != nil {
		return hint(&coded{err, exitUsage}, "docs/agents.md lists the variables AGON_LM_…")
	}
	if k.perCall != "" || k.perDay != "" {
		end, err := a.allow(ctx, cl, k, &cfg)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, end()) }()
	}
	server := mcp.New(cfg)
	if k.http != "" {
		return a.serveHTTP(ctx, server, k.http, cfg.Account != nil)
	}
	err = server.Run(ctx, &sdk.IOTransport{
		Reader: io.NopCloser(a.env.In), Writer: unclosed{a.env.Out},
	})
	if errors.Is(err, context.Canceled) || errors.Is(err, io.EOF) {
		return nil // the client has gone, or a signal came: both are orderly ends
	}
	return err
}

// unclosed is a writer that ending the session does not close.
type unclosed struct{ io.Writer }

func (unclosed) Close() error { return nil }

// allow gives the server an account with limits. end closes their files.
func (a *app) allow(
	ctx context.Context, cl *client.Client, k serving, cfg *mcp.Config,
) (end func() error, err error) {
	if k.perCall == "" || k.perDay == "" {
		return nil, hint(wrong("one limit without the other"),
			"--per-call and --per-day go together, like --per-call 1 --per-day 5")
	}
	limits := mcp.Limits{Calls: k.calls}
	for _, l := range []struct {
		to   *market.Amount
		text string
	}{{&limits.PerCall, k.perCall}, {&limits.PerDay, k.perDay}} {
		if *l.to, err = parseCoins(l.text); err != nil {
			return nil, err
		}
	}
	key, err := a.actor(cl)
	if err != nil {
		return nil, err
	}
	address := crypto.PubkeyToAddress(key.PublicKey)
	dir := filepath.Join(a.agonDir(), "mcp", fmt.Sprintf("%s-%s", cl.ChainID(), address.Hex()))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	// The journal is locked: with it the ledger of spending is this process's.
	journal, err := client.OpenJournal(filepath.Join(dir, "pending.jsonl"))
	if errors.Is(err, client.ErrJournalBusy) {
		return nil, hint(err, `another "agon mcp" acts for %s; run one with --http for all agents`,
			address)
	}
	if err != nil {
		return nil, err
	}
	cfg.Allowance, err = mcp.OpenAllowance(filepath.Join(dir, "spending.jsonl"), limits, time.Now)
	if err != nil {
		return nil, errors.Join(err, journal.Close())
	}
	end = func() error { return errors.Join(cfg.Allowance.Close(), journal.Close()) }
	if cfg.Account, err = cl.Account(ctx, key, journal); err != nil {
		err = errors.Join(err, end())
		if errors.Is(err, client.ErrOtherChain) {
			err = hint(err, "if the chain was begun anew, remove %s", dir)
		}
		return nil, err
	}
	return end, nil
}

// serveHTTP serves on a port until ctx ends. Whoever may spend must have the
// token.
func (a *app) serveHTTP(ctx context.Context, s *sdk.Server, address string, spends bool) error {
	l, err := mcp.Listen(address)
	if errors.Is(err, mcp.ErrNotLoopback) {
		return hint(&coded{err, exitUsage}, "--http 127.0.0.1:8642 serves this machine alone")
	}
	if err != nil {
		return portHint(err)
	}
	token := a.env.Get("AGON_MCP_TOKEN")
	if token == "" && spends {
		token = rand.Text()
		fmt.Fprintf(a.env.Err, "agon: agents send this token: Authorization: Bearer %s\n", token)
	}
	fmt.Fprintf(a.env.Err, "agon: serving MCP on http://%s\n", l.Addr())
	return mcp.Serve(ctx, l, mcp.Handler(s, token))
}
