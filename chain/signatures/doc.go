// Package signatures checks many ECDSA signatures over secp256k1 at once, for
// keys that are known. Checked one by one, each costs the recovery of its key;
// together they cost about a quarter of that.
//
// A signature (r, s) with the parity of its point R, of digest z under key Q,
// is genuine if and only if
//
//	R = u₁·G + u₂·Q,   u₁ = z/s, u₂ = r/s (mod n),   x(R) = r.
//
// For random numbers aᵢ of 128 bits, chosen after the signatures are there,
//
//	Σ aᵢ·Rᵢ − (Σ aᵢu₁ᵢ)·G − Σ over keys Q of (Σ over its i of aᵢu₂ᵢ)·Q = O
//
// holds if all are genuine, and else with probability at most 2⁻¹²⁸: the group
// has prime order, so one wrong summand hits the rest for one value of its aᵢ
// only (Naccache, M'Raïhi, Vaudenay, Raphaeli, EUROCRYPT '94). All points share
// one pass of bucket sums (Pippenger), and those of one key share a term.
//
// Nothing here is secret and nothing takes constant time.
package signatures
