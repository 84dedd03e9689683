package rules

import (
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/common"
)

var sweepingGrant = Rule{
	Name: "sweeping-grant",
	Doc:  "one request gives a contract that nobody names rights without limit over several tokens",
	Check: func(c *Case) (out []Finding) {
		type swept struct {
			names  []string
			signed bool
		}
		by := map[common.Address]*swept{}
		seen := map[[2]common.Address]bool{}
		var order []common.Address
		for _, g := range c.Intent.Grants {
			key := [2]common.Address{g.Spender, g.Token}
			if g.Revokes || !g.Unlimited || seen[key] || c.knownSpender(g.Spender) ||
				g.Spender == permit2 {
				continue
			}
			seen[key] = true
			if by[g.Spender] == nil {
				by[g.Spender] = new(swept)
				order = append(order, g.Spender)
			}
			s := by[g.Spender]
			s.names = append(s.names, c.token(&g.Token))
			s.signed = s.signed || g.Signed
		}
		for _, spender := range order {
			s := by[spender]
			f := Finding{
				Severity: Warning, Subject: spender.Hex(), Lesson: "permit2",
				Reason: fmt.Sprintf("This lets %s, which no source names, take all of your %s.",
					spender, strings.Join(s.names, " and ")),
			}
			// Two tokens may be the sides of a pool, which costs two transactions; a
			// signature for two, or three in any way, is how accounts are emptied.
			switch n := len(s.names); {
			case n < 2:
				continue
			case n > 2 || s.signed:
				f.Severity = Danger
			}
			out = append(out, f)
		}
		return out
	},
}

var borrowedName = Rule{
	Name: "borrowed-name",
	Doc:  "a permit's domain bears the name of a listed token and is for another contract",
	Check: func(c *Case) []Finding {
		m := c.Intent.Request.Typed
		if m == nil || c.Lists == nil || c.Lists.Tokens == nil || m.Domain.Name == "" ||
			len(c.Intent.Grants) == 0 {
			return nil
		}
		at := m.Domain.VerifyingContract
		if at == nil || *at == permit2 || c.isListedToken(*at) || c.knownSpender(*at) {
			return nil
		}
		alike := c.Lists.Tokens.Alike(c.Intent.Chain, *at, m.Domain.Name, m.Domain.Name)
		if len(alike) == 0 || alike[0].Chain != c.Intent.Chain {
			return nil
		}
		return one(Finding{
			Severity: Danger, Subject: at.Hex(), Lesson: "permit",
			Reason: fmt.Sprintf("The permit calls itself %q, as the %s at %s does, and is for "+
				"another contract, %s.", Plain(m.Domain.Name), Plain(alike[0].Symbol),
				alike[0].Address, at),
		})
	},
}
