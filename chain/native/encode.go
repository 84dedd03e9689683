package native

import (
	"encoding/binary"
	"reflect"

	"github.com/holiman/uint256"
)

// encode returns the canonical encoding of the tuple s in v, which is
// addressable.
func encode(s *shape, v reflect.Value) []byte {
	return appendTuple(make([]byte, 0, s.headSize()+256), s, v, nil)
}

// appendTuple appends the fields of s that keep admits, nil admitting all:
// heads first, then tails in the same order.
func appendTuple(b []byte, s *shape, v reflect.Value, keep func(*field) bool) []byte {
	start, dynamic := len(b), false
	for i := range s.fields {
		f := &s.fields[i]
		if keep != nil && !keep(f) {
			continue
		}
		if f.dynamic {
			dynamic = true
			b = append(b, zeroWord[:]...) // the offset, once it is known
			continue
		}
		b = appendStatic(b, f.shape, v.Field(f.index))
	}
	if !dynamic {
		return b
	}
	head := start
	for i := range s.fields {
		f := &s.fields[i]
		if keep != nil && !keep(f) {
			continue
		}
		if f.dynamic {
			binary.BigEndian.PutUint64(b[head+wordSize-8:], uint64(len(b)-start))
			b = appendTail(b, f.shape, v.Field(f.index))
		}
		head += f.head
	}
	return b
}

var zeroWord, onesWord [wordSize]byte

func init() {
	for i := range onesWord {
		onesWord[i] = 0xff
	}
}

func appendStatic(b []byte, s *shape, v reflect.Value) []byte {
	switch s.kind {
	case kindTuple:
		return appendTuple(b, s, v, nil)
	case kindWide:
		w := v.Addr().Interface().(*uint256.Int).Bytes32()
		return append(b, w[:]...)
	case kindWord:
		return append(b, v.Bytes()...)
	case kindAddress:
		return append(append(b, zeroWord[:wordSize-20]...), v.Bytes()...)
	case kindInt:
		pad := zeroWord[:wordSize-8]
		if v.Int() < 0 {
			pad = onesWord[:wordSize-8]
		}
		return binary.BigEndian.AppendUint64(append(b, pad...), uint64(v.Int()))
	case kindBool:
		n := uint64(0)
		if v.Bool() {
			n = 1
		}
		return appendWord(b, n)
	}
	return appendWord(b, v.Uint())
}

func appendWord(b []byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, zeroWord[:wordSize-8]...), n)
}

func appendTail(b []byte, s *shape, v reflect.Value) []byte {
	switch s.kind {
	case kindTuple:
		return appendTuple(b, s, v, nil)
	case kindList:
		return appendList(b, s, v)
	case kindString:
		b = append(appendWord(b, uint64(v.Len())), v.String()...)
	case kindBytes:
		b = append(appendWord(b, uint64(v.Len())), v.Bytes()...)
	}
	return append(b, zeroWord[:-v.Len()&(wordSize-1)]...)
}

func appendList(b []byte, s *shape, v reflect.Value) []byte {
	n := v.Len()
	b = appendWord(b, uint64(n))
	if !s.elem.dynamic {
		for i := range n {
			b = appendStatic(b, s.elem, v.Index(i))
		}
		return b
	}
	start := len(b)
	for range n {
		b = append(b, zeroWord[:]...)
	}
	for i := range n {
		binary.BigEndian.PutUint64(b[start+(i+1)*wordSize-8:], uint64(len(b)-start))
		b = appendTail(b, s.elem, v.Index(i))
	}
	return b
}
