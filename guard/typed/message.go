package typed

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/calldata"
)

// domainType is the name that EIP-712 gives to the type of the domain.
const domainType = "EIP712Domain"

// Message is typed data that was read without error.
type Message struct {
	Primary string
	Value   calldata.Value // a tuple of the primary type
	Domain  Domain

	// Irregular says what the JSON held that is odd and does not change the
	// digest, in a few words each: members that are not signed, odd notations.
	Irregular []string

	types  map[string]*Struct
	hashes map[string]common.Hash // type hashes of the structs in use
	domain calldata.Value
}

// Domain is who may use the signature. Absent members are nil or "".
type Domain struct {
	Name, Version     string
	ChainID           *big.Int
	VerifyingContract *common.Address
	Salt              []byte
}

// Parse reads the JSON argument of eth_signTypedData_v4.
func Parse(raw []byte) (*Message, error) {
	root, err := read(raw)
	if err != nil {
		return nil, err
	}
	o, ok := root.(*object)
	if !ok {
		return nil, fmt.Errorf("%w: want an object", ErrNotTyped)
	}
	types, _ := o.member["types"].(*object)
	domain, _ := o.member["domain"].(*object)
	message, _ := o.member["message"].(*object)
	primary, _ := o.member["primaryType"].(string)
	if types == nil || domain == nil || message == nil || primary == "" {
		return nil, fmt.Errorf("%w: want types, primaryType, domain and message", ErrNotTyped)
	}
	m := &Message{Primary: primary}
	if m.types, err = structs(types); err != nil {
		return nil, err
	}
	if _, ok := m.types[domainType]; !ok {
		m.types[domainType] = inferred(domain)
	}
	m.dropMissing(domain)
	b := builder{message: m, types: resolver{m.types, map[string]*calldata.Type{}}}
	if m.domain, err = b.structure(domainType, domain); err != nil {
		return nil, fmt.Errorf("domain: %w", err)
	}
	if m.Value, err = b.structure(primary, message); err != nil {
		return nil, fmt.Errorf("message: %w", err)
	}
	m.readDomain()
	m.hashes = map[string]common.Hash{}
	for name := range b.types.done {
		m.hashes[name] = crypto.Keccak256Hash([]byte(m.EncodeType(name)))
	}
	return m, nil
}

// inferred is the domain type that wallets assume where the types lack one:
// the members present, in the order of the standard.
func inferred(domain *object) *Struct {
	s := &Struct{Name: domainType}
	for _, m := range []Member{
		{"name", "string"}, {"version", "string"}, {"chainId", "uint256"},
		{"verifyingContract", "address"}, {"salt", "bytes32"},
	} {
		if _, ok := domain.get(m.Name); ok {
			s.Members = append(s.Members, m)
		}
	}
	return s
}

// dropMissing takes members that the domain lacks out of its type, as libraries
// do that derive the type from the domain; others refuse to sign.
func (m *Message) dropMissing(domain *object) {
	s := m.types[domainType]
	kept := &Struct{Name: domainType}
	for _, member := range s.Members {
		if v, ok := domain.get(member.Name); ok && v != nil {
			kept.Members = append(kept.Members, member)
			continue
		}
		m.Irregular = append(m.Irregular,
			"the domain lacks its "+clip(member.Name)+": wallets differ in what they sign")
	}
	m.types[domainType] = kept
}

func (m *Message) readDomain() {
	if v, ok := m.domain.Field("name"); ok {
		m.Domain.Name = string(v.Raw)
	}
	if v, ok := m.domain.Field("version"); ok {
		m.Domain.Version = string(v.Raw)
	}
	if v, ok := m.domain.Field("chainId"); ok {
		m.Domain.ChainID, _ = v.Uint()
	}
	if v, ok := m.domain.Field("verifyingContract"); ok {
		if a, ok := v.Address(); ok {
			m.Domain.VerifyingContract = &a
		}
	}
	if v, ok := m.domain.Field("salt"); ok {
		m.Domain.Salt = v.Raw
	}
}

// builder turns JSON into values of the message's types.
type builder struct {
	message *Message
	types   resolver
	nodes   int
}

func (b *builder) note(format string, args ...any) {
	const most = 16
	if len(b.message.Irregular) < most {
		b.message.Irregular = append(b.message.Irregular, fmt.Sprintf(format, args...))
	}
}

func (b *builder) structure(name string, o *object) (calldata.Value, error) {
	t, err := b.types.resolve(name, nil)
	if err != nil {
		return calldata.Value{}, err
	}
	return b.value(t, o, name)
}

func (b *builder) value(t *calldata.Type, v any, at string) (calldata.Value, error) {
	if b.nodes++; b.nodes > maxNodes {
		return calldata.Value{}, ErrTooMany
	}
	switch t.Kind {
	case calldata.Tuple:
		o, ok := v.(*object)
		if !ok {
			return calldata.Value{}, mismatch(at, t, v)
		}
		return b.tuple(t, o, at)
	case calldata.Slice, calldata.Array:
		list, ok := v.([]any)
		if !ok {
			return calldata.Value{}, mismatch(at, t, v)
		}
		if t.Kind == calldata.Array && len(list) != t.Size {
			return calldata.Value{}, fmt.Errorf("%w: %s has %d elements, want %d",
				ErrNotTyped, clip(at), len(list), t.Size)
		}
		out := calldata.Value{Type: t, Elems: make([]calldata.Value, len(list))}
		for i, item := range list {
			var err error
			if out.Elems[i], err = b.value(t.Elem, item, fmt.Sprintf("%s[%d]", at, i)); err != nil {
				return calldata.Value{}, err
			}
		}
		return out, nil
	default:
		return b.leaf(t, v, at)
	}
}

func (b *builder) tuple(t *calldata.Type, o *object, at string) (calldata.Value, error) {
	out := calldata.Value{Type: t, Elems: make([]calldata.Value, len(t.Fields))}
	known := map[string]bool{}
	for i, f := range t.Fields {
		known[f.Name] = true
		v, ok := o.get(f.Name)
		if !ok || v == nil {
			return calldata.Value{}, fmt.Errorf("%w: %s.%s is missing", ErrNotTyped, clip(at),
				clip(f.Name))
		}
		var err error
		if out.Elems[i], err = b.value(f.Type, v, at+"."+f.Name); err != nil {
			return calldata.Value{}, err
		}
	}
	for _, key := range o.keys {
		if !known[key] {
			b.note("%s.%s is not part of what is signed", clip(at), clip(key))
		}
	}
	return out, nil
}

func mismatch(at string, t *calldata.Type, v any) error {
	want := t.Name
	if t.Kind != calldata.Tuple {
		want = "a value of type " + clip(t.String())
	}
	return fmt.Errorf("%w: %s should be %s, have %T", ErrNotTyped, clip(at), want, v)
}

// leaf reads a value without parts.
func (b *builder) leaf(t *calldata.Type, v any, at string) (calldata.Value, error) {
	out := calldata.Value{Type: t}
	switch t.Kind {
	case calldata.String:
		s, ok := v.(string)
		if !ok {
			return out, mismatch(at, t, v)
		}
		out.Raw = []byte(s)
	case calldata.Bool:
		set, ok := v.(bool)
		if !ok {
			return out, mismatch(at, t, v)
		}
		out.Int = new(big.Int)
		if set {
			out.Int.SetInt64(1)
		}
	case calldata.Uint, calldata.Int:
		n, err := b.number(v, at)
		if err != nil {
			return out, err
		}
		if !fits(n, t) {
			return out, fmt.Errorf("%w: %s is %v, which is not an %s", ErrNotTyped, clip(at), n, t)
		}
		out.Int = n
	default:
		raw, err := b.bytes(v, at)
		if err != nil {
			return out, err
		}
		size := map[calldata.Kind]int{calldata.Address: 20, calldata.FixedBytes: t.Size}[t.Kind]
		if size != 0 && len(raw) != size {
			return out, fmt.Errorf("%w: %s has %d bytes, want %d", ErrNotTyped, clip(at), len(raw),
				size)
		}
		out.Raw = raw
	}
	return out, nil
}

// number reads an integer in any notation that wallets accept.
func (b *builder) number(v any, at string) (*big.Int, error) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = strings.TrimSpace(v)
		if text != v {
			b.note("%s has spaces around its number", clip(at))
		}
	default:
		return nil, fmt.Errorf("%w: %s should be a number, have %T", ErrNotTyped, clip(at), v)
	}
	const longest = 80 // 2²⁵⁶ has 78 digits
	if len(text) > longest {
		return nil, fmt.Errorf("%w: %s has %d digits", ErrNotTyped, clip(at), len(text))
	}
	lower := strings.ToLower(text)
	if digits, ok := strings.CutPrefix(lower, "0x"); ok {
		if n, ok := new(big.Int).SetString(digits, 16); ok && digits[0] != '-' && digits[0] != '+' {
			return n, nil
		}
	} else if n, ok := new(big.Int).SetString(lower, 10); ok {
		return n, nil
	}
	return nil, fmt.Errorf("%w: %s is %q, want an integer", ErrNotTyped, clip(at), clip(text))
}

func fits(n *big.Int, t *calldata.Type) bool {
	if t.Kind == calldata.Uint {
		return n.Sign() >= 0 && n.BitLen() <= t.Size
	}
	if n.Sign() < 0 { // −2ᵏ⁻¹ has the same bit length as 2ᵏ⁻¹, which does not fit
		n = new(big.Int).Not(n)
	}
	return n.BitLen() < t.Size
}

// bytes reads hexadecimal text. An odd number of digits is refused: wallets
// disagree on which end the missing digit belongs to.
func (b *builder) bytes(v any, at string) ([]byte, error) {
	s, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("%w: %s should be bytes in hex, have %T", ErrNotTyped, clip(at), v)
	}
	digits, ok := strings.CutPrefix(s, "0x")
	if !ok {
		if digits, ok = strings.CutPrefix(s, "0X"); ok {
			b.note("%s begins with 0X", clip(at))
		}
	}
	raw, err := hex.DecodeString(digits)
	if err != nil || !ok {
		return nil, fmt.Errorf("%w: %s is %q, want 0x and an even number of hex digits",
			ErrNotTyped, clip(at), clip(s))
	}
	return raw, nil
}
