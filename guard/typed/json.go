package typed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Limits of a request, checked before anything is kept.
const (
	maxBytes = 256 << 10
	maxDepth = 48
	maxNodes = 1 << 15
)

// Refusals of a document that is not typed data at all.
var (
	ErrTooLarge  = fmt.Errorf("typed data of more than %d bytes", maxBytes)
	ErrTooDeep   = fmt.Errorf("typed data nested more than %d deep", maxDepth)
	ErrTooMany   = fmt.Errorf("typed data of more than %d values", maxNodes)
	ErrDuplicate = errors.New("two members of one name: wallets differ in which they sign")
	ErrNotTyped  = errors.New("not EIP-712 typed data")
)

// object is a JSON object in the order of its source.
type object struct {
	keys   []string
	member map[string]any // string, json.Number, bool, nil, *object or []any
}

func (o *object) get(key string) (any, bool) {
	if o == nil {
		return nil, false
	}
	v, ok := o.member[key]
	return v, ok
}

// read parses one JSON value: encoding/json alone would take the last of two
// equal keys without a word.
func read(raw []byte) (any, error) {
	if len(raw) > maxBytes {
		return nil, ErrTooLarge
	}
	r := reader{dec: json.NewDecoder(bytes.NewReader(raw))}
	r.dec.UseNumber()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: something follows the value", ErrNotTyped)
	}
	return v, nil
}

type reader struct {
	dec   *json.Decoder
	nodes int
}

func (r *reader) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, ErrTooDeep
	}
	if r.nodes++; r.nodes > maxNodes {
		return nil, ErrTooMany
	}
	token, err := r.dec.Token()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotTyped, err)
	}
	switch delim, _ := token.(json.Delim); delim {
	case '{':
		return r.object(depth)
	case '[':
		return r.array(depth)
	default:
		return token, nil
	}
}

func (r *reader) object(depth int) (*object, error) {
	o := &object{member: map[string]any{}}
	for r.dec.More() {
		token, err := r.dec.Token()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotTyped, err)
		}
		key, ok := token.(string)
		if !ok {
			return nil, fmt.Errorf("%w: a member without a name", ErrNotTyped)
		}
		if _, twice := o.member[key]; twice {
			return nil, fmt.Errorf("%w: %q", ErrDuplicate, clip(key))
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.keys = append(o.keys, key)
		o.member[key] = v
	}
	return o, r.end()
}

func (r *reader) array(depth int) ([]any, error) {
	list := []any{}
	for r.dec.More() {
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, r.end()
}

func (r *reader) end() error {
	if _, err := r.dec.Token(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotTyped, err)
	}
	return nil
}

// clip shortens hostile text for an error.
func clip(s string) string {
	const longest = 60
	if len(s) > longest {
		return s[:longest] + "…"
	}
	return s
}
