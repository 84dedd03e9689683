package token

import (
	"context"
	"strings"
	"unicode"

	"agon/player"
	"agon/player/model"
)

// Mimic is a sum of small decision trees over whom a token resembles: who else
// bears the symbol, here and on other chains, whether a famous symbol stands
// inside it, whether the address looks like another's; and over how the symbol
// is written. So it can tell a namesake from a copy of a famous one. It fails on
// copies of symbols that no list has.
type Mimic struct {
	m    *model.Trees
	book *Book
}

// The features of Mimic, in order; mimicText says them.
const (
	mElsewhere = iota
	mTaken
	mAbroad
	mSameFace
	mZeros
	mLength
	mLower
	mDigits
	mSigns
	mInside
	mInsideFame
	mOdd
	Mimicries = mOdd + int(Oddities)
)

var mimicText = [mOdd]string{
	"listed on another chain", "namesakes on this chain", "namesakes on other chains",
	"an address like another's", "zeros in the address", "length", "small letters", "digits",
	"signs", "a listed symbol inside", "how famous the symbol inside is",
}

// NewMimic reads weights that package learn wrote; errors are ErrWeights.
func NewMimic(weights []byte, list *List) (*Mimic, error) {
	m, err := model.DecodeTrees(weights, Mimicries)
	return &Mimic{m, list.book}, err
}

// Mimicry fills x, of length Mimicries; with self, the entry of the token itself
// is left out of the lists.
func (b *Book) Mimicry(s Subject, self bool, x []float32) {
	clear(x)
	t := b.Look(s, self)
	x[mElsewhere], x[mSameFace] = flag(t.Elsewhere), flag(t.SameFace)
	x[mTaken], x[mAbroad] = float32(t.Taken), float32(t.Abroad)
	x[mZeros] = float32(zeros(s.Address))
	letters := 0
	for _, r := range s.Symbol {
		letters++
		switch {
		case unicode.IsLower(r):
			x[mLower]++
		case unicode.IsDigit(r):
			x[mDigits]++
		case !unicode.IsUpper(r):
			x[mSigns]++
		}
	}
	x[mLength] = float32(letters)
	x[mLower] /= float32(max(letters, 1))
	x[mInside], x[mInsideFame] = b.inside(s.Symbol)
	for i, odd := range Odd(s.Symbol) {
		x[mOdd+i] = flag(odd)
	}
}

// inside looks for the most widely listed symbol of three letters or more in a
// longer one, and gives its share of the length and how often it is listed.
func (b *Book) inside(symbol string) (share, fame float32) {
	plain := Plain(symbol)
	if len(plain) > 32 {
		plain = plain[:32]
	}
	for i := range len(plain) {
		for j := i + 3; j <= len(plain) && j-i <= 8 && (i > 0 || j < len(plain)); j++ {
			n := float32(count(b.any, key("symbol", plain[i:j])))
			if n > fame {
				share, fame = float32(j-i)/float32(len(plain)), n
			}
		}
	}
	return share, fame
}

// Name is "token-mimic".
func (*Mimic) Name() string { return "token-mimic" }

// Family is "trees".
func (*Mimic) Family() string { return "trees" }

// Forecast asks whom a token resembles.
func (p *Mimic) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	s, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	if t := p.book.Look(s, false); t.Listed {
		return answer(q, listedLogOdds, 0.9, "the lists have this address as "+s.Symbol), nil
	}
	var x [Mimicries]float32
	var bins [Mimicries]uint8
	var parts [Mimicries]float64
	p.book.Mimicry(s, false, x[:])
	p.m.Bins(x[:], bins[:])
	score, _ := p.m.Score(bins[:], parts[:])
	best, second := 0, 0
	for f := range parts {
		switch {
		case size(parts[f]) > size(parts[best]):
			best, second = f, best
		case second == best || size(parts[f]) > size(parts[second]):
			second = f
		}
	}
	said := []string{mimicName(best)}
	if second != best {
		said = append(said, mimicName(second))
	}
	reason := "what counted most: " + strings.Join(said, ", ")
	return answer(q, p.m.Scale.LogOdds(score), 0.6, reason), nil
}

func mimicName(f int) string {
	if f >= mOdd {
		return OddText[f-mOdd]
	}
	return mimicText[f]
}

func size(x float64) float64 { return max(x, -x) }
