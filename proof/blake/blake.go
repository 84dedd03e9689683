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

// Hasher hashes sixteen messages word by word:
//
//	h.Reset()
//	for each word { row := h.Next(); row[lane] = … }
//	h.Sum(&digest, bytes)
//
// The zero value needs a Reset. It is not safe for concurrent use.
type Hasher struct {
	cv     Digest
	block  [16]Row
	filled int      // words of the block
	blocks int      // compressed blocks of the chunk
	chunk  int      // complete chunks
	stack  []Digest // subtrees that wait for their sibling, largest first
}

// Reset starts new messages.
func (h *Hasher) Reset() {
	h.cv.start()
	h.filled, h.blocks, h.chunk, h.stack = 0, 0, 0, h.stack[:0]
}

// Next returns the row of the next word, to be filled for all lanes.
func (h *Hasher) Next() *Row {
	if h.filled == len(h.block) {
		h.flush()
	}
	h.filled++
	return &h.block[h.filled-1]
}

// flush compresses a full block that is not the last.
func (h *Hasher) flush() {
	flags := h.first()
	end := h.blocks == chunkBytes/blockBytes-1
	if end {
		flags |= chunkEnd
	}
	compress(&h.cv, &h.block, control{uint32(h.chunk), blockBytes, flags})
	h.blocks++
	h.filled = 0
	if !end {
		return
	}
	for total := h.chunk + 1; total&1 == 0; total >>= 1 {
		h.join(0)
	}
	h.stack = append(h.stack, h.cv)
	h.cv.start()
	h.blocks = 0
	h.chunk++
}

// first is the flag of the block that comes next.
func (h *Hasher) first() uint32 {
	if h.blocks == 0 {
		return chunkStart
	}
	return 0
}

// join replaces cv by the parent of the last subtree and cv.
func (h *Hasher) join(flags uint32) {
	last := len(h.stack) - 1
	copy(h.block[:8], h.stack[last][:])
	copy(h.block[8:], h.cv[:])
	h.stack = h.stack[:last]
	h.cv.start()
	compress(&h.cv, &h.block, control{0, blockBytes, parent | flags})
}

// Sum ends the messages, n bytes each, whose ⌈n/4⌉ words were filled, and
// returns their digests.
func (h *Hasher) Sum(out *Digest, n int) {
	length := n - h.chunk*chunkBytes - h.blocks*blockBytes
	if length > 4*h.filled || length <= 4*(h.filled-1) {
		panic(fmt.Sprintf("blake: messages of %d bytes, but %d words in the last block",
			n, h.filled))
	}
	clear(h.block[h.filled:])
	flags := h.first() | chunkEnd
	if len(h.stack) == 0 {
		flags |= root
	}
	compress(&h.cv, &h.block, control{uint32(h.chunk), uint32(length), flags})
	for len(h.stack) > 0 {
		flags = 0
		if len(h.stack) == 1 {
			flags = root
		}
		h.join(flags)
	}
	*out = h.cv
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
