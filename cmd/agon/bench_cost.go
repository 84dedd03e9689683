package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// effort is what a load took: time, and the processor's time in seconds, which
// says more where other programs run on the same cores.
type effort struct {
	took      time.Duration
	execution float64 // of blocks, one after the other
	node      float64 // processor time of the node, all threads, user and system
	client    float64 // the same of this process, which sends
}

// each words the cost of one of count orders.
func (c effort) each(count int) string {
	one := func(seconds float64) float64 { return 1e6 * seconds / float64(count) }
	return fmt.Sprintf("an order takes %.1f µs of block execution with clearing; processor time "+
		"%.1f µs of the node and %.1f µs of the client on the same cores",
		one(c.execution), one(c.node), one(c.client))
}

// cpuMetric is the processor time of a process in seconds.
const cpuMetric = "process_cpu_seconds_total"

var errNoCPU = errors.New("this system does not tell a process its processor time")

// ownCPU is the processor time this process has used, in seconds.
func ownCPU() (float64, error) {
	r := prometheus.NewRegistry()
	r.MustRegister(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	families, err := r.Gather()
	if err != nil {
		return 0, err
	}
	for _, f := range families {
		if f.GetName() == cpuMetric {
			return f.GetMetric()[0].GetCounter().GetValue(), nil
		}
	}
	return 0, errNoCPU
}
