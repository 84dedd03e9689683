// Package market turns questions into probabilities. A question is opened with
// a subsidy, traded in batches on a logarithmic market scoring rule (Hanson
// 2003), closed at a block nobody chose, answered by its resolver and settled.
//
//	Ask → Open ──────────────→ Closed ───────────→ Settled → Claim
//	       │ Place, Cancel        │ Resolve (yes, no, invalid, member, value)
//	       │ Advance: one batch   │ Lapse (resolver silent past ResolveBy)
//	       │                      └ Resolve (too early) → Open, at most twice
//	       └ Halt (work on the question failed) → Lapse
//
// The package is pure: height and beacon are arguments, state is behind Store,
// there is no clock, no float, no goroutine and no chain import. Money is in
// 10⁻¹⁸ coin, prices in 10⁻¹⁸; whatever is rounded is rounded against the taker.
package market
