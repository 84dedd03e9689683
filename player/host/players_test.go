package host

import (
	"context"
	"errors"
	"path"
	"strings"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/model"
)

func about(h string) player.Question {
	return player.Question{Template: market.DappScam, Fields: []string{h}, Prior: 0.5, Price: 0.5}
}

// What each player says of hosts that show what it looks at.
func TestReasons(t *testing.T) {
	for _, c := range []struct {
		player, host string
		low, high    float64
		says         string
	}{
		{"host-lookalike", "metamasк.io", 0.8, 1, "imitates metamask.io in disguise"},
		{"host-lookalike", "0pensea.top", 0.7, 1, "0pensea.top is one letter off opensea.io"},
		{"host-lookalike", "0pensea.io", 0.3, 1, "0pensea.io is one letter off opensea.io"},
		{"host-lookalike", "metamask.top", 0.7, 1, "metamask.io under another suffix"},
		{"host-lookalike", "claim-metamask.pages.dev", 0.8, 1, "bears the name of metamask.io"},
		{"host-lookalike", "metamask.io", 0, 0.1, "metamask.io is a site known"},
		{"host-lookalike", "portfolio.metamask.io", 0, 0.1, "metamask.io is a site known"},
		{"host-lookalike", "zzyzx.example", 0.1, 0.5, "resembles no brand"},
		{"host-ngram", "airdrop-claim.pages.dev", 0.9, 1, "weights of "},
		{"host-bayes", "airdrop-claim.pages.dev", 0.9, 1, "weights of "},
		{"host-trees", "wallet-connect-verify.web.app", 0.9, 1, "letter sequences +"},
		{"host-trees", "adidas.com", 0, 0.2, "shape of the name: "},
		{"host-markov", "wallet-connect-verify.web.app", 0.8, 1, "sounds more like scams"},
		{"host-neighbours", "wallet-connect-verify.web.app", 0.7, 1, "similar hosts are scams"},
	} {
		for _, p := range Builtin() {
			if p.Name() != c.player {
				continue
			}
			f, err := p.Forecast(context.Background(), about(c.host))
			if err != nil || f.P < c.low || f.P > c.high || !strings.Contains(f.Reason, c.says) {
				t.Errorf("%s on %s: want %v to %v because of %q, have %+v, %v",
					c.player, c.host, c.low, c.high, c.says, f, err)
			}
		}
	}
}

func TestPassesOnOtherQuestions(t *testing.T) {
	token := about("uniswap.org")
	token.Template = market.TokenGenuine
	group := about("uniswap.org")
	group.Kind = market.Group
	for name, q := range map[string]player.Question{
		"token": token, "group": group, "address": about("127.0.0.1"),
		"no field": {Template: market.DappScam, Prior: 0.5},
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
	whole := func(name string) ([]byte, error) { return files.ReadFile(path.Join("weights", name)) }
	for _, cut := range Files {
		for _, part := range []int{0, 99} {
			_, err := Load(func(name string) ([]byte, error) {
				b, err := whole(name)
				if name == cut {
					b = b[:len(b)*part/100]
				}
				return b, err
			})
			if !errors.Is(err, model.ErrWeights) {
				t.Errorf("%s cut to %d%%: want ErrWeights, have %v", cut, part, err)
			}
		}
	}
}

// A brand's own site does not imitate it; a namesake's does not count twice.
func TestOwnSite(t *testing.T) {
	b := newBrands([]Brand{
		{Label: "uniswap", Sites: []string{"uniswap.org"}},
		{Label: "binance", Sites: []string{"binance.com", "binance.us"}},
	})
	for h, want := range map[string]Likeness{
		"uniswap.org": Unlike, "app.uniswap.org": Unlike, "uniswap.xyz": Ending,
		"binance.com": Ending, "my-uniswap.com": Word, "uniswapclaim.com": Contains,
		"uni-swap.com": Masked, "unisvvap.com": Masked, "uniswpa.com": OneOff,
		"unicorn.com": Unlike,
	} {
		n, err := Parse(h)
		if err != nil {
			t.Fatal(err)
		}
		if m := b.match(n); m.How != want {
			t.Errorf("%s: want likeness %d, have %d", h, want, m.How)
		}
	}
}

func TestTop(t *testing.T) {
	var have top
	for i, x := range []float64{0.1, -3, 2, 0.5, -2.5, 2.5} {
		have.add(i, x)
	}
	if have.n != 3 || have.size != [3]float64{-3, -2.5, 2.5} || have.at != [3]int{1, 4, 5} {
		t.Errorf("want -3, -2.5, 2.5, have %+v", have)
	}
}

func FuzzNeighbours(f *testing.F) {
	f.Add(EncodeNeighbours([]Example{{"a.com", true}, {"ab.com", false}}, model.Scale{Slope: 1}))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := NewNeighbours(b)
		if err != nil {
			if !errors.Is(err, model.ErrWeights) {
				t.Fatalf("want ErrWeights, have %v", err)
			}
			return
		}
		p.Forecast(context.Background(), about("abc.com"))
	})
}

func FuzzLexicon(f *testing.F) {
	x := NewLexicon([]Brand{{Label: "uniswap", Sites: []string{"uniswap.org"}, Scam: 3}},
		[]SuffixTally{{"com", Tally{1, 2}}}, make([]int8, 27*27), []uint64{1, 5}, 0.5)
	f.Add(x.Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := DecodeLexicon(b)
		if err != nil {
			if !errors.Is(err, model.ErrWeights) {
				t.Fatalf("want ErrWeights, have %v", err)
			}
			return
		}
		n, _ := Parse("my-uniswap.com")
		var out [Lexicals]float32
		x.Lexical(n, out[:])
	})
}
