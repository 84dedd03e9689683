package address

import (
	"context"
	"errors"
	"strings"
	"testing"

	"agon/game/market"
	"agon/player"
	"agon/player/model"
)

const (
	thief  = "0x1111222233334444555566667777888899990000"
	owner  = "0xaaaabbbbccccddddeeeeffff0000111122223333"
	double = "0xaaaa0000000000000000000000000000000a3333" // owner's, as a wallet shows it
	fresh  = "0x1234567890abcdef1234567890abcdef12345678"
)

func about(address string) player.Question {
	return player.Question{
		Template: market.AddressHostile, Kind: market.Binary, Fields: []string{address, "1"},
		Prior: 0.5, Price: 0.5,
	}
}

// listed is a player whose lists have one of each.
func listed(t *testing.T) *List {
	t.Helper()
	book := NewBook([]string{thief}, []string{owner})
	p, err := NewList(book.Encode([]float32{0, 2, 0.1, 0.2, 0.1}, model.Scale{Slope: 1}))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestForecast(t *testing.T) {
	for name, c := range map[string]struct {
		address   string
		low, high float64
		sure      bool
		says      string
	}{
		"attacker":   {thief, 0.98, 1, true, "an attacker's"},
		"upper case": {strings.ToUpper(thief), 0.98, 1, true, "an attacker's"},
		"owner":      {owner, 0, 0.03, true, "honest owner"},
		"look-alike": {double, 0.8, 1, true, "looks like a listed one: 0xaaaa…3333"},
		"unknown":    {fresh, 0.5, 0.5, false, "on no list"},
		"zeros": {"0x00000" + fresh[7:], 0.5, 0.65, false,
			"sought by trying keys"},
	} {
		f, err := listed(t).Forecast(context.Background(), about(c.address))
		if err != nil || f.P < c.low || f.P > c.high || !strings.Contains(f.Reason, c.says) {
			t.Errorf("%s: want %v to %v because of %q, have %+v, %v", name, c.low, c.high, c.says,
				f, err)
		}
		if c.sure != (f.Confidence >= 0.5) {
			t.Errorf("%s: confidence %v", name, f.Confidence)
		}
	}
}

// An honest address does not look like itself.
func TestLookWithoutSelf(t *testing.T) {
	var x [Signs]float32
	p := listed(t)
	for self, want := range map[bool]float32{true: 0, false: 1} {
		p.Look(NewSubject(owner, "1"), self, x[:])
		if x[1] != want {
			t.Errorf("own entry left out %v: want %v, have %v", self, want, x[1])
		}
	}
}

func TestPasses(t *testing.T) {
	token := about(fresh)
	token.Template = market.TokenGenuine
	for name, q := range map[string]player.Question{
		"token": token, "short": about("0x12"), "letters": about("0x" + strings.Repeat("z", 40)),
		"empty": about(""), "name": about("vitalik.eth"), "long": about(fresh + "0"),
	} {
		for _, p := range Builtin() {
			if f, err := p.Forecast(context.Background(), q); !errors.Is(err, player.ErrPass) {
				t.Errorf("%s on %s: want a pass, have %+v, %v", p.Name(), name, f, err)
			}
		}
	}
}

func TestCutWeights(t *testing.T) {
	whole, err := files.ReadFile("weights/list.bin")
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []int{0, 3, 50, 99} {
		if _, err := NewList(whole[:len(whole)*part/100]); !errors.Is(err, model.ErrWeights) {
			t.Errorf("cut to %d%%: want ErrWeights, have %v", part, err)
		}
	}
}

func FuzzForecast(f *testing.F) {
	f.Add("0X00")
	f.Add(fresh)
	f.Fuzz(func(t *testing.T, address string) {
		for _, p := range Builtin() {
			p.Forecast(context.Background(), about(address))
		}
	})
}
