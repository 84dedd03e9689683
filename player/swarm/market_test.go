package swarm_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/lineup"
	"agon/player/roster"
	"agon/player/swarm"
)

// TestReadersAndPushesOnANode plays what the lab plays on a real node: models
// of hosts and readers of a roster; enough questions settle that the readers
// have learnt whom to believe; then somebody pushes a price again and again, orders
// are laid out for the next push, and the price does not stay where it was pushed.
func TestReadersAndPushesOnANode(t *testing.T) {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	relayer, opener := dial(t, ctx, 4), dial(t, ctx, 5)
	file, err := lineup.Parse([]byte(`
seed: the market on a node
budget: 10
defaults: {noise: 0, delay: 0}
players:
  - {name: models, model: [host-ngram, host-bayes, host-trees, host-markov], count: 8}
  - {name: ears, reader: {probation: 10}, count: 4, budget: 50}
`))
	if err != nil {
		t.Fatal(err)
	}
	groups, err := file.Groups(lineup.Kitchen{Builtin: roster.Builtin})
	if err != nil {
		t.Fatal(err)
	}
	var record bytes.Buffer
	s, err := swarm.New(swarm.Config{
		Chain: swarm.Live(relayer), Seed: []byte(file.Seed), Groups: groups, Record: &record,
		Resolvers: []common.Address{opener.Address()},
	})
	if err != nil {
		t.Fatal(err)
	}
	playing, stopPlaying := context.WithCancel(ctx)
	defer stopPlaying()
	done := make(chan error, 1)
	go func() { done <- s.Run(playing) }()
	until := func(what string, cond func() bool) {
		t.Helper()
		for !cond() {
			if ctx.Err() != nil {
				t.Fatalf("waiting until %s: %+v", what, s.Progress())
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	question := func(id uint64) client.Question {
		q, err := opener.Client().Question(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	ask := func(spec market.Spec) (id uint64) {
		p, err := opener.Ask(ctx, spec, client.Tx{})
		if err == nil {
			id, err = p.Asked(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	until("they may trade", func() bool { return s.Progress().Ready })

	// Thirty questions: a reader fits its weights after 25.
	list := someFacts(t, 31, opener.Address())
	pushed, list := list[30], list[:30]
	var ids []uint64
	for _, f := range list {
		f.spec.Window = 40
		ids = append(ids, ask(f.spec))
	}
	for i, id := range ids {
		until("it closes", func() bool { return question(id).Phase == market.Closed })
		o := market.Outcome{Verdict: market.No}
		if list[i].truth {
			o.Verdict = market.Yes
		}
		p, err := opener.Resolve(ctx, id, o, client.Tx{})
		if err == nil {
			_, err = p.Wait(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}

	pushed.spec.Window = 5000
	id := ask(pushed.spec)
	until("the readers have looked", func() bool { return s.Why(id, 0)["ears 1"] != "" })
	calm := func(blocks uint64) {
		from := s.Progress().Height
		until("it is calm", func() bool { return s.Progress().Height > from+blocks })
	}
	calm(20)
	// The pusher buys what the players do not believe.
	o := client.Order{Question: id, Action: market.BuyNo, Amount: coins(6), Limit: market.MaxPrice}
	price := func() float64 { return client.Float(question(id).Books[0].Price) }
	before := price()
	if before < 0.5 {
		o.Action = market.BuyYes
	}
	for range 4 {
		p, err := opener.Place(ctx, []client.Order{o}, client.Tx{})
		if err == nil {
			_, err = p.Wait(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
		calm(12)
	}
	after := price()
	stopPlaying()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	words, _ := heard(t, record.Bytes(), id)
	if !strings.Contains(words, "0 settled books") || strings.HasPrefix(words, "hears 0") {
		t.Errorf("the readers say: %s", words)
	}
	moves := pushes(t, ctx, opener, id)
	t.Logf("readers: %s; pushes moved the price by %.3f, from %.3f to %.3f in all", words, moves,
		before, after)
	if len(moves) != 4 || max(after-before, before-after) > 0.15 {
		t.Errorf("four pushes, of %.3f, moved the price from %.3f to %.3f", moves, before, after)
	}
	laid := 0
	for _, p := range s.Report().Players {
		laid += p.Offers
		budget := 10.0
		if p.Group == "ears" {
			budget = 50
		}
		if p.Paid-p.Got-p.Claimed+p.Reserved > budget {
			t.Errorf("%s is out of pocket by more than %v: %+v", p.Name, budget, p)
		}
	}
	if laid == 0 {
		t.Error("nobody laid out an offer")
	}
}

// pushes lists by how much each batch with an order of an account moved a
// question's price.
func pushes(t *testing.T, ctx context.Context, who *client.Account, id uint64) (list []float64) {
	t.Helper()
	last, err := who.Client().Height(ctx)
	if err != nil {
		t.Fatal(err)
	}
	mine := false
	for e, err := range who.Client().Follow(ctx, 1) {
		if err != nil {
			t.Fatal(err)
		}
		switch b := e.Body.(type) {
		case client.Filled:
			mine = mine || b.Question == id && b.Trader == who.Address()
		case client.Moved:
			if mine && b.Question == id {
				d := client.Float(b.To) - client.Float(b.From)
				list, mine = append(list, max(d, -d)), false
			}
		}
		if _, head := e.Body.(client.Head); head && e.Block >= last {
			break
		}
	}
	return list
}
