package rules

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/clearsign"
	"agon/guard/intent"
)

var badOrder = Rule{
	Name: "bad-order",
	Doc: "an order that gives nothing or next to nothing back, serves one taker, or cannot be " +
		"seen",
	Check: func(c *Case) (out []Finding) {
		for _, o := range c.Intent.Orders {
			f := Finding{Severity: Danger, Subject: o.Contract.Hex(), Lesson: "order"}
			switch {
			case o.Root:
				f.Reason = "One signature stands for many orders of which only a hash is shown: " +
					"all your listed items may go for nothing."
			case o.Offerer != c.Intent.Account && c.Intent.Account != (common.Address{}):
				continue // not the signer's to give
			case len(o.Gives) > 0 && !pays(o.Gets) && !c.gift(o):
				f.Reason = fmt.Sprintf("The %s order gives away %d of your items and brings "+
					"you nothing.",
					o.Market, len(o.Gives))
			case c.underpaid(o):
				f.Reason = fmt.Sprintf("The %s order brings you next to nothing for what it "+
					"gives away.",
					o.Market)
			case o.Taker != nil && !pays(o.Gets) && !c.gift(o):
				f.Reason = fmt.Sprintf("The %s order can only be filled by %s.", o.Market, o.Taker)
			default:
				continue
			}
			out = append(out, f)
		}
		return out
	},
}

// gift reports whether what an order brings goes to accounts that the signer has
// paid before: many markets swap for somebody else.
func (c *Case) gift(o intent.Order) bool {
	for _, leg := range o.Others {
		if !c.History.Payees[leg.To] {
			return false
		}
	}
	return pays(o.Others)
}

// pays reports whether any leg is more than nothing.
func pays(legs []intent.Leg) bool {
	for _, leg := range legs {
		if leg.Amount != nil && leg.Amount.Sign() > 0 {
			return true
		}
	}
	return false
}

// dust is an amount of a coin with 18 decimals that nobody sells an item for:
// a millionth.
var dust = big.NewInt(1e12)

// underpaid compares what an order gives with what it brings: by prices where
// they are known; otherwise items, or a sum of a listed token, for less than dust.
func (c *Case) underpaid(o intent.Order) bool {
	back := o.Gets
	if c.gift(o) {
		back = append(slices.Clone(back), o.Others...)
	}
	gives, known := c.worth(o.Gives)
	gets, known2 := c.worth(back)
	if known && known2 && gives > 0 {
		return gets < gives*(1-c.Limits.GapDanger)
	}
	items := false
	for _, leg := range o.Gives {
		items = items || leg.ID != nil || c.substantial(leg)
	}
	for _, leg := range back {
		if leg.ID != nil || leg.Amount.Cmp(dust) >= 0 {
			return false
		}
		if leg.Token != nil && c.decimals(*leg.Token) != 18 { // dust has another size there
			unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.decimals(*leg.Token))), nil)
			if new(big.Int).Mul(leg.Amount, big.NewInt(100)).Cmp(unit) >= 0 {
				return false
			}
		}
	}
	return items
}

// substantial reports whether a leg is a hundredth of a listed token or more.
func (c *Case) substantial(leg intent.Leg) bool {
	if leg.Token == nil || !c.isListedToken(*leg.Token) {
		return false
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(c.decimals(*leg.Token))), nil)
	return new(big.Int).Mul(leg.Amount, big.NewInt(100)).Cmp(unit) >= 0
}

// decimals of a token; 18 where they are not known.
func (c *Case) decimals(t common.Address) int {
	if c.Lists != nil && c.Lists.Tokens != nil {
		if k, ok := c.Lists.Tokens.At(c.Intent.Chain, t); ok {
			return k.Decimals
		}
	}
	if k, ok := c.account(t); ok && k.Token != nil {
		return k.Token.Decimals
	}
	return 18
}

// worth sums legs in the chain's coin; false if a price is missing.
func (c *Case) worth(legs []intent.Leg) (float64, bool) {
	sum := 0.0
	for _, leg := range legs {
		if leg.ID != nil {
			return 0, false
		}
		price, decimals := 1.0, 18
		if leg.Token != nil {
			var ok bool
			if price, ok = c.price(*leg.Token); !ok {
				return 0, false
			}
			decimals = c.decimals(*leg.Token)
		}
		sum += price * units(leg.Amount, decimals)
	}
	return sum, len(legs) > 0
}

// price is what a whole token is worth in the chain's coin. The wrapped coin needs
// no source: it is worth the coin.
func (c *Case) price(token common.Address) (float64, bool) {
	if c.Lists != nil && c.Lists.Tokens != nil {
		k, ok := c.Lists.Tokens.At(c.Intent.Chain, token)
		if ok && k.Decimals == 18 && k.Symbol == "W"+clearsign.NativeSymbol(c.Intent.Chain) {
			return 1, true
		}
	}
	if c.Price == nil {
		return 0, false
	}
	return c.Price(c.Intent.Chain, token)
}

// units gives an amount in whole coins.
func units(n *big.Int, decimals int) float64 {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	f, _ := new(big.Rat).SetFrac(n, scale).Float64()
	return f
}

// shortValue shows a value of a stranger's message in a few characters.
func shortValue(v calldata.Value) string {
	switch v.Type.Kind {
	case calldata.Address:
		return common.BytesToAddress(v.Raw).Hex()
	case calldata.Uint, calldata.Int, calldata.Bool:
		return v.Int.String()
	case calldata.String:
		return Plain(string(v.Raw))
	case calldata.Bytes, calldata.FixedBytes:
		return Plain("0x" + hex.EncodeToString(v.Raw))
	default:
		return fmt.Sprintf("%d values", len(v.Elems))
	}
}
