package rules

import (
	"fmt"

	"github.com/ethereum/go-ethereum/common"
)

// Poisoners make addresses that begin and end like one that the user pays: four
// hex digits at each end can be had in minutes.
const poisonDigits = 4

var poisonedPayee = Rule{
	Name: "poisoned-payee",
	Doc:  "a recipient looks like one that the user has paid before, and is another",
	Check: func(c *Case) (out []Finding) {
		for _, p := range c.Intent.Payments {
			if p.To == c.Intent.Account || c.History.Payees[p.To] {
				continue
			}
			if known, ok := c.History.alike(p.To); ok {
				out = append(out, Finding{
					Severity: Danger, Subject: p.To.Hex(), Lesson: "poisoning",
					Reason: fmt.Sprintf("%s looks like %s, which you have paid before, but it "+
						"is another "+
						"account. Compare the digits in the middle.", p.To, known),
					Facts: []Fact{{"you know", known.Hex()}, {"this is", p.To.Hex()}},
				})
				continue
			}
			if c.History.Dust[p.To] {
				out = append(out, Finding{
					Severity: Danger, Subject: p.To.Hex(), Lesson: "poisoning",
					Reason: fmt.Sprintf("All you know of %s is that it sent you nothing, or "+
						"next to "+
						"nothing: that is how false addresses get into a list of transfers.", p.To),
				})
			}
		}
		return out
	},
}

// alike finds an account that begins and ends like a. Of several the least is
// given, so that the answer does not depend on the order of a map.
func (h History) alike(a common.Address) (common.Address, bool) {
	text, found, ok := a.Hex()[2:], common.Address{}, false
	for known := range h.Payees {
		k := known.Hex()[2:]
		if known == a || !equalFold(text[:poisonDigits], k[:poisonDigits]) ||
			!equalFold(text[40-poisonDigits:], k[40-poisonDigits:]) {
			continue
		}
		if !ok || known.Cmp(found) < 0 {
			found, ok = known, true
		}
	}
	return found, ok
}

// equalFold compares hex digits: the case is a checksum and not part of them.
func equalFold(a, b string) bool {
	for i := range len(a) {
		if a[i]|0x20 != b[i]|0x20 {
			return false
		}
	}
	return true
}
