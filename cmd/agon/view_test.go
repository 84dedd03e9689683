package main

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"net"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/core/types"

	"agon/client"
	"agon/game/market"
)

// books makes the books of a question from prices in per cent.
func books(names []string, percents ...uint64) []client.Book {
	var out []client.Book
	for i, p := range percents {
		b := client.Book{Price: market.Price(p) * (market.One / 100)}
		if i < len(names) {
			b.Name = names[i]
		}
		out = append(out, b)
	}
	return out
}

// crew are the members of the groups in these tests.
var crew = []string{"Ann", "Bo", "other"}

// answered is a settled question.
func answered(o market.Outcome) client.Question {
	return client.Question{Phase: market.Settled, Outcome: o}
}

func TestLeading(t *testing.T) {
	group := client.Question{Kind: market.Group, Books: books(crew, 20, 70, 10)}
	scalar := client.Question{Kind: market.Scalar, Lo: -50, Hi: 150, Books: books(nil, 25)}
	settled := client.Question{Phase: market.Closed, Books: books(nil, 90)}
	settled.Books[0].Median = market.One / 5
	for _, c := range []struct {
		name string
		q    client.Question
		want string
	}{
		{"binary", client.Question{Phase: market.Open, Books: books(nil, 37)}, "37.0%"},
		{"group", group, "Bo 70.0%"},
		{"scalar", scalar, "0"},
		{"closed: the median, not the last price", settled, "20.0%"},
		{"none", client.Question{}, ""},
	} {
		if got := leading(c.q); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestStanding(t *testing.T) {
	for _, c := range []struct {
		q    client.Question
		want string
	}{
		{client.Question{Phase: market.Open, End: 120}, "open, ≤ 20 blocks"},
		{client.Question{Phase: market.Open, End: 100}, "open, closing"},
		{client.Question{Phase: market.Closed, ResolveBy: 130}, "closed, answer by 130"},
		{client.Question{Phase: market.Closed, ResolveBy: 100}, "closed, resolver silent"},
		{client.Question{Phase: market.Halted}, "halted"},
		{answered(market.Outcome{Verdict: market.Invalid}), "answer: INVALID"},
		{answered(market.Outcome{Verdict: market.Value, Value: -7}), "answer: -7"},
	} {
		if got := standing(c.q, 100); got != c.want {
			t.Errorf("%+v: %q, want %q", c.q, got, c.want)
		}
	}
}

func TestOutcome(t *testing.T) {
	binary := client.Question{Kind: market.Binary, Books: books(nil, 50)}
	group := client.Question{Kind: market.Group, Books: books(crew, 30, 30, 40)}
	scalar := client.Question{Kind: market.Scalar, Lo: 0, Hi: 10, Books: books(nil, 50)}
	for _, c := range []struct {
		q    client.Question
		word string
		want market.Outcome
		ok   bool
	}{
		{binary, "Yes", market.Outcome{Verdict: market.Yes}, true},
		{binary, "no", market.Outcome{Verdict: market.No}, true},
		{binary, "too-early", market.Outcome{Verdict: market.TooEarly}, true},
		{binary, "7", market.Outcome{}, false},
		{group, "bo", market.Outcome{Verdict: market.Member, Member: 1}, true},
		{group, "2", market.Outcome{Verdict: market.Member, Member: 2}, true},
		{group, "yes", market.Outcome{}, false},
		{scalar, "-3", market.Outcome{Verdict: market.Value, Value: -3}, true},
		{scalar, "invalid", market.Outcome{Verdict: market.Invalid}, true},
		{scalar, "3.5", market.Outcome{}, false},
	} {
		got, err := outcome(c.q, c.word)
		if (err == nil) != c.ok || c.ok && got != c.want {
			t.Errorf("%q of kind %d: %+v, %v; want %+v", c.word, c.q.Kind, got, err, c.want)
		}
	}
}

func TestMovesOf(t *testing.T) {
	fill := func(book uint8, coins uint64) client.Filled {
		return client.Filled{Question: 1, Book: book, Coins: milli(coins)}
	}
	moves := movesOf([]client.Event{
		{Block: 5, Body: fill(0, 10)}, {Block: 5, Body: fill(1, 99)}, {Block: 5, Body: fill(0, 30)},
		{Block: 5, Body: client.Moved{Question: 1, Book: 0}},
		{Block: 5, Body: client.Moved{Question: 1, Book: 1}},
		{Block: 6, Body: client.Moved{Question: 1, Book: 0}}, {Block: 6, Body: fill(0, 7)},
	})
	if len(moves) != 3 {
		t.Fatalf("%d moves, want 3", len(moves))
	}
	for i, want := range [][]uint64{{30, 10}, {99}, {7}} {
		if len(moves[i].fills) != len(want) {
			t.Errorf("move %d has %d fills, want %d", i, len(moves[i].fills), len(want))
			continue
		}
		for j, coins := range want {
			if amount := milli(coins); moves[i].fills[j].Coins != amount {
				t.Errorf("move %d, fill %d: %s, want %s", i, j,
					moves[i].fills[j].Coins.Dec(), amount.Dec())
			}
		}
	}
}

func TestExitCodes(t *testing.T) {
	refused := &client.Refused{Reason: market.AfterClose}
	dial := &net.OpError{Op: "dial", Err: errors.New("connection refused")}
	for _, c := range []struct {
		err    error
		code   int
		advice bool
	}{
		{nil, exitOK, false},
		{errors.New("anything"), exitFailed, false},
		{wrong("no such thing"), exitUsage, false},
		{fmt.Errorf("question 7: %w", refused), exitRefused, true},
		{fmt.Errorf("connecting: %w", dial), exitUnreachable, true},
		{hint(errors.New("x"), "do y"), exitFailed, true},
		{context.Canceled, exitInterrupted, false},
	} {
		if got := exitCode(c.err); got != c.code {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.code)
		}
		if c.err != nil && (adviceFor(c.err) != "") != c.advice {
			t.Errorf("%v: advice %q, want some: %v", c.err, adviceFor(c.err), c.advice)
		}
	}
}

func TestSpanTime(t *testing.T) {
	header := func(number int64, time uint64) *types.Header {
		return &types.Header{Number: big.NewInt(number), Time: time}
	}
	for _, c := range []struct {
		seconds uint64
		want    time.Duration
	}{
		{30, 500 * time.Millisecond}, {60, time.Second}, {0, usualBlock}, {10_000, usualBlock},
	} {
		if got := spanTime(header(40, 100), header(100, 100+c.seconds)); got != c.want {
			t.Errorf("60 blocks in %d s: %s, want %s", c.seconds, got, c.want)
		}
	}
}

func TestPositionWorth(t *testing.T) {
	q := client.Question{Phase: market.Open, Books: books(nil, 25)}
	p := client.Position{Yes: milli(2000), No: milli(1000)}
	if got := newPositionView(q, p).Worth; got != "1.25" { // 2·0.25 + 1·0.75
		t.Errorf("worth %s at 25%%, want 1.25", got)
	}
	q.Phase, q.Books[0].Payoff = market.Settled, market.One
	if got := newPositionView(q, p).Worth; got != "2" {
		t.Errorf("worth %s once YES has won, want 2", got)
	}
}
