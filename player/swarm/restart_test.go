package swarm_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/chain"
	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/swarm"
)

// childHome, in the environment, makes a process of this test a node with that
// home, on the ports that childPorts names.
const (
	childHome  = "AGON_SWARM_NODE_HOME"
	childPorts = "AGON_SWARM_NODE_PORTS"
)

// hostNode is a node until standard input ends.
func hostNode(home string) {
	http, ws, _ := strings.Cut(os.Getenv(childPorts), " ")
	c := chain.Config{
		Home: home, HTTPAddr: http, WSAddr: ws, BlockTime: 100 * time.Millisecond,
		LogLevel: slog.LevelError + 1,
	}
	err := chain.InitHome(c)
	if errors.Is(err, chain.ErrExists) {
		err = nil // it has been here before
	}
	var n *chain.Node
	if err == nil {
		n, err = chain.Start(context.Background(), c)
	}
	fmt.Println("started", err)
	if err == nil {
		io.Copy(io.Discard, os.Stdin)
		n.Stop()
	}
}

// child is a node in a process of its own, that can go and come back.
type child struct {
	*testing.T
	home, ports, ws string
	cmd             *exec.Cmd
	in              io.Closer
}

func newChild(t *testing.T) *child {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a node")
	}
	var ports [2]string
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ports[i] = l.Addr().String()
		l.Close()
	}
	c := &child{T: t, home: t.TempDir(), ports: ports[0] + " " + ports[1], ws: "ws://" + ports[1]}
	c.start()
	t.Cleanup(c.stop)
	return c
}

func (c *child) start() {
	c.Helper()
	c.cmd = exec.Command(os.Args[0])
	c.cmd.Env = append(os.Environ(), childHome+"="+c.home, childPorts+"="+c.ports)
	in, err := c.cmd.StdinPipe()
	if err != nil {
		c.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	c.in = in
	if err := c.cmd.Start(); err != nil {
		c.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || line != "started <nil>\n" {
		c.Fatalf("the node says %q, %v", line, err)
	}
}

func (c *child) stop() {
	if c.cmd == nil {
		return
	}
	c.in.Close()
	c.cmd.Wait()
	c.cmd = nil
}

// account connects with a development key.
func (c *child) account(ctx context.Context, i int) *client.Account {
	c.Helper()
	cl, err := client.Dial(ctx, c.ws, client.Options{Poll: 20 * time.Millisecond})
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(cl.Close)
	a, err := cl.Account(ctx, chain.DevAccounts()[i].Key, nil)
	if err != nil {
		c.Fatal(err)
	}
	return a
}

// TestNodeRestarts plays a group and two questions on one host on a real node
// that goes away for a few seconds (a minute with AGON_LONG=1) in the midst of
// play: players and arbitrageurs go on, prices come into line, no order is
// placed twice, and every player's books are the chain's.
func TestNodeRestarts(t *testing.T) {
	away := 4 * time.Second
	if os.Getenv("AGON_LONG") != "" {
		away = time.Minute
	}
	ctx, stop := context.WithTimeout(context.Background(), away+patience)
	defer stop()
	node := newChild(t)
	relayer, opener := node.account(ctx, 2), node.account(ctx, 3)
	hopeful := &mind{name: "hopeful",
		think: func(_ context.Context, q player.Question) (player.Forecast, error) {
			p := 0.6 // of every member: they sum to far more than 1
			if q.Kind != market.Group {
				p = []float64{0.25, 0.75}[q.ID%2]
			}
			return player.Forecast{P: p, Confidence: 1}, nil
		}}
	start, err := opener.Client().Height(ctx)
	if err != nil {
		t.Fatal(err)
	}
	s, err := swarm.New(swarm.Config{
		Chain: swarm.Live(relayer), Seed: []byte("restart"), From: start + 1, Window: 30,
		Resolvers: []common.Address{opener.Address()},
		Groups:    []swarm.Group{group("hopeful", 30, hopeful), evens(2)},
	})
	if err != nil {
		t.Fatal(err)
	}
	playing, stopPlaying := context.WithCancel(ctx)
	defer stopPlaying()
	done := make(chan error, 1)
	go func() { done <- s.Run(playing) }()
	wait := func(what string, cond func() bool) {
		t.Helper()
		for !cond() {
			select {
			case err := <-done:
				t.Fatalf("the swarm ended while waiting until %s: %v", what, err)
			case <-ctx.Done():
				t.Fatalf("waiting until %s: %+v", what, s.Progress())
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	wait("it is ready", func() bool { return s.Progress().Ready })
	ask := func(kind market.Kind, text string, members ...string) uint64 {
		t.Helper()
		p, err := opener.Ask(ctx, market.Spec{
			Template: market.Custom, Kind: kind, Fields: []string{text, "YES if so."},
			Members: members, Subsidy: coins(5), Window: 5000, Grace: 1000,
			Resolver: market.Account(opener.Address()),
		}, client.Tx{})
		if err != nil {
			t.Fatal(err)
		}
		id, err := p.Asked(ctx)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	id := ask(market.Group, "Who?", "a", "b", "c")
	wait("it trades", func() bool { return s.Progress().Fills > 20 })

	node.stop()
	time.Sleep(away)
	node.start()
	fills := s.Progress().Fills
	twins := []uint64{ask(market.Binary, "Twice?"), ask(market.Binary, "Twice?")}
	wait("play goes on", func() bool { return s.Progress().Fills > fills+20 })
	read := func(id uint64) []client.Book {
		q, err := opener.Client().Question(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return q.Books
	}
	wait("the group is in line", func() bool {
		sum := 0.0
		for _, b := range read(id) {
			sum += client.Float(b.Price)
		}
		return math.Abs(sum-1) < 0.08
	})
	wait("the twins are in line", func() bool {
		a, b := read(twins[0])[0], read(twins[1])[0]
		return a.Price != market.One/2 &&
			math.Abs(client.Float(a.Price)-client.Float(b.Price)) < 0.1
	})
	stopPlaying()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	for _, p := range s.Report().Players {
		balance, err := opener.Client().Balance(ctx, p.Address)
		if err != nil {
			t.Fatal(err)
		}
		budget := 5.0
		if p.Model == "arbitrage" {
			budget = 20
			if p.Orders == 0 {
				t.Errorf("%s did nothing: %v", p.Name, p.Looks)
			}
		}
		want := budget + p.Profit - p.Held - p.Reserved
		if have := balance.Float64() / 1e18; math.Abs(have-want) > 1e-6 {
			t.Errorf("%s has %.6f on the chain, by its books %.6f: %+v", p.Name, have, want, p)
		}
	}
	placedOnce(t, ctx, opener.Client(), start+1)
}

// placedOnce reads the chain and wants no two equal orders of one trader in one
// block: one decision, placed twice.
func placedOnce(t *testing.T, ctx context.Context, c *client.Client, from uint64) {
	t.Helper()
	last, err := c.Height(ctx)
	if err != nil {
		t.Fatal(err)
	}
	type decision struct {
		trader common.Address
		order  client.Order
		block  uint64
	}
	var seen []decision
	for e, err := range c.Follow(ctx, from) {
		if err != nil {
			t.Fatal(err)
		}
		if o, ok := e.Body.(client.Ordered); ok {
			d := decision{o.Trader, o.Order, e.Block}
			if slices.Contains(seen, d) {
				t.Errorf("placed twice: %+v", d)
			}
			seen = append(seen, d)
		}
		if _, head := e.Body.(client.Head); head && e.Block >= last {
			break
		}
	}
	if len(seen) == 0 {
		t.Error("no order was placed")
	}
}
