package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain"
	"agon/chain/devnode"
	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/lab"
	"agon/player/learn"
	"agon/player/sizing"
)

// confirmView compares games in memory with the same orders on a node.
type confirmView struct {
	Questions int     `json:"questions"`
	Attacked  bool    `json:"attacked"`
	Orders    int     `json:"orders"`
	Batches   int     `json:"batches"`
	Price     float64 `json:"largest_price_difference"`
	Profit    float64 `json:"largest_profit_difference"` // coins
	Seconds   float64 `json:"seconds"`
}

// errUnconfirmed reports a node that came to other prices than the lab.
var errUnconfirmed = errors.New("the node and the lab disagree")

// batch is the orders the lab placed in one block.
type batch struct {
	at     market.Height
	seats  []int
	orders []market.Order
}

// Of a confirmation: blocks a question trades on the node, which must cover the
// replay, and how long the node's blocks take.
const (
	nodeWindow  = 600
	nodeBlock   = 100 * time.Millisecond
	nodeBudget  = 1000
	nodeSubsidy = 5
	// agree is how far prices, and profits in coins, may differ: floats of the
	// lab's books against the chain's integers.
	agree = 1e-9
)

// confirm shows how a sample does on a node, and fails if it does otherwise than
// in memory.
func (a *app) confirm(ctx context.Context, h learn.Held, k sample) error {
	v, err := a.confirmed(ctx, h, k)
	if err != nil {
		return err
	}
	if err := a.emit(v, v.draw); err != nil {
		return err
	}
	return v.check()
}

// sample is what is played on a node too.
type sample struct {
	questions int
	seed      uint64
	attacked  bool // a manipulator pushes the price of the first
}

func (v confirmView) draw(s term.Screen) {
	with := ""
	if v.Attacked {
		with = ", the first attacked"
	}
	say(s, "on a node: %d questions%s, %d orders in %d batches; prices differ by %.1g at most, "+
		"profits by %.1g coins; %.0f s", v.Questions, with, v.Orders, v.Batches, v.Price, v.Profit,
		v.Seconds)
}

func (v confirmView) check() error {
	if v.Price > agree || v.Profit > agree {
		return errUnconfirmed
	}
	return nil
}

// confirmed plays questions in memory, then places the same orders, batch by
// batch, on a node of its own, and compares last prices and what every player
// has in the end. The answer's median is not compared: it counts blocks, and a
// node's batches are further apart.
func (a *app) confirmed(ctx context.Context, h learn.Held, k sample) (v confirmView, err error) {
	began := time.Now()
	list := lab.Examples(h)
	list = list[:min(k.questions, len(list))]
	seats := lab.Cast(ctx, labPlayers(), list)
	if k.attacked {
		aims := lab.Aims{1: {Up: !list[0].Truth}}
		seats = append(seats, lab.NewManipulator("manipulator", aims, nodeBudget,
			lab.Timings[3], 0.999))
	}
	var batches []batch
	g, err := lab.NewGame(lab.Rules{
		Seed: k.seed, Subsidy: nodeSubsidy, Window: 30, Delay: 30, Every: 1,
		Budget: func(string) float64 { return nodeBudget },
		Journal: func(now market.Height, seat int, o market.Order) {
			if len(batches) == 0 || batches[len(batches)-1].at != now {
				batches = append(batches, batch{at: now})
			}
			b := &batches[len(batches)-1]
			b.seats, b.orders = append(b.seats, seat), append(b.orders, o)
		},
	}, seats)
	if err != nil {
		return v, err
	}
	answers, err := g.Play(ctx, list, nil)
	if err != nil {
		return v, err
	}
	batches = traded(batches, answers)
	v = confirmView{Questions: len(list), Batches: len(batches), Attacked: k.attacked}
	for _, b := range batches {
		v.Orders += len(b.orders)
	}
	if err := a.replay(ctx, &v, g.Standings(), answers, batches); err != nil {
		return v, err
	}
	v.Seconds = time.Since(began).Seconds()
	return v, nil
}

// traded leaves out orders that came too late: what is placed in a block trades at
// the head of the next, unless a draw has closed the question by then. On the
// node windows are longer, and they would trade.
func traded(all []batch, answers []lab.Answer) (out []batch) {
	for _, b := range all {
		in := batch{at: b.at}
		for i, o := range b.orders {
			if b.at+1 < answers[o.Question-1].Closed {
				in.seats, in.orders = append(in.seats, b.seats[i]), append(in.orders, o)
			}
		}
		if len(in.orders) > 0 {
			out = append(out, in)
		}
	}
	return out
}

// replay runs a node and does there what was done in memory.
func (a *app) replay(
	ctx context.Context, v *confirmView, seats []lab.Standing, answers []lab.Answer, all []batch,
) error {
	node, err := devnode.Start(ctx, nodeBlock)
	if err != nil {
		return err
	}
	defer node.Stop()
	c, err := client.Dial(ctx, node.WSURL(), client.Options{})
	if err != nil {
		return err
	}
	defer c.Close()
	acc, err := c.Account(ctx, chain.DevAccounts()[0].Key, nil)
	if err != nil {
		return err
	}
	keys, who, err := seatKeys(ctx, acc, seats)
	if err != nil {
		return err
	}
	ids, err := askSame(ctx, acc, answers)
	if err != nil {
		return err
	}
	bar := term.NewProgress(a.err)
	defer bar.Done()
	for i, b := range all {
		if err := placeSame(ctx, acc, keys, ids, b); err != nil {
			return fmt.Errorf("batch %d: %w", i, err)
		}
		bar.Set(i+1, len(all), "on the node")
	}
	return v.compare(ctx, c, who, ids, seats, answers)
}

// seatKeys makes a key for each seat and gives it the lab's budget.
func seatKeys(ctx context.Context, acc *client.Account, seats []lab.Standing) (
	keys []*ecdsa.PrivateKey, who []common.Address, err error,
) {
	var sums []market.Amount
	for _, s := range seats {
		digest := sha256.Sum256([]byte("agon/lab/node/" + s.Name))
		key, err := crypto.ToECDSA(digest[:])
		if err != nil {
			return nil, nil, err
		}
		keys = append(keys, key)
		who = append(who, crypto.PubkeyToAddress(key.PublicKey))
		sums = append(sums, sizing.Amount(s.Budget))
	}
	p, err := acc.DepositFor(ctx, who, sums, client.Tx{})
	if err == nil {
		_, err = p.Wait(ctx)
	}
	return keys, who, err
}

// askSame opens the lab's questions on the node.
func askSame(ctx context.Context, acc *client.Account, answers []lab.Answer) ([]uint64, error) {
	ids := make([]uint64, len(answers))
	for i, x := range answers {
		q := x.Example.Question
		p, err := acc.Ask(ctx, market.Spec{
			Template: q.Template, Fields: q.Fields, Subsidy: sizing.Amount(nodeSubsidy),
			Window: nodeWindow, Resolver: market.Account(acc.Address()),
			Openings: []market.Price{market.Price(math.Round(x.Opening * 1e18))},
		}, client.Tx{})
		if err == nil {
			ids[i], err = p.Asked(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("asking about %q: %w", q.Fields, err)
		}
	}
	return ids, nil
}

// placeSame brings one batch's orders in one transaction and waits for it.
func placeSame(
	ctx context.Context, acc *client.Account, keys []*ecdsa.PrivateKey, ids []uint64, b batch,
) error {
	now, err := acc.Client().Height(ctx)
	if err != nil {
		return err
	}
	signed := make([]client.SignedOrder, len(b.orders))
	for i, o := range b.orders {
		key := keys[b.seats[i]]
		id := fmt.Sprintf("%d/%d", b.at, i)
		signed[i], err = acc.Client().Sign(key, client.Order{
			Question: ids[o.Question-1], Book: o.Book, Action: o.Action, Amount: o.Amount,
			Limit: o.Limit,
		}, client.Permit{
			Nonce: client.NonceFor(crypto.PubkeyToAddress(key.PublicKey), id), ToBlock: now + 100,
		})
		if err != nil {
			return err
		}
	}
	r, err := acc.Relay(ctx, signed, client.Tx{})
	if err != nil {
		return err
	}
	if n := len(r.Pending()); n != 1 {
		return fmt.Errorf("%w: %d orders took %d transactions, want 1", errUnconfirmed,
			len(signed), n)
	}
	placed, err := r.Results(ctx)
	if err != nil {
		return err
	}
	for i, p := range placed {
		if p.Reason != market.OK {
			return fmt.Errorf("%w: order %d was refused: %s", errUnconfirmed, i, p.Reason)
		}
	}
	// The batch is at the head of the next block.
	for at := now; at < now+3; {
		if at, err = acc.Client().Height(ctx); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(nodeBlock / 2):
		}
	}
	return nil
}

// compare reads what became of it all on the node.
func (v *confirmView) compare(
	ctx context.Context, c *client.Client, who []common.Address, ids []uint64,
	seats []lab.Standing, answers []lab.Answer,
) error {
	questions, err := c.QuestionsByID(ctx, ids)
	if err != nil {
		return err
	}
	truth := map[uint64]bool{}
	for i, q := range questions {
		v.Price = max(v.Price, math.Abs(client.Float(q.Books[0].Price)-answers[i].Last))
		truth[q.ID] = answers[i].Example.Truth
	}
	for i, w := range who {
		balance, err := c.Balance(ctx, w)
		if err != nil {
			return err
		}
		held, err := c.Positions(ctx, w, questions)
		if err != nil {
			return err
		}
		worth := sizing.Coins(balance)
		for _, p := range held {
			if truth[p.Question] {
				worth += sizing.Coins(p.Yes)
			} else {
				worth += sizing.Coins(p.No)
			}
		}
		v.Profit = max(v.Profit, math.Abs(worth-seats[i].Budget-seats[i].Profit))
	}
	return nil
}
