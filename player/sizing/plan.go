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
	sides := make([]side, len(bets))
	var buys []int // those that would spend something
	sum := 0.0
	for i, b := range bets {
		sides[i], plan[i] = s.look(b, wealth, budget)
		if plan[i].Reason != undecided {
			continue
		}
		plan[i] = sides[i].decide(s, b)
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
	high := 0.0
	for _, i := range buys {
		high = max(high, sides[i].q/sides[i].curve.P)
	}
	// What is too much falls as a coin gets dearer; crossing ends where it is
	// still too much, so its mirror image is searched, which ends where it fits.
	price := high - crossing(func(below float64) float64 {
		sum := 0.0
		for _, i := range buys {
			sides[i].shadow = high - below
			sum += sides[i].stake(s)
		}
		return wealth - sum
	}, 0, high, priceTolerance, priceSteps)
	for _, i := range buys {
		sides[i].shadow = price
		plan[i] = sides[i].decide(s, bets[i])
	}
	return plan
}

// How closely a coin's price is found: what is left unspent is of that order.
const (
	priceTolerance = 1e-7
	priceSteps     = 40
)

// stake is what decide would spend on a buy.
func (d side) stake(s Style) float64 {
	amount, expected := d.trade(d.optimum())
	if amount < least || expected < s.Look {
		return 0
	}
	return amount
}

// spends is how many coins a decision puts at risk.
func (d Decision) spends() float64 {
	if d.Reason == Buys {
		return d.Amount
	}
	return 0
}
