package rules

import (
	"fmt"
	"slices"

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

// Interest lists the accounts whose code and facts the rules look at: the
// parties, the signer, the tokens, the contract that a message names.
func (c *Case) Interest() []common.Address {
	out := []common.Address{c.Intent.Account}
	add := func(a common.Address) {
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, p := range c.parties() {
		add(p.address)
	}
	for _, t := range c.tokens() {
		add(t)
	}
	for _, a := range c.named() {
		add(a)
	}
	if m := c.Intent.Request.Typed; m != nil && m.Domain.VerifyingContract != nil {
		add(*m.Domain.VerifyingContract)
	}
	return out[:min(len(out), maxInterest)]
}

// maxInterest bounds the accounts that are looked up for one request.
const maxInterest = 48

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
