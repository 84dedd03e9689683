package model

// Net is a network with one hidden layer over hashed features:
//
//	score = Bias + Σⱼ Out[j]·max(0, Shift[j] + Step·Σ_f size(f)·Codes[slot(f)][j])
//
// with size(f) = 1/√|Soft| of a soft feature and Firm of a firm one.
type Net struct {
	Bits   uint8  // 2^Bits slots, 8 to 18
	Hidden int    // units, 1 to MaxHidden
	Codes  []int8 // Hidden for each slot
	Step   float64
	Firm   float64
	Shift  []float32 // Hidden
	Out    []float32 // Hidden
	Bias   float64
	Scale  Scale
}

// MaxHidden bounds the units of a Net.
const MaxHidden = 32

// Row is the codes of one feature.
func (m *Net) Row(h uint32) []int8 {
	at := int(Slot(h, m.Bits)) * m.Hidden
	return m.Codes[at : at+m.Hidden]
}

// Score of an example; on tells which units are at work.
func (m *Net) Score(f Features) (score float64, on [MaxHidden]bool) {
	soft, firm := m.sums(f.Soft), m.sums(f.Firm)
	norm, loud := m.Step*rootOf(len(f.Soft)), m.Step*m.Firm
	score = m.Bias
	for j := range m.Hidden {
		u := float64(m.Shift[j]) + float64(norm*float64(soft[j])) + float64(loud*float64(firm[j]))
		if u > 0 {
			on[j] = true
			score += float64(u * float64(m.Out[j]))
		}
	}
	return score, on
}

func (m *Net) sums(features []uint32) (sum [MaxHidden]int32) {
	for _, h := range features {
		for j, c := range m.Row(h) {
			sum[j] += int32(c)
		}
	}
	return sum
}

// Part is what one feature of a given size adds to a score while the units on
// are at work: the network is linear there.
func (m *Net) Part(h uint32, size float64, on *[MaxHidden]bool) float64 {
	sum := 0.0
	for j, c := range m.Row(h) {
		if on[j] {
			sum += float64(c) * float64(m.Out[j])
		}
	}
	return size * m.Step * sum
}

// Encode gives the weights file.
func (m *Net) Encode() []byte {
	w := NewWriter("AgH1")
	w.Uint(int(m.Bits))
	w.Uint(m.Hidden)
	w.Float(m.Step)
	w.Float(m.Firm)
	w.Float(m.Bias)
	m.Scale.Write(w)
	w.Floats(m.Shift)
	w.Floats(m.Out)
	w.Int8s(m.Codes)
	return w.Bytes()
}

// DecodeNet reads a weights file; its errors are ErrWeights.
func DecodeNet(buf []byte) (*Net, error) {
	r := NewReader(buf, "AgH1")
	m := &Net{Bits: uint8(r.Uint(18)), Hidden: r.Uint(MaxHidden)}
	m.Step, m.Firm, m.Bias = r.Float(), r.Float(), r.Float()
	m.Scale = ReadScale(r)
	m.Shift, m.Out, m.Codes = r.Floats(), r.Floats(), r.Int8s()
	switch {
	case r.Err() != nil:
	case m.Bits < 8 || m.Hidden < 1:
		r.fail("want 8 bits and a unit at least, have %d and %d", m.Bits, m.Hidden)
	case len(m.Codes) != m.Hidden<<m.Bits || len(m.Shift) != m.Hidden || len(m.Out) != m.Hidden:
		r.fail("want %d units of 2^%d slots, have %d codes, %d shifts, %d outputs", m.Hidden,
			m.Bits, len(m.Codes), len(m.Shift), len(m.Out))
	}
	return m, r.Close()
}
