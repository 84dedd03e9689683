// Package look proves that tuples of hidden values are rows of public tables:
// one logarithmic-derivative lookup (LogUp, eprints 2022/1530 and 2023/1284)
// for all tables of a proof, as a tree of fractions whose levels are padded
// sumchecks.
//
// A lookup of (v₀, v₁, v₂) in the table id has the denominator
//
//	f = α − (id + β·v₀ + β²·v₁ + β³·v₂)
//
// Leaves are the fractions 1/f of lookups and −m/f of table rows looked up m
// times, then 0/1 up to 2^ν. Their sum is 0, with no denominator 0, exactly if
// every looked-up tuple is in its table, up to 3·leaves/|E|; m may be any number
// of F, as there are fewer than p lookups.
//
// Level e has 2^e fractions; that of node x is the sum of those of (0, x) and
// (1, x) below:
//
//	p(x) = p₀q₁ + p₁q₀,  q(x) = q₀q₁,  p₀ = p(0, x) and so on
//
// so the first coordinate of a level's point is the newest: the two halves of a
// level lie side by side, and all kernels run on contiguous vectors. (The usual
// description has the newest coordinate last; only the order differs.)
//
// The root has p = 0. q is hidden: the prover sends q·ϱ in clear, ϱ ∈ E* random
// and committed, which is uniform in E* and not 0.
package look
