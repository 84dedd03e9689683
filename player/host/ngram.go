package host

import (
	"context"
	"strconv"

	"agon/player"
	"agon/player/model"
)

// Ngram is a logistic regression over the letter sequences of a host's name
// and over its signs: words, pairs of words, suffix, and the suffix crossed
// with shape and wording. It knows the phrases of campaigns ("claim-", "-app.")
// and of honest projects. It fails on campaigns with new words and on honest
// sites that use the scammers' ones.
type Ngram struct {
	m     *model.Linear
	floor floor
}

// NewNgram reads weights that package learn wrote; errors are ErrWeights.
func NewNgram(weights []byte) (*Ngram, error) {
	m, err := model.DecodeLinear(weights)
	return &Ngram{m: m}, err
}

// Name is "host-ngram".
func (*Ngram) Name() string { return "host-ngram" }

// Family is "linear".
func (*Ngram) Family() string { return "linear" }

// Forecast weighs a host's letters.
func (p *Ngram) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	var soft [maxGrams]uint32
	var firm [maxSigns]uint32
	f := model.Features{Soft: Grams(n, soft[:0]), Firm: Signs(n, firm[:0])}
	return weigh(q, n, p.m, f, p.floor, func(at int) string {
		if at < len(f.Soft) {
			return gramText(n, at)
		}
		return signText(n, at-len(f.Soft))
	}), nil
}

// weigh scores features with a linear model and names the three that matter
// most; text names a feature by its place, soft ones first.
func weigh(
	q player.Question, n Name, m *model.Linear, f model.Features, least floor,
	text func(at int) string,
) player.Forecast {
	score, known := m.Score(f)
	soft := m.Scale.Slope * m.Norm(len(f.Soft))
	firm := m.Scale.Slope * m.Step * m.Firm
	var t top
	for i, h := range f.Soft {
		if w := m.Weight(h); w != 0 {
			t.add(i, soft*w)
		}
	}
	for i, h := range f.Firm {
		if w := m.Weight(h); w != 0 {
			t.add(len(f.Soft)+i, firm*w)
		}
	}
	parts := make([]part, t.n)
	for i := range parts {
		parts[i] = part{"'" + text(t.at[i]) + "'", t.size[i]}
	}
	share := float64(known) / float64(max(len(f.Soft)+len(f.Firm), 1))
	reason := "weights of " + strconv.Itoa(known) + " known pieces: " + list(parts)
	if t.n == 0 {
		reason = "no piece of this name is known"
	}
	logOdds, reason := least.raise(n, m.Scale.LogOdds(score), reason)
	return answer(q, logOdds, 0.2+0.7*share, reason)
}
