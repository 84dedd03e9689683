// Package ff is the arithmetic every proof rests on: the field F = F_p of
// KoalaBear, p = 2³¹ − 2²⁴ + 1, its extensions of degree 4 (Ext, the E of the
// protocol) and 6 (Ext6), and vectors over them.
//
// # Representation
//
// An Elem is the Montgomery form a·2³² mod p, always fully reduced to [0, p).
// The zero value is 0, equality is ==. Only New, Uint32 and the codec know the
// difference between the form and the value: bytes are always the canonical
// value, little endian, and values ≥ p are refused.
//
//	p·(2³¹+2²⁴+1) ≡ 1 (mod 2³²)     so reduction needs one 32-bit product
//	2p² < p·2³²,  4p² < 2⁶⁴         so four products fit a word, and a sum
//	                                below 2p² goes through one reduction
//
// # Extensions
//
// Ext is F[ω]/(ω⁴ − 3), coefficients of 1, ω, ω², ω³ in this order. Ext6 is
// F[φ]/(φ⁶ + φ³ + 1), for uses where 124 bits are too few. ExtVec keeps the four
// coefficients in four slices (structure of arrays), so that every kernel on E
// is a kernel on F.
//
// # Vectors
//
// Methods write into their receiver: v.Add(a, b) sets v = a + b element by
// element. Lengths must agree or the method panics: a wrong length is the
// caller's bug. The receiver may be one of the operands, but must not overlap
// one with a shift. On amd64 the kernels use AVX-512 or AVX2 where the machine
// has them; the portable path gives the same bits and Kernels names the one in
// use.
//
// # Timing
//
// Sums and products take no branch and no address from the values; Exp branches on
// its exponent only. BatchInvert passes over zeros, and the decoders stop at the
// first value that is too large: neither is for secrets whose zeros matter.
//
// # Order of variables
//
// Tables over {0,1}ⁿ are indexed big-endian: the first coordinate of a point is
// the top bit of the index, and Fold binds the top bit.
package ff
