package client

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// Follow yields everything that happens in the market from block from on, in
// order, each event once, without end; from 0 starts at the next block. After
// the events of a block comes its Head.
//
// New blocks are announced by a subscription where the connection carries one
// and found by polling where not. An announcement only says that it is worth
// asking: what happened is then read for all blocks since the last one seen,
// so nothing is lost or doubled when a connection breaks, and blocks are final
// at once on this chain, so nothing is taken back. While the node cannot be
// reached Follow goes on trying; what it could not read it yields as an error
// and tries again. It ends when the loop does, with the client, or with ctx,
// whose error it then yields last.
func (c *Client) Follow(ctx context.Context, from uint64) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		news := c.announcements(ctx)
		next, known := from, from != 0
		for {
			head, err := c.Height(ctx)
			if err == nil && !known {
				next, known = head+1, true
			}
			for err == nil && known && next <= head {
				last := min(head, next+followSpan-1)
				var more bool
				if more, err = c.yieldBlocks(ctx, next, last, yield); !more {
					return
				}
				if err == nil {
					next = last + 1
				}
			}
			if ctx.Err() != nil {
				yield(Event{}, ctx.Err())
				return
			}
			if err != nil {
				err = fmt.Errorf("following from block %d: %w", next, err)
				if !yield(Event{}, err) || errors.Is(err, rpc.ErrClientQuit) {
					return
				}
			}
			select {
			case <-ctx.Done():
				yield(Event{}, ctx.Err())
				return
			case <-news:
			}
		}
	}
}

// followSpan bounds how many blocks a follower that fell behind reads at once.
const followSpan = 100

// yieldBlocks yields the events of blocks from to last and their Heads. It
// reads all before it yields any, so that an error means none was yielded, and
// reports false if the consumer is done.
func (c *Client) yieldBlocks(
	ctx context.Context, from, last uint64, yield func(Event, error) bool,
) (bool, error) {
	logs, err := c.logs(ctx, from, last, nil)
	if err != nil {
		return true, err
	}
	events := make([]Event, 0, len(logs))
	for i := range logs {
		e, err := c.dec.event(&logs[i])
		if errors.Is(err, errForeign) {
			continue // an event of a later version of the market
		}
		if err != nil {
			return true, err
		}
		events = append(events, e)
	}
	for block := from; block <= last; block++ {
		for len(events) > 0 && events[0].Block == block {
			if !yield(events[0], nil) {
				return false, nil
			}
			events = events[1:]
		}
		if !yield(Event{Block: block, Body: Head{}}, nil) {
			return false, nil
		}
	}
	if len(events) > 0 {
		return true, fmt.Errorf("log of block %d among those of blocks %d to %d",
			events[0].Block, from, last)
	}
	return true, nil
}

// announcements gives a channel that fires when there may be a new block: on
// every head of a subscription, or every Options.Poll while there is none. It
// holds at most one announcement, so a slow reader costs nothing.
func (c *Client) announcements(ctx context.Context) <-chan struct{} {
	news := make(chan struct{}, 1)
	tell := func() {
		select {
		case news <- struct{}{}:
		default:
		}
	}
	go func() {
		for ctx.Err() == nil {
			if c.push {
				c.subscribe(ctx, tell)
			}
			if !sleep(ctx, c.opts.Poll) {
				return
			}
			tell()
		}
	}()
	return news
}

// silence is how long a subscription may say nothing before the follower looks
// for itself: connections die without a word.
const silence = 2 * time.Second

// subscribe tells of every new head until the subscription fails or ctx ends.
func (c *Client) subscribe(ctx context.Context, tell func()) {
	heads := make(chan *types.Header, 16)
	sub, err := c.eth.SubscribeNewHead(ctx, heads)
	if err != nil {
		return
	}
	defer sub.Unsubscribe()
	look := time.NewTicker(silence)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.Err():
			return
		case <-heads:
			tell()
		case <-look.C:
			tell()
		}
	}
}
