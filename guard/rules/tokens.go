package rules

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

// tokens gives the tokens that a request moves, grants or brings, each once.
func (c *Case) tokens() []common.Address {
	var out []common.Address
	seen := map[common.Address]bool{}
	add := func(a *common.Address) {
		if a != nil && !seen[*a] {
			seen[*a] = true
			out = append(out, *a)
		}
	}
	for i := range c.Intent.Payments {
		add(c.Intent.Payments[i].Token)
	}
	for i := range c.Intent.Grants {
		add(&c.Intent.Grants[i].Token)
	}
	for _, o := range c.Intent.Orders {
		for i := range o.Gets {
			add(o.Gets[i].Token)
		}
	}
	if c.Effects != nil {
		for i := range c.Effects.Balances {
			add(c.Effects.Balances[i].Token)
		}
	}
	return out
}

var fakeToken = Rule{
	Name: "fake-token",
	Doc:  "a token has the symbol or name of a listed one, or looks like it, at another address",
	Check: func(c *Case) (out []Finding) {
		if c.Lists == nil || c.Lists.Tokens == nil {
			return nil
		}
		for _, t := range c.tokens() {
			k, ok := c.account(t)
			if !ok || k.Token == nil || c.isListedToken(t) {
				continue
			}
			alike := c.Lists.Tokens.Alike(c.Intent.Chain, t, k.Token.Symbol, k.Token.Name)
			if len(alike) == 0 || alike[0].Chain != c.Intent.Chain {
				continue // the token of another chain may well be bridged here
			}
			out = append(out, Finding{
				Severity: Danger, Subject: t.Hex(), Lesson: "fake-token",
				Reason: fmt.Sprintf("This is not the %s that is known: that one is at %s, this "+
					"one at %s.",
					Plain(alike[0].Symbol), alike[0].Address, t),
				Facts: []Fact{
					{"calls itself", Plain(k.Token.Name) + " (" + Plain(k.Token.Symbol) + ")"},
					{"known as", Plain(alike[0].Name) + " (" + Plain(alike[0].Symbol) + ")"},
				},
			})
		}
		return out
	},
}

// Proxies lists the spenders, and the tokens of no list, whose code stands elsewhere
// and can be replaced, with where it stands.
func (c *Case) Proxies() map[common.Address]common.Address {
	out := map[common.Address]common.Address{}
	add := func(a common.Address) {
		if k, ok := c.account(a); ok && k.Target != nil && !c.isListedToken(a) {
			out[a] = *k.Target
		}
	}
	for _, t := range c.tokens() {
		add(t)
	}
	for _, g := range c.Intent.Grants {
		add(g.Spender)
	}
	return out
}

var ownerPowers = Rule{
	Name: "owner-powers",
	Doc:  "a token's owner can change the rules: mint, pause, block, tax, or replace the code",
	Check: func(c *Case) (out []Finding) {
		for _, t := range c.tokens() {
			k, ok := c.account(t)
			if !ok || c.isListedToken(t) {
				continue
			}
			powers := append([]string{}, k.Powers...)
			if k.Replaced {
				powers = append(powers, "replace the code, as happened in the last "+
					span(c.Limits.YoungContract))
			}
			if len(powers) == 0 {
				continue
			}
			out = append(out, Finding{
				Severity: Warning, Subject: t.Hex(), Lesson: "owner",
				Reason: fmt.Sprintf("Whoever controls %s can %s.", c.token(&t),
					strings.Join(powers, ", ")),
			})
		}
		return out
	},
}
