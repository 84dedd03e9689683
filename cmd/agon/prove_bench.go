package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
)

// proofRow is one measured quantity of proving.
type proofRow struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Target float64 `json:"target,omitempty"` // at most, or at least if Least; 0 for none
	Least  bool    `json:"at_least,omitempty"`
	Value  float64 `json:"value"` // the median of what was repeated
	Best   float64 `json:"best,omitempty"`
	P90    float64 `json:"p90,omitempty"`
	CPU    float64 `json:"cpu_ms,omitempty"` // of all cores, on average
	Floor  float64 `json:"floor,omitempty"`  // one core, in the unit of the value
	Note   string  `json:"how,omitempty"`    // what is in it
	Missed bool    `json:"missed,omitempty"` // the target
	parts  string  // what the floor is made of
}

// judge says whether a target is met.
func (r proofRow) judge() proofRow {
	if r.Target > 0 {
		r.Missed = r.Value > r.Target
		if r.Least {
			r.Missed = r.Value < r.Target
		}
	}
	return r
}

// proofSection is what was measured of one model.
type proofSection struct {
	Model      string      `json:"model"`
	Parameters int64       `json:"parameters"`
	Profile    string      `json:"profile"`
	Soundness  float64     `json:"soundness_bits,omitempty"`
	NativeMs   float64     `json:"native_ms"` // one run in integers, one core
	Kernel     string      `json:"kernel"`
	Rows       []proofRow  `json:"rows"`
	Peers      []string    `json:"peers"`
	Time       []timeShare `json:"time,omitempty"`
	Functions  []timeShare `json:"functions,omitempty"`
}

// proofBench is the whole benchmark.
type proofBench struct {
	Machine  machine        `json:"machine"`
	Speeds   speeds         `json:"speeds"`
	Sections []proofSection `json:"models"`
}

// proofScale is how often things are repeated.
type proofScale struct {
	proofs   int // of a small network; a quarter of it for a large one
	rounds   int // of fastest
	batches  []int
	memory   bool
	profile  bool
	profiled time.Duration
}

var (
	fullProofs = proofScale{proofs: 80, rounds: 3, batches: []int{4, 16, 64}, memory: true,
		profiled: 5 * time.Second}
	quickProofs = proofScale{proofs: 16, rounds: 1, batches: []int{16},
		profiled: 2 * time.Second}
)

// proofGauge measures one model.
type proofGauge struct {
	name string
	run  func(context.Context, speeds, proofScale) (proofSection, error)
}

var proofGauges = []proofGauge{
	{"mlp", measureMLP},
	{"chain", measureChain},
	{"dense", measureDense},
	{"product", measureProduct},
}

func (a *app) proveBench() *cobra.Command {
	var names []string
	for _, g := range proofGauges {
		names = append(names, g.name)
	}
	c := &cobra.Command{
		Use:   "bench [NAME...]",
		Short: "Measure proving on this machine, beside floors and other provers",
		Long: `Proves networks with random weights and prints each figure beside its target, our own
run of the network in integers, its floor (what the protocol must hash, multiply and read,
at the speed this machine does each in a loop of its own, on one core) and what other
provers published. Times of proofs are medians, with the fastest and the ninth of ten;
they begin with the values of the network's tensors, and hide the input.
Names: ` + strings.Join(names, ", ") + `; without one, all.`,
		Example: examples("agon prove bench", "agon prove bench mlp chain --profile",
			"agon prove bench --quick --json"),
		ValidArgs: names,
	}
	quick := c.Flags().Bool("quick", false, "fewer proofs, no memory: rougher figures")
	profile := c.Flags().Bool("profile", false, "show where the time of proving goes")
	c.RunE = func(c *cobra.Command, args []string) error {
		size := fullProofs
		if *quick {
			size = quickProofs
		}
		size.profile = *profile
		chosen, err := chooseProofGauges(args, names)
		if err != nil {
			return err
		}
		bar := a.steps(len(chosen) + 1)
		defer bar.done()
		bar.next("how fast this machine hashes and multiplies")
		v := proofBench{Machine: thisMachine()}
		if v.Speeds, err = measureSpeeds(size.rounds); err != nil {
			return err
		}
		for _, g := range chosen {
			bar.next("measuring " + g.name)
			section, err := g.run(c.Context(), v.Speeds, size)
			if err != nil {
				return fmt.Errorf("%s: %w", g.name, err)
			}
			v.Sections = append(v.Sections, section)
		}
		bar.done()
		return a.emit(v, func(s term.Screen) { v.draw(s) })
	}
	return c
}

// chooseProofGauges finds the models named, or all.
func chooseProofGauges(args, names []string) ([]proofGauge, error) {
	if len(args) == 0 {
		return proofGauges, nil
	}
	var chosen []proofGauge
	for _, name := range args {
		found := false
		for _, g := range proofGauges {
			if g.name == name {
				chosen, found = append(chosen, g), true
			}
		}
		if !found {
			return nil, hint(wrong("no benchmark %q", name), "one of %s",
				strings.Join(names, ", "))
		}
	}
	return chosen, nil
}

func (v proofBench) draw(s term.Screen) {
	say(s, "%s, %s, %s", v.Machine.CPU, plural(v.Machine.Cores, "core"), v.Machine.Build.Go)
	say(s, "%s", s.Wrap(v.Speeds.String(), 4))
	for _, section := range v.Sections {
		say(s, "")
		section.draw(s)
	}
}

func (p proofSection) draw(s term.Screen) {
	head := fmt.Sprintf("%s: %s parameters, %s profile", p.Model, thousands(float64(p.Parameters)),
		p.Profile)
	if p.Soundness > 0 {
		head += fmt.Sprintf(", %.1f bits", p.Soundness)
	}
	say(s, "%s", head)
	say(s, "    our own run in integers (%s): %s", p.Kernel, milliseconds(p.NativeMs))
	t := term.Table{Columns: []term.Column{{Name: "what"}, {Name: "target", Right: true},
		{Name: "measured", Right: true}, {Name: "best … p90", Right: true},
		{Name: "of CPU", Right: true}, {Name: "floor", Right: true}, {Name: ""}}}
	for _, r := range p.Rows {
		t.Row(r.cells()...)
	}
	t.Draw(s)
	for _, r := range p.Rows {
		if r.Note != "" {
			say(s, "%s", s.Wrap(r.Name+": "+r.Note, 4))
		}
		if r.parts != "" {
			say(s, "%s", s.Wrap("floor of "+r.Name+": "+r.parts, 4))
		}
	}
	for _, peer := range p.Peers {
		say(s, "%s", s.Wrap("beside it: "+peer, 4))
	}
	drawShares(s, "time by step", p.Time)
	drawShares(s, "time by function", p.Functions)
}

// cells are the texts of a row.
func (r proofRow) cells() []any {
	number := func(v float64) string {
		switch {
		case v == 0:
			return ""
		case v >= 1000:
			return thousands(v)
		case v >= 100:
			return fmt.Sprintf("%.0f", v)
		}
		return fmt.Sprintf("%.3g", v)
	}
	target, verdict := "", ""
	if r.Target > 0 {
		target, verdict = "≤ "+number(r.Target), "met"
		if r.Least {
			target = "≥ " + number(r.Target)
		}
		if r.Missed {
			verdict = "MISSED"
		}
	}
	spread := ""
	if r.Best > 0 {
		spread = number(r.Best) + " … " + number(r.P90)
	}
	return []any{r.Name, target, strings.TrimSpace(number(r.Value) + " " + r.Unit), spread,
		number(r.CPU), number(r.Floor), verdict}
}

// milliseconds writes a short time for people.
func milliseconds(ms float64) string {
	if ms < 0.1 {
		return fmt.Sprintf("%.3g µs", 1000*ms)
	}
	return fmt.Sprintf("%.3g ms", ms)
}
