package slow

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"lukechampine.com/blake3"
)

// Guard names the check that refused a proof.
type Guard string

// The checks, in the order in which a proof meets them.
const (
	GuardEncoding   Guard = "encoding"   // malformed key, epoch or statement
	GuardStatement  Guard = "statement"  // does not fit the key
	GuardMessage    Guard = "message"    // missing, or a value ≥ p
	GuardWork       Guard = "work"       // a nonce without its grinding
	GuardZeroRoot   Guard = "zero root"  // u = 0: a denominator is zero
	GuardDegenerate Guard = "degenerate" // a challenge that cannot be used
	GuardOpening    Guard = "opening"    // columns cut short, or a value ≥ p
	GuardPath       Guard = "path"       // columns do not hash to their root
	GuardProximity  Guard = "proximity"  // v: a row is no codeword
	GuardConstraint Guard = "constraint" // q: a constraint is false
	GuardTrailing   Guard = "trailing"   // bytes after the proof
)

// Refusal says which check refused, and why.
type Refusal struct {
	Guard Guard
	Err   error
}

// Error is the check and the reason.
func (r *Refusal) Error() string { return fmt.Sprintf("%s: %v", r.Guard, r.Err) }

// Unwrap is the reason.
func (r *Refusal) Unwrap() error { return r.Err }

func refuse(g Guard, format string, args ...any) error {
	return &Refusal{g, fmt.Errorf(format, args...)}
}

var (
	errShort = errors.New("bytes missing")
	errLarge = errors.New("value not below p")
	errCount = errors.New("more elements than allowed")
)

// reader takes numbers off the front of bytes; after a fault it gives zeros.
type reader struct {
	b   []byte
	err error
}

func (r *reader) take(n int) []byte {
	if r.err != nil || n < 0 || n > len(r.b) {
		if r.err == nil {
			r.err = errShort
		}
		return make([]byte, min(max(n, 0), 1024))
	}
	out := r.b[:n]
	r.b = r.b[n:]
	return out
}

func (r *reader) byte() byte     { return r.take(1)[0] }
func (r *reader) uint() int      { return int(binary.LittleEndian.Uint32(r.take(4))) }
func (r *reader) int32() int32   { return int32(binary.LittleEndian.Uint32(r.take(4))) }
func (r *reader) long() int64    { return int64(binary.LittleEndian.Uint64(r.take(8))) }
func (r *reader) nonce() uint64  { return binary.LittleEndian.Uint64(r.take(8)) }
func (r *reader) digest() digest { return digest(r.take(digestBytes)) }

// many reads a number of elements of at least size bytes each, then them.
func many[T any](r *reader, limit, size int, next func() T) []T {
	n := r.uint()
	if r.err == nil && (n > limit || n*size > len(r.b)) {
		r.err = errCount
	}
	var out []T
	for i := 0; i < n && r.err == nil; i++ {
		out = append(out, next())
	}
	return out
}

func (r *reader) ints(limit int) []int { return many(r, limit, 4, r.uint) }

// elem reads a value below p.
func (r *reader) elem() uint64 {
	v := uint64(r.uint())
	if v >= prime {
		if r.err == nil {
			r.err = errLarge
		}
		return 0
	}
	return v
}

func (r *reader) ext() ext { return ext{r.elem(), r.elem(), r.elem(), r.elem()} }

func (a ext) bytes() []byte {
	var b []byte
	for _, c := range a {
		b = binary.LittleEndian.AppendUint32(b, uint32(c))
	}
	return b
}

// Sizes in bytes.
const (
	digestBytes = 26
	saltBytes   = 16
)

type digest [digestBytes]byte

// hash is BLAKE3 cut to 208 bits.
func hash(parts ...[]byte) digest {
	h := blake3.Sum256(slices.Concat(parts...))
	return digest(h[:digestBytes])
}

// Kinds of trees.
const (
	kindWeights = 1
	kindEpoch   = 2
	kindFirst   = 3
	kindSecond  = 4
	kindSealed  = 5
)

// node is the header of a hash: its sort, the tree's kind, a level, an index.
func node(sort, kind, level, index int) []byte {
	return binary.LittleEndian.AppendUint32([]byte{byte(sort), byte(kind), byte(level), 0},
		uint32(index))
}

// opening reads columns of rows values at ascending indices of a tree of 2^log
// leaves, their salts and the siblings, and compares the root.
func (r *reader) opening(want digest, kind, log, rows int, indices []int) ([][]uint64, error) {
	columns := make([][]uint64, len(indices))
	raw := make([][]byte, len(indices))
	for i := range indices {
		at := r.b
		for range rows {
			columns[i] = append(columns[i], r.elem())
			if r.err != nil {
				return nil, refuse(GuardOpening, "column %d: %w", indices[i], r.err)
			}
		}
		raw[i] = at[:4*rows]
	}
	level := make(map[int]digest)
	for i, j := range indices {
		level[j] = hash(node(0, kind, log, j), r.take(saltBytes), raw[i])
	}
	for height := 1; height <= log; height++ {
		up := make(map[int]digest)
		for _, i := range sorted(level) {
			if _, done := up[i/2]; done {
				continue
			}
			var pair [2]digest
			pair[i%2] = level[i]
			sibling, known := level[i^1]
			if !known {
				sibling = r.digest()
			}
			pair[(i+1)%2] = sibling
			up[i/2] = hash(node(1, kind, height, i/2), pair[0][:], pair[1][:])
		}
		level = up
	}
	if r.err != nil {
		return nil, refuse(GuardOpening, "siblings: %w", r.err)
	}
	if level[0] != want {
		return nil, refuse(GuardPath, "kind %d: root %x, want %x", kind, level[0], want)
	}
	return columns, nil
}

// sorted lists the keys of a map in ascending order.
func sorted[T any](m map[int]T) []int {
	var out []int
	for i := range m {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}
