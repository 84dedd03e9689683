package fs

import (
	"encoding/hex"
	"errors"
	"testing"

	"agon/proof/ff"
)

// golden replays a short transcript.
func golden() *Transcript {
	t := New("test")
	t.Absorb("tag", []byte("data"))
	t.AbsorbExt("e", ff.Ext{ff.New(1), ff.New(2), ff.New(3), ff.New(ff.P - 1)})
	return t
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		run  func(t *Transcript)
		want string
	}{
		{"absorbed", func(*Transcript) {}, goldenAbsorbed},
		{"drawn", func(t *Transcript) { t.Ext("x") }, goldenDrawn},
		{"chained", func(t *Transcript) { t.Chain() }, goldenChained},
	} {
		tr := golden()
		c.run(tr)
		state := tr.State()
		if have := hex.EncodeToString(state[:]); have != c.want {
			t.Errorf("%s: state %s, want %s", c.name, have, c.want)
		}
	}
	if have := golden().Ext("x").String(); have != goldenExt {
		t.Errorf("challenge %s, want %s", have, goldenExt)
	}
	indices := golden().Indices("i", 5, 4)
	for i, want := range goldenIndices {
		if indices[i] != want {
			t.Fatalf("indices %v, want %v", indices, goldenIndices)
		}
	}
}

// TestEveryByteCounts flips each bit of each part of what is absorbed.
func TestEveryByteCounts(t *testing.T) {
	draw := func(label, tag string, data []byte) ff.Ext {
		tr := New(label)
		tr.Absorb(tag, data)
		return tr.Ext("x")
	}
	data := []byte("some public data")
	honest := draw("label", "tag", data)
	for i := range data {
		for bit := range 8 {
			bad := append([]byte{}, data...)
			bad[i] ^= 1 << bit
			if draw("label", "tag", bad) == honest {
				t.Errorf("byte %d, bit %d: the challenge stays", i, bit)
			}
		}
	}
	for name, have := range map[string]ff.Ext{
		"label": draw("Label", "tag", data), "tag": draw("label", "tah", data),
		"length": draw("label", "tag", append(data, 0)), "empty": draw("label", "tag", nil),
	} {
		if have == honest {
			t.Errorf("%s changed: the challenge stays", name)
		}
	}
	// Boundaries between messages count.
	a, b := New("l"), New("l")
	a.Absorb("t", []byte("ab"))
	b.Absorb("t", []byte("a"))
	b.Absorb("t", []byte("b"))
	if a.Ext("x") == b.Ext("x") {
		t.Error("two messages pass as one")
	}
	c := New("l")
	if c.Ext("x") == c.Ext("x") {
		t.Error("two challenges are equal")
	}
}

func TestIndicesAreDistinct(t *testing.T) {
	tr := New("indices")
	for logN := range 8 {
		seen := map[int]bool{}
		for _, i := range tr.Indices("i", 1<<logN, logN) {
			if i < 0 || i >= 1<<logN || seen[i] {
				t.Fatalf("index %d of 2^%d, seen before: %v", i, logN, seen[i])
			}
			seen[i] = true
		}
	}
}

func TestGrind(t *testing.T) {
	for _, b := range []int{1, 5, 12} {
		p, v := New("grind"), New("grind")
		nonce := p.Grind(b)
		if err := v.CheckGrind(b, nonce); err != nil {
			t.Fatalf("%d bits: %v", b, err)
		}
		if p.State() != v.State() {
			t.Fatalf("%d bits: states differ", b)
		}
		failed := 0
		for other := range uint64(64) {
			if New("grind").CheckGrind(b, nonce+1+other) != nil {
				failed++
			}
		}
		if failed == 0 {
			t.Errorf("%d bits: every nonce passes", b)
		}
	}
	if err := New("grind").CheckGrind(0, 1); !errors.Is(err, ErrGrind) {
		t.Errorf("a nonce where none is due: %v, want %v", err, ErrGrind)
	}
	if err := New("grind").CheckGrind(0, 0); err != nil {
		t.Error(err)
	}
}

// TestFrozen: challenges of a frozen transcript follow from its seed alone.
func TestFrozen(t *testing.T) {
	a, b := Frozen("s"), Frozen("s")
	a.Absorb("x", []byte("something"))
	a.AbsorbExt("y", ff.ExtOne)
	if a.Ext("c") != b.Ext("c") {
		t.Error("a frozen transcript listens")
	}
	if Frozen("s").Ext("c") == Frozen("t").Ext("c") {
		t.Error("two seeds give one challenge")
	}
	if Frozen("s").Ext("c") == New("s").Ext("c") {
		t.Error("frozen and real transcripts agree")
	}
}

func BenchmarkGrind16(b *testing.B) {
	tr := New("bench")
	for b.Loop() {
		tr.Grind(16)
	}
}
