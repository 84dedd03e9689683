// Package reader learns whom to believe. It is for a player that knows nothing
// of the questions themselves and listens to the others: an order's limit is
// the price at which its trader stops, so on a curve that rewards a truthful
// limit it tells what the trader believes. All orders are public.
//
//	orders of a book ──→ Hear ──→ evidence of each voice ─┐
//	                                                      ├─→ Belief
//	settled books ──→ Settle ──→ logistic regression ─────┘
//
// The evidence of voice i is x_i = logit qᵢ − logit π, beyond the opening price
// π. The reader believes
//
//	logit q = logit π + w₀ + w₁·logit π + w₂·x̄ + Σ wᵢ·xᵢ,  x̄ the mean of x
//
// and before it has learnt anything w₂ = 1 and all else 0: a logarithmic
// opinion pool. What settles teaches it who is worth how much beside the others,
// whether opening prices lean, and how much surer than its parts the whole may
// be. It learns in several minds, which bend the evidence in different ways, and
// believes their mixture, each by what it has got right so far: in the long run
// that is as good as the best of them. Minds hold no money and trade on nothing:
// a reader is one player.
//
// It never looks at the price itself, which anybody can push for a moment:
// only at who says what, and what came of it when that account spoke before. An
// account nobody knows does not count.
//
// A reader is pure: no clock, no randomness, no chain. What settles later
// changes nothing it said before.
package reader
