package token

import (
	"context"
	"strings"

	"agon/player"
	"agon/player/model"
)

// Names is a logistic regression over how a symbol is written: its letters in
// twos and threes once look-alikes are undone, and its oddities. It spots bait
// ("$ UniswapLR.com", Cyrillic USDT) and knows the names that are copied most.
// It fails on fakes that copy a symbol exactly, where only the address tells.
type Names struct{ m *model.Linear }

// NewNames reads weights that package learn wrote; errors are ErrWeights.
func NewNames(weights []byte) (*Names, error) {
	m, err := model.DecodeLinear(weights)
	return &Names{m}, err
}

// Features lists the hashed features of a symbol. It appends to out.
func Features(s Subject, out []uint32) []uint32 {
	text := "^" + Plain(s.Symbol) + "$"
	for size := 2; size <= 3; size++ {
		for i := 0; i+size <= len(text); i++ {
			out = append(out, model.HashText(model.HashStart, text[i:i+size]))
		}
	}
	out = append(out, model.HashText(model.HashStart, text))
	for i, odd := range Odd(s.Symbol) {
		if odd {
			out = append(out, oddHash(Oddity(i)))
		}
	}
	return out
}

func oddHash(o Oddity) uint32 {
	return model.HashByte(model.HashText(model.HashStart, "odd:"), byte(o))
}

// Name is "token-names".
func (*Names) Name() string { return "token-names" }

// Family is "linear".
func (*Names) Family() string { return "linear" }

// Forecast judges how a symbol is written.
func (p *Names) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	s, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	score, known := p.m.Score(model.Features{Soft: Features(s, nil)})
	var said []string
	for i, odd := range Odd(s.Symbol) {
		if odd {
			said = append(said, OddText[i])
		}
	}
	reason := "nothing odd about the symbol's spelling"
	confidence := 0.3
	switch {
	case len(said) > 0:
		reason, confidence = strings.Join(said, ", "), 0.7
	case known == 0:
		reason, confidence = "no part of the symbol is known", 0.1
	case p.m.Scale.LogOdds(score) < -0.5:
		reason, confidence = "the symbol is like ones that fakes copy", 0.5
	}
	return answer(q, p.m.Scale.LogOdds(score), confidence, reason), nil
}
