package host

import (
	"fmt"
	"strings"

	"agon/game/market"
	"agon/player"
)

// maxLogOdds is the most that a name alone may say, for or against: 50 to 1.
const maxLogOdds = 3.9

// subject finds the host that q asks about, or passes on the player's behalf.
func subject(who string, q player.Question) (Name, error) {
	if q.Template != market.DappScam || q.Kind != market.Binary {
		return Name{}, player.Pass(who, "not a question about a host")
	}
	n, err := Parse(q.Field(0))
	if err != nil {
		return Name{}, player.Pass(who, err.Error())
	}
	return n, nil
}

// answer states log-odds that hold at even odds where the question's base
// rate is q.Prior; a base rate outside (0, 1) counts as even.
func answer(q player.Question, logOdds, confidence float64, reason string) player.Forecast {
	x := min(max(logOdds, -maxLogOdds), maxLogOdds)
	if q.Prior > 0 && q.Prior < 1 {
		x += player.Logit(q.Prior)
	}
	return player.Forecast{
		P:          player.Clamp(player.Sigmoid(x)),
		Confidence: min(max(confidence, 0), 1),
		Reason:     player.Clip(reason),
	}
}

// part is one contribution to a score, in log-odds.
type part struct {
	what string
	size float64
}

// top keeps the k largest contributions, whatever their sign, largest first.
type top struct {
	at   [3]int
	size [3]float64
	n    int
}

func (t *top) add(at int, size float64) {
	i := t.n
	if t.n < len(t.at) {
		t.n++
	} else if i--; abs(size) <= abs(t.size[i]) {
		return
	}
	for ; i > 0 && abs(t.size[i-1]) < abs(size); i-- {
		t.at[i], t.size[i] = t.at[i-1], t.size[i-1]
	}
	t.at[i], t.size[i] = at, size
}

func abs(x float64) float64 { return max(x, -x) }

// list writes contributions as "'airdrop' +1.9, '.top' +1.1".
func list(parts []part) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%s %+.1f", p.what, p.size)
	}
	return b.String()
}
