package sizing

// Plan decides on many bets that share wealth coins of a budget of budget
// coins. Each is sized as if it were alone; if together they would spend more
// than there is, a coin gets a price, the same for all: the lowest at which
// the buys fit. That is the first-order condition of staking one purse on
// many independent questions. Sales spend nothing and are not held back.
//
// The buys of the result never add up to more than wealth.
func Plan(s Style, bets []Bet, wealth, budget float64) []Decision {
	plan := make([]Decision, len(bets))
	var buys []int // those that would spend something
	sum := 0.0
	for i, b := range bets {
		plan[i] = size(s, b, wealth, budget, 0)
		if m := plan[i].spends(); m > 0 {
			buys = append(buys, i)
			sum += m
		}
	}
	if sum <= wealth {
		return plan
	}
	// The first coin on a bet earns at most q/p of marginal utility, so at a
	// price above the greatest of these nothing is bought.
	low, high := 0.0, 0.0
	for _, i := range buys {
		high = max(high, bets[i].Belief/bets[i].Price, (1-bets[i].Belief)/(1-bets[i].Price))
	}
	at := func(shadow float64) (sum float64) {
		for _, i := range buys {
			plan[i] = size(s, bets[i], wealth, budget, shadow)
			sum += plan[i].spends()
		}
		return sum
	}
	for range priceSteps {
		mid := (low + high) / 2
		if at(mid) > wealth {
			low = mid
		} else {
			high = mid
		}
	}
	at(high)
	return plan
}

// priceSteps halve the interval of a coin's price down to a millionth of it:
// what is left unspent is of that order.
const priceSteps = 20

// spends is how many coins a decision puts at risk.
func (d Decision) spends() float64 {
	if d.Reason == Buys {
		return d.Amount
	}
	return 0
}
