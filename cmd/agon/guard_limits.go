package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/rules"
)

// readLimits reads a user's thresholds over the usual ones. Shares are between 0
// and 1, times as Go writes them ("72h").
//
//	{"young_contract": "72h", "far_expiry": "8784h", "gap_warning": 0.10,
//	 "gap_danger": 0.20, "wrap_danger": 0.05, "drained": 0.99,
//	 "scam": {"warning": 0.88}}
func readLimits(path string) (rules.Limits, error) {
	limits := rules.DefaultLimits()
	raw, err := os.ReadFile(path)
	if err != nil {
		return limits, err
	}
	in := struct {
		Young   string           `json:"young_contract"`
		Far     string           `json:"far_expiry"`
		Warning *float64         `json:"gap_warning"`
		Danger  *float64         `json:"gap_danger"`
		Wrap    *float64         `json:"wrap_danger"`
		Drained *float64         `json:"drained"`
		Scam    rules.ScamLimits `json:"scam"`
	}{
		Warning: &limits.GapWarning, Danger: &limits.GapDanger, Wrap: &limits.WrapDanger,
		Drained: &limits.Drained, Scam: limits.Scam,
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields() // a threshold that is misspelt would not hold
	if err := dec.Decode(&in); err != nil {
		return limits, fmt.Errorf("%s: not thresholds: %w", path, err)
	}
	limits.Scam = in.Scam
	for _, t := range []struct {
		text string
		into *time.Duration
	}{{in.Young, &limits.YoungContract}, {in.Far, &limits.FarExpiry}} {
		if t.text == "" {
			continue
		}
		if *t.into, err = time.ParseDuration(t.text); err != nil || *t.into < 0 {
			return limits, fmt.Errorf("%s: %q is no time such as 72h", path, t.text)
		}
	}
	for _, share := range []float64{limits.GapWarning, limits.GapDanger, limits.WrapDanger,
		limits.Drained, limits.Scam.Note, limits.Scam.Warning, limits.Scam.Sure,
		limits.Scam.Weight, limits.Scam.Joint} {
		if share < 0 || share > 1 {
			return limits, fmt.Errorf("%s: %v is no share between 0 and 1", path, share)
		}
	}
	return limits, nil
}

// mark puts hosts and addresses that the user trusts or blocks on the lists.
func (g *guarding) mark(l *rules.Lists) error {
	for _, t := range g.trusted {
		switch {
		case common.IsHexAddress(t):
			l.TrustedAddresses[common.HexToAddress(t)] = "you trust it"
		case !l.Trusted.Add(t):
			return fmt.Errorf("--trust %q is neither a host nor an address", t)
		}
	}
	for _, t := range g.blocked {
		switch {
		case common.IsHexAddress(t):
			l.BlockedAddresses[common.HexToAddress(t)] = "you have blocked it"
		case !l.Blocked.Add(t):
			return fmt.Errorf("--block %q is neither a host nor an address", t)
		}
	}
	return nil
}
