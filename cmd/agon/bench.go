package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"agon/cmd/agon/term"
)

// figure is one line of the benchmark: what was wanted, what was reached, and
// what it is measured against.
type figure struct {
	Name   string  `json:"name"`
	Target string  `json:"target"`
	Value  float64 `json:"value"`
	Unit   string  `json:"unit"`
	Met    bool    `json:"met"`
	Floor  string  `json:"floor"`            // peer or floor, with its figure
	Note   string  `json:"note,omitempty"`   // how it was measured
	Failed string  `json:"failed,omitempty"` // why there is no figure
}

// measured writes the value with its unit.
func (f figure) measured() string {
	switch {
	case f.Failed != "":
		return "failed"
	case f.Value >= 1000:
		return thousands(f.Value) + " " + f.Unit
	}
	return fmt.Sprintf("%.3g %s", f.Value, f.Unit)
}

// thousands writes a large number with separators.
func thousands(v float64) string {
	s := fmt.Sprintf("%.0f", v)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// machine is what the figures were measured on.
type machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Build build  `json:"build"`
}

// benchView is the whole benchmark.
type benchView struct {
	Machine machine  `json:"machine"`
	Figures []figure `json:"figures"`
}

// gauge is one benchmark: a part of the names it answers to, and the work.
type gauge struct {
	name string
	run  func(context.Context, *app, scale) []figure
}

// scale is how much work the benchmarks do.
type scale struct {
	rounds  int // of the short ones
	signed  int // orders relayed
	plain   int // transactions
	idle    int // open questions
	players int
}

var (
	fullScale  = scale{rounds: 5, signed: 60_000, plain: 6_000, idle: 100_000, players: 100}
	quickScale = scale{rounds: 2, signed: 10_000, plain: 1_500, idle: 2_000, players: 100}
)

var gauges = []gauge{
	{"start", benchStart},
	{"clear", benchClear},
	{"answer", benchAnswer},
	{"signed", benchSigned},
	{"plain", benchPlain},
	{"idle", benchIdle},
	{"swarm", benchSwarm},
	{"guard", benchGuard},
	{"proof", benchProof},
}

func (a *app) bench() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench [NAME...]",
		Short: "Measure this machine against the targets",
		Long: `Measures, on nodes of its own in temporary homes, and prints each figure beside its
target and its floor or peer. Names: ` + gaugeNames() + `; without one, all.`,
		Example: examples("agon bench", "agon bench clear", "agon bench --quick --json"),
	}
	quick := c.Flags().Bool("quick", false, "less work, rougher figures")
	c.RunE = func(c *cobra.Command, args []string) error {
		size := fullScale
		if *quick {
			size = quickScale
		}
		chosen, err := chooseGauges(args)
		if err != nil {
			return err
		}
		v := benchView{Machine: thisMachine()}
		bar := term.NewProgress(a.err)
		for i, g := range chosen {
			bar.Set(i, len(chosen), "measuring "+g.name)
			v.Figures = append(v.Figures, g.run(c.Context(), a, size)...)
			if c.Context().Err() != nil {
				return c.Context().Err()
			}
		}
		bar.Done()
		return a.emit(v, func(s term.Screen) { v.draw(s) })
	}
	return c
}

func gaugeNames() string {
	var names []string
	for _, g := range gauges {
		names = append(names, g.name)
	}
	return strings.Join(names, ", ")
}

// chooseGauges finds the benchmarks named, or all.
func chooseGauges(names []string) ([]gauge, error) {
	if len(names) == 0 {
		return gauges, nil
	}
	var chosen []gauge
	for _, name := range names {
		found := false
		for _, g := range gauges {
			if g.name == name {
				chosen, found = append(chosen, g), true
			}
		}
		if !found {
			return nil, hint(wrong("no benchmark %q", name), "one of %s", gaugeNames())
		}
	}
	return chosen, nil
}

func thisMachine() machine {
	m := machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), Build: thisBuild()}
	// Linux names the processor in a file; elsewhere the architecture must do.
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			m.CPU = strings.TrimSpace(strings.TrimLeft(name, "\t :"))
			break
		}
	}
	return m
}

func (v benchView) draw(s term.Screen) {
	say(s, "%s, %s, %s", v.Machine.CPU, plural(v.Machine.Cores, "core"), v.Machine.Build.Go)
	say(s, "")
	t := term.Table{Columns: []term.Column{
		{Name: "what"}, {Name: "target", Right: true}, {Name: "measured", Right: true}, {Name: ""},
	}}
	for _, f := range v.Figures {
		met := "met"
		if !f.Met {
			met = "MISSED"
		}
		t.Row(f.Name, f.Target, f.measured(), met)
	}
	t.Draw(s)
	for _, f := range v.Figures {
		say(s, "")
		say(s, "%s", f.Name)
		if f.Failed != "" {
			say(s, "%s", s.Wrap("failed: "+term.Clean(f.Failed), 4))
			continue
		}
		say(s, "%s", s.Wrap("floor or peer: "+f.Floor, 4))
		if f.Note != "" {
			say(s, "%s", s.Wrap("how: "+f.Note, 4))
		}
	}
}

// failure is a figure that could not be measured.
func failure(f figure, err error) []figure {
	f.Failed, f.Met = err.Error(), false
	return []figure{f}
}

// median of an odd or even number of durations; 0 of none.
func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := append([]time.Duration(nil), d...)
	sortDurations(sorted)
	return sorted[len(sorted)/2]
}
