package token

import (
	"context"
	"fmt"

	"agon/player"
	"agon/player/model"
)

// List checks the token lists. It is sure of an address it finds, and of one
// that bears another's symbol nearly so; of a token that no list has it says
// little. It fails on genuine namesakes (more than a thousand symbols belong
// to several genuine tokens) and on tokens newer than the lists.
type List struct {
	book    *Book
	weights []float32 // of Standings features
	scale   model.Scale
}

// Standings is how many features List weighs.
const Standings = 8

// What it says of an address that a list has: lists err about once in a
// hundred. Not fitted, because no example without its own entry shows it.
const (
	listedLogOdds  = 4.6
	renamedLogOdds = -1.5
)

// EncodeList gives the file; len(weights) = Standings.
func EncodeList(b *Book, weights []float32, scale model.Scale) []byte {
	w := model.NewWriter("AgB1")
	w.Floats(weights)
	scale.Write(w)
	b.write(w)
	return w.Bytes()
}

// NewList reads a file that package learn wrote; errors are ErrWeights.
func NewList(file []byte) (*List, error) {
	r := model.NewReader(file, "AgB1")
	p := &List{weights: r.Floats(), scale: model.ReadScale(r), book: readBook(r)}
	if len(p.weights) != Standings {
		r.Refuse("want %d weights, have %d", Standings, len(p.weights))
	}
	return p, r.Close()
}

// Weigh fills x, of length Standings, with what the lists say about a token
// that is on none of them.
func (t Standing) Weigh(s Subject, x []float32) {
	clear(x)
	x[0] = 1
	x[1] = flag(t.Elsewhere)
	x[2] = flag(t.Taken > 0)
	x[3] = flag(t.Taken > 1)
	x[4] = flag(t.Abroad > 0)
	x[5] = flag(t.Abroad > 3)
	x[6] = flag(t.SameFace)
	x[7] = flag(zeros(s.Address) >= 4)
}

// zeros counts the zeros an address starts with: bought by trying keys, to
// save gas or to be remembered.
func zeros(address string) int {
	n := 0
	for i := 2; i < len(address) && address[i] == '0'; i++ {
		n++
	}
	return n
}

// Name is "token-list".
func (*List) Name() string { return "token-list" }

// Family is "list".
func (*List) Family() string { return "list" }

// Forecast looks a token up.
func (p *List) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	s, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	t := p.book.Look(s, false)
	switch {
	case t.Listed:
		return answer(q, listedLogOdds, 0.95, "the lists have this address as "+s.Symbol), nil
	case t.Renamed:
		return answer(q, renamedLogOdds, 0.8, "listed under another symbol"), nil
	}
	var x [Standings]float32
	t.Weigh(s, x[:])
	score := 0.0
	for i, w := range p.weights {
		score += float64(w) * float64(x[i])
	}
	confidence := 0.35
	if t.Taken > 0 || t.Elsewhere || t.SameFace {
		confidence = 0.75
	}
	return answer(q, p.scale.LogOdds(score), confidence, t.explain(s)), nil
}

func (t Standing) explain(s Subject) string {
	switch {
	case t.SameFace:
		return fmt.Sprintf("not listed, and looks like another %s: %s", s.Symbol, face(s.Address))
	case t.Elsewhere:
		return "not on this chain's lists, but the same address is listed on another chain"
	case t.Taken > 0:
		return fmt.Sprintf("%s on this chain is known at %d other address(es)", s.Symbol, t.Taken)
	case t.Abroad > 0:
		return fmt.Sprintf("%s is unknown on this chain, known at %d address(es) on others",
			s.Symbol, t.Abroad)
	}
	return "neither the address nor the symbol is on the lists"
}

func flag(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// maxLogOdds is the most a token player may say: 100 to 1.
const maxLogOdds = 4.6

// answer states log-odds that hold at even odds where the base rate is q.Prior.
func answer(q player.Question, logOdds, confidence float64, reason string) player.Forecast {
	x := min(max(logOdds, -maxLogOdds), maxLogOdds)
	if q.Prior > 0 && q.Prior < 1 {
		x += player.Logit(q.Prior)
	}
	return player.Forecast{
		P: player.Clamp(player.Sigmoid(x)), Confidence: confidence, Reason: player.Clip(reason),
	}
}
