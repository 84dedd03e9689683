package fast

import (
	"slices"

	"golang.org/x/sys/cpu"

	"agon/nn"
)

// Kernels lists what this machine runs, fastest first.
func Kernels() []Kernel { return slices.Clone(kernels) }

var kernels = detect()

func detect() []Kernel {
	var k []Kernel
	if hasAVX512 {
		k = append(k, AVX512)
	}
	if cpu.X86.HasAVX2 {
		k = append(k, AVX2)
	}
	return append(k, Portable)
}

var hasAVX512 = cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512VNNI

// multiplyVNNI adds W·x to acc for tiles of 64 and then blocks of 16 rows. For
// each tile, and within it for each group of four columns, w holds 64 rows × 4
// bytes; for each block likewise 16 rows × 4. x holds 4·groups unsigned bytes;
// groups is a positive multiple of 4.
//
//go:noescape
func multiplyVNNI(acc *int32, w *int8, x *uint8, groups, tiles, blocks int)

// packBytes stores 16·blocks numbers, offset added, as bytes.
//
//go:noescape
func packBytes(dst *uint8, src *int32, blocks int, offset int32)

// requantAVX512 is requantPlain for 16·blocks numbers.
//
//go:noescape
func requantAVX512(out, acc *int32, blocks int, half, shift, lo, hi int32)

// multiplyAVX2 adds W·x to acc for tiles of 32 and then blocks of 8 rows. For
// each pair of columns, w holds 32 (or 8) rows × 2 bytes; x holds 2·pairs
// 16-bit integers; pairs is a positive multiple of 4.
//
//go:noescape
func multiplyAVX2(acc *int32, w *int8, x *int16, pairs, tiles, blocks int)

func prepareVector(k Kernel, p nn.Matrix, cols int, bound nn.Bound) matrix {
	if k == AVX512 {
		return newVNNI(p, cols, bound)
	}
	return newMadd(p, cols)
}

// vnni is a matrix for multiplyVNNI.
type vnni struct {
	w      []int8
	x      []uint8
	b      []int32 // padded; corrected for offset
	cols   int
	offset int32 // added to inputs to make them unsigned
}

// newVNNI orders weights in tiles. Signed inputs x are passed as x + 128, and
// the bias compensates: W·x + b = W·(x + 128) + (b − 128·Σ_k W[·,k]).
func newVNNI(p nn.Matrix, cols int, bound nn.Bound) *vnni {
	rows := (len(p.B) + 15) / 16 * 16
	if tail := rows % 64; tail > 32 {
		rows += 64 - tail // a tile is as quick as three blocks
	}
	groups := (cols + 15) / 16 * 4
	m := &vnni{
		w: make([]int8, rows*groups*4), x: make([]uint8, groups*4),
		b: make([]int32, rows), cols: cols,
	}
	copy(m.b, p.B)
	if bound.Lo < 0 {
		m.offset = 128
		for j := range p.B {
			for _, w := range p.W[j*cols : (j+1)*cols] {
				m.b[j] -= 128 * int32(w) // may wrap: sums count modulo 2³² until the end
			}
		}
	}
	at := 0
	for first := 0; first < rows; {
		height := 64
		if rows-first < 64 {
			height = 16
		}
		for k := 0; k < groups*4; k += 4 {
			for j := first; j < first+height; j++ {
				for c := k; c < k+4; c++ {
					if j < len(p.B) && c < cols {
						m.w[at] = p.W[j*cols+c]
					}
					at++
				}
			}
		}
		first += height
	}
	return m
}

func (m *vnni) rows() int { return len(m.b) }

func (m *vnni) fork() matrix {
	f := *m
	f.x = make([]uint8, len(m.x))
	return &f
}

func (m *vnni) multiply(acc, x []int32) {
	copy(acc, m.b)
	blocks := m.cols / 16
	if blocks > 0 {
		packBytes(&m.x[0], &x[0], blocks, m.offset)
	}
	for k := blocks * 16; k < m.cols; k++ {
		m.x[k] = uint8(x[k] + m.offset)
	}
	multiplyVNNI(&acc[0], &m.w[0], &m.x[0], len(m.x)/4, len(m.b)/64, len(m.b)%64/16)
}

// madd is a matrix for multiplyAVX2.
type madd struct {
	w    []int8
	x    []int16
	b    []int32
	cols int
}

func newMadd(p nn.Matrix, cols int) *madd {
	rows := (len(p.B) + 7) / 8 * 8
	pairs := (cols + 7) / 8 * 4
	m := &madd{
		w: make([]int8, rows*pairs*2), x: make([]int16, pairs*2),
		b: make([]int32, rows), cols: cols,
	}
	copy(m.b, p.B)
	at := 0
	for first := 0; first < rows; {
		height := 32
		if rows-first < 32 {
			height = 8
		}
		for k := 0; k < pairs*2; k += 2 {
			for j := first; j < first+height; j++ {
				for c := k; c < k+2; c++ {
					if j < len(p.B) && c < cols {
						m.w[at] = p.W[j*cols+c]
					}
					at++
				}
			}
		}
		first += height
	}
	return m
}

func (m *madd) rows() int { return len(m.b) }

func (m *madd) fork() matrix {
	f := *m
	f.x = make([]int16, len(m.x))
	return &f
}

func (m *madd) multiply(acc, x []int32) {
	copy(acc, m.b)
	for k, v := range x[:m.cols] {
		m.x[k] = int16(v)
	}
	multiplyAVX2(&acc[0], &m.w[0], &m.x[0], len(m.x)/2, len(m.b)/32, len(m.b)%32/8)
}

func requant(out, acc []int32, q nn.Requant) {
	blocks := 0
	if hasAVX512 {
		if blocks = len(acc) / 16; blocks > 0 {
			requantAVX512(&out[0], &acc[0], blocks, 1<<(q.Shift-1), int32(q.Shift),
				int32(q.Lo), int32(q.Hi))
		}
	}
	requantPlain(out[16*blocks:], acc[16*blocks:], q)
}
