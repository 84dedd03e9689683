// Package beacon is the chain's shared randomness: one 32-byte value a height,
// which nobody can choose and everybody can check.
//
//	beaconₕ = SHA-256(beaconₕ₋₁ ‖ σₕ),  σₕ = Sign(proposer, (chain id, h, beaconₕ₋₁))
//
// σ is a BLS signature (draft-irtf-cfrg-bls-signature-05, minimal-signature-size,
// basic scheme) on BLS12-381: keys in G2, 96 bytes; signatures in G1, 48 bytes.
// For a key and a message exactly one signature verifies, so a proposer cannot
// grind: all it can do is not propose, which costs it the slot and re-rolls the
// value once. Keys are registered in the genesis before they are used. With one
// validator the value is unpredictable to everyone but that validator.
//
// The value of height h is known to the proposer of h when it builds the block
// and to everybody when the block arrives; work that must not be foreseen may
// use it at h and no earlier.
package beacon
