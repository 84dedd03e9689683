package host

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]Name{
		"uniswap.org": {Host: "uniswap.org", Rest: "uniswap", Label: "uniswap", Suffix: "org",
			Site: "uniswap.org", Plain: "uniswap"},
		"https://user@WWW.App.Uniswap.ORG:443/swap?x=1#y": {Host: "app.uniswap.org",
			Rest: "app.uniswap", Label: "uniswap", Suffix: "org", Site: "uniswap.org",
			Plain: "app.uniswap"},
		"claim-uni.pages.dev.": {Host: "claim-uni.pages.dev", Rest: "claim-uni",
			Label: "claim-uni", Suffix: "pages.dev", Site: "claim-uni.pages.dev",
			Plain: "claim-uni", Platform: true},
		"vercel.app": {Host: "vercel.app", Rest: "vercel", Label: "vercel", Suffix: "app",
			Site: "vercel.app", Plain: "vercel"},
		"shop.example.co.uk": {Host: "shop.example.co.uk", Rest: "shop.example",
			Label: "example", Suffix: "co.uk", Site: "example.co.uk", Plain: "shop.example"},
		"аррӏе.com": {Host: "xn--80ak6aa92e.com", Rest: "xn--80ak6aa92e",
			Label: "xn--80ak6aa92e", Suffix: "com", Site: "xn--80ak6aa92e.com",
			Plain: "apple", Exotic: true},
	} {
		have, err := Parse(in)
		if err != nil || have != want {
			t.Errorf("%q:\nwant %+v\nhave %+v, %v", in, want, have, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, in := range []string{"", " ", "localhost", "a..b", ".com", "a.com..",
		"192.168.0.1", "[::1]:80",
		"http://[2001:db8::1]/", "a b.com", "x\x00.com", "https:///path", "a%2eb.com",
		strings.Repeat("a.", 200) + "com", strings.Repeat("x", 5000)} {
		if n, err := Parse(in); !errors.Is(err, ErrHost) {
			t.Errorf("%.40q: want ErrHost, have %+v, %v", in, n, err)
		} else if len(err.Error()) > 200 {
			t.Errorf("%.40q: an error of %d bytes", in, len(err.Error()))
		}
	}
}

func TestPlatformsAscend(t *testing.T) {
	if !slices.IsSorted(platforms) {
		t.Error("platforms must ascend: they are searched by halves")
	}
}

func TestUnmask(t *testing.T) {
	for in, want := range map[string]string{
		"uniswap": "uniswap", "un1swap": "unlswap", "c0inbase": "coinbase", "opensea29": "opensea",
		"rnetamask": "metamask", "vvallet": "wallet", "1": "", "": "", "4ave4": "ave",
	} {
		if have := Unmask(in); have != want {
			t.Errorf("%q: want %q, have %q", in, want, have)
		}
	}
}

func TestOneOff(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"uniswap", "uniswap", false}, {"uniswop", "uniswap", true}, {"unisap", "uniswap", true},
		{"uniswapp", "uniswap", true}, {"uniwsap", "uniswap", true}, {"unwisap", "uniswap", false},
		{"niswapu", "uniswap", false}, {"aa", "aaa", true}, {"ab", "cd", false},
	} {
		if oneOff(c.a, c.b) != c.want || oneOff(c.b, c.a) != c.want {
			t.Errorf("%s, %s: want %v both ways", c.a, c.b, c.want)
		}
	}
}

// The texts of features are in the order of the hashes: the first and the last
// of each list, and as many of one as of the other.
func TestFeatureTexts(t *testing.T) {
	for _, h := range []string{"a.io", "claim-uni5.vercel.app", "un1swap.x.com", "9.com"} {
		n, err := Parse(h)
		if err != nil {
			t.Fatal(err)
		}
		text := "^" + n.Plain + "$"
		grams := Grams(n, nil)
		if first := gramText(n, 0); first != text[:3] {
			t.Errorf("%s: first sequence is %q", h, first)
		}
		if last := gramText(n, len(grams)-1); last != text[len(text)-3:] {
			t.Errorf("%s: last sequence is %q", h, last)
		}
		if f := Folded(n, nil); len(f) > 0 && foldedText(n, len(f)-1) == "" {
			t.Errorf("%s: the last of %d folded features has no text", h, len(f))
		}
		s := signs{at: 1}
		s.collect(n)
		if s.said != len(s.out) || s.text == "" {
			t.Errorf("%s: %d signs have %d texts, the second is %q", h, len(s.out), s.said, s.text)
		}
		if signText(n, 0) != "."+n.Suffix {
			t.Errorf("%s: first sign is %q", h, signText(n, 0))
		}
	}
}

func TestLongestNameFits(t *testing.T) {
	h := strings.Repeat("a-", 60) + "." + strings.Repeat("b-", 61) + "c.com"
	n, err := Parse(h)
	if err != nil {
		t.Fatal(err)
	}
	if have := len(Grams(n, nil)); have > maxGrams {
		t.Errorf("%d bytes give %d sequences, at most %d", len(h), have, maxGrams)
	}
	if have := len(Folded(n, nil)); have > maxGrams {
		t.Errorf("%d bytes give %d folded ones, at most %d", len(h), have, maxGrams)
	}
	if have := len(Signs(n, nil)); have > maxSigns {
		t.Errorf("%d bytes give %d signs, at most %d", len(h), have, maxSigns)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"https://аррӏе.com", "xn--a.xn--b", "a@b:c/d", "\xff.com", "-.-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Parse(s)
		if err != nil {
			if !errors.Is(err, ErrHost) {
				t.Fatalf("want ErrHost, have %v", err)
			}
			return
		}
		if n.Rest == "" || n.Suffix == "" || len(n.Host) > MaxHost {
			t.Fatalf("%q: %+v", s, n)
		}
		if again, err := Parse(n.Host); err != nil || again.Site != n.Site {
			t.Fatalf("%q: site %q, then of %q %q, %v", s, n.Site, n.Host, again.Site, err)
		}
		Grams(n, nil)
		Folded(n, nil)
		Signs(n, nil)
	})
}
