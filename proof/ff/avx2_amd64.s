#include "textflag.h"
#include "avx2_amd64.h"

// Kernels over F for AVX2.

// func addAVX2(v, a, b *Elem, n int)
TEXT ·addAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS

loop:
	VMOVDQU (SI)(BX*4), Y0
	VMOVDQU (DX)(BX*4), Y1
	ADDP(Y0, Y1, Y2, Y3)
	VMOVDQU Y2, (DI)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func subAVX2(v, a, b *Elem, n int)
TEXT ·subAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS

loop:
	VMOVDQU (SI)(BX*4), Y0
	VMOVDQU (DX)(BX*4), Y1
	SUBP(Y0, Y1, Y2, Y3)
	VMOVDQU Y2, (DI)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func mulAVX2(v, a, b *Elem, n int)
TEXT ·mulAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS

loop:
	VMOVDQU (SI)(BX*4), Y0
	VMOVDQU (DX)(BX*4), Y1
	MUL(Y0, Y1, Y2, Y3, Y4, Y5)
	VMOVDQU Y2, (DI)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func scaleAVX2(v, a *Elem, c Elem, n int)
TEXT ·scaleAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVL c+16(FP), AX
	VMOVD AX, X6
	VPBROADCASTD X6, Y6
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS

loop:
	VMOVDQU (SI)(BX*4), Y0
	MULC(Y0, Y6, Y2, Y3, Y4, Y5)
	VMOVDQU Y2, (DI)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func axpyAVX2(v, a *Elem, c Elem, n int)
TEXT ·axpyAVX2(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVL c+16(FP), AX
	VMOVD AX, X6
	VPBROADCASTD X6, Y6
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS

loop:
	VMOVDQU (SI)(BX*4), Y0
	VMOVDQU (DI)(BX*4), Y1
	MULC(Y0, Y6, Y2, Y3, Y4, Y5)
	ADDP(Y1, Y2, Y2, Y3)
	VMOVDQU Y2, (DI)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// func innerAVX2(halves *[8]uint64, a, b *Elem, n int)
//
// halves receives four sums of the low halves of products, then four of the high
// halves: a sum of 2³² of them fits.
TEXT ·innerAVX2(SB), NOSPLIT, $0-32
	MOVQ halves+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	VPCMPEQD Y8, Y8, Y8
	VPSRLQ $32, Y8, Y8

loop:
	VMOVDQU (SI)(BX*4), Y0
	VMOVDQU (DX)(BX*4), Y1
	VPSRLQ $32, Y0, Y2
	VPSRLQ $32, Y1, Y3
	VPMULUDQ Y0, Y1, Y0
	VPMULUDQ Y2, Y3, Y2
	VPAND Y8, Y0, Y1
	VPAND Y8, Y2, Y3
	VPADDQ Y1, Y3, Y1
	VPADDQ Y1, Y6, Y6
	VPSRLQ $32, Y0, Y0
	VPSRLQ $32, Y2, Y2
	VPADDQ Y0, Y2, Y0
	VPADDQ Y0, Y7, Y7
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VMOVDQU Y6, (DI)
	VMOVDQU Y7, 32(DI)
	VZEROUPPER
	RET

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

// func radix4LinesAVX2(lines *[4]*Elem, x *[4]*Elem, w *[3]*Elem, imag Elem, n int)
//
// The butterflies of n elements whose twiddles lie in three vectors, each output
// in a line of its own.
TEXT ·radix4LinesAVX2(SB), NOSPLIT, $0-40
	CONSTANTS
	MOVQ x+8(FP), AX
	MOVQ 0(AX), R8
	MOVQ 8(AX), R9
	MOVQ 16(AX), R10
	MOVQ 24(AX), R11
	MOVQ lines+0(FP), AX
	MOVQ 0(AX), DI
	MOVQ 8(AX), SI
	MOVQ 16(AX), DX
	MOVQ 24(AX), R15
	MOVQ w+16(FP), AX
	MOVQ 0(AX), R12
	MOVQ 8(AX), R13
	MOVQ 16(AX), R14
	MOVL imag+24(FP), AX
	VMOVD AX, X12
	VPBROADCASTD X12, Y12
	MOVQ n+32(FP), CX
	XORQ BX, BX

loop:
	LOADX
	BUTTERFLY
	VMOVDQU Y0, (DI)(BX*4)
	VMOVDQU (R12)(BX*4), Y4
	MUL(Y1, Y4, Y5, Y8, Y9, Y10)
	VMOVDQU Y5, (SI)(BX*4)
	VMOVDQU (R13)(BX*4), Y4
	MUL(Y2, Y4, Y5, Y8, Y9, Y10)
	VMOVDQU Y5, (DX)(BX*4)
	VMOVDQU (R14)(BX*4), Y4
	MUL(Y3, Y4, Y5, Y8, Y9, Y10)
	VMOVDQU Y5, (R15)(BX*4)
	ADDQ $8, BX
	CMPQ BX, CX
	JLT  loop
	VZEROUPPER
	RET

// WEIGHTS adds the products of row J of a group, whose eight weights are a byte
// of each word of Y8, and the coefficients of eq at BX + J to the sums Y0…Y7: even
// columns, then odd ones, for each of the four vectors of eq.
#define WEIGHTS(J, UP) \
	VPSLLD $UP, Y8, Y9   \
	VPSRAD $24, Y9, Y9   \
	VPSRLQ $32, Y9, Y10  \
	VPBROADCASTD (4*J)(R8)(BX*4), Y11  \
	VPMULDQ Y11, Y9, Y12  \
	VPMULDQ Y11, Y10, Y13 \
	VPADDQ  Y12, Y0, Y0   \
	VPADDQ  Y13, Y1, Y1   \
	VPBROADCASTD (4*J)(R9)(BX*4), Y11  \
	VPMULDQ Y11, Y9, Y12  \
	VPMULDQ Y11, Y10, Y13 \
	VPADDQ  Y12, Y2, Y2   \
	VPADDQ  Y13, Y3, Y3   \
	VPBROADCASTD (4*J)(R10)(BX*4), Y11 \
	VPMULDQ Y11, Y9, Y12  \
	VPMULDQ Y11, Y10, Y13 \
	VPADDQ  Y12, Y4, Y4   \
	VPADDQ  Y13, Y5, Y5   \
	VPBROADCASTD (4*J)(R11)(BX*4), Y11 \
	VPMULDQ Y11, Y9, Y12  \
	VPMULDQ Y11, Y10, Y13 \
	VPADDQ  Y12, Y6, Y6   \
	VPADDQ  Y13, Y7, Y7

// func bindAVX2(sums *[4][2][4]int64, data *byte, eq *ExtVec, groups int)
//
// data are eight columns of a block of sixteen, eq has 4·groups elements. The
// products of 31 and 8 bits are summed in 64.
TEXT ·bindAVX2(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), DI
	MOVQ data+8(FP), SI
	MOVQ eq+16(FP), AX
	MOVQ groups+24(FP), CX
	MOVQ 0(AX), R8
	MOVQ 24(AX), R9
	MOVQ 48(AX), R10
	MOVQ 72(AX), R11
	MOVL $0x80808080, AX
	VMOVD AX, X15
	VPBROADCASTD X15, Y15
	XORQ BX, BX
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

loop:
	VMOVDQU (SI), Y8
	VPXOR Y15, Y8, Y8
	WEIGHTS(0, 24)
	WEIGHTS(1, 16)
	WEIGHTS(2, 8)
	WEIGHTS(3, 0)
	ADDQ $64, SI
	ADDQ $4, BX
	DECQ CX
	JNE  loop

	VMOVDQU Y0, (DI)
	VMOVDQU Y1, 32(DI)
	VMOVDQU Y2, 64(DI)
	VMOVDQU Y3, 96(DI)
	VMOVDQU Y4, 128(DI)
	VMOVDQU Y5, 160(DI)
	VMOVDQU Y6, 192(DI)
	VMOVDQU Y7, 224(DI)
	VZEROUPPER
	RET
