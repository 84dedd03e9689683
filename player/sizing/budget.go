package sizing

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"sync"

	"agon/game/market"
)

// ErrOverBudget reports a reservation that the budget does not cover.
var ErrOverBudget = errors.New("over budget")

// ErrReservation reports an id that is reserved twice or not at all.
var ErrReservation = errors.New("no such reservation, or one too many")

// Budget keeps a player's money, in 10⁻¹⁸ coin. Whatever is to be spent is
// reserved before the order that spends it is signed, so that neither a race
// nor a lost answer can spend a coin twice. At every moment
//
//	spent + reserved ≤ limit + earned,
//
// that is, the player is never out of pocket by more than limit. Only Adopt,
// which takes over what an earlier process reserved under its own limit, does
// not check. It is safe for concurrent use.
type Budget struct {
	mu       sync.Mutex
	limit    market.Amount
	spent    market.Amount
	earned   market.Amount
	reserved market.Amount
	open     map[string]market.Amount // what is left of each reservation
}

// NewBudget gives a budget of limit.
func NewBudget(limit market.Amount) *Budget {
	return &Budget{limit: limit, open: map[string]market.Amount{}}
}

// Reserve sets n aside under id, or refuses with ErrOverBudget.
func (b *Budget) Reserve(id string, n market.Amount) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, twice := b.open[id]; twice {
		return fmt.Errorf("reserving %q: %w", id, ErrReservation)
	}
	if free := b.free(); n.Gt(&free) {
		return fmt.Errorf("reserving %s with %s free: %w", n.Dec(), free.Dec(), ErrOverBudget)
	}
	b.reserved.Add(&b.reserved, &n)
	b.open[id] = n
	return nil
}

// Adopt sets n aside under id whether or not it is free: an order that is on
// the chain already will spend it. It does nothing if id is reserved.
func (b *Budget) Adopt(id string, n market.Amount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, twice := b.open[id]; !twice {
		b.reserved.Add(&b.reserved, &n)
		b.open[id] = n
	}
}

// Spend turns n of reservation id into money spent. More than is reserved is
// refused.
func (b *Budget) Spend(id string, n market.Amount) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	left, ok := b.open[id]
	if !ok || n.Gt(&left) {
		return fmt.Errorf("spending %s of %q, where %s is reserved: %w",
			n.Dec(), id, left.Dec(), ErrReservation)
	}
	left.Sub(&left, &n)
	b.open[id] = left
	b.reserved.Sub(&b.reserved, &n)
	b.spent.Add(&b.spent, &n)
	return nil
}

// Release ends reservation id and frees what is left of it; it does nothing if
// there is none.
func (b *Budget) Release(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.open[id]
	delete(b.open, id)
	b.reserved.Sub(&b.reserved, &left)
}

// Recall books what was spent and earned before the budget was made.
func (b *Budget) Recall(spent, earned market.Amount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spent.Add(&b.spent, &spent)
	b.earned.Add(&b.earned, &earned)
}

// Left is what reservation id may still spend; 0 if there is none.
func (b *Budget) Left(id string) market.Amount {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.open[id]
}

// Earn adds money that came back: of a sale or a claim.
func (b *Budget) Earn(n market.Amount) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.earned.Add(&b.earned, &n)
}

// free is limit + earned − spent − reserved, or 0 if what was adopted is more
// than there is; b is locked.
func (b *Budget) free() market.Amount {
	var in, out market.Amount
	in.Add(&b.limit, &b.earned)
	out.Add(&b.spent, &b.reserved)
	if out.Gt(&in) {
		return market.Amount{}
	}
	return *in.Sub(&in, &out)
}

// Purse is a budget at one moment.
type Purse struct{ Limit, Spent, Earned, Reserved, Free market.Amount }

// Purse gives the budget's numbers.
func (b *Budget) Purse() Purse {
	b.mu.Lock()
	defer b.mu.Unlock()
	return Purse{b.limit, b.spent, b.earned, b.reserved, b.free()}
}

// Coins is an amount in whole coins, to the nearest float64.
func Coins(n market.Amount) float64 { return n.Float64() / 1e18 }

// Amount is x coins in 10⁻¹⁸, rounded down and kept within what the market
// takes; 0 if x is not a positive number.
func Amount(x float64) market.Amount {
	if !(x > 0) {
		return market.Amount{}
	}
	if x >= Coins(market.MaxAmount) || math.IsInf(x, 1) {
		return market.MaxAmount
	}
	f := new(big.Float).SetPrec(120).SetFloat64(x)
	whole, _ := f.Mul(f, big.NewFloat(1e18)).Int(nil)
	var n market.Amount
	n.SetFromBig(whole)
	return n
}

// LimitPrice is a limit for an order: a buyer's rounded down, a seller's up,
// so that rounding never makes a limit worse than the belief.
func LimitPrice(action market.Action, limit float64) market.Price {
	x := limit * float64(market.One)
	if action == market.SellYes || action == market.SellNo {
		x = math.Ceil(x)
	}
	return min(market.MaxPrice, max(market.MinPrice, market.Price(x)))
}
