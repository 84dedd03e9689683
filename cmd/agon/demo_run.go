package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"agon/chain"
	"agon/client"
	"agon/cmd/agon/quiz"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/player/roster"
)

// Roles in the demo: development accounts by number.
const (
	openerRole  = 0 // asks and answers
	relayerRole = 1 // carries the players' orders and pays for them
)

// stageplay is one run of the demo on a running chain.
type stageplay struct {
	app   *app
	k     showing
	cl    *client.Client
	begin time.Time
	items []quiz.Item
	url   string

	ids []uint64
	hub *audience
}

// run plays the demo and prints its result. With --keep it goes on until ctx
// ends.
func (s *stageplay) run(ctx context.Context, n *chain.Node, subsidy market.Amount) error {
	dev := chain.DevAccounts()
	opener, err := s.cl.Account(ctx, dev[openerRole].Key, nil)
	if err != nil {
		return err
	}
	relayer, err := s.cl.Account(ctx, dev[relayerRole].Key, nil)
	if err != nil {
		return err
	}
	s.app.stage("funding %d players", s.k.players)
	playing, stop := context.WithCancel(ctx)
	defer stop()
	c, err := startCrowd(playing, crowdSpec{
		relayer: relayer, count: s.k.players, seed: fmt.Sprintf("demo %d", s.k.seed),
		budget: milli(100e3), trustAll: true,
	})
	if err != nil {
		return err
	}
	go func() { // players that cannot go on end the demo
		<-c.done
		stop()
	}()
	v, err := s.play(playing, opener, subsidy)
	if err != nil {
		stop()
		return errors.Join(err, c.wait())
	}
	v.Models = models(c.Report())
	err = s.app.emit(v, func(sc term.Screen) {
		v.draw(sc)
		s.invite(sc)
	})
	if err != nil || !s.k.keep {
		stop()
		return errors.Join(err, c.wait())
	}
	<-ctx.Done()
	return errors.Join(c.wait(), n.Wait())
}

// play asks, watches, answers and scores.
func (s *stageplay) play(ctx context.Context, opener *client.Account, subsidy market.Amount) (
	demoView, error,
) {
	s.app.stage("asking %d questions", len(s.items))
	from, err := s.cl.Height(ctx)
	if err != nil {
		return demoView{}, err
	}
	asked := time.Now()
	s.ids, err = askAll(ctx, opener, s.items, market.Spec{
		Subsidy: subsidy, Window: market.Height(s.k.window),
		Resolver: market.Account(opener.Address()),
	})
	if err != nil {
		return demoView{}, err
	}
	opened, err := s.cl.QuestionsByID(ctx, s.ids)
	if err != nil {
		return demoView{}, err
	}
	s.app.stage("trading, %d blocks", s.k.window)
	bar := term.NewProgress(s.app.err)
	s.hub = newAudience(asked, opened, bar)
	err = s.hub.watch(ctx, s.cl, from+1)
	bar.Done()
	if err != nil {
		return demoView{}, err
	}
	s.app.stage("answering")
	closed, err := s.cl.QuestionsByID(ctx, s.ids)
	if err != nil {
		return demoView{}, err
	}
	if err := resolveAll(ctx, opener, s.ids, s.items); err != nil {
		return demoView{}, err
	}
	return s.result(ctx, closed)
}

// result puts together what is shown.
func (s *stageplay) result(ctx context.Context, closed []client.Question) (demoView, error) {
	v := demoView{Swarm: s.k.players, Orders: s.hub.orders, RPC: s.url}
	var answers []float64
	for i, q := range closed {
		w := s.hub.of[q.ID]
		row := demoRow{
			ID: q.ID, Text: q.Text, Template: templateName(q.Template), Fields: q.Fields,
			Opening: w.opening,
			Market:  probability(published(q, 0)), Truth: s.items[i].Truth, Trades: w.trades,
			Answer: w.first.Seconds(),
		}
		if w.first > 0 {
			answers = append(answers, row.Answer)
		}
		v.Questions = append(v.Questions, row)
	}
	if len(answers) > 0 {
		slices.Sort(answers)
		v.Answer = answers[len(answers)/2]
	}
	var err error
	v.Scores, v.Singles, err = judge(ctx, v.Questions, closed, roster.Builtin([]byte("demo")))
	v.Seconds = time.Since(s.begin).Seconds()
	return v, err
}

// invite says how to go on.
func (s *stageplay) invite(sc term.Screen) {
	say(sc, "")
	if !s.k.keep {
		say(sc, `The chain is gone. "agon demo --keep" leaves it running, with the players; or,`)
		say(sc, "each in a terminal of its own:")
		say(sc, "  agon up                                            # a chain that stays")
		say(sc, "  agon play --trust dev0                             # the players")
		say(sc, "  agon ask dapp-scam app.example.org --watch         # your question")
		return
	}
	rpc := ""
	if s.url != defaultRPC {
		rpc = " --rpc " + s.url
	}
	say(sc, "Chain and players go on until you interrupt. Ask them something, in another terminal:")
	say(sc, "  agon ask dapp-scam app.example.org --watch%s", rpc)
	say(sc, "  agon show %d%s", s.ids[0], rpc)
}
