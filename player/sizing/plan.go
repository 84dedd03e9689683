package sizing

// Plan decides on many bets that share wealth coins of a budget of budget
// coins. Each is sized as if it were alone; if together they would spend more
// than there is, a coin gets a price, the same for all: the lowest at which
// the buys fit. That is the first-order condition of staking one purse on
// many independent questions. Sales spend nothing and are not held back.
//
// The buys of the result never add up to more than wealth.
func Plan(s Style, bets []Bet, wealth, budget float64) []Decision {
	plan, sum := planAt(s, bets, wealth, budget, 0)
	if sum <= wealth {
		return plan
	}
	// A coin's price is at most what it earns on the best question, below
	// 1/price of a share; 2⁻⁴⁰ of that is finer than any amount.
	low, high := 0.0, 1/lowest
	for range 40 {
		mid := (low + high) / 2
		if _, sum := planAt(s, bets, wealth, budget, mid); sum > wealth {
			low = mid
		} else {
			high = mid
		}
	}
	plan, sum = planAt(s, bets, wealth, budget, high)
	if sum > wealth {
		// No price helps where utilities overflow: stake nothing.
		for i := range plan {
			if plan[i].spends() > 0 {
				plan[i] = no(BetterUses, "other questions pay more for what is left of the budget")
			}
		}
	}
	return plan
}

// planAt sizes every bet at one price of a coin and sums what the buys spend.
func planAt(s Style, bets []Bet, wealth, budget, shadow float64) ([]Decision, float64) {
	plan := make([]Decision, len(bets))
	sum := 0.0
	for i, b := range bets {
		plan[i] = size(s, b, wealth, budget, shadow)
		sum += plan[i].spends()
	}
	return plan, sum
}

// spends is how many coins a decision puts at risk.
func (d Decision) spends() float64 {
	if d.Reason == Buys {
		return d.Amount
	}
	return 0
}
