package model

import "math"

// Features are the hashed features of one example that are present. Soft ones
// share one voice, so that a long text does not shout louder than a short one;
// each firm one has its own.
type Features struct{ Soft, Firm []uint32 }

// Linear is a linear model over hashed features. The score is
//
//	Bias + Step/√|Soft| · Σ w(slot(f)) + Step·Firm · Σ w(slot(f))
//	               f ∈ Soft                       f ∈ Firm
//
// with w = c·|c| of a slot's code c: small weights keep their place beside
// large ones in 8 bits.
type Linear struct {
	Bits  uint8  // 2^Bits slots, 8 to 20
	Codes []int8 // one a slot
	Step  float64
	Firm  float64 // the voice of a firm feature; that of all soft ones is √|Soft|
	Bias  float64
	Scale Scale
}

// Norm is the factor that turns a weight into its part of the score when n
// soft features are present.
func (m *Linear) Norm(n int) float64 { return m.Step * rootOf(n) }

// rootOf is 1/√n, and 1 of none.
func rootOf(n int) float64 { return 1 / math.Sqrt(float64(max(n, 1))) }

// Weight of one feature's hash, before its factor.
func (m *Linear) Weight(h uint32) float64 { return float64(weight(m.Codes[Slot(h, m.Bits)])) }

func weight(code int8) int {
	c := int(code)
	return c * max(c, -c)
}

// Score of an example, and how many of its features have a weight.
func (m *Linear) Score(f Features) (score float64, known int) {
	soft, n := m.sum(f.Soft)
	firm, k := m.sum(f.Firm)
	score = m.Bias + float64(m.Norm(len(f.Soft))*soft)
	return score + float64(float64(m.Step*m.Firm)*firm), n + k
}

func (m *Linear) sum(features []uint32) (sum float64, known int) {
	total := 0
	for _, h := range features {
		if c := m.Codes[Slot(h, m.Bits)]; c != 0 {
			total += weight(c)
			known++
		}
	}
	return float64(total), known
}

// Encode gives the weights file.
func (m *Linear) Encode() []byte {
	w := NewWriter("AgL3")
	m.write(w)
	return w.Bytes()
}

func (m *Linear) write(w *Writer) {
	w.Uint(int(m.Bits))
	w.Float(m.Step)
	w.Float(m.Firm)
	w.Float(m.Bias)
	m.Scale.Write(w)
	w.Int8s(m.Codes)
}

// DecodeLinear reads a weights file; its errors are ErrWeights.
func DecodeLinear(buf []byte) (*Linear, error) {
	r := NewReader(buf, "AgL3")
	m := &Linear{Bits: uint8(r.Uint(20))}
	m.Step, m.Firm, m.Bias = r.Float(), r.Float(), r.Float()
	m.Scale = ReadScale(r)
	m.Codes = r.Int8s()
	if r.Err() == nil && (m.Bits < 8 || len(m.Codes) != 1<<m.Bits) {
		r.fail("want 2^%d codes, have %d", m.Bits, len(m.Codes))
	}
	return m, r.Close()
}
