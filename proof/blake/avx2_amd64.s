#include "textflag.h"

// Eight BLAKE3 compressions side by side. Y0 … Y11 are the words v0 … v11 of the
// state; there is no register left for v12 … v15, which lie on the stack, 32 bytes
// each, and visit Y12 and Y13 where they are used. DI points at the sixteen rows of
// the block, 64 bytes apart.

DATA avx2IV<>+0(SB)/4, $0x6a09e667
DATA avx2IV<>+4(SB)/4, $0xbb67ae85
DATA avx2IV<>+8(SB)/4, $0x3c6ef372
DATA avx2IV<>+12(SB)/4, $0xa54ff53a
GLOBL avx2IV<>(SB), RODATA|NOPTR, $16

// Rotations to the right by 16 and 8 bits, as orders of bytes.
DATA right16<>+0(SB)/8, $0x0504070601000302
DATA right16<>+8(SB)/8, $0x0d0c0f0e09080b0a
DATA right16<>+16(SB)/8, $0x0504070601000302
DATA right16<>+24(SB)/8, $0x0d0c0f0e09080b0a
GLOBL right16<>(SB), RODATA|NOPTR, $32
DATA right8<>+0(SB)/8, $0x0407060500030201
DATA right8<>+8(SB)/8, $0x0c0f0e0d080b0a09
DATA right8<>+16(SB)/8, $0x0407060500030201
DATA right8<>+24(SB)/8, $0x0c0f0e0d080b0a09
GLOBL right8<>(SB), RODATA|NOPTR, $32

// HALF is half of two quarter rounds G: message rows x and z, rotations of d and h
// by bytes, of b and f by n to the right, m = 32 − n.
#define HALF(a, b, c, x, e, f, g, z, bytes, n, m) \
	VPADDD (64*x)(DI), a, a         \
	VPADDD (64*z)(DI), e, e         \
	VPADDD b, a, a                  \
	VPADDD f, e, e                  \
	VPXOR a, Y12, Y12               \
	VPXOR e, Y13, Y13               \
	VPSHUFB bytes<>(SB), Y12, Y12   \
	VPSHUFB bytes<>(SB), Y13, Y13   \
	VPADDD Y12, c, c                \
	VPADDD Y13, g, g                \
	VPXOR c, b, b                   \
	VPXOR g, f, f                   \
	VPSRLD $n, b, Y14               \
	VPSRLD $n, f, Y15               \
	VPSLLD $m, b, b                 \
	VPSLLD $m, f, f                 \
	VPOR Y14, b, b                  \
	VPOR Y15, f, f

// G2 mixes (a, b, c, v(12+d)) with rows x, y and (e, f, g, v(12+h)) with z, w.
#define G2(a, b, c, d, x, y, e, f, g, h, z, w) \
	VMOVDQU (32*d)(SP), Y12                           \
	VMOVDQU (32*h)(SP), Y13                           \
	HALF(a, b, c, x, e, f, g, z, right16, 12, 20)     \
	HALF(a, b, c, y, e, f, g, w, right8, 7, 25)       \
	VMOVDQU Y12, (32*d)(SP)                           \
	VMOVDQU Y13, (32*h)(SP)

// ROUND mixes columns, then diagonals; its arguments are the order of the rows.
#define ROUND(m0, m1, m2, m3, m4, m5, m6, m7, m8, m9, m10, m11, m12, m13, m14, m15) \
	G2(Y0, Y4, Y8, 0, m0, m1, Y1, Y5, Y9, 1, m2, m3)       \
	G2(Y2, Y6, Y10, 2, m4, m5, Y3, Y7, Y11, 3, m6, m7)     \
	G2(Y0, Y5, Y10, 3, m8, m9, Y1, Y6, Y11, 0, m10, m11)   \
	G2(Y2, Y7, Y8, 1, m12, m13, Y3, Y4, Y9, 2, m14, m15)

// func compress8(d, block *uint32, counter, length, flags uint32)
TEXT ·compress8(SB), NOSPLIT, $128-28
	MOVQ d+0(FP), SI
	MOVQ block+8(FP), DI
	VMOVDQU 0(SI), Y0
	VMOVDQU 64(SI), Y1
	VMOVDQU 128(SI), Y2
	VMOVDQU 192(SI), Y3
	VMOVDQU 256(SI), Y4
	VMOVDQU 320(SI), Y5
	VMOVDQU 384(SI), Y6
	VMOVDQU 448(SI), Y7
	VPBROADCASTD avx2IV<>+0(SB), Y8
	VPBROADCASTD avx2IV<>+4(SB), Y9
	VPBROADCASTD avx2IV<>+8(SB), Y10
	VPBROADCASTD avx2IV<>+12(SB), Y11
	MOVL counter+16(FP), AX
	VMOVD AX, X12
	VPBROADCASTD X12, Y12
	VMOVDQU Y12, 0(SP)
	VPXOR Y13, Y13, Y13
	VMOVDQU Y13, 32(SP)
	MOVL length+20(FP), AX
	VMOVD AX, X12
	VPBROADCASTD X12, Y12
	VMOVDQU Y12, 64(SP)
	MOVL flags+24(FP), AX
	VMOVD AX, X13
	VPBROADCASTD X13, Y13
	VMOVDQU Y13, 96(SP)
	ROUND(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
	ROUND(2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8)
	ROUND(3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1)
	ROUND(10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6)
	ROUND(12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4)
	ROUND(9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7)
	ROUND(11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13)
	VPXOR Y8, Y0, Y0
	VMOVDQU Y0, 0(SI)
	VPXOR Y9, Y1, Y1
	VMOVDQU Y1, 64(SI)
	VPXOR Y10, Y2, Y2
	VMOVDQU Y2, 128(SI)
	VPXOR Y11, Y3, Y3
	VMOVDQU Y3, 192(SI)
	VPXOR 0(SP), Y4, Y4
	VMOVDQU Y4, 256(SI)
	VPXOR 32(SP), Y5, Y5
	VMOVDQU Y5, 320(SI)
	VPXOR 64(SP), Y6, Y6
	VMOVDQU Y6, 384(SI)
	VPXOR 96(SP), Y7, Y7
	VMOVDQU Y7, 448(SI)
	VZEROUPPER
	RET
