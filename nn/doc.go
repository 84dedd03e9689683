// Package nn holds neural networks over the integers. A Graph is the single
// definition of a model that the whole house shares: it runs in the clear
// (here), under proof, over secret shares and over ciphertexts, and everywhere
// it means the same integers.
//
//	ONNX file ──nn/onnx──→ real graph ──nn/quant──→ Graph + weights = Model
//	                                                  │
//	               Run (plain, obviously right) ←─────┼────→ nn/fast, proof, mpc, fhe
//
// What is public and what is not: a Graph has shapes, shifts, clamps and
// scales, and no weight. Its encoding is canonical, so its hash names it. The
// weights live in a Model beside it, in the order the graph declares them.
//
// Every value of a graph is a tensor of integers with a bound that holds for
// all inputs and all weights in range, not only for honest ones; Infer derives
// shapes and bounds and refuses a graph in which any sum could reach p/2,
// p = 2³¹ − 2²⁴ + 1, half the prime of the field the proofs work in. So every
// value fits an int32 and sums never wrap, in the integers as in the field.
//
// Shapes are those of one input; the batch is not a dimension of the graph.
package nn
