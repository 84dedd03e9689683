package signatures

import (
	"crypto/rand"
	"fmt"
	"io"

	"github.com/holiman/uint256"
)

// Key is a public key.
type Key struct{ point affine }

// ParseKey reads an uncompressed key: 4, then x and y, 32 bytes each. ok is
// false if it is no point of the curve.
func ParseKey(b []byte) (k *Key, ok bool) {
	if len(b) != 65 || b[0] != 4 {
		return nil, false
	}
	k = new(Key)
	var good [2]bool
	k.point.x, good[0] = fromBytes([32]byte(b[1:33]))
	k.point.y, good[1] = fromBytes([32]byte(b[33:]))
	return k, good[0] && good[1] && k.point.onCurve()
}

// Signature is one of Key over Digest. Odd is the parity of y(R), where R is
// the point whose x is r, not r + n.
type Signature struct {
	Key          *Key
	Digest, R, S [32]byte
	Odd          bool
}

// order is n, the number of points.
var order = uint256.MustFromHex(
	"0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")

// generator is G.
var generator = affine{
	element{0x59f2815b16f81798, 0x029bfcdb2dce28d9, 0x55a06295ce870b07, 0x79be667ef9dcbbac},
	element{0x9c47d08ffb10d4b8, 0xfd17b448a6855419, 0x5da4fbfc0e1108a8, 0x483ada7726a3c465},
}

// randomBits is the size of the aᵢ.
const randomBits = 128

// Genuine tells whether every signature of the batch is one of its key. It is
// true for none. If it says yes and one is not, which happens with probability
// 2⁻¹²⁸, no caller could have known beforehand.
func Genuine(batch []Signature) bool {
	if len(batch) == 0 {
		return true
	}
	seed := make([]byte, len(batch)*randomBits/8)
	if _, err := io.ReadFull(rand.Reader, seed); err != nil {
		panic(fmt.Sprintf("signatures: no randomness: %v", err))
	}
	inverses, ok := inverses(batch)
	if !ok {
		return false
	}
	terms := make([]term, len(batch), 2*len(batch)+1)
	keys := map[*Key]int{} // where in terms
	var base uint256.Int   // Σ aᵢu₁ᵢ
	for i := range batch {
		s := &batch[i]
		var r, z, u uint256.Int
		r.SetBytes32(s.R[:])
		z.SetBytes32(s.Digest[:])
		x, below := fromBytes(s.R)
		if !below || r.IsZero() || !r.Lt(order) {
			return false
		}
		t := &terms[i]
		if t.point, ok = lift(&x, s.Odd); !ok {
			return false
		}
		t.k.SetBytes(seed[i*randomBits/8 : (i+1)*randomBits/8])
		t.bits = randomBits
		u.MulMod(&t.k, &inverses[i], order) // a/s
		z.MulMod(&z, &u, order)
		base.AddMod(&base, &z, order)
		r.MulMod(&r, &u, order)
		at, known := keys[s.Key]
		if !known {
			at = len(terms)
			keys[s.Key] = at
			terms = append(terms, term{point: s.Key.point, bits: 256})
		}
		terms[at].k.AddMod(&terms[at].k, &r, order)
	}
	terms = append(terms, term{point: generator, k: base, bits: 256})
	for i := len(batch); i < len(terms); i++ {
		terms[i].point = terms[i].point.negative()
	}
	total := sum(terms)
	return !total.finite
}

// inverses are 1/sᵢ mod n, with one inversion for all of them:
//
//	1/sᵢ = (s₁·…·sᵢ₋₁) · 1/(s₁·…·sᵢ).
//
// ok is false if an s is not from 1 to n−1.
func inverses(batch []Signature) (out []uint256.Int, ok bool) {
	out = make([]uint256.Int, len(batch))
	product := *uint256.NewInt(1)
	s := make([]uint256.Int, len(batch))
	for i := range batch {
		s[i].SetBytes32(batch[i].S[:])
		if s[i].IsZero() || !s[i].Lt(order) {
			return nil, false
		}
		out[i] = product
		product.MulMod(&product, &s[i], order)
	}
	inverse := invert(&product)
	for i := len(batch) - 1; i >= 0; i-- {
		out[i].MulMod(&out[i], &inverse, order)
		inverse.MulMod(&inverse, &s[i], order)
	}
	return out, true
}

// invert is x^(n−2) = 1/x mod n, x not zero.
func invert(x *uint256.Int) (z uint256.Int) {
	var e uint256.Int
	e.SubUint64(order, 2)
	z.SetOne()
	for i := e.BitLen() - 1; i >= 0; i-- {
		z.MulMod(&z, &z, order)
		if window(&e, i, 1) == 1 {
			z.MulMod(&z, x, order)
		}
	}
	return z
}
