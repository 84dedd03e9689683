package native

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"

	"github.com/holiman/uint256"
)

// kind says how a Go value is laid out in the ABI.
type kind uint8

const (
	kindBool kind = iota
	kindUint
	kindInt
	kindWide    // uint256.Int, as uint128 or uint256
	kindAddress // [20]byte
	kindWord    // [32]byte
	kindBytes   // []byte
	kindString
	kindList  // slice of anything but bytes
	kindTuple // struct
)

// shape is a Go type with its place in the ABI, worked out once.
type shape struct {
	kind    kind
	name    string // Solidity's name: "uint64", "Order", "Order[]"
	sig     string // canonical name, as hashed for selectors: "(uint64,uint8)"
	bits    int    // of integers
	dynamic bool   // has a tail
	head    int    // bytes in the head; 32 for whatever is dynamic
	elem    *shape
	fields  []field
	typ     reflect.Type
}

// field is one member of a tuple.
type field struct {
	*shape
	name    string // as in Solidity
	doc     string
	indexed bool
	index   int // of the Go field
}

var wideType = reflect.TypeFor[uint256.Int]()

// shapeOf works out the layout of t. A type that has none is a mistake of the
// program, met when it starts: shapeOf panics. width is "uint128" where a
// uint256.Int must fit that, empty otherwise.
func shapeOf(t reflect.Type, width string) *shape {
	s := &shape{head: 32, typ: t}
	switch k := t.Kind(); {
	case t == wideType:
		s.kind, s.bits = kindWide, 256
		if width == "uint128" {
			s.bits = 128
		}
		s.name = fmt.Sprintf("uint%d", s.bits)
	case k == reflect.Bool:
		s.kind, s.name = kindBool, "bool"
	case k >= reflect.Uint8 && k <= reflect.Uint64:
		s.kind, s.bits = kindUint, t.Bits()
		s.name = fmt.Sprintf("uint%d", s.bits)
	case k >= reflect.Int8 && k <= reflect.Int64:
		s.kind, s.bits = kindInt, t.Bits()
		s.name = fmt.Sprintf("int%d", s.bits)
	case k == reflect.String:
		s.kind, s.name, s.dynamic = kindString, "string", true
	case k == reflect.Array && t.Elem().Kind() == reflect.Uint8 && t.Len() == 20:
		s.kind, s.name = kindAddress, "address"
	case k == reflect.Array && t.Elem().Kind() == reflect.Uint8 && t.Len() == 32:
		s.kind, s.name = kindWord, "bytes32"
	case k == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		s.kind, s.name, s.dynamic = kindBytes, "bytes", true
	case k == reflect.Slice:
		s.kind, s.dynamic, s.elem = kindList, true, shapeOf(t.Elem(), width)
		s.name, s.sig = s.elem.name+"[]", s.elem.sig+"[]"
		if s.elem.head == 0 {
			// Any number of them would fit in no bytes at all.
			panic(fmt.Sprintf("native: %s has elements of no size", t))
		}
	case k == reflect.Struct:
		s.tuple(t)
	default:
		panic(fmt.Sprintf("native: %s has no ABI type", t))
	}
	if s.sig == "" {
		s.sig = s.name
	}
	return s
}

// tuple fills s from the fields of a struct. The tag `sol:"name,uint128,indexed"`
// overrides a field's name ("-": it has none) and sets its options; the tag `doc`
// describes it.
func (s *shape) tuple(t reflect.Type) {
	s.kind, s.name, s.head = kindTuple, t.Name(), 0
	sigs := make([]string, t.NumField())
	for i := range t.NumField() {
		f := t.Field(i)
		opts := strings.Split(f.Tag.Get("sol"), ",")
		name, width, indexed := opts[0], "", false
		for _, o := range opts[1:] {
			switch o {
			case "uint128":
				width = o
			case "indexed":
				indexed = true
			default:
				panic(fmt.Sprintf("native: %s.%s: unknown option %q", t, f.Name, o))
			}
		}
		switch name {
		case "":
			name = lowerFirst(f.Name)
		case "-":
			name = ""
		}
		fs := shapeOf(f.Type, width)
		s.fields = append(s.fields, field{fs, name, f.Tag.Get("doc"), indexed, i})
		s.head += fs.head
		s.dynamic = s.dynamic || fs.dynamic
		sigs[i] = fs.sig
	}
	s.sig = "(" + strings.Join(sigs, ",") + ")"
	if s.dynamic {
		s.head = 32
	}
}

// headSize is the size of the head of a tuple's own encoding, which is its
// place in an enclosing head only if the tuple is static.
func (s *shape) headSize() int {
	n := 0
	for _, f := range s.fields {
		n += f.head
	}
	return n
}

// lowerFirst turns a Go name into a Solidity one: "FromBlock" → "fromBlock",
// "ID" → "id", "URISize" → "uriSize".
func lowerFirst(name string) string {
	r := []rune(name)
	for i := range r {
		last := i+1 == len(r)
		if !unicode.IsUpper(r[i]) || i > 0 && !last && unicode.IsLower(r[i+1]) {
			break
		}
		r[i] = unicode.ToLower(r[i])
	}
	return string(r)
}
