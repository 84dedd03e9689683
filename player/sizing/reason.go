package sizing

import "fmt"

// Reason is why a decision was taken: every trade and every no-trade has one.
type Reason uint8

// The reasons. The first two are of trades.
const (
	Buys       Reason = iota // the belief is above the price of the share
	Sells                    // the belief is below what a share held fetches
	NotWorth                 // the expected profit is below the cost of looking
	InsideFee                // the fee eats the edge
	NoEdge                   // belief and price agree
	NoMoney                  // nothing of the budget is left
	StakeFull                // the most that may be staked on one question is staked
	TooSmall                 // what could be staked is below the least order
	Enough                   // it holds what it wants already
	NotANumber               // belief, price or curve is not usable
	BetterUses               // other questions pay more for what the budget has left
)

var reasonNames = [...]string{
	Buys: "buys", Sells: "sells", NotWorth: "not-worth", InsideFee: "inside-fee",
	NoEdge: "no-edge", NoMoney: "no-money", StakeFull: "stake-full", TooSmall: "too-small",
	Enough: "enough", NotANumber: "not-a-number", BetterUses: "better-uses",
}

// String is the reason as one word.
func (r Reason) String() string {
	if int(r) < len(reasonNames) {
		return reasonNames[r]
	}
	return fmt.Sprintf("reason %d", uint8(r))
}

// Trades reports whether the reason is one of a trade.
func (r Reason) Trades() bool { return r <= Sells }
