package lists

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
)

func TestParseSite(t *testing.T) {
	for _, c := range []struct {
		text, host, domain, path string
		shared, ip               bool
	}{
		{"https://App.Example.co.uk:8443/a/b?c#d", "app.example.co.uk", "example.co.uk", "/a/b",
			false,
			false},
		{"example.com.", "example.com", "example.com", "", false, false},
		{"https://uniswap.org@evil.example/login", "evil.example", "evil.example", "/login", false,
			false},
		{"https://drop.vercel.app", "drop.vercel.app", "drop.vercel.app", "", true, false},
		{"https://unıswap.org", "xn--unswap-q9a.org", "xn--unswap-q9a.org", "", false, false},
		{"HTTP://192.168.0.1/x", "192.168.0.1", "192.168.0.1", "/x", false, true},
		{"http://[::ffff:10.0.0.1]/", "10.0.0.1", "10.0.0.1", "/", false, true},
		{"under_score.example.com", "under_score.example.com", "example.com", "", false, false},
	} {
		s, err := ParseSite(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		want := Site{Host: c.host, Domain: c.domain, Suffix: s.Suffix, Shared: c.shared,
			Path: c.path,
			IP:   c.ip}
		if s != want {
			t.Errorf("%q: %+v, want %+v", c.text, s, want)
		}
	}
	for _, bad := range []string{"", "https://", "https://a b", strings.Repeat("a", 9000),
		strings.Repeat("a.", 200) + "com", "https://\x00.com"} {
		if s, err := ParseSite(bad); err == nil {
			t.Errorf("%.40q: %+v, want an error", bad, s)
		}
	}
}

func match(t *testing.T, h *Hosts, text string) string {
	t.Helper()
	s, err := ParseSite(text)
	if err != nil {
		t.Fatal(err)
	}
	entry, _ := h.Match(s)
	return entry
}

func TestHostsMatchParents(t *testing.T) {
	h := NewHosts(0)
	read, err := h.ReadLines(strings.NewReader(`
# a list
evil.example
0.0.0.0 drainer.example   # of a hosts file
sites.example/user/thief
*.wild.example
com
co.uk
vercel.app
10.0.0.1
localhost
`))
	if err != nil || read.Added != 5 || read.Skipped != 4 {
		t.Errorf("%+v, %v", read, err)
	}
	for text, want := range map[string]string{
		"evil.example":                        "evil.example",
		"https://a.b.evil.example/x":          "evil.example",
		"notevil.example":                     "",
		"evil.example.com":                    "",
		"www.drainer.example":                 "drainer.example",
		"https://sites.example/user/thief/x":  "sites.example/user/thief",
		"https://sites.example/user/thieftwo": "",
		"https://sites.example/":              "",
		"x.wild.example":                      "wild.example",
		"https://10.0.0.1/x":                  "10.0.0.1",
		"bank.co.uk":                          "",
		"honest.vercel.app":                   "",
	} {
		if have := match(t, h, text); have != want {
			t.Errorf("%s: matched %q, want %q", text, have, want)
		}
	}
}

func TestReadPhishing(t *testing.T) {
	p, read, err := ReadPhishing(strings.NewReader(
		`{"version":2,"tolerance":1,"fuzzylist":["uniswap.org"],"whitelist":["good.example"],
		  "blacklist":["evil.example","com"]}`))
	if err != nil || read.Added != 1 || read.Skipped != 1 || len(p.Fuzzy) != 1 {
		t.Fatalf("%+v %+v %v", p, read, err)
	}
	if match(t, p.Blocked, "x.evil.example") == "" || len(p.Allowed) != 1 {
		t.Error("not found")
	}
	for _, bad := range []string{"", "[]", "{}", `{"blacklist":5}`} {
		if _, _, err := ReadPhishing(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: read", bad)
		}
	}
}

func TestTokensAlike(t *testing.T) {
	usdc := common.HexToAddress("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")
	tokens := NewTokens()
	_, err := tokens.Read(strings.NewReader(fmt.Sprintf(
		`{"name":"x","tokens":[
		  {"chainId":1,"address":%q,"symbol":"USDC","name":"USD Coin","decimals":6},
		  {"chainId":1,"address":"bad","symbol":"X","decimals":6}]}`, usdc.Hex())))
	if err != nil {
		t.Fatal(err)
	}
	if k, ok := tokens.At(1, usdc); !ok || k.Decimals != 6 {
		t.Errorf("%+v", k)
	}
	fake := common.HexToAddress("0x01")
	for _, symbol := range []string{"USDC", "usdc", "UЅDС", "U\u200bSDC", "ＵＳＤＣ", "U5DC", "ÚSDC"} {
		if alike := tokens.Alike(1, fake, symbol, ""); len(alike) != 1 || alike[0].Address != usdc {
			t.Errorf("%q: alike %v", symbol, alike)
		}
	}
	if alike := tokens.Alike(1, usdc, "USDC", "USD Coin"); len(alike) != 0 {
		t.Errorf("a token is like itself: %v", alike)
	}
	if alike := tokens.Alike(1, fake, "USDX", "Dollar"); len(alike) != 0 {
		t.Errorf("alike %v", alike)
	}
}

func FuzzReadLines(f *testing.F) {
	f.Add("evil.example\n#x\n0.0.0.0 a.b/c")
	f.Fuzz(func(t *testing.T, text string) {
		h := NewHosts(0)
		h.ReadLines(strings.NewReader(text))
		if s, err := ParseSite(text); err == nil {
			h.Match(s)
		}
	})
}

// TestContent: what is published under a listed content id is found at any gateway
// and in either version of the id (the example of the specification of CIDs).
func TestContent(t *testing.T) {
	const zero = "QmbWqxBEKC3P8tqsKc98xmWNzrzDtRLMiMPL8wBuTGsMnR"
	const one = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
	for _, entry := range []string{zero, one, "ipfs://" + one} {
		h := NewHosts(0)
		if !h.Add(entry) || !h.Add("evil.example") {
			t.Fatalf("%q is not taken", entry)
		}
		for text, want := range map[string]bool{
			"https://" + one + ".ipfs.dweb.link/x?y":    true,
			"https://gateway.example/ipfs/" + one + "/": true,
			"https://gateway.example/ipfs/" + zero:      true,
			"https://gateway.example/x/" + zero:         false,
			"https://gateway.example/ipfs/":             false,
			"https://x" + one[1:] + ".ipfs.dweb.link":   false,
			"https://a.evil.example/ipfs/x":             true,
			"https://" + one[:58] + "a.ipfs.dweb.link":  false,
		} {
			if have := match(t, h, text); (have != "") != want {
				t.Errorf("%s: %s matches %q, want %t", entry, text, have, want)
			}
		}
	}
	for _, none := range []string{"Qm", zero[:45] + "0", "b" + strings.Repeat("a", 60)} {
		if key, ok := contentKey(none); ok {
			t.Errorf("%q is %q", none, key)
		}
	}
}

// TestMajors: what ships is read whole, and tells a false token from a true one.
func TestMajors(t *testing.T) {
	tokens := NewTokens()
	if err := tokens.AddMajors(); err != nil {
		t.Fatal(err)
	}
	usdc := common.HexToAddress("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48")
	if k, ok := tokens.At(1, usdc); !ok || k.Decimals != 6 || tokens.Len() < 40 {
		t.Errorf("%+v among %d", k, tokens.Len())
	}
	for _, symbol := range []string{"USDC", "$USDC", "UЅDC", "USDC\u3164", "usdc."} {
		if alike := tokens.Alike(1, common.Address{9}, symbol, ""); len(alike) == 0 ||
			alike[0].Address != usdc {
			t.Errorf("%q is like %v", symbol, alike)
		}
	}
	for _, symbol := range []string{"USDX", "CUSDC", "", "$", "..."} {
		if alike := tokens.Alike(1, common.Address{9}, symbol, ""); len(alike) > 0 {
			t.Errorf("%q is like %v", symbol, alike[0])
		}
	}
}

func FuzzReadPhishing(f *testing.F) {
	f.Add(`{"version":2,"fuzzylist":["a.b"],"whitelist":["good.example"],` +
		`"blacklist":["evil.example"]}`)
	f.Add(`{"blocklist":["xn--a","*.x.y","10.0.0.1","a.b/c"],"allowlist":[""]}`)
	site, err := ParseSite("https://a.evil.example/x")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if p, read, err := ReadPhishing(strings.NewReader(text)); err == nil {
			p.Blocked.Match(site)
			if read.Added+read.Skipped == 0 {
				t.Errorf("a list of nothing is read: %q", text)
			}
		}
	})
}

func FuzzReadTokens(f *testing.F) {
	f.Add(`{"tokens":[{"chainId":1,"address":"0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48",` +
		`"symbol":"USDC","name":"USD Coin","decimals":6}]}`)
	f.Add(`{"tokens":[{"chainId":-1},{"symbol":"x"},null]}`)
	f.Fuzz(func(t *testing.T, text string) {
		tokens := NewTokens()
		read, err := tokens.Read(strings.NewReader(text))
		if err == nil && tokens.Len() > read.Added {
			t.Errorf("%d tokens of %d entries", tokens.Len(), read.Added)
		}
		tokens.Alike(1, common.Address{}, text, text)
	})
}

func FuzzReadAddresses(f *testing.F) {
	f.Add("0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48, a thief\n# x\n0x12 y")
	f.Fuzz(func(t *testing.T, text string) {
		a := Addresses{}
		if read, err := a.ReadLines(strings.NewReader(text)); err == nil && len(a) > read.Added {
			t.Errorf("%d addresses of %d entries", len(a), read.Added)
		}
	})
}

// BenchmarkMatch looks hosts up among a million; half of those asked for are on
// the list by a domain above them.
func BenchmarkMatch(b *testing.B) {
	const n = 1_000_000
	h := NewHosts(n)
	for i := range n {
		h.Add(fmt.Sprintf("host-%d.scam%d.example", i, i%1000))
	}
	var sites []Site
	for i := range 1024 {
		s, err := ParseSite(fmt.Sprintf("www.host-%d.scam%d.example", i*977, i*977%1000+i%2*1000))
		if err != nil {
			b.Fatal(err)
		}
		sites = append(sites, s)
	}
	b.ReportMetric(float64(8*len(h.slots))/1e6, "MB")
	found := 0
	for i := 0; b.Loop(); i++ {
		if _, ok := h.Match(sites[i%len(sites)]); ok {
			found++
		}
	}
	if found == 0 {
		b.Error("nothing found")
	}
}
