package address

import (
	"context"
	"fmt"
	"slices"

	"agon/player"
	"agon/player/model"
)

// List knows some thousands of addresses by name: attackers', and contracts
// and accounts of exchanges, bridges and protocols. Of an address on neither
// list it sees only how it is written: whether it looks, in a wallet, like one
// of an honest owner (so that somebody pays the wrong one), and whether somebody
// tried many keys for its leading zeros or its repeated digits. That is nearly
// nothing, and it says so. It fails on every attacker nobody has named yet, and
// on honest addresses that were listed by mistake.
type List struct {
	hostile []uint64 // hashes of addresses, ascending
	honest  []uint64
	faces   []uint64  // hashes of the honest ones' first and last letters
	weights []float32 // of Signs
	scale   model.Scale
}

// Signs is how many features of an unlisted address are weighed.
const Signs = 5

// What it says of an address that is listed. Not fitted, because no example is
// on the lists that were made without it; lists err about once in a hundred.
const (
	hostileLogOdds = 4.6
	honestLogOdds  = -4.0
)

// Key is how an address is remembered: 40 bits, so that a stranger is taken
// for a listed address once in some hundred million.
func Key(address string) uint64 { return model.Hash64(address) >> 24 }

// face is what a wallet shows of an address: its first and last four letters.
func face(address string) uint64 {
	if len(address) < 12 {
		return Key(address)
	}
	return Key(address[:6] + "…" + address[len(address)-4:])
}

// NewBook makes the lists, without weights, from addresses in lower case.
func NewBook(hostile, honest []string) *List {
	p := &List{weights: make([]float32, Signs)}
	for _, a := range hostile {
		p.hostile = append(p.hostile, Key(a))
	}
	for _, a := range honest {
		p.honest, p.faces = append(p.honest, Key(a)), append(p.faces, face(a))
	}
	for _, set := range []*[]uint64{&p.hostile, &p.honest, &p.faces} {
		slices.Sort(*set)
	}
	return p
}

// Encode gives the weights file; len(weights) = Signs.
func (p *List) Encode(weights []float32, scale model.Scale) []byte {
	w := model.NewWriter("AgA1")
	w.Floats(weights)
	scale.Write(w)
	w.Sorted(p.hostile)
	w.Sorted(p.honest)
	w.Sorted(p.faces)
	return w.Bytes()
}

// NewList reads a file that package learn wrote; errors are ErrWeights.
func NewList(file []byte) (*List, error) {
	r := model.NewReader(file, "AgA1")
	p := &List{weights: r.Floats(), scale: model.ReadScale(r)}
	p.hostile, p.honest, p.faces = r.Sorted(), r.Sorted(), r.Sorted()
	if len(p.weights) != Signs {
		r.Refuse("want %d weights, have %d", Signs, len(p.weights))
	}
	return p, r.Close()
}

// Look fills x, of length Signs, with how an address is written: 1, whether it
// looks like an honest one's, whether it starts with one zero more than the
// prefix, whether with four, whether a digit is repeated five times. With self,
// the address's own entry among the honest ones does not count.
func (p *List) Look(s Subject, self bool, x []float32) {
	clear(x)
	x[0] = 1
	others := 1
	if self {
		others = 2
	}
	x[1] = flag(count(p.faces, face(s.Address)) >= others)
	zeros, run, longest := 0, 1, 1
	digits := s.Address[min(2, len(s.Address)):]
	for zeros < len(digits) && digits[zeros] == '0' {
		zeros++
	}
	for i := 1; i < len(digits); i++ {
		if digits[i] != digits[i-1] {
			run = 0
		}
		run++
		longest = max(longest, run)
	}
	x[2], x[3], x[4] = flag(zeros >= 1), flag(zeros >= 4), flag(longest >= 5)
}

// count is how often k is in an ascending list.
func count(list []uint64, k uint64) int {
	i, _ := slices.BinarySearch(list, k)
	j, _ := slices.BinarySearch(list, k+1)
	return j - i
}

func flag(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// Name is "address-list".
func (*List) Name() string { return "address-list" }

// Family is "list".
func (*List) Family() string { return "list" }

// Forecast looks an address up.
func (p *List) Forecast(_ context.Context, q player.Question) (player.Forecast, error) {
	s, err := subject(p.Name(), q)
	if err != nil {
		return player.Forecast{}, err
	}
	switch key := Key(s.Address); {
	case count(p.hostile, key) > 0:
		return answer(q, hostileLogOdds, 0.95, "the lists name it as an attacker's"), nil
	case count(p.honest, key) > 0:
		return answer(q, honestLogOdds, 0.95, "the lists name its honest owner"), nil
	}
	var x [Signs]float32
	p.Look(s, false, x[:])
	score := 0.0
	for i, w := range p.weights {
		score += float64(float64(w) * float64(x[i]))
	}
	confidence, reason := 0.05, "on no list, and an address tells nothing by itself"
	switch {
	case x[1] > 0:
		confidence = 0.6
		reason = fmt.Sprintf("in a wallet it looks like a listed one: %s…%s", s.Address[:6],
			s.Address[len(s.Address)-4:])
	case x[3] > 0 || x[4] > 0:
		confidence, reason = 0.1, "on no list; its digits were sought by trying keys"
	}
	return answer(q, p.scale.LogOdds(score), confidence, reason), nil
}

// answer states log-odds that hold at even odds where the base rate is q.Prior.
func answer(q player.Question, logOdds, confidence float64, reason string) player.Forecast {
	if q.Prior > 0 && q.Prior < 1 {
		logOdds += player.Logit(q.Prior)
	}
	return player.Forecast{
		P: player.Clamp(player.Sigmoid(logOdds)), Confidence: confidence,
		Reason: player.Clip(reason),
	}
}
