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

// func setInt32AVX2(v *Elem, x *int32, n int)
//
// A negative x becomes x + 2p < 2p, which MULC may multiply by 2⁶⁴ mod p.
TEXT ·setInt32AVX2(SB), NOSPLIT, $0-24
	MOVQ v+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL $0x17f7efe4, AX
	VMOVD AX, X6
	VPBROADCASTD X6, Y6
	XORQ BX, BX
	CONSTANTS
	VPADDD Y15, Y15, Y7

loop:
	VMOVDQU (SI)(BX*4), Y0
	VPSRAD $31, Y0, Y1
	VPAND  Y7, Y1, Y1
	VPADDD Y1, Y0, Y0
	MULC(Y0, Y6, Y2, Y3, Y4, Y5)
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
