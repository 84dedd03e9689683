package host

import (
	"context"

	"agon/player"
	"agon/player/model"
)

// Trees is a sum of small decision trees over the shape of a name: lengths,
// hyphens, digits, suffix, luring words, unusual spelling, likeness to a brand;
// and over what counting says of its letters, of its signs and of its sound,
// each as one number. So it may trust a word less on an odd shape. It fails on scams with
// short plain names and on honest names of odd shape.
type Trees struct {
	m       *model.Trees
	lexicon *Lexicon
	counts  Counts
	floor   floor
}

// Counts is what Trees asks besides the lexicon: naive Bayes' of Pieces, and
// the spellings.
type Counts struct {
	Pieces    *model.Linear
	Spellings *Markov
}

// Shapes is how many features Trees looks at: Lexicals, then the scores of
// letters, of signs and of spelling.
const Shapes = Lexicals + 3

// NewTrees reads weights that package learn wrote; errors are ErrWeights.
func NewTrees(weights []byte, lexicon *Lexicon, pieces *Bayes, m *Markov) (*Trees, error) {
	t, err := model.DecodeTrees(weights, Shapes)
	return &Trees{m: t, lexicon: lexicon, counts: Counts{pieces.m, m}}, err
}

// Shape fills x, of length Shapes. Counts that an example took part in would
// betray its label, so that package learn gives the counts of other examples.
func (l *Lexicon) Shape(n Name, c Counts, x []float32) {
	var room [maxGrams]uint32
	l.Lexical(n, x[:Lexicals])
	letters, _ := c.Pieces.Score(model.Features{Soft: Folded(n, room[:0])})
	signs, _ := c.Pieces.Score(model.Features{Soft: Signs(n, room[:0])})
	x[Lexicals], x[Lexicals+1] = float32(letters), float32(signs)
	x[Lexicals+2] = float32(c.Spellings.Score(n))
}

// shapeText names a feature in a reason.
func shapeText(f int) string {
	switch f {
	case Lexicals:
		return "letter sequences"
	case Lexicals + 1:
		return "words and suffix"
	case Lexicals + 2:
		return "sound"
	}
	return lexicalText[f]
}

// Name is "host-trees".
func (*Trees) Name() string { return "host-trees" }

// Family is "trees".
func (*Trees) Family() string { return "trees" }

// Forecast judges a host's shape.
func (p *Trees) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	var x [Shapes]float32
	var bins [Shapes]uint8
	var parts [Shapes]float64
	p.lexicon.Shape(n, p.counts, x[:])
	p.m.Bins(x[:], bins[:])
	score, _ := p.m.Score(bins[:], parts[:])
	var t top
	for f, size := range parts {
		if size != 0 {
			t.add(f, p.m.Scale.Slope*size)
		}
	}
	said := make([]part, t.n)
	for i := range said {
		said[i] = part{shapeText(t.at[i]), t.size[i]}
	}
	logOdds, reason := p.floor.raise(n, p.m.Scale.LogOdds(score),
		"shape of the name: "+list(said))
	return answer(q, logOdds, 0.8, reason), nil
}
