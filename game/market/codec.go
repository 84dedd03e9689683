package market

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/holiman/uint256"
)

// ErrMalformed reports stored bytes that no key or value encodes to.
var ErrMalformed = errors.New("malformed encoding")

// Coded is what every key and value of the store is: Append and Parse are
// inverse, and Parse refuses every other spelling of the same thing, so equal
// states have equal bytes.
//
// Integers of fixed width are big-endian. An amount is one byte of length and
// its bytes without leading zeros. A string is a uvarint of length and its bytes.
type Coded[T any] interface {
	Append(b []byte) []byte
	Parse(b []byte) (T, error)
}

func appendAmount(b []byte, a *Amount) []byte {
	n := a.ByteLen()
	word := a.Bytes32()
	b = append(b, byte(n))
	return append(b, word[32-n:]...)
}

func appendBytes(b []byte, s []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// A parser reads fields off the front of b. The first field that does not fit
// sets bad; from then on every field is zero.
type parser struct {
	b   []byte
	bad bool
}

// take returns the next n bytes, or nil once the parser is bad.
func (p *parser) take(n uint64) []byte {
	if p.bad || n > uint64(len(p.b)) {
		p.bad = true
		return nil
	}
	field := p.b[:n]
	p.b = p.b[n:]
	return field
}

func (p *parser) byte() byte {
	if f := p.take(1); f != nil {
		return f[0]
	}
	return 0
}

func (p *parser) uint16() uint16 {
	if f := p.take(2); f != nil {
		return binary.BigEndian.Uint16(f)
	}
	return 0
}

func (p *parser) uint32() uint32 {
	if f := p.take(4); f != nil {
		return binary.BigEndian.Uint32(f)
	}
	return 0
}

func (p *parser) uint64() uint64 {
	if f := p.take(8); f != nil {
		return binary.BigEndian.Uint64(f)
	}
	return 0
}

func (p *parser) height() Height { return Height(p.uint64()) }

func (p *parser) price() Price { return Price(p.uint64()) }

func (p *parser) account() (a Account) {
	copy(a[:], p.take(uint64(len(a))))
	return a
}

func (p *parser) hash() (h Hash) {
	copy(h[:], p.take(uint64(len(h))))
	return h
}

func (p *parser) amount() (a Amount) {
	n := p.byte()
	if n > 32 {
		p.bad = true
	}
	f := p.take(uint64(n))
	if len(f) > 0 && f[0] == 0 {
		p.bad = true
		return uint256.Int{}
	}
	a.SetBytes(f)
	return a
}

// word is an amount of fixed width, as keys have it.
func (p *parser) word() (a Amount) {
	a.SetBytes(p.take(32))
	return a
}

// count reads a uvarint that is spelled as short as can be and is at most max.
func (p *parser) count(max uint64) uint64 {
	v, n := binary.Uvarint(p.b)
	if p.bad || n <= 0 || v > max || (n > 1 && p.b[n-1] == 0) {
		p.bad = true
		return 0
	}
	p.b = p.b[n:]
	return v
}

// bytes returns a copy, or nil for a field of length zero.
func (p *parser) bytes() []byte {
	f := p.take(p.count(uint64(len(p.b))))
	if len(f) == 0 {
		return nil
	}
	return append([]byte(nil), f...)
}

func (p *parser) string() string { return string(p.take(p.count(uint64(len(p.b))))) }

// end is nil if everything was read and nothing was bad.
func (p *parser) end(what string) error {
	if p.bad || len(p.b) != 0 {
		return fmt.Errorf("%s: %w", what, ErrMalformed)
	}
	return nil
}
