package swarm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/reader"
	"agon/player/swarm"
	"agon/player/track"
)

// readers are n players of a reader that trusts accounts early.
func readers(n int) swarm.Group {
	return swarm.Group{Name: "ears", Count: n, Budget: coins(5),
		Reader: &swarm.Reading{Taste: reader.Taste{Probation: 5, Ridge: 1}}}
}

// on is a mind that says p of questions whose text has the word, else q.
func on(name, word string, p, q float64) *mind {
	return &mind{name: name,
		think: func(_ context.Context, v player.Question) (player.Forecast, error) {
			f := player.Forecast{P: q, Confidence: 1}
			if strings.Contains(v.Text, word) {
				f.P = p
			}
			return f, nil
		}}
}

// saying is a custom question with this text.
func saying(text string, window market.Height) market.Spec {
	s := custom(window)
	s.Fields = []string{text, "YES if it does."}
	return s
}

// audience is a swarm of one player who knows, three who know the opposite, and
// two readers: by the mean of what is said, everything is the wrong way round.
func audience(record *bytes.Buffer) swarm.Config {
	plain := func(t swarm.Temper) swarm.Temper {
		t.Noise, t.Slope, t.Trust, t.Look = 0, 1, 1, 0
		return t
	}
	wise, fools := group("wise", 1, on("wise", "good", 0.8, 0.2)),
		group("fools", 3, on("fools", "good", 0.2, 0.8))
	wise.Adjust, fools.Adjust = plain, plain
	cfg := swarm.Config{Seed: []byte("audience"),
		Groups: []swarm.Group{wise, fools, readers(2)}}
	if record != nil {
		cfg.Record = record
	}
	return cfg
}

// rounds plays n questions to their end, half of them good, which is YES.
func (g *game) rounds(n int) {
	g.Helper()
	g.until("they may trade", func() bool { return g.Progress().Ready })
	for range n / 20 {
		var ids []uint64
		for i := range 20 {
			ids = append(ids, g.ask(saying([]string{"a good one?", "a bad one?"}[i%2], 150)))
		}
		for i, id := range ids {
			g.resolve(id, market.Outcome{Verdict: []market.Verdict{market.Yes, market.No}[i%2]})
		}
	}
}

// heard is how many settled books a group's readers have learnt from, and what
// they said of a question.
func heard(t *testing.T, record []byte, id uint64) (words string, p float64) {
	t.Helper()
	for l := range bytes.Lines(record) {
		var e track.Line
		if err := json.Unmarshal(l, &e); err != nil {
			t.Fatal(err)
		}
		if e.What == track.Forecast && e.Player == "reader ears" && e.Question == id {
			if e.P == nil {
				t.Fatalf("the readers passed: %s", e.Words)
			}
			words, p = e.Words, *e.P
		}
	}
	return words, p
}

// TestReadersLearnWhomToBelieve: at first readers believe the mean, which is
// wrong; once fifty books have settled, the one who knows.
func TestReadersLearnWhomToBelieve(t *testing.T) {
	w := newWorld(31)
	running(t, w)
	var record bytes.Buffer
	g := play(t, w, audience(&record))
	g.rounds(60)
	last := g.ask(saying("a good one?", 200))
	g.until("the readers have looked", func() bool { return g.Why(last, 0)["ears 1"] != "" })
	g.stop()
	_, before := heard(t, record.Bytes(), 1)
	words, after := heard(t, record.Bytes(), last)
	if before <= 0 || before >= 0.5 || after < 0.7 {
		t.Errorf("of a good question readers said %.3f at first and %.3f after 60 (%s), "+
			"want below 0.5 and above 0.7", before, after, words)
	}
	g.withinBudget(coins(5))

	// A second life learns from the chain what the first knew.
	var again bytes.Buffer
	h := play(t, w, audience(&again))
	next := h.ask(saying("a good one?", 200))
	h.until("the readers have looked again", func() bool { return h.Why(next, 0)["ears 1"] != "" })
	h.stop()
	relearnt, p := heard(t, again.Bytes(), next)
	if relearnt != words || math.Abs(p-after) > 0.1 {
		t.Errorf("in its second life it says %.3f (%s), in its first %.3f (%s)",
			p, relearnt, after, words)
	}
}

// TestReadersHearNoStrangers: a question that its own opener answers, who is
// not trusted, teaches readers nothing, in this life or the next.
func TestReadersHearNoStrangers(t *testing.T) {
	w := newWorld(32)
	running(t, w)
	g := play(t, w, audience(nil))
	var record bytes.Buffer
	g.rounds(20)
	g.stop()
	cfg := audience(&record)
	cfg.Resolvers = append(cfg.Resolvers, [20]byte{0xBB})
	h := play(t, w, cfg)
	id := h.ask(func() market.Spec {
		s := saying("a good one?", 200)
		s.Resolver = market.Account{0xBB}
		return s
	}())
	h.until("the readers have looked", func() bool { return h.Why(id, 0)["ears 1"] != "" })
	h.stop()
	if words, _ := heard(t, record.Bytes(), id); !strings.Contains(words, "from 0 settled") {
		t.Errorf("it trusts another resolver now, and %s", words)
	}
}

// scholar is a learner: it says how many good questions of those settled were
// YES.
type scholar struct {
	mind
	taught []string
}

func (s *scholar) Settle(q player.Question, yes bool) {
	if q.Price != q.Prior {
		s.taught = append(s.taught, "a price that was not known when it opened")
	}
	s.taught = append(s.taught, fmt.Sprintf("%s at %.3f", q.Text, q.Prior))
	if strings.Contains(q.Text, "panic") {
		panic("as it says")
	}
}

// TestLearnersAreTaughtOnce: a learner hears of every question once in a life,
// before it is asked about later ones; in the next life again, by the chain.
func TestLearnersAreTaughtOnce(t *testing.T) {
	w := newWorld(33)
	running(t, w)
	life := func(ask func(g *game)) []string {
		s := &scholar{}
		s.name = "scholar"
		s.think = func(context.Context, player.Question) (player.Forecast, error) {
			return player.Forecast{P: 0.7, Confidence: 1}, nil
		}
		g := play(t, w, swarm.Config{Seed: []byte("s"), Groups: []swarm.Group{group("s", 2, s)}})
		ask(g)
		g.stop()
		return s.taught
	}
	first := life(func(g *game) {
		g.resolve(g.ask(saying("one", 30)), market.Outcome{Verdict: market.Yes})
		g.resolve(g.ask(saying("two panic", 30)), market.Outcome{Verdict: market.No})
		g.resolve(g.ask(saying("void", 30)), market.Outcome{Verdict: market.Invalid})
		last := g.ask(saying("three", 30))
		g.resolve(last, market.Outcome{Verdict: market.Yes})
		w.mu.Lock()
		settled := uint64(w.height)
		w.mu.Unlock()
		g.until("it is taught", func() bool { return g.Quiet(settled) })
	})
	second := life(func(g *game) {
		id := g.ask(saying("four", 30))
		g.until("it is looked at", func() bool { return len(g.Why(id, 0)) == 2 })
	})
	// Not at what the curve says now that the players have claimed their shares.
	want := "one at 0.500, two panic at 0.500, three at 0.500"
	for i, have := range [][]string{first, second} {
		if strings.Join(have, ", ") != want {
			t.Errorf("in life %d it was taught %q, want %q", i+1, have, want)
		}
	}
}
