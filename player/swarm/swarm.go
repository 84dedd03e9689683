package swarm

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/client"
	"agon/game/market"
	"agon/player"
	"agon/player/sizing"
)

// Swarm is the players of one process.
type Swarm struct {
	cfg     Config
	agents  []*agent
	oracles []*oracle
	byAddr  map[common.Address]*agent
	users   map[*oracle][]*agent
	stats   *stats
	record  *recorder

	events   chan client.Event
	loaded   chan loaded
	thoughts chan answers
	claims   chan claimed
	funded   chan error
	sent     chan error
	bg       sync.WaitGroup
	loading  chan struct{} // slots for reading questions and their evidence

	mu        sync.Mutex // of everything below
	height    uint64
	start     uint64 // height when the swarm began
	live      bool   // the past has been read
	ready     bool   // the players have their money
	notBefore uint64 // orders of an earlier process may be placed before
	veteran   bool   // there was an earlier process
	stopping  bool
	failed    error
	questions map[uint64]*question
	waiting   map[uint64]uint64 // questions worth a look, until which block
	soon      bool              // a look is due at once
	sending   int
	claiming  int
}

// loaded is a question read from the chain, with its evidence.
type loaded struct {
	view client.Question
	seen uint64
	doc  []byte
	why  error // the evidence is not to be had
	err  error // the question is not to be had
	id   uint64
}

// New makes the players. They do nothing until Run.
func New(cfg Config) (*Swarm, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Swarm{
		cfg: cfg, byAddr: map[common.Address]*agent{}, users: map[*oracle][]*agent{},
		stats: newStats(), record: &recorder{w: cfg.Record},
		events: make(chan client.Event, 1024), loaded: make(chan loaded, 64),
		thoughts: make(chan answers, 256), claims: make(chan claimed, 64),
		funded: make(chan error, 1), sent: make(chan error, 16),
		loading:   make(chan struct{}, maxLoading),
		questions: map[uint64]*question{}, waiting: map[uint64]uint64{},
	}
	if err := s.recruit(); err != nil {
		return nil, err
	}
	return s, nil
}

// recruit divides the players among the forecasters in turn. Forecasters that
// the roster gives to every player alike share an oracle; one made for a
// player, such as its own coin, is its own.
func (s *Swarm) recruit() error {
	shared := map[player.Forecaster]*oracle{}
	serial := map[string]int{}
	for i := range s.cfg.Count {
		mine := derive(s.cfg.Seed, "roster", i)
		all := s.cfg.Roster(mine[:])
		if len(all) == 0 {
			return fmt.Errorf("%w: an empty roster", ErrConfig)
		}
		f := all[i%len(all)]
		var o *oracle
		comparable := reflect.TypeOf(f).Comparable()
		if comparable {
			o = shared[f]
		}
		if o == nil {
			o = newOracle(f, s.cfg.Timeout)
			s.oracles = append(s.oracles, o)
			if comparable {
				shared[f] = o
			}
		}
		serial[f.Name()]++
		n := serial[f.Name()]
		a := &agent{
			id: i, name: fmt.Sprintf("%s %d", f.Name(), n), key: keyOf(s.cfg.Seed, i), oracle: o,
			temper:    temper(random(s.cfg.Seed, "temper", i), n == 1),
			budget:    sizing.NewBudget(s.cfg.Budget),
			memory:    map[bookKey]*memory{},
			flights:   map[*flight]bool{},
			live:      map[uint64]*flight{},
			unclaimed: map[uint64]int{},
			tally:     tally{Looks: map[string]int{}},
		}
		a.addr = crypto.PubkeyToAddress(a.key.PublicKey)
		s.agents = append(s.agents, a)
		s.byAddr[a.addr] = a
		s.users[o] = append(s.users[o], a)
	}
	return nil
}

// maxLoading bounds how many questions are read at a time.
const maxLoading = 8

// Run plays until ctx ends, then waits for what is on its way, at most
// Config.Drain, and returns nil. An error means that the swarm could not go on
// safely.
func (s *Swarm) Run(ctx context.Context) error {
	start, err := s.cfg.Chain.Height(ctx)
	if err != nil {
		return fmt.Errorf("swarm: %w", err)
	}
	s.mu.Lock()
	s.start, s.height = start, s.cfg.From-1
	s.mu.Unlock()
	// The work outlives ctx by the time it takes to drain.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer s.bg.Wait()
	defer stop()
	s.bg.Go(func() { s.pump(work) })
	if start < s.cfg.From {
		s.mu.Lock()
		s.begin(work)
		s.mu.Unlock()
	}
	var deadline <-chan time.Time
	done := ctx.Done()
	look := time.NewTimer(time.Hour)
	defer look.Stop()
	for {
		select {
		case <-done:
			done = nil
			s.mu.Lock()
			s.stopping = true
			s.mu.Unlock()
			t := time.NewTimer(s.cfg.Drain)
			defer t.Stop()
			deadline = t.C
		case <-deadline:
			return s.failed
		case e := <-s.events:
			s.step(func() { s.onEvent(work, e) })
		case l := <-s.loaded:
			s.step(func() { s.onLoaded(work, l) })
		case t := <-s.thoughts:
			s.step(func() { s.onAnswers(t) })
		case c := <-s.claims:
			s.step(func() { s.onClaimed(c) })
		case err := <-s.funded:
			s.step(func() { s.onFunded(err) })
		case err := <-s.sent:
			s.step(func() { s.onSent(err) })
		case <-look.C:
			s.step(func() { s.soon = false; s.act(work) })
		}
		s.mu.Lock()
		soon, failed := s.soon, s.failed
		idle := s.stopping && s.sending == 0 && s.claiming == 0 && !s.inFlight()
		s.mu.Unlock()
		if failed != nil || idle {
			return failed
		}
		if soon {
			look.Reset(lookDelay)
		}
	}
}

// lookDelay lets answers that come together be acted on together.
const lookDelay = 10 * time.Millisecond

// step runs one turn of the loop with the memory locked.
func (s *Swarm) step(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
}

// inFlight reports whether any order has not ended.
func (s *Swarm) inFlight() bool {
	return slices.ContainsFunc(s.agents, func(a *agent) bool { return len(a.flights) > 0 })
}

// pump brings the chain's events to the loop.
func (s *Swarm) pump(ctx context.Context) {
	for e, err := range s.cfg.Chain.Follow(ctx, s.cfg.From) {
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.cfg.Log.Warn("following the chain", "error", err)
			continue
		}
		select {
		case s.events <- e:
		case <-ctx.Done():
			return
		}
	}
}

// begin is called once the past has been read: it looks for what is open and
// sees to the players' money.
func (s *Swarm) begin(ctx context.Context) {
	s.live = true
	if s.veteran {
		s.notBefore = s.start + s.cfg.Window + 1
	}
	var who []common.Address
	var sums []market.Amount
	for _, a := range s.agents {
		if a.deposited.Lt(&s.cfg.Budget) {
			who = append(who, a.addr)
			sums = append(sums, *new(market.Amount).Sub(&s.cfg.Budget, &a.deposited))
		}
	}
	s.bg.Go(func() {
		var err error
		if len(who) > 0 {
			err = s.cfg.Chain.Fund(ctx, who, sums)
		}
		s.funded <- err
	})
	s.bg.Go(func() { s.loadOpen(ctx) })
}

// loadOpen reads the questions that are open now.
func (s *Swarm) loadOpen(ctx context.Context) {
	const page = 100
	for after := uint64(0); ctx.Err() == nil; {
		list, err := s.cfg.Chain.Questions(ctx, after, page)
		if err != nil {
			s.cfg.Log.Warn("reading the open questions", "error", err)
			return
		}
		for _, q := range list {
			if q.Phase == market.Open {
				s.load(ctx, q.ID, s.start)
			}
			after = q.ID
		}
		if len(list) < page {
			return
		}
	}
}

// load reads a question and its evidence beside the loop.
func (s *Swarm) load(ctx context.Context, id, seen uint64) {
	s.bg.Go(func() {
		select {
		case s.loading <- struct{}{}:
		case <-ctx.Done():
			return
		}
		l := loaded{id: id, seen: seen}
		if l.view, l.err = s.cfg.Chain.Question(ctx, id); l.err == nil {
			if e := l.view.Evidence; s.cfg.refusal(l.view) == "" &&
				(e.URI != "" || len(e.Inline) > 0) {
				l.doc, l.why = s.cfg.Evidence.Fetch(ctx, e)
			}
		}
		<-s.loading
		select {
		case s.loaded <- l:
		case <-ctx.Done():
		}
	})
}

// onLoaded takes a question in and asks every model about it.
func (s *Swarm) onLoaded(ctx context.Context, l loaded) {
	if l.err != nil {
		s.cfg.Log.Warn("reading a question", "question", l.id, "error", l.err)
		return
	}
	if s.questions[l.id] != nil || l.view.Phase != market.Open {
		return
	}
	q := newQuestion(l.view, l.seen)
	q.doc, q.refuse = l.doc, s.cfg.refusal(l.view)
	if l.why != nil {
		q.refuse = fmt.Sprintf("its evidence is not to be had: %v", l.why)
	}
	s.questions[l.id] = q
	if q.refuse != "" {
		for _, a := range s.agents {
			s.decline(a, q, 0, "refused", q.refuse)
		}
		return
	}
	views := make([]player.Question, len(q.books))
	for i := range views {
		views[i] = q.view(i)
	}
	for _, o := range s.oracles {
		s.bg.Go(func() {
			began := time.Now()
			t := answers{l.id, o, think(ctx, o, views)}
			s.stats.thought.Observe(time.Since(began).Seconds())
			select {
			case s.thoughts <- t:
			case <-ctx.Done():
			}
		})
	}
}

// onAnswers takes in what a model thinks of a question.
func (s *Swarm) onAnswers(t answers) {
	q := s.questions[t.question]
	if q == nil {
		return
	}
	q.forecast[t.oracle] = t.books
	for i, o := range t.books {
		s.record.forecast(s.height, q.ID, uint8(i), t.oracle, o)
		if o.err == nil {
			continue
		}
		reason := "failed"
		switch {
		case errors.Is(o.err, player.ErrPass):
			reason = "passes"
		case errors.Is(o.err, errPanicked), errors.Is(o.err, errHung),
			errors.Is(o.err, errNonsense):
			s.stats.faults.WithLabelValues(t.oracle.Name()).Inc()
		}
		for _, a := range s.users[t.oracle] {
			s.decline(a, q, i, reason, o.err.Error())
		}
	}
	s.wait(q, s.height)
	s.soon = true
}

// wait puts a question among those worth a look, for as long as the slowest
// player takes to look.
func (s *Swarm) wait(q *question, changed uint64) {
	q.changed = max(q.changed, changed)
	s.waiting[q.ID] = s.height + maxDelay + 2
}

// maxDelay is the longest Temper.Delay.
const maxDelay = 3

// decline records why an agent does not trade on a book.
func (s *Swarm) decline(a *agent, q *question, book int, reason, words string) {
	a.at(bookKey{q.ID, uint8(book)}, s.cfg.Seed).last = words
	a.tally.Looks[reason]++
	s.stats.decisions.WithLabelValues(reason).Inc()
	s.record.decision(s.height, a, q.ID, uint8(book), decision{Reason: reason, Words: words})
}

// onFunded lets the players begin, or gives up.
func (s *Swarm) onFunded(err error) {
	if err != nil {
		s.failed = fmt.Errorf("swarm: %w", err)
		return
	}
	s.ready, s.soon = true, true
}

// onSent notes that a relay has ended. What did not arrive lapses with its
// window; nothing is lost by waiting.
func (s *Swarm) onSent(err error) {
	s.sending--
	if err != nil {
		s.stats.relayErrors.Inc()
		s.cfg.Log.Warn("relaying orders", "error", err)
	}
}
