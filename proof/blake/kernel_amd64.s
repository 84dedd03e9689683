#include "textflag.h"

// Sixteen BLAKE3 compressions side by side. Z0 … Z15 are the words v0 … v15 of
// the state, DI points at the sixteen rows of the block, 64 bytes each.

DATA blakeIV<>+0(SB)/4, $0x6a09e667
DATA blakeIV<>+4(SB)/4, $0xbb67ae85
DATA blakeIV<>+8(SB)/4, $0x3c6ef372
DATA blakeIV<>+12(SB)/4, $0xa54ff53a
GLOBL blakeIV<>(SB), RODATA|NOPTR, $16

// G mixes four words with the message rows x and y.
#define G(a, b, c, d, x, y) \
	VPADDD (64*x)(DI), a, a \
	VPADDD b, a, a          \
	VPXORD a, d, d          \
	VPRORD $16, d, d        \
	VPADDD d, c, c          \
	VPXORD c, b, b          \
	VPRORD $12, b, b        \
	VPADDD (64*y)(DI), a, a \
	VPADDD b, a, a          \
	VPXORD a, d, d          \
	VPRORD $8, d, d         \
	VPADDD d, c, c          \
	VPXORD c, b, b          \
	VPRORD $7, b, b

// ROUND mixes columns, then diagonals; its arguments are the order of the rows.
#define ROUND(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15) \
	G(Z0, Z4, Z8, Z12, m0, m1)    \
	G(Z1, Z5, Z9, Z13, m2, m3)    \
	G(Z2, Z6, Z10, Z14, m4, m5)   \
	G(Z3, Z7, Z11, Z15, m6, m7)   \
	G(Z0, Z5, Z10, Z15, m8, m9)   \
	G(Z1, Z6, Z11, Z12, m10, m11) \
	G(Z2, Z7, Z8, Z13, m12, m13)  \
	G(Z3, Z4, Z9, Z14, m14, m15)

// func compress16(d *Digest, block *[16]Row, counter, length, flags uint32)
TEXT ·compress16(SB), NOSPLIT, $0-28
	MOVQ d+0(FP), SI
	MOVQ block+8(FP), DI
	VMOVDQU32 0(SI), Z0
	VMOVDQU32 64(SI), Z1
	VMOVDQU32 128(SI), Z2
	VMOVDQU32 192(SI), Z3
	VMOVDQU32 256(SI), Z4
	VMOVDQU32 320(SI), Z5
	VMOVDQU32 384(SI), Z6
	VMOVDQU32 448(SI), Z7
	VPBROADCASTD blakeIV<>+0(SB), Z8
	VPBROADCASTD blakeIV<>+4(SB), Z9
	VPBROADCASTD blakeIV<>+8(SB), Z10
	VPBROADCASTD blakeIV<>+12(SB), Z11
	MOVL counter+16(FP), AX
	VPBROADCASTD AX, Z12
	VPXORD Z13, Z13, Z13
	MOVL length+20(FP), AX
	VPBROADCASTD AX, Z14
	MOVL flags+24(FP), AX
	VPBROADCASTD AX, Z15
	ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
	ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
	ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)
	ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)
	ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)
	ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)
	ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)
	VPXORD Z8, Z0, Z0
	VMOVDQU32 Z0, 0(SI)
	VPXORD Z9, Z1, Z1
	VMOVDQU32 Z1, 64(SI)
	VPXORD Z10, Z2, Z2
	VMOVDQU32 Z2, 128(SI)
	VPXORD Z11, Z3, Z3
	VMOVDQU32 Z3, 192(SI)
	VPXORD Z12, Z4, Z4
	VMOVDQU32 Z4, 256(SI)
	VPXORD Z13, Z5, Z5
	VMOVDQU32 Z5, 320(SI)
	VPXORD Z14, Z6, Z6
	VMOVDQU32 Z6, 384(SI)
	VPXORD Z15, Z7, Z7
	VMOVDQU32 Z7, 448(SI)
	VZEROUPPER
	RET
