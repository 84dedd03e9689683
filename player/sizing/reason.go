package sizing

import (
	"fmt"

	"agon/game/market"
)

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

	undecided // there is something to size
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

// Explain puts a decision taken at that belief and price into plain words.
func (d Decision) Explain(belief, price float64) string {
	say := fmt.Sprintf
	switch d.Reason {
	case Buys, Sells:
		verb := map[market.Action]string{
			market.BuyYes: "buys YES for %.4f", market.BuyNo: "buys NO for %.4f",
			market.SellYes: "sells %.4f YES", market.SellNo: "sells %.4f NO",
		}[d.Action]
		return say("believes %.3f at %.3f: "+verb+", up to %.3f a share, expects %+.4f",
			belief, price, d.Amount, d.Limit, d.Expected)
	case NotWorth:
		return say("believes %.3f at %.3f: to gain %.4f is not worth looking",
			belief, price, d.Expected)
	case InsideFee:
		return say("believes %.3f at %.3f: the fee eats the edge", belief, price)
	case NoEdge:
		return say("believes what the price says, %.3f", price)
	case NoMoney:
		return "nothing of the budget is left"
	case StakeFull:
		return say("the most that may be staked on it, %.3f, is staked already", d.Expected)
	case TooSmall:
		return say("believes %.3f at %.3f: the right stake, %.2g, is below the least order",
			belief, price, d.Expected)
	case Enough:
		return say("believes %.3f at %.3f, and holds as much as it wants", belief, price)
	case BetterUses:
		return "other questions pay more for what is left of the budget"
	}
	return say("belief %v, price %v, or what goes with them, is not usable", belief, price)
}
