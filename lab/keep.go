package lab

// Kept is who kept how much of the subsidies, as shares of S.
type Kept struct {
	Players float64 `json:"players"`
	Fund    float64 `json:"fund"`
	Opener  float64 `json:"opener"`
}

// keptOf adds up answers with a subsidy each.
func keptOf(answers []Answer, subsidy float64) (k Kept) {
	all := subsidy * float64(len(answers))
	for _, a := range answers {
		k.Fund += a.Fund / all
		k.Opener += (subsidy - a.Spent) / all
		for _, p := range a.Profits {
			k.Players += p / all
		}
	}
	return k
}
