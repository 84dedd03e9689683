package swarm_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/swarm"
	"agon/player/track"
)

// mind is a forecaster made of a function.
type mind struct {
	name  string
	calls atomic.Int32
	think func(context.Context, player.Question) (player.Forecast, error)
}

func (m *mind) Name() string { return m.name }
func (*mind) Family() string { return "test" }
func (m *mind) Forecast(ctx context.Context, q player.Question) (player.Forecast, error) {
	m.calls.Add(1)
	return m.think(ctx, q)
}

// sure is a mind that always says p.
func sure(name string, p float64) *mind {
	return says(name, player.Forecast{P: p, Confidence: 1, Reason: "so I say"}, nil)
}

// says is a mind with one answer.
func says(name string, f player.Forecast, err error) *mind {
	return does(name, func() (player.Forecast, error) { return f, err })
}

// does is a mind that looks at nothing.
func does(name string, f func() (player.Forecast, error)) *mind {
	return &mind{name: name,
		think: func(context.Context, player.Question) (player.Forecast, error) { return f() }}
}

// minds is a roster of these, the same for every player.
func minds(list ...player.Forecaster) func([]byte) []player.Forecaster {
	return func([]byte) []player.Forecaster { return list }
}

// custom is a question on anything, open for window blocks.
func custom(window market.Height) market.Spec {
	return market.Spec{
		Template: market.Custom, Fields: []string{"Will it?", "YES if it does."},
		Subsidy: coins(2), Window: window, Grace: 50, Resolver: opener,
	}
}

// game is a swarm on a chain in memory.
type game struct {
	*testing.T
	*swarm.Swarm
	w    *world
	stop func() // ends the swarm and waits; once
}

// play starts a swarm; the chain must run.
func play(t *testing.T, w *world, cfg swarm.Config) *game {
	t.Helper()
	cfg.Chain = w
	if cfg.Seed == nil {
		cfg.Seed = []byte(t.Name())
	}
	if cfg.Count == 0 {
		cfg.Count = 12
	}
	if cfg.Budget.IsZero() {
		cfg.Budget = coins(5)
	}
	if cfg.Resolvers == nil {
		cfg.Resolvers = []common.Address{common.Address(opener)}
	}
	s, err := swarm.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	w.visit(s, true)
	go func() { done <- s.Run(ctx) }()
	var once sync.Once
	g := &game{t, s, w, func() {
		once.Do(func() {
			w.visit(s, false)
			cancel()
			if err := <-done; err != nil {
				t.Errorf("the swarm ended with %v", err)
			}
		})
	}}
	t.Cleanup(g.stop)
	return g
}

// running makes blocks every two milliseconds until the test ends.
func running(t *testing.T, w *world) {
	t.Helper()
	runningAt(t, w, 2*time.Millisecond)
}

// runningAt makes blocks as often as that until the test ends.
func runningAt(t *testing.T, w *world, every time.Duration) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() { w.run(ctx, every) })
	t.Cleanup(func() { cancel(); wg.Wait() })
}

// until waits for a condition.
func (g *game) until(what string, cond func() bool) {
	g.Helper()
	for deadline := time.Now().Add(20 * time.Second); !cond(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			g.Fatalf("waited in vain until %s: %+v", what, g.Progress())
		}
	}
}

// ask opens a question.
func (g *game) ask(s market.Spec) uint64 {
	g.Helper()
	id, err := g.w.ask(s)
	if err != nil {
		g.Fatal(err)
	}
	return id
}

// phase is where a question stands.
func (g *game) phase(id uint64) market.Phase { return g.question(id).Phase }

func (g *game) question(id uint64) client.Question {
	g.Helper()
	q, err := g.w.Question(context.Background(), id)
	if err != nil {
		g.Fatal(err)
	}
	return q
}

// resolve answers a question once it has closed.
func (g *game) resolve(id uint64, o market.Outcome) {
	g.Helper()
	g.until("it closes", func() bool { return g.phase(id) == market.Closed })
	err := g.w.do(func(m *market.Market, now market.Height) error {
		return m.Resolve(now, opener, market.QuestionID(id), o)
	})
	if err != nil {
		g.Fatal(err)
	}
}

// settledUp waits until nobody is owed anything, stops the swarm, and compares
// every player's books with the chain: to a millionth.
func (g *game) settledUp(budget float64) {
	g.Helper()
	g.until("everything is claimed", func() bool {
		for _, p := range g.Report().Players {
			if p.Held > 1e-4 || p.Reserved > 0 {
				return false
			}
		}
		return true
	})
	g.stop()
	g.w.mu.Lock()
	defer g.w.mu.Unlock()
	for _, p := range g.Report().Players {
		b := g.w.market().Balance(market.Account(p.Address))
		have := b.Float64() / 1e18
		if want := budget + p.Profit - p.Held; math.Abs(have-want) > 1e-6 {
			g.Errorf("%s has %.8f on the chain, by its books %.8f: %+v", p.Name, have, want, p)
		}
	}
}

// withinBudget checks every player's outlay, at every event of the chain; others
// are no players.
func (g *game) withinBudget(budget market.Amount, others ...common.Address) {
	g.Helper()
	orders := 0
	for who, most := range g.w.outlay() {
		if slices.Contains(others, who) {
			continue
		}
		orders++
		if most.Cmp(budget.ToBig()) > 0 {
			g.Errorf("%s was out of pocket by %s, its budget is %s", who, most, budget.Dec())
		}
	}
	if orders == 0 {
		g.Error("nobody traded")
	}
}

// TestGame is a whole game: those who are right earn from those who are not.
func TestGame(t *testing.T) {
	w := newWorld(1)
	running(t, w)
	g := play(t, w, swarm.Config{Roster: minds(sure("wise", 0.9), sure("fool", 0.2))})
	id := g.ask(custom(100))
	g.resolve(id, market.Outcome{Verdict: market.Yes})
	if p := client.Float(g.question(id).Books[0].Median); p < 0.4 || p > 0.9 {
		t.Errorf("between beliefs of 0.9 and 0.2 the median price is %.3f", p)
	}
	g.settledUp(5)
	profit := map[string]float64{}
	for _, p := range g.Report().Players {
		profit[p.Model] += p.Profit
		if len(p.Looks) == 0 || p.Reason == "" {
			t.Errorf("%s gave no reason", p.Name)
		}
	}
	if profit["wise"] <= 0 || profit["fool"] >= 0 {
		t.Errorf("profits %v, want the wise to gain and the fools to lose", profit)
	}
	if words := g.Why(id, 0); len(words) != 12 {
		t.Errorf("%d of 12 players said why: %v", len(words), words)
	}
}

// TestBadForecastersHarmOnlyThemselves has one of each fault among good ones.
func TestBadForecastersHarmOnlyThemselves(t *testing.T) {
	w := newWorld(2)
	running(t, w)
	hang := make(chan struct{})
	defer close(hang)
	good := sure("good", 0.8)
	bad := []player.Forecaster{
		does("panics", func() (player.Forecast, error) { panic("oops") }),
		does("hangs", func() (player.Forecast, error) {
			<-hang // deaf to its context
			return player.Forecast{}, nil
		}),
		says("nan", player.Forecast{P: math.NaN(), Confidence: 1}, nil),
		says("nan confidence", player.Forecast{P: 0.5, Confidence: math.NaN()}, nil),
		says("beyond", player.Forecast{P: 1.5, Confidence: 1}, nil),
		says("infinite", player.Forecast{P: math.Inf(-1), Confidence: 1}, nil),
		says("fails", player.Forecast{}, errors.New("no network")),
		says("passes", player.Forecast{}, player.Pass("passes", "not my trade")),
	}
	g := play(t, w, swarm.Config{
		Roster: minds(append(bad, good)...), Count: 27, Timeout: 30 * time.Millisecond,
	})
	var ids []uint64
	for range 6 {
		ids = append(ids, g.ask(custom(200)))
	}
	for _, id := range ids {
		g.until("the good have moved the price", func() bool {
			return client.Float(g.question(id).Books[0].Price) > 0.6
		})
	}
	g.until("everybody said why", func() bool { return len(g.Why(ids[0], 0)) == 27 })
	g.stop()
	want := map[string]string{"panics": "failed", "hangs": "failed", "nan": "failed",
		"nan confidence": "failed", "beyond": "failed", "infinite": "failed",
		"fails": "failed", "passes": "passes"}
	for _, p := range g.Report().Players {
		if p.Model == "good" {
			if p.Fills == 0 {
				t.Errorf("%s got nothing: %v", p.Name, p.Looks)
			}
			continue
		}
		if p.Orders != 0 || p.Looks[want[p.Model]] == 0 {
			t.Errorf("%s: %d orders, looks %v, want no trade: %s", p.Name, p.Orders, p.Looks,
				want[p.Model])
		}
	}
}

// TestExtremeBeliefs trades on certainty, which no curve bears.
func TestExtremeBeliefs(t *testing.T) {
	w := newWorld(3)
	running(t, w)
	g := play(t, w, swarm.Config{Roster: minds(sure("one", 1), sure("zero", 0))})
	id := g.ask(custom(60))
	g.resolve(id, market.Outcome{Verdict: market.Invalid})
	g.settledUp(5)
	g.withinBudget(coins(5))
}

// TestTrustedResolversAreRefused unless the configuration names them.
func TestTrustedResolversAreRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		cfg    swarm.Config
		trades bool
	}{
		{"nobody is trusted", swarm.Config{Resolvers: []common.Address{}}, false},
		{"another is trusted", swarm.Config{Resolvers: []common.Address{{1}}}, false},
		{"the resolver is trusted",
			swarm.Config{Resolvers: []common.Address{common.Address(opener)}}, true},
		{"all are trusted", swarm.Config{Resolvers: []common.Address{}, TrustAll: true}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(4)
			running(t, w)
			c.cfg.Roster = minds(sure("good", 0.9))
			g := play(t, w, c.cfg)
			id := g.ask(custom(500))
			g.until("everybody said why", func() bool { return len(g.Why(id, 0)) == 12 })
			if c.trades {
				g.until("somebody traded", func() bool { return g.Progress().Fills > 0 })
				return
			}
			g.stop()
			for _, p := range g.Report().Players {
				if p.Orders != 0 || p.Looks["refused"] == 0 {
					t.Errorf("%s: %d orders, looks %v, want a refusal", p.Name, p.Orders, p.Looks)
				}
			}
			for name, words := range g.Why(id, 0) {
				if !strings.Contains(words, "not trusted") {
					t.Errorf("%s says %q", name, words)
				}
			}
		})
	}
}

// TestEvidenceThatIsNotToBeHad keeps everybody out.
func TestEvidenceThatIsNotToBeHad(t *testing.T) {
	w := newWorld(5)
	running(t, w)
	g := play(t, w, swarm.Config{Roster: minds(sure("good", 0.9))})
	spec := custom(500)
	spec.Evidence = market.Evidence{URI: "https://127.0.0.1/x", Hash: market.Hash{1}, Size: 10}
	id := g.ask(spec)
	g.until("everybody said why", func() bool { return len(g.Why(id, 0)) == 12 })
	for name, words := range g.Why(id, 0) {
		if !strings.Contains(words, "public internet") {
			t.Errorf("%s says %q, want that the address is not public", name, words)
		}
	}
	spec = custom(500)
	spec.Evidence.Inline = []byte("it will")
	reader := g.ask(spec)
	g.until("somebody traded", func() bool {
		return g.question(reader).Books[0].Price > market.One/2
	})
}

// TestGroupScalarAndReopened plays the other kinds of question, and one that is
// answered too early.
func TestGroupScalarAndReopened(t *testing.T) {
	w := newWorld(6)
	running(t, w)
	picky := &mind{name: "picky",
		think: func(_ context.Context, q player.Question) (player.Forecast, error) {
			p := 0.1
			if q.Kind != market.Group || q.Member == "blue" {
				p = 0.8
			}
			return player.Forecast{P: p, Confidence: 1, Reason: q.Member}, nil
		}}
	g := play(t, w, swarm.Config{Roster: minds(picky)})
	group := custom(120)
	group.Kind, group.Members = market.Group, []string{"red", "blue"}
	scalar := custom(120)
	scalar.Kind, scalar.Lo, scalar.Hi = market.Scalar, 10, 20
	a, b, c := g.ask(group), g.ask(scalar), g.ask(custom(40))
	g.resolve(c, market.Outcome{Verdict: market.TooEarly})
	g.resolve(a, market.Outcome{Verdict: market.Member, Member: 1})
	g.resolve(b, market.Outcome{Verdict: market.Value, Value: 19})
	g.resolve(c, market.Outcome{Verdict: market.No})
	if books := g.question(a).Books; books[1].Median < books[0].Median {
		t.Errorf("all believe in blue, but it stood at %d and red at %d",
			books[1].Median, books[0].Median)
	}
	g.settledUp(5)
	g.withinBudget(coins(5))
}

// TestBudgetsHoldThroughCrashes kills the swarm again and again, on a chain
// whose post loses, lies and dawdles, with players whose accounts hold a
// hundred times their budgets. At no event is any of them out of pocket by
// more than the budget. Every other seed has a memory, from whose checkpoints
// the next life goes on.
func TestBudgetsHoldThroughCrashes(t *testing.T) {
	for seed := uint64(7); seed < 10; seed++ {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { budgetsThroughCrashes(t, seed) })
	}
}

func budgetsThroughCrashes(t *testing.T, seed uint64) {
	w := newWorld(seed)
	w.rich, w.lose, w.lie, w.delay = true, 0.2, 0.2, 12
	running(t, w)
	budget := coins(0.5)
	fickle := &mind{name: "fickle"}
	fickle.think = func(_ context.Context, q player.Question) (player.Forecast, error) {
		p := 0.05 // changes its mind with every question and every life
		if (uint64(fickle.calls.Load())+q.ID)%2 == 0 {
			p = 0.95
		}
		return player.Forecast{P: p, Confidence: 1}, nil
	}
	cfg := swarm.Config{
		Roster: minds(fickle), Count: 10, Budget: budget, Seed: []byte("crash"),
		Window: 8, Drain: time.Nanosecond, Save: time.Nanosecond,
	}
	if seed%2 == 0 {
		cfg.Memory = remember(t, "memory")
	}
	onTheWay := 0
	for life := range 8 {
		g := play(t, w, cfg)
		g.until("it is ready", func() bool { return g.Progress().Ready })
		ids := []uint64{g.ask(custom(30)), g.ask(custom(30))}
		if life%2 == 0 {
			for _, id := range ids {
				g.resolve(id, market.Outcome{Verdict: market.Yes})
			}
			ids = []uint64{g.ask(custom(30))}
		}
		before := g.Progress().Orders
		g.until("it has orders or nothing to trade", func() bool {
			return g.Progress().Orders > before || g.phase(ids[0]) != market.Open
		})
		g.stop()
		for _, p := range g.Report().Players {
			if p.Reserved > 0 {
				onTheWay++
			}
		}
	}
	if onTheWay == 0 {
		t.Errorf("seed %d: no crash caught an order on the way", seed)
	}
	last := play(t, w, cfg)
	last.until("it is ready", func() bool { return last.Progress().Ready })
	last.stop()
	last.withinBudget(budget)
}

// TestBudgetsHoldWithSlowPost has more good questions than money, and orders
// that come long after the swarm was told that they were lost.
func TestBudgetsHoldWithSlowPost(t *testing.T) {
	w := newWorld(12)
	w.rich, w.lose, w.lie, w.delay = true, 0.1, 0.4, 25
	running(t, w)
	budget := coins(0.3)
	g := play(t, w, swarm.Config{
		Roster: minds(sure("wise", 0.95)), Budget: budget, Window: 40,
	})
	var ids []uint64
	for range 25 {
		ids = append(ids, g.ask(custom(300)))
	}
	for _, id := range ids {
		g.resolve(id, market.Outcome{Verdict: market.No}) // they are wrong
	}
	g.stop()
	g.withinBudget(budget)
}

// TestStopsGracefully waits for what is on its way, and starts nothing new.
func TestStopsGracefully(t *testing.T) {
	w := newWorld(8)
	w.delay = 3
	running(t, w)
	g := play(t, w, swarm.Config{Roster: minds(sure("a", 0.9), sure("b", 0.1))})
	g.ask(custom(1000))
	g.until("orders are on the way", func() bool { return g.Progress().Orders > 20 })
	g.stop()
	orders := g.Progress().Orders
	for _, p := range g.Report().Players {
		if p.Reserved != 0 {
			t.Errorf("%s still has %v in orders", p.Name, p.Reserved)
		}
	}
	time.Sleep(30 * time.Millisecond)
	if now := g.Progress().Orders; now != orders {
		t.Errorf("%d orders after the end", now-orders)
	}
}

// TestRecordHasEveryDecision reads the record back: each order and each
// refusal to trade has a line with a reason, and the sums are the report's.
func TestRecordHasEveryDecision(t *testing.T) {
	w := newWorld(9)
	running(t, w)
	var record bytes.Buffer
	g := play(t, w, swarm.Config{
		Roster: minds(sure("wise", 0.9), sure("same", 0.5)), Record: &record,
	})
	id := g.ask(custom(60))
	g.resolve(id, market.Outcome{Verdict: market.Yes})
	g.settledUp(5)
	lines, err := track.Read(bytes.NewReader(record.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	books, faults := track.Books(lines)
	scores := map[string]track.Score{}
	for _, s := range track.Scores(books) {
		scores[s.Player] = s
	}
	if s := scores["wise"]; len(faults) > 0 || s.Settled != 1 || math.Abs(s.Brier-0.01) > 1e-9 {
		t.Errorf("as a track record it scores %+v, doubtful: %q", s, faults)
	}
	looks, trades := map[string]int{}, map[string]int{}
	for dec := json.NewDecoder(&record); dec.More(); {
		var l struct{ What, Player, Reason, Words, Action string }
		if err := dec.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.What != "decision" {
			continue
		}
		if l.Reason == "" || l.Words == "" {
			t.Errorf("a decision without a reason: %+v", l)
		}
		looks[l.Player]++
		if l.Action != "" {
			trades[l.Player]++
		}
	}
	for _, p := range g.Report().Players {
		n := 0
		for _, k := range p.Looks {
			n += k
		}
		if looks[p.Name] != n || n == 0 || trades[p.Name] < p.Orders {
			t.Errorf("%s: %d looks and %d trades on record, %d looks and %d orders in the report",
				p.Name, looks[p.Name], trades[p.Name], n, p.Orders)
		}
	}
}

// TestRecordsOfNamesakes: models of one name that think apart are told apart in
// the record, and a life that goes on with a record does not count anything twice.
func TestRecordsOfNamesakes(t *testing.T) {
	w := newWorld(13)
	running(t, w)
	var record bytes.Buffer
	cfg := swarm.Config{Seed: []byte("coins"), Record: &record, Groups: []swarm.Group{
		group("first", 1, sure("coin", 0.9)), group("second", 1, sure("coin", 0.3)),
	}}
	g := play(t, w, cfg)
	g.resolve(g.ask(custom(60)), market.Outcome{Verdict: market.Yes})
	g.settledUp(5)
	read := func() (trades int) {
		lines, err := track.Read(bytes.NewReader(record.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		books, faults := track.Books(lines)
		if len(faults) > 0 {
			t.Errorf("doubtful: %q", faults)
		}
		models := 0
		for _, s := range track.Scores(books) {
			trades += s.Trades
			if s.Forecasts > 0 {
				models++
			}
		}
		if models != 2 {
			t.Errorf("%d models have forecasts, want 2", models)
		}
		return trades
	}
	trades := read()
	again := play(t, w, cfg)
	again.until("it is ready", func() bool { return again.Progress().Ready })
	again.stop()
	if now := read(); trades == 0 || now != trades {
		t.Errorf("%d trades before a restart and %d after it", trades, now)
	}
}

// TestSameSeedSamePlayers makes the same swarm twice, and another.
func TestSameSeedSamePlayers(t *testing.T) {
	make := func(seed string) string {
		s, err := swarm.New(swarm.Config{
			Chain: newWorld(1), Seed: []byte(seed), Count: 30, Budget: coins(1),
		})
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, p := range s.Report().Players {
			fmt.Fprintln(&b, p.Name, p.Address, p.Temper)
		}
		return b.String()
	}
	if make("x") != make("x") {
		t.Error("one seed gave two swarms")
	}
	if make("x") == make("y") {
		t.Error("two seeds gave one swarm")
	}
}

func TestConfigIsChecked(t *testing.T) {
	good := swarm.Config{Chain: newWorld(1), Seed: []byte{1}, Count: 1, Budget: coins(1)}
	for name, spoil := range map[string]func(*swarm.Config){
		"no chain":     func(c *swarm.Config) { c.Chain = nil },
		"no seed":      func(c *swarm.Config) { c.Seed = nil },
		"no players":   func(c *swarm.Config) { c.Count = 0 },
		"too many":     func(c *swarm.Config) { c.Count = swarm.MaxPlayers + 1 },
		"no budget":    func(c *swarm.Config) { c.Budget = market.Amount{} },
		"empty roster": func(c *swarm.Config) { c.Roster = minds() },
	} {
		bad := good
		spoil(&bad)
		if _, err := swarm.New(bad); !errors.Is(err, swarm.ErrConfig) {
			t.Errorf("%s: %v, want ErrConfig", name, err)
		}
	}
	if _, err := swarm.New(good); err != nil {
		t.Error(err)
	}
}

// TestMetrics counts what the report counts.
func TestMetrics(t *testing.T) {
	w := newWorld(10)
	running(t, w)
	g := play(t, w, swarm.Config{Roster: minds(sure("wise", 0.9))})
	id := g.ask(custom(60))
	g.resolve(id, market.Outcome{Verdict: market.Yes})
	g.settledUp(5)
	families, err := g.Metrics().Gather()
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]float64{}
	for _, f := range families {
		for _, m := range f.Metric {
			have[f.GetName()] += m.GetCounter().GetValue()
		}
	}
	p := g.Progress()
	if have["agon_swarm_orders_total"] != float64(p.Orders) ||
		have["agon_swarm_fills_total"] != float64(p.Fills) || p.Fills == 0 {
		t.Errorf("metrics %v, progress %+v", have, p)
	}
}
