package main

import (
	"context"
	"fmt"
	"strings"
)

// benchProof is "agon prove bench" in the form of all benchmarks: the rows that
// have a target.
func benchProof(ctx context.Context, _ *app, size scale) []figure {
	repeats := fullProofs
	if size == quickScale {
		repeats = quickProofs
	}
	named := figure{Name: "proofs", Target: "as agon prove bench has them", Floor: "–"}
	v, err := measureSpeeds(repeats.rounds)
	if err != nil {
		return failure(named, err)
	}
	var all []figure
	for _, g := range proofGauges {
		s, err := g.run(ctx, v, repeats)
		if err != nil {
			named.Name = "proofs: " + g.name
			all = append(all, failure(named, err)...)
			continue
		}
		for _, r := range s.Rows {
			if r.Target > 0 {
				all = append(all, r.figure(s))
			}
		}
	}
	return all
}

// figure is the row in the form of all benchmarks.
func (r proofRow) figure(s proofSection) figure {
	cells := r.cells()
	f := figure{Name: s.Model + ", " + s.Profile + " profile: " + r.Name,
		Target: strings.TrimSpace(fmt.Sprint(cells[1], " ", r.Unit)), Value: r.Value,
		Unit: r.Unit, Met: !r.Missed, Note: r.Note}
	var beside []string
	if r.parts != "" {
		beside = append(beside, fmt.Sprintf("floor %.3g %s: %s", r.Floor, r.Unit, r.parts))
	}
	if r == s.Rows[0] {
		beside = append(beside, "our own run in integers "+milliseconds(s.NativeMs))
		beside = append(beside, s.Peers...)
	}
	if f.Floor = strings.Join(beside, "; "); f.Floor == "" {
		f.Floor = "–"
	}
	return f
}
