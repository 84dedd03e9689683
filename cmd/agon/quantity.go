package main

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"agon/game/market"
)

// decimals of coins, shares and prices: all are counted in 10⁻¹⁸.
const decimals = 18

// parseDecimal reads a plain decimal number and returns it times 10^scale,
// exactly: no sign, no exponent, at most scale digits after the point.
func parseDecimal(s string, scale int) (*big.Int, error) {
	whole, fraction, point := strings.Cut(s, ".")
	if whole == "" && fraction == "" || point && fraction == "" {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	for _, r := range whole + fraction {
		if r < '0' || r > '9' {
			return nil, fmt.Errorf("%q is not a plain decimal number", s)
		}
	}
	if len(fraction) > scale {
		return nil, fmt.Errorf("%q has more than %d digits after the point", s, scale)
	}
	n, ok := new(big.Int).SetString(whole+fraction+strings.Repeat("0", scale-len(fraction)), 10)
	if !ok {
		return nil, fmt.Errorf("%q is not a number", s)
	}
	return n, nil
}

// parseCoins reads an amount of coins or shares, "0.5" or "12", above 0 and at
// most market.MaxAmount.
func parseCoins(s string) (market.Amount, error) {
	var a market.Amount
	n, err := parseDecimal(s, decimals)
	if err != nil {
		return a, hint(wrong("amount: %w", err), `write coins like 0.5 or 12`)
	}
	if overflow := a.SetFromBig(n); overflow || a.Gt(&market.MaxAmount) {
		return a, wrong("amount %s is above %s", s, coins(market.MaxAmount))
	}
	if a.IsZero() {
		return a, wrong("amount is 0, want more")
	}
	return a, nil
}

// parsePrice reads a probability, "0.37" or "37%", within the market's bounds.
func parsePrice(s string) (market.Price, error) {
	number, percent := strings.CutSuffix(s, "%")
	scale := decimals
	if percent {
		scale -= 2
	}
	n, err := parseDecimal(number, scale)
	if err != nil {
		return 0, hint(wrong("price: %w", err), `write a price like 0.37 or 37%%`)
	}
	lo, hi := new(big.Int).SetUint64(uint64(market.MinPrice)), big.NewInt(int64(market.MaxPrice))
	if n.Cmp(lo) < 0 || n.Cmp(hi) > 0 {
		err := wrong("price %s is outside %s to %s", s, exact(market.MinPrice),
			exact(market.MaxPrice))
		return 0, hint(err, `a price is a probability: 0.37 and 37%% mean the same`)
	}
	return market.Price(n.Uint64()), nil
}

// parseBlocks reads a span of time: a number of blocks, or a duration such as
// 90s or 10m, which becomes blocks, rounded up, of the length that block tells.
func parseBlocks(s string, block func() (time.Duration, error)) (uint64, error) {
	if n, err := strconv.ParseUint(s, 10, 63); err == nil {
		return n, nil
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, hint(wrong("%q is no span of time", s),
			`write blocks (120) or a duration (60s, 10m)`)
	}
	length, err := block()
	if err != nil {
		return 0, err
	}
	return uint64((d + length - 1) / length), nil
}

// coins writes an amount with as many digits as it needs: 0.5, 12.
func coins(a market.Amount) string {
	s := a.Dec()
	if len(s) <= decimals {
		s = strings.Repeat("0", decimals-len(s)+1) + s
	}
	whole, fraction := s[:len(s)-decimals], strings.TrimRight(s[len(s)-decimals:], "0")
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// brief writes an amount for a table: rounded down to four decimals.
func brief(a market.Amount) string {
	whole, fraction, _ := strings.Cut(coins(a), ".")
	if len(fraction) <= 4 {
		return coins(a)
	}
	if trimmed := strings.TrimRight(fraction[:4], "0"); trimmed != "" {
		return whole + "." + trimmed
	}
	if whole != "0" {
		return whole
	}
	return "<0.0001"
}

// exact writes a price with every digit that is not zero.
func exact(p market.Price) string {
	var a market.Amount
	a.SetUint64(uint64(p))
	return coins(a)
}

// percent writes a price for people: 37.0%, and two more digits near the ends.
func percent(p market.Price) string {
	v := 100 * probability(p)
	if v != 0 && v != 100 && (v < 1 || v > 99) {
		return fmt.Sprintf("%.2f%%", v)
	}
	return fmt.Sprintf("%.1f%%", v)
}

// probability is p as a number between 0 and 1, for drawing and scores only.
func probability(p market.Price) float64 { return float64(p) / float64(market.One) }
