package blake

import "fmt"

// Lanes is how many messages are hashed together.
const Lanes = 16

// Row holds one word of each message.
type Row [Lanes]uint32

// Digest holds the eight words of each digest.
type Digest [8]Row

const (
	blockBytes = 64
	chunkBytes = 1024

	chunkStart = 1 << 0
	chunkEnd   = 1 << 1
	parent     = 1 << 2
	root       = 1 << 3
)

// iv is the initial chaining value, that of SHA-256.
var iv = [8]uint32{
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
}

// permutation reorders the message words between rounds.
var permutation = [16]int{2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8}

// control are the words of the state that differ between compressions.
type control struct {
	counter, length, flags uint32
}

// start fills all lanes with the initial chaining value.
func (d *Digest) start() {
	for i := range d {
		for lane := range d[i] {
			d[i][lane] = iv[i]
		}
	}
}

// Sum hashes sixteen messages of n bytes: word(i) returns word i of all of them,
// i < ⌈n/4⌉, bytes beyond n being zero. The row may be reused after the next
// call of word.
func Sum(out *Digest, n int, word func(i int) *Row) {
	if n < 0 || n > chunkBytes<<20 {
		panic(fmt.Sprintf("blake: messages of %d bytes", n))
	}
	chunks := max(1, (n+chunkBytes-1)/chunkBytes)
	if chunks == 1 {
		chunk(out, 0, n, root, word)
		return
	}
	// stack[l] holds the subtree of 2^l chunks that waits for its sibling.
	var stack []Digest
	var block [16]Row
	for c := range chunks - 1 {
		var cv Digest
		chunk(&cv, c, chunkBytes, 0, word)
		for total := c + 1; total&1 == 0; total >>= 1 {
			cv = merge(&block, &stack[len(stack)-1], &cv, 0)
			stack = stack[:len(stack)-1]
		}
		stack = append(stack, cv)
	}
	chunk(out, chunks-1, n-(chunks-1)*chunkBytes, 0, word)
	for len(stack) > 0 {
		flags := uint32(0)
		if len(stack) == 1 {
			flags = root
		}
		*out = merge(&block, &stack[len(stack)-1], out, flags)
		stack = stack[:len(stack)-1]
	}
}

// merge is the parent of two subtrees.
func merge(block *[16]Row, left, right *Digest, flags uint32) (d Digest) {
	copy(block[:8], left[:])
	copy(block[8:], right[:])
	d.start()
	compress(&d, block, control{0, blockBytes, parent | flags})
	return d
}

// chunk hashes n ≤ 1024 bytes from chunk c on.
func chunk(d *Digest, c, n int, flags uint32, word func(i int) *Row) {
	d.start()
	var block [16]Row
	first := uint32(chunkStart)
	for at := 0; ; at += blockBytes {
		length := min(blockBytes, n-at)
		words := (length + 3) / 4
		for i := range words {
			block[i] = *word((c*chunkBytes+at)/4 + i)
		}
		clear(block[words:])
		last := at+blockBytes >= n
		ctl := control{uint32(c), uint32(length), first}
		if last {
			ctl.flags |= chunkEnd | flags
		}
		compress(d, &block, ctl)
		first = 0
		if last {
			return
		}
	}
}

// compressPortable replaces the chaining values in d by those after a block,
// lane by lane.
func compressPortable(d *Digest, block *[16]Row, c control) {
	for lane := range Lanes {
		v := [16]uint32{8: iv[0], 9: iv[1], 10: iv[2], 11: iv[3],
			12: c.counter, 14: c.length, 15: c.flags}
		var m [16]uint32
		for i := range 8 {
			v[i] = d[i][lane]
		}
		for i := range m {
			m[i] = block[i][lane]
		}
		for round := range 7 {
			if round > 0 {
				var next [16]uint32
				for i, from := range permutation {
					next[i] = m[from]
				}
				m = next
			}
			for i := range 4 {
				mix(&v, i, 4+i, 8+i, 12+i, m[2*i], m[2*i+1])
			}
			for i := range 4 {
				mix(&v, i, 4+(i+1)%4, 8+(i+2)%4, 12+(i+3)%4, m[8+2*i], m[9+2*i])
			}
		}
		for i := range 8 {
			d[i][lane] = v[i] ^ v[i+8]
		}
	}
}

// mix is the quarter round G.
func mix(v *[16]uint32, a, b, c, d int, x, y uint32) {
	v[a] += v[b] + x
	v[d] = rotate(v[d]^v[a], 16)
	v[c] += v[d]
	v[b] = rotate(v[b]^v[c], 12)
	v[a] += v[b] + y
	v[d] = rotate(v[d]^v[a], 8)
	v[c] += v[d]
	v[b] = rotate(v[b]^v[c], 7)
}

func rotate(x uint32, n int) uint32 { return x>>n | x<<(32-n) }
