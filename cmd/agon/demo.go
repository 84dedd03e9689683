package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/chain"
	"agon/client"
	"agon/cmd/agon/quiz"
	"agon/game/market"
	"agon/player/facts"
)

// showing is what the flags of "agon demo" say.
type showing struct {
	home      string
	files     []string
	questions int
	players   int
	window    uint64
	seed      uint64
	subsidy   string
	keep      bool
}

func (a *app) demo() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Real questions, a hundred AI players, a running chain",
		Long: `Starts a chain in this process, opens questions about real hosts and tokens whose
answers are known and which no player was trained on, lets a swarm of AI players trade
them, waits for the close, answers them and scores the market against its players.

--questions reads other questions from CSV files: host,label (scam or benign), or
symbol,address,… (genuine unless there is a label), or template,…,truth.`,
		Example: examples("agon demo", "agon demo --keep     # then ask it something yourself",
			"agon demo --questions scams.csv --questions honest.csv --count 60",
			"agon demo --json > demo.json"),
		Args: cobra.NoArgs,
	}
	var k showing
	f := c.Flags()
	f.StringVar(&k.home, "home", "", "directory for the chain (default a temporary one)")
	f.StringArrayVar(&k.files, "questions", nil, "CSV file of questions with answers; repeat")
	f.IntVar(&k.questions, "count", 48, "how many questions")
	f.IntVar(&k.players, "players", 120, "how many players")
	f.Uint64Var(&k.window, "window", 60, "blocks of trading")
	f.Uint64Var(&k.seed, "seed", 1, "which questions are drawn, and who plays")
	f.StringVar(&k.subsidy, "subsidy", "5", "coins locked for each question")
	f.BoolVar(&k.keep, "keep", false, "leave chain and players running until interrupted")
	c.RunE = func(c *cobra.Command, _ []string) error { return a.runDemo(c.Context(), k) }
	return c
}

func (a *app) runDemo(ctx context.Context, k showing) error {
	items, err := k.draw()
	if err != nil {
		return err
	}
	subsidy, err := parseCoins(k.subsidy)
	if err != nil {
		return err
	}
	home, remove, err := k.place()
	if err != nil {
		return err
	}
	defer remove()
	begin := time.Now()
	a.stage("starting a chain")
	n, err := startDemoChain(ctx, home)
	if err != nil {
		return err
	}
	defer n.Stop()
	cl, err := client.Dial(ctx, n.WSURL(), client.Options{})
	if err != nil {
		return err
	}
	defer cl.Close()
	s := &stageplay{app: a, k: k, cl: cl, begin: begin, items: items, url: n.HTTPURL()}
	return s.run(ctx, n, subsidy)
}

// draw reads and samples the questions.
func (k showing) draw() ([]quiz.Item, error) {
	if k.questions < 1 || k.players < 1 {
		return nil, wrong("want at least one question and one player")
	}
	if len(k.files) == 0 {
		items, err := quiz.Read(strings.NewReader(facts.CSV))
		return quiz.Sample(items, k.questions, k.seed), err
	}
	var all []quiz.Item
	for _, name := range k.files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		items, err := quiz.Read(f)
		if err := errors.Join(err, f.Close()); err != nil {
			return nil, hint(fmt.Errorf("%s: %w", name, err),
				`"agon demo --help" shows the columns`)
		}
		all = append(all, items...)
	}
	if len(all) == 0 {
		return nil, wrong("no questions in %s", strings.Join(k.files, ", "))
	}
	return quiz.Sample(all, k.questions, k.seed), nil
}

// place is the home of the chain, and how to leave it.
func (k showing) place() (home string, remove func(), err error) {
	if k.home != "" {
		return k.home, func() {}, nil
	}
	dir, err := os.MkdirTemp("", "agon-demo-")
	if err != nil {
		return "", nil, err
	}
	return filepath.Join(dir, "node"), func() {
		if err := os.RemoveAll(dir); err != nil {
			slog.Warn("the demo's home stays behind", "dir", dir, "error", err)
		}
	}, nil
}

// startDemoChain runs a quiet node at the usual addresses, or at free ones if
// those are taken, and waits for its first block.
func startDemoChain(ctx context.Context, home string) (*chain.Node, error) {
	config, err := chain.LoadConfig(home)
	if err != nil {
		return nil, err
	}
	config.LogLevel = quiet
	if !available(config.HTTPAddr) || !available(config.WSAddr) {
		config.HTTPAddr, config.WSAddr = "127.0.0.1:0", "127.0.0.1:0"
	}
	if !chain.Exists(home) {
		if err := chain.InitHome(config); err != nil {
			return nil, err
		}
	}
	n, err := chain.Start(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := firstBlock(ctx, n); err != nil {
		n.Stop()
		return nil, err
	}
	return n, nil
}

// available reports whether one can listen at addr.
func available(addr string) bool {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return false
	}
	return l.Close() == nil
}

// stage tells what the demo is at, on standard error.
func (a *app) stage(format string, args ...any) { a.note(format, args...) }

// askAll opens the questions, all at once, from a development account that also
// resolves them, and returns their ids in the order of items.
func askAll(ctx context.Context, acc *client.Account, items []quiz.Item, s market.Spec) (
	[]uint64, error,
) {
	sent := make([]*client.Pending, len(items))
	for i, it := range items {
		s.Template, s.Fields = it.Template, it.Fields
		// The value is named, so that no transaction counts on a balance which an
		// earlier one still on its way will use.
		p, err := acc.Ask(ctx, s, client.Tx{Value: &s.Subsidy})
		if err != nil {
			return nil, fmt.Errorf("asking about %s: %w", strings.Join(it.Fields, ", "), err)
		}
		sent[i] = p
	}
	ids := make([]uint64, len(items))
	for i, p := range sent {
		var err error
		if ids[i], err = p.Asked(ctx); err != nil {
			return nil, fmt.Errorf("asking about %s: %w", strings.Join(items[i].Fields, ", "), err)
		}
	}
	return ids, nil
}

// resolveAll answers the questions with the truth.
func resolveAll(ctx context.Context, acc *client.Account, ids []uint64, items []quiz.Item) error {
	sent := make([]*client.Pending, len(ids))
	for i, id := range ids {
		o := market.Outcome{Verdict: market.No}
		if items[i].Truth {
			o.Verdict = market.Yes
		}
		p, err := acc.Resolve(ctx, id, o, client.Tx{})
		if err != nil {
			return fmt.Errorf("answering question %d: %w", id, err)
		}
		sent[i] = p
	}
	for i, p := range sent {
		if _, err := p.Wait(ctx); err != nil {
			return fmt.Errorf("answering question %d: %w", ids[i], err)
		}
	}
	return nil
}
