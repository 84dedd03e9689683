package nn

import "fmt"

// MaxShift is the largest power of two a Requant divides by, and the largest
// an Add multiplies by. With 16 the certificate below fails for any input.
const MaxShift = 15

// HighBits is the width of the high limb h of a Requant: h ∈ [−2⁷, 2⁷).
const HighBits = 8

// Requant divides a wide tensor by 2^s, rounding halves up, and clamps:
//
//	y = min(max(⌊acc/2^s + ½⌋, Lo), Hi)
//
// ReLU is Lo = 0; Clip (as in ReLU6) is any Lo, Hi. Without ReLU, Lo = −Hi.
//
// It is defined by integers that a proof can range-check (Split):
//
//	acc + 2^{s−1} + o·2^s = 2^s·(256h + l) + r,
//	h ∈ [−128, 127], l ∈ [0, 255], r ∈ [0, 2^s), c = sign h,
//	y = Lo, min(max(l − o, Lo), Hi), Hi  for c = −1, 0, 1
//
// with the offset o = 0 if Lo ≥ 0 and 128 otherwise, so that the quotients that
// are not clamped have h = 0 (h = 0 means quotient ∈ [−o, 255 − o] ⊇ [Lo, Hi]).
type Requant struct {
	Shift  int // s, 1 … MaxShift
	Lo, Hi int // within [0, 255] or within [−128, 127]
}

func (Requant) arity() int { return 1 }
func (q Requant) String() string {
	return fmt.Sprintf("Requant(2^-%d, %d … %d)", q.Shift, q.Lo, q.Hi)
}

// Offset is o: what Split adds to the quotient.
func (q Requant) Offset() int {
	if q.Lo >= 0 {
		return 0
	}
	return 128
}

// Margin is what the relation adds to |acc| on both sides of its equation: the
// relation has one solution mod p if |acc| + Margin < p.
//
//	2^{s−1} + o·2^s + 2^s·(2¹⁵ + 1)
func (q Requant) Margin() int64 {
	return 1<<(q.Shift-1) + int64(q.Offset())<<q.Shift + (1<<15+1)<<q.Shift
}

func (q Requant) infer(_ *Graph, in []Tensor) (Tensor, error) {
	if q.Shift < 1 || q.Shift > MaxShift {
		return Tensor{}, fmt.Errorf("want a shift of 1 … %d", MaxShift)
	}
	o := q.Offset()
	if q.Lo > q.Hi || q.Lo < -o || q.Hi > 255-o {
		return Tensor{}, fmt.Errorf("want lo ≤ hi within [0, 255] or [-128, 127]")
	}
	if abs := in[0].Bound.Abs(); abs+q.Margin() >= Modulus {
		return Tensor{}, fmt.Errorf("no certificate: |acc| ≤ %d and margin %d reach p",
			abs, q.Margin())
	}
	return Tensor{in[0].Shape, Bound{int64(q.Lo), int64(q.Hi)}}, nil
}

// Fits says whether an accumulator within b has a high limb in range.
func (q Requant) Fits(b Bound) bool {
	_, lo, _, _ := q.Split(b.Lo)
	_, hi, _, _ := q.Split(b.Hi)
	return lo >= -1<<(HighBits-1) && hi < 1<<(HighBits-1)
}

// Split is the decomposition of acc that defines Requant: remainder r, high limb
// h (in range if Fits), low limb l, and the result y.
func (q Requant) Split(acc int64) (r, h, l, y int64) {
	o := int64(q.Offset())
	t := acc + 1<<(q.Shift-1) + o<<q.Shift
	r = t & (1<<q.Shift - 1)
	quotient := t >> q.Shift // rounds towards −∞
	h, l = quotient>>8, quotient&255
	return r, h, l, q.Narrow(sign(h), l)
}

// Narrow is y as a function of class c ∈ {−1, 0, 1} and low limb l: the table a
// proof looks up.
func (q Requant) Narrow(c, l int64) int64 {
	switch c {
	case -1:
		return int64(q.Lo)
	case 1:
		return int64(q.Hi)
	}
	return min(max(l-int64(q.Offset()), int64(q.Lo)), int64(q.Hi))
}

func sign(h int64) int64 {
	switch {
	case h < 0:
		return -1
	case h > 0:
		return 1
	}
	return 0
}
