package chain

import (
	"net/http"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	cmttypes "github.com/cometbft/cometbft/types"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	evmtypes "github.com/cosmos/evm/x/vm/types"
)

const metricsNamespace = "agon"

// metrics are the node's own measurements. CometBFT registers its own beside
// them, in the process's default registry.
type metrics struct {
	blockTime, execution, tick prometheus.Histogram
	transactions               *prometheus.CounterVec // by result
	gas                        prometheus.Counter
	events                     map[common.Hash]prometheus.Counter // market events by topic

	lastBlock time.Time // header time of the block before; used by observe only
}

// marketEvents names the market's events that are counted.
var marketEvents = map[string]string{
	"Asked(uint64,address,uint8,uint8,string,uint256,uint64)":           "questions",
	"Ordered(uint64,address,uint64,uint8,uint8,uint256,uint64,uint64)":  "orders",
	"RefusedOrder(address,uint64,uint256,uint8)":                        "orders_refused",
	"Filled(uint64,address,uint64,uint8,uint8,uint256,uint256,uint256)": "fills",
	"Cancelled(uint64,address,uint64,uint256,bool)":                     "orders_cancelled",
	"Moved(uint64,uint8,uint64,uint64,uint32,uint256)":                  "batches",
	"Settled(uint64,uint8,uint8,int64,uint64[],uint256,uint256)":        "settlements",
	"Halted(uint64,string)":                                             "questions_halted",
}

// newMetrics registers the metrics of an app. Once a process.
func newMetrics(a *app, r prometheus.Registerer) *metrics {
	m := &metrics{events: make(map[common.Hash]prometheus.Counter)}
	histogram := func(name, help string, buckets []float64) prometheus.Histogram {
		h := prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: metricsNamespace, Name: name, Help: help, Buckets: buckets,
		})
		r.MustRegister(h)
		return h
	}
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Namespace: metricsNamespace, Name: name, Help: help,
		}, value))
	}
	m.blockTime = histogram("block_interval_seconds", "Time from block to block.",
		[]float64{.3, .4, .45, .5, .55, .6, .7, .8, 1, 1.5, 2, 5, 10, 30})
	work := prometheus.ExponentialBuckets(0.0005, 2, 14)
	m.execution = histogram("block_execution_seconds",
		"Time to execute a block's transactions.", work)
	m.tick = histogram("tick_seconds",
		"Time of the tick: batches, closing draws, expiries.", work)
	m.transactions = prometheus.NewCounterVec(prometheus.CounterOpts{
		Namespace: metricsNamespace, Name: "transactions_total",
		Help: "Transactions in blocks, ticks included.",
	}, []string{"result"})
	m.gas = prometheus.NewCounter(prometheus.CounterOpts{
		Namespace: metricsNamespace, Name: "gas_used_total", Help: "Gas used in blocks.",
	})
	r.MustRegister(m.transactions, m.gas)
	for signature, name := range marketEvents {
		c := prometheus.NewCounter(prometheus.CounterOpts{
			Namespace: metricsNamespace, Subsystem: "market", Name: name + "_total",
			Help: "Events " + signature + " in blocks.",
		})
		r.MustRegister(c)
		m.events[crypto.Keccak256Hash([]byte(signature))] = c
	}
	gauge("height", "Last committed block.", func() float64 { return float64(a.LastBlockHeight()) })
	gauge("pool_pending", "Transactions that could be in the next block.", func() float64 {
		pending, _ := a.pool.GetTxPool().Stats()
		return float64(pending)
	})
	gauge("pool_queued", "Transactions waiting for an earlier nonce.", func() float64 {
		_, queued := a.pool.GetTxPool().Stats()
		return float64(queued)
	})
	return m
}

// observe counts a committed block. One goroutine calls it, beside consensus.
func (m *metrics) observe(block *cmttypes.Block, results []*abci.ExecTxResult) {
	if !m.lastBlock.IsZero() {
		m.blockTime.Observe(block.Time.Sub(m.lastBlock).Seconds())
	}
	m.lastBlock = block.Time
	for _, r := range results {
		result := "ok"
		if r.Code != abci.CodeTypeOK {
			result = "refused"
		}
		response, err := evmtypes.DecodeTxResponse(r.Data)
		if err == nil && response.Failed() {
			result = "reverted"
		}
		m.transactions.WithLabelValues(result).Inc()
		m.gas.Add(float64(r.GasUsed))
		if err != nil || result != "ok" {
			continue
		}
		for _, l := range response.Logs {
			if len(l.Topics) == 0 {
				continue
			}
			if c := m.events[common.HexToHash(l.Topics[0])]; c != nil {
				c.Inc()
			}
		}
	}
}

// metricsPage serves this registry's metrics and CometBFT's.
func metricsPage() http.Handler { return promhttp.Handler() }
