// Package arbitrage earns from prices that contradict each other, and by that
// brings them back into line. It has no opinion on any question:
//
//	group       Σp = 1          p too low together: buy one of each, burn the sets
//	                            too high: mint sets, sell one of each
//	twins       p = p′          buy YES where it is cheap, NO where YES is dear
//	opposites   p = 1 − p′      the same, one of them seen from the other side
//	ladder      p₁ ≤ p₂ ≤ …     where 1 implies 2: the same, where the order is broken
//
// The planners are pure: books in, orders out. Every order of a plan has a
// limit at which it still earns by the common price that the plan is for, so a
// plan that fills in part has lost nothing yet; what it lacks, or has too much
// of, the next plan evens out.
//
// Find reads from the questions themselves which of them are linked. What it
// takes for the same must be the same to the byte but for ASCII case and space:
// a question in look-alike letters is another question.
package arbitrage
