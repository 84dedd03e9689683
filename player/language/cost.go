package language

import (
	"fmt"
	"math"
	"strconv"
	"sync"
	"sync/atomic"

	"agon/game/market"
	"agon/player/sizing"
)

// Purse is a budget that costs are taken from: reserved before they arise,
// then spent, what was too much released. *sizing.Budget is one.
type Purse interface {
	Reserve(id string, n market.Amount) error
	Spend(id string, n market.Amount) error
	Release(id string)
}

// meter counts what a model costs against a purse.
type meter struct {
	in, out, search float64 // coins: a token, a token, a search
	purse           Purse

	mu    sync.Mutex
	last  uint64  // number of the last reservation
	spent float64 // coins
	paid  int     // forecasts paid for
}

func newMeter(c Config) *meter {
	m := &meter{in: c.PriceIn / 1e6, out: c.PriceOut / 1e6, search: c.PriceSearch, purse: c.Purse}
	if m.purse == nil {
		m.purse = sizing.NewBudget(sizing.Amount(c.Spend))
	}
	return m
}

// usage is what one forecast took.
type usage struct {
	promptBytes, answerTokens int // most there can be, of one request
	requests                  int // sent, or allowed to be sent
	searches                  int

	tokensIn, tokensOut int64 // as the endpoint counted; 0 where it said nothing
	counted             int   // requests it counted
}

// overheadTokens is added to a prompt for the marks around its messages.
const overheadTokens = 64

// most is the dearest that u can be. A token of a byte-level tokeniser is at
// least one byte.
func (m *meter) most(u usage) float64 {
	request := float64(u.promptBytes+overheadTokens)*m.in + float64(u.answerTokens)*m.out
	return float64(u.requests)*request + float64(u.searches)*m.search
}

// actual is what u cost: as counted where the endpoint counted, the most
// possible for requests it did not count, and never more than was reserved.
func (m *meter) actual(u usage) float64 {
	uncounted := u
	uncounted.requests -= u.counted
	cost := m.most(uncounted) + float64(u.tokensIn)*m.in + float64(u.tokensOut)*m.out
	return min(max(cost, 0), m.most(u))
}

// reserve sets the most that u can cost aside, and gives a function that takes
// what it did cost and adds it to whose forecast it was.
func (m *meter) reserve(u usage, whose *atomic.Uint64) (settle func(usage) error, err error) {
	most := m.most(u)
	if most == 0 {
		return func(usage) error { return nil }, nil
	}
	m.mu.Lock()
	m.last++
	id := "language-" + strconv.FormatUint(m.last, 10)
	m.mu.Unlock()
	if err := m.purse.Reserve(id, sizing.Amount(most)); err != nil {
		return nil, fmt.Errorf("a forecast may cost %.6g coins: %w", most, err)
	}
	return func(used usage) error {
		defer m.purse.Release(id)
		cost := min(m.actual(used), most)
		m.mu.Lock()
		m.spent += cost
		whose.Store(math.Float64bits(math.Float64frombits(whose.Load()) + cost))
		m.paid++
		m.mu.Unlock()
		return m.purse.Spend(id, sizing.Amount(cost))
	}, nil
}

// typicalPrompt is the size, in bytes, of a prompt before any was measured.
const typicalPrompt = 4 << 10

// expected is what the next forecast will cost, in coins: the mean of those
// before it, or of a typical one.
func (m *meter) expected(answerTokens int, searches bool) float64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.paid > 0 {
		return m.spent / float64(m.paid)
	}
	u := usage{promptBytes: typicalPrompt / 4, answerTokens: answerTokens, requests: 1}
	if searches {
		u.searches = 1
	}
	return m.most(u)
}
