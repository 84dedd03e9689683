// Package sound computes how hard a proof of agon/proof is to forge: one term
// for each round of the protocol, in bits, with and without grinding.
//
// The protocol is a chain of rounds; in each the verifier draws challenges, and
// a false statement becomes a true one with a small probability. After
// Fiat–Shamir a forger tries rounds again by changing what came before, so what
// counts is the weakest round (round-by-round soundness, Canetti et al. 2019;
// Holmgren 2019), and work asked before a challenge adds its bits to that round:
//
//	bits = −log₂ max over rounds of bound(round)·2^−grinding(round)
//
// Bounds are those of unique decoding: a model root within (n−k)/2 errors of its
// code holds one model. With n columns, dimension k, κ message values, q distinct
// queries and |E| = p⁴:
//
//	lookup (α, β)        w·(N + T)/|E|               N tuples of w values, T rows
//	round of degree d    d/|E|
//	point of v coords    v/|E|
//	products (θ)         2Y/(|E| − 2Y − 1)
//	fold of rows         v·n/|E|                     v coordinates of an eq tensor
//	fold queries         ((n + k)/2n)^q
//	batch (χ)            (1 + log N_c)/|E|
//	test of rows (λ′,τ′) (1 + log rows)·n/|E|
//	test queries         ((n + κ + k)/2n)^q
//	digests of h bits    2^−h/2
//
// The bound on folds is the line theorem of proximity gaps (BCIKS20, Theorem
// 4.1, distance below (1−ρ)/2: n/|E|) once for each coordinate of the tensor
// (Diamond–Gruen 2024); it is cited and not proven here. Queries are drawn
// without repetition, which only helps.
//
// A Report lists the terms; Answer, Range and Epoch are the reports of the three
// proofs, from their parameters alone. The package knows no other of proof/, so
// that the report cannot inherit a mistake of the prover.
package sound
