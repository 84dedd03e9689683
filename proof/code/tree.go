package code

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"agon/proof/blake"
	"agon/proof/ff"

	"lukechampine.com/blake3"
)

// Sizes in bytes.
const (
	DigestBytes = 26 // 208 bits: collisions cost 2¹⁰⁴
	SaltBytes   = 16
)

// Digest is a node of a tree.
type Digest [DigestBytes]byte

// Kind separates the trees of the protocol: it is part of every hash.
type Kind uint8

// The trees of the protocol.
const (
	KindWeights Kind = 1 + iota // the registered root R
	KindEpoch                   // an epoch's codeword W′
	KindFirst                   // T₁ of a proof
	KindSecond                  // T₂ of a proof
	KindSealed                  // a hashed input or output
)

const (
	leafTag    = 0
	nodeTag    = 1
	leafHeader = 8 + SaltBytes
)

// cut keeps the first 208 bits.
func cut(h [32]byte) (d Digest) {
	copy(d[:], h[:])
	return d
}

// nodeDigest hashes two children; level is 1 above the leaves.
func nodeDigest(kind Kind, level, index int, left, right *Digest) Digest {
	var buf [8 + 2*DigestBytes]byte
	buf[0], buf[1], buf[2] = nodeTag, byte(kind), byte(level)
	binary.LittleEndian.PutUint32(buf[4:], uint32(index))
	copy(buf[8:], left[:])
	copy(buf[8+DigestBytes:], right[:])
	return cut(blake3.Sum256(buf[:]))
}

// Tree is the Merkle tree over the columns of a matrix. It holds the digests;
// columns and salts are kept by whoever made it.
type Tree struct {
	kind   Kind
	log    int
	levels [][]Digest // levels[0] the leaves, levels[log] the root
}

// Root is the commitment.
func (t *Tree) Root() Digest { return t.levels[t.log][0] }

// newTree allocates the digests of a tree over 2^log columns.
func newTree(kind Kind, log int, salts []byte) *Tree {
	n := 1 << log
	if len(salts) != n*SaltBytes {
		panic(fmt.Sprintf("code: %d bytes of salt for %d columns", len(salts), n))
	}
	t := &Tree{kind: kind, log: log, levels: make([][]Digest, log+1)}
	for l := range t.levels {
		t.levels[l] = make([]Digest, n>>l)
	}
	return t
}

// Build hashes the columns of a matrix of rows of n = 2^log values each. The
// rows must hold canonical values, not Montgomery forms (Canonical makes them).
// salts holds n salts.
func Build(kind Kind, log int, rows []ff.Vec, salts []byte) *Tree {
	n := 1 << log
	t := newTree(kind, log, salts)
	Split(groups(n), minGroups, func(from, to int) {
		var h blake.Hasher
		for g := from; g < to; g++ {
			t.head(&h, salts, g)
			for _, row := range rows {
				column(&h, row, g)
			}
			t.leaves(&h, len(rows), g)
		}
	})
	t.climb()
	return t
}

// groups is the number of groups of sixteen columns.
func groups(n int) int { return (n + blake.Lanes - 1) / blake.Lanes }

// head starts the leaves of a group: header and salts.
func (t *Tree) head(h *blake.Hasher, salts []byte, g int) {
	h.Reset()
	tag, index := h.Next(), h.Next()
	for lane := range tag {
		tag[lane] = leafTag | uint32(t.kind)<<8 | uint32(t.log)<<16
		index[lane] = uint32(g*blake.Lanes + lane)
	}
	salts = salts[g*blake.Lanes*SaltBytes:]
	for i := range SaltBytes / 4 {
		row := h.Next()
		for lane := range min(blake.Lanes, len(salts)/SaltBytes) {
			row[lane] = binary.LittleEndian.Uint32(salts[lane*SaltBytes+4*i:])
		}
	}
}

// column adds a row's values of a group: they lie side by side.
func column(h *blake.Hasher, row ff.Vec, g int) {
	dst, part := h.Next(), row[g*blake.Lanes:]
	if len(part) >= blake.Lanes {
		// An Elem is a uint32: one copy of 64 bytes instead of sixteen words.
		*dst = *(*blake.Row)(unsafe.Pointer(&part[0]))
		return
	}
	for lane, v := range part {
		dst[lane] = uint32(v)
	}
}

// leaves ends the leaves of a group.
func (t *Tree) leaves(h *blake.Hasher, rows, g int) {
	var digest blake.Digest
	h.Sum(&digest, leafHeader+4*rows)
	level := t.levels[0]
	scatter(level[g*blake.Lanes:min((g+1)*blake.Lanes, len(level))], &digest)
}

// climb computes all levels above the leaves.
func (t *Tree) climb() {
	for l := 1; l <= t.log; l++ {
		below, here := t.levels[l-1], t.levels[l]
		Split(groups(len(here)), minGroups, func(from, to int) {
			var h blake.Hasher
			for g := from; g < to; g++ {
				at, end := g*blake.Lanes, min((g+1)*blake.Lanes, len(here))
				hashNodes(&h, t.kind, l, at, below[2*at:2*end], here[at:end])
			}
		})
	}
}

// minGroups is how many groups of sixteen hashes are worth another goroutine.
const minGroups = 16

// hashNodes fills up to sixteen nodes from twice as many children. Left and
// right digest of a node make 52 bytes after the header.
func hashNodes(h *blake.Hasher, kind Kind, level, base int, below, here []Digest) {
	// Digests lie side by side: two are the 52 bytes of a node.
	pairs := unsafe.Slice((*[2 * DigestBytes]byte)(unsafe.Pointer(&below[0])), len(here))
	h.Reset()
	tag, index := h.Next(), h.Next()
	for lane := range tag {
		tag[lane] = nodeTag | uint32(kind)<<8 | uint32(level)<<16
		index[lane] = uint32(base + lane)
	}
	for i := range 2 * DigestBytes / 4 {
		row := h.Next()
		for lane := range pairs {
			row[lane] = binary.LittleEndian.Uint32(pairs[lane][4*i:])
		}
	}
	var digest blake.Digest
	h.Sum(&digest, 8+2*DigestBytes)
	scatter(here, &digest)
}

// scatter cuts sixteen digests to 208 bits: six words and half of the next.
func scatter(dst []Digest, d *blake.Digest) {
	const words = DigestBytes / 4
	for lane := range dst {
		h := &dst[lane]
		for i := range words {
			binary.LittleEndian.PutUint32(h[4*i:], d[i][lane])
		}
		binary.LittleEndian.PutUint16(h[4*words:], uint16(d[words][lane]))
	}
}

// Canonical turns Montgomery forms into the values that are hashed: a product
// with the raw word 1 is one Montgomery reduction.
func Canonical(row ff.Vec) { row.Scale(ff.Elem(1), row) }

// Split calls f over disjoint parts of [0, n) on all cores, parts of at least
// least elements, and waits.
func Split(n, least int, f func(from, to int)) {
	parts := min(runtime.GOMAXPROCS(0), max(1, n/least))
	if parts == 1 {
		f(0, n)
		return
	}
	var group sync.WaitGroup
	for p := range parts {
		group.Go(func() { f(p*n/parts, (p+1)*n/parts) })
	}
	group.Wait()
}

// Builder builds a tree from rows that come a few at a time, so that a matrix
// needs not be in memory at once.
type Builder struct {
	tree   *Tree
	rows   int
	hashes []blake.Hasher // by group of columns
}

// NewBuilder starts a tree over n = 2^log columns with n salts.
func NewBuilder(kind Kind, log int, salts []byte) *Builder {
	b := &Builder{tree: newTree(kind, log, salts), hashes: make([]blake.Hasher, groups(1<<log))}
	Split(len(b.hashes), minGroups, func(from, to int) {
		for g := from; g < to; g++ {
			b.tree.head(&b.hashes[g], salts, g)
		}
	})
	return b
}

// Add appends rows of canonical values to all columns.
func (b *Builder) Add(rows []ff.Vec) {
	b.rows += len(rows)
	Split(len(b.hashes), minGroups, func(from, to int) {
		for g := from; g < to; g++ {
			for _, row := range rows {
				column(&b.hashes[g], row, g)
			}
		}
	})
}

// Tree ends the columns and returns the tree.
func (b *Builder) Tree() *Tree {
	for g := range b.hashes {
		b.tree.leaves(&b.hashes[g], b.rows, g)
	}
	b.tree.climb()
	return b.tree
}
