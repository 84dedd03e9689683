package host

import (
	"context"
	"fmt"

	"agon/player"
	"agon/player/model"
)

// Lookalike asks whose name a host imitates: a brand's label under another
// suffix, one letter off, in look-alike letters or digits, or beside luring
// words. It is sure of sites it knows, nearly silent where there is no
// likeness, and fails on honest namesakes and on scams that imitate nobody.
type Lookalike struct {
	lexicon *Lexicon
	weights []float32 // of Likenesses features
	scale   model.Scale
	floor   floor
}

// Likenesses is how many features Lookalike weighs.
const Likenesses = 3*int(likenesses) + 9

// knownLogOdds is what it says of a site that the training data call honest:
// about one in thirty such sites is listed as a scam by somebody.
const knownLogOdds = -3.4

// EncodeLookalike gives the weights file; len(weights) = Likenesses.
func EncodeLookalike(weights []float32, scale model.Scale) []byte {
	w := model.NewWriter("AgK1")
	w.Floats(weights)
	scale.Write(w)
	return w.Bytes()
}

// NewLookalike reads weights that package learn wrote; errors are ErrWeights.
func NewLookalike(weights []byte, lexicon *Lexicon) (*Lookalike, error) {
	r := model.NewReader(weights, "AgK1")
	p := &Lookalike{lexicon: lexicon, weights: r.Floats(), scale: model.ReadScale(r)}
	if len(p.weights) != Likenesses {
		r.Refuse("want %d weights, have %d", Likenesses, len(p.weights))
	}
	return p, r.Close()
}

// Likeness fills x, of length Likenesses: for each kind of likeness whether it
// is there, the log-odds that one to this brand is a scam's, and those times the
// brand's share of the name; then what stands beside it: luring words, platform,
// foreign letters, 1, the suffix's rate of scams less ½, luring words in the
// registered name, hyphens, digits, crypto words.
func (l *Lexicon) Likeness(n Name, x []float32) Match {
	var lexical [Lexicals]float32
	m := l.Lexical(n, lexical[:])
	clear(x)
	rate := float64(lexical[fBrandRate])
	logOdds := float32(model.Log(rate / (1 - rate)))
	x[3*m.How], x[3*m.How+1] = 1, logOdds
	x[3*m.How+2] = logOdds * min(lexical[fBrandShare], 1)
	rest := x[3*likenesses:]
	rest[0], rest[1] = min(lexical[fLures], 3), lexical[fPlatform]
	rest[2], rest[3] = lexical[fExotic], 1
	rest[4], rest[5] = lexical[fSuffixRate]-0.5, lexical[fLureInLabel]
	rest[6], rest[7] = min(lexical[fHyphens], 2), min(lexical[fDigits], 3)
	rest[8] = min(lexical[fCrypto], 3)
	return m
}

// Dot is the score of features under weights.
func Dot(weights, x []float32) float64 {
	sum := 0.0
	for i, w := range weights {
		sum += float64(float64(w) * float64(x[i]))
	}
	return sum
}

// Name is "host-lookalike".
func (*Lookalike) Name() string { return "host-lookalike" }

// Family is "lookalike".
func (*Lookalike) Family() string { return "lookalike" }

// Forecast looks for the brand behind a name.
func (p *Lookalike) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	n, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	if p.lexicon.Known(n) {
		return answer(q, knownLogOdds, 0.95, n.Site+" is a site known to be honest"), nil
	}
	var x [Likenesses]float32
	m := p.lexicon.Likeness(n, x[:])
	confidence := 0.25
	if m.How != Unlike {
		confidence = 0.75
	}
	logOdds, reason := p.floor.raise(n, p.scale.LogOdds(Dot(p.weights, x[:])), p.explain(n, m))
	return answer(q, logOdds, confidence, reason), nil
}

func (p *Lookalike) explain(n Name, m Match) string {
	if m.How == Unlike {
		return n.Host + " resembles no brand that scams imitate"
	}
	how := [likenesses]string{
		Contains: "has the name of %s in a longer word",
		Word:     "bears the name of %s",
		Ending:   "has the name of %s under another suffix",
		OneOff:   "is one letter off %s",
		Masked:   "imitates %s in disguise",
	}[m.How]
	return fmt.Sprintf("%s "+how+" (imitated %d times, shared honestly %d times)",
		n.Host, m.Brand.Sites[0], m.Brand.Scam, m.Brand.Benign)
}
