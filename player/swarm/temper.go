package swarm

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/ethereum/go-ethereum/crypto"

	"agon/player"
	"agon/player/sizing"
)

// Temper is what makes two players with the same model differ.
type Temper struct {
	Kelly  float64 // fraction of the Kelly stake, 0.1 to 0.5
	Noise  float64 // standard deviation added to the model's log odds, 0 to 0.6
	Slope  float64 // by which the model's evidence is stretched, 0.7 to 1.3
	Trust  float64 // in its own belief against the price, to begin with, 0.6 to 1
	Delay  uint64  // blocks until it reacts, 0 to 3
	Look   float64 // cost of looking, coins: 10⁻⁴ to 10⁻³
	Stake  float64 // most of the budget on one question, 0.05 to 0.25
	Crowds float64 // how many others it expects on its side, per order seen
}

// temper draws a player's temperament. The first player of each model is the
// model itself: no noise, no stretching, no delay.
func temper(r *rand.Rand, first bool) Temper {
	between := func(low, high float64) float64 { return low + (high-low)*r.Float64() }
	t := Temper{
		Kelly: between(0.1, 0.5), Noise: between(0, 0.6), Slope: between(0.7, 1.3),
		Trust: between(0.6, 1), Delay: r.Uint64N(4),
		Look:  math.Exp(between(math.Log(1e-4), math.Log(1e-3))),
		Stake: between(0.05, 0.25), Crowds: between(0.2, 0.8),
	}
	if first {
		t.Noise, t.Slope, t.Delay = 0, 1, 0
	}
	return t
}

// style is how the temperament bets, expecting to be the fraction share of the
// batch's flow on its side.
func (t Temper) style(share float64) sizing.Style {
	return sizing.Style{
		Kelly: t.Kelly, Share: share, Look: t.Look, MaxStake: t.Stake, Quiet: true,
	}
}

// own turns a model's forecast into the player's: the evidence the model sees
// over the base rate, stretched, and the player's own noise, the same whenever
// it looks at that book. What it is worth, and how far to move from it to the
// price, the player's mind knows.
func (t Temper) own(f player.Forecast, base, gauss float64) player.Forecast {
	x := player.Logit(base) + t.Slope*(player.Logit(f.P)-player.Logit(base)) + t.Noise*gauss
	f.P = player.Clamp(player.Sigmoid(x))
	f.Confidence = min(1, max(0, f.Confidence))
	return f
}

// derive makes 32 bytes of the seed for one purpose of one player.
func derive(seed []byte, purpose string, i int) [32]byte {
	h := sha256.New()
	h.Write([]byte("agon/swarm/" + purpose))
	h.Write(binary.BigEndian.AppendUint64(nil, uint64(i)))
	h.Write(seed)
	return [32]byte(h.Sum(nil))
}

// keyOf is player i's key. A digest outside the curve's order, one in 2¹²⁸, is
// passed over for the next.
func keyOf(seed []byte, i int) *ecdsa.PrivateKey {
	for try := 0; ; try++ {
		d := derive(seed, fmt.Sprintf("key/%d", try), i)
		if key, err := crypto.ToECDSA(d[:]); err == nil {
			return key
		}
	}
}

// random is player i's own source of randomness for one purpose.
func random(seed []byte, purpose string, i int) *rand.Rand {
	return rand.New(rand.NewChaCha8(derive(seed, purpose, i)))
}

// gauss is a player's mood about one book: a standard normal number, always
// the same.
func gauss(seed []byte, i int, k bookKey) float64 {
	return random(seed, fmt.Sprintf("mood/%d/%d", k.question, k.book), i).NormFloat64()
}
