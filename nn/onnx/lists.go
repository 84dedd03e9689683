package onnx

import (
	"encoding/binary"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Repeated numbers come packed (one field, all numbers) or one field each; a
// decoder must take both.

// varints appends the numbers of one field of a repeated integer.
func varints(list []int64, f field, limit int) ([]int64, error) {
	if f.typ == protowire.VarintType {
		return append(list, f.int()), room("numbers", len(list), limit)
	}
	for b := f.bytes; len(b) > 0; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return nil, fmt.Errorf("%w: packed integers: %w", ErrFormat, protowire.ParseError(n))
		}
		if err := room("numbers", len(list), limit); err != nil {
			return nil, err
		}
		list, b = append(list, int64(v)), b[n:]
	}
	return list, nil
}

// floats appends the numbers of one field of a repeated float.
func floats(list []float32, f field, limit int) ([]float32, error) {
	if f.typ == protowire.Fixed32Type {
		return append(list, math.Float32frombits(uint32(f.number))),
			room("numbers", len(list), limit)
	}
	n := len(f.bytes) / 4
	if len(f.bytes)%4 != 0 || n > limit-len(list) {
		return nil, fmt.Errorf("%w: %d bytes of packed floats", ErrFormat, len(f.bytes))
	}
	for i := range n {
		bits := binary.LittleEndian.Uint32(f.bytes[4*i:])
		list = append(list, math.Float32frombits(bits))
	}
	return list, nil
}

// doubles appends the numbers of one field of a repeated double.
func doubles(list []float64, f field) ([]float64, error) {
	if f.typ == protowire.Fixed64Type {
		return append(list, math.Float64frombits(f.number)), nil
	}
	if len(f.bytes)%8 != 0 {
		return nil, fmt.Errorf("%w: %d bytes of packed doubles", ErrFormat, len(f.bytes))
	}
	for i := range len(f.bytes) / 8 {
		bits := binary.LittleEndian.Uint64(f.bytes[8*i:])
		list = append(list, math.Float64frombits(bits))
	}
	return list, nil
}
