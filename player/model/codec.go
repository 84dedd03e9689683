package model

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrWeights is what every decoder returns for bytes that are no weights.
var ErrWeights = errors.New("malformed weights")

// MaxItems bounds the count of anything a weights file announces.
const MaxItems = 1 << 22

// Writer builds a weights file: integers little-endian, lists with their
// length in front.
type Writer struct{ buf []byte }

// NewWriter starts a file with a four-byte tag.
func NewWriter(tag string) *Writer { return &Writer{buf: []byte(tag)} }

// Bytes is the file so far.
func (w *Writer) Bytes() []byte { return w.buf }

// Uint writes n as a variable-length integer.
func (w *Writer) Uint(n int) { w.buf = binary.AppendUvarint(w.buf, uint64(n)) }

// Float writes x with the precision of a float32.
func (w *Writer) Float(x float64) {
	w.buf = binary.LittleEndian.AppendUint32(w.buf, math.Float32bits(float32(x)))
}

// Text writes a string.
func (w *Writer) Text(s string) {
	w.Uint(len(s))
	w.buf = append(w.buf, s...)
}

// Int8s writes a list of signed bytes.
func (w *Writer) Int8s(v []int8) {
	w.Uint(len(v))
	for _, x := range v {
		w.buf = append(w.buf, byte(x))
	}
}

// Int16s writes a list of signed 16-bit integers.
func (w *Writer) Int16s(v []int16) {
	w.Uint(len(v))
	for _, x := range v {
		w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(x))
	}
}

// Floats writes a list of float32.
func (w *Writer) Floats(v []float32) {
	w.Uint(len(v))
	for _, x := range v {
		w.Float(float64(x))
	}
}

// Sorted writes an ascending list as differences; equal neighbours are allowed.
func (w *Writer) Sorted(v []uint64) {
	w.Uint(len(v))
	last := uint64(0)
	for _, x := range v {
		w.buf = binary.AppendUvarint(w.buf, x-last)
		last = x
	}
}

// Reader takes a weights file apart. The first mistake sticks: later reads
// give zeros, and Close reports it.
type Reader struct {
	buf []byte
	err error
}

// NewReader opens a file that must start with the tag.
func NewReader(buf []byte, tag string) *Reader {
	r := &Reader{buf: buf}
	if got := r.take(len(tag)); string(got) != tag {
		r.fail("want tag %q, have %q", tag, got)
	}
	return r
}

// Close returns the first mistake; bytes left over are one.
func (r *Reader) Close() error {
	if r.err == nil && len(r.buf) > 0 {
		r.fail("%d bytes too many", len(r.buf))
	}
	return r.err
}

// Err is the first mistake so far.
func (r *Reader) Err() error { return r.err }

// Refuse records a mistake that only the caller can see.
func (r *Reader) Refuse(format string, args ...any) { r.fail(format, args...) }

func (r *Reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: "+format, append([]any{ErrWeights}, args...)...)
	}
	r.buf = nil
}

func (r *Reader) take(n int) []byte {
	if n < 0 || n > len(r.buf) {
		r.fail("want %d bytes, have %d", n, len(r.buf))
		return nil
	}
	out := r.buf[:n]
	r.buf = r.buf[n:]
	return out
}

func (r *Reader) uvarint() uint64 {
	x, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.fail("a length is cut short or too long")
		return 0
	}
	r.buf = r.buf[n:]
	return x
}

// Uint reads an integer of at most limit.
func (r *Reader) Uint(limit int) int {
	x := r.uvarint()
	if x > uint64(limit) {
		r.fail("want at most %d, have %d", limit, x)
		return 0
	}
	return int(x)
}

// Float reads a finite float32.
func (r *Reader) Float() float64 {
	b := r.take(4)
	if b == nil {
		return 0
	}
	x := float64(math.Float32frombits(binary.LittleEndian.Uint32(b)))
	if math.IsNaN(x) || math.IsInf(x, 0) {
		r.fail("a weight is not finite")
		return 0
	}
	return x
}

// Text reads a string of at most limit bytes.
func (r *Reader) Text(limit int) string { return string(r.take(r.Uint(limit))) }

// Int8s reads a list of signed bytes.
func (r *Reader) Int8s() []int8 {
	raw := r.take(r.Uint(MaxItems))
	out := make([]int8, len(raw))
	for i, b := range raw {
		out[i] = int8(b)
	}
	return out
}

// Int16s reads a list of signed 16-bit integers.
func (r *Reader) Int16s() []int16 {
	raw := r.take(2 * r.Uint(MaxItems))
	out := make([]int16, len(raw)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return out
}

// Floats reads a list of finite float32.
func (r *Reader) Floats() []float32 {
	n := r.Uint(MaxItems)
	if 4*n > len(r.buf) {
		r.fail("want %d floats, have %d bytes", n, len(r.buf))
		return nil
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(r.Float())
	}
	return out
}

// Sorted reads an ascending list.
func (r *Reader) Sorted() []uint64 {
	n := r.Uint(MaxItems)
	if n > len(r.buf) {
		r.fail("want %d items, have %d bytes", n, len(r.buf))
		return nil
	}
	out := make([]uint64, n)
	last := uint64(0)
	for i := range out {
		d := r.uvarint()
		if d > math.MaxUint64-last {
			r.fail("item %d overflows", i)
			return nil
		}
		last += d
		out[i] = last
	}
	return out
}
