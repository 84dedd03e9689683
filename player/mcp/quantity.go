package mcp

import (
	"fmt"
	"math"
	"strings"

	"agon/game/market"
	"agon/player/sizing"
)

// coins writes an amount with as many digits as it needs: "0.5", "12".
func coins(a market.Amount) string {
	const decimals = 18
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

// amount reads a number of coins or shares, rounded down to 10⁻¹⁸.
func amount(name string, x float64) (market.Amount, error) {
	if !(x > 0) || math.IsInf(x, 1) {
		return market.Amount{}, fmt.Errorf("%s is %v, want a number above 0", name, x)
	}
	return sizing.Amount(x), nil
}

// price reads a probability for an order.
func price(name string, x float64) (market.Price, error) {
	lo, hi := probability(market.MinPrice), probability(market.MaxPrice)
	if !(x >= lo && x <= hi) {
		return 0, fmt.Errorf("%s is %v, want a probability from %v to %v (37%% is 0.37)", name, x,
			lo, hi)
	}
	return market.Price(math.Round(x * float64(market.One))), nil
}

// probability is p as a number from 0 to 1.
func probability(p market.Price) float64 { return float64(p) / float64(market.One) }
