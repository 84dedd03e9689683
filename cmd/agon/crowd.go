package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/player/swarm"
)

// crowdSpec is what differs between the swarms this command runs.
type crowdSpec struct {
	relayer  *client.Account
	count    int
	seed     string
	budget   market.Amount
	trust    []common.Address
	trustAll bool
	record   io.Writer
	log      *slog.Logger
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
		Budget: spec.budget, Resolvers: spec.trust, TrustAll: spec.trustAll,
		Record: spec.record, Log: spec.log,
	})
	if errors.Is(err, swarm.ErrConfig) {
		return nil, &coded{err, exitUsage}
	}
	if err != nil {
		return nil, err
	}
	c := &crowd{Swarm: s, done: make(chan struct{})}
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

// modelRow sums up the players of one model.
type modelRow struct {
	Model   string  `json:"model"`
	Family  string  `json:"family"`
	Players int     `json:"players"`
	Orders  int     `json:"orders"`
	Fills   int     `json:"fills"`
	Paid    float64 `json:"paid"`
	Profit  float64 `json:"profit"`
	Reason  string  `json:"usual_reason"` // of its best player
}

// models sums a report up by model, most profit first.
func models(r swarm.Report) []modelRow {
	at := map[string]int{}
	var rows []modelRow
	for _, p := range r.Players {
		i, ok := at[p.Model]
		if !ok {
			i = len(rows)
			at[p.Model] = i
			rows = append(rows, modelRow{Model: p.Model, Family: p.Family, Reason: p.Reason})
		}
		row := &rows[i]
		row.Players++
		row.Orders += p.Orders
		row.Fills += p.Fills
		row.Paid += p.Paid
		row.Profit += p.Profit
	}
	slices.SortStableFunc(rows, func(a, b modelRow) int {
		switch {
		case a.Profit > b.Profit:
			return -1
		case a.Profit < b.Profit:
			return 1
		}
		return 0
	})
	return rows
}

// drawModels is the table of models.
func drawModels(s term.Screen, rows []modelRow) {
	t := term.Table{Columns: []term.Column{
		{Name: "model"}, {Name: "family"}, {Name: "players", Right: true},
		{Name: "orders", Right: true}, {Name: "fills", Right: true},
		{Name: "paid", Right: true}, {Name: "profit", Right: true},
	}}
	for _, r := range rows {
		t.Row(r.Model, r.Family, r.Players, r.Orders, r.Fills, fmt.Sprintf("%.2f", r.Paid),
			fmt.Sprintf("%+.2f", r.Profit))
	}
	t.Draw(s)
}

// playView is what a swarm did, at its end.
type playView struct {
	Height uint64     `json:"height"`
	Models []modelRow `json:"models"`
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
	v := playView{r.Height, models(r)}
	err = a.emit(v, func(s term.Screen) {
		say(s, "at block %d, shares at present prices:", v.Height)
		drawModels(s, v.Models)
	})
	return errors.Join(c.err, err)
}
