package swarm

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/client"
	"agon/game/market"
	"agon/player/memory"
)

// A checkpoint is all that the events of the chain up to one block have told:
// every player's money, the trails of questions that have not settled, and, for
// those who learn from the chain, what has settled. Nothing of it is only the
// swarm's: an order that was signed and not yet placed is not in it, as it is
// not on the chain. So a life that goes on from a checkpoint knows what one
// that read from the first block would know; a test compares the two.
//
// It is taken at the end of a block and committed after the lessons of all
// blocks before. The next life takes it only if the node has a block of that
// number with that hash, and if its players are the same ones in the same order.

// ledger is a checkpoint's account of one player.
type ledger struct {
	Deposited market.Amount `json:"deposited,omitzero"`
	Claimed   market.Amount `json:"claimed,omitzero"`
	Spent     market.Amount `json:"spent,omitzero"`
	Earned    market.Amount `json:"earned,omitzero"`
	Holdings  []holding     `json:"holdings,omitempty"`
	Orders    []resting     `json:"orders,omitempty"`
	Owed      []uint64      `json:"owed,omitempty"`  // settled questions that owe it
	Loose     []loose       `json:"loose,omitempty"` // see agent.loose
	Fills     int           `json:"fills,omitempty"`

	PastPaid   float64 `json:"past_paid,omitempty"` // see past
	PastGot    float64 `json:"past_got,omitempty"`
	Best       uint64  `json:"best,omitempty"`
	Worst      uint64  `json:"worst,omitempty"`
	PastGained float64 `json:"past_gained,omitempty"`
	PastLost   float64 `json:"past_lost,omitempty"`
}

// holding is what a player dealt in one book.
type holding struct {
	Question uint64        `json:"q"`
	Book     uint8         `json:"book,omitempty"`
	Yes      market.Amount `json:"yes,omitzero"`
	No       market.Amount `json:"no,omitzero"`
	Paid     market.Amount `json:"paid,omitzero"`
	Got      market.Amount `json:"got,omitzero"`
}

// resting is an order on the chain that has not ended.
type resting struct {
	ID    uint64        `json:"id"`
	Order client.Order  `json:"order"`
	Left  market.Amount `json:"left,omitzero"` // coins it may still spend
}

// loose is full sets of a question whose books are not known.
type loose struct {
	Question uint64        `json:"q"`
	Sets     market.Amount `json:"sets"`
}

// course is the trail of a question.
type course struct {
	Question uint64          `json:"q"`
	Opener   common.Address  `json:"opener"`
	Text     string          `json:"text"`
	Template market.Template `json:"template"`
	Books    []courseBook    `json:"books,omitempty"`
}

// courseBook is the trail of one book; its echoes are of one life only.
type courseBook struct {
	Book    uint8   `json:"book,omitempty"`
	Base    float64 `json:"base"`
	Batches uint64  `json:"batches"`
	First   uint64  `json:"first"`
	Sample  float64 `json:"sample,omitempty"`
	Words   []byte  `json:"words,omitempty"` // wordSize each
}

// bygone is a settled question as it is kept for those who learn.
type bygone struct {
	Course  course         `json:"course"`
	Outcome market.Outcome `json:"outcome"`
	Payoffs []market.Price `json:"payoffs"`
}

// state is a whole checkpoint.
type state struct {
	Players []ledger   `json:"players"`
	Courses []course   `json:"courses"`
	Settled []settling `json:"settled"` // whose notes are still kept, oldest first
}

// settling is a closed.
type settling struct {
	Question uint64         `json:"q"`
	Payoffs  []market.Price `json:"payoffs"`
}

// ErrCheckpoint reports a checkpoint that is not this swarm's or is broken.
var ErrCheckpoint = errors.New("no checkpoint of this swarm")

// wordSize is a word in a file: who, block, action, limit.
const wordSize = 20 + 8 + 1 + 8

func packWords(words []word) []byte {
	b := make([]byte, 0, wordSize*len(words))
	for _, w := range words {
		b = append(b, w.who[:]...)
		b = binary.BigEndian.AppendUint64(b, w.block)
		b = append(b, byte(w.action))
		b = binary.BigEndian.AppendUint64(b, uint64(w.limit))
	}
	return b
}

func unpackWords(b []byte) ([]word, error) {
	if len(b)%wordSize != 0 || len(b) > wordSize*maxWords {
		return nil, fmt.Errorf("%w: words of %d bytes", ErrCheckpoint, len(b))
	}
	var words []word
	for ; len(b) > 0; b = b[wordSize:] {
		words = append(words, word{
			who: common.Address(b[:20]), block: binary.BigEndian.Uint64(b[20:]),
			action: market.Action(b[28]), limit: market.Price(binary.BigEndian.Uint64(b[29:])),
		})
	}
	return words, nil
}

// course is the trail as a checkpoint has it.
func (t *trail) course(id uint64) course {
	c := course{Question: id, Opener: t.opener, Text: t.text, Template: t.template}
	for book, p := range t.books {
		c.Books = append(c.Books, courseBook{
			Book: book, Base: p.base, Batches: p.batches, First: p.first, Sample: p.sample,
			Words: packWords(p.words),
		})
	}
	slices.SortFunc(c.Books, func(x, y courseBook) int { return cmp.Compare(x.Book, y.Book) })
	return c
}

// trail is the inverse of trail.course.
func (c course) trail() (*trail, error) {
	t := &trail{
		opener: c.Opener, text: c.Text, template: c.Template, books: map[uint8]*prices{},
	}
	for _, b := range c.Books {
		words, err := unpackWords(b.Words)
		if err != nil {
			return nil, err
		}
		t.books[b.Book] = &prices{
			base: b.Base, batches: b.Batches, first: b.First, sample: b.Sample, words: words,
		}
	}
	return t, nil
}

// ledger sums up what the chain has told of an agent.
func (a *agent) ledger() ledger {
	p := a.budget.Purse()
	l := ledger{
		Deposited: a.deposited, Claimed: a.claimed, Spent: p.Spent, Earned: p.Earned,
		Fills: a.tally.Fills, PastPaid: a.past.paid, PastGot: a.past.got, Best: a.past.best,
		Worst: a.past.worst, PastGained: a.past.gained, PastLost: a.past.lost,
	}
	for _, k := range a.books() {
		m := a.notes[k]
		if m.yes.IsZero() && m.no.IsZero() && m.paid.IsZero() && m.got.IsZero() {
			continue
		}
		l.Holdings = append(l.Holdings, holding{k.question, k.book, m.yes, m.no, m.paid, m.got})
	}
	for id, f := range a.live {
		l.Orders = append(l.Orders, resting{id, f.order, a.budget.Left(f.id)})
	}
	slices.SortFunc(l.Orders, func(x, y resting) int { return cmp.Compare(x.ID, y.ID) })
	for id := range a.unclaimed {
		l.Owed = append(l.Owed, id)
	}
	slices.Sort(l.Owed)
	for id, n := range a.loose {
		l.Loose = append(l.Loose, loose{id, n})
	}
	slices.SortFunc(l.Loose, func(x, y loose) int { return cmp.Compare(x.Question, y.Question) })
	return l
}

// takeUp gives an agent that knows nothing what a ledger says.
func (a *agent) takeUp(l ledger) {
	a.budget.Recall(l.Spent, l.Earned)
	a.deposited, a.claimed, a.tally.Fills = l.Deposited, l.Claimed, l.Fills
	a.past = past{l.PastPaid, l.PastGot, l.Best, l.Worst, l.PastGained, l.PastLost}
	for _, h := range l.Holdings {
		m := a.at(bookKey{h.Question, h.Book})
		m.yes, m.no, m.paid, m.got = h.Yes, h.No, h.Paid, h.Got
	}
	for _, o := range l.Orders {
		k := bookKey{o.Order.Question, o.Order.Book}
		f := a.adopt(a.at(k), k, o.ID, o.Order)
		if buys(o.Order.Action) {
			a.budget.Adopt(f.id, o.Left)
		}
	}
	for _, id := range l.Owed {
		a.unclaimed[id] = 0
	}
	for _, n := range l.Loose {
		a.loose[n.Question] = n.Sets
	}
}

// adopt takes over an order that an earlier process signed.
func (a *agent) adopt(m *notes, k bookKey, id uint64, o client.Order) *flight {
	f := &flight{id: fmt.Sprintf("order %d", id), key: k, order: o, placed: id}
	a.flights[f], a.live[id] = true, f
	if m.flight == nil {
		m.flight = f
	}
	return f
}

// knowledge is the state at the end of a block.
func (s *Swarm) knowledge() *state {
	st := &state{Players: make([]ledger, len(s.agents))}
	inParallel(len(s.agents), func(i int) { st.Players[i] = s.agents[i].ledger() })
	for id, t := range s.tracks {
		st.Courses = append(st.Courses, t.course(id))
	}
	slices.SortFunc(st.Courses, func(x, y course) int {
		return cmp.Compare(x.Question, y.Question)
	})
	for _, q := range s.settled {
		st.Settled = append(st.Settled, settling{q.id, q.payoffs})
	}
	return st
}

// restore takes up a state and what had settled by then; nothing is taken up if
// anything of it cannot be.
func (s *Swarm) restore(text []byte, settled []memory.Past, block uint64) error {
	var st state
	if err := json.Unmarshal(text, &st); err != nil {
		return fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if len(st.Players) != len(s.agents) {
		return fmt.Errorf("%w: it has %d players, want %d", ErrCheckpoint, len(st.Players),
			len(s.agents))
	}
	tracks := map[uint64]*trail{}
	var err error
	for _, c := range st.Courses {
		if tracks[c.Question], err = c.trail(); err != nil {
			return err
		}
	}
	var history []ended
	for _, p := range settled {
		if p.Block > block {
			break // it is read again
		}
		e, err := revive(p)
		if err != nil {
			return err
		}
		history = append(history, e)
	}
	for i, a := range s.agents {
		a.takeUp(st.Players[i])
	}
	for _, q := range st.Settled {
		s.settled = append(s.settled, closed{q.Question, q.Payoffs})
	}
	s.tracks, s.history, s.veteran = tracks, history, true
	return nil
}

// bury writes a settled question for the lives to come.
func (e ended) bury() (memory.Past, error) {
	data, err := json.Marshal(bygone{
		e.trail.course(e.settled.Question), e.settled.Outcome, e.settled.Payoffs,
	})
	return memory.Past{Block: e.block, Question: e.settled.Question, Data: data}, err
}

// revive is the inverse of ended.bury.
func revive(p memory.Past) (ended, error) {
	var b bygone
	if err := json.Unmarshal(p.Data, &b); err != nil {
		return ended{}, fmt.Errorf("%w: question %d: %w", ErrCheckpoint, p.Question, err)
	}
	t, err := b.Course.trail()
	return ended{
		settled: client.Settled{Question: p.Question, Outcome: b.Outcome, Payoffs: b.Payoffs},
		trail:   t, block: p.Block,
	}, err
}

// owner names a swarm: whose checkpoint is it. Who learns from the chain needs
// what settled; who does not has not kept it.
func (s *Swarm) owner() [32]byte {
	h := sha256.New()
	fmt.Fprintf(h, "agon checkpoint 1 %s %d %v\n", s.chainName, s.cfg.From, s.pupils())
	for _, a := range s.agents {
		h.Write(a.addr[:])
	}
	return [32]byte(h.Sum(nil))
}

// resume takes up the last checkpoint, if the node's chain is that of it, and
// gives the block from which to read. head is the node's last block.
func (s *Swarm) resume(ctx context.Context, head uint64) uint64 {
	s.fresh = true
	if s.cfg.Memory == nil {
		return s.cfg.From
	}
	c, settled, ok, err := s.cfg.Memory.Resume(s.owner())
	if err == nil && ok {
		err = s.sameChain(ctx, c, head)
	}
	if err == nil && ok {
		err = s.restore(c.State, settled, c.Block)
	}
	if err != nil {
		s.cfg.Log.Warn("reading the chain from its first block", "why", err)
		return s.cfg.From
	}
	if !ok {
		return s.cfg.From
	}
	s.fresh = false
	s.cfg.Log.Info("reading on where the memory ends", "block", c.Block)
	return c.Block + 1
}

// sameChain says how the node's chain differs from that of a checkpoint.
func (s *Swarm) sameChain(ctx context.Context, c memory.Checkpoint, head uint64) error {
	if c.Block > head {
		return fmt.Errorf("%w: the memory is of block %d, the node at %d", ErrCheckpoint,
			c.Block, head)
	}
	hash, err := s.cfg.Chain.BlockHash(ctx, c.Block)
	if err == nil && hash != c.Hash {
		err = fmt.Errorf("%w: the memory knows block %d as %x, the node as %x", ErrCheckpoint,
			c.Block, c.Hash[:4], hash[:4])
	}
	return err
}

// mark is a checkpoint on its way to the memory.
type mark struct {
	block uint64
	state *state
}

// maxCost is which part of the time taking checkpoints may cost, inverted.
const maxCost = 20

// takeMark takes a checkpoint at the end of a block.
func (s *Swarm) takeMark() {
	began := time.Now()
	s.marked = &mark{s.height, s.knowledge()}
	s.nextMark = began.Add(max(s.cfg.Save, maxCost*time.Since(began)))
}

// commit writes a checkpoint, with what settled since the last one. That some
// of it may have settled after the checkpoint does no harm: it is read again.
func (s *Swarm) commit(ctx context.Context, m *mark, past []ended, fresh bool) error {
	ctx, stop := context.WithTimeout(ctx, hashPatience)
	defer stop()
	hash, err := s.cfg.Chain.BlockHash(ctx, m.block)
	if err != nil {
		return err
	}
	c := memory.Checkpoint{Block: m.block, Hash: hash, Owner: s.owner()}
	if c.State, err = json.Marshal(m.state); err != nil {
		return err
	}
	settled := make([]memory.Past, len(past))
	for i, e := range past {
		if settled[i], err = e.bury(); err != nil {
			return err
		}
	}
	return s.cfg.Memory.Advance(c, settled, maxHistory, fresh)
}

// hashPatience is how long a node may take to name a block's hash.
const hashPatience = 5 * time.Second
