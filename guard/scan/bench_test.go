package scan

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkVerdict judges all requests of the case file, hostile and honest, in
// turn, against a node beside it that has answered each before: how long a warm
// verdict takes, read, simulated, judged and explained. Targets: half of them
// within 20 ms, 99% within 80 ms; hosted guards take 200 to 800 ms.
func BenchmarkVerdict(b *testing.B) {
	s := newStage(b)
	var queries []Query
	for _, p := range s.cases() {
		queries = append(queries, p.hostile, p.twin)
	}
	judge := func(q Query) time.Duration {
		start := time.Now()
		if _, err := s.scanner.Scan(b.Context(), q); err != nil {
			b.Fatal(err)
		}
		return time.Since(start)
	}
	for _, q := range queries {
		judge(q)
	}
	var took []time.Duration
	for b.Loop() {
		took = append(took, judge(queries[len(took)%len(queries)]))
	}
	slices.Sort(took)
	ms := func(share float64) float64 {
		at := min(int(share*float64(len(took))), len(took)-1)
		return float64(took[at].Microseconds()) / 1000
	}
	b.ReportMetric(ms(0.5), "p50-ms")
	b.ReportMetric(ms(0.99), "p99-ms")
	b.ReportMetric(ms(1), "most-ms")
}
