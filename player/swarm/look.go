package swarm

import (
	"errors"
	"fmt"

	"agon/player"
	"agon/player/sizing"
)

// Costly is a forecaster whose looks cost money, such as a language model's.
type Costly interface {
	player.Forecaster
	// Cost is what its next forecast is expected to cost, in coins.
	Cost() float64
	// Spent is what its forecasts have cost so far, in coins.
	Spent() float64
}

// Why a costly forecaster is not asked.
var (
	errDear  = errors.New("asking costs more than anybody can expect to earn")
	errBroke = errors.New("what is left of its players' budgets does not cover asking")
)

// affords says whether an oracle is to be asked about a book on which an
// all-knowing player could expect to earn most coins. It is the rule that ends
// all looking, applied before the money is gone: no look where the expected
// profit is below its cost. The players of a model share its answer and its
// cost, so the least of their own costs of looking counts once.
func (s *Swarm) affords(o *oracle, most float64) error {
	c, costs := o.Forecaster.(Costly)
	if !costs {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	cost, free, look := c.Cost(), 0.0, 0.0
	for i, a := range s.users[o] {
		free += sizing.Coins(a.budget.Purse().Free)
		if i == 0 || a.temper.Look < look {
			look = a.temper.Look
		}
	}
	if cost > 0 && most < cost+look {
		return fmt.Errorf("%w: %.4g coins for the answer, %.4g to be earned at most",
			errDear, cost+look, most)
	}
	if free < cost*float64(1+o.asking) {
		return fmt.Errorf("%w: %.4g coins, and %.4g are left", errBroke, cost, free)
	}
	o.asking++
	return nil
}

// charge takes what an oracle's forecasts have cost since the last time from
// the budgets of its players, in equal parts; from who has less, what there is. It
// ends a look that affords allowed.
func (s *Swarm) charge(o *oracle) {
	c, costs := o.Forecaster.(Costly)
	if !costs {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o.asking--
	spent := c.Spent()
	part := (spent - o.charged) / float64(len(s.users[o]))
	o.charged = spent
	for _, a := range s.users[o] {
		n, free := sizing.Amount(part), a.budget.Purse().Free
		if n.Gt(&free) {
			n = free
		}
		if n.IsZero() {
			continue
		}
		const id = "looks"
		if a.budget.Reserve(id, n) != nil {
			continue // an order was faster
		}
		if err := a.budget.Spend(id, n); err != nil {
			s.failed = fmt.Errorf("%s: what it pays for looking: %w", a.name, err)
		}
		a.budget.Release(id)
		a.looks += sizing.Coins(n)
	}
}
