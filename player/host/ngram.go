package host

import (
	"context"
	"strconv"

	"agon/player"
	"agon/player/model"
)

// Ngram is a logistic regression over the letter sequences, words and suffix
// of a host's name. It knows the wording of campaigns ("airdrop", "claim",
// "-app.") and of honest projects. It fails on campaigns with new words and on
// honest sites that use the scammers' ones, and takes any plain registered
// name for honest.
type Ngram struct{ m *model.Linear }

// NewNgram reads weights that package learn wrote; errors are ErrWeights.
func NewNgram(weights []byte) (*Ngram, error) {
	m, err := model.DecodeLinear(weights)
	return &Ngram{m}, err
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
	var room [maxGrams]uint32
	return weigh(q, p.m, Grams(n, room[:0]), func(at int) string { return GramText(n, at) }), nil
}

// weigh scores features with a linear model and names the three that matter
// most.
func weigh(
	q player.Question, m *model.Linear, features []uint32, text func(at int) string,
) player.Forecast {
	score, known := m.Score(features)
	norm := m.Scale.Slope * m.Norm(len(features))
	var t top
	for i, h := range features {
		if w := m.Weight(h); w != 0 {
			t.add(i, norm*w)
		}
	}
	parts := make([]part, t.n)
	for i := range parts {
		parts[i] = part{"'" + text(t.at[i]) + "'", t.size[i]}
	}
	share := float64(known) / float64(max(len(features), 1))
	reason := "weights of " + strconv.Itoa(known) + " known pieces: " + list(parts)
	if t.n == 0 {
		reason = "no piece of this name is known"
	}
	return answer(q, m.Scale.LogOdds(score), 0.2+0.7*share, reason)
}
