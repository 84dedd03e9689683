package fs

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"agon/proof/blake"

	"lukechampine.com/blake3"
)

// MaxGrind bounds the grinding bits a proof may ask for: 2²⁴ hashes are about
// a second of one core.
const MaxGrind = 24

// ErrGrind says that a nonce does not show the work it should.
var ErrGrind = errors.New("nonce without the grinding it claims")

// grindStride is how many nonces a worker tries before it looks whether
// another one was lucky.
const grindStride = 256

// leadingZeros counts the zero bits at the front of the digest of one nonce.
func leadingZeros(m *[41]byte, nonce uint64) int {
	binary.LittleEndian.PutUint64(m[33:], nonce)
	h := blake3.Sum256(m[:])
	return bits.LeadingZeros64(binary.BigEndian.Uint64(h[:8]))
}

// grindMessage is state ‖ 5 ‖ room for the nonce.
func (t *Transcript) grindMessage() (m [41]byte) {
	copy(m[:], t.state[:])
	m[32] = opGrind
	return m
}

// Grind finds the smallest nonce with the work of b bits, absorbs it and returns
// it. All cores search, but which nonce is found does not depend on timing: where
// pads come from a seed, as in a key's range proof, two runs with different
// nonces would answer different challenges under equal pads, and their difference
// would reveal what the pads hide. With b = 0 nothing is searched or absorbed.
func (t *Transcript) Grind(b int) uint64 {
	if b < 0 || b > MaxGrind {
		panic(fmt.Sprintf("fs: %d grinding bits, at most %d", b, MaxGrind))
	}
	if b == 0 || t.frozen {
		return 0
	}
	workers := min(runtime.GOMAXPROCS(0), 16)
	var best atomic.Uint64 // the smallest nonce found so far
	best.Store(math.MaxUint64)
	var group sync.WaitGroup
	for w := range workers {
		group.Go(func() {
			try := t.newTries()
			// A worker goes on until its stretch lies above a nonce of another.
			for base := uint64(w) * grindStride; base < best.Load(); {
				for at := uint64(0); at < grindStride; at += blake.Lanes {
					if lane := try.lucky(base+at, b); lane >= 0 {
						lower(&best, base+at+uint64(lane))
						return
					}
				}
				base += uint64(workers) * grindStride
			}
		})
	}
	group.Wait()
	nonce := best.Load()
	t.AbsorbUint("nonce", nonce)
	return nonce
}

// lower sets v to the smaller of v and n.
func lower(v *atomic.Uint64, n uint64) {
	for old := v.Load(); n < old && !v.CompareAndSwap(old, n); {
		old = v.Load()
	}
}

// tries hashes state ‖ 5 ‖ nonce for sixteen nonces at once.
type tries struct {
	state [32]byte
	h     blake.Hasher
}

// newTries fills in the state.
func (t *Transcript) newTries() *tries { return &tries{state: t.state} }

// lucky hashes sixteen nonces from base on and returns the first with b leading
// zero bits, counted from base, or −1. The nonce begins at byte 33, after the
// operation.
func (w *tries) lucky(base uint64, b int) int {
	w.h.Reset()
	for i := range 8 {
		row, word := w.h.Next(), binary.LittleEndian.Uint32(w.state[4*i:])
		for lane := range row {
			row[lane] = word
		}
	}
	for i := range 3 {
		row := w.h.Next()
		for lane := range row {
			nonce := base + uint64(lane)
			row[lane] = [3]uint32{
				opGrind | uint32(nonce)<<8, uint32(nonce >> 24), uint32(nonce >> 56),
			}[i]
		}
	}
	var d blake.Digest
	w.h.Sum(&d, 41)
	for lane, word := range d[0] {
		// The first four bytes, the first byte first; b ≤ 24.
		if bits.LeadingZeros32(bits.ReverseBytes32(word)) >= b {
			return lane
		}
	}
	return -1
}

// CheckGrind checks a nonce from a proof and absorbs it. It returns ErrGrind
// if the work is missing, also where b = 0 and the nonce is not.
func (t *Transcript) CheckGrind(b int, nonce uint64) error {
	if t.frozen {
		return nil
	}
	if b == 0 {
		if nonce != 0 {
			return fmt.Errorf("nonce %d where no work is asked: %w", nonce, ErrGrind)
		}
		return nil
	}
	m := t.grindMessage()
	if have := leadingZeros(&m, nonce); have < b {
		return fmt.Errorf("%d zero bits, want %d: %w", have, b, ErrGrind)
	}
	t.AbsorbUint("nonce", nonce)
	return nil
}
