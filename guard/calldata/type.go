package calldata

import (
	"fmt"
	"strconv"
	"strings"
)

// Kind is the shape of a type.
type Kind uint8

// The shapes. FixedBytes is bytes1 to bytes32, Slice is T[], Array is T[n].
const (
	Uint Kind = iota + 1
	Int
	Address
	Bool
	FixedBytes
	Bytes
	String
	Slice
	Array
	Tuple
)

// Type is a type of the contract ABI. Types are shared and never changed.
type Type struct {
	Kind   Kind
	Size   int     // bits of Uint and Int, bytes of FixedBytes, elements of Array
	Elem   *Type   // of Slice and Array
	Fields []Field // of Tuple
	Name   string  // struct name of a Tuple, where the source has one
}

// Field is a named member of a tuple or a parameter of a function. The name
// may be empty.
type Field struct {
	Name string
	Type *Type
}

// String gives the canonical name, as it stands in a selector's preimage.
func (t *Type) String() string {
	switch t.Kind {
	case Uint:
		return "uint" + strconv.Itoa(t.Size)
	case Int:
		return "int" + strconv.Itoa(t.Size)
	case Address:
		return "address"
	case Bool:
		return "bool"
	case FixedBytes:
		return "bytes" + strconv.Itoa(t.Size)
	case Bytes:
		return "bytes"
	case String:
		return "string"
	case Slice:
		return t.Elem.String() + "[]"
	case Array:
		return t.Elem.String() + "[" + strconv.Itoa(t.Size) + "]"
	default:
		return tupleString(t.Fields)
	}
}

func tupleString(fields []Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Type.String()
	}
	return "(" + strings.Join(names, ",") + ")"
}

// dynamic reports whether the head of t holds an offset instead of the value.
func (t *Type) dynamic() bool {
	switch t.Kind {
	case Bytes, String, Slice:
		return true
	case Array:
		return t.Elem.dynamic()
	case Tuple:
		for _, f := range t.Fields {
			if f.Type.dynamic() {
				return true
			}
		}
	}
	return false
}

// head is the number of bytes of t in the head of what holds it.
func (t *Type) head() int {
	if t.dynamic() {
		return word
	}
	switch t.Kind {
	case Array:
		return t.Size * t.Elem.head()
	case Tuple:
		n := 0
		for _, f := range t.Fields {
			n += f.Type.head()
		}
		return n
	default:
		return word
	}
}

// elementary finds the type of a name without brackets.
func elementary(name string) (*Type, error) {
	switch name {
	case "address":
		return &Type{Kind: Address}, nil
	case "bool":
		return &Type{Kind: Bool}, nil
	case "bytes":
		return &Type{Kind: Bytes}, nil
	case "string":
		return &Type{Kind: String}, nil
	case "uint":
		return &Type{Kind: Uint, Size: 256}, nil
	case "int":
		return &Type{Kind: Int, Size: 256}, nil
	case "function": // an address and a selector
		return &Type{Kind: FixedBytes, Size: 24}, nil
	}
	for _, sized := range []struct {
		prefix      string
		kind        Kind
		step, limit int
	}{
		{"uint", Uint, 8, 256},
		{"int", Int, 8, 256},
		{"bytes", FixedBytes, 1, 32},
	} {
		digits, ok := strings.CutPrefix(name, sized.prefix)
		if !ok {
			continue
		}
		n, err := strconv.Atoi(digits)
		if err != nil || n <= 0 || n > sized.limit || n%sized.step != 0 || digits[0] == '0' {
			break
		}
		return &Type{Kind: sized.kind, Size: n}, nil
	}
	return nil, fmt.Errorf("%w: no such type %q", ErrSignature, name)
}
