package proof

import (
	"encoding/binary"
	"errors"
	"fmt"

	"agon/proof/code"
	"agon/proof/look"
)

// Version is the first byte of every encoding of this package.
const Version = 1

// ErrEncoding says that bytes are no encoding of what they should be: another
// version, a length beyond its limit, bytes missing or left over.
var ErrEncoding = errors.New("malformed encoding")

// writer appends numbers, all of fixed width and little-endian.
type writer struct{ buf []byte }

func (w *writer) byte(v byte)    { w.buf = append(w.buf, v) }
func (w *writer) uint(v int)     { w.buf = binary.LittleEndian.AppendUint32(w.buf, uint32(v)) }
func (w *writer) long(v int64)   { w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(v)) }
func (w *writer) raw(b []byte)   { w.buf = append(w.buf, b...) }
func (w *writer) bytes(b []byte) { w.uint(len(b)); w.raw(b) }
func (w *writer) int32(v int32)  { w.uint(int(v)) }
func (w *writer) ints(v []int)   { w.uint(len(v)); each(v, w.uint) }
func (w *writer) values(v []int32) {
	w.uint(len(v))
	each(v, w.int32)
}

func each[T any](v []T, f func(T)) {
	for _, x := range v {
		f(x)
	}
}

// reader takes numbers off the front. After a fault everything is zero and err
// says what it was.
type reader struct {
	buf []byte
	err error
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	r.buf = nil
}

// raw takes n bytes, sharing memory.
func (r *reader) raw(n int) []byte {
	if n < 0 || n > len(r.buf) {
		r.fail(fmt.Errorf("%d bytes left, want %d", len(r.buf), n))
		return make([]byte, min(max(n, 0), 64))
	}
	b := r.buf[:n:n]
	r.buf = r.buf[n:]
	return b
}

func (r *reader) byte() byte { return r.raw(1)[0] }
func (r *reader) uint() int  { return int(binary.LittleEndian.Uint32(r.raw(4))) }
func (r *reader) int32() int32 {
	return int32(binary.LittleEndian.Uint32(r.raw(4)))
}
func (r *reader) long() int64 { return int64(binary.LittleEndian.Uint64(r.raw(8))) }

// count takes a number of elements, each of at least size bytes: it is checked
// against a limit and against the bytes that are left before anyone allocates.
func (r *reader) count(limit, size int) int {
	n := r.uint()
	if n > limit || n*size > len(r.buf) {
		r.fail(fmt.Errorf("%d elements, at most %d, %d bytes left", n, limit, len(r.buf)))
		return 0
	}
	return n
}

func (r *reader) bytes(limit int) []byte { return r.raw(r.count(limit, 1)) }

func (r *reader) ints(limit int) []int {
	out := make([]int, r.count(limit, 4))
	for i := range out {
		out[i] = r.uint()
	}
	return out
}

func (r *reader) values(limit int) []int32 {
	out := make([]int32, r.count(limit, 4))
	for i := range out {
		out[i] = r.int32()
	}
	return out
}

func (r *reader) digest() code.Digest { return code.Digest(r.raw(code.DigestBytes)) }

// done errs if something was wrong or is left over.
func (r *reader) done() error {
	if r.err == nil && len(r.buf) > 0 {
		r.fail(fmt.Errorf("%d bytes left over", len(r.buf)))
	}
	return r.err
}

// version takes the first byte.
func (r *reader) version() {
	if v := r.byte(); v != Version && r.err == nil {
		r.fail(fmt.Errorf("version %d, want %d", v, Version))
	}
}

func (p Params) encode(w *writer) {
	w.ints([]int{p.Grind, p.LogJ, p.LogS, p.LogRoot, p.LogWork, p.Epochs, p.Budget})
}

func (r *reader) params() Params {
	v := r.ints(7)
	if len(v) != 7 {
		r.fail(errors.New("parameters"))
		return Params{}
	}
	return Params{v[0], v[1], v[2], v[3], v[4], v[5], v[6]}
}

func (h Header) encode(w *writer) {
	w.ints([]int{h.Batch, h.LogMessage, h.LogLength, h.Uses})
	w.uint(len(h.Ports))
	each(h.Ports, func(v Visibility) { w.byte(byte(v)) })
}

// encode writes the program in its canonical form.
func (p *Program) encode(w *writer) {
	w.raw(p.Graph[:])
	w.uint(p.Depth)
	w.uint(len(p.Columns))
	each(p.Columns, func(c Column) { w.uint(c.Len); w.long(c.Lo); w.long(c.Hi) })
	w.uint(len(p.Weights))
	each(p.Weights, func(m Matrix) { w.uint(m.Rows); w.uint(m.Cols); w.uint(m.BiasBits) })
	w.uint(len(p.Tables))
	each(p.Tables, func(t look.Table) {
		w.byte(byte(t.Shape))
		each([]int32{t.Lo, t.Hi, t.Offset}, w.int32)
	})
	w.uint(len(p.Lookups))
	each(p.Lookups, func(l Lookup) { w.uint(l.Table); w.ints(l.Columns) })
	w.uint(len(p.Relations))
	each(p.Relations, func(r Relation) {
		w.uint(len(r.Terms))
		each(r.Terms, func(t Term) { w.uint(t.Column); w.long(t.Coef) })
		w.long(r.Const)
		each([]int32{int32(r.Weights), int32(r.Input), int32(r.Vectors)}, w.int32)
	})
	w.ints(p.Inputs)
	w.ints(p.Outputs)
}

// list takes n elements, stopping at a fault.
func list[T any](r *reader, limit, size int, next func() T) []T {
	out := make([]T, 0, r.count(limit, size))
	for range cap(out) {
		if r.err != nil {
			return nil
		}
		out = append(out, next())
	}
	return out
}

// program takes a program and checks it.
func (r *reader) program() *Program {
	p := &Program{Graph: [32]byte(r.raw(32)), Depth: r.uint()}
	p.Columns = list(r, MaxColumns, 20, func() Column {
		return Column{r.uint(), r.long(), r.long()}
	})
	p.Weights = list(r, MaxRelations, 12, func() Matrix {
		return Matrix{r.uint(), r.uint(), r.uint()}
	})
	p.Tables = list(r, MaxColumns, 13, func() look.Table {
		shape := look.Shape(r.byte())
		return look.Table{Shape: shape, Lo: r.int32(), Hi: r.int32(), Offset: r.int32()}
	})
	p.Lookups = list(r, MaxColumns, 8, func() Lookup {
		return Lookup{r.uint(), r.ints(look.Width)}
	})
	p.Relations = list(r, MaxRelations, 24, func() Relation {
		terms := list(r, MaxTerms, 12, func() Term { return Term{r.uint(), r.long()} })
		return Relation{terms, r.long(), int(r.int32()), int(r.int32()), int(r.int32())}
	})
	p.Inputs, p.Outputs = r.ints(MaxPorts), r.ints(MaxPorts)
	if r.err == nil {
		if err := p.Check(); err != nil {
			r.fail(err)
		}
	}
	return p
}

func (s *Statement) encode(w *writer) {
	w.byte(Version)
	w.raw(s.Model[:])
	w.long(int64(s.Epoch))
	w.uint(s.Batch)
	w.uint(len(s.Ports))
	each(s.Ports, func(port Port) {
		w.byte(byte(port.Visibility))
		w.values(port.Values)
		if port.Visibility == Hashed {
			port.Sealed.encode(w)
		}
	})
	w.bytes(s.Context)
}

func (s *Sealed) encode(w *writer) {
	w.raw(s.Root[:])
	w.ints([]int{s.LogMessage, s.LogLength, s.Uses})
}

// MarshalBinary encodes a statement.
func (s *Statement) MarshalBinary() ([]byte, error) {
	for i, port := range s.Ports {
		if port.Visibility == Hashed && port.Sealed == nil {
			return nil, fmt.Errorf("%w: port %d: hashed without its commitment", ErrStatement, i)
		}
	}
	var w writer
	s.encode(&w)
	return w.buf, nil
}

// UnmarshalBinary decodes a statement; what it says is checked by Verify.
func (s *Statement) UnmarshalBinary(b []byte) error {
	r := &reader{buf: b}
	r.version()
	out := Statement{Model: [32]byte(r.raw(32)), Epoch: uint64(r.long()), Batch: r.uint()}
	out.Ports = list(r, 2*MaxPorts, 5, func() Port {
		port := Port{Visibility: Visibility(r.byte())}
		if values := r.values(MaxCells); len(values) > 0 {
			port.Values = values
		}
		if port.Visibility == Hashed {
			port.Sealed = r.sealed()
		}
		return port
	})
	out.Context = r.bytes(MaxContext)
	if err := r.done(); err != nil {
		return err
	}
	*s = out
	return nil
}

func (r *reader) sealed() *Sealed {
	s := &Sealed{Root: r.digest()}
	v := r.ints(3)
	if len(v) != 3 {
		r.fail(errors.New("sealed column"))
		return s
	}
	s.LogMessage, s.LogLength, s.Uses = v[0], v[1], v[2]
	return s
}
