package rules

import (
	"fmt"
	"slices"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/unfold"
)

// bait are functions that drainers' contracts have: a promise, no parameters,
// and value sent along.
var bait = map[string]bool{
	"SecurityUpdate()": true, "securityUpdate()": true, "Claim()": true, "ClaimRewards()": true,
	"claimRewards()": true, "ClaimReward()": true, "claimReward()": true, "claimAirdrop()": true,
	"Connect()": true, "connect()": true, "Verify()": true, "verify()": true, "Execute()": true,
	"NetworkMerge()": true, "WalletUpgrade()": true, "Multicall()": true, "claim()": true,
}

var baitCall = Rule{
	Name: "bait",
	Doc:  "money is sent along with a call that promises a claim, an update or a check",
	Check: func(c *Case) (out []Finding) {
		for call := range c.calls {
			if call.Function == nil || call.Value.Sign() == 0 || !bait[call.Function.Signature()] ||
				call.How == unfold.Described {
				continue
			}
			out = append(out, Finding{
				Severity: Danger, Subject: call.To.Hex(),
				Reason: fmt.Sprintf("%q sounds as if you got something, but you pay. Claims "+
					"and updates "+
					"are not paid for.", call.Function.Name),
			})
		}
		return out
	},
}

var sentToContract = Rule{
	Name: "sent-to-contract",
	Doc: "tokens are sent to a token's own contract, to a router or to a contract of another " +
		"chain, where they are lost",
	Check: func(c *Case) (out []Finding) {
		for _, p := range c.Intent.Payments {
			where := ""
			switch chain, elsewhere := c.elsewhere(p.To); {
			case elsewhere:
				where = fmt.Sprintf("a contract of chain %d, and on this chain nobody's", chain)
			case p.Token == nil:
				continue
			case p.To == *p.Token:
				where = "the token's own contract"
			case c.isListedToken(p.To):
				where = "the contract of another token"
			case c.isRouter(p.To):
				where = "a router, which keeps no accounts"
			default:
				continue
			}
			out = append(out, Finding{
				Severity: Danger, Subject: p.To.Hex(),
				Reason: fmt.Sprintf("The recipient is %s: what is sent there is lost.", where),
			})
		}
		return out
	},
}

// elsewhere reports whether nothing is at an address here while a token or another
// contract is known there on another chain.
func (c *Case) elsewhere(a common.Address) (uint64, bool) {
	if !c.person(a) || c.Lists == nil || c.History.Payees[a] {
		return 0, false
	}
	on := slices.Clone(c.Lists.Chains[a])
	if c.Lists.Tokens != nil {
		on = append(on, c.Lists.Tokens.Chains(a)...)
	}
	if len(on) == 0 || slices.Contains(on, c.Intent.Chain) {
		return 0, false
	}
	return slices.Min(on), true
}

func (c *Case) isListedToken(a common.Address) bool {
	if c.Lists == nil || c.Lists.Tokens == nil {
		return false
	}
	_, ok := c.Lists.Tokens.At(c.Intent.Chain, a)
	return ok
}

func (c *Case) isRouter(a common.Address) bool {
	if c.Lists == nil {
		return false
	}
	_, ok := c.Lists.Routers[a]
	return ok
}

var callToPerson = Rule{
	Name: "call-to-person",
	Doc:  "a call with data to an account without code: nothing will happen but the payment",
	Check: func(c *Case) (out []Finding) {
		for call := range c.calls {
			if call.To == nil || len(call.Data) < 4 || *call.To == call.From {
				continue
			}
			if k, ok := c.account(*call.To); !ok || k.HasCode || k.Delegate != nil {
				continue
			}
			out = append(out, Finding{
				Severity: Warning, Subject: call.To.Hex(),
				Reason: fmt.Sprintf("%s is called like a contract, but on this chain there is "+
					"none.",
					call.To),
			})
		}
		return out
	},
}

var nowhere = Rule{
	Name: "nowhere",
	Doc:  "something is sent to the zero address",
	Check: func(c *Case) []Finding {
		for _, p := range c.Intent.Payments {
			if p.To == (common.Address{}) {
				return one(Finding{
					Severity: Warning,
					Reason: fmt.Sprintf("The recipient is the zero address: %s is destroyed.",
						c.token(p.Token)),
				})
			}
		}
		return nil
	},
}

var selfPayment = Rule{
	Name: "to-yourself",
	Doc:  "a payment from an account to itself",
	Check: func(c *Case) []Finding {
		for _, p := range c.Intent.Payments {
			if p.From == p.To && p.From != (common.Address{}) && p.Call != nil &&
				len(p.Call.Inner) == 0 &&
				len(c.Intent.Changes) == 0 {
				return one(Finding{
					Severity: Warning, Subject: p.To.Hex(),
					Reason: "You pay yourself: that moves nothing and costs a fee.",
				})
			}
		}
		return nil
	},
}
