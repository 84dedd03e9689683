package text

import (
	"context"
	"errors"
	"path"
	"slices"
	"strings"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/model"
)

const terms = "no hate speech and no offensive language"

func about(post, terms string) player.Question {
	return player.Question{
		Template: market.PostAcceptable, Kind: market.Binary, Fields: []string{post, terms},
		Prior: 0.5, Price: 0.5,
	}
}

func TestWords(t *testing.T) {
	for post, want := range map[string][]string{
		"RT @someone: Good morning, it's 8 o'clock!": {"good", "morning", "it's", "8", "o'clock"},
		"see https://a.b/c and http://d now":         {"see", "and", "now"},
		"#tag 'quoted' x_y":                          {"tag", "quoted", "x_y"},
		"Ärger über 日本":                              {"ärger", "über", "日本"},
		"":                                           nil, "!!! @name": nil, "a@b.c": {"a", "c"},
	} {
		if have := Words(post); !slices.Equal(have, want) {
			t.Errorf("%q: want %q, have %q", post, want, have)
		}
	}
}

// Spellings that a reader takes for one word give the same letters.
func TestPlain(t *testing.T) {
	for odd, same := range map[string]string{
		"h3llo": "hello", "heeeello": "heello", "hеllо": "hello", "2024": "2024", "l0l": "lol",
	} {
		if have := plain(odd); have != same {
			t.Errorf("%q: want %q, have %q", odd, same, have)
		}
	}
}

// Friendly posts pass and insults do not, by every judge.
func TestJudges(t *testing.T) {
	for _, p := range Builtin() {
		kind, err := p.Forecast(context.Background(),
			about("Lovely weather for the baseball game today with my family", terms))
		if err != nil {
			t.Fatal(err)
		}
		foul, err := p.Forecast(context.Background(),
			about("shut up you stupid bitch", "Be civil: no insults."))
		if err != nil {
			t.Fatal(err)
		}
		if kind.P < 0.7 || foul.P > 0.2 {
			t.Errorf("%s: a friendly post %.3f, an insult %.3f", p.Name(), kind.P, foul.P)
		}
		if strings.Contains(foul.Reason, "stupid") || strings.Contains(foul.Reason, "bitch") {
			t.Errorf("%s repeats the post: %s", p.Name(), foul.Reason)
		}
	}
}

func TestPasses(t *testing.T) {
	host := about("a", terms)
	host.Template = market.DappScam
	group := about("a", terms)
	group.Kind = market.Group
	for name, q := range map[string]player.Question{
		"host": host, "group": group, "empty": about(" ", terms),
		"other terms": about("hello", "no advertising"), "no terms": about("hello", ""),
		"a link": about("https://example.org/post/1", terms),
		"long":   about(strings.Repeat("a", maxPost+1), terms),
	} {
		for _, p := range Builtin() {
			if f, err := p.Forecast(context.Background(), q); !errors.Is(err, player.ErrPass) {
				t.Errorf("%s on %s: want a pass, have %+v, %v", p.Name(), name, f, err)
			}
		}
	}
}

// A file that is cut anywhere is refused, never half used.
func TestCutWeights(t *testing.T) {
	for _, cut := range Forms {
		for _, part := range []int{0, 50, 99} {
			_, err := Load(func(name string) ([]byte, error) {
				b, err := files.ReadFile(path.Join("weights", name))
				if name == cut.File {
					b = b[:len(b)*part/100]
				}
				return b, err
			})
			if !errors.Is(err, model.ErrWeights) {
				t.Errorf("%s cut to %d%%: want ErrWeights, have %v", cut.File, part, err)
			}
		}
	}
}

func FuzzFeatures(f *testing.F) {
	f.Add("RT @a: h3llo\xff https://")
	f.Fuzz(func(t *testing.T, post string) {
		for _, form := range Forms {
			form.Features(post)
		}
	})
}
