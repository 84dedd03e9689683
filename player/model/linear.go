package model

import "math"

// Linear is a linear model over hashed features that are present or absent.
// The score of the set F of features is
//
//	Bias + Step/√|F| · Σ Weights[slot(f)],  f ∈ F
//
// so that a long text does not shout louder than a short one.
type Linear struct {
	Bits    uint8  // 2^Bits slots, 8 to 20
	Weights []int8 // one a slot
	Step    float64
	Bias    float64
	Scale   Scale
}

// Norm is the factor that turns a weight into its part of the score when n
// features are present.
func (m *Linear) Norm(n int) float64 { return m.Step / math.Sqrt(float64(max(n, 1))) }

// Weight of one feature's hash, before Norm.
func (m *Linear) Weight(h uint32) float64 { return float64(m.Weights[Slot(h, m.Bits)]) }

// Score of a set of hashed features, and how many of them have a weight.
func (m *Linear) Score(features []uint32) (score float64, known int) {
	sum := 0
	for _, h := range features {
		if w := m.Weights[Slot(h, m.Bits)]; w != 0 {
			sum += int(w)
			known++
		}
	}
	return m.Bias + float64(m.Norm(len(features))*float64(sum)), known
}

// Encode gives the weights file.
func (m *Linear) Encode() []byte {
	w := NewWriter("AgL1")
	w.Uint(int(m.Bits))
	w.Float(m.Step)
	w.Float(m.Bias)
	m.Scale.Write(w)
	w.Int8s(m.Weights)
	return w.Bytes()
}

// DecodeLinear reads a weights file; its errors are ErrWeights.
func DecodeLinear(buf []byte) (*Linear, error) {
	r := NewReader(buf, "AgL1")
	m := &Linear{Bits: uint8(r.Uint(20))}
	m.Step, m.Bias = r.Float(), r.Float()
	m.Scale = ReadScale(r)
	m.Weights = r.Int8s()
	if r.Err() == nil && (m.Bits < 8 || len(m.Weights) != 1<<m.Bits) {
		r.fail("want 2^%d weights, have %d", m.Bits, len(m.Weights))
	}
	return m, r.Close()
}
