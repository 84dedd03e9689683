// Package fast runs a model as fast as one core can: the same integers as
// nn.Model.Run, by kernels chosen when the program starts.
//
//	avx512  VPDPBUSD: 64 products of an unsigned and a signed byte an instruction
//	avx2    VPMADDWD: 16 products of 16-bit integers
//	portable  plain Go
//
// A Runner holds its own copy of the weights, in the order its kernel reads them,
// and its buffers: running allocates nothing. Tests compare every kernel with the
// reference run on random graphs and shapes.
package fast
