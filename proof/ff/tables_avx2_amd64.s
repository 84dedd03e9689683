#include "textflag.h"
#include "avx2_amd64.h"

// Kernels over whole tables for AVX2: passes of the transform, folds of rows, Bind.

// BUTTERFLY takes x₀…x₃ in Y0…Y3 and i in Y12 and leaves in Y0, Y1, Y2, Y3 the
// first output and what the twiddles w₁, w₂, w₃ multiply (below 2p).
#define BUTTERFLY \
	ADDP(Y0, Y2, Y4, Y8)           \
	SUBP(Y0, Y2, Y5, Y8)           \
	ADDP(Y1, Y3, Y6, Y8)           \
	VPSUBD Y3, Y1, Y7              \
	VPADDD Y15, Y7, Y7             \
	MULC(Y7, Y12, Y7, Y8, Y9, Y10) \
	ADDP(Y4, Y6, Y0, Y8)           \
	VPADDD Y7, Y5, Y1              \
	VPSUBD Y6, Y4, Y2              \
	VPADDD Y15, Y2, Y2             \
	VPSUBD Y7, Y5, Y3              \
	VPADDD Y15, Y3, Y3

#define LOADX \
	VMOVDQU (R8)(BX*4), Y0  \
	VMOVDQU (R9)(BX*4), Y1  \
	VMOVDQU (R10)(BX*4), Y2 \
	VMOVDQU (R11)(BX*4), Y3

// TWIDDLE multiplies V by the eight elements at (P)(BX*4).
#define TWIDDLE(P, V) \
	VMOVDQU (P)(BX*4), Y4 \
	MUL(V, Y4, V, Y8, Y9, Y10)

// QUADS stores the 4×8 elements of Y0…Y3 at DI column by column.
#define QUADS \
	VPUNPCKLDQ  Y1, Y0, Y4         \
	VPUNPCKHDQ  Y1, Y0, Y5         \
	VPUNPCKLDQ  Y3, Y2, Y6         \
	VPUNPCKHDQ  Y3, Y2, Y7         \
	VPUNPCKLQDQ Y6, Y4, Y0         \
	VPUNPCKHQDQ Y6, Y4, Y1         \
	VPUNPCKLQDQ Y7, Y5, Y2         \
	VPUNPCKHQDQ Y7, Y5, Y3         \
	LANES

// LANES stores the 4×2 lanes of 128 bits of Y0…Y3 at DI column by column.
#define LANES \
	VPERM2I128 $0x20, Y1, Y0, Y4 \
	VPERM2I128 $0x20, Y3, Y2, Y5 \
	VPERM2I128 $0x31, Y1, Y0, Y6 \
	VPERM2I128 $0x31, Y3, Y2, Y7 \
	VMOVDQU Y4, 0(DI)            \
	VMOVDQU Y5, 32(DI)           \
	VMOVDQU Y6, 64(DI)           \
	VMOVDQU Y7, 96(DI)           \
	ADDQ    $128, DI

// SMALL begins a pass s = 1 or s = 4, whose twiddles lie in three vectors.
#define SMALL \
	CONSTANTS               \
	MOVQ y+0(FP), DI        \
	MOVQ x+8(FP), R8        \
	MOVQ quarter+16(FP), CX \
	LEAQ (R8)(CX*4), R9     \
	LEAQ (R9)(CX*4), R10    \
	LEAQ (R10)(CX*4), R11   \
	MOVL imag+24(FP), AX    \
	VMOVD AX, X12           \
	VPBROADCASTD X12, Y12   \
	MOVQ w+32(FP), AX       \
	MOVQ 0(AX), R12         \
	MOVQ 24(AX), R13        \
	MOVQ 48(AX), R15        \
	XORQ BX, BX

// func radix4AVX2(y, x *Elem, quarter int, imag Elem, pow *Elem, s int)
//
// A pass with s a multiple of 8, s ≤ quarter.
TEXT ·radix4AVX2(SB), NOSPLIT, $0-48
	CONSTANTS
	MOVQ y+0(FP), DI
	MOVQ x+8(FP), R8
	MOVQ quarter+16(FP), CX
	LEAQ (R8)(CX*4), R9
	LEAQ (R9)(CX*4), R10
	LEAQ (R10)(CX*4), R11
	MOVL imag+24(FP), AX
	VMOVD AX, X12
	VPBROADCASTD X12, Y12
	MOVQ pow+32(FP), R12
	MOVQ s+40(FP), R13
	XORQ BX, BX
	XORQ DX, DX

block:
	MOVQ DX, SI
	LEAQ (DX)(DX*1), AX
	LEAQ (AX)(DX*1), R15
	ADDQ R13, DX

loop:
	LOADX
	BUTTERFLY
	VMOVDQU Y0, (DI)
	VPBROADCASTD (R12)(SI*4), Y4
	MULC(Y1, Y4, Y1, Y8, Y9, Y10)
	VMOVDQU Y1, (DI)(R13*4)
	VPBROADCASTD (R12)(AX*4), Y4
	MULC(Y2, Y4, Y2, Y8, Y9, Y10)
	VMOVDQU Y2, (DI)(R13*8)
	VPBROADCASTD (R12)(R15*4), Y4
	MULC(Y3, Y4, Y3, Y8, Y9, Y10)
	LEAQ (DI)(R13*8), R14
	VMOVDQU Y3, (R14)(R13*4)
	ADDQ $32, DI
	ADDQ $8, BX
	CMPQ BX, DX
	JLT  loop

	LEAQ (R13)(R13*2), R14
	LEAQ (DI)(R14*4), DI
	CMPQ BX, CX
	JLT  block
	VZEROUPPER
	RET

// func radix4FirstAVX2(y, x *Elem, quarter int, imag Elem, w *[3]Vec)
//
// The pass s = 1. quarter is a multiple of 8.
TEXT ·radix4FirstAVX2(SB), NOSPLIT, $0-40
	SMALL

loop:
	LOADX
	BUTTERFLY
	TWIDDLE(R12, Y1)
	TWIDDLE(R13, Y2)
	TWIDDLE(R15, Y3)
	QUADS
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func radix4SecondAVX2(y, x *Elem, quarter int, imag Elem, w *[3]Vec)
//
// The pass s = 4. quarter is a multiple of 8.
TEXT ·radix4SecondAVX2(SB), NOSPLIT, $0-40
	SMALL

loop:
	LOADX
	BUTTERFLY
	TWIDDLE(R12, Y1)
	TWIDDLE(R13, Y2)
	TWIDDLE(R15, Y3)
	LANES
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// SPREAD multiplies V by the elements in Y11, whose odd lanes are in Y12.
#define SPREAD(V) \
	VPSRLQ   $32, V, Y8   \
	VPMULUDQ V, Y11, Y9   \
	VPMULUDQ Y8, Y12, V   \
	REDUCE(Y9, V, Y8, Y10)

// func spreadAVX2(x, a *Elem, n int, tw *firstTwiddles)
TEXT ·spreadAVX2(SB), NOSPLIT, $0-32
	CONSTANTS
	MOVQ x+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ tw+24(FP), AX
	POINTERS(AX, R8, R9, R10, R11)
	XORQ BX, BX

loop:
	VMOVDQU (SI)(BX*4), Y11
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3)
	VPSRLQ $32, Y11, Y12
	SPREAD(Y0)
	SPREAD(Y1)
	SPREAD(Y2)
	SPREAD(Y3)
	QUADS
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// ROW multiplies the row in EVEN, whose odd lanes are in ODD, by the coefficient
// OFF bytes behind (P)(R12*4) and adds it to the pair of sums E, O.
#define ROW(P, OFF, EVEN, ODD, E, O) \
	VPBROADCASTD OFF(P)(R12*4), Y12 \
	VPMULUDQ Y12, ODD, Y13          \
	VPMULUDQ Y12, EVEN, Y12         \
	VPADDQ   Y13, O, O              \
	VPADDQ   Y12, E, E

// FOLDS brings a pair of sums below p·2³², see ACCUMULATE: before two products
// below p² < p·2³¹ were added they were.
#define FOLDS(E, O) \
	VPSUBD  Y14, E, Y12 \
	VPMINUD Y12, E, E   \
	VPSUBD  Y14, O, Y13 \
	VPMINUD Y13, O, O

#define ROWS(P, E, O) \
	ROW(P, 0, Y0, Y1, E, O) \
	ROW(P, 4, Y2, Y3, E, O) \
	FOLDS(E, O)

#define ONEROW(P, E, O) \
	ROW(P, 0, Y0, Y1, E, O) \
	FOLDS(E, O)

#define ZERO(V) VPXOR V, V, V

// func foldRowsAVX2(v, c *ExtVec, rows *Vec, count, from, n int)
//
// v[from:from+n] += Σᵢ c[i]·rows[i][from:from+n], i < count, 0 < count.
TEXT ·foldRowsAVX2(SB), NOSPLIT, $0-48
	CONSTANTS
	VPSLLQ $32, Y15, Y14
	MOVQ n+40(FP), CX
	MOVQ c+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, R15)
	MOVQ from+32(FP), BX

loop:
	ZERO(Y4)
	ZERO(Y5)
	ZERO(Y6)
	ZERO(Y7)
	ZERO(Y8)
	ZERO(Y9)
	ZERO(Y10)
	ZERO(Y11)
	MOVQ rows+16(FP), R13
	XORQ R12, R12

rows:
	LEAQ 2(R12), AX
	CMPQ AX, count+24(FP)
	JGT  row
	MOVQ (R13), R14
	VMOVDQU (R14)(BX*4), Y0
	MOVQ 24(R13), R14
	VMOVDQU (R14)(BX*4), Y2
	VPSRLQ $32, Y0, Y1
	VPSRLQ $32, Y2, Y3
	ROWS(R8, Y4, Y8)
	ROWS(R9, Y5, Y9)
	ROWS(R10, Y6, Y10)
	ROWS(R11, Y7, Y11)
	ADDQ $48, R13
	ADDQ $2, R12
	CMPQ R12, count+24(FP)
	JLT  rows
	JMP  reduce

row:
	MOVQ (R13), R14
	VMOVDQU (R14)(BX*4), Y0
	VPSRLQ $32, Y0, Y1
	ONEROW(R8, Y4, Y8)
	ONEROW(R9, Y5, Y9)
	ONEROW(R10, Y6, Y10)
	ONEROW(R11, Y7, Y11)

reduce:
	CONSTANTS
	REDUCE(Y4, Y8, Y12, Y13)
	REDUCE(Y5, Y9, Y12, Y13)
	REDUCE(Y6, Y10, Y12, Y13)
	REDUCE(Y7, Y11, Y12, Y13)
	LOAD4(SI, DI, DX, R15, Y0, Y1, Y2, Y3)
	ADDP(Y0, Y8, Y8, Y12)
	ADDP(Y1, Y9, Y9, Y13)
	ADDP(Y2, Y10, Y10, Y12)
	ADDP(Y3, Y11, Y11, Y13)
	STORE4(Y8, Y9, Y10, Y11, SI, DI, DX, R15)
	VPSLLQ $32, Y15, Y14
	ADDQ $8, BX
	SUBQ $8, CX
	JNE  loop
	VZEROUPPER
	RET

// LIMB adds the products of sixteen words of V and the pair of limbs OFF bytes
// behind R8 to D.
#define LIMB(OFF, V, D) \
	VPBROADCASTD OFF(R8), Y11 \
	VPMADDWD     V, Y11, Y11  \
	VPADDD       Y11, D, D

// LIMBS adds those of the four rows of a group to the sums of low and high limbs.
#define LIMBS(OFF, L, H) \
	LIMB(OFF+0, Y9, L)  \
	LIMB(OFF+4, Y10, L) \
	LIMB(OFF+8, Y9, H)  \
	LIMB(OFF+12, Y10, H)

// WIDEN adds H·2¹⁶ + L to the 64-bit sums of even and of odd columns at OFF(AX),
// and clears both.
#define WIDEN(OFF, L, H) \
	VPMULDQ H, Y14, Y8            \
	VPMULDQ L, Y15, Y9            \
	VPADDQ  Y8, Y9, Y8            \
	VPADDQ  OFF(AX), Y8, Y8       \
	VMOVDQA Y8, OFF(AX)           \
	VPSRLQ  $32, H, H             \
	VPSRLQ  $32, L, L             \
	VPMULDQ H, Y14, Y8            \
	VPMULDQ L, Y15, Y9            \
	VPADDQ  Y8, Y9, Y8            \
	VPADDQ  (OFF+32)(AX), Y8, Y8  \
	VMOVDQA Y8, (OFF+32)(AX)      \
	ZERO(L)                       \
	ZERO(H)

// RESIDUES stores x mod p at P for the sums x < 2⁵⁶ at OFF(AX). With x = h·2³² + l
// the number h·(2⁶⁴ mod p) + l·(2³² mod p) < 2⁵⁵ + 2⁵⁷ is x·2³² mod p.
#define RESIDUES(OFF, P) \
	VMOVDQA  OFF(AX), Y0          \
	VMOVDQA  (OFF+32)(AX), Y1     \
	VPSRLQ   $32, Y0, Y2          \
	VPSRLQ   $32, Y1, Y3          \
	VPMULUDQ Y2, Y12, Y2          \
	VPMULUDQ Y3, Y12, Y3          \
	VPMULUDQ Y0, Y13, Y0          \
	VPMULUDQ Y1, Y13, Y1          \
	VPADDQ   Y0, Y2, Y0           \
	VPADDQ   Y1, Y3, Y1           \
	REDUCE(Y0, Y1, Y2, Y3)        \
	VMOVDQU  Y1, (P)(BX*4)

#define BROADCAST(C, X, Y) \
	MOVQ         C, DX \
	VMOVQ        DX, X \
	VPBROADCASTQ X, Y

// func bindAVX2(dst *ExtVec, data *byte, limbs *[16]uint32, groups, from int)
//
// data are eight columns of a block of sixteen, which become dst[from:from+8];
// limbs are those of eq, see pairLimbs. A group of four rows adds at most
// 4·2⁷·2¹⁵ = 2²⁴ to a sum of 32 bits, so that 64 groups stay below 2³¹; then it goes
// to sums of 64 bits, which begin at p·2²⁴ > 2⁵⁴ ≥ 2¹⁶·2⁷·2³¹ and stay positive.
TEXT ·bindAVX2(SB), NOSPLIT, $288-40
	MOVQ data+8(FP), SI
	MOVQ limbs+16(FP), R8
	MOVQ groups+24(FP), CX
	ALIGNED
	BROADCAST($0x7f000001000000, X0, Y0)
	VMOVDQA Y0, 0(AX)
	VMOVDQA Y0, 32(AX)
	VMOVDQA Y0, 64(AX)
	VMOVDQA Y0, 96(AX)
	VMOVDQA Y0, 128(AX)
	VMOVDQA Y0, 160(AX)
	VMOVDQA Y0, 192(AX)
	VMOVDQA Y0, 224(AX)
	BROADCAST($0x8080808080808080, X13, Y13)
	BROADCAST($0x10000, X14, Y14)
	BROADCAST($1, X15, Y15)
	ZERO(Y0)
	ZERO(Y1)
	ZERO(Y2)
	ZERO(Y3)
	ZERO(Y4)
	ZERO(Y5)
	ZERO(Y6)
	ZERO(Y7)

part:
	MOVQ $64, DX
	CMPQ CX, DX
	CMOVQLT CX, DX
	SUBQ DX, CX

loop:
	VPXOR  (SI), Y13, Y10
	VPSLLW $8, Y10, Y9
	VPSRAW $8, Y9, Y9
	VPSRAW $8, Y10, Y10
	LIMBS(0, Y0, Y1)
	LIMBS(16, Y2, Y3)
	LIMBS(32, Y4, Y5)
	LIMBS(48, Y6, Y7)
	ADDQ $64, SI
	ADDQ $64, R8
	DECQ DX
	JNE  loop

	WIDEN(0, Y0, Y1)
	WIDEN(64, Y2, Y3)
	WIDEN(128, Y4, Y5)
	WIDEN(192, Y6, Y7)
	TESTQ CX, CX
	JNE  part

	BROADCAST($0x17f7efe4, X12, Y12)
	BROADCAST($0x1fffffe, X13, Y13)
	MOVQ dst+0(FP), DX
	POINTERS(DX, R8, R9, R10, R11)
	MOVQ from+32(FP), BX
	MOVQ AX, DX
	CONSTANTS
	MOVQ DX, AX
	RESIDUES(0, R8)
	RESIDUES(64, R9)
	RESIDUES(128, R10)
	RESIDUES(192, R11)
	VZEROUPPER
	RET

// BYTES turns the bytes w + 128 at (SI), moved down by X8 bits, into elements at
// OFF(DI): w + p < 2p times 2⁶⁴ mod p.
#define BYTES(OFF) \
	VMOVDQU OFF(SI), Y0          \
	VPSRLD  X8, Y0, Y0           \
	VPAND   Y11, Y0, Y0          \
	VPADDD  Y7, Y0, Y0           \
	MULC(Y0, Y6, Y2, Y3, Y4, Y5) \
	VMOVDQU Y2, OFF(DI)

// func int8RowAVX2(dst *Elem, data *byte, shift, stride, blocks int)
//
// Sixteen columns a block, blocks stride bytes apart; of each group of four rows
// the one that shift bits select.
TEXT ·int8RowAVX2(SB), NOSPLIT, $0-40
	CONSTANTS
	MOVQ dst+0(FP), DI
	MOVQ data+8(FP), SI
	MOVQ shift+16(FP), AX
	VMOVQ AX, X8
	MOVQ stride+24(FP), DX
	MOVQ blocks+32(FP), CX
	MOVL $0x17f7efe4, AX
	VMOVD AX, X6
	VPBROADCASTD X6, Y6
	MOVL $0x7effff81, AX
	VMOVD AX, X7
	VPBROADCASTD X7, Y7
	MOVL $0xff, AX
	VMOVD AX, X11
	VPBROADCASTD X11, Y11

loop:
	BYTES(0)
	BYTES(32)
	ADDQ $64, DI
	ADDQ DX, SI
	DECQ CX
	JNE  loop
	VZEROUPPER
	RET
