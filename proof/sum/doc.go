// Package sum is the padded sumcheck: interactive proofs whose every message
// is hidden by a pad of its own, after eprint 2024/2010.
//
// A value v of E is sent as v̂ = v + π, π a uniform value committed beforehand.
// The verifier never learns v; it holds the affine form
//
//	⟦v⟧ = v̂ − π
//
// over committed cells. Public linear combinations of forms are forms, so the
// verifier of a sumcheck runs as always, on forms instead of numbers, and what
// it would compare at the end becomes a constraint "this form is zero". All
// constraints are proven together by one linear test (agon/proof/zk).
//
// Products of two hidden values become forms as soon as the product of their
// pads is committed:
//
//	v·w = v̂ŵ − v̂π′ − ŵπ + ππ′
//
// A Plan lists, before anything is committed, which values will be sent and
// which products are needed; its Layout gives every pad a cell, with the pads
// of products in two lists a and b whose product polynomial is the third, d:
//
//	a(y)·b(y) = d(y),  y = 0…2Y,  deg a, b ≤ Y
//
// At a random θ outside {0…2Y} the prover reveals a(θ) and b(θ). Both are
// uniform, because the last pair (a_Y, b_Y) is random and belongs to no
// product; d(θ) = a(θ)b(θ) then holds for a wrong d with probability at most
// 2Y/(|E|−2Y−1), since a, b and d were committed before θ was drawn.
//
// Prover and verifier run the same script over a Talk; the prover's writes
// messages, the verifier's reads them.
package sum
