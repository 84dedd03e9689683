package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"agon/game/market"
)

func TestParseCoins(t *testing.T) {
	for _, c := range []struct{ in, want, fault string }{
		{"0.5", "500000000000000000", ""},
		{"12", "12000000000000000000", ""},
		{".25", "250000000000000000", ""},
		{"0.000000000000000001", "1", ""},
		{"79228162514.264337593543950335", "79228162514264337593543950335", ""}, // 2⁹⁶−1
		{"79228162514.264337593543950336", "", "above"},
		{"0.0000000000000000001", "", "more than 18 digits"},
		{"0", "", "amount is 0"},
		{"-1", "", "not a plain decimal"},
		{"1e3", "", "not a plain decimal"},
		{"", "", "not a number"},
		{".", "", "not a number"},
		{"1.", "", "not a number"},
		{"１", "", "not a plain decimal"}, // full-width digit
	} {
		got, err := parseCoins(c.in)
		checkParse(t, c.in, got.Dec(), err, c.want, c.fault)
	}
}

func TestParsePrice(t *testing.T) {
	for _, c := range []struct{ in, want, fault string }{
		{"0.37", "0.37", ""},
		{"37%", "0.37", ""},
		{"37.5%", "0.375", ""},
		{"0.0001", "0.0001", ""},
		{"0.9999", "0.9999", ""},
		{"99.99%", "0.9999", ""},
		{"0.00009", "", "outside"},
		{"0.99991", "", "outside"},
		{"37", "", "outside"},
		{"100000000000000000000", "", "outside"},
		{"%", "", "not a number"},
		{"a third", "", "not a plain decimal"},
	} {
		got, err := parsePrice(c.in)
		checkParse(t, c.in, exact(got), err, c.want, c.fault)
	}
}

// checkParse compares what a parser said with a table's row.
func checkParse(t *testing.T, in, got string, err error, want, fault string) {
	t.Helper()
	switch {
	case fault == "" && err != nil:
		t.Errorf("%q: %v", in, err)
	case fault == "" && got != want:
		t.Errorf("%q: have %s, want %s", in, got, want)
	case fault != "" && (err == nil || !strings.Contains(err.Error(), fault)):
		t.Errorf("%q: error %v, want one about %q", in, err, fault)
	case fault != "" && exitCode(err) != exitUsage:
		t.Errorf("%q: exit code %d, want %d", in, exitCode(err), exitUsage)
	}
}

func TestParseBlocks(t *testing.T) {
	block := func() (time.Duration, error) { return 500 * time.Millisecond, nil }
	for _, c := range []struct {
		in   string
		want uint64
		ok   bool
	}{
		{"120", 120, true}, {"60s", 120, true}, {"1m", 120, true}, {"0.6s", 2, true},
		{"0", 0, true}, {"-1s", 0, false}, {"soon", 0, false}, {"-5", 0, false},
	} {
		got, err := parseBlocks(c.in, block)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%q: %d, %v; want %d, accepted %v", c.in, got, err, c.want, c.ok)
		}
	}
}

// TestCoinsRoundTrip: writing and reading an amount changes nothing.
func TestCoinsRoundTrip(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		var a market.Amount
		a.SetUint64(r.Uint64()>>r.IntN(64) | 1)
		got, err := parseCoins(coins(a))
		if err != nil || got != a {
			t.Fatalf("%s became %s: %s, %v", a.Dec(), coins(a), got.Dec(), err)
		}
	}
}

func TestWriting(t *testing.T) {
	amount := func(s string) market.Amount {
		a, err := parseCoins(s)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	for _, c := range []struct{ got, want string }{
		{coins(market.Amount{}), "0"},
		{brief(amount("1.23456789")), "1.2345"},
		{brief(amount("1.00001")), "1"},
		{brief(amount("0.00001")), "<0.0001"},
		{brief(amount("12.5")), "12.5"},
		{percent(370_000_000_000_000_000), "37.0%"},
		{percent(market.MinPrice), "0.01%"},
		{percent(market.MaxPrice), "99.99%"},
		{percent(market.One), "100.0%"},
	} {
		if c.got != c.want {
			t.Errorf("wrote %s, want %s", c.got, c.want)
		}
	}
}
