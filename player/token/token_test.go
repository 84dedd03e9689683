package token

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

const (
	wethOne = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
	mimic   = "0xc02a000000000000000000000000000000006cc2"
	fresh   = "0x1234567890123456789012345678901234567890"
)

func book() *Book {
	return NewBook([]Entry{
		{wethOne, "WETH", "1"}, {"0xaaaa39b223fe8d0a0e5c4f27ead9083c756caaaa", "ABC", "1"},
		{"0xbbbb39b223fe8d0a0e5c4f27ead9083c756cbbbb", "ABC", "1"},
		{"0xcccc39b223fe8d0a0e5c4f27ead9083c756ccccc", "POL", "137"},
	})
}

func TestLook(t *testing.T) {
	for name, c := range map[string]struct {
		address, symbol, chain string
		want                   Standing
	}{
		"listed":      {wethOne, "WETH", "1", Standing{Listed: true}},
		"mixed case":  {"0X" + wethOne[2:], "weth", "Ethereum", Standing{Listed: true}},
		"renamed":     {wethOne, "USDT", "1", Standing{Renamed: true}},
		"other chain": {wethOne, "WETH", "10", Standing{Elsewhere: true, Abroad: 1}},
		"taken":       {fresh, "WETH", "1", Standing{Taken: 1}},
		"Cyrillic":    {fresh, "WЕТН", "1", Standing{Taken: 1}},
		"mimic":       {mimic, "WETH", "1", Standing{Taken: 1, SameFace: true}},
		"abroad":      {fresh, "POL", "1", Standing{Abroad: 1}},
		"unknown":     {fresh, "NEWCOIN", "1", Standing{}},
		"no letters":  {fresh, "$$$", "1", Standing{}},
	} {
		if have := book().Look(NewSubject(c.address, c.symbol, c.chain), false); have != c.want {
			t.Errorf("%s: want %+v, have %+v", name, c.want, have)
		}
	}
}

// Leaving its own entry out, a listed token looks like one the lists never
// heard of; one of two namesakes still sees the other.
func TestLookWithoutSelf(t *testing.T) {
	alone := book().Look(NewSubject(wethOne, "WETH", "1"), true)
	if alone != (Standing{}) {
		t.Errorf("want nothing known, have %+v", alone)
	}
	twin := book().Look(NewSubject("0xaaaa39b223fe8d0a0e5c4f27ead9083c756caaaa", "ABC", "1"), true)
	if twin != (Standing{Taken: 1}) {
		t.Errorf("want the symbol taken once, have %+v", twin)
	}
}

func TestOdd(t *testing.T) {
	for symbol, want := range map[string][]Oddity{
		"USDC": nil, "wstETH": nil, "BTC.b": nil, "$FFC": nil,
		"UЅD":                    {LookAlike},
		"US\u200bDT":             {Invisible},
		"$ UniswapLP.org":        {WebAddress, Dollar, Spaces, TooLong},
		"Visit https://x.y":      {WebAddress, Lure, Spaces, TooLong, Signs},
		"龙":                      {Foreign},
		"claim at rewards.click": {WebAddress, Lure, Spaces, TooLong},
	} {
		have := Odd(symbol)
		var expect [Oddities]bool
		for _, o := range want {
			expect[o] = true
		}
		if have != expect {
			t.Errorf("%q: want %v, have %v", symbol, expect, have)
		}
	}
}

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		player, address, symbol string
		low, high               float64
		says                    string
	}{
		{"token-list", mimic, "USDT", 0, 0.6, "USDT on this chain is known at"},
		{"token-list", fresh, "QQZZQX", 0.3, 0.7, "neither the address nor the symbol"},
		{"token-names", fresh, "$ UniswapLP.org", 0, 0.1, "a web address in the symbol"},
		{"token-names", fresh, "UЅDТ", 0, 0.3, "look-alike letters"},
		{"token-counts", fresh, "$ UniswapLP.org", 0, 0.1, "commoner among fakes"},
		{"token-mimic", fresh, "$ UniswapLP.org", 0, 0.2, "what counted most"},
	} {
		for _, p := range Builtin() {
			if p.Name() != c.player {
				continue
			}
			f, err := p.Forecast(context.Background(), player.Question{
				Template: market.TokenGenuine, Prior: 0.5,
				Fields: []string{c.address, c.symbol, "1"},
			})
			if err != nil || f.P < c.low || f.P > c.high || !strings.Contains(f.Reason, c.says) {
				t.Errorf("%s on %s: want %v to %v because of %q, have %+v, %v",
					c.player, c.symbol, c.low, c.high, c.says, f, err)
			}
		}
	}
}

func TestPasses(t *testing.T) {
	for name, q := range map[string]player.Question{
		"host":      {Template: market.DappScam, Fields: []string{"a.com"}},
		"no fields": {Template: market.TokenGenuine},
		"no symbol": {Template: market.TokenGenuine, Fields: []string{fresh, " ", "1"}},
		"long": {Template: market.TokenGenuine,
			Fields: []string{strings.Repeat("0", 5000), "A"}},
	} {
		for _, p := range Builtin() {
			if f, err := p.Forecast(context.Background(), q); !errors.Is(err, player.ErrPass) {
				t.Errorf("%s on %s: want a pass, have %+v, %v", p.Name(), name, f, err)
			}
		}
	}
}

func TestCutWeights(t *testing.T) {
	for _, cut := range Files {
		for _, part := range []int{0, 3, 50, 99} {
			_, err := Load(func(name string) ([]byte, error) {
				b, err := files.ReadFile(path.Join("weights", name))
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

func FuzzSubject(f *testing.F) {
	f.Add("0X00", "UЅDТ\u200b", "Ethereum")
	f.Fuzz(func(t *testing.T, address, symbol, chain string) {
		s := NewSubject(address, symbol, chain)
		if len(s.Symbol) > maxSymbol {
			t.Fatalf("symbol of %d bytes", len(s.Symbol))
		}
		Features(s, nil)
		book().Look(s, false)
	})
}
