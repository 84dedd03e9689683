package host

import (
	"context"
	"math"

	"agon/player"
	"agon/player/model"
)

// Net is a small neural network over the letter sequences and signs of a name:
// its units can learn that a word means one thing on a platform and another on
// .com. It knows what Ngram knows and errs on other names; it fails on new
// words, and its reason is only what mattered near this name.
type Net struct {
	m     *model.Net
	floor floor
}

// NewNet reads weights that package learn wrote; errors are ErrWeights.
func NewNet(weights []byte) (*Net, error) {
	m, err := model.DecodeNet(weights)
	return &Net{m: m}, err
}

// Name is "host-net".
func (*Net) Name() string { return "host-net" }

// Family is "neural".
func (*Net) Family() string { return "neural" }

// Forecast runs the network and names the three features that mattered most.
func (p *Net) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	var soft [maxGrams]uint32
	var firm [maxSigns]uint32
	f := model.Features{Soft: Grams(n, soft[:0]), Firm: Signs(n, firm[:0])}
	score, on := p.m.Score(f)
	var t top
	size := p.m.Scale.Slope / math.Sqrt(float64(max(len(f.Soft), 1)))
	for i, h := range f.Soft {
		t.add(i, p.m.Part(h, size, &on))
	}
	for i, h := range f.Firm {
		t.add(len(f.Soft)+i, p.m.Part(h, p.m.Scale.Slope*p.m.Firm, &on))
	}
	parts := make([]part, t.n)
	for i := range parts {
		at := t.at[i]
		text := ""
		if at < len(f.Soft) {
			text = gramText(n, at)
		} else {
			text = signText(n, at-len(f.Soft))
		}
		parts[i] = part{"'" + text + "'", t.size[i]}
	}
	logOdds, reason := p.floor.raise(n, p.m.Scale.LogOdds(score),
		"a network's reading: "+list(parts))
	return answer(q, logOdds, 0.75, reason), nil
}
