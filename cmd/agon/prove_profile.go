package main

import (
	"bytes"
	"context"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"agon/cmd/agon/stacks"
	"agon/cmd/agon/term"
)

// timeShare is a part of the processor time of proving.
type timeShare struct {
	Name  string  `json:"name"`
	Share float64 `json:"share"` // of 1
}

// stepLabel marks what is profiled; goroutines that are started in it have it too.
const stepLabel = "agon"

// marked runs f so that profiles know it and all that it starts.
func marked(ctx context.Context, what string, f func()) {
	pprof.Do(ctx, pprof.Labels(stepLabel, what), func(context.Context) { f() })
}

// profiled runs f under a profile of the processor and shares out the time of
// what is marked in it.
func profiled(f func() error) (steps, functions []timeShare, err error) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return nil, nil, err
	}
	err = f()
	pprof.StopCPUProfile()
	if err != nil {
		return nil, nil, err
	}
	all, err := stacks.Read(b.Bytes())
	if err != nil {
		return nil, nil, err
	}
	all = slices.DeleteFunc(all, func(s stacks.Stack) bool {
		return s.Labels[stepLabel] == "" || len(s.Frames) == 0
	})
	return shares(all, stepOf), shares(all, func(s stacks.Stack) string {
		return shortName(s.Frames[0])
	}), nil
}

// outer are the functions of the prover that consist of steps, outermost first.
var outer = []string{
	"agon/proof.(*Model).Prove", "agon/proof.(*prover).prove", "agon/proof.(*script).run",
}

// stepOf names the step of the prover that a stack is in: what the innermost of
// the outer functions called, or what a goroutine of its own was started for.
func stepOf(s stacks.Stack) string {
	for i, frame := range s.Frames {
		if slices.Contains(outer, frame) {
			if i == 0 {
				return shortName(frame)
			}
			return shortName(s.Frames[i-1])
		}
	}
	for _, frame := range slices.Backward(s.Frames) {
		if strings.HasPrefix(frame, "agon/proof") && !strings.Contains(frame, "code.Split") {
			return shortName(frame)
		}
	}
	return "runtime"
}

// shortName leaves the folders out of the name of a function,
// and closures belong to who made them.
func shortName(frame string) string {
	name := frame[strings.LastIndexByte(frame, '/')+1:]
	if at := strings.Index(name, ".func"); at > 0 {
		name = name[:at]
	}
	return name
}

// shares adds up the time of stacks by name, the largest first.
func shares(all []stacks.Stack, name func(stacks.Stack) string) []timeShare {
	by := map[string]time.Duration{}
	var total time.Duration
	for _, s := range all {
		by[name(s)] += s.CPU
		total += s.CPU
	}
	var out []timeShare
	for n, cpu := range by {
		out = append(out, timeShare{n, cpu.Seconds() / total.Seconds()})
	}
	slices.SortFunc(out, func(a, b timeShare) int {
		if a.Share != b.Share {
			if a.Share > b.Share {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

// sharesShown is how many shares people see.
const sharesShown = 10

func drawShares(s term.Screen, title string, all []timeShare) {
	if len(all) == 0 {
		return
	}
	say(s, "    %s:", title)
	rest := 1.0
	for _, x := range all[:min(len(all), sharesShown)] {
		say(s, "    %5.1f %%  %s", 100*x.Share, x.Name)
		rest -= x.Share
	}
	if len(all) > sharesShown {
		say(s, "    %5.1f %%  the rest", 100*rest)
	}
}
