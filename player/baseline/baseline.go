// Package baseline has the players that any other must beat: one tosses a
// coin, one repeats the base rate. They know nothing and say so. A market that
// does no better than the base rate has learned nothing; coins give the better
// players somebody to win from.
package baseline

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"agon/player"
)

// Coin forecasts at random: any probability is as likely as any other. The
// toss is a hash of its key and the question, so that it is always the same.
type Coin struct{ key []byte }

// NewCoin gives the coin of a key.
func NewCoin(key []byte) *Coin { return &Coin{key: append([]byte(nil), key...)} }

// Name is "coin".
func (*Coin) Name() string { return "coin" }

// Family is "baseline".
func (*Coin) Family() string { return "baseline" }

// Forecast tosses the coin for one book of one question.
func (c *Coin) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	h := sha256.New()
	h.Write(c.key)
	h.Write(binary.BigEndian.AppendUint64(nil, q.ID))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(q.Book)))
	toss := binary.BigEndian.Uint64(h.Sum(nil))
	p := player.Clamp(float64(toss>>11) / (1 << 53))
	return player.Forecast{
		P: p, Confidence: 0.25, Reason: fmt.Sprintf("a coin toss: %.2f", p),
	}, nil
}

// BaseRate forecasts the opening price, whatever the question says.
type BaseRate struct{}

// Name is "base-rate".
func (BaseRate) Name() string { return "base-rate" }

// Family is "baseline".
func (BaseRate) Family() string { return "baseline" }

// Forecast repeats the question's prior.
func (BaseRate) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	p := player.Clamp(q.Prior)
	return player.Forecast{
		P: p, Confidence: 0.1, Reason: fmt.Sprintf("the base rate of such questions: %.3f", p),
	}, nil
}
