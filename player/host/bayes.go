package host

import (
	"context"

	"agon/player"
	"agon/player/model"
)

// Bayes is naive Bayes over four-letter sequences and words after look-alike
// letters and digits are undone: it counts how often each occurs in the names
// of scams and of honest sites, as if they were independent. They are not,
// which is why its score is rescaled on examples it has not seen. It sees
// through c1aim and xn--, and fails where one strong word outvotes the rest.
type Bayes struct{ m *model.Linear }

// NewBayes reads weights that package learn wrote; errors are ErrWeights.
func NewBayes(weights []byte) (*Bayes, error) {
	m, err := model.DecodeLinear(weights)
	return &Bayes{m}, err
}

// Name is "host-bayes".
func (*Bayes) Name() string { return "host-bayes" }

// Family is "bayes".
func (*Bayes) Family() string { return "bayes" }

// Forecast adds up the evidence of a host's pieces.
func (p *Bayes) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	var room [maxGrams]uint32
	return weigh(q, p.m, Folded(n, room[:0]), func(at int) string { return FoldedText(n, at) }), nil
}

// FoldedText names the feature at a place in the list that Folded gives.
func FoldedText(n Name, at int) string {
	for w := range words(n.Plain) {
		u := Unmask(w)
		text := "^" + u + "$"
		count := max(len(text)-3, 0)
		if at < count {
			return text[at : at+4]
		}
		at -= count
		if u != "" {
			if at == 0 {
				return u
			}
			at--
		}
		if len(u) < len(w) {
			if at == 0 {
				return "digits at the end"
			}
			at--
		}
	}
	return "." + n.Suffix
}
