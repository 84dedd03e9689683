package blake

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"lukechampine.com/blake3"
)

// messages draws sixteen messages of n bytes and returns them word-major, too.
func messages(rnd *rand.Rand, n int) ([Lanes][]byte, []Row) {
	var m [Lanes][]byte
	words := make([]Row, (n+3)/4)
	for lane := range m {
		m[lane] = make([]byte, len(words)*4)
		for i := range n {
			m[lane][i] = byte(rnd.Uint32())
		}
		for i := range words {
			words[i][lane] = binary.LittleEndian.Uint32(m[lane][4*i:])
		}
		m[lane] = m[lane][:n]
	}
	return m, words
}

// TestAgainstLibrary compares both paths with the library for all lengths up to
// three blocks, and around chunks and trees of chunks.
func TestAgainstLibrary(t *testing.T) {
	rnd := rand.New(rand.NewPCG(2, 0))
	var lengths []int
	for n := range 200 {
		lengths = append(lengths, n)
	}
	lengths = append(lengths, 1000, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 3073, 5000, 9000)
	var h Hasher
	var have Digest
	for _, n := range lengths {
		m, words := messages(rnd, n)
		h.Reset()
		for i := range words {
			*h.Next() = words[i]
		}
		h.Sum(&have, n)
		for lane := range Lanes {
			want := blake3.Sum256(m[lane])
			for i := range have {
				if have[i][lane] != binary.LittleEndian.Uint32(want[4*i:]) {
					t.Fatalf("%d bytes, lane %d: word %d differs", n, lane, i)
				}
			}
		}
	}
}

// paths are the kernels that this machine has.
var paths = map[string]func(d *Digest, block *[16]Row, c control){"chosen": compress}

// TestPaths compares every kernel with the portable path on random states.
func TestPaths(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 0))
	for range 200 {
		var d, e Digest
		var block [16]Row
		for i := range d {
			for lane := range d[i] {
				d[i][lane] = rnd.Uint32()
			}
		}
		for i := range block {
			for lane := range block[i] {
				block[i][lane] = rnd.Uint32()
			}
		}
		e = d
		c := control{rnd.Uint32(), rnd.Uint32N(65), rnd.Uint32N(16)}
		compressPortable(&e, &block, c)
		for name, path := range paths {
			f := d
			path(&f, &block, c)
			if f != e {
				t.Fatalf("%+v: %s differs", c, name)
			}
		}
	}
}

func BenchmarkSum(b *testing.B) {
	_, words := messages(rand.New(rand.NewPCG(1, 0)), 128)
	var d Digest
	var h Hasher
	b.SetBytes(16 * 128)
	for b.Loop() {
		h.Reset()
		for i := range words {
			*h.Next() = words[i]
		}
		h.Sum(&d, 128)
	}
}
