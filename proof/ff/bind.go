package ff

import "fmt"

// Int8Matrix is an M×K matrix of int8, arranged for Bind: four rows side by
// side, so that the four bytes a dot-product instruction sums lie together, and
// sixteen columns after each other, so that Bind reads memory in order.
//
//	data[((k/16)·G + j/4)·64 + 4(k%16) + j%4] = W[j,k] + 128,  G = ⌈M/4⌉
//
// Padding holds 128, the zero of this code. One byte a parameter.
type Int8Matrix struct {
	rows, cols int
	data       []byte
}

// blockBytes are the bytes of four rows in sixteen columns.
const blockBytes = 64

// maxBindRows keeps the 32-bit sums of Bind exact: each group of four rows adds
// at most 4·255·128 in absolute value, and 16384 groups stay below 2³¹.
const maxBindRows = 4 * 16384

// NewInt8Matrix arranges rows×cols weights given row by row: w[j·cols + k].
func NewInt8Matrix(rows, cols int, w []int8) *Int8Matrix {
	sameLen(rows*cols, len(w))
	return NewInt8MatrixFunc(rows, cols, func(j, k int) int8 { return w[j*cols+k] })
}

// NewInt8MatrixFunc arranges the weights at(j, k), j < rows, k < cols.
func NewInt8MatrixFunc(rows, cols int, at func(j, k int) int8) *Int8Matrix {
	m := &Int8Matrix{rows: rows, cols: cols}
	m.data = make([]byte, (cols+15)/16*m.groups()*blockBytes)
	for i := range m.data {
		m.data[i] = 128
	}
	for j := range rows {
		for k := range cols {
			m.data[m.index(j, k)] = byte(int(at(j, k)) + 128)
		}
	}
	return m
}

func (m *Int8Matrix) groups() int { return (m.rows + 3) / 4 }

func (m *Int8Matrix) index(j, k int) int {
	return (k/16*m.groups()+j/4)*blockBytes + 4*(k%16) + j%4
}

// Rows and Cols are M and K.
func (m *Int8Matrix) Rows() int { return m.rows }

// Cols is K, the length of what Bind returns.
func (m *Int8Matrix) Cols() int { return m.cols }

// At returns W[j,k].
func (m *Int8Matrix) At(j, k int) int8 {
	return int8(int(m.data[m.index(j, k)]) - 128)
}

// Bind sets dst[k] = Σ_j eq[j]·W[j,k] for eq of length M, dst of length K.
//
// Each coefficient of eq is cut into four balanced bytes, e = Σᵢ 256ⁱdᵢ with
// −128 ≤ dᵢ < 128 (e < p keeps d₃ ≤ 127). The sums Σ_j dᵢ·(W[j,k] + 128) are
// exact in 32 bits for M ≤ 65536, and
//
//	Σ_j e_j·W[j,k] = Σᵢ 256ⁱ·Σ_j d_{j,i}·(W[j,k] + 128) − 128·Σ_j e_j
func (m *Int8Matrix) Bind(dst, eq ExtVec) {
	sameLen(m.rows, eq.Len())
	sameLen(m.cols, dst.Len())
	if m.rows > maxBindRows {
		panic(fmt.Sprintf("ff: Bind over %d rows, at most %d", m.rows, maxBindRows))
	}
	bind(m, dst, eq)
}

// balancedBytes returns the digits dᵢ of e = Σᵢ 256ⁱdᵢ.
func balancedBytes(e Elem) [4]int8 {
	// Adding 128 to each of the lower digits carries where a digit exceeds 127.
	u := uint32(e) + 0x808080
	return [4]int8{int8(u ^ 0x80), int8(u>>8 ^ 0x80), int8(u>>16 ^ 0x80), int8(u >> 24)}
}

// bindPortable sums products of 32 and 8 bits in 64 bits, |Σ| < 2¹⁶·2³¹·2⁷, for
// sixteen columns at a time, in the order of memory.
func bindPortable(m *Int8Matrix, dst, eq ExtVec) {
	for c := range eq {
		for from := 0; from < m.cols; from += 16 {
			var acc [16]int64
			for j, e := range eq[c] {
				four := m.data[m.index(j, from):]
				for k := range acc {
					acc[k] += int64(e) * (int64(four[4*k]) - 128)
				}
			}
			for k, x := range acc[:min(16, m.cols-from)] {
				dst[c][from+k] = reduceInt64(x)
			}
		}
	}
}

// reduceInt64 returns x mod p as a Montgomery form that x already is, |x| < 2⁶².
func reduceInt64(x int64) Elem {
	x %= P
	if x < 0 {
		x += P
	}
	return Elem(x)
}
