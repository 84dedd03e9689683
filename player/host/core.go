package host

import (
	"context"
	"fmt"

	"agon/player"
	"agon/player/model"
)

// Core judges a name by the most suspicious run of its letters and by nothing
// else: hyphens are taken out first, and it does not look at the suffix. With w
// the weights of letter sequences and b those of lengths,
//
//	score = bias + max(0, max over windows of b(length) + Σ w(g), g in the window)
//
// where a window is a run of coreLeast to coreMost letters of one label. Whatever
// is put before a label, behind it, between its letters as a hyphen, beside it as
// another label or in the place of its suffix, every window it had is still there:
// that can only raise the score. (Incer, Theodorides, Afroz, Wagner, "Adversarially
// robust malware detection using monotonic classification", IWSPA 2018, get this
// from weights that are never negative. Here the maximum gives it, so that letters
// may speak for a name as well.) It fails where letters alone say nothing, and on
// honest names with a scammer's word in them.
type Core struct {
	m      *model.Linear // weights of sequences, bias and scale
	length []float32     // CoreLengths
}

// The windows that Core reads, and the sequences it weighs in them, in letters.
const (
	coreLeast   = 5
	coreMost    = 16
	coreGramMin = 3
	coreKinds   = 4 // sequences of 3, 4, 5 and 6
)

// CoreLengths is how many weights of lengths Core has: one a length to coreMost.
const CoreLengths = coreMost + 1

// CoreWeights are what Window weighs: a sequence by its hash, and lengths.
type CoreWeights struct {
	Gram   func(hash uint32) float64
	Length []float32 // CoreLengths
}

// Window finds the most suspicious window of a name. It is empty, and its score
// 0, if none is above that.
func (w CoreWeights) Window(n Name) (score float64, window string) {
	var room [MaxHost]byte
	label := room[:0]
	for i := 0; i <= len(n.Plain); i++ {
		if i == len(n.Plain) || n.Plain[i] == '.' {
			if s, from, to := w.best(label); s > score {
				score, window = s, string(label[from:to])
			}
			label = room[:0]
			continue
		}
		if c := n.Plain[i]; c != '-' && c != '_' && len(label) < MaxHost {
			label = append(label, c)
		}
	}
	return score, window
}

// best gives the window of one label with the highest score above 0.
func (w CoreWeights) best(label []byte) (score float64, from, to int) {
	if len(label) < coreLeast {
		return 0, 0, 0
	}
	// ending[e][k] is the sum of the k+1 shortest sequences that end before e.
	var ending [MaxHost + 1][coreKinds]float64
	for i := range len(label) - coreGramMin + 1 {
		CoreGrams(label[i:min(i+coreGramMin+coreKinds-1, len(label))], func(hash uint32, size int) {
			ending[i+size][size-coreGramMin] = w.Gram(hash)
		})
	}
	for e := range ending[:len(label)+1] {
		for k := 1; k < coreKinds; k++ {
			ending[e][k] += ending[e][k-1]
		}
	}
	for s := 0; s+coreLeast <= len(label); s++ {
		sum := 0.0
		for e := s + coreGramMin; e <= min(s+coreMost, len(label)); e++ {
			sum += ending[e][min(e-s-coreGramMin, coreKinds-1)]
			if e-s < coreLeast {
				continue
			}
			if v := sum + float64(w.Length[e-s]); v > score {
				score, from, to = v, s, e
			}
		}
	}
	return score, from, to
}

// CoreGrams calls each with the hash and size of every sequence that Core weighs
// and that text begins with.
func CoreGrams(text []byte, each func(hash uint32, size int)) {
	h := model.HashStart
	for i := range min(len(text), coreGramMin+coreKinds-1) {
		h = model.HashByte(h, text[i])
		if i+1 >= coreGramMin {
			each(h, i+1)
		}
	}
}

// EncodeCore gives the weights file; len(length) = CoreLengths.
func EncodeCore(m *model.Linear, length []float32) []byte {
	w := model.NewWriter("AgO1")
	w.Floats(length)
	w.Text(string(m.Encode()))
	return w.Bytes()
}

// NewCore reads weights that package learn wrote; errors are ErrWeights.
func NewCore(file []byte) (*Core, error) {
	r := model.NewReader(file, "AgO1")
	p := &Core{length: r.Floats()}
	if len(p.length) != CoreLengths {
		r.Refuse("want %d weights of lengths, have %d", CoreLengths, len(p.length))
	}
	linear := r.Text(model.MaxItems)
	if err := r.Close(); err != nil {
		return nil, err
	}
	m, err := model.DecodeLinear([]byte(linear))
	p.m = m
	return p, err
}

// read gives the score of a name before its scale, and the window it is of.
func (p *Core) read(n Name) (score float64, window string) {
	gram := func(hash uint32) float64 { return float64(p.m.Step * p.m.Weight(hash)) }
	score, window = CoreWeights{gram, p.length}.Window(n)
	return p.m.Bias + score, window
}

// Score is what Scale was fitted on, for package learn.
func (p *Core) Score(n Name) float64 {
	score, _ := p.read(n)
	return score
}

// Name is "host-core".
func (*Core) Name() string { return "host-core" }

// Family is "monotone".
func (*Core) Family() string { return "monotone" }

// Forecast reads the most suspicious run of letters.
func (p *Core) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	score, window := p.read(n)
	logOdds := p.m.Scale.LogOdds(score)
	if window == "" {
		return answer(q, logOdds, 0.3, "no run of its letters is suspicious"), nil
	}
	reason := fmt.Sprintf("the letters '%s', whatever stands around them, %+.1f", window, logOdds)
	return answer(q, logOdds, 0.5, reason), nil
}

// floor holds a player that sees more than Core to what Core sees: it may be less
// suspicious of a name than Core by leeway at most, in log-odds, so that additions
// to a name that fool the player do not fool it wholly.
type floor struct {
	core   *Core // nil: no floor
	leeway float64
}

// The leeways, chosen on the Tune fold so that no player loses more than 0.0003 of
// Brier score there; three gain 0.003 to 0.012. docs/players.md has the figures.
const (
	wideLeeway   = 2.5 // of players that are right more often than Core by far
	fairLeeway   = 2.0
	narrowLeeway = 1.5
)

// raise gives the log-odds that a player says, and why.
func (f floor) raise(n Name, logOdds float64, reason string) (float64, string) {
	if f.core == nil {
		return logOdds, reason
	}
	score, window := f.core.read(n)
	least := f.core.m.Scale.LogOdds(score) - f.leeway
	if least <= logOdds {
		return logOdds, reason
	}
	return least, fmt.Sprintf("the letters '%s' outweigh the rest (%+.1f): %s", window, logOdds,
		reason)
}
