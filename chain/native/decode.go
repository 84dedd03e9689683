package native

import (
	"encoding/binary"
	"errors"
	"fmt"
	"reflect"
	"unicode/utf8"

	"github.com/holiman/uint256"
)

// ErrCalldata is the root of every decoding error.
var ErrCalldata = errors.New("malformed calldata")

// wordSize is the ABI's unit, in bytes.
const wordSize = 32

// decode reads the tuple s from data into v, which is addressable.
//
// Only the canonical encoding is accepted, the one every known encoder writes:
// integers fit their type, padding is zero, tails follow one another in order
// without gaps or sharing. So a value has one encoding, and what is allocated is
// proportional to len(data). Bytes after the end are ignored, as Solidity does.
func decode(s *shape, data []byte, v reflect.Value) error {
	_, err := decodeTuple(s, data, v)
	return err
}

// decodeTuple reads the fields of s at the start of data and returns how many
// bytes they take, tails included.
func decodeTuple(s *shape, data []byte, v reflect.Value) (int, error) {
	tail := s.headSize()
	if len(data) < tail {
		return 0, fmt.Errorf("%w: %s wants %d bytes, have %d", ErrCalldata, s.name, tail, len(data))
	}
	head := 0
	for i := range s.fields {
		f := &s.fields[i]
		used, err := decodeIn(f.shape, data, head, tail, v.Field(f.index))
		if err != nil {
			return 0, fmt.Errorf("%s: %w", f.name, err)
		}
		head += f.head
		tail += used
	}
	return tail, nil
}

// decodeIn reads one value whose head is at data[head:] and whose tail, if it
// has one, must begin at data[tail:]. It returns the size of the tail.
func decodeIn(s *shape, data []byte, head, tail int, v reflect.Value) (int, error) {
	if !s.dynamic {
		return 0, decodeStatic(s, data[head:], v)
	}
	if have, ok := small(data[head:]); !ok || have != tail {
		return 0, fmt.Errorf("%w: offset %x, want %d", ErrCalldata, data[head:head+wordSize], tail)
	}
	return decodeTail(s, data[tail:], v)
}

func decodeStatic(s *shape, data []byte, v reflect.Value) error {
	switch s.kind {
	case kindTuple:
		_, err := decodeTuple(s, data, v)
		return err
	case kindWide:
		n := v.Addr().Interface().(*uint256.Int)
		n.SetBytes32(data[:wordSize])
		if n.BitLen() > s.bits {
			return fmt.Errorf("%w: %s does not fit %s", ErrCalldata, n.Hex(), s.name)
		}
		return nil
	case kindWord:
		copy(v.Bytes(), data[:wordSize])
		return nil
	case kindAddress:
		if !zero(data[:wordSize-20]) {
			return fmt.Errorf("%w: %x is no address", ErrCalldata, data[:wordSize])
		}
		copy(v.Bytes(), data[wordSize-20:wordSize])
		return nil
	}
	n := binary.BigEndian.Uint64(data[wordSize-8:])
	pad := data[:wordSize-8]
	fits := zero(pad)
	switch s.kind {
	case kindBool:
		fits = fits && n <= 1
		v.SetBool(n == 1)
	case kindUint:
		fits = fits && n>>(s.bits-1) <= 1
		v.SetUint(n)
	case kindInt:
		i := int64(n)
		fits = extends(pad, i) && i<<(64-s.bits)>>(64-s.bits) == i
		v.SetInt(i)
	}
	if !fits {
		return fmt.Errorf("%w: %x is no %s", ErrCalldata, data[:wordSize], s.name)
	}
	return nil
}

// decodeTail reads a dynamic value that begins at data and returns its size.
func decodeTail(s *shape, data []byte, v reflect.Value) (int, error) {
	if s.kind == kindTuple {
		return decodeTuple(s, data, v)
	}
	n, ok := 0, false
	if len(data) >= wordSize {
		n, ok = small(data)
	}
	body := data[min(wordSize, len(data)):]
	unit := 1
	if s.kind == kindList {
		unit = s.elem.head
	}
	// n·unit cannot overflow: small bounds n by 2³¹.
	if !ok || n*unit > len(body) {
		return 0, fmt.Errorf("%w: %s is longer than what was sent", ErrCalldata, s.name)
	}
	if s.kind == kindList {
		return decodeList(s, body, n, v)
	}
	end := (n + wordSize - 1) / wordSize * wordSize
	if end > len(body) || !zero(body[n:end]) {
		return 0, fmt.Errorf("%w: %s is not padded with zeros", ErrCalldata, s.name)
	}
	if s.kind == kindBytes {
		v.SetBytes(append([]byte(nil), body[:n]...))
		return wordSize + end, nil
	}
	if !utf8.Valid(body[:n]) {
		return 0, fmt.Errorf("%w: string is not UTF-8", ErrCalldata)
	}
	v.SetString(string(body[:n]))
	return wordSize + end, nil
}

// decodeList reads n elements, whose heads begin at body and fit in it.
func decodeList(s *shape, body []byte, n int, v reflect.Value) (int, error) {
	list := reflect.MakeSlice(s.typ, n, n)
	tail := n * s.elem.head
	for i := range n {
		used, err := decodeIn(s.elem, body, i*s.elem.head, tail, list.Index(i))
		if err != nil {
			return 0, fmt.Errorf("[%d]: %w", i, err)
		}
		tail += used
		if tail > len(body) {
			return 0, fmt.Errorf("%w: %s is longer than what was sent", ErrCalldata, s.name)
		}
	}
	v.Set(list)
	return wordSize + tail, nil
}

// small reads a length or an offset, below 2³¹, from the first word of data.
func small(data []byte) (int, bool) {
	n := binary.BigEndian.Uint64(data[wordSize-8:])
	return int(n & (1<<31 - 1)), n < 1<<31 && zero(data[:wordSize-8])
}

func zero(b []byte) bool {
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}

// extends tells whether pad is the sign of n, repeated.
func extends(pad []byte, n int64) bool {
	sign := byte(n >> 63)
	for _, x := range pad {
		if x != sign {
			return false
		}
	}
	return true
}
