package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/player/arbitrage"
	"agon/player/memory"
	"agon/player/swarm"
)

// crowdSpec is what differs between the swarms this command runs.
type crowdSpec struct {
	relayer  *client.Account
	count    int
	seed     string
	budget   market.Amount
	groups   []swarm.Group // instead of count players with the same budget
	links    []arbitrage.Link
	flow     int
	perBook  int
	timeout  time.Duration
	trust    []common.Address
	trustAll bool
	memory   *memory.Store
	record   io.Writer
	recorded uint64 // block of its last line
	log      *slog.Logger

	metrics     string // address to serve them at; not at all if empty
	reliability bool
}

// crowd is a swarm that plays beside the command.
type crowd struct {
	*swarm.Swarm
	done chan struct{}
	err  error // why it ended, valid after done
}

// startCrowd makes the players, lets them play until ctx ends, and waits until
// they have their money.
func startCrowd(ctx context.Context, spec crowdSpec) (*crowd, error) {
	s, err := swarm.New(swarm.Config{
		Chain: swarm.Live(spec.relayer), Seed: []byte(spec.seed), Count: spec.count,
		Budget: spec.budget, Groups: spec.groups, Links: spec.links, Flow: spec.flow,
		Crowd: spec.perBook, Timeout: spec.timeout, Memory: spec.memory,
		Resolvers: spec.trust, TrustAll: spec.trustAll, Record: spec.record,
		Recorded: spec.recorded, Log: spec.log,
	})
	if errors.Is(err, swarm.ErrConfig) {
		return nil, &coded{err, exitUsage}
	}
	if err != nil {
		return nil, err
	}
	c := &crowd{Swarm: s, done: make(chan struct{})}
	if spec.metrics != "" {
		if err := serveMetrics(spec.metrics, c); err != nil {
			return nil, err
		}
	}
	go func() {
		c.err = s.Run(ctx)
		close(c.done)
	}()
	for !s.Progress().Ready {
		select {
		case <-c.done:
			return nil, errors.Join(c.err, ctx.Err())
		case <-time.After(10 * time.Millisecond):
		}
	}
	return c, nil
}

// wait blocks until the players have stopped.
func (c *crowd) wait() error {
	<-c.done
	return c.err
}

// perform runs a swarm until ctx ends, shows how it goes and sums it up.
func (a *app) perform(ctx context.Context, spec crowdSpec) error {
	bar := term.NewProgress(a.err)
	bar.Set(0, 0, "reading the chain and funding the players")
	c, err := startCrowd(ctx, spec)
	bar.Done()
	if err != nil {
		return err
	}
	a.note("%s ready; interrupt (ctrl-c) to stop", plural(spec.count, "player"))
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-c.done:
			running = false
		case <-tick.C:
			p := c.Progress()
			note := fmt.Sprintf("block %d: playing %s, %d refused; %d orders, %d fills", p.Height,
				plural(p.Open, "question"), p.Refused, p.Orders, p.Fills)
			bar.Set(0, 0, note)
		}
	}
	bar.Done()
	r := c.Report()
	v := playView{Height: r.Height, Models: models(r), Players: r.Players}
	err = a.emit(v, func(s term.Screen) {
		v.draw(s)
		if spec.reliability {
			drawReliability(s, r)
		}
	})
	return errors.Join(c.err, err)
}

// serveMetrics answers for a swarm's metrics until the swarm has stopped.
func serveMetrics(address string, c *crowd) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return hint(err, "--metrics wants a free address, such as 127.0.0.1:9100")
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.Metrics(), promhttp.HandlerOpts{}))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go server.Serve(l) // ends with Close, and its error says only that
	go func() {
		<-c.done
		server.Close()
	}()
	return nil
}
