// Package blake hashes sixteen messages of equal length at once with BLAKE3
// (O'Connor, Aumasson, Neves, Wilcox-O'Hearn 2020, §2), for Merkle trees and
// grinding: each lane of a vector register works on a message of its own.
//
// Messages are given word-major: words[i] holds word i (little-endian bytes
// 4i … 4i+3) of all sixteen. Rows of a committed matrix lie in memory exactly so.
//
// On amd64 kernels do the compressions, with AVX-512 sixteen at once, with AVX2
// eight; the portable path gives the same bits. Tests compare all of them, and the
// result with lukechampine.com/blake3.
package blake
