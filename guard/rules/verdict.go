package rules

import (
	"cmp"
	"slices"
)

// Finding is what one rule found.
type Finding struct {
	Rule     string   `json:"rule"`
	Severity Severity `json:"severity"`
	// Subject is the host or address that the finding is about, "" if it is
	// about the request itself.
	Subject string `json:"subject,omitempty"`
	Reason  string `json:"reason"`
	Facts   []Fact `json:"facts,omitempty"`
	// Lesson names a term that the user may not know, such as "permit".
	Lesson string `json:"lesson,omitempty"`
	// Trusted says that the user trusts the subject, which took a warning's
	// weight away.
	Trusted bool `json:"trusted,omitempty"`
}

// Fact is a labelled piece of evidence.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Verdict is the sum of the findings.
type Verdict struct {
	Severity Severity  `json:"severity"`
	Findings []Finding `json:"findings"`
	// Unknown says what could not be checked. A verdict without findings and
	// with unknowns is not "safe".
	Unknown []string `json:"unknown,omitempty"`
}

// Clear reports whether nothing was found and everything was looked at.
func (v Verdict) Clear() bool { return v.Severity == Safe && len(v.Unknown) == 0 }

// Rule is one row of the catalogue.
type Rule struct {
	Name  string // "poisoned-payee"
	Doc   string // what it looks at and why, one sentence
	Check func(*Case) []Finding
}

// All lists the rules in the order of the catalogue.
func All() []Rule {
	return []Rule{
		blockedSite, listedSite, brandLookalike, luringHost, likelyScamSite, unknownContract,
		grantToPerson, sweepingGrant, youngSpender, listedParty, oddPermit, borrowedName,
		witness, badOrder,
		opaqueSignature, unreadMessage, foreignSignIn, wrongChain, irregularData, baitCall,
		poisonedPayee, sentToContract, callToPerson, nowhere, selfPayment,
		oneWay, drained, priceGap, fakeToken, honeypot, ownerPowers, controlChange,
		delegation, safeChange, operation, environments, innerRevert, reverts, incomplete,
		agentPolicy,
	}
}

// Judge runs every rule. A finding about something that the user trusts weighs
// nothing if it is a warning; dangers stay.
func Judge(c *Case) Verdict {
	v := Verdict{Findings: []Finding{}, Unknown: c.Unknown}
	for _, r := range All() {
		found := r.Check(c)
		slices.SortStableFunc(found, func(a, b Finding) int {
			return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Reason, b.Reason))
		})
		for _, f := range found {
			f.Rule = r.Name
			if f.Severity == Warning && c.trusts(f.Subject) {
				f.Trusted = true
			} else {
				v.Severity = max(v.Severity, f.Severity)
			}
			v.Findings = append(v.Findings, f)
		}
	}
	slices.SortStableFunc(v.Findings, func(a, b Finding) int {
		return cmp.Compare(b.Severity, a.Severity)
	})
	return v
}
