package host

import (
	"context"
	"errors"
	"math/rand/v2"
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

// additions are what somebody may put around a name to be taken for another:
// prefixes, endings, hyphens, other labels, other suffixes.
func additions(n Name, r *rand.Rand) string {
	letters := func(k int) string {
		b := make([]byte, k)
		for i := range b {
			b[i] = byte('a' + r.IntN(26))
		}
		return string(b)
	}
	label, suffix := n.Label, n.Suffix
	for range 1 + r.IntN(4) {
		switch r.IntN(6) {
		case 0:
			label = letters(1+r.IntN(8)) + label
		case 1:
			label += letters(1 + r.IntN(8))
		case 2:
			label = letters(1+r.IntN(8)) + "-" + label
		case 3:
			at := 1 + r.IntN(len(label))
			label = label[:at] + "-" + label[at:]
		case 4:
			suffix = []string{"com", "org", "de", "example", "co.uk"}[r.IntN(5)]
		case 5:
			label = strings.ReplaceAll(label, "-", "")
		}
	}
	made := strings.Trim(label, "-") + "." + suffix
	if sub := strings.TrimSuffix(n.Rest, n.Label); sub != "" {
		made = sub + made
	}
	if r.IntN(3) == 0 {
		made = letters(3) + "." + made
	}
	return made
}

// Nothing that is added to a name lowers what Core thinks of it, and no player
// falls below that by more than its leeway.
func TestCoreOnlyRises(t *testing.T) {
	const seed = 5
	r := rand.New(rand.NewPCG(seed, 0))
	names := []string{
		"claim-uniswap.pages.dev", "wallet-connect-verify.web.app", "metamask.io", "a.com",
		"abcd.top",
		"airdrop.layerzero-claim.xyz", "opensea.io", "x7q.sync-rectify.vercel.app", "drop-eth.net",
	}
	var core *Core
	for _, p := range Builtin() {
		if c, ok := p.(*Core); ok {
			core = c
		}
	}
	for i := range 4000 {
		was, err := Parse(names[i%len(names)])
		if err != nil {
			t.Fatal(err)
		}
		made := additions(was, r)
		is, err := Parse(made)
		if err != nil {
			continue
		}
		before, after := core.Score(was), core.Score(is)
		if after < before-1e-9 {
			t.Fatalf("seed %d: %s has %v, %s only %v", seed, was.Host, before, made, after)
		}
		least := min(core.m.Scale.LogOdds(before)-wideLeeway, maxLogOdds)
		for _, p := range Builtin() {
			f, err := p.Forecast(context.Background(), about(made))
			if _, likes := p.(*Lookalike); err != nil || likes {
				continue // Lookalike knows sites by name
			}
			if player.Logit(f.P) < least-1e-6 {
				t.Fatalf("seed %d: %s on %s: %v, want at least %v in log-odds", seed, p.Name(),
					made, player.Logit(f.P), least)
			}
		}
	}
}

// What Core says is the best of all windows, found the slow way.
func TestCoreWindows(t *testing.T) {
	weights := CoreWeights{
		Gram:   func(h uint32) float64 { return float64(int32(h*2654435761)>>16) / 32768 },
		Length: make([]float32, CoreLengths),
	}
	for i := range weights.Length {
		weights.Length[i] = float32(i%3) / 4
	}
	for _, h := range []string{
		"claim-uniswap.pages.dev", "abc.com", "abcde.com",
		"one.two-three_four.averyveryverylonglabel.com",
	} {
		n, err := Parse(h)
		if err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for label := range strings.SplitSeq(n.Plain, ".") {
			label = strings.NewReplacer("-", "", "_", "").Replace(label)
			for s := range label {
				for e := s + coreLeast; e <= min(len(label), s+coreMost); e++ {
					sum := float64(weights.Length[e-s])
					for i := s; i < e; i++ {
						CoreGrams([]byte(label[i:e]), func(h uint32, _ int) {
							sum += weights.Gram(h)
						})
					}
					want = max(want, sum)
				}
			}
		}
		if have, window := weights.Window(n); have < want-1e-9 || have > want+1e-9 {
			t.Errorf("%s: want %v, have %v of %q", h, want, have, window)
		}
	}
}
