package text

import (
	"context"
	"fmt"

	"agon/player"
	"agon/player/model"
)

// Judge is a linear model over some features of a post. There are three:
//
//   - post-words is a logistic regression over words and pairs of words. It
//     knows which words offend in which company, and fails on spellings and
//     words it never saw, and on foul words used among friends.
//   - post-letters is a logistic regression over letter sequences. It sees
//     through odd spellings and new endings, and fails on harmless words that
//     share the letters of foul ones.
//   - post-counts is naive Bayes over both. It learns from few examples, and
//     fails where one strong word outvotes the rest.
type Judge struct {
	Form
	m *model.Linear
}

// Form is what one judge looks at.
type Form struct {
	Player, Kind string // name and family
	File         string // of its weights
	Pieces       string // what its features are, for reasons
	Features     func(post string) model.Features
}

// Forms lists the judges.
var Forms = []Form{
	{"post-words", "linear", "words.bin", "words and pairs", Phrases},
	{"post-letters", "letters", "letters.bin", "letter sequences", Letters},
	{"post-counts", "bayes", "counts.bin", "words, pairs and letter sequences", Everything},
}

// NewJudge reads weights that package learn wrote; errors are ErrWeights.
func NewJudge(f Form, weights []byte) (*Judge, error) {
	m, err := model.DecodeLinear(weights)
	return &Judge{f, m}, err
}

// Name is the form's: "post-words".
func (j *Judge) Name() string { return j.Player }

// Family is the form's: "linear".
func (j *Judge) Family() string { return j.Kind }

// Forecast weighs a post. Its reason counts pieces and repeats none of them.
func (j *Judge) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	post, err := subject(j.Player, q)
	if err != nil {
		return player.Forecast{}, err
	}
	f := j.Features(post)
	score, known := j.m.Score(f)
	against := 0
	for _, list := range [][]uint32{f.Soft, f.Firm} {
		for _, h := range list {
			if j.m.Weight(h) < 0 {
				against++
			}
		}
	}
	confidence := 0.2 + 0.6*float64(known)/float64(max(len(f.Soft)+len(f.Firm), 1))
	reason := fmt.Sprintf("%d of %d %s are known, %d of them speak against the post",
		known, len(f.Soft)+len(f.Firm), j.Pieces, against)
	return answer(q, j.m.Scale.LogOdds(score), confidence, reason), nil
}
