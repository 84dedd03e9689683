package fs

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
)

// ChainLength is how many chained hashes separate a commitment from the first
// challenge after it.
const ChainLength = 1024

// The operations of a transcript, the byte that follows the state.
const (
	opAbsorb    = 1
	opChallenge = 2
	opRatchet   = 3
	opChain     = 4
	opGrind     = 5
)

// MaxTag is the longest tag in bytes: its length is one byte.
const MaxTag = 255

// Transcript is the state of one proof, shared in form by prover and verifier.
// It is not safe for concurrent use. Copying the value forks it.
type Transcript struct {
	state  [32]byte
	frozen bool
}

// New starts a transcript of the protocol named by label.
func New(label string) *Transcript {
	t := new(Transcript)
	t.state = sha256.Sum256(append([]byte("agon-fs-1"), label...))
	return t
}

// Frozen starts a transcript whose challenges depend on seed and on nothing
// that is absorbed. It proves nothing: it is the programmed oracle of the
// zero-knowledge simulator and of tests that ask what a view reveals when the
// challenges are known beforehand. Its grinding accepts every nonce.
func Frozen(seed string) *Transcript {
	t := New("frozen " + seed)
	t.frozen = true
	return t
}

// State returns the present state: the digest of everything absorbed and
// drawn so far.
func (t *Transcript) State() [32]byte { return t.state }

// message writes state ‖ op ‖ |tag| ‖ tag, with room for extra bytes behind.
func (t *Transcript) message(op byte, tag string, extra int) []byte {
	if len(tag) > MaxTag {
		panic(fmt.Sprintf("fs: tag of %d bytes, at most %d", len(tag), MaxTag))
	}
	m := make([]byte, 0, len(t.state)+2+len(tag)+extra)
	m = append(m, t.state[:]...)
	m = append(m, op, byte(len(tag)))
	return append(m, tag...)
}

// Absorb binds everything drawn later to data under tag. The length is part
// of the message, so absorbing "ab" differs from absorbing "a" and "b".
func (t *Transcript) Absorb(tag string, data []byte) {
	if t.frozen {
		return
	}
	m := t.message(opAbsorb, tag, 8+len(data))
	m = binary.LittleEndian.AppendUint64(m, uint64(len(data)))
	t.state = sha256.Sum256(append(m, data...))
}

// AbsorbUint absorbs v as eight bytes.
func (t *Transcript) AbsorbUint(tag string, v uint64) {
	t.Absorb(tag, binary.LittleEndian.AppendUint64(nil, v))
}

// Chain passes the state through ChainLength hashes, one after the other.
func (t *Transcript) Chain() {
	var m [33]byte
	for range ChainLength {
		copy(m[:], t.state[:])
		m[32] = opChain
		t.state = sha256.Sum256(m[:])
	}
}

// stream reads the words of one challenge.
type stream struct {
	prefix  []byte
	counter uint64
	block   [32]byte
	used    int
}

// challenge opens the word stream of a challenge and moves the state on, so
// that the next challenge under the same tag differs.
func (t *Transcript) challenge(tag string) *stream {
	s := &stream{prefix: t.message(opChallenge, tag, 8), used: 32}
	t.state = sha256.Sum256(t.message(opRatchet, tag, 0))
	return s
}

// word returns the next 32 bits.
func (s *stream) word() uint32 {
	if s.used == len(s.block) {
		m := binary.LittleEndian.AppendUint64(s.prefix, s.counter)
		s.block = sha256.Sum256(m)
		s.prefix = m[:len(s.prefix)]
		s.counter++
		s.used = 0
	}
	w := binary.LittleEndian.Uint32(s.block[s.used:])
	s.used += 4
	return w
}

// Indices draws q distinct indices of [0, 2ᵇ) with b = logN, in the order
// drawn. Distinct queries only lower the chance that all of them miss a fault.
// It panics if q exceeds 2ᵇ: the caller chose both.
func (t *Transcript) Indices(tag string, q, logN int) []int {
	if logN < 0 || logN > 31 || q < 0 || q > 1<<logN {
		panic(fmt.Sprintf("fs: %d distinct indices of 2^%d", q, logN))
	}
	s := t.challenge(tag)
	seen := make(map[uint32]bool, q)
	out := make([]int, 0, q)
	for len(out) < q {
		i := s.word() & (1<<logN - 1)
		if !seen[i] {
			seen[i] = true
			out = append(out, int(i))
		}
	}
	return out
}
