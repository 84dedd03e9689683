package prices

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

const (
	usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	coin = "0x0000000000000000000000000000000000000000"
)

// TestFile: prices are in the coin, follow the file and do not outlive a day.
func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "prices.json")
	clock := time.Now()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, clock, clock); err != nil {
			t.Fatal(err)
		}
	}
	write(`{"1":{"` + coin + `":2500,"` + usdc + `":1},"137":{"` + usdc + `":1}}`)
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	f.now = func() time.Time { return clock }
	f.looked = clock
	want := func(chain uint64, price float64, known bool) {
		t.Helper()
		have, ok := f.Worth(chain, common.HexToAddress(usdc))
		if ok != known || math.Abs(have-price) > 1e-12 {
			t.Errorf("chain %d: %v (%t), want %v (%t)", chain, have, ok, price, known)
		}
	}
	want(1, 0.0004, true)
	want(137, 0, false) // the coin has no price
	want(10, 0, false)
	clock = clock.Add(time.Minute)
	write(`{"1":{"` + coin + `":2000,"` + usdc + `":1}}`)
	want(1, 0.0005, true)
	clock = clock.Add(25 * time.Hour)
	want(1, 0, false)
	write(`{"1":{"` + coin + `":1000,"` + usdc + `":1}}`)
	clock = clock.Add(time.Minute)
	want(1, 0.001, true)
	write(`nonsense`)
	clock = clock.Add(time.Minute)
	want(1, 0, false)
}

func TestParseRefuses(t *testing.T) {
	for _, bad := range []string{``, `[]`, `{}`, `{"x":{"` + coin + `":1}}`,
		`{"1":{"0x12":1}}`, `{"1":{"` + usdc + `":1}}`, `{"1":{"` + coin + `":-1}}`,
		`{"1":{"` + coin + `":1,"` + usdc + `":-1}}`, strings.Repeat(" ", maxBytes+1)} {
		if p, err := parse(strings.NewReader(bad)); !errors.Is(err, ErrPrices) {
			t.Errorf("%.40q: %v, %v", bad, p, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"1":{"` + coin + `":2500,"` + usdc + `":1e-300}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := parse(strings.NewReader(string(raw)))
		if err != nil {
			return
		}
		for chain, prices := range p {
			for a, price := range prices {
				if price < 0 || math.IsNaN(price) {
					t.Errorf("chain %d, %s: %v", chain, a, price)
				}
			}
		}
	})
}
