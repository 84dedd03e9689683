package ff

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Bytes are the lengths of encoded elements.
const (
	ElemBytes = 4
	ExtBytes  = Degree * ElemBytes
)

// Errors of the decoders.
var (
	// ErrNotCanonical says that four bytes hold a value ≥ p.
	ErrNotCanonical = errors.New("ff: value not below p")
	// ErrShort says that there are fewer bytes than elements need.
	ErrShort = errors.New("ff: too few bytes")
)

// AppendElem appends the canonical value of a, four bytes little endian.
func AppendElem(dst []byte, a Elem) []byte {
	return binary.LittleEndian.AppendUint32(dst, a.Uint32())
}

// AppendExt appends the four coefficients of a, that of 1 first.
func AppendExt(dst []byte, a Ext) []byte {
	for _, c := range a {
		dst = AppendElem(dst, c)
	}
	return dst
}

// DecodeElem reads one element from the first four bytes of b. It refuses
// values ≥ p with ErrNotCanonical.
func DecodeElem(b []byte) (Elem, error) {
	if len(b) < ElemBytes {
		return 0, fmt.Errorf("%w: want %d, have %d", ErrShort, ElemBytes, len(b))
	}
	v := binary.LittleEndian.Uint32(b)
	if v >= P {
		return 0, fmt.Errorf("%w: %d", ErrNotCanonical, v)
	}
	return New(v), nil
}

// DecodeExt reads one element of E from the first sixteen bytes of b.
func DecodeExt(b []byte) (Ext, error) {
	var a Ext
	if len(b) < ExtBytes {
		return Ext{}, fmt.Errorf("%w: want %d, have %d", ErrShort, ExtBytes, len(b))
	}
	for i := range a {
		c, err := DecodeElem(b[i*ElemBytes:])
		if err != nil {
			return Ext{}, fmt.Errorf("coefficient %d: %w", i, err)
		}
		a[i] = c
	}
	return a, nil
}

// DecodeVec fills v from the first 4·len(v) bytes of b.
func DecodeVec(v Vec, b []byte) error {
	if len(b) < ElemBytes*len(v) {
		return fmt.Errorf("%w: want %d, have %d", ErrShort, ElemBytes*len(v), len(b))
	}
	for i := range v {
		c, err := DecodeElem(b[i*ElemBytes:])
		if err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
		v[i] = c
	}
	return nil
}
