package reader

import (
	"bytes"
	"fmt"
	"math"
	"slices"

	"agon/game/market"
	"agon/player"
)

// Taste is how a reader learns; the zero value of a field means its default.
type Taste struct {
	// Minds are the ways in which it learns, side by side; DefaultMinds.
	Minds []Mind
	// Ridge is the precision of what it believes of each weight at first; 10.
	Ridge float64
	// Memory is from how many settled books it learns, the latest; 20,000.
	Memory int
	// Probation is on how many settled books an account must have been heard
	// before it counts; 20.
	Probation int
	// Bound is how far a word may be from the middle one of those said on a
	// book, in the account's own standard deviations from it: beyond, it counts
	// as that far. So an account with a good name cannot say whatever it likes
	// once. 2; below 0: no bound.
	Bound float64
}

// Defaults of a Taste.
const (
	defaultRidge     = 10
	defaultMemory    = 20_000
	defaultProbation = 20
	defaultBound     = 2
)

// Bounds of a reader.
const (
	// MaxVoices is how many accounts a reader weighs; whoever comes after them
	// is not heard.
	MaxVoices = 32
	// maxWords is how many accounts are heard on one book, the first.
	maxWords = 256
	// maxKnown is how many accounts on probation are remembered.
	maxKnown = 1 << 16
	// maxEvidence bounds what one order may say, in log odds.
	maxEvidence = 7.0
)

// Key names one book of one question.
type Key struct {
	Question uint64
	Book     uint8
}

// Reader learns whom to believe. It is not safe for concurrent use.
type Reader struct {
	taste    Taste
	slots    map[market.Account]int // of voices that count
	voices   int
	founders int                    // voices x̄ is of: those that counted first
	known    map[market.Account]int // settled books an account was heard on
	open     map[Key]*book
	past     []past // oldest first
	minds    []*mind
	spread   []float64 // of each slot's words about the middle, in log odds
	seen     int       // settled books
	fitted   int       // of them when it last learned
}

// book is what was said on one book so far, in the order of being said.
type book struct {
	prior  float64 // log odds
	said   []word
	spoken bool // the reader has spoken: what comes now may answer it
}

// word is what one account said: its log odds less the prior's.
type word struct {
	who market.Account
	x   float64
}

// past is a settled book; y is what YES paid.
type past struct {
	book
	y float64
}

// New makes a reader that has heard nobody.
func New(t Taste) *Reader {
	if t.Ridge <= 0 {
		t.Ridge = defaultRidge
	}
	if t.Memory <= 0 {
		t.Memory = defaultMemory
	}
	if t.Probation <= 0 {
		t.Probation = defaultProbation
	}
	if t.Bound == 0 {
		t.Bound = defaultBound
	}
	if len(t.Minds) == 0 {
		t.Minds = DefaultMinds
	}
	r := &Reader{
		taste: t, slots: map[market.Account]int{}, known: map[market.Account]int{},
		open: map[Key]*book{},
	}
	for _, m := range t.Minds {
		r.minds = append(r.minds, &mind{Mind: m, model: m.blank(0, t.Ridge)})
	}
	return r
}

// Open begins to listen on a book that opened at a probability of prior.
func (r *Reader) Open(k Key, prior float64) { r.open[k] = &book{prior: player.Logit(prior)} }

// Hear takes in an order somebody placed on a book. Only the first order of
// each account counts, and none once the reader has spoken: later ones answer
// others, or it.
func (r *Reader) Hear(k Key, who market.Account, action market.Action, limit market.Price) {
	b := r.open[k]
	if b == nil || b.spoken || len(b.said) >= maxWords {
		return
	}
	if slices.ContainsFunc(b.said, func(w word) bool { return w.who == who }) {
		return
	}
	p := float64(limit) / float64(market.One)
	if !action.Yes() {
		p = 1 - p
	}
	x := player.Logit(p) - b.prior
	b.said = append(b.said, word{who, min(max(x, -maxEvidence), maxEvidence)})
}

// Belief is what the reader makes of a book: the probability of YES, and of
// how many voices it is made. With none it is the opening price. Once it is
// made of some, the book hears no more of them.
func (r *Reader) Belief(k Key) (p float64, voices int) {
	b := r.open[k]
	if b == nil {
		return 0.5, 0
	}
	h := r.heard(b)
	if len(h.words) == 0 {
		return player.Sigmoid(b.prior), 0
	}
	b.spoken = true
	return r.mix(h), len(h.words)
}

// Beliefs is what each of the reader's minds makes of a book, in the order of
// Taste.Minds; nil if nobody has spoken whom it knows.
func (r *Reader) Beliefs(k Key) []float64 {
	b := r.open[k]
	if b == nil {
		return nil
	}
	h := r.heard(b)
	if len(h.words) == 0 {
		return nil
	}
	var out []float64
	for _, m := range r.minds {
		out = append(out, m.belief(h))
	}
	return out
}

// Settle ends a book of which YES paid payoff, in [0, 1], and learns from it.
func (r *Reader) Settle(k Key, payoff float64) {
	b := r.open[k]
	delete(r.open, k)
	if b == nil || len(b.said) == 0 || !(payoff >= 0 && payoff <= 1) {
		return
	}
	r.judge(r.heard(b), payoff)
	r.seen++
	r.past = append(r.past, past{*b, payoff})
	if m := r.taste.Memory; len(r.past) > m+m/8 {
		r.past = slices.Clone(r.past[len(r.past)-m:])
	}
	for _, w := range b.said {
		if _, met := r.known[w.who]; met || len(r.known) < maxKnown {
			r.known[w.who]++
		}
	}
	if r.seen >= r.fitted+max(learnEvery, r.fitted/learnShare) {
		r.learn()
	}
}

// Forget ends a book that will teach nothing.
func (r *Reader) Forget(k Key) { delete(r.open, k) }

// A reader learns anew after learnEvery settled books, later after each part
// in learnShare of what it has seen: a fit costs as much as its memory is long.
const (
	learnEvery = 25
	learnShare = 40
)

// learn admits voices and fits.
func (r *Reader) learn() {
	r.fitted = r.seen
	r.admit()
	if r.voices == 0 {
		return
	}
	r.measure()
	said := make([]heard, len(r.past))
	for i := range r.past {
		said[i] = r.heard(&r.past[i].book)
	}
	list := make([]example, len(r.past))
	for _, m := range r.minds {
		for i, h := range said {
			list[i] = example{x: m.features(h), offset: h.prior, y: r.past[i].y}
		}
		m.model.fit(list)
	}
}

// admit gives a slot to those heard often enough, most often first, then in
// order of address, while there are slots.
func (r *Reader) admit() {
	var fresh []market.Account
	for who, n := range r.known {
		if _, has := r.slots[who]; !has && n >= r.taste.Probation {
			fresh = append(fresh, who)
		}
	}
	slices.SortFunc(fresh, func(a, b market.Account) int {
		if d := r.known[b] - r.known[a]; d != 0 {
			return d
		}
		return bytes.Compare(a[:], b[:])
	})
	fresh = fresh[:min(len(fresh), MaxVoices-r.voices)]
	if len(fresh) == 0 {
		return
	}
	for _, who := range fresh {
		r.slots[who] = r.voices
		r.voices++
	}
	if r.founders == 0 {
		r.founders = r.voices
	}
	for _, m := range r.minds {
		m.widen(r.voices, r.taste.Ridge)
	}
}

// heard is what a book says to the reader: the words that count, bounded.
type heard struct {
	prior  float64 // log odds
	mean   float64 // of the founders' words
	words  []slotted
	voices int // that have slots
}

// slotted is a word x by the voice in a slot; below 0, by nobody yet.
type slotted struct {
	slot int
	x    float64
}

// heard bounds what was said on a book. Before anybody counts, all do.
func (r *Reader) heard(b *book) heard {
	h := heard{prior: b.prior, voices: r.voices}
	middle, bounded := r.middle(b)
	sum, founders := 0.0, 0
	for _, w := range b.said {
		slot, counts := r.slots[w.who]
		if !counts && r.voices > 0 {
			continue
		}
		v := w.x
		if !counts {
			slot = -1
		} else if bounded {
			far := r.taste.Bound * r.spread[slot]
			v = min(max(v, middle-far), middle+far)
		}
		h.words = append(h.words, slotted{slot, v})
		if slot < r.founders {
			sum += v
			founders++
		}
	}
	h.mean = sum / float64(max(1, founders))
	return h
}

// fewest is of how many words there is a middle. Of three, one that alone is right
// cannot be told from one that lies.
const fewest = 4

// middle is the median of the words of a book that count, if words are bounded
// and there are enough.
func (r *Reader) middle(b *book) (x float64, ok bool) {
	if r.taste.Bound <= 0 || len(r.spread) < r.voices {
		return 0, false
	}
	var xs []float64
	for _, w := range b.said {
		if _, counts := r.slots[w.who]; counts {
			xs = append(xs, w.x)
		}
	}
	if len(xs) < fewest {
		return 0, false
	}
	slices.Sort(xs)
	return (xs[(len(xs)-1)/2] + xs[len(xs)/2]) / 2, true
}

// measure finds out how far each voice usually is from the middle.
func (r *Reader) measure() {
	r.spread = make([]float64, r.voices)
	sum, n := make([]float64, r.voices), make([]float64, r.voices)
	for i := range r.past {
		b := &r.past[i].book
		middle, ok := r.middle(b)
		for _, w := range b.said {
			if slot, counts := r.slots[w.who]; ok && counts {
				sum[slot] += (w.x - middle) * (w.x - middle)
				n[slot]++
			}
		}
	}
	for i := range r.spread {
		r.spread[i] = math.Sqrt((leastSpread + sum[i]) / (1 + n[i]))
	}
}

// leastSpread is what the variance of a voice is taken to be before anything is
// known of it, with the weight of one book.
const leastSpread = 1.0

// Words says in one line what the reader goes by.
func (r *Reader) Words() string {
	best := 0
	weights := r.Weights()
	for i, w := range weights {
		if w > weights[best] {
			best = i
		}
	}
	return fmt.Sprintf("hears %d voices, has learnt from %d settled books, goes by its %s mind",
		r.voices, r.seen, r.minds[best].Name)
}
