package scan

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/clearsign"
	"agon/guard/simulate"
)

// mix is every request of the case file, hostile and honest: approvals, permits,
// transfers, swaps, orders, delegations, each by itself and in wrappings.
func (s *stage) mix() (out []Query) {
	for _, p := range s.cases() {
		out = append(out, p.hostile, p.twin)
	}
	return out
}

// armed is a stage whose scanner has all that ships.
func armed(b *testing.B) *stage {
	b.Helper()
	s := newStage(b)
	library, err := clearsign.Shipped()
	if err != nil {
		b.Fatal(err)
	}
	s.scanner.Reader.Library = library
	return s
}

// timed scans a request and gives what the caller waits.
func (s *stage) timed(q Query) (*Report, time.Duration) {
	start := time.Now()
	r, err := s.scanner.Scan(s.t.Context(), q)
	if err != nil {
		s.t.Error(err)
	}
	return r, time.Since(start)
}

// quantiles reports the times of many verdicts, in milliseconds.
func quantiles(b *testing.B, took []time.Duration) {
	b.Helper()
	slices.Sort(took)
	at := func(percent int) float64 {
		return float64(took[(len(took)-1)*percent/100].Microseconds()) / 1e3
	}
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(99), "p99-ms")
	b.ReportMetric(at(100), "max-ms")
	b.ReportMetric(0, "ns/op") // a mean over unlike requests says nothing
}

// BenchmarkVerdict is the time of one verdict on a warm node on this machine,
// over the whole mix. State is fetched and proven anew each time.
func BenchmarkVerdict(b *testing.B) {
	s := armed(b)
	mix := s.mix()
	for _, q := range mix {
		s.timed(q)
	}
	var took []time.Duration
	b.ResetTimer()
	for range b.N {
		for _, q := range mix {
			_, d := s.timed(q)
			took = append(took, d)
		}
	}
	b.ReportMetric(float64(len(mix)), "requests")
	quantiles(b, took)
}

// BenchmarkThousand is a thousand requests at once.
func BenchmarkThousand(b *testing.B) {
	const many = 1000
	s := armed(b)
	mix := s.mix()
	var mu sync.Mutex
	var took []time.Duration
	b.ResetTimer()
	start := time.Now()
	for range b.N {
		var all sync.WaitGroup
		for i := range many {
			all.Go(func() {
				_, d := s.timed(mix[i%len(mix)])
				mu.Lock()
				defer mu.Unlock()
				took = append(took, d)
			})
		}
		all.Wait()
	}
	b.ReportMetric(float64(b.N*many)/time.Since(start).Seconds(), "verdicts/s")
	quantiles(b, took)
}

// BenchmarkFar is a swap on a node that is 50 ms away for each round trip, with
// nothing known beforehand.
func BenchmarkFar(b *testing.B) {
	const away = 50 * time.Millisecond
	s := armed(b)
	node, err := url.Parse(s.URL)
	if err != nil {
		b.Fatal(err)
	}
	near := httputil.NewSingleHostReverseProxy(node)
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(away)
		near.ServeHTTP(w, r)
	}))
	b.Cleanup(far.Close)
	swap := s.send(s.dex.Address, milli(1), s.dex.Data("swapExactETHForTokens", common.Big0,
		[]common.Address{{}, s.wif.Address}, s.me, max256))
	var took []time.Duration
	var trips int64
	b.ResetTimer()
	for range b.N {
		n, err := simulate.Dial(s.t.Context(), far.URL)
		if err != nil {
			b.Fatal(err)
		}
		s.scanner.Node = simulate.New(n)
		r, d := s.timed(swap)
		took, trips = append(took, d), max(trips, r.Trips)
		n.Close()
	}
	b.ReportMetric(float64(trips), "trips")
	quantiles(b, took)
}
