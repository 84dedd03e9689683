package main

import (
	"context"
	"math"
	"testing"
	"time"

	"agon/client"
	"agon/cmd/agon/term"
	"agon/game/market"
	"agon/player"
)

// oracle is a forecaster that says what it is told and passes on the rest.
type oracle struct {
	name, family string
	says         map[uint64]float64
}

func (o oracle) Name() string   { return o.name }
func (o oracle) Family() string { return o.family }
func (o oracle) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	p, ok := o.says[q.ID]
	if !ok {
		return player.Forecast{}, player.Pass(o.name, "not told")
	}
	return player.Forecast{P: p, Confidence: 1}, nil
}

// openAt is a binary question that stands where it opened, at even odds.
func openAt(id uint64) client.Question {
	q := client.Question{ID: id, Books: []client.Book{{Price: market.One / 2}}}
	q.B = milli(1000)
	return q
}

func TestJudge(t *testing.T) {
	rows := []demoRow{
		{ID: 1, Opening: 0.5, Market: 0.9, Truth: true},
		{ID: 2, Opening: 0.5, Market: 0.2, Truth: false},
	}
	qs := []client.Question{openAt(1), openAt(2)}
	crowd := []player.Forecaster{
		oracle{"half", "a", map[uint64]float64{1: 0.8}},
		oracle{"whole", "b", map[uint64]float64{1: 0.6, 2: 0.4}},
		oracle{"coin", "baseline", map[uint64]float64{1: 0, 2: 1}},
	}
	scores, singles, err := judge(t.Context(), rows, qs, crowd)
	if err != nil {
		t.Fatal(err)
	}
	// By hand: market (0.01+0.04)/2; "half" keeps ½ on 2: (0.04+0.25)/2; "whole"
	// (0.16+0.16)/2; mean without the coin: 0.7 and 0.4, (0.09+0.16)/2; base ¼.
	for i, want := range []struct {
		name            string
		brier, accuracy float64
		answered        int
	}{
		{"the market", 0.025, 1, 2},
		{"best player: half", 0.145, 0.75, 1},
		{"plain mean of the models", 0.125, 1, 2},
		{"base rate", 0.25, 0.5, 0},
	} {
		have := scores[i]
		if have.Name != want.name || math.Abs(have.Brier-want.brier) > 1e-9 ||
			have.Accuracy != want.accuracy || have.Answered != want.answered {
			t.Errorf("row %d: %+v, want %+v", i, have, want)
		}
	}
	if len(singles) != 3 || singles[2].Name != "coin" || singles[2].Brier != 1 {
		t.Errorf("each alone: %+v", singles)
	}
}

func TestAudience(t *testing.T) {
	q := openAt(7)
	q.End = 40
	bar := term.NewProgress(term.Screen{})
	w := newAudience(time.Now().Add(-time.Second), []client.Question{q}, bar)
	price := func(p float64) market.Price { return market.Price(p * 1e18) }
	for _, b := range []client.Body{
		client.Ordered{Order: client.Order{Question: 7}},
		client.Ordered{Order: client.Order{Question: 8}}, // not the demo's
		client.Filled{Question: 7},
		client.Moved{Question: 7, From: price(0.5), To: price(0.505)},
	} {
		w.note(b)
	}
	s := w.of[7]
	if s.first != 0 {
		t.Errorf("half a point counted as an answer after %s", s.first)
	}
	w.note(client.Moved{Question: 7, From: price(0.505), To: price(0.4)})
	first := s.first
	if first < time.Second {
		t.Errorf("answer after %s, want at least the second that had passed", first)
	}
	w.note(client.Moved{Question: 7, From: price(0.4), To: price(0.2)})
	if s.first != first {
		t.Error("a later move replaced the first answer")
	}
	if w.orders != 1 || s.trades != 1 || w.closed() != 0 {
		t.Errorf("%d orders, %d trades, %d closed; want 1, 1, 0", w.orders, s.trades, w.closed())
	}
	w.note(client.Closed{Question: 7, Height: 39})
	if w.closed() != 1 {
		t.Error("the close went unseen")
	}
}

func TestFacts(t *testing.T) {
	items, err := showing{questions: 48, players: 1, seed: 1}.draw()
	if err != nil {
		t.Fatal(err)
	}
	yes := map[market.Template]int{}
	no := map[market.Template]int{}
	for _, it := range items {
		if it.Truth {
			yes[it.Template]++
		} else {
			no[it.Template]++
		}
	}
	if len(items) < 40 {
		t.Errorf("%d questions, want at least 40", len(items))
	}
	for _, template := range []market.Template{market.DappScam, market.TokenGenuine} {
		if yes[template] == 0 || no[template] == 0 {
			t.Errorf("template %s: %d yes, %d no; want some of both", templateName(template),
				yes[template], no[template])
		}
	}
}
