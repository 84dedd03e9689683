package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"agon/client"
	"agon/game/market"
)

// benchStart starts nodes and waits for their first blocks.
func benchStart(ctx context.Context, _ *app, size scale) []figure {
	first := figure{Name: "agon up to first block", Target: "≤ 5 s", Unit: "s", Floor: "–"}
	memory := figure{Name: "resident memory then", Target: "≤ 400 MB", Unit: "MB", Floor: "–"}
	var took []time.Duration
	for range size.rounds {
		n, err := spawn(ctx)
		if err != nil {
			return failure(first, err)
		}
		took = append(took, n.took)
		memory.Value = max(memory.Value, float64(n.resident())/1e6)
		if err := n.stop(); err != nil {
			return failure(first, err)
		}
	}
	first.Value = median(took).Seconds()
	first.Met = first.Value <= 5
	first.Note = fmt.Sprintf("median of %d fresh homes, process start included", len(took))
	memory.Met = memory.Value > 0 && memory.Value <= 400
	return []figure{first, memory}
}

// benchIdle compares the work of blocks with nothing to do, before and after
// many questions were opened.
func benchIdle(ctx context.Context, _ *app, size scale) []figure {
	f := figure{
		Name:   fmt.Sprintf("idle block, %s open questions", thousands(float64(size.idle))),
		Target: "as with none", Unit: "ms", Floor: "O(touched)",
	}
	n, err := spawn(ctx, "--block-time", "100ms")
	if err != nil {
		return failure(f, err)
	}
	none, many, err := idleCosts(ctx, n, size.idle)
	if err := errors.Join(err, n.stop()); err != nil {
		return failure(f, err)
	}
	f.Value = 1e3 * many
	// Blocks of half a millisecond scatter; a cost that grew with the number of
	// questions would be larger by orders of magnitude.
	f.Met = many <= 1.25*none+0.0002
	f.Floor = fmt.Sprintf("with none: %.3g ms", 1e3*none)
	f.Note = "mean execution of a block that holds only the tick"
	return []figure{f}
}

// idleCosts gives the mean execution of an idle block, in seconds, with no
// question and with count open ones.
func idleCosts(ctx context.Context, n *spawned, count int) (none, many float64, err error) {
	if none, err = idleCost(ctx, n); err != nil {
		return 0, 0, err
	}
	l, err := newLoad(ctx, n, loaders)
	if err != nil {
		return 0, 0, err
	}
	defer l.close()
	spec := market.Spec{
		Template: market.DappScam, Fields: []string{"idle.example"}, Subsidy: milli(10),
		Window: market.MaxWindow, Resolver: market.Account(l.accounts[0].address),
	}
	if err := l.askMany(ctx, spec, count); err != nil {
		return 0, 0, err
	}
	many, err = idleCost(ctx, n)
	return none, many, err
}

// idleBlocks is how many idle blocks the mean is taken over.
const idleBlocks = 40

// idleCost waits for blocks with nothing in them and averages their execution.
func idleCost(ctx context.Context, n *spawned) (float64, error) {
	const sum, count = "agon_block_execution_seconds_sum", "agon_block_execution_seconds_count"
	before, err := n.metrics(ctx)
	if err != nil {
		return 0, err
	}
	if _, ok := before[count]; !ok {
		return 0, fmt.Errorf("the node does not measure %s", count)
	}
	for {
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
		after, err := n.metrics(ctx)
		if err != nil {
			return 0, err
		}
		if blocks := after[count] - before[count]; blocks >= idleBlocks {
			return (after[sum] - before[sum]) / blocks, nil
		}
	}
}

// dialSpawned connects to a spawned node.
func dialSpawned(ctx context.Context, n *spawned) (*client.Client, error) {
	return client.Dial(ctx, n.view.WS, client.Options{})
}
