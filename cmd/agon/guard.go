package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/spf13/cobra"

	"agon/client"
	"agon/guard/clearsign"
	"agon/guard/lists"
	"agon/guard/opinion"
	"agon/guard/outlay"
	"agon/guard/prices"
	"agon/guard/proxy"
	"agon/guard/rules"
	"agon/guard/scan"
	"agon/guard/selector"
	"agon/guard/simulate"
	"agon/guard/unfold"
	"agon/guard/wording"
)

// guarding is what the flags shared by the guard's verbs say.
type guarding struct {
	upstream, home, descriptors, policy string
	hosts, tokens, addresses            []string
	phishing, selectors                 []string
	trusted, blocked                    []string
	prices, limits                      string // files

	words, model string // a language model's endpoint and name
	wordsWait    time.Duration
	ledger       *outlay.Ledger // of the policy, once the scanner is set up; else nil

	ask              bool
	subsidy, perDay  string
	askWait, askKeep time.Duration
}

func (a *app) guard() *cobra.Command {
	c := &cobra.Command{
		Use:     "guard",
		GroupID: "guard",
		Short:   "See what a signature would really do before you sign",
		Long: `The guard stands between a wallet and a chain. It reads what is to be signed, tries
it out over proven state, judges it by rules and says in plain words what would happen.
Nothing leaves this machine but questions to the node that you name.`,
		Example: examples("agon guard check site https://app.example.org",
			"agon guard proxy --upstream http://127.0.0.1:8545"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	var g guarding
	f := c.PersistentFlags()
	f.StringVar(&g.upstream, "upstream", "", "JSON-RPC address of the chain's node (HTTP)")
	f.StringVar(&g.home, "guard-home", "", "where payees are remembered (default ~/.agon/guard)")
	f.StringVar(&g.descriptors, "descriptors", "",
		"folder with an ERC-7730 registry (default the one that ships)")
	f.StringVar(&g.policy, "policy", "", "JSON file with the limits of an agent's wallet")
	f.StringArrayVar(&g.hosts, "hosts", nil, "file of scam hosts, one a line; repeat")
	f.StringArrayVar(&g.phishing, "phishing", nil, "file in MetaMask's phishing format; repeat")
	f.StringArrayVar(&g.tokens, "tokens", nil,
		"token list in Uniswap's schema, beside the majors of Ethereum; repeat")
	f.StringArrayVar(&g.addresses, "addresses", nil, "file of scam addresses, one a line; repeat")
	f.StringArrayVar(&g.trusted, "trust", nil, "host or address that you trust; repeat")
	f.StringArrayVar(&g.blocked, "block", nil, "host or address that you forbid; repeat")
	f.StringVar(&g.prices, "prices", "",
		"JSON file with the prices of tokens, by chain and address; see docs/guard.md")
	f.StringVar(&g.limits, "limits", "", "JSON file with thresholds of yours; see docs/guard.md")
	f.StringArrayVar(&g.selectors, "selectors", nil, "table of function selectors (JSON); repeat")
	f.StringVar(&g.words, "words", "", "base address of an OpenAI-compatible API that words "+
		"warnings; its key is AGON_WORDS_KEY")
	f.StringVar(&g.model, "model", "", "the model that --words asks for")
	f.DurationVar(&g.wordsWait, "words-wait", wording.DefaultTimeout,
		"the longest to wait for the model's words")
	f.BoolVar(&g.ask, "ask", false,
		"ask the market about sites that nobody knows (--rpc and --key say where and who)")
	f.StringVar(&g.subsidy, "ask-subsidy", "0.5", "coins for one question: the most it can cost")
	f.StringVar(&g.perDay, "ask-per-day", "5", "coins for the questions of a day")
	f.DurationVar(&g.askWait, "ask-wait", 5*time.Second, "the longest to wait for a price")
	f.DurationVar(&g.askKeep, "ask-keep", time.Hour, "how long an answer is good")
	c.AddCommand(a.guardProxy(&g), a.guardCheck(&g), a.guardMeasure())
	return c
}

func (a *app) guardProxy(g *guarding) *cobra.Command {
	var listen, hold string
	c := &cobra.Command{
		Use:   "proxy",
		Short: "Stand where a wallet expects its node",
		Long: `Listens for a wallet's JSON-RPC and passes it on to the node. What looks dangerous is
held back with an EIP-1193 error; the error names a page on which you see what would
happen and may let that request through, once. The same address answers programs at
POST /v0/evm/transaction/scan, /v0/evm/json-rpc/scan and /v0/site/scan.`,
		Example: examples("agon guard proxy --upstream http://127.0.0.1:8545",
			"agon guard proxy --upstream http://127.0.0.1:8545 --hold warning --tokens "+
				"tokens.json"),
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if g.upstream == "" {
				return misuse(c,
					errors.New("--upstream is missing: the address of the chain's node"))
			}
			from, err := severityNamed(hold)
			if err != nil {
				return misuse(c, err)
			}
			return a.serveGuard(c.Context(), g, listen, from)
		},
	}
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8547", "loopback address to listen on")
	c.Flags().StringVar(&hold, "hold", "danger",
		"hold back from this severity on: warning or danger")
	return c
}

func severityNamed(name string) (rules.Severity, error) {
	for _, s := range []rules.Severity{rules.Warning, rules.Danger} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, fmt.Errorf("--hold is %q, want warning or danger", name)
}

func (a *app) serveGuard(ctx context.Context, g *guarding, listen string,
	from rules.Severity) error {
	host, _, err := net.SplitHostPort(listen)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("--listen is %q: the guard listens on this machine only (127.0.0.1:PORT)",
			listen)
	}
	s, closeNode, err := a.scanner(ctx, g)
	if err != nil {
		return err
	}
	defer closeNode()
	l, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := proxy.New(s, g.upstream)
	server.HoldFrom = from
	if g.ledger != nil {
		server.Ledger = g.ledger
	}
	server.Log = slog.New(slog.NewTextHandler(a.env.Err, nil))
	address := "http://" + l.Addr().String()
	if a.json {
		where := map[string]string{"address": address}
		if err := json.NewEncoder(a.env.Out).Encode(where); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(a.env.Out, "The guard stands before %s.\nGive your wallet this node: %s\n",
			g.upstream, address)
	}
	return server.Serve(ctx, l)
}

// scanner sets a scanner up; the function closes its connections.
func (a *app) scanner(ctx context.Context, g *guarding) (*scan.Scanner, func(), error) {
	home := g.home
	if home == "" {
		user, err := os.UserHomeDir()
		if err != nil {
			return nil, nil, err
		}
		home = filepath.Join(user, ".agon", "guard")
	}
	history, err := scan.OpenHistory(filepath.Join(home, "payees.json"))
	if err != nil {
		return nil, nil, err
	}
	library, err := g.library()
	if err != nil {
		return nil, nil, err
	}
	judged, err := g.lists(library)
	if err != nil {
		return nil, nil, err
	}
	s := &scan.Scanner{
		Reader: &unfold.Reader{Library: library, Names: judged.Names()}, Lists: judged,
		Limits: rules.DefaultLimits(), History: history, Score: guardScore(),
	}
	if g.limits != "" {
		if s.Limits, err = readLimits(g.limits); err != nil {
			return nil, nil, err
		}
	}
	if g.prices != "" {
		file, err := prices.Open(g.prices)
		if err != nil {
			return nil, nil, err
		}
		s.Price = file.Worth
	}
	for _, path := range g.selectors {
		t := &selector.Table{}
		if err := each([]string{path}, func(r io.Reader) error {
			_, err := t.ReadJSON(r)
			return err
		}); err != nil {
			return nil, nil, err
		}
		s.Reader.Tables = append(s.Reader.Tables, t)
	}
	if g.words != "" {
		m, err := wording.New(wording.Config{URL: g.words, Model: g.model,
			Key: a.env.Get("AGON_WORDS_KEY"), Timeout: g.wordsWait})
		if err != nil {
			return nil, nil, hint(err, "--words wants an address as http://127.0.0.1:11434/v1 "+
				"and --model a name")
		}
		s.Reword = m.Reword
	}
	if g.policy != "" {
		if g.ledger, err = openLedger(g.policy, home); err != nil {
			return nil, nil, err
		}
		s.Policy = g.ledger.Policy
	}
	var open []func()
	closeAll := func() {
		for _, c := range open {
			c()
		}
	}
	if g.upstream != "" {
		node, err := simulate.Dial(ctx, g.upstream)
		if err != nil {
			return nil, nil, err
		}
		open = append(open, node.Close)
		s.Node = simulate.New(node)
	}
	if g.ask {
		desk, c, err := a.desk(ctx, g, filepath.Join(home, "spent.json"))
		if err != nil {
			closeAll()
			return nil, nil, err
		}
		open = append(open, c.Close)
		s.Ask = desk.Ask
	}
	return s, closeAll, nil
}

// flashWindow is how long a question about a site trades, in blocks.
const flashWindow = 240

// desk opens the desk that asks the market.
func (a *app) desk(ctx context.Context, g *guarding, file string) (*opinion.Desk, *client.Client,
	error) {
	subsidy, err := parseCoins(g.subsidy)
	if err != nil {
		return nil, nil, err
	}
	perDay, err := parseCoins(g.perDay)
	if err != nil {
		return nil, nil, err
	}
	c, acc, err := a.acting(ctx)
	if err != nil {
		return nil, nil, err
	}
	d, err := opinion.New(opinion.Config{
		Client: c, Account: acc, Subsidy: subsidy, PerDay: perDay, Window: flashWindow,
		Wait: g.askWait, Keep: g.askKeep, File: file,
	})
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	return d, c, nil
}

func (g *guarding) library() (*clearsign.Library, error) {
	if g.descriptors == "" {
		return clearsign.Shipped()
	}
	return clearsign.Open(os.DirFS(g.descriptors))
}

// lists reads every list that the flags name.
func (g *guarding) lists(library *clearsign.Library) (*rules.Lists, error) {
	l := &rules.Lists{
		Blocked: lists.NewHosts(0), Trusted: lists.NewHosts(0), Genuine: lists.NewHosts(0),
		BlockedAddresses: lists.Addresses{}, TrustedAddresses: lists.Addresses{},
		ScamAddresses: lists.Addresses{}, Tokens: lists.NewTokens(), Routers: lists.Addresses{},
		Contracts: map[string]map[common.Address]string{},
	}
	known, err := library.Contracts()
	if err != nil {
		return nil, err
	}
	l.Know(known)
	if err := g.mark(l); err != nil {
		return nil, err
	}
	for _, path := range g.hosts {
		hosts := lists.NewHosts(0)
		if err := each([]string{path}, func(r io.Reader) error {
			_, err := hosts.ReadLines(r)
			return err
		}); err != nil {
			return nil, err
		}
		l.Scams = append(l.Scams, rules.NamedHosts{Name: filepath.Base(path), Hosts: hosts})
	}
	for _, path := range g.phishing {
		if err := each([]string{path}, func(r io.Reader) error {
			p, _, err := lists.ReadPhishing(r)
			if err == nil {
				l.Scams = append(l.Scams, rules.NamedHosts{Name: filepath.Base(path),
					Hosts: p.Blocked})
				l.Brands = append(l.Brands, p.Fuzzy...)
				for _, host := range p.Allowed {
					l.Genuine.Add(host)
				}
			}
			return err
		}); err != nil {
			return nil, err
		}
	}
	if err := l.Tokens.AddMajors(); err != nil {
		return nil, err
	}
	if err := each(g.tokens, func(r io.Reader) error {
		_, err := l.Tokens.Read(r)
		return err
	}); err != nil {
		return nil, err
	}
	return l, each(g.addresses, func(r io.Reader) error {
		_, err := l.ScamAddresses.ReadLines(r)
		return err
	})
}

// each opens files one after the other.
func each(paths []string, read func(io.Reader) error) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		err = read(f)
		f.Close()
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}
