// Package calibrate teaches a forecaster what its own numbers are worth. It
// learns only from questions that are settled, in the order in which they were,
// and says of a new one what those before it say:
//
//	settled (forecast, base rate, answer) ─→ Update ─┐
//	                                                 ├─→ identity │ Platt │ isotonic
//	new forecast, base rate ─→ Apply ────────────────┘   whichever told the past best
//
// A Calibrator mends the forecast; a Pool says how far to move from it to the
// market's price; a Diagram shows how well forecasts and answers agree. All are
// pure: no clock, no randomness, no storage. The same updates in the same order
// give the same answers, and what is updated later changes no answer given
// before. None is safe for concurrent use.
//
// Evidence is what a forecast says beyond the base rate π of its question:
//
//	x = logit p − logit π
//
// so that what is learnt at one base rate serves at another (Bayes' rule).
package calibrate
