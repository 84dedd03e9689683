package code

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"

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

// leafDigest hashes header ‖ salt ‖ column; buf has the room for it.
func leafDigest(buf []byte, kind Kind, log, j int, salt, column []byte) Digest {
	buf = append(buf[:0], leafTag, byte(kind), byte(log), 0)
	buf = binary.LittleEndian.AppendUint32(buf, uint32(j))
	buf = append(append(buf, salt...), column...)
	return cut(blake3.Sum256(buf))
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

// Build hashes the columns of a matrix of rows of n = 2^log values each. The
// rows must hold canonical values, not Montgomery forms (Canonical makes them).
// salts holds n salts.
func Build(kind Kind, log int, rows []ff.Vec, salts []byte) *Tree {
	n := 1 << log
	if len(salts) != n*SaltBytes {
		panic(fmt.Sprintf("code: %d bytes of salt for %d columns", len(salts), n))
	}
	t := &Tree{kind: kind, log: log, levels: make([][]Digest, log+1)}
	for l := range t.levels {
		t.levels[l] = make([]Digest, n>>l)
	}
	Split(n, minLeaves, func(from, to int) { t.hashLeaves(rows, salts, from, to) })
	for l := 1; l <= log; l++ {
		below, here := t.levels[l-1], t.levels[l]
		Split(len(here), minNodes, func(from, to int) {
			for i := from; i < to; i++ {
				here[i] = nodeDigest(kind, l, i, &below[2*i], &below[2*i+1])
			}
		})
	}
	return t
}

// Fewer leaves or nodes than these are not worth another goroutine.
const (
	minLeaves = 64
	minNodes  = 256
)

// hashLeaves fills the leaves [from, to), sixteen columns at a time: a row's
// sixteen neighbours share a cache line.
func (t *Tree) hashLeaves(rows []ff.Vec, salts []byte, from, to int) {
	const width = 16
	size := 4 * len(rows)
	columns := make([]byte, width*size)
	buf := make([]byte, 0, leafHeader+size)
	for base := from; base < to; base += width {
		count := min(width, to-base)
		for r, row := range rows {
			for i, v := range row[base : base+count] {
				binary.LittleEndian.PutUint32(columns[i*size+4*r:], uint32(v))
			}
		}
		for i := range count {
			j := base + i
			salt := salts[j*SaltBytes:][:SaltBytes]
			t.levels[0][j] = leafDigest(buf, t.kind, t.log, j, salt, columns[i*size:][:size])
		}
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
