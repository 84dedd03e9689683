package signatures

import (
	"math/bits"

	"github.com/holiman/uint256"
)

// term is k·point, k below 2^bits.
type term struct {
	point affine
	k     uint256.Int
	bits  int
}

// sum adds terms up, by Pippenger's buckets. The ks are written in digits of w
// bits, from −2ʷ⁻¹ to 2ʷ⁻¹; for each place, from the highest,
//
//	Σ d·Bd = Σ over j of (Σ over d ≥ j of Bd),  Bd the sum of the points with digit ±d,
//
// which takes an addition a point and two a bucket.
func sum(terms []term) (total jacobian) {
	w := max(2, bits.Len(uint(len(terms)))-4)
	places := 0
	for i := range terms {
		places = max(places, placesOf(terms[i].bits, w))
	}
	digits := make([]int16, len(terms)*places)
	for i := range terms {
		terms[i].digits(digits[i*places:(i+1)*places], w)
	}
	buckets := make([]jacobian, 1<<(w-1))
	for place := places - 1; place >= 0; place-- {
		for range w {
			total.double()
		}
		clear(buckets)
		for i := range terms {
			switch d := digits[i*places+place]; {
			case d > 0:
				buckets[d-1].addAffine(&terms[i].point)
			case d < 0:
				n := terms[i].point.negative()
				buckets[-d-1].addAffine(&n)
			}
		}
		var above, column jacobian
		for j := len(buckets) - 1; j >= 0; j-- {
			above.add(&buckets[j])
			column.add(&above)
		}
		total.add(&column)
	}
	return total
}

// placesOf is how many signed digits of w bits a number of n bits has: a carry
// may come on top.
func placesOf(n, w int) int { return n/w + 1 }

// digits writes k = Σ dᵢ·2^(w·i).
func (t *term) digits(d []int16, w int) {
	carry := 0
	for i := range d[:placesOf(t.bits, w)] {
		v := window(&t.k, i*w, w) + carry
		carry = 0
		if v > 1<<(w-1) {
			v, carry = v-1<<w, 1
		}
		d[i] = int16(v)
	}
}

// window is the w bits of k from bit at.
func window(k *uint256.Int, at, w int) int {
	limb, shift := at/64, at%64
	if limb > 3 {
		return 0
	}
	v := k[limb] >> shift
	if shift+w > 64 && limb < 3 {
		v |= k[limb+1] << (64 - shift)
	}
	return int(v & (1<<w - 1))
}
