// What the AVX2 kernels share: eight elements a step; n is a multiple of 8 and not 0.
// What avx512_amd64.h says of products and reductions holds here.
//
//	Y15  p in every 32-bit lane    Y14  p⁻¹ mod 2³² in every 32-bit lane
//
// Constants come in by VMOVD: MOVQ to an X register is an SSE instruction, which
// costs a hundred cycles and more where the upper halves of Y are in use.

#define CONSTANTS \
	MOVL         $0x7f000001, AX \
	VMOVD        AX, X15         \
	VPBROADCASTD X15, Y15        \
	MOVL         $0x81000001, AX \
	VMOVD        AX, X14         \
	VPBROADCASTD X14, Y14

#define REDUCE(E, O, T, S) \
	VPMULUDQ E, Y14, T        \
	VPMULUDQ O, Y14, S        \
	VPMULUDQ T, Y15, T        \
	VPMULUDQ S, Y15, S        \
	VPSUBQ   T, E, E          \
	VPSUBQ   S, O, O          \
	VPSRLQ   $32, E, E        \
	VPBLENDD $0xaa, O, E, O   \
	VPADDD   Y15, O, T        \
	VPMINUD  T, O, O

#define ADDP(A, B, D, T) \
	VPADDD  A, B, D   \
	VPSUBD  Y15, D, T \
	VPMINUD T, D, D

#define SUBP(A, B, D, T) \
	VPSUBD  B, A, D   \
	VPADDD  Y15, D, T \
	VPMINUD T, D, D

#define MUL(A, B, D, E, T, S) \
	VPSRLQ   $32, A, T  \
	VPSRLQ   $32, B, S  \
	VPMULUDQ A, B, E    \
	VPMULUDQ T, S, D    \
	REDUCE(E, D, T, S)

// MULC is MUL for a B equal in all lanes.
#define MULC(A, B, D, E, T, S) \
	VPSRLQ   $32, A, T \
	VPMULUDQ A, B, E   \
	VPMULUDQ T, B, D   \
	REDUCE(E, D, T, S)

// POINTERS loads the addresses of the four slices of the ExtVec at R.
#define POINTERS(R, P0, P1, P2, P3) \
	MOVQ 0(R), P0  \
	MOVQ 24(R), P1 \
	MOVQ 48(R), P2 \
	MOVQ 72(R), P3

#define LOAD4(P0, P1, P2, P3, V0, V1, V2, V3) \
	VMOVDQU (P0)(BX*4), V0 \
	VMOVDQU (P1)(BX*4), V1 \
	VMOVDQU (P2)(BX*4), V2 \
	VMOVDQU (P3)(BX*4), V3

#define STORE4(V0, V1, V2, V3, P0, P1, P2, P3) \
	VMOVDQU V0, (P0)(BX*4) \
	VMOVDQU V1, (P1)(BX*4) \
	VMOVDQU V2, (P2)(BX*4) \
	VMOVDQU V3, (P3)(BX*4)

// ALIGNED makes AX the first multiple of 32 in a frame.
#define ALIGNED \
	LEAQ 31(SP), AX \
	ANDQ $~31, AX
