package calldata

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
)

const word = 32

// A call of n bytes may hold freeOf + n/4 values, elements and tuples
// included: an honest encoding spends a word on each value that is not a tuple,
// and few tuples have one member. Without the bound a few words that all point
// to each other would unfold to thousands of millions of values.
const (
	maxValues = 1 << 15
	freeOf    = 256 // values, whatever the length
)

// Refusals of Decode.
var (
	ErrSelector  = errors.New("another function's selector")
	ErrTruncated = errors.New("call data ends too early")
	ErrOffset    = errors.New("offset outside the call data")
	ErrTooMany   = errors.New("more values than the data can hold")
)

// Call is a decoded call.
type Call struct {
	Function *Function
	Args     Value // a tuple

	// Irregular says, in a few words each, where the bytes differ from what an
	// encoder would write. Contracts differ in how they read such bytes.
	Irregular []string
}

// Decode reads the selector and the arguments.
func (f *Function) Decode(data []byte) (*Call, error) {
	if len(data) < 4 {
		return nil, fmt.Errorf("%w: %d bytes, want a selector of 4", ErrTruncated, len(data))
	}
	if want := f.Selector(); !bytes.Equal(data[:4], want[:]) {
		return nil, fmt.Errorf("%w: have %x, %s is %x", ErrSelector, data[:4], f.Name, want)
	}
	args, irregular, err := Decode(f.Inputs, data[4:])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return &Call{Function: f, Args: args, Irregular: irregular}, nil
}

// Decode reads encoded parameters as one tuple, and says what is irregular.
func Decode(fields []Field, data []byte) (Value, []string, error) {
	d := decoder{data: data, budget: min(maxValues, freeOf+len(data)/4)}
	t := &Type{Kind: Tuple, Fields: fields}
	v, err := d.tuple(t, 0)
	if err != nil {
		return Value{}, nil, err
	}
	if rest := len(data) - d.end; rest > 0 {
		d.note(fmt.Sprintf("%d bytes after the arguments", rest))
	}
	return v, d.irregular, nil
}

// decoder reads one encoding. Positions count from the start of data.
type decoder struct {
	data      []byte
	budget    int // values that may still be read
	end       int // one past the last byte that was read
	irregular []string
}

// note records an irregularity once.
func (d *decoder) note(what string) {
	const most = 16
	if len(d.irregular) >= most {
		return
	}
	for _, have := range d.irregular {
		if have == what {
			return
		}
	}
	d.irregular = append(d.irregular, what)
}

// take gives the n bytes at position at.
func (d *decoder) take(at, n int) ([]byte, error) {
	if at < 0 || n < 0 || at > len(d.data) || n > len(d.data)-at {
		return nil, fmt.Errorf("%w: %d bytes wanted at %d of %d", ErrTruncated, n, at, len(d.data))
	}
	d.end = max(d.end, at+n)
	return d.data[at : at+n], nil
}

// small reads the word at position at as a length or an offset.
func (d *decoder) small(at int) (int, error) {
	w, err := d.take(at, word)
	if err != nil {
		return 0, err
	}
	n := new(big.Int).SetBytes(w)
	if !n.IsInt64() || n.Int64() > int64(len(d.data)) {
		return 0, fmt.Errorf("%w: %v at byte %d of %d", ErrOffset, n, at, len(d.data))
	}
	return int(n.Int64()), nil
}

// value reads a t whose head is at position at; offsets count from base.
func (d *decoder) value(t *Type, at, base int) (Value, error) {
	if d.budget--; d.budget < 0 {
		return Value{}, ErrTooMany
	}
	if t.dynamic() {
		offset, err := d.small(at)
		if err != nil {
			return Value{}, err
		}
		at = base + offset
		if offset%word != 0 {
			d.note("an offset that is not a multiple of 32")
		}
	}
	switch t.Kind {
	case Tuple:
		return d.tuple(t, at)
	case Array:
		return d.elements(t, at, t.Size)
	case Slice:
		n, err := d.small(at)
		if err != nil {
			return Value{}, err
		}
		return d.elements(t, at+word, n)
	case Bytes, String:
		return d.blob(t, at)
	default:
		return d.word(t, at)
	}
}

// tuple reads the members of a tuple whose head begins at position at.
func (d *decoder) tuple(t *Type, at int) (Value, error) {
	v := Value{Type: t, Elems: make([]Value, len(t.Fields))}
	base := at
	for i, f := range t.Fields {
		elem, err := d.value(f.Type, at, base)
		if err != nil {
			return Value{}, fmt.Errorf("%s: %w", fieldName(f, i), err)
		}
		v.Elems[i] = elem
		at += f.Type.head()
	}
	return v, nil
}

// elements reads n elements of an array whose first head is at position at.
func (d *decoder) elements(t *Type, at, n int) (Value, error) {
	size := t.Elem.head()
	// Checked before the elements are allocated. An element without bytes (an
	// empty tuple) would make any length fit, so it is bounded by the budget.
	if n > d.budget {
		return Value{}, ErrTooMany
	}
	if _, err := d.take(at, n*size); err != nil {
		return Value{}, err
	}
	v := Value{Type: t, Elems: make([]Value, n)}
	for i := range v.Elems {
		elem, err := d.value(t.Elem, at+i*size, at)
		if err != nil {
			return Value{}, fmt.Errorf("[%d]: %w", i, err)
		}
		v.Elems[i] = elem
	}
	return v, nil
}

// blob reads bytes or a string: a length, the bytes, zeros up to a word.
func (d *decoder) blob(t *Type, at int) (Value, error) {
	n, err := d.small(at)
	if err != nil {
		return Value{}, err
	}
	raw, err := d.take(at+word, n)
	if err != nil {
		return Value{}, err
	}
	if rest := (word - n%word) % word; rest > 0 {
		// Some encoders leave the last padding out: the end of the data may
		// come first.
		padding := d.data[at+word+n : min(at+word+n+rest, len(d.data))]
		d.end = max(d.end, at+word+n+len(padding))
		if !zero(padding) {
			d.note("bytes in the padding of " + t.String())
		}
	}
	return Value{Type: t, Raw: raw}, nil
}

// word reads a value of one word.
func (d *decoder) word(t *Type, at int) (Value, error) {
	w, err := d.take(at, word)
	if err != nil {
		return Value{}, err
	}
	v := Value{Type: t}
	switch t.Kind {
	case Address:
		if !zero(w[:12]) {
			d.note("bytes in the padding of address")
		}
		v.Raw = w[12:]
	case FixedBytes:
		if !zero(w[t.Size:]) {
			d.note("bytes in the padding of " + t.String())
		}
		v.Raw = w[:t.Size]
	case Bool:
		v.Int = new(big.Int).SetBytes(w)
		if v.Int.BitLen() > 1 {
			d.note("a truth value that is neither 0 nor 1")
			v.Int = big.NewInt(1) // as the EVM's ISZERO sees it
		}
	case Uint:
		v.Int = new(big.Int).SetBytes(w)
		if v.Int.BitLen() > t.Size {
			d.note("bits above those of " + t.String())
			v.Int.And(v.Int, mask(t.Size))
		}
	case Int:
		v.Int = signed(new(big.Int).SetBytes(w), 8*word)
		if narrow := signed(new(big.Int).And(v.Int, mask(t.Size)), t.Size); narrow.Cmp(v.Int) != 0 {
			d.note("bits above those of " + t.String())
			v.Int = narrow
		}
	}
	return v, nil
}

// mask is 2ⁿ − 1.
func mask(n int) *big.Int {
	m := new(big.Int).Lsh(common.Big1, uint(n))
	return m.Sub(m, common.Big1)
}

// signed reads the low n bits of u as two's complement.
func signed(u *big.Int, n int) *big.Int {
	if u.Bit(n-1) == 1 {
		u.Sub(u, new(big.Int).Lsh(common.Big1, uint(n)))
	}
	return u
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}

func fieldName(f Field, i int) string {
	if f.Name != "" {
		return f.Name
	}
	return fmt.Sprintf("argument %d", i)
}
