// Package code commits to rows of field elements by interleaved Reed–Solomon
// codes and Merkle trees, so that few opened columns bind all rows and reveal
// nothing.
//
// # Row
//
// H ⊂ F* is the subgroup of order κ = 2ᵃ, Z = X^κ − 1. A row is a polynomial
//
//	A = m(X) + Z(X)·t(X),  deg A < k = κ + slots + pads
//
// where m interpolates κ message values on H (value i at w^i) and the
// coefficients of t are fixed slots, then uniform pads. Its codeword holds the
// values on L = g·⟨subgroup of order n = 2ᵇ⟩. gⁿ ≠ 1, so L and H are disjoint.
//
// Hiding lemma: any `pads` distinct columns of a row are uniform and independent
// of message and slots. Column η is m(η) + Z(η)(slots(η) + η^slots·pads(η)), and
// pads ↦ (pads(η))_η is a Vandermonde matrix whose rows are scaled by the
// non-zero Z(η)·η^slots.
//
// # Tree
//
// Leaf j and the node over two digests are BLAKE3 digests cut to 208 bits of
//
//	0 kind log 0 ‖ j₄ ‖ salt₁₆ ‖ column j     (values little-endian, below p)
//	1 kind level 0 ‖ index₄ ‖ left₂₆ ‖ right₂₆
//
// where log is that of n and level is 1 above the leaves. The kind separates
// the trees of a proof. Openings are pruned multiproofs over distinct indices
// in ascending order: level by level, the siblings that are not known yet.
package code
