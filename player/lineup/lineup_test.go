package lineup_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"agon/player"
	"agon/player/lineup"
	"agon/player/reader"
	"agon/player/roster"
	"agon/player/swarm"
)

// parrot is a model made by a maker of the tests.
type parrot struct{ says float64 }

func (p *parrot) Name() string { return fmt.Sprintf("parrot-%v", p.says) }
func (*parrot) Family() string { return "test" }
func (p *parrot) Forecast(context.Context, player.Question) (player.Forecast, error) {
	return player.Forecast{P: p.says, Confidence: 1}, nil
}

// kitchen is what the tests' lineups are made of.
func kitchen() lineup.Kitchen {
	return lineup.Kitchen{Builtin: roster.Builtin, Makers: map[string]lineup.Maker{
		"parrot": func(decode func(any) error) (
			func(int, []byte) (player.Forecaster, error), error,
		) {
			var said struct {
				Says float64 `yaml:"says"`
			}
			if err := decode(&said); err != nil {
				return nil, err
			}
			one := &parrot{said.Says}
			return func(int, []byte) (player.Forecaster, error) { return one, nil }, nil
		},
		"onnx": lineup.ONNX(),
		"language": lineup.Language(func(name string) string {
			return map[string]string{"LM_KEY": "secret"}[name]
		}),
	}}
}

const good = `
seed: for tests only
budget: 20
timeout: 2s
flow: 100
defaults: {noise: 0, kelly: [0.1, 0.2]}
players:
  - name: hosts
    model: [host-ngram, host-trees]
    count: 5
    kelly: 0.25
    delay: [1, 3]
  - name: all of them
    model: builtin
    count: 30
    budget: "0.000000000000000001"
  - {name: parrots, parrot: {says: 0.7}, count: 2, timeout: 1m}
  - name: evens
    arbitrage: {risk: 0.5}
  - name: careful
    language: {url: "http://127.0.0.1:9/v1", model: m, key_env: LM_KEY}
    count: 4
links:
  - twins: [1, 2, 3]
  - opposites: [4, 5]
  - ladder: [9, 8]
`

func groups(t *testing.T, text string) ([]swarm.Group, *lineup.File) {
	t.Helper()
	f, err := lineup.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	g, err := f.Groups(kitchen())
	if err != nil {
		t.Fatal(err)
	}
	return g, f
}

func TestAGoodFile(t *testing.T) {
	g, f := groups(t, good)
	if f.Seed != "for tests only" || f.Flow != 100 || f.String() != "5 groups, 42 players" {
		t.Errorf("read %+v as %q", f, f)
	}
	want := []struct {
		name   string
		count  int
		budget string
	}{
		{"hosts", 5, "20000000000000000000"}, {"all of them", 30, "1"},
		{"parrots", 2, "20000000000000000000"}, {"evens", 1, "20000000000000000000"},
		{"careful", 4, "20000000000000000000"},
	}
	for i, w := range want {
		if g[i].Name != w.name || g[i].Count != w.count || g[i].Budget.Dec() != w.budget {
			t.Errorf("group %d is %q × %d with %s, want %+v",
				i, g[i].Name, g[i].Count, g[i].Budget.Dec(), w)
		}
	}
	for i, name := range []string{"host-ngram", "host-trees", "host-ngram"} {
		if f, err := g[0].Make(i, nil); err != nil || f.Name() != name {
			t.Errorf("player %d of hosts is %v, %v; want %s", i, f, err, name)
		}
	}
	if a, b := model(t, g[2], 0), model(t, g[2], 1); a != b || a.Name() != "parrot-0.7" {
		t.Errorf("parrots are %v and %v, want one and the same", a, b)
	}
	if g[2].Timeout != time.Minute || g[3].Arbitrage.Risk != 0.5 || g[3].Arbitrage.Lump != 0.05 {
		t.Errorf("timeout %v, arbitrage %+v", g[2].Timeout, g[3].Arbitrage)
	}
	if p := model(t, g[4], 1); p.Family() != "language" {
		t.Errorf("a language model of the family %s", p.Family())
	}
	links := fmt.Sprint(f.Bound())
	if links != "[twins 1 2 3 twins 4 -5 ladder 9 8]" {
		t.Errorf("links %s", links)
	}
	drawn := swarm.Temper{Kelly: 0.9, Noise: 0.5, Delay: 0, Look: 0.0003, Stake: 0.1, Trust: 0.7}
	hosts, all := g[0].Adjust(drawn), g[1].Adjust(drawn)
	if hosts.Kelly != 0.25 || hosts.Noise != 0 || hosts.Delay < 1 || hosts.Delay > 3 ||
		hosts.Trust != 0.7 {
		t.Errorf("hosts play as %+v", hosts)
	}
	if all.Kelly < 0.1 || all.Kelly > 0.2 || all != g[1].Adjust(drawn) {
		t.Errorf("the others play as %+v and then as %+v", all, g[1].Adjust(drawn))
	}
}

func model(t *testing.T, g swarm.Group, i int) player.Forecaster {
	t.Helper()
	f, err := g.Make(i, nil)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestJSONIsYAML reads the same lineup from JSON.
func TestJSONIsYAML(t *testing.T) {
	g, _ := groups(t, `{"budget": 1.5, "players": [
		{"name": "a", "model": "coin", "count": 3}, {"name": "b", "arbitrage": {}}]}`)
	if len(g) != 2 || g[0].Budget.Dec() != "1500000000000000000" || g[1].Arbitrage == nil {
		t.Errorf("read %+v", g)
	}
}

// TestFaultsAreSaid: every wrong file is refused with its line and what to do.
func TestFaultsAreSaid(t *testing.T) {
	head := "budget: 1\nplayers:\n"
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "the file is empty"},
		{"no players", "budget: 1", "want 1 to 1000 under players:"},
		{"not a file", "- a\n- b", "fields were wanted"},
		{"a field misspelt", "bugdet: 1",
			`line 1: no field "bugdet" here (did you mean "budget"?)`},
		{"a player's field misspelt", head + "  - {name: a, model: coin, kely: 0.2}",
			`line 3: no field "kely" in group "a" (did you mean "kelly"?)`},
		{"a default misspelt", "defaults: {luck: 1}\n" + head, `no field "luck" here`},
		{"arbitrage misspelt", head + "  - {name: a, arbitrage: {risc: 1}}",
			`no field "risc" here (did you mean "risk"?)`},
		{"a maker's field misspelt", head + "  - {name: a, parrot: {say: 1}}",
			`no field "say" here (did you mean "says"?)`},
		{"no name", head + "  - {model: coin}", `line 3: a group has the name ""`},
		{"a name twice", head + "  - {name: a, model: coin}\n  - {name: a, model: coin}",
			`line 4: a second group is called "a", the first is in line 3`},
		{"nobody thinks", head + "  - {name: a}", "names nobody to think for it"},
		{"two think", head + "  - {name: a, model: coin, arbitrage: {}}",
			"names arbitrage and model, want one of"},
		{"no such model", head + "  - {name: a, model: host-tree}",
			`no model "host-tree" (did you mean "host-trees"?)`},
		{"no such maker", head + "  - {name: a, onyx: {}}", `no field "onyx" in group "a"`},
		{"no budget", "players:\n  - {name: a, model: coin}", "line 2: group \"a\" has no budget"},
		{"a budget in words", "budget: lots\nplayers:\n  - {name: a, model: coin}",
			`line 1: budget "lots" is no number of coins`},
		{"a budget of nothing", head + "  - {name: a, model: coin, budget: 0}", "not between 0"},
		{"a budget too fine", head + "  - {name: a, model: coin, budget: 0.1234567890123456789}",
			"18 digits"},
		{"a budget that explodes", head + "  - {name: a, model: coin, budget: 1e999999999}",
			"no number of coins"},
		{"count 0", head + "  - {name: a, model: coin, count: 0}", "count 0, want 1 to 10000"},
		{"a count in words", head + "  - {name: a, model: coin, count: many}",
			"line 3: found str `many` where a whole number was wanted"},
		{"too many", head + "  - {name: a, model: coin, count: 9000}\n" +
			"  - {name: b, model: coin, count: 9000}", "there are 18000 players, at most 10000"},
		{"kelly out of range", head + "  - {name: a, model: coin, kelly: 3}",
			"line 3: kelly is 3 to 3, want 0.001 to 1"},
		{"a range upside down", head + "  - {name: a, model: coin, kelly: [0.4, 0.1]}",
			"a low and a high end"},
		{"not a number", head + "  - {name: a, model: coin, kelly: .nan}", "kelly is NaN"},
		{"a timeout without a unit", head + "  - {name: a, model: coin, timeout: 5}",
			`"5" is no length of time, such as 30s`},
		{"a link to itself", head + "  - {name: a, model: coin}\nlinks:\n  - twins: [1, 1]",
			"line 5: a link is one of twins"},
		{"three opposites", head + "  - {name: a, model: coin}\nlinks:\n  - opposites: [1, 2, 3]",
			"opposites (two)"},
		{"a link of two kinds", head +
			"  - {name: a, model: coin}\nlinks:\n  - {twins: [1, 2], ladder: [3, 4]}",
			"a link is one of"},
		{"a variable that is not set", head +
			"  - {name: a, language: {url: \"http://127.0.0.1:9\", model: m, key_env: NO}}",
			"the variable NO, named by key_env, is not set"},
		{"onnx without a file", head + "  - {name: a, onnx: {}}",
			"want a file that ends in .onnx"},
		{"onnx that is not there", head + "  - {name: a, onnx: {model: no.onnx}}",
			"line 3: group \"a\", onnx: "},
		{"no endpoint", head + "  - {name: a, language: {model: m}}", "group \"a\", language:"},
		{"a reader of everything", head + "  - {name: a, reader: {}, model: coin}",
			"names model and reader, want one of"},
		{"a reader that never speaks", head + "  - {name: a, reader: {after: 51}}",
			"reader: after is 51, want 1 to 50"},
		{"a reader with a knot at none", head + "  - {name: a, reader: {knots: [0]}}",
			"reader: knots are [0], want at most 8"},
		{"a reader's field", head + "  - {name: a, reader: {rigde: 1}}",
			`did you mean "ridge"?`},
		{"two documents", head + "  - {name: a, model: coin}\n---\nseed: b",
			"more than one document"},
		{"tabs", "budget: 1\n\tplayers: 3", "line 2"},
		{"a bomb", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n", "no field"},
		{"huge", strings.Repeat("#", lineup.MaxBytes+1), "at most 1048576"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := lineup.Parse([]byte(c.text))
			if err == nil {
				_, err = f.Groups(kitchen())
			}
			if !errors.Is(err, lineup.ErrFile) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q, want %q in it", err, c.want)
			}
		})
	}
}

// TestReaders: what an entry says of its readers is how they read.
func TestReaders(t *testing.T) {
	const text = "budget: 1\nplayers:\n" +
		"  - {name: a, reader: {after: 2, knots: [-1, 1], ridge: 50, memory: 9, probation: 3}}\n" +
		"  - {name: b, reader: {}, count: 2}\n"
	g, _ := groups(t, text)
	want := swarm.Reading{After: 2, Taste: reader.Taste{
		Minds: []reader.Mind{{Name: "only", Knots: []float64{-1, 1}}},
		Ridge: 50, Memory: 9, Probation: 3,
	}}
	if g[0].Reader == nil || !reflect.DeepEqual(*g[0].Reader, want) {
		t.Errorf("read %+v, want %+v", g[0].Reader, want)
	}
	plain := swarm.Reading{}
	if g[1].Reader == nil || !reflect.DeepEqual(*g[1].Reader, plain) || g[1].Count != 2 ||
		g[1].Make != nil {
		t.Errorf("plain readers are %+v", g[1])
	}
}

// TestTheExamplesOfTheDocs reads the files that the docs show, and the sample
// both as it is and with its marks taken away.
func TestTheExamplesOfTheDocs(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile("../../docs/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	shown := func(page string) string {
		_, rest, found := strings.Cut(read(page), "```yaml\n")
		text, _, closed := strings.Cut(rest, "```")
		if !found || !closed {
			t.Fatalf("docs/%s shows no lineup", page)
		}
		return text
	}
	sample := read("roster.yaml")
	_, marked, _ := strings.Cut(sample, "name yours.\n")
	whole := strings.Replace(sample, marked, strings.ReplaceAll(marked, "  # ", "  "), 1)
	if whole == sample {
		t.Error("the sample has nothing to take marks from")
	}
	k := kitchen()
	k.Makers["language"] = lineup.Language(func(string) string { return "set" })
	for _, text := range []string{shown("swarm.md"), shown("agents.md"), sample, whole} {
		f, err := lineup.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Groups(k); err != nil {
			t.Error(err)
		}
	}
}

// TestSameFileSamePlayers: a group's players are those of its name and seed,
// wherever it stands in the file.
func TestSameFileSamePlayers(t *testing.T) {
	addresses := func(text string) map[string]string {
		g, f := groups(t, text)
		s, err := swarm.New(swarm.Config{Chain: nowhere{}, Seed: []byte(f.Seed), Groups: g})
		if err != nil {
			t.Fatal(err)
		}
		list := map[string]string{}
		for _, p := range s.Report().Players {
			list[p.Name] = fmt.Sprint(p.Address, p.Temper)
		}
		return list
	}
	const a = "  - {name: a, model: coin, count: 3}\n"
	const b = "  - {name: b, model: builtin, count: 4}\n"
	head := "seed: s\nbudget: 1\nplayers:\n"
	first, second := addresses(head+a+b), addresses(head+b+a)
	if len(first) != 7 || !reflect.DeepEqual(first, second) {
		t.Errorf("players %v, and in another order %v", first, second)
	}
	if other := addresses("seed: t\n" + head[8:] + a); other["a 1"] == first["a 1"] {
		t.Error("another seed, the same player")
	}
}

// nowhere is a chain that nobody asks.
type nowhere struct{ swarm.Chain }

func FuzzParse(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("players: [{name: a, model: coin}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := lineup.Parse(text)
		if err == nil {
			_, err = file.Groups(kitchen())
		}
		if err != nil && !errors.Is(err, lineup.ErrFile) {
			t.Errorf("error %v is no ErrFile", err)
		}
	})
}
