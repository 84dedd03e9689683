// Package rules judges requests. A rule looks at one thing, says what it found
// in one plain sentence with the facts behind it, and how bad that is. Rules are
// pure: everything they may look at is in the Case, gathered beforehand, so a
// verdict can be repeated and explained.
//
//	verdict := rules.Judge(c)
//	verdict.Severity, verdict.Findings[0].Reason
//
// What no rule knows is unknown. Unknown is said as such: it is not called a
// scam, and not called safe.
package rules
