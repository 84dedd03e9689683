package model

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

func TestExpLog(t *testing.T) {
	for x := -40.0; x <= 40; x += 0.0137 {
		if have, want := Exp(x), math.Exp(x); math.Abs(have/want-1) > 1e-14 {
			t.Errorf("Exp(%v): want %v, have %v", x, want, have)
		}
		y := math.Exp(x)
		if have, want := Log(y), math.Log(y); math.Abs(have-want) > 1e-14*max(1, math.Abs(want)) {
			t.Errorf("Log(%v): want %v, have %v", y, want, have)
		}
	}
	if !math.IsInf(Log(0), -1) || !math.IsInf(Log(-1), -1) || !math.IsNaN(Exp(math.NaN())) {
		t.Error("the edges: want Log(0) = Log(−1) = −∞ and Exp(NaN) = NaN")
	}
	if x := Exp(1e9); math.IsInf(x, 0) {
		t.Error("Exp(1e9) overflows instead of clamping")
	}
}

func sampleLinear() *Linear {
	m := &Linear{Bits: 8, Codes: make([]int8, 256), Step: 0.25, Bias: -0.5}
	m.Scale = Scale{Slope: 2, Offset: 0.125}
	for i := range m.Codes {
		m.Codes[i] = int8(i - 128)
	}
	return m
}

func sampleTrees() *Trees {
	m := &Trees{Cuts: [][]float32{{0.5}, {1, 2, 3}}, Step: 0.5, Scale: Scale{Slope: 1}}
	var t Tree
	for i := range t.Cut {
		t.Cut[i] = 255 // to the left
	}
	t.Feature[0], t.Cut[0] = 1, 1 // bin of feature 1 above 1: right
	for i := range t.Value {
		t.Value[i] = int16(i)
	}
	m.Trees = []Tree{t}
	return m
}

func TestLinear(t *testing.T) {
	m := sampleLinear()
	again, err := DecodeLinear(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	features := []uint32{1, 77, 1 << 30, 1}
	sum := 0.0
	for _, h := range features {
		c := float64(m.Codes[Slot(h, 8)])
		sum += c * math.Abs(c)
	}
	want := -0.5 + 0.25/2*sum
	if have, _ := again.Score(Features{Soft: features}); math.Abs(have-want) > 1e-12 {
		t.Errorf("want %v, have %v", want, have)
	}
	if have, known := again.Score(Features{}); have != -0.5 || known != 0 {
		t.Errorf("no features: want the bias −0.5 of 0 known, have %v of %d", have, known)
	}
}

// The walk goes right at the root exactly above the cut, and the parts add up
// to what the walk changed.
func TestTrees(t *testing.T) {
	m, err := DecodeTrees(sampleTrees().Encode(), 2)
	if err != nil {
		t.Fatal(err)
	}
	for x, leaf := range map[float32]float64{0: 31, 2: 31, 2.5: 47, 9: 47} {
		var bins [2]uint8
		var parts [2]float64
		m.Bins([]float32{0, x}, bins[:])
		score, root := m.Score(bins[:], parts[:])
		if score != leaf/2 {
			t.Errorf("x = %v: want %v, have %v", x, leaf/2, score)
		}
		if sum := root + parts[0] + parts[1]; sum != score {
			t.Errorf("x = %v: parts add up to %v of %v", x, sum, score)
		}
	}
	if Bin([]float32{1, 2}, float32(math.NaN())) != 0 {
		t.Error("not-a-number must fall into the lowest bin")
	}
}

// Every cut of a file, and a byte more, is refused with ErrWeights.
func TestCutFiles(t *testing.T) {
	for name, c := range map[string]struct {
		file   []byte
		decode func([]byte) error
	}{
		"linear": {sampleLinear().Encode(), func(b []byte) error {
			_, err := DecodeLinear(b)
			return err
		}},
		"trees": {sampleTrees().Encode(), func(b []byte) error {
			_, err := DecodeTrees(b, 2)
			return err
		}},
	} {
		if err := c.decode(c.file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for n := range c.file {
			if err := c.decode(c.file[:n]); !errors.Is(err, ErrWeights) {
				t.Fatalf("%s cut to %d bytes: want ErrWeights, have %v", name, n, err)
			}
		}
		if err := c.decode(append(bytes.Clone(c.file), 0)); !errors.Is(err, ErrWeights) {
			t.Errorf("%s with a byte more: want ErrWeights, have %v", name, err)
		}
	}
	if _, err := DecodeTrees(sampleTrees().Encode(), 3); !errors.Is(err, ErrWeights) {
		t.Errorf("trees for another number of features: want ErrWeights, have %v", err)
	}
}

func FuzzDecodeLinear(f *testing.F) {
	f.Add(sampleLinear().Encode())
	f.Add([]byte("AgL1\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := DecodeLinear(b)
		if err != nil {
			if !errors.Is(err, ErrWeights) {
				t.Fatalf("want ErrWeights, have %v", err)
			}
			return
		}
		if s, _ := m.Score(Features{Soft: []uint32{0, 1 << 31}}); math.IsNaN(s) {
			t.Fatal("accepted weights score NaN")
		}
	})
}

func FuzzDecodeTrees(f *testing.F) {
	f.Add(sampleTrees().Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := DecodeTrees(b, 2)
		if err != nil {
			if !errors.Is(err, ErrWeights) {
				t.Fatalf("want ErrWeights, have %v", err)
			}
			return
		}
		var parts [2]float64
		m.Score([]uint8{0, 63}, parts[:])
	})
}

// A network of two units by hand: one for YES that the soft feature wakes, one
// against it that sleeps.
func TestNet(t *testing.T) {
	m := &Net{
		Bits: 8, Hidden: 2, Codes: make([]int8, 512), Step: 0.5, Firm: 0.25,
		Shift: []float32{1, -1}, Out: []float32{2, -3}, Bias: 0.125, Scale: Scale{Slope: 1},
	}
	copy(m.Row(7), []int8{4, -2})
	copy(m.Row(9), []int8{0, 1})
	again, err := DecodeNet(m.Encode())
	if err != nil {
		t.Fatal(err)
	}
	f := Features{Soft: []uint32{7}, Firm: []uint32{9}}
	have, on := again.Score(f)
	// Units: 1 + ½·4 = 3 and −1 − ½·2 + ½·¼·1 < 0; score 0.125 + 2·3.
	if have != 6.125 || on[0] != true || on[1] != false {
		t.Errorf("want 6.125 with the first unit on, have %v, %v", have, on[:2])
	}
	if part := again.Part(7, 1, &on); part != 4 {
		t.Errorf("the soft feature adds 2·½·4 = 4, have %v", part)
	}
	whole := m.Encode()
	for cut := range len(whole) {
		if _, err := DecodeNet(whole[:cut]); !errors.Is(err, ErrWeights) {
			t.Fatalf("%d of %d bytes: want ErrWeights, have %v", cut, len(whole), err)
		}
	}
}
