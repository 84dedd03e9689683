package swarm

import "github.com/prometheus/client_golang/prometheus"

// stats are the swarm's metrics.
type stats struct {
	registry    *prometheus.Registry
	decisions   *prometheus.CounterVec // by reason
	refused     *prometheus.CounterVec // by reason
	faults      *prometheus.CounterVec // by forecaster
	orders      prometheus.Counter
	fills       prometheus.Counter
	lapsed      prometheus.Counter
	relayErrors prometheus.Counter
	height      prometheus.Gauge
	thought     prometheus.Histogram
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
		registry:    prometheus.NewRegistry(),
		decisions:   vec("decisions_total", "Looks at a book, by what decided.", "reason"),
		refused:     vec("refused_total", "Orders the market refused, by its reason.", "reason"),
		faults:      vec("faults_total", "Forecasts that were faults.", "model"),
		orders:      count("orders_total", "Orders signed."),
		fills:       count("fills_total", "Fills of the players' orders."),
		lapsed:      count("lapsed_total", "Orders whose window passed unplaced."),
		relayErrors: count("relay_errors_total", "Relays that failed."),
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
		s.relayErrors, s.height, s.thought)
	return s
}

// Metrics gives the swarm's counters, for Prometheus.
func (s *Swarm) Metrics() prometheus.Gatherer { return s.stats.registry }
