// What the AVX-512 kernels share: sixteen elements a step, one in each 32-bit
// lane. Lengths need not be multiples of 16: the last step runs under a mask.
//
// Registers:
//
//	Z31  p in every 32-bit lane       Z30  p⁻¹ mod 2³² in every 32-bit lane
//	Z29  2p² in every 64-bit lane     K1   the even 32-bit lanes
//	K2   the lanes of this step
//
// VPMULUDQ multiplies even lanes into 64 bits, so a vector of products is a
// pair: E from the even lanes, O from the odd ones.

#define CONSTANTS \
	MOVL         $0x7f000001, AX         \
	VPBROADCASTD AX, Z31                 \
	MOVL         $0x81000001, AX         \
	VPBROADCASTD AX, Z30                 \
	MOVQ         $0x7e020001fc000002, AX \
	VPBROADCASTQ AX, Z29                 \
	MOVL         $0x5555, AX             \
	KMOVW        AX, K1                  \
	MOVL         $0xffff, AX             \
	KMOVW        AX, K2

// MASK restricts K2 to the CX < 16 elements that are left; it uses AX.
#define MASK \
	MOVL  $0xffff, AX \
	BZHIL CX, AX, AX  \
	KMOVW AX, K2

// REDUCE takes pairs E, O < 2p² and leaves O = the 16 products by 2⁻³², < p.
// With q = x·p⁻¹ mod 2³² the difference x − q·p has a zero low half, and its
// high half d lies in (−p, p): min(d, d + p) as unsigned numbers is the residue.
#define REDUCE(E, O, T, S) \
	VPMULUDQ  E, Z30, T \
	VPMULUDQ  O, Z30, S \
	VPMULUDQ  T, Z31, T \
	VPMULUDQ  S, Z31, S \
	VPSUBQ    T, E, E   \
	VPSUBQ    S, O, O   \
	VMOVSHDUP E, K1, O  \
	VPADDD    Z31, O, T \
	VPMINUD   T, O, O

// FOLD brings X < 4p² below 2p².
#define FOLD(X, T) \
	VPSUBQ  Z29, X, T \
	VPMINUQ T, X, X

// ADDP and SUBP are D = A ± B mod p.
#define ADDP(A, B, D, T) \
	VPADDD  A, B, D   \
	VPSUBD  Z31, D, T \
	VPMINUD T, D, D

#define SUBP(A, B, D, T) \
	VPSUBD  B, A, D   \
	VPADDD  Z31, D, T \
	VPMINUD T, D, D

// MUL is D = A·B; one of A, B may reach 2p. D may be A or B.
#define MUL(A, B, D, E, T, S) \
	VMOVSHDUP A, T    \
	VMOVSHDUP B, S    \
	VPMULUDQ  A, B, E \
	VPMULUDQ  T, S, D \
	REDUCE(E, D, T, S)

// MULC is MUL for a B equal in all lanes.
#define MULC(A, B, D, E, T, S) \
	VMOVSHDUP A, T    \
	VPMULUDQ  A, B, E \
	VPMULUDQ  T, B, D \
	REDUCE(E, D, T, S)

// REDUCES reduces the pairs Z11…Z14, Z15…Z18 of four coefficients.
#define REDUCES \
	REDUCE(Z11, Z15, Z19, Z20) \
	REDUCE(Z12, Z16, Z21, Z22) \
	REDUCE(Z13, Z17, Z19, Z20) \
	REDUCE(Z14, Z18, Z21, Z22)

// POINTERS loads the addresses of the four slices of the ExtVec at R.
#define POINTERS(R, P0, P1, P2, P3) \
	MOVQ 0(R), P0  \
	MOVQ 24(R), P1 \
	MOVQ 48(R), P2 \
	MOVQ 72(R), P3

#define LOAD4(P0, P1, P2, P3, V0, V1, V2, V3) \
	VMOVDQU32.Z (P0)(BX*4), K2, V0 \
	VMOVDQU32.Z (P1)(BX*4), K2, V1 \
	VMOVDQU32.Z (P2)(BX*4), K2, V2 \
	VMOVDQU32.Z (P3)(BX*4), K2, V3

#define STORE4(V0, V1, V2, V3, P0, P1, P2, P3) \
	VMOVDQU32 V0, K2, (P0)(BX*4) \
	VMOVDQU32 V1, K2, (P1)(BX*4) \
	VMOVDQU32 V2, K2, (P2)(BX*4) \
	VMOVDQU32 V3, K2, (P3)(BX*4)
