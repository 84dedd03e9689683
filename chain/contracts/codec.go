package contracts

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"reflect"

	"agon/game/market"
)

// coded makes a collections.ValueCodec of a market.Coded. In JSON a value is
// the hexadecimal form of its one encoding, so that what comes back is what
// went out, byte for byte.
type coded[T market.Coded[T]] struct{}

// Encode implements codec.ValueCodec.
func (coded[T]) Encode(v T) ([]byte, error) { return v.Append(nil), nil }

// Decode implements codec.ValueCodec.
func (coded[T]) Decode(b []byte) (T, error) {
	var v T
	return v.Parse(b)
}

// EncodeJSON implements codec.ValueCodec.
func (coded[T]) EncodeJSON(v T) ([]byte, error) {
	return json.Marshal(hex.EncodeToString(v.Append(nil)))
}

// DecodeJSON implements codec.ValueCodec.
func (c coded[T]) DecodeJSON(b []byte) (v T, err error) {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return v, fmt.Errorf("%s: %w", c.ValueType(), err)
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return v, fmt.Errorf("%s: %w", c.ValueType(), err)
	}
	return v.Parse(raw)
}

// Stringify implements codec.ValueCodec.
func (coded[T]) Stringify(v T) string { return fmt.Sprintf("%+v", v) }

// ValueType implements codec.ValueCodec.
func (coded[T]) ValueType() string { return reflect.TypeFor[T]().String() }

// keyCodec makes a collections.KeyCodec of a market.Key. Keys are whole: they
// are not parts of longer ones.
type keyCodec[K market.Key[K]] struct{ coded[K] }

// Encode implements codec.KeyCodec.
func (keyCodec[K]) Encode(buffer []byte, key K) (int, error) {
	return len(key.Append(buffer[:0])), nil
}

// Decode implements codec.KeyCodec.
func (c keyCodec[K]) Decode(b []byte) (int, K, error) {
	k, err := c.coded.Decode(b)
	return len(b), k, err
}

// Size implements codec.KeyCodec.
func (keyCodec[K]) Size(key K) int { return len(key.Append(nil)) }

// KeyType implements codec.KeyCodec.
func (c keyCodec[K]) KeyType() string { return c.ValueType() }

// EncodeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) EncodeNonTerminal(buffer []byte, key K) (int, error) {
	return c.Encode(buffer, key)
}

// DecodeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) DecodeNonTerminal(b []byte) (int, K, error) { return c.Decode(b) }

// SizeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) SizeNonTerminal(key K) int { return c.Size(key) }
