package rules

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/effect"
	"agon/guard/intent"
)

// mine gives the signer's changes of balance, apart into losses and gains.
func (c *Case) mine() (losses, gains []effect.Balance) {
	if c.Effects == nil {
		return nil, nil
	}
	for _, b := range c.Effects.Balances {
		if b.Account != c.Intent.Account {
			continue
		}
		switch b.Change().Sign() {
		case -1:
			losses = append(losses, b)
		case 1:
			gains = append(gains, b)
		}
	}
	return losses, gains
}

// meant reports whether the request itself says that tokens are paid: then a
// loss is what the user wants.
func (c *Case) meant(t *common.Address) bool {
	for _, p := range c.Intent.Payments {
		same := p.Token == nil && t == nil || p.Token != nil && t != nil && *p.Token == *t
		if same && p.From == c.Intent.Account {
			return true
		}
	}
	return false
}

// plainPayment reports whether the request is a payment and nothing else. Money
// that goes along with a call is not: whoever calls something wants something.
func (c *Case) plainPayment() bool {
	for _, p := range c.Intent.Payments {
		if p.Token == nil && p.Call != nil && len(p.Call.Data) >= 4 {
			return false
		}
	}
	return len(c.Intent.Payments) > 0 && len(c.Intent.Calls) == 1 &&
		len(c.Intent.Calls[0].Inner) == 0 &&
		len(c.Intent.Grants) == 0
}

var oneWay = Rule{
	Name: "one-way",
	Doc:  "something leaves the account and nothing comes in, though it is not a plain payment",
	Check: func(c *Case) []Finding {
		losses, gains := c.mine()
		items := 0
		if c.Effects != nil {
			for _, m := range c.Effects.Items {
				if m.From == c.Intent.Account {
					items++
				}
				if m.To == c.Intent.Account {
					gains = append(gains, effect.Balance{})
				}
			}
		}
		if len(losses)+items == 0 || len(gains) > 0 {
			return nil
		}
		if c.plainPayment() && len(losses)+items == 1 && (items == 1 || c.meant(losses[0].Token)) {
			return nil
		}
		// Deposits into contracts that many know bring rights and not tokens.
		stranger, found := c.stranger()
		if len(c.Intent.Calls) == 1 && c.Intent.Calls[0].To != nil && !found &&
			c.knownSpender(*c.Intent.Calls[0].To) {
			return nil
		}
		var what []string
		for _, b := range losses {
			what = append(what, c.token(b.Token))
		}
		if items > 0 {
			what = append(what, fmt.Sprintf("%d items", items))
		}
		f := Finding{
			Severity: Danger,
			Reason:   fmt.Sprintf("You lose %s and get nothing back.", strings.Join(what, ", ")),
		}
		if found {
			f.Facts = []Fact{{"the call names another account", stranger.Hex()}}
		}
		return one(f)
	},
}

// stranger finds somebody's own account, not the signer's and none that the signer
// has paid before, among the arguments of the calls: a contract that everybody
// knows may be told to hand over what it owes to anybody.
func (c *Case) stranger() (common.Address, bool) {
	for _, a := range c.named() {
		if c.person(a) && !c.History.Payees[a] {
			return a, true
		}
	}
	return common.Address{}, false
}

// named gives the accounts that stand among the arguments of the calls.
func (c *Case) named() []common.Address {
	const most = 16
	var out []common.Address
	var walk func(v calldata.Value)
	walk = func(v calldata.Value) {
		for _, e := range v.Elems {
			walk(e)
		}
		if v.Type == nil || v.Type.Kind != calldata.Address || len(out) >= most {
			return
		}
		// The least addresses are the precompiles', and signs of routers' languages.
		a := common.BytesToAddress(v.Raw)
		if a != c.Intent.Account && a.Big().BitLen() > 16 && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for call := range c.calls {
		walk(call.Args)
	}
	return out
}

var drained = Rule{
	Name: "drained",
	Doc:  "two or more balances of the account go to nothing at once",
	Check: func(c *Case) []Finding {
		losses, _ := c.mine()
		var gone []string
		for _, b := range losses {
			if ratio(new(big.Int).Neg(b.Change()), b.Before) >= c.Limits.Drained {
				gone = append(gone, c.token(b.Token))
			}
		}
		if len(gone) < 2 {
			return nil
		}
		return one(Finding{
			Severity: Danger,
			Reason:   fmt.Sprintf("This empties your account of %s.", strings.Join(gone, " and ")),
		})
	},
}

var priceGap = Rule{
	Name: "price-gap",
	Doc:  "what comes in is worth less than what goes out",
	Check: func(c *Case) []Finding {
		losses, gains := c.mine()
		if len(losses) == 0 || len(gains) == 0 {
			return nil
		}
		out, ok := c.worth(legs(losses))
		in, ok2 := c.worth(legs(gains))
		if !ok || !ok2 || out == 0 {
			return nil
		}
		gap := 1 - in/out
		f := Finding{
			Severity: Warning,
			Reason: fmt.Sprintf("What you get is worth %.0f %% less than what you give.",
				100*gap),
			Facts: []Fact{
				{"you give, in the chain's coin", fmt.Sprintf("%.6g", out)},
				{"you get", fmt.Sprintf("%.6g", in)},
			},
		}
		danger, warning := c.Limits.GapDanger, c.Limits.GapWarning
		if c.wraps() { // one for one: any loss is somebody's gain
			danger, warning = c.Limits.WrapDanger, 1e-9
		}
		switch {
		case gap >= danger:
			f.Severity = Danger
		case gap < warning:
			return nil
		}
		return one(f)
	},
}

func legs(balances []effect.Balance) []intent.Leg {
	out := make([]intent.Leg, len(balances))
	for i, b := range balances {
		out[i] = intent.Leg{Token: b.Token, Amount: new(big.Int).Abs(b.Change())}
	}
	return out
}

// wraps reports whether the request wraps or unwraps the chain's coin.
func (c *Case) wraps() bool {
	if len(c.Intent.Calls) != 1 {
		return false
	}
	root := c.Intent.Calls[0]
	return root.Is("deposit()") || root.Is("withdraw(uint256)")
}

var honeypot = Rule{
	Name: "honeypot",
	Doc:  "what is bought cannot be sold again, or only at a great loss",
	Check: func(c *Case) []Finding {
		if c.Effects == nil || c.Effects.Resale == nil {
			return nil
		}
		r := c.Effects.Resale
		f := Finding{Severity: Danger, Subject: r.Token.Hex(), Lesson: "honeypot"}
		if r.Reverted {
			f.Reason = fmt.Sprintf("%s can be bought but not sold again.", c.token(&r.Token))
			f.Facts = labelled(r.Reason)
			return one(f)
		}
		lost := 1 - ratio(r.Back, r.Paid)
		switch {
		case lost >= c.Limits.GapDanger:
		case lost >= c.Limits.GapWarning:
			f.Severity = Warning
		default:
			return nil
		}
		f.Reason = fmt.Sprintf("If you sold %s at once, %.0f %% of your money would be gone.",
			c.token(&r.Token), 100*lost)
		return one(f)
	},
}
