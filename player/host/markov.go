package host

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"agon/player"
	"agon/player/model"
)

// Markov spells a name letter by letter, once as scammers do and once as
// honest owners do, and asks which spelling surprises less. How likely a letter
// is depends on up to three before it:
//
//	p(c | s) = (n(sc) + k·p(c | s′)) / (n(s) + k),  s′ = s without its first letter
//
// with n how often a sequence was seen. The score is Σ ln p₁/p₀ over the root of
// the length. It knows no words, but their sound, and the sound of made-up ones;
// it fails on short names and on brands, which scams spell as their owners do.
type Markov struct {
	seen  map[uint32][2]float64 // how often, among honest names and scams
	scale model.Scale
	floor floor
}

const (
	markovOrder = 3    // letters back
	markovTrust = 4.0  // k
	markovBlind = 40.0 // one in how many a letter is when nothing is known
)

// Spelling is the count of one sequence in a weights file: codes by CountCode.
type Spelling struct {
	Hash         uint32
	Honest, Scam uint8
}

// Spell calls each with the hash of every sequence of up to markovOrder+1
// letters of a name, as Markov looks them up.
func Spell(n Name, each func(hash uint32, size int)) {
	text := spelt(n)
	for i := range len(text) {
		h := model.HashStart
		for j := i; j >= max(i-markovOrder, 0); j-- {
			h = model.HashByte(h, text[j])
			each(h, i-j+1)
		}
	}
}

func spelt(n Name) string { return "^" + n.Plain + "." + n.Suffix + "$" }

// CountCode writes a count on a scale of sixteen steps to the doubling, so that
// 8 bits reach 60,000.
func CountCode(n float64) uint8 {
	return uint8(min(math.RoundToEven(float64(16/math.Ln2)*model.Log(1+n)), 255))
}

func countOf(code uint8) float64 { return model.Exp(float64(float64(code)*math.Ln2)/16) - 1 }

// EncodeMarkov gives the file; the order of list does not matter.
func EncodeMarkov(list []Spelling, scale model.Scale) []byte {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Spelling) int { return cmp.Compare(a.Hash, b.Hash) })
	w := model.NewWriter("AgM1")
	scale.Write(w)
	keys := make([]uint64, len(list))
	codes := make([]int8, 0, 2*len(list))
	for i, s := range list {
		keys[i] = uint64(s.Hash)
		codes = append(codes, int8(s.Honest), int8(s.Scam))
	}
	w.Sorted(keys)
	w.Int8s(codes)
	return w.Bytes()
}

// NewMarkov reads a file that package learn wrote; errors are ErrWeights.
func NewMarkov(file []byte) (*Markov, error) {
	r := model.NewReader(file, "AgM1")
	p := &Markov{scale: model.ReadScale(r)}
	keys, codes := r.Sorted(), r.Int8s()
	if len(codes) != 2*len(keys) {
		r.Refuse("want two counts for each of %d sequences, have %d", len(keys), len(codes))
	}
	if err := r.Close(); err != nil {
		return nil, err
	}
	var count [256]float64
	for i := range count {
		count[i] = countOf(uint8(i))
	}
	p.seen = make(map[uint32][2]float64, len(keys))
	for i, k := range keys {
		p.seen[uint32(k)] = [2]float64{count[uint8(codes[2*i])], count[uint8(codes[2*i+1])]}
	}
	return p, nil
}

// Score is how much more a name sounds like a scam's, before Scale.
func (p *Markov) Score(n Name) float64 {
	text := spelt(n)
	sum, product := 0.0, 1.0
	var before [markovOrder][2]float64 // counts of the one, two, three letters before
	known := 0
	for i := range len(text) {
		h := model.HashStart
		chance := [2]float64{1 / markovBlind, 1 / markovBlind}
		var now [markovOrder][2]float64
		for back := range min(markovOrder, i) + 1 {
			h = model.HashByte(h, text[i-back])
			n := p.seen[h]
			if back < markovOrder {
				now[back] = n
			}
			if back == 0 {
				continue // a single letter is judged after the one before it
			}
			for side := range 2 {
				seen := before[back-1][side]
				less := float64(markovTrust * chance[side])
				chance[side] = (n[side] + less) / (seen + markovTrust)
			}
		}
		before = now
		if i == 0 {
			continue
		}
		product = float64(product * (chance[1] / chance[0]))
		if known++; known == 16 { // before the product can leave float64's range
			sum, product, known = sum+model.Log(product), 1, 0
		}
	}
	return (sum + model.Log(product)) / math.Sqrt(float64(len(text)))
}

// Name is "host-markov".
func (*Markov) Name() string { return "host-markov" }

// Family is "sequence".
func (*Markov) Family() string { return "sequence" }

// Forecast spells a host's name both ways.
func (p *Markov) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	logOdds := p.scale.LogOdds(p.Score(n))
	who := "honest names"
	if logOdds > 0 {
		who = "scams"
	}
	reason := fmt.Sprintf("letter by letter it sounds more like %s, by %.1f nats", who,
		abs(logOdds))
	logOdds, reason = p.floor.raise(n, logOdds, reason)
	return answer(q, logOdds, min(0.3+0.02*float64(len(n.Plain)), 0.7), reason), nil
}
