#include "textflag.h"
#include "avx512_amd64.h"

// Kernels over whole tables: folds of rows, passes of the transform, Bind.

// BUTTERFLY takes x₀…x₃ in Z0…Z3, the twiddles w₁, w₂, w₃ in Z4, Z5, Z6 and i in
// Z7, and leaves the four outputs in Z8…Z11, see Domain.transform. Sums that go
// into a product stay below 2p without reduction.
#define BUTTERFLY(MULW) \
	ADDP(Z0, Z2, Z12, Z16)            \
	SUBP(Z0, Z2, Z13, Z17)            \
	ADDP(Z1, Z3, Z14, Z18)            \
	VPSUBD Z3, Z1, Z15                \
	VPADDD Z31, Z15, Z15              \
	MULC(Z15, Z7, Z15, Z19, Z20, Z21) \
	ADDP(Z12, Z14, Z8, Z16)           \
	VPSUBD Z14, Z12, Z10              \
	VPADDD Z31, Z10, Z10              \
	VPADDD Z15, Z13, Z9               \
	VPSUBD Z15, Z13, Z11              \
	VPADDD Z31, Z11, Z11              \
	MULW(Z9, Z4, Z9, Z16, Z17, Z18)   \
	MULW(Z10, Z5, Z10, Z19, Z20, Z21) \
	MULW(Z11, Z6, Z11, Z22, Z23, Z24)

// LANES transposes the 4×4 lanes of 128 bits of Z8…Z11 into Z12…Z15.
#define LANES \
	VSHUFI32X4 $0x44, Z9, Z8, Z0   \
	VSHUFI32X4 $0xee, Z9, Z8, Z1   \
	VSHUFI32X4 $0x44, Z11, Z10, Z2 \
	VSHUFI32X4 $0xee, Z11, Z10, Z3 \
	VSHUFI32X4 $0x88, Z2, Z0, Z12  \
	VSHUFI32X4 $0xdd, Z2, Z0, Z13  \
	VSHUFI32X4 $0x88, Z3, Z1, Z14  \
	VSHUFI32X4 $0xdd, Z3, Z1, Z15

// QUADS transposes the 4×4 words of each lane of Z8…Z11, in place.
#define QUADS \
	VPUNPCKLDQ  Z9, Z8, Z0   \
	VPUNPCKHDQ  Z9, Z8, Z1   \
	VPUNPCKLDQ  Z11, Z10, Z2 \
	VPUNPCKHDQ  Z11, Z10, Z3 \
	VPUNPCKLQDQ Z2, Z0, Z8   \
	VPUNPCKHQDQ Z2, Z0, Z9   \
	VPUNPCKLQDQ Z3, Z1, Z10  \
	VPUNPCKHQDQ Z3, Z1, Z11

// BY multiplies V by the elements in Z4, whose odd lanes are in Z5.
#define BY(V) \
	VMOVSHDUP V, Z16         \
	VPMULUDQ  V, Z4, Z17     \
	VPMULUDQ  Z16, Z5, V     \
	REDUCE(Z17, V, Z18, Z19)

#define LOADX \
	VMOVDQU32 (R8)(BX*4), Z0  \
	VMOVDQU32 (R9)(BX*4), Z1  \
	VMOVDQU32 (R10)(BX*4), Z2 \
	VMOVDQU32 (R11)(BX*4), Z3

#define QUARTERS \
	MOVQ x+8(FP), R8        \
	MOVQ quarter+16(FP), CX \
	LEAQ (R8)(CX*4), R9     \
	LEAQ (R9)(CX*4), R10    \
	LEAQ (R10)(CX*4), R11   \
	MOVQ y+0(FP), DI        \
	MOVL imag+24(FP), AX    \
	VPBROADCASTD AX, Z7

// ROW multiplies the row in Z0 (odd lanes in Z1) by the coefficient at P and
// adds it to the pair of sums E, O.
#define ROW(P, E, O, T, S) \
	VPBROADCASTD (P)(R12*4), T \
	VPMULUDQ T, Z1, S          \
	VPMULUDQ T, Z0, T          \
	VPADDQ   S, O, O           \
	VPADDQ   T, E, E           \
	FOLD(O, S)                 \
	FOLD(E, T)

// ROWS is ROW for two rows, the second in Z2 (odd lanes in Z3): two products and a
// sum stay below 4p².
#define ROWS(P, E, O, T, S, U, V) \
	VPBROADCASTD (P)(R12*4), T  \
	VPBROADCASTD 4(P)(R12*4), U \
	VPMULUDQ T, Z1, S           \
	VPMULUDQ T, Z0, T           \
	VPMULUDQ U, Z3, V           \
	VPMULUDQ U, Z2, U           \
	VPADDQ   S, V, S            \
	VPADDQ   T, U, T            \
	VPADDQ   S, O, O            \
	VPADDQ   T, E, E            \
	FOLD(O, S)                  \
	FOLD(E, T)

// LIFT makes the pair E, O of the elements in O, times 2³² mod p (in Z28), so
// that reducing the pair gives them back.
#define LIFT(E, O, T) \
	VMOVSHDUP O, T      \
	VPMULUDQ  O, Z28, E \
	VPMULUDQ  T, Z28, O

// func foldRowsAVX512(v, c *ExtVec, rows *Vec, count, from, n int)
//
// v[from:from+n] += Σᵢ c[i]·rows[i][from:from+n], i < count.
TEXT ·foldRowsAVX512(SB), NOSPLIT, $0-48
	MOVQ n+40(FP), CX
	CONSTANTS
	MOVL $0x1fffffe, AX
	VPBROADCASTD AX, Z28
	MOVQ c+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, R15)
	MOVQ from+32(FP), BX
	JMP  check

loop:
	LOAD4(SI, DI, DX, R15, Z15, Z16, Z17, Z18)
	LIFT(Z11, Z15, Z19)
	LIFT(Z12, Z16, Z20)
	LIFT(Z13, Z17, Z21)
	LIFT(Z14, Z18, Z22)
	MOVQ rows+16(FP), R13
	XORQ R12, R12

rows:
	LEAQ 2(R12), AX
	CMPQ AX, count+24(FP)
	JGT  row
	MOVQ (R13), R14
	VMOVDQU32.Z (R14)(BX*4), K2, Z0
	MOVQ 24(R13), R14
	VMOVDQU32.Z (R14)(BX*4), K2, Z2
	VMOVSHDUP Z0, Z1
	VMOVSHDUP Z2, Z3
	ROWS(R8, Z11, Z15, Z19, Z20, Z21, Z22)
	ROWS(R9, Z12, Z16, Z23, Z24, Z25, Z26)
	ROWS(R10, Z13, Z17, Z19, Z20, Z21, Z22)
	ROWS(R11, Z14, Z18, Z23, Z24, Z25, Z26)
	ADDQ $48, R13
	ADDQ $2, R12
	CMPQ R12, count+24(FP)
	JLT  rows
	JMP  reduce

row:
	MOVQ (R13), R14
	VMOVDQU32.Z (R14)(BX*4), K2, Z0
	VMOVSHDUP Z0, Z1
	ROW(R8, Z11, Z15, Z19, Z20)
	ROW(R9, Z12, Z16, Z21, Z22)
	ROW(R10, Z13, Z17, Z19, Z20)
	ROW(R11, Z14, Z18, Z21, Z22)
	ADDQ $24, R13
	INCQ R12
	CMPQ R12, count+24(FP)
	JLT  row

reduce:
	REDUCES
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, R15)
	ADDQ $16, BX
	SUBQ $16, CX

check:
	CMPQ CX, $16
	JGE  loop
	TESTQ CX, CX
	JLE  done
	MASK
	JMP  loop

done:
	VZEROUPPER
	RET

// func radix4FirstAVX512(y, x *Elem, quarter int, imag Elem, w *[3]Vec)
//
// The pass s = 1. quarter is a multiple of 16.
TEXT ·radix4FirstAVX512(SB), NOSPLIT, $0-40
	CONSTANTS
	QUARTERS
	MOVQ w+32(FP), AX
	MOVQ 0(AX), R12
	MOVQ 24(AX), R13
	MOVQ 48(AX), R15
	XORQ BX, BX

loop:
	LOADX
	VMOVDQU32 (R12)(BX*4), Z4
	VMOVDQU32 (R13)(BX*4), Z5
	VMOVDQU32 (R15)(BX*4), Z6
	BUTTERFLY(MUL)
	QUADS
	LANES
	VMOVDQU32 Z12, (DI)
	VMOVDQU32 Z13, 64(DI)
	VMOVDQU32 Z14, 128(DI)
	VMOVDQU32 Z15, 192(DI)
	ADDQ $256, DI
	ADDQ $16, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func radix4SecondAVX512(y, x *Elem, quarter int, imag Elem, w *[3]Vec)
//
// The pass s = 4. quarter is a multiple of 16.
TEXT ·radix4SecondAVX512(SB), NOSPLIT, $0-40
	CONSTANTS
	QUARTERS
	MOVQ w+32(FP), AX
	MOVQ 0(AX), R12
	MOVQ 24(AX), R13
	MOVQ 48(AX), R15
	XORQ BX, BX

loop:
	LOADX
	VMOVDQU32 (R12)(BX*4), Z4
	VMOVDQU32 (R13)(BX*4), Z5
	VMOVDQU32 (R15)(BX*4), Z6
	BUTTERFLY(MUL)
	LANES
	VMOVDQU32 Z12, (DI)
	VMOVDQU32 Z13, 64(DI)
	VMOVDQU32 Z14, 128(DI)
	VMOVDQU32 Z15, 192(DI)
	ADDQ $256, DI
	ADDQ $16, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func radix4AVX512(y, x *Elem, quarter int, imag Elem, pow *Elem, s int)
//
// A pass with s a multiple of 16, s ≤ quarter.
TEXT ·radix4AVX512(SB), NOSPLIT, $0-48
	CONSTANTS
	QUARTERS
	MOVQ pow+32(FP), R12
	MOVQ s+40(FP), R13
	XORQ BX, BX
	XORQ DX, DX              // s·p

block:
	MOVQ DX, AX
	VPBROADCASTD (R12)(AX*4), Z4
	ADDQ DX, AX
	VPBROADCASTD (R12)(AX*4), Z5
	ADDQ DX, AX
	VPBROADCASTD (R12)(AX*4), Z6
	ADDQ R13, DX             // the end of this block of q

loop:
	LOADX
	BUTTERFLY(MULC)
	LEAQ (DI)(R13*4), SI
	LEAQ (SI)(R13*4), R15
	VMOVDQU32 Z8, (DI)
	VMOVDQU32 Z9, (SI)
	VMOVDQU32 Z10, (R15)
	VMOVDQU32 Z11, (R15)(R13*4)
	ADDQ $64, DI
	ADDQ $16, BX
	CMPQ BX, DX
	JLT  loop

	LEAQ (R15)(R13*4), DI    // y + 3s + q, and q has just become s:
	ADDQ $64, DI             // the next block of four rows
	CMPQ BX, CX
	JLT  block
	VZEROUPPER
	RET

// func spreadAVX512(x, a *Elem, n int, tw *firstTwiddles)
//
// n is a multiple of 16, n > 0.
TEXT ·spreadAVX512(SB), NOSPLIT, $0-32
	CONSTANTS
	MOVQ x+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ n+16(FP), CX
	MOVQ tw+24(FP), AX
	POINTERS(AX, R8, R9, R10, R11)
	XORQ BX, BX

loop:
	VMOVDQU32 (SI)(BX*4), Z4
	VMOVSHDUP Z4, Z5
	VMOVDQU32 (R8)(BX*4), Z8
	VMOVDQU32 (R9)(BX*4), Z9
	VMOVDQU32 (R10)(BX*4), Z10
	VMOVDQU32 (R11)(BX*4), Z11
	BY(Z8)
	BY(Z9)
	BY(Z10)
	BY(Z11)
	QUADS
	LANES
	VMOVDQU32 Z12, (DI)
	VMOVDQU32 Z13, 64(DI)
	VMOVDQU32 Z14, 128(DI)
	VMOVDQU32 Z15, 192(DI)
	ADDQ $256, DI
	ADDQ $16, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func butterfliesAVX512(sum, diff, a, b *Elem, n int)
TEXT ·butterfliesAVX512(SB), NOSPLIT, $0-40
	MOVQ sum+0(FP), DI
	MOVQ diff+8(FP), R8
	MOVQ a+16(FP), SI
	MOVQ b+24(FP), DX
	MOVQ n+32(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DX)(BX*4), K2, Z1
	ADDP(Z0, Z1, Z2, Z3)
	SUBP(Z0, Z1, Z4, Z5)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
	VMOVDQU32 Z4, K2, (R8)(BX*4)
	ADDQ $16, BX
	SUBQ $16, CX

check:
	CMPQ CX, $16
	JGE  loop
	TESTQ CX, CX
	JLE  done
	MASK
	JMP  loop

done:
	VZEROUPPER
	RET

// DIGITS adds 256ⁱ·A to the even and odd 64-bit sums E, O; SH = 8i, UP = 32 − 8i.
#define DIGITS(A, UP, SH, E, O) \
	VPSLLQ $32, A, Z20  \
	VPSRAQ $UP, Z20, Z20 \
	VPADDQ Z20, E, E    \
	VPSRAQ $32, A, Z21  \
	VPSLLQ $SH, Z21, Z21 \
	VPADDQ Z21, O, O

// VALUE makes one coefficient of 16 results out of the four sums A0…A3: with the
// offset at OFF(R10), a multiple of p minus 128·Σe, the whole is positive and
// below p·2³². One reduction, one product by 2⁶⁴ mod p (Z28).
#define VALUE(A0, A1, A2, A3, OFF, DST) \
	VPBROADCASTQ OFF(R10), Z18 \
	VMOVDQA64 Z18, Z19         \
	DIGITS(A0, 32, 0, Z18, Z19) \
	DIGITS(A1, 24, 8, Z18, Z19) \
	DIGITS(A2, 16, 16, Z18, Z19) \
	DIGITS(A3, 8, 24, Z18, Z19) \
	REDUCE(Z18, Z19, Z20, Z21)  \
	MULC(Z19, Z28, Z19, Z20, Z21, Z22) \
	VMOVDQU32 Z19, K2, (DST)(BX*4)

// func bindAVX512(dst *ExtVec, data, limbs *byte, offsets *[4]uint64, groups, cols int)
//
// data is the matrix in blocks of 16 columns, limbs sixteen groups of four
// balanced bytes for each four rows: coefficient c, digit i at 16c + 4i. cols > 0.
TEXT ·bindAVX512(SB), NOSPLIT, $0-48
	MOVQ cols+40(FP), CX
	CONSTANTS
	MOVL $0x17f7efe4, AX
	VPBROADCASTD AX, Z28
	MOVQ dst+0(FP), BX
	POINTERS(BX, SI, DI, DX, R15)
	MOVQ data+8(FP), R8
	MOVQ offsets+24(FP), R10
	XORQ BX, BX
	JMP  check

loop:
	VPXORD Z0, Z0, Z0
	VPXORD Z1, Z1, Z1
	VPXORD Z2, Z2, Z2
	VPXORD Z3, Z3, Z3
	VPXORD Z4, Z4, Z4
	VPXORD Z5, Z5, Z5
	VPXORD Z6, Z6, Z6
	VPXORD Z7, Z7, Z7
	VPXORD Z8, Z8, Z8
	VPXORD Z9, Z9, Z9
	VPXORD Z10, Z10, Z10
	VPXORD Z11, Z11, Z11
	VPXORD Z12, Z12, Z12
	VPXORD Z13, Z13, Z13
	VPXORD Z14, Z14, Z14
	VPXORD Z15, Z15, Z15
	MOVQ limbs+16(FP), R9
	MOVQ groups+32(FP), R11
	TESTQ R11, R11
	JE    values

group:
	VMOVDQU32 (R8), Z16
	VPDPBUSD.BCST 0(R9), Z16, Z0
	VPDPBUSD.BCST 4(R9), Z16, Z1
	VPDPBUSD.BCST 8(R9), Z16, Z2
	VPDPBUSD.BCST 12(R9), Z16, Z3
	VPDPBUSD.BCST 16(R9), Z16, Z4
	VPDPBUSD.BCST 20(R9), Z16, Z5
	VPDPBUSD.BCST 24(R9), Z16, Z6
	VPDPBUSD.BCST 28(R9), Z16, Z7
	VPDPBUSD.BCST 32(R9), Z16, Z8
	VPDPBUSD.BCST 36(R9), Z16, Z9
	VPDPBUSD.BCST 40(R9), Z16, Z10
	VPDPBUSD.BCST 44(R9), Z16, Z11
	VPDPBUSD.BCST 48(R9), Z16, Z12
	VPDPBUSD.BCST 52(R9), Z16, Z13
	VPDPBUSD.BCST 56(R9), Z16, Z14
	VPDPBUSD.BCST 60(R9), Z16, Z15
	ADDQ $64, R8
	ADDQ $64, R9
	DECQ R11
	JNE  group

values:
	VALUE(Z0, Z1, Z2, Z3, 0, SI)
	VALUE(Z4, Z5, Z6, Z7, 8, DI)
	VALUE(Z8, Z9, Z10, Z11, 16, DX)
	VALUE(Z12, Z13, Z14, Z15, 24, R15)
	ADDQ $16, BX
	SUBQ $16, CX

check:
	CMPQ CX, $16
	JGE  loop
	TESTQ CX, CX
	JLE  done
	MASK
	JMP  loop

done:
	VZEROUPPER
	RET
