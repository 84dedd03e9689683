package swarm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/arbitrage"
	"agon/player/memory"
)

// Swarm is the players of one process.
type Swarm struct {
	cfg     Config
	agents  []*agent
	oracles []*oracle
	ears    []*ear
	longest uint64 // wait of an ear, in blocks
	// learners are the oracles whose forecasters learn.
	learners []*oracle
	byAddr   map[common.Address]*agent
	users    map[*oracle][]*agent
	named    map[string]bool // names under which forecasts are remembered
	stats    *stats
	record   *recorder

	chainName string // the chain's, in the memory

	events   chan client.Event
	loaded   chan loaded
	thoughts chan answers
	claims   chan claimed
	funded   chan error
	sent     chan error
	minted   chan minted
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
	settled   []closed               // questions whose notes are still kept, oldest first
	tracks    map[uint64]*trail      // questions to learn from
	waiting   map[uint64]uint64      // questions worth a look, until which block
	lapsing   map[uint64][]*launched // orders whose window has passed, by block
	history   []ended                // settled before taught
	taught    bool                   // the past has been taught
	acted     uint64                 // height of the last act
	links     []arbitrage.Link       // of the questions in play
	stale     bool                   // links are not those of the questions in play
	turn      int                    // the player who looks first
	soon      bool                   // a look is due at once
	since     time.Time              // from when on it is due
	acting    time.Duration          // that the last act took
	thinking  int                    // questions being read or thought about
	airborne  int                    // orders signed and not heard of
	sending   int
	claiming  int
	minting   int
	keep      []memory.Answer // forecasts to be written to the memory
	lessons   []lesson        // and what settled questions teach
	flushing  bool
	marked    *mark     // checkpoint to be written after them
	nextMark  time.Time // when the next is due
	past      []ended   // what settled since the last one
	fresh     bool      // what the memory has of what settled is not to be kept
	midst     bool      // the events of a block have begun and not ended
}

// New makes the players. They do nothing until Run.
func New(cfg Config) (*Swarm, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Swarm{
		cfg: cfg, byAddr: map[common.Address]*agent{}, users: map[*oracle][]*agent{},
		stats: newStats(), record: &recorder{w: cfg.Record, since: cfg.Recorded},
		events: make(chan client.Event, 1024), loaded: make(chan loaded, 64),
		thoughts: make(chan answers, 256), claims: make(chan claimed, 64),
		funded: make(chan error, 1), sent: make(chan error, 16),
		minted: make(chan minted, 16), loading: make(chan struct{}, maxLoading),
		named: map[string]bool{}, chainName: chainName(cfg.Chain),
		questions: map[uint64]*question{}, waiting: map[uint64]uint64{},
		tracks: map[uint64]*trail{}, lapsing: map[uint64][]*launched{},
	}
	if err := s.recruit(); err != nil {
		return nil, err
	}
	s.gauges()
	return s, s.reminisce()
}

// Run plays until ctx ends, then waits for what is on its way, at most
// Config.Drain, and returns nil. An error means that the swarm could not go on
// safely.
func (s *Swarm) Run(ctx context.Context) error {
	start, err := s.cfg.Chain.Height(ctx)
	if err != nil {
		return fmt.Errorf("swarm: %w", err)
	}
	// The work outlives ctx by the time it takes to drain.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.step(func() {
		from := s.resume(ctx, start)
		s.start, s.height = start, from-1
		s.bg.Go(func() { s.pump(work, from) })
		if start < from {
			s.begin(work)
		}
	})
	err = s.loop(ctx, work)
	stop()
	s.bg.Wait()
	return errors.Join(err, s.leave(ctx))
}

// leave writes the last checkpoint. Where the money is not known any more there
// is none: the next life reads the chain from its first block.
func (s *Swarm) leave(ctx context.Context) error {
	if s.cfg.Memory == nil {
		return nil
	}
	if s.failed != nil {
		return s.cfg.Memory.Retreat()
	}
	s.step(func() {
		if !s.midst && s.height >= s.cfg.From {
			s.takeMark()
		}
		s.flush(context.WithoutCancel(ctx))
	})
	s.bg.Wait()
	return nil
}

// loop takes one turn after the other until the swarm has come to rest.
func (s *Swarm) loop(ctx, work context.Context) error {
	var deadline <-chan time.Time
	done := ctx.Done()
	look, due := time.NewTimer(time.Hour), false
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
		case m := <-s.minted:
			s.step(func() { s.onMinted(m) })
		case <-look.C:
			due = false
			s.step(func() { s.glance(work) })
		}
		s.mu.Lock()
		soon, failed, after := s.soon, s.failed, max(lookDelay, restful*s.acting)
		idle := s.stopping && s.sending+s.claiming+s.minting == 0 && !s.inFlight()
		s.flush(work)
		s.mu.Unlock()
		if failed != nil || idle {
			return failed
		}
		if soon && !due {
			look.Reset(after) // once: events that never cease must not put it off
			due = true
		}
	}
}

const (
	// lookDelay lets answers that come together be acted on together.
	lookDelay = 10 * time.Millisecond
	// patience is how long that waits for answers that are still to come, so
	// that a player that is asked many questions at once weighs them together.
	patience = 200 * time.Millisecond
	// restful is how many times as long as an act took the next one waits.
	restful = 3
)

// glance acts on what was answered since the last block.
func (s *Swarm) glance(ctx context.Context) {
	if s.since.IsZero() {
		s.since = time.Now()
	}
	if s.thinking > 0 && time.Since(s.since) < patience {
		return // soon is still set: the next glance comes
	}
	s.soon, s.since = false, time.Time{}
	s.act(ctx)
}

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
func (s *Swarm) pump(ctx context.Context, from uint64) {
	for e, err := range s.cfg.Chain.Follow(ctx, from) {
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
		if a.deposited.Lt(&a.limit) {
			who = append(who, a.addr)
			sums = append(sums, *new(market.Amount).Sub(&a.limit, &a.deposited))
		}
	}
	s.bg.Go(func() {
		var err error
		if len(who) > 0 {
			err = s.cfg.Chain.Fund(ctx, who, sums)
		}
		s.funded <- err
	})
	s.bg.Go(func() { s.readChain(ctx) })
}

// wait puts a question among those worth a look, for as long as the slowest
// player takes to look.
func (s *Swarm) wait(q *question, changed uint64) {
	q.changed = max(q.changed, changed)
	from := max(s.height, s.notBefore) // nobody looks before
	s.waiting[q.ID] = max(s.waiting[q.ID], from+max(MaxDelay, s.longest)+2)
}

// MaxDelay is the longest Temper.Delay, in blocks.
const MaxDelay = 3

// decline records why an agent does not trade on a book.
func (s *Swarm) decline(a *agent, q *question, book int, reason, words string) {
	m := a.at(bookKey{q.ID, uint8(book)})
	s.looked(a, m)
	m.words = words
	s.count(a, reason)
	s.record.decision(s.height, a, q.ID, uint8(book), decision{Reason: reason, Words: words})
}

// onFunded lets the players begin, or gives up.
func (s *Swarm) onFunded(err error) {
	if err != nil {
		s.failed = fmt.Errorf("swarm: %w", err)
		return
	}
	s.ready, s.soon = true, true
	for _, q := range s.questions { // those that were read meanwhile
		s.wait(q, q.changed)
	}
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
