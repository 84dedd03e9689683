package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"agon/chain"
	"agon/client"
	"agon/cmd/agon/quiz"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/player/facts"
)

// benchAnswer asks a swarm that is already playing, one question at a time.
func benchAnswer(ctx context.Context, _ *app, size scale) []figure {
	f := figure{
		Name:   fmt.Sprintf("ask to first meaningful price, %d players", size.players),
		Target: "≤ 3 s", Unit: "s", Floor: "reality.eth answers in days",
	}
	n, err := spawn(ctx)
	if err != nil {
		return failure(f, err)
	}
	took, err := answerTimes(ctx, n, size)
	if err := errors.Join(err, n.stop()); err != nil {
		return failure(f, err)
	}
	f.Value = median(took).Seconds()
	f.Met = f.Value <= 3
	f.Note = fmt.Sprintf("median of %d questions about hosts, from before the question is signed "+
		"until its price has moved by a point and that block's events are read; blocks about "+
		"every half second", len(took))
	return []figure{f}
}

// answerTimes starts a swarm and times its answers to questions of the facts.
func answerTimes(ctx context.Context, n *spawned, size scale) ([]time.Duration, error) {
	cl, err := dialSpawned(ctx, n)
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	items, err := quiz.Read(strings.NewReader(facts.CSV))
	if err != nil {
		return nil, err
	}
	dev := chain.DevAccounts()
	relayer, err := cl.Account(ctx, dev[relayerRole].Key, nil)
	if err != nil {
		return nil, err
	}
	opener, err := cl.Account(ctx, dev[openerRole].Key, nil)
	if err != nil {
		return nil, err
	}
	playing, stop := context.WithCancel(ctx)
	defer stop()
	c, err := startCrowd(playing, crowdSpec{
		relayer: relayer, count: size.players, seed: "bench", budget: milli(100e3), trustAll: true,
	})
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for _, it := range quiz.Sample(items, 4*size.rounds, 1) {
		if it.Template != market.DappScam || len(took) == size.rounds {
			continue
		}
		one, err := answerTime(playing, cl, opener, it)
		if err != nil {
			return nil, errors.Join(err, c.wait())
		}
		took = append(took, one)
	}
	stop()
	return took, c.wait()
}

// answerTime asks one question and waits for its first meaningful price.
func answerTime(
	ctx context.Context, cl *client.Client, opener *client.Account, it quiz.Item,
) (time.Duration, error) {
	from, err := cl.Height(ctx)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	ids, err := askAll(ctx, opener, []quiz.Item{it}, market.Spec{
		Subsidy: milli(5e3), Window: 200, Resolver: market.Account(opener.Address()),
	})
	if err != nil {
		return 0, err
	}
	qs, err := cl.QuestionsByID(ctx, ids)
	if err != nil {
		return 0, err
	}
	w := newAudience(begin, qs, term.NewProgress(term.Screen{}))
	for e, err := range cl.Follow(ctx, from+1) {
		if err != nil {
			return 0, err
		}
		w.note(e.Body)
		if first := w.of[ids[0]].first; first > 0 {
			return first, nil
		}
		if e.Block > qs[0].End {
			return 0, fmt.Errorf("question %d closed at its opening price", ids[0])
		}
	}
	return 0, ctx.Err()
}
