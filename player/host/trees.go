package host

import (
	"context"

	"agon/player"
	"agon/player/model"
)

// Trees is a sum of small decision trees over the shape of a name: lengths,
// hyphens, digits, suffix, luring words, unusual spelling, likeness to a
// brand. It knows no campaign's words, so that new ones do not escape it, and
// fails on scams with short plain names and on honest names of odd shape.
type Trees struct {
	m       *model.Trees
	lexicon *Lexicon
}

// NewTrees reads weights that package learn wrote; errors are ErrWeights.
func NewTrees(weights []byte, lexicon *Lexicon) (*Trees, error) {
	m, err := model.DecodeTrees(weights, Lexicals)
	return &Trees{m, lexicon}, err
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
	var x [Lexicals]float32
	var bins [Lexicals]uint8
	var parts [Lexicals]float64
	p.lexicon.Lexical(n, x[:])
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
		said[i] = part{lexicalText[t.at[i]], t.size[i]}
	}
	return answer(q, p.m.Scale.LogOdds(score), 0.8, "shape of the name: "+list(said)), nil
}
