package sizing

import "testing"

// BenchmarkPlan sizes 40 bets for which there is too little money.
func BenchmarkPlan(b *testing.B) {
	s := Style{Kelly: 0.3, Share: 1, MaxStake: 0.2}
	bets := make([]Bet, 40)
	for i := range bets {
		bets[i] = Bet{Price: 0.5, B: 7, Belief: 0.6 + 0.3*float64(i)/40}
	}
	for b.Loop() {
		Plan(s, bets, 1, 10)
	}
}
