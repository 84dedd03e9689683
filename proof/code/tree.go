package code

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"sync"

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
	Split(n/blake.Lanes, minGroups, func(from, to int) { t.hashLeaves(rows, salts, from, to) })
	if n < blake.Lanes {
		t.hashFew(rows, salts)
	}
	for l := 1; l <= log; l++ {
		below, here := t.levels[l-1], t.levels[l]
		if len(here) < blake.Lanes {
			for i := range here {
				here[i] = nodeDigest(kind, l, i, &below[2*i], &below[2*i+1])
			}
			continue
		}
		Split(len(here)/blake.Lanes, minGroups, func(from, to int) {
			for g := from; g < to; g++ {
				hashNodes(kind, l, g*blake.Lanes, below, here)
			}
		})
	}
	return t
}

// minGroups is how many groups of sixteen hashes are worth another goroutine.
const minGroups = 16

// hashFew fills the leaves of a tree of fewer than sixteen.
func (t *Tree) hashFew(rows []ff.Vec, salts []byte) {
	column := make([]byte, 4*len(rows))
	for j := range t.levels[0] {
		for r, row := range rows {
			binary.LittleEndian.PutUint32(column[4*r:], uint32(row[j]))
		}
		t.levels[0][j] = leafDigest(nil, t.kind, t.log, j, salts[j*SaltBytes:][:SaltBytes], column)
	}
}

// hashLeaves fills the leaves of groups [from, to), sixteen columns each. The
// words of sixteen neighbouring columns lie side by side in every row.
func (t *Tree) hashLeaves(rows []ff.Vec, salts []byte, from, to int) {
	size := leafHeader + 4*len(rows)
	var head [leafHeader / 4]blake.Row
	var row blake.Row
	for lane := range head[0] {
		head[0][lane] = leafTag | uint32(t.kind)<<8 | uint32(t.log)<<16
	}
	var digest blake.Digest
	for g := from; g < to; g++ {
		base := g * blake.Lanes
		for lane := range blake.Lanes {
			head[1][lane] = uint32(base + lane)
			salt := salts[(base+lane)*SaltBytes:][:SaltBytes]
			for i := range SaltBytes / 4 {
				head[2+i][lane] = binary.LittleEndian.Uint32(salt[4*i:])
			}
		}
		blake.Sum(&digest, size, func(i int) *blake.Row {
			if i < len(head) {
				return &head[i]
			}
			for lane, v := range rows[i-len(head)][base : base+blake.Lanes] {
				row[lane] = uint32(v)
			}
			return &row
		})
		scatter(t.levels[0][base:base+blake.Lanes], &digest)
	}
}

// hashNodes fills sixteen nodes from thirty-two children. Left and right digest
// of a node are neighbours in memory: 52 bytes after the header.
func hashNodes(kind Kind, level, base int, below, here []Digest) {
	const words = 2 + 2*DigestBytes/4
	var message [words]blake.Row
	for lane := range blake.Lanes {
		message[0][lane] = nodeTag | uint32(kind)<<8 | uint32(level)<<16
		message[1][lane] = uint32(base + lane)
		var pair [2 * DigestBytes]byte
		copy(pair[:], below[2*(base+lane)][:])
		copy(pair[DigestBytes:], below[2*(base+lane)+1][:])
		for i := range words - 2 {
			message[2+i][lane] = binary.LittleEndian.Uint32(pair[4*i:])
		}
	}
	var digest blake.Digest
	blake.Sum(&digest, 4*words, func(i int) *blake.Row { return &message[i] })
	scatter(here[base:base+blake.Lanes], &digest)
}

// scatter cuts sixteen digests to 208 bits.
func scatter(dst []Digest, d *blake.Digest) {
	for lane := range dst {
		var h [32]byte
		for i := range d {
			binary.LittleEndian.PutUint32(h[4*i:], d[i][lane])
		}
		dst[lane] = cut(h)
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
