package ff

import "fmt"

// Vec is a vector over F.
type Vec []Elem

// sameLen panics unless all lengths equal want.
func sameLen(want int, have ...int) {
	for _, n := range have {
		if n != want {
			panic(fmt.Sprintf("ff: vector lengths differ: want %d, have %d", want, n))
		}
	}
}

// Fill sets all elements to c, a few one by one and the others by copies.
func (v Vec) Fill(c Elem) {
	n := min(len(v), 16)
	for i := range v[:n] {
		v[i] = c
	}
	for ; n < len(v); n *= 2 {
		copy(v[n:], v[:n])
	}
}

// Add sets v = a + b.
func (v Vec) Add(a, b Vec) {
	sameLen(len(v), len(a), len(b))
	addVec(v, a, b)
}

// Sub sets v = a − b.
func (v Vec) Sub(a, b Vec) {
	sameLen(len(v), len(a), len(b))
	subVec(v, a, b)
}

// Mul sets v = a·b, element by element.
func (v Vec) Mul(a, b Vec) {
	sameLen(len(v), len(a), len(b))
	mulVec(v, a, b)
}

// Scale sets v = c·a.
func (v Vec) Scale(c Elem, a Vec) {
	sameLen(len(v), len(a))
	scaleVec(v, c, a)
}

// Axpy sets v = v + c·a.
func (v Vec) Axpy(c Elem, a Vec) {
	sameLen(len(v), len(a))
	axpyVec(v, c, a)
}

// Inner returns Σ v[i]·a[i].
func (v Vec) Inner(a Vec) Elem {
	sameLen(len(v), len(a))
	return innerVec(v, a)
}

// Sum returns Σ v[i].
func (v Vec) Sum() Elem {
	var s uint64 // fewer than 2³³ elements below 2³¹
	for _, x := range v {
		s += uint64(x)
	}
	return Elem(s % P)
}

// SetInt32 sets v[i] = x[i] mod p.
func (v Vec) SetInt32(x []int32) {
	sameLen(len(v), len(x))
	setInt32(v, x)
}

// liftInt32 returns n mod p as a plain value: −2³¹ ≤ n < 2³¹ lies within two
// periods of [0, p).
func liftInt32(n int32) uint32 {
	u := uint64(int64(n) + 2*P)
	if u >= 2*P {
		u -= 2 * P
	}
	if u >= P {
		u -= P
	}
	return uint32(u)
}

// BatchInvert sets v[i] = a[i]⁻¹, zeros staying zero, with one inversion and
// three products an element (Montgomery's trick). v must not be a.
func (v Vec) BatchInvert(a Vec) {
	sameLen(len(v), len(a))
	run := One
	for i, x := range a {
		v[i] = run // product of the non-zero elements before i
		if x != 0 {
			run = run.Mul(x)
		}
	}
	inv := run.Inv()
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] == 0 {
			v[i] = 0
			continue
		}
		v[i] = v[i].Mul(inv)
		inv = inv.Mul(a[i])
	}
}

// Powers sets v[i] = c·xⁱ: one by one to begin with, then what is there times xⁿ.
func (v Vec) Powers(c, x Elem) {
	n := min(len(v), 16)
	for i := range v[:n] {
		v[i] = c
		c = c.Mul(x)
	}
	for step := x.Exp(uint64(n)); n < len(v); n, step = 2*n, step.Square() {
		to := min(2*n, len(v))
		scaleVec(v[n:to], step, v[:to-n])
	}
}
