package rules

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/intent"
)

// lessonOf names the term that explains a grant.
func lessonOf(g intent.Grant) string {
	switch {
	case g.Permit2:
		return "permit2"
	case g.Signed:
		return "permit"
	case g.Right == intent.All:
		return "approval-for-all"
	default:
		return "approval"
	}
}

// much says how much a grant gives away.
func (c *Case) much(g intent.Grant) string {
	token := c.token(&g.Token)
	switch {
	case g.Right == intent.Item:
		return fmt.Sprintf("item %v of %s", g.ID, token)
	case g.Right == intent.All && c.collection(g.Token):
		return "every item of " + token
	case g.Right == intent.All:
		return "all that you have at " + token
	case g.Unlimited:
		return "all of your " + token + ", now and later"
	default:
		return "some of your " + token
	}
}

// collection reports whether a contract is not known to be something else than a
// collection of items.
func (c *Case) collection(a common.Address) bool {
	k, ok := c.account(a)
	return !ok || k.Token != nil && k.Token.Collection
}

var grantToPerson = Rule{
	Name: "grant-to-person",
	Doc:  "a right to take tokens goes to an account without code: no application works so",
	Check: func(c *Case) (out []Finding) {
		for _, g := range c.Intent.Grants {
			// A one-off transfer by signature to a person is a payment.
			payment := g.Right == intent.Pull && !g.Permit2
			if g.Revokes || payment || !c.person(g.Spender) {
				continue
			}
			out = append(out, Finding{
				Severity: Danger, Subject: g.Spender.Hex(), Lesson: lessonOf(g),
				Reason: fmt.Sprintf("This lets %s, somebody's own account and no application, "+
					"take %s.",
					g.Spender, c.much(g)),
			})
		}
		return out
	},
}

var youngSpender = Rule{
	Name: "new-spender",
	Doc:  "a spender that is new, a grant without limit, or one that lasts very long",
	Check: func(c *Case) (out []Finding) {
		for _, g := range c.Intent.Grants {
			if g.Revokes || c.person(g.Spender) {
				continue
			}
			var why []string
			limit := span(c.Limits.YoungContract)
			switch k, ok := c.account(g.Spender); {
			case ok && k.Young:
				why = append(why, "its contract is less than "+limit+" old")
			case ok && k.Replaced:
				why = append(why, "its code was replaced in the last "+limit)
			}
			// Permit2 is approved once without limit and grants in its turn.
			if g.Unlimited && g.Spender != permit2 && !c.knownSpender(g.Spender) {
				why = append(why, "there is no limit")
			}
			if far, until := c.far(g.Expires); far {
				why = append(why, "it lasts until "+until)
			}
			if len(why) == 0 {
				continue
			}
			out = append(out, Finding{
				Severity: Warning, Subject: g.Spender.Hex(), Lesson: lessonOf(g),
				Reason: fmt.Sprintf("This lets %s take %s: %s.", g.Spender, c.much(g),
					strings.Join(why, "; ")),
			})
		}
		return out
	},
}

// permit2 is Permit2's address on every chain.
var permit2 = common.HexToAddress("0x000000000022D473030F116dDEE9F6B43aC78BA3")

// knownSpender reports whether a published source names the spender.
func (c *Case) knownSpender(a common.Address) bool {
	if c.Lists == nil {
		return false
	}
	if _, ok := c.Lists.Routers[a]; ok {
		return true
	}
	for _, contracts := range c.Lists.Contracts {
		if _, ok := contracts[a]; ok {
			return true
		}
	}
	return false
}

// far reports whether a Unix time is later than the limit, and words it.
func (c *Case) far(expires *big.Int) (bool, string) {
	if expires == nil || expires.Sign() == 0 {
		return false, ""
	}
	if !expires.IsInt64() || expires.Int64() > 253402300799 { // the year 9999
		return true, "the end of time"
	}
	at := time.Unix(expires.Int64(), 0).UTC()
	return at.Sub(c.Now) > c.Limits.FarExpiry, at.Format("2 January 2006")
}

// span words a duration roughly.
func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	default:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	}
}

var oddPermit = Rule{
	Name: "odd-permit",
	Doc:  "a message called permit that is not one of the standards', or not for a token",
	Check: func(c *Case) []Finding {
		m := c.Intent.Request.Typed
		if m == nil || !strings.Contains(strings.ToLower(m.Primary), "permit") {
			return nil
		}
		if len(c.Intent.Grants) == 0 {
			return one(Finding{
				Severity: Danger, Lesson: "permit",
				Reason: fmt.Sprintf("The message calls itself %q but has the form of no known "+
					"permit.",
					Plain(m.Primary)),
				Facts: []Fact{{"type", Plain(m.EncodeType(m.Primary))}},
			})
		}
		at := m.Domain.VerifyingContract
		if at == nil {
			return one(Finding{
				Severity: Danger, Lesson: "permit",
				Reason: "The permit does not say which contract it is for: any that accepts it " +
					"may use it.",
			})
		}
		if c.Intent.Grants[0].Permit2 && *at != permit2 {
			return one(Finding{
				Severity: Danger, Subject: at.Hex(), Lesson: "permit2",
				Reason: fmt.Sprintf("The permit is in the form of Permit2 but for another "+
					"contract, %s.", at),
			})
		}
		// Permit2 is at one address on every chain that has it: where it is missing
		// the signature is worth nothing yet, which is no danger by itself.
		if c.person(*at) && *at != permit2 {
			return one(Finding{
				Severity: Danger, Subject: at.Hex(), Lesson: "permit",
				Reason: fmt.Sprintf("The permit is for %s, where there is no contract.", at),
			})
		}
		return nil
	},
}

var witness = Rule{
	Name: "witness",
	Doc:  "a Permit2 signature binds something besides the transfer: it is shown, always",
	Check: func(c *Case) []Finding {
		for _, g := range c.Intent.Grants {
			if g.Witness == nil {
				continue
			}
			f := Finding{
				Severity: Warning, Subject: g.Spender.Hex(), Lesson: "permit2",
				Reason: fmt.Sprintf("The signature also binds you to an order (%s), which %s "+
					"carries out.",
					Plain(g.Witness.Type.Name), g.Spender),
			}
			for i, member := range g.Witness.Type.Fields {
				f.Facts = append(f.Facts, Fact{Plain(member.Name), shortValue(g.Witness.Elems[i])})
			}
			// What a descriptor knows is shown line by line already.
			if c.Intent.Screen != nil {
				f.Severity = Safe
			}
			return one(f)
		}
		return nil
	},
}
