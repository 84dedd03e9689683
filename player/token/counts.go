package token

import (
	"context"
	"fmt"
	"unicode/utf8"

	"agon/player"
	"agon/player/model"
)

// Counts is naive Bayes over how a symbol is written, letter for letter: its
// sequences of 1 to 4 as they stand, with capitals, signs and disguises. It
// knows the taste of fakes (".com", "$ ", lower case) and of genuine ones, and
// fails on fakes that copy a symbol exactly.
type Counts struct{ m *model.Linear }

// NewCounts reads weights that package learn wrote; errors are ErrWeights.
func NewCounts(weights []byte) (*Counts, error) {
	m, err := model.DecodeLinear(weights)
	return &Counts{m}, err
}

// Spelling lists the hashed features of a symbol as it stands.
func Spelling(s Subject) model.Features {
	text := "^" + s.Symbol + "$"
	var out []uint32
	for i := range len(text) {
		h := model.HashStart
		for j := i; j < min(i+4, len(text)); j++ {
			h = model.HashByte(h, text[j])
			out = append(out, h)
		}
	}
	size := min(utf8.RuneCountInString(s.Symbol), 20)
	out = append(out, model.HashByte(model.HashText(model.HashStart, "size:"), byte(size)))
	for i, odd := range Odd(s.Symbol) {
		if odd {
			out = append(out, oddHash(Oddity(i)))
		}
	}
	return model.Features{Soft: out}
}

// Name is "token-counts".
func (*Counts) Name() string { return "token-counts" }

// Family is "bayes".
func (*Counts) Family() string { return "bayes" }

// Forecast adds up the evidence of a symbol's letters.
func (p *Counts) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	s, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	f := Spelling(s)
	score, known := p.m.Score(f)
	against := 0
	for _, h := range f.Soft {
		if p.m.Weight(h) < 0 {
			against++
		}
	}
	reason := fmt.Sprintf("of %d known pieces of the symbol %d are commoner among fakes",
		known, against)
	share := float64(known) / float64(len(f.Soft))
	return answer(q, p.m.Scale.LogOdds(score), 0.1+0.4*share, reason), nil
}
