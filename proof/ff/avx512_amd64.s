#include "textflag.h"
#include "avx512_amd64.h"

// Element-wise kernels, sums of products, and arithmetic in E.

// func addAVX512(v, a, b *Elem, n int)
TEXT ·addAVX512(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DX)(BX*4), K2, Z1
	ADDP(Z0, Z1, Z2, Z3)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func subAVX512(v, a, b *Elem, n int)
TEXT ·subAVX512(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DX)(BX*4), K2, Z1
	SUBP(Z0, Z1, Z2, Z3)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func mulAVX512(v, a, b *Elem, n int)
TEXT ·mulAVX512(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DX)(BX*4), K2, Z1
	MUL(Z0, Z1, Z2, Z3, Z4, Z5)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func scaleAVX512(v, a *Elem, c Elem, n int)
TEXT ·scaleAVX512(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVL c+16(FP), AX
	VPBROADCASTD AX, Z6
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	MULC(Z0, Z6, Z2, Z3, Z4, Z5)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func axpyAVX512(v, a *Elem, c Elem, n int)
TEXT ·axpyAVX512(SB), NOSPLIT, $0-32
	MOVQ v+0(FP), DI
	MOVQ a+8(FP), SI
	MOVL c+16(FP), AX
	VPBROADCASTD AX, Z6
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DI)(BX*4), K2, Z1
	MULC(Z0, Z6, Z2, Z3, Z4, Z5)
	ADDP(Z1, Z2, Z2, Z3)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func setInt32AVX512(v *Elem, x *int32, n int)
//
// A negative x becomes x + 2p < 2p, which MULC may multiply by 2⁶⁴ mod p.
TEXT ·setInt32AVX512(SB), NOSPLIT, $0-24
	MOVQ v+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL $0x17f7efe4, AX
	VPBROADCASTD AX, Z6
	XORQ BX, BX
	CONSTANTS
	VPADDD Z31, Z31, Z7
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VPSRAD $31, Z0, Z1
	VPANDD Z7, Z1, Z1
	VPADDD Z1, Z0, Z0
	MULC(Z0, Z6, Z2, Z3, Z4, Z5)
	VMOVDQU32 Z2, K2, (DI)(BX*4)
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

// func innerAVX512(sums *[16]uint64, a, b *Elem, n int)
//
// sums receives sixteen partial sums, each below 2p².
TEXT ·innerAVX512(SB), NOSPLIT, $0-32
	MOVQ sums+0(FP), DI
	MOVQ a+8(FP), SI
	MOVQ b+16(FP), DX
	MOVQ n+24(FP), CX
	XORQ BX, BX
	CONSTANTS
	VPXORQ Z6, Z6, Z6
	VPXORQ Z7, Z7, Z7
	JMP  check

loop:
	VMOVDQU32.Z (SI)(BX*4), K2, Z0
	VMOVDQU32.Z (DX)(BX*4), K2, Z1
	VMOVSHDUP Z0, Z2
	VMOVSHDUP Z1, Z3
	VPMULUDQ Z0, Z1, Z0
	VPMULUDQ Z2, Z3, Z2
	VPADDQ Z0, Z6, Z6
	VPADDQ Z2, Z7, Z7
	FOLD(Z6, Z0)
	FOLD(Z7, Z2)
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
	VMOVDQU64 Z6, (DI)
	VMOVDQU64 Z7, 64(DI)
	VZEROUPPER
	RET

// E·E. The operands are Z0…Z3 (a) and Z4…Z7 (b), and Z8…Z10 hold 3b₁, 3b₂, 3b₃.

// TRIPLES fills Z8…Z10.
#define TRIPLES(T) \
	ADDP(Z5, Z5, Z8, T)   \
	ADDP(Z6, Z6, Z9, T)   \
	ADDP(Z7, Z7, Z10, T)  \
	ADDP(Z5, Z8, Z8, T)   \
	ADDP(Z6, Z9, Z9, T)   \
	ADDP(Z7, Z10, Z10, T)

// DOT is D = a₀X₀ + a₁X₁ + a₂X₂ + a₃X₃ over the even lanes, below 2p².
#define DOT(X0, X1, X2, X3, D, T, S) \
	VPMULUDQ Z0, X0, D \
	VPMULUDQ Z1, X1, T \
	VPADDQ   T, D, D   \
	VPMULUDQ Z2, X2, T \
	VPMULUDQ Z3, X3, S \
	VPADDQ   S, T, T   \
	VPADDQ   T, D, D   \
	FOLD(D, T)

// DOTS are the four coefficients of the product, see Ext.Mul.
#define DOTS(D0, D1, D2, D3, T, S) \
	DOT(Z4, Z10, Z9, Z8, D0, T, S) \
	DOT(Z5, Z4, Z10, Z9, D1, T, S) \
	DOT(Z6, Z5, Z4, Z10, D2, T, S) \
	DOT(Z7, Z6, Z5, Z4, D3, T, S)

#define ODDA \
	VMOVSHDUP Z0, Z0 \
	VMOVSHDUP Z1, Z1 \
	VMOVSHDUP Z2, Z2 \
	VMOVSHDUP Z3, Z3

#define ODDB \
	VMOVSHDUP Z4, Z4   \
	VMOVSHDUP Z5, Z5   \
	VMOVSHDUP Z6, Z6   \
	VMOVSHDUP Z7, Z7   \
	VMOVSHDUP Z8, Z8   \
	VMOVSHDUP Z9, Z9   \
	VMOVSHDUP Z10, Z10

// MULEXT leaves the product in Z15…Z18 and destroys Z0…Z14.
#define MULEXT \
	TRIPLES(Z11)                           \
	DOTS(Z11, Z12, Z13, Z14, Z19, Z20)     \
	ODDA                                   \
	ODDB                                   \
	DOTS(Z15, Z16, Z17, Z18, Z19, Z20)     \
	REDUCES

// MULEXTC is MULEXT for a b equal in all lanes, whose triples stand in
// Z8…Z10; it keeps Z4…Z10.
#define MULEXTC \
	DOTS(Z11, Z12, Z13, Z14, Z19, Z20) \
	ODDA                               \
	DOTS(Z15, Z16, Z17, Z18, Z19, Z20) \
	REDUCES

// func mulExtAVX512(v, a, b *ExtVec, n int)
TEXT ·mulExtAVX512(SB), NOSPLIT, $0-32
	MOVQ n+24(FP), CX
	CONSTANTS
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, BX)
	MOVQ BX, v+0(FP)
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z0, Z1, Z2, Z3)
	LOAD4(R12, R13, R14, R15, Z4, Z5, Z6, Z7)
	MULEXT
	MOVQ v+0(FP), AX
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, AX)
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

// func mulAddExtAVX512(v, a, b *ExtVec, n int)
TEXT ·mulAddExtAVX512(SB), NOSPLIT, $0-32
	MOVQ n+24(FP), CX
	CONSTANTS
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, BX)
	MOVQ BX, v+0(FP)
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z0, Z1, Z2, Z3)
	LOAD4(R12, R13, R14, R15, Z4, Z5, Z6, Z7)
	MULEXT
	MOVQ v+0(FP), AX
	LOAD4(SI, DI, DX, AX, Z0, Z1, Z2, Z3)
	ADDP(Z0, Z15, Z15, Z4)
	ADDP(Z1, Z16, Z16, Z5)
	ADDP(Z2, Z17, Z17, Z6)
	ADDP(Z3, Z18, Z18, Z7)
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, AX)
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

// CONSTANTB broadcasts the element of E at R into Z4…Z7 and its triples.
#define CONSTANTB(R) \
	VPBROADCASTD 0(R), Z4  \
	VPBROADCASTD 4(R), Z5  \
	VPBROADCASTD 8(R), Z6  \
	VPBROADCASTD 12(R), Z7 \
	TRIPLES(Z11)

// func scaleExtAVX512(v, a *ExtVec, c *Ext, n int)
TEXT ·scaleExtAVX512(SB), NOSPLIT, $0-32
	MOVQ n+24(FP), CX
	CONSTANTS
	MOVQ c+16(FP), BX
	CONSTANTB(BX)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, R12)
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z0, Z1, Z2, Z3)
	MULEXTC
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, R12)
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

// func axpyExtAVX512(v, a *ExtVec, c *Ext, n int)
TEXT ·axpyExtAVX512(SB), NOSPLIT, $0-32
	MOVQ n+24(FP), CX
	CONSTANTS
	MOVQ c+16(FP), BX
	CONSTANTB(BX)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, R12)
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z0, Z1, Z2, Z3)
	MULEXTC
	LOAD4(SI, DI, DX, R12, Z0, Z1, Z2, Z3)
	ADDP(Z0, Z15, Z15, Z11)
	ADDP(Z1, Z16, Z16, Z12)
	ADDP(Z2, Z17, Z17, Z13)
	ADDP(Z3, Z18, Z18, Z14)
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, R12)
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

// func foldExtAVX512(v *ExtVec, r *Ext, lo, hi *ExtVec, n int)
TEXT ·foldExtAVX512(SB), NOSPLIT, $0-40
	MOVQ n+32(FP), CX
	CONSTANTS
	MOVQ r+8(FP), BX
	CONSTANTB(BX)
	MOVQ hi+24(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ lo+16(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ v+0(FP), BX
	POINTERS(BX, SI, DI, DX, BX)
	MOVQ BX, v+0(FP)
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z23, Z24, Z25, Z26)
	LOAD4(R12, R13, R14, R15, Z0, Z1, Z2, Z3)
	SUBP(Z0, Z23, Z0, Z11)
	SUBP(Z1, Z24, Z1, Z12)
	SUBP(Z2, Z25, Z2, Z13)
	SUBP(Z3, Z26, Z3, Z14)
	MULEXTC
	ADDP(Z23, Z15, Z15, Z11)
	ADDP(Z24, Z16, Z16, Z12)
	ADDP(Z25, Z17, Z17, Z13)
	ADDP(Z26, Z18, Z18, Z14)
	MOVQ v+0(FP), AX
	STORE4(Z15, Z16, Z17, Z18, SI, DI, DX, AX)
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

// ACCUMULATE adds the dot product of DOT to the sum D < 2p².
#define ACCUMULATE(X0, X1, X2, X3, D, T, S) \
	VPMULUDQ Z0, X0, T \
	VPMULUDQ Z1, X1, S \
	VPADDQ   T, S, T   \
	VPADDQ   T, D, D   \
	FOLD(D, T)         \
	VPMULUDQ Z2, X2, T \
	VPMULUDQ Z3, X3, S \
	VPADDQ   T, S, T   \
	VPADDQ   T, D, D   \
	FOLD(D, T)

// func innerExtAVX512(sums *[4][8]uint64, a, b *ExtVec, n int)
//
// sums receives eight partial sums of each coefficient, each below 2p².
TEXT ·innerExtAVX512(SB), NOSPLIT, $0-32
	MOVQ n+24(FP), CX
	CONSTANTS
	MOVQ b+16(FP), BX
	POINTERS(BX, R12, R13, R14, R15)
	MOVQ a+8(FP), BX
	POINTERS(BX, R8, R9, R10, R11)
	MOVQ sums+0(FP), DI
	VPXORQ Z15, Z15, Z15
	VPXORQ Z16, Z16, Z16
	VPXORQ Z17, Z17, Z17
	VPXORQ Z18, Z18, Z18
	XORQ BX, BX
	JMP  check

loop:
	LOAD4(R8, R9, R10, R11, Z0, Z1, Z2, Z3)
	LOAD4(R12, R13, R14, R15, Z4, Z5, Z6, Z7)
	TRIPLES(Z11)
	ACCUMULATE(Z4, Z10, Z9, Z8, Z15, Z19, Z20)
	ACCUMULATE(Z5, Z4, Z10, Z9, Z16, Z21, Z22)
	ACCUMULATE(Z6, Z5, Z4, Z10, Z17, Z19, Z20)
	ACCUMULATE(Z7, Z6, Z5, Z4, Z18, Z21, Z22)
	ODDA
	ODDB
	ACCUMULATE(Z4, Z10, Z9, Z8, Z15, Z19, Z20)
	ACCUMULATE(Z5, Z4, Z10, Z9, Z16, Z21, Z22)
	ACCUMULATE(Z6, Z5, Z4, Z10, Z17, Z19, Z20)
	ACCUMULATE(Z7, Z6, Z5, Z4, Z18, Z21, Z22)
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
	VMOVDQU64 Z15, (DI)
	VMOVDQU64 Z16, 64(DI)
	VMOVDQU64 Z17, 128(DI)
	VMOVDQU64 Z18, 192(DI)
	VZEROUPPER
	RET
