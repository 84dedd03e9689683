package slow

import (
	"crypto/sha256"
	"encoding/binary"

	"lukechampine.com/blake3"
)

// transcript is the Fiat–Shamir state, as the documentation of agon/proof/fs
// defines it.
type transcript struct{ state [32]byte }

func newTranscript(label string) *transcript {
	return &transcript{sha256.Sum256([]byte("agon-fs-1" + label))}
}

func (t *transcript) hash(op byte, parts ...[]byte) [32]byte {
	h := sha256.New()
	h.Write(t.state[:])
	h.Write([]byte{op})
	for _, part := range parts {
		h.Write(part)
	}
	return [32]byte(h.Sum(nil))
}

func long(v uint64) []byte { return binary.LittleEndian.AppendUint64(nil, v) }

func tagged(tag string) []byte { return append([]byte{byte(len(tag))}, tag...) }

func (t *transcript) absorb(tag string, data []byte) {
	t.state = t.hash(1, tagged(tag), long(uint64(len(data))), data)
}

// chain hashes 1,024 times.
func (t *transcript) chain() {
	for range 1024 {
		t.state = t.hash(4)
	}
}

// words returns the word stream of one challenge and moves the state on.
func (t *transcript) words(tag string) func() uint32 {
	from := *t
	t.state = t.hash(3, tagged(tag))
	var block []byte
	var i uint64
	return func() uint32 {
		if len(block) == 0 {
			b := from.hash(2, tagged(tag), long(i))
			block = b[:]
			i++
		}
		w := binary.LittleEndian.Uint32(block)
		block = block[4:]
		return w
	}
}

// exts draws n elements of E.
func (t *transcript) exts(tag string, n int) []ext {
	next := t.words(tag)
	out := make([]ext, n)
	for i := range out {
		for j := range out[i] {
			w := next() % (1 << 31)
			for w >= prime {
				w = next() % (1 << 31)
			}
			out[i][j] = uint64(w)
		}
	}
	return out
}

func (t *transcript) ext(tag string) ext { return t.exts(tag, 1)[0] }

// indices draws q distinct numbers below 2^log and sorts them.
func (t *transcript) indices(tag string, q, log int) []int {
	next := t.words(tag)
	drawn := make(map[int]bool)
	for len(drawn) < q {
		drawn[int(next()%(1<<log))] = true
	}
	return sorted(drawn)
}

// work checks that a nonce shows b bits of work, and absorbs it.
func (t *transcript) work(b int, nonce uint64) bool {
	if b == 0 {
		return nonce == 0
	}
	h := blake3.Sum256(append(append(t.state[:], 5), long(nonce)...))
	for i := range b {
		if h[i/8]>>(7-i%8)&1 == 1 {
			return false
		}
	}
	t.absorb("nonce", long(nonce))
	return true
}
