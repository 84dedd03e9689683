package swarm_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"log/slog"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/chain"
	"agon/chain/devnode"
	"agon/client"
	"agon/game/market"
	"agon/player/facts"
	"agon/player/swarm"
)

// patience is for how long a game on a real node may take: it ends when it is over,
// half a minute on a machine that does nothing else.
const patience = 4 * time.Minute

// node is the one real node of the test process.
var node = devnode.Shared{Block: 100 * time.Millisecond}

func TestMain(m *testing.M) {
	if home := os.Getenv(childHome); home != "" {
		hostNode(home)
		return
	}
	code := m.Run()
	if err := node.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// dial gives the account of a development key.
func dial(t *testing.T, ctx context.Context, i int) *client.Account {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a node")
	}
	n, err := node.Get()
	if err != nil {
		t.Fatal(err)
	}
	opts := client.Options{Poll: 20 * time.Millisecond}
	c, err := client.Dial(ctx, n.WSURL(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	a, err := c.Account(ctx, chain.DevAccounts()[i].Key, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func coins(n float64) (a market.Amount) {
	a.Mul(new(market.Amount).SetUint64(uint64(n*1e6)), new(market.Amount).SetUint64(1e12))
	return a
}

// fact is one row of the facts.
type fact struct {
	spec  market.Spec
	truth bool
}

// someFacts are n hosts of the facts, half of them genuine.
func someFacts(t *testing.T, n int, resolver common.Address) []fact {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(facts.CSV)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var list []fact
	left := map[string]int{"yes": n / 2, "no": n - n/2}
	for _, row := range rows[1:] {
		if row[0] != "dapp-scam" || left[row[6]] == 0 {
			continue
		}
		left[row[6]]--
		list = append(list, fact{market.Spec{
			Template: market.DappScam, Fields: []string{row[1]}, Subsidy: coins(5),
			Window: 60, Grace: 1000, Resolver: market.Account(resolver),
		}, row[6] == "yes"})
	}
	return list
}

// TestSwarmOnANode plays a game from the opening to the claims on a real node.
func TestSwarmOnANode(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	relayer, opener := dial(t, ctx, 0), dial(t, ctx, 1)
	log := slog.New(slog.NewTextHandler(testWriter{t}, nil))
	s, err := swarm.New(swarm.Config{
		Chain: swarm.Live(relayer), Seed: []byte("node test"), Count: 60, Budget: coins(10),
		Resolvers: []common.Address{opener.Address()}, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	playing, stopPlaying := context.WithCancel(ctx)
	defer stopPlaying()
	done := make(chan error, 1)
	go func() { done <- s.Run(playing) }()
	for !s.Progress().Ready {
		time.Sleep(20 * time.Millisecond)
	}

	list := someFacts(t, 8, opener.Address())
	began := time.Now()
	ids := make([]uint64, len(list))
	for i, f := range list {
		p, err := opener.Ask(ctx, f.spec, client.Tx{})
		if err != nil {
			t.Fatal(err)
		}
		if ids[i], err = p.Asked(ctx); err != nil {
			t.Fatal(err)
		}
	}
	asked := time.Since(began)
	wait := func(what string, cond func() bool) {
		for !cond() {
			select {
			case err := <-done:
				t.Fatalf("the swarm ended while waiting until %s: %v", what, err)
			case <-ctx.Done():
				t.Fatalf("waiting until %s: %v; %+v", what, ctx.Err(), s.Progress())
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	questions := func() []client.Question {
		qs, err := opener.Client().QuestionsByID(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		return qs
	}
	wait("every question has closed", func() bool {
		for _, q := range questions() {
			if q.Phase == market.Open {
				return false
			}
		}
		return true
	})
	brier, base := 0.0, 0.0
	for i, q := range questions() {
		p, prior, truth := client.Float(q.Books[0].Median), q.Opening(0), 0.0
		o := market.Outcome{Verdict: market.No}
		if list[i].truth {
			truth, o.Verdict = 1, market.Yes
		}
		brier += (p - truth) * (p - truth) / float64(len(list))
		base += (prior - truth) * (prior - truth) / float64(len(list))
		t.Logf("%-40s %.3f, truth %v", list[i].spec.Fields[0], p, truth)
		p2, err := opener.Resolve(ctx, q.ID, o, client.Tx{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p2.Wait(ctx); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("asked in %v; Brier %.4f, base rate %.4f", asked, brier, base)
	if brier >= base {
		t.Errorf("the market's Brier score is %.4f, the base rate's %.4f", brier, base)
	}
	wait("every claim is made", func() bool {
		owed := 0.0
		for _, p := range s.Report().Players {
			owed += p.Held
		}
		return owed < 1e-3
	})
	stopPlaying()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	checkBooks(t, ctx, opener.Client(), s.Report(), 10)
	for _, p := range s.Report().Players[:10] {
		t.Logf("%-22s %+8.4f orders %d fills %d %s", p.Name, p.Profit, p.Orders, p.Fills, p.Reason)
	}
}

// checkBooks compares each player's account of itself with its balance on the
// chain: deposit and profit, to a millionth.
func checkBooks(
	t *testing.T, ctx context.Context, c *client.Client, r swarm.Report, budget float64,
) {
	t.Helper()
	for _, p := range r.Players {
		b, err := c.Balance(ctx, p.Address)
		if err != nil {
			t.Fatal(err)
		}
		have := b.Float64() / 1e18
		if want := budget + p.Profit - p.Held; math.Abs(have-want) > 1e-6 {
			t.Errorf("%s has %.8f on the chain, its books say %.8f: %+v", p.Name, have, want, p)
		}
		if p.Paid-p.Got-p.Claimed > budget {
			t.Errorf("%s is out of pocket by more than its budget: %+v", p.Name, p)
		}
		if len(p.Looks) == 0 {
			t.Errorf("%s gave no reason for anything", p.Name)
		}
	}
}

// testWriter logs what a swarm logs.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(fmt.Sprintf("%s", strings.TrimSpace(string(b))))
	return len(b), nil
}
