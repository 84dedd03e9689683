// Package fs makes the interactive proof of agon/proof non-interactive: the
// Fiat–Shamir transcript over SHA-256.
//
//	state₀     = SHA-256("agon-fs-1" ‖ label)
//	absorb:      state ← SHA-256(state ‖ 1 ‖ |tag|₁ ‖ tag ‖ |data|₈ ‖ data)
//	challenge:   blockᵢ = SHA-256(state ‖ 2 ‖ |tag|₁ ‖ tag ‖ i₈),
//	             state ← SHA-256(state ‖ 3 ‖ |tag|₁ ‖ tag)
//	chain:       1,024 times state ← SHA-256(state ‖ 4)
//	grind:       BLAKE3(state ‖ 5 ‖ nonce₈) begins with b zero bits,
//	             then the nonce is absorbed
//
// Subscripts are widths in bytes, little-endian. A base field challenge is a
// little-endian word of the blocks with its top bit cleared, drawn again while
// it is not below p; an index of [0, 2ᵇ) is a word masked to b bits, drawn
// again while it repeats an earlier index.
//
// The chain is a heuristic against the attack on Fiat–Shamir for GKR
// (Khovratovich, Rothblum, Soukhanov 2025): a circuit that would have to
// compute its own challenge needs the depth of 1,024 sequential hashes, and
// compilation refuses graphs deeper than a tenth of that.
package fs
