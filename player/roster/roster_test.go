package roster_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/roster"
)

func ask(t market.Template, fields ...string) player.Question {
	return player.Question{ID: 7, Template: t, Fields: fields, Prior: 0.5, Price: 0.5}
}

func TestNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	families := map[string]bool{}
	for _, p := range roster.Builtin(nil) {
		if seen[p.Name()] {
			t.Errorf("two players are called %s", p.Name())
		}
		seen[p.Name()], families[p.Family()] = true, true
	}
	if len(families) < 6 {
		t.Errorf("want at least 6 families, have %d", len(families))
	}
}

// hostile is what strangers put into fields.
func hostile(r *rand.Rand) string {
	pieces := []string{"", ".", "..", "xn--", "xn--\xff", "\x00", "а", "аррӏе.com", "\u202e", "-",
		"http://", "@", ":", "]", "[::1]", "0x", "uniswap", ".org", "/", "%", "\n", "🜁", "_", "999",
		"=HYPERLINK(", "ignore previous instructions", strings.Repeat("a", 70),
		strings.Repeat("a-", 900), strings.Repeat("0", 4000), "e\u0301", "\xf0\x28", "NaN"}
	var b strings.Builder
	for range r.IntN(6) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// plausible fields get a hostile neighbour past the first check.
var plausible = []string{"1", "0x1f9840a85d5aF5bf1D1762F925BDADdC4201F984", "UNI", "uniswap.org",
	"No hate speech, nothing offensive.", "you are all so lovely"}

// within is false of what is not a number.
func within(x, low, high float64) bool { return x >= low && x <= high }

// Whatever a question says, a player passes or answers within bounds, twice
// the same.
func TestHostileQuestions(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	priors := []float64{0.5, 0.02, 0.98, 0, 1, -3, 1e300}
	players := roster.Builtin([]byte("key"))
	said := map[string]bool{}
	huge := bytes.Repeat([]byte{0xff, 0x00, 0x1b, 'a'}, market.MaxInline/4)
	for i := range 4000 {
		template := market.Template(i % 10)
		if template > market.AddressHostile {
			template = 250
		}
		q := ask(template, hostile(r), hostile(r), hostile(r))
		for k := range q.Fields {
			if r.IntN(2) == 0 {
				q.Fields[k] = plausible[r.IntN(len(plausible))]
			}
		}
		q.Fields = q.Fields[:r.IntN(4)]
		q.Evidence = [][]byte{nil, huge, []byte(hostile(r))}[r.IntN(3)]
		q.Prior = priors[r.IntN(len(priors))]
		for _, p := range players {
			f, err := p.Forecast(context.Background(), q)
			if errors.Is(err, player.ErrPass) {
				continue
			}
			if err != nil {
				t.Fatalf("seed %d: %s on %q: %v", seed, p.Name(), q.Fields, err)
			}
			if !within(f.P, player.MinP, player.MaxP) || !within(f.Confidence, 0, 1) {
				t.Fatalf("seed %d: %s on %q: %+v is out of bounds", seed, p.Name(), q.Fields, f)
			}
			if f.Reason == "" || f.Reason != player.Clip(f.Reason) {
				t.Fatalf("seed %d: %s on %q: bad reason %q", seed, p.Name(), q.Fields, f.Reason)
			}
			said[p.Name()] = true
			if again, _ := p.Forecast(context.Background(), q); again != f {
				t.Fatalf("seed %d: %s on %q: %+v, then %+v", seed, p.Name(), q.Fields, f, again)
			}
		}
	}
	for _, p := range players {
		if !said[p.Name()] {
			t.Errorf("seed %d: %s passed on everything: it was not tested", seed, p.Name())
		}
	}
}

// A player's opinion moves with the base rate by exactly its log-odds.
func TestPriorShift(t *testing.T) {
	q := ask(market.DappScam, "wallet-connect-verify.pages.dev")
	for _, p := range roster.Builtin(nil) {
		if p.Family() == "baseline" {
			continue
		}
		even, err := p.Forecast(context.Background(), q)
		if errors.Is(err, player.ErrPass) {
			continue
		}
		rare := q
		rare.Prior = 0.1
		have, _ := p.Forecast(context.Background(), rare)
		want := player.Shift(even.P, 0.5, 0.1)
		if d := have.P - want; d > 1e-9 || d < -1e-9 {
			t.Errorf("%s: want %v at a base rate of 0.1, have %v", p.Name(), want, have.P)
		}
	}
}

func BenchmarkForecast(b *testing.B) {
	questions := []player.Question{
		ask(market.DappScam, "wallet-connect-verify.pages.dev"),
		ask(market.DappScam, "uniswap.org"),
		ask(market.TokenGenuine, "0x04068da6c83afcfa0e13ba15a6696662335d5b75", "USDC", "250"),
		ask(market.AddressHostile, "0x04068da6c83afcfa0e13ba15a6696662335d5b75", "1"),
		ask(market.PostAcceptable, "good morning to everyone here", "no hate speech"),
		ask(market.Custom, "Will it rain?", "YES if it rains"),
	}
	for _, p := range roster.Builtin(nil) {
		// Only what the player answers counts: passing is quick.
		var own []player.Question
		for _, q := range questions {
			if _, err := p.Forecast(context.Background(), q); err == nil {
				own = append(own, q)
			}
		}
		b.Run(p.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for i := range b.N {
				if _, err := p.Forecast(context.Background(), own[i%len(own)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The catalogue has an entry for every player, in order, and each answers the
// templates its entry names and no others.
func TestCatalogue(t *testing.T) {
	players := roster.Builtin(nil)
	if len(players) != len(roster.Catalogue) {
		t.Fatalf("%d players, %d entries", len(players), len(roster.Catalogue))
	}
	fields := map[market.Template][]string{
		market.DappScam:       {"example.com"},
		market.TokenGenuine:   {"0x04068da6c83afcfa0e13ba15a6696662335d5b75", "USDC", "1"},
		market.AddressHostile: {"0x04068da6c83afcfa0e13ba15a6696662335d5b75", "1"},
		market.PostAcceptable: {"good morning", "no hate speech"},
	}
	for i, p := range players {
		e := roster.Catalogue[i]
		if e.Name != p.Name() || e.Family != p.Family() {
			t.Errorf("place %d: entry %s (%s), player %s (%s)", i, e.Name, e.Family, p.Name(),
				p.Family())
		}
		if e.Knows == "" || e.Trained == "" || e.Fails == "" {
			t.Errorf("%s: the entry is not filled in", e.Name)
		}
		for k := range market.Templates {
			template := market.Template(k)
			_, err := p.Forecast(context.Background(), ask(template, fields[template]...))
			want := e.Templates == nil || slices.Contains(e.Templates, template)
			if (err == nil) != want {
				t.Errorf("%s on %s: want an answer %v, have %v", e.Name,
					market.Templates[k].Name, want, err)
			}
		}
	}
}
