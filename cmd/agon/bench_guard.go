package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"agon/guard/lists"
)

// listedHosts is the length of the list in the target.
const listedHosts = 1_000_000

// benchGuard looks hosts up in a list of a million: half are on it, by a parent
// domain, and half are not. Verdicts with a node are measured by the benchmarks
// of guard/scan, which build one.
func benchGuard(_ context.Context, _ *app, size scale) []figure {
	speed := figure{
		Name: "scam list of a million hosts, lookup", Target: "≤ 1 µs", Unit: "µs",
		Floor: "peers walk their lists from end to end",
	}
	memory := figure{
		Name: "memory of that list", Target: "≤ 100 MB", Unit: "MB",
		Floor: "8 MB would be a million fingerprints of 64 bits without a gap",
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	list := lists.NewHosts(listedHosts)
	for i := range listedHosts {
		list.Add(fmt.Sprintf("host-%d.scam%d.example", i, i%1000))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	const sites = 1024
	var asked []lists.Site
	for i := range sites {
		n := i * (listedHosts / sites)
		name := fmt.Sprintf("www.host-%d.scam%d.example", n, n%1000+i%2*1000)
		site, err := lists.ParseSite(name)
		if err != nil {
			return failure(speed, err)
		}
		asked = append(asked, site)
	}
	found := 0
	took := fastest(size.rounds, func() {
		found = 0
		for _, s := range asked {
			if _, ok := list.Match(s); ok {
				found++
			}
		}
	})
	if found != sites/2 {
		return failure(speed, fmt.Errorf("%d of %d hosts found, want half", found, sites))
	}
	speed.Value = float64(took) / float64(time.Microsecond) / sites
	speed.Met = speed.Value <= 1
	speed.Note = "by parent domain: half of the hosts asked for are below a listed one"
	memory.Value = float64(after.HeapAlloc-before.HeapAlloc) / 1e6
	memory.Met = memory.Value <= 100
	runtime.KeepAlive(list)
	return []figure{speed, memory}
}
