//go:build !amd64

package fast

import "agon/nn"

// Kernels lists what this machine runs, fastest first.
func Kernels() []Kernel { return []Kernel{Portable} }

func prepareVector(_ Kernel, p nn.Matrix, cols int, _ nn.Bound) matrix {
	return &plain{p: p, cols: cols}
}

func requant(out, acc []int32, q nn.Requant) { requantPlain(out, acc, q) }
