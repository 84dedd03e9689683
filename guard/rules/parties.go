package rules

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// party is an account with what it is in the request.
type party struct {
	address common.Address
	role    string
}

// parties gives the accounts that a request would give something to or rely
// on, each once, in the order in which they come up. The signer is none of them.
func (c *Case) parties() []party {
	var out []party
	seen := map[common.Address]bool{c.Intent.Account: true, {}: true}
	add := func(a common.Address, role string) {
		if !seen[a] {
			seen[a] = true
			out = append(out, party{a, role})
		}
	}
	for _, g := range c.Intent.Grants {
		if !g.Revokes {
			add(g.Spender, "the spender")
		}
	}
	for _, p := range c.Intent.Payments {
		add(p.To, "the recipient")
	}
	for _, o := range c.Intent.Orders {
		for _, leg := range o.Others {
			add(leg.To, "a recipient of the order")
		}
	}
	for _, ch := range c.Intent.Changes {
		add(ch.Who, "the one who gains control")
	}
	for call := range c.calls {
		if call.To != nil {
			add(*call.To, "the contract called")
		}
	}
	return out
}

var listedParty = Rule{
	Name: "listed-party",
	Doc:  "a spender, recipient, delegate or contract is on a list of scams",
	Check: func(c *Case) (out []Finding) {
		if c.Lists == nil {
			return nil
		}
		for _, p := range c.parties() {
			if label, ok := c.Lists.ScamAddresses[p.address]; ok {
				out = append(out, Finding{
					Severity: Danger, Subject: p.address.Hex(),
					Reason: fmt.Sprintf("%s, %s here, is on a list of scams.", p.address, p.role),
					Facts:  labelled(label),
				})
			}
		}
		return out
	},
}
