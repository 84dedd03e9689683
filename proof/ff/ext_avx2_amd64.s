#include "textflag.h"
#include "avx2_amd64.h"

// Arithmetic in E for AVX2, see Ext.Mul: a stands in Y0…Y3, b in memory or in
// registers, and the tripled b₁, b₂, b₃ too. Products of even lanes are summed
// first, into Y4…Y7; then a and b move down by a lane for those of odd lanes.

// DOT is D = a₀X₀ + a₁X₁ + a₂X₂ + a₃X₃ over the even lanes, below 4p² < 2⁶⁴ for
// operands below p.
#define DOT(X0, X1, X2, X3, D) \
	VPMULUDQ X0, Y0, D    \
	VPMULUDQ X1, Y1, Y12  \
	VPADDQ   Y12, D, D    \
	VPMULUDQ X2, Y2, Y12  \
	VPMULUDQ X3, Y3, Y13  \
	VPADDQ   Y13, Y12, Y12 \
	VPADDQ   Y12, D, D

// REDUCE4 takes pairs E, O < 4p² and leaves E = the 8 products by 2⁻³², < p.
// There is no minimum of 64-bit lanes here, so that the high half h < 2p of a sum
// x, not x, is brought below p. With q = x·p⁻¹ mod 2³² the low halves of x and q·p
// agree, and h − ⌊q·p/2³²⌋ lies in (−p, p).
#define REDUCE4(E, O) \
	VPMULUDQ E, Y14, Y12        \
	VPMULUDQ O, Y14, Y13        \
	VPMULUDQ Y12, Y15, Y12      \
	VPMULUDQ Y13, Y15, Y13      \
	VPSRLQ   $32, E, E          \
	VPBLENDD $0xaa, O, E, E     \
	VPSRLQ   $32, Y12, Y12      \
	VPBLENDD $0xaa, Y13, Y12, Y12 \
	VPSUBD   Y15, E, Y13        \
	VPMINUD  Y13, E, E          \
	VPSUBD   Y12, E, E          \
	VPADDD   Y15, E, Y12        \
	VPMINUD  Y12, E, E

// EVEN sums the products of the even lanes.
#define EVEN(B0, B1, B2, B3, T1, T2, T3) \
	DOT(B0, T3, T2, T1, Y4) \
	DOT(B1, B0, T3, T2, Y5) \
	DOT(B2, B1, B0, T3, Y6) \
	DOT(B3, B2, B1, B0, Y7)

// ODD adds those of the odd lanes and leaves the product in Y4…Y7.
#define ODD(B0, B1, B2, B3, T1, T2, T3) \
	VPSRLQ $32, Y0, Y0       \
	VPSRLQ $32, Y1, Y1       \
	VPSRLQ $32, Y2, Y2       \
	VPSRLQ $32, Y3, Y3       \
	DOT(B0, T3, T2, T1, Y11) \
	REDUCE4(Y4, Y11)         \
	DOT(B1, B0, T3, T2, Y11) \
	REDUCE4(Y5, Y11)         \
	DOT(B2, B1, B0, T3, Y11) \
	REDUCE4(Y6, Y11)         \
	DOT(B3, B2, B1, B0, Y11) \
	REDUCE4(Y7, Y11)

// TRIPLE is D = 3B < p.
#define TRIPLE(B, D) \
	ADDP(B, B, D, Y12) \
	ADDP(B, D, D, Y12)

// SHIFTB stores the odd lanes of b at AX and fills Y8…Y10 with the triples.
#define SHIFTB \
	LOAD4(R12, R13, R14, R15, Y4, Y8, Y9, Y10) \
	VPSRLQ  $32, Y4, Y5    \
	VPSRLQ  $32, Y8, Y6    \
	VPSRLQ  $32, Y9, Y7    \
	VPSRLQ  $32, Y10, Y11  \
	VMOVDQA Y5, 0(AX)      \
	VMOVDQA Y6, 32(AX)     \
	VMOVDQA Y7, 64(AX)     \
	VMOVDQA Y11, 96(AX)    \
	VMOVDQA Y8, Y5         \
	VMOVDQA Y9, Y6         \
	VMOVDQA Y10, Y7        \
	TRIPLE(Y5, Y8)         \
	TRIPLE(Y6, Y9)         \
	TRIPLE(Y7, Y10)

// MULEXT leaves the product of the elements of E at BX in Y4…Y7.
#define MULEXT \
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3) \
	SHIFTB                                  \
	EVEN((R12)(BX*4), (R13)(BX*4), (R14)(BX*4), (R15)(BX*4), Y8, Y9, Y10) \
	VPSRLQ $32, Y8, Y8                      \
	VPSRLQ $32, Y9, Y9                      \
	VPSRLQ $32, Y10, Y10                    \
	ODD(0(AX), 32(AX), 64(AX), 96(AX), Y8, Y9, Y10)

// CONSTANTB broadcasts the element of E at R and its triples to the seven vectors
// at AX.
#define CONSTANTB(R) \
	VPBROADCASTD 0(R), Y4  \
	VPBROADCASTD 4(R), Y5  \
	VPBROADCASTD 8(R), Y6  \
	VPBROADCASTD 12(R), Y7 \
	TRIPLE(Y5, Y8)         \
	TRIPLE(Y6, Y9)         \
	TRIPLE(Y7, Y10)        \
	VMOVDQA Y4, 0(AX)      \
	VMOVDQA Y5, 32(AX)     \
	VMOVDQA Y6, 64(AX)     \
	VMOVDQA Y7, 96(AX)     \
	VMOVDQA Y8, 128(AX)    \
	VMOVDQA Y9, 160(AX)    \
	VMOVDQA Y10, 192(AX)

// MULEXTC leaves the product of Y0…Y3 and the constant at AX in Y4…Y7.
#define MULEXTC \
	EVEN(0(AX), 32(AX), 64(AX), 96(AX), 128(AX), 160(AX), 192(AX)) \
	ODD(0(AX), 32(AX), 64(AX), 96(AX), 128(AX), 160(AX), 192(AX))

// ADD4 adds the elements of E in Y0…Y3 to those in Y4…Y7.
#define ADD4 \
	ADDP(Y0, Y4, Y4, Y8)  \
	ADDP(Y1, Y5, Y5, Y9)  \
	ADDP(Y2, Y6, Y6, Y10) \
	ADDP(Y3, Y7, Y7, Y11)

// func mulExtAVX2(v, a, b *ExtVec, n int)
TEXT ·mulExtAVX2(SB), NOSPLIT, $160-32
	CONSTANTS
	ALIGNED
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, CX)
	XORQ BX, BX

loop:
	MULEXT
	STORE4(Y4, Y5, Y6, Y7, SI, DI, DX, CX)
	ADDQ $8, BX
	CMPQ BX, n+24(FP)
	JLT  loop
	VZEROUPPER
	RET

// func mulAddExtAVX2(v, a, b *ExtVec, n int)
TEXT ·mulAddExtAVX2(SB), NOSPLIT, $160-32
	CONSTANTS
	ALIGNED
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, CX)
	XORQ BX, BX

loop:
	MULEXT
	LOAD4(SI, DI, DX, CX, Y0, Y1, Y2, Y3)
	ADD4
	STORE4(Y4, Y5, Y6, Y7, SI, DI, DX, CX)
	ADDQ $8, BX
	CMPQ BX, n+24(FP)
	JLT  loop
	VZEROUPPER
	RET

// func scaleExtAVX2(v, a *ExtVec, c *Ext, n int)
TEXT ·scaleExtAVX2(SB), NOSPLIT, $256-32
	CONSTANTS
	ALIGNED
	MOVQ c+16(FP), BX
	CONSTANTB(BX)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, CX)
	XORQ BX, BX

loop:
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3)
	MULEXTC
	STORE4(Y4, Y5, Y6, Y7, SI, DI, DX, CX)
	ADDQ $8, BX
	CMPQ BX, n+24(FP)
	JLT  loop
	VZEROUPPER
	RET

// func axpyExtAVX2(v, a *ExtVec, c *Ext, n int)
TEXT ·axpyExtAVX2(SB), NOSPLIT, $256-32
	CONSTANTS
	ALIGNED
	MOVQ c+16(FP), BX
	CONSTANTB(BX)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, CX)
	XORQ BX, BX

loop:
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3)
	MULEXTC
	LOAD4(SI, DI, DX, CX, Y0, Y1, Y2, Y3)
	ADD4
	STORE4(Y4, Y5, Y6, Y7, SI, DI, DX, CX)
	ADDQ $8, BX
	CMPQ BX, n+24(FP)
	JLT  loop
	VZEROUPPER
	RET

// func foldExtAVX2(v *ExtVec, r *Ext, lo, hi *ExtVec, n int)
TEXT ·foldExtAVX2(SB), NOSPLIT, $256-40
	CONSTANTS
	ALIGNED
	MOVQ r+8(FP), BX
	CONSTANTB(BX)
	MOVQ hi+24(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ lo+16(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, CX)
	XORQ BX, BX

loop:
	LOAD4(R12, R13, R14, R15, Y0, Y1, Y2, Y3)
	LOAD4(R8, R9, R10, R11, Y4, Y5, Y6, Y7)
	SUBP(Y0, Y4, Y0, Y8)
	SUBP(Y1, Y5, Y1, Y9)
	SUBP(Y2, Y6, Y2, Y10)
	SUBP(Y3, Y7, Y3, Y11)
	MULEXTC
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3)
	ADD4
	STORE4(Y4, Y5, Y6, Y7, SI, DI, DX, CX)
	ADDQ $8, BX
	CMPQ BX, n+32(FP)
	JLT  loop
	VZEROUPPER
	RET

// ACCUMULATE adds the dot product of DOT to the sum D < p·2³². Y14 is p·2³²: a sum
// s < 2p·2³² less that, where it is not negative, has the high half min(h, h − p),
// and its low half stays.
#define ACCUMULATE(X0, X1, X2, X3, D) \
	DOT(X0, X1, X2, X3, Y11) \
	VPSUBD  Y14, Y11, Y12    \
	VPMINUD Y12, Y11, Y11    \
	VPADDQ  Y11, D, D        \
	VPSUBD  Y14, D, Y12      \
	VPMINUD Y12, D, D

#define ACCUMULATES(B0, B1, B2, B3) \
	ACCUMULATE(B0, Y10, Y9, Y8, Y4) \
	ACCUMULATE(B1, B0, Y10, Y9, Y5) \
	ACCUMULATE(B2, B1, B0, Y10, Y6) \
	ACCUMULATE(B3, B2, B1, B0, Y7)

#define SHIFT(FROM, TO) \
	VMOVDQU (FROM)(BX*4), Y12 \
	VPSRLQ  $32, Y12, Y12     \
	VMOVDQA Y12, TO

// func innerExtAVX2(sums *[4][4]uint64, a, b *ExtVec, n int)
//
// sums receives four partial sums of each coefficient, each below p·2³².
TEXT ·innerExtAVX2(SB), NOSPLIT, $160-32
	CONSTANTS
	ALIGNED
	VPSLLQ $32, Y15, Y14
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ sums+0(FP), DI
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7
	XORQ BX, BX

loop:
	LOAD4(R8, R9, R10, R11, Y0, Y1, Y2, Y3)
	SHIFT(R12, 0(AX))
	SHIFT(R13, 32(AX))
	SHIFT(R14, 64(AX))
	SHIFT(R15, 96(AX))
	VMOVDQU (R13)(BX*4), Y13
	TRIPLE(Y13, Y8)
	VMOVDQU (R14)(BX*4), Y13
	TRIPLE(Y13, Y9)
	VMOVDQU (R15)(BX*4), Y13
	TRIPLE(Y13, Y10)
	ACCUMULATES((R12)(BX*4), (R13)(BX*4), (R14)(BX*4), (R15)(BX*4))
	VPSRLQ $32, Y0, Y0
	VPSRLQ $32, Y1, Y1
	VPSRLQ $32, Y2, Y2
	VPSRLQ $32, Y3, Y3
	VPSRLQ $32, Y8, Y8
	VPSRLQ $32, Y9, Y9
	VPSRLQ $32, Y10, Y10
	ACCUMULATES(0(AX), 32(AX), 64(AX), 96(AX))
	ADDQ $8, BX
	CMPQ BX, n+24(FP)
	JLT  loop
	VMOVDQU Y4, (DI)
	VMOVDQU Y5, 32(DI)
	VMOVDQU Y6, 64(DI)
	VMOVDQU Y7, 96(DI)
	VZEROUPPER
	RET
