package swarm

import (
	"github.com/prometheus/client_golang/prometheus"

	"agon/game/market"
	"agon/player/sizing"
)

// stats are the swarm's metrics.
type stats struct {
	registry     *prometheus.Registry
	decisions    *prometheus.CounterVec // by reason
	refused      *prometheus.CounterVec // by reason
	faults       *prometheus.CounterVec // by forecaster
	orders       prometheus.Counter
	fills        prometheus.Counter
	lapsed       prometheus.Counter
	relayErrors  prometheus.Counter
	firsts       prometheus.Counter
	learnt       prometheus.Counter
	memoryErrors prometheus.Counter
	height       prometheus.Gauge
	thought      prometheus.Histogram
	act          prometheus.Histogram
}

func newStats() *stats {
	vec := func(name, help, label string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(
			prometheus.CounterOpts{Namespace: "agon", Subsystem: "swarm", Name: name, Help: help},
			[]string{label})
	}
	count := func(name, help string) prometheus.Counter {
		return prometheus.NewCounter(
			prometheus.CounterOpts{Namespace: "agon", Subsystem: "swarm", Name: name, Help: help})
	}
	s := &stats{
		registry:     prometheus.NewRegistry(),
		decisions:    vec("decisions_total", "Looks at a book, by what decided.", "reason"),
		refused:      vec("refused_total", "Orders the market refused, by its reason.", "reason"),
		faults:       vec("faults_total", "Forecasts that were faults.", "model"),
		orders:       count("orders_total", "Orders signed."),
		fills:        count("fills_total", "Fills of the players' orders."),
		lapsed:       count("lapsed_total", "Orders whose window passed unplaced."),
		relayErrors:  count("relay_errors_total", "Relays that failed."),
		firsts:       count("first_decisions_total", "First looks of a player at a book."),
		learnt:       count("learnt_total", "Settled forecasts that players learnt from."),
		memoryErrors: count("memory_errors_total", "Writes to the memory that failed."),
		act: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "agon", Subsystem: "swarm", Name: "act_seconds",
			Help:    "Time of one round of decisions, all players together.",
			Buckets: prometheus.ExponentialBuckets(1e-4, 4, 9),
		}),
		height: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "agon", Subsystem: "swarm", Name: "height", Help: "Last block read.",
		}),
		thought: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: "agon", Subsystem: "swarm", Name: "forecast_seconds",
			Help:    "Time a model took for one question, waiting included.",
			Buckets: prometheus.ExponentialBuckets(1e-5, 10, 7),
		}),
	}
	s.registry.MustRegister(s.decisions, s.refused, s.faults, s.orders, s.fills, s.lapsed,
		s.relayErrors, s.firsts, s.learnt, s.memoryErrors, s.height, s.thought, s.act)
	return s
}

// gauges adds those figures that are read when somebody asks.
func (s *Swarm) gauges() {
	read := func(name, help string, f func() float64) {
		s.stats.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: "agon", Subsystem: "swarm", Name: name, Help: help,
		}, func() (x float64) { s.step(func() { x = f() }); return x }))
	}
	read("players", "Players.", func() float64 { return float64(len(s.agents)) })
	read("airborne", "Orders signed and not heard of.",
		func() float64 { return float64(s.airborne) })
	read("thinking", "Questions being read or thought about, by model.",
		func() float64 { return float64(s.thinking) })
	read("open", "Questions being played.", func() float64 {
		n := 0
		for _, q := range s.questions {
			if q.Phase == market.Open && q.refuse == "" {
				n++
			}
		}
		return float64(n)
	})
	read("reserved", "Coins in orders on their way.", func() float64 {
		sum := 0.0
		for _, a := range s.agents {
			sum += sizing.Coins(a.budget.Purse().Reserved)
		}
		return sum
	})
}

// Metrics gives the swarm's counters, for Prometheus.
func (s *Swarm) Metrics() prometheus.Gatherer { return s.stats.registry }
