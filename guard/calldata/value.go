package calldata

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
)

// Value is one decoded value. Which field holds it depends on the type: Int
// for Uint, Int and Bool (0 or 1); Raw for Address (20 bytes), FixedBytes,
// Bytes and String (not necessarily valid UTF-8); Elems for the rest.
type Value struct {
	Type  *Type
	Int   *big.Int
	Raw   []byte
	Elems []Value
}

// Field finds a member of a tuple by name.
func (v Value) Field(name string) (Value, bool) {
	if v.Type == nil || v.Type.Kind != Tuple || name == "" {
		return Value{}, false
	}
	for i, f := range v.Type.Fields {
		if f.Name == name {
			return v.Elems[i], true
		}
	}
	return Value{}, false
}

// Address reads an address, or a number or bytes32 that holds one: the last
// twenty bytes. False for other shapes.
func (v Value) Address() (common.Address, bool) {
	b, ok := v.Bytes()
	if !ok || len(b) < common.AddressLength && v.Type.Kind != Bytes {
		return common.Address{}, false
	}
	if v.Type.Kind == Bytes && len(b) != common.AddressLength {
		return common.Address{}, false
	}
	return common.BytesToAddress(b), true
}

// Uint reads a number: of an integer or a truth value as it is, of bytes and
// addresses as a big-endian integer. False for arrays, tuples and text, and
// for bytes longer than a word.
func (v Value) Uint() (*big.Int, bool) {
	if v.Type == nil {
		return nil, false
	}
	switch v.Type.Kind {
	case Uint, Int, Bool:
		return v.Int, true
	case Address, FixedBytes:
		return new(big.Int).SetBytes(v.Raw), true
	case Bytes:
		if len(v.Raw) <= word {
			return new(big.Int).SetBytes(v.Raw), true
		}
	}
	return nil, false
}

// Bytes gives the bytes of a value that is not an array or a tuple. Integers
// are words of 32 bytes, big-endian, negative ones in two's complement.
func (v Value) Bytes() ([]byte, bool) {
	if v.Type == nil {
		return nil, false
	}
	switch v.Type.Kind {
	case Uint, Int, Bool:
		n := v.Int
		if n.Sign() < 0 {
			n = new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), 8*word))
		}
		return common.LeftPadBytes(n.Bytes(), word), true
	case Address, FixedBytes, Bytes, String:
		return v.Raw, true
	default:
		return nil, false
	}
}
