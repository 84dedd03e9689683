package host

import (
	"context"

	"agon/player"
	"agon/player/model"
)

// Bayes is naive Bayes over the signs of a name and its four-letter sequences
// once look-alike letters and digits are undone: it counts how often each
// occurs in the names of scams and of honest sites, as if they were
// independent. They are not, so it divides by the root of how many there are
// and its score is rescaled on examples it has not seen. It sees through c1aim
// and xn--, and fails where one strong word outvotes the rest.
type Bayes struct {
	m     *model.Linear
	floor floor
}

// NewBayes reads weights that package learn wrote; errors are ErrWeights.
func NewBayes(weights []byte) (*Bayes, error) {
	m, err := model.DecodeLinear(weights)
	return &Bayes{m: m}, err
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
	var room [maxGrams + maxSigns]uint32
	folded := Folded(n, room[:0])
	letters := len(folded)
	f := model.Features{Soft: Signs(n, folded)}
	return weigh(q, n, p.m, f, p.floor, func(at int) string {
		if at < letters {
			return foldedText(n, at)
		}
		return signText(n, at-letters)
	}), nil
}

// Pieces lists what Bayes counts, for package learn.
func Pieces(n Name) model.Features { return model.Features{Soft: Signs(n, Folded(n, nil))} }
