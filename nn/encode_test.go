package nn_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"agon/nn"
	"agon/nn/zoo"
)

func TestGraphRoundTrip(t *testing.T) {
	for seed := range uint64(200) {
		m := zoo.Random(rand.New(rand.NewPCG(seed, 2)), 8)
		b := m.Graph.Encode()
		g, err := nn.DecodeGraph(b)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if !bytes.Equal(g.Encode(), b) || !reflect.DeepEqual(g.Nodes, m.Graph.Nodes) ||
			!reflect.DeepEqual(g.Inputs, m.Graph.Inputs) {
			t.Fatalf("seed %d: the graph came back changed", seed)
		}
	}
}

func TestModelRoundTrip(t *testing.T) {
	m := smallModel()
	b := m.Encode()
	back, err := nn.DecodeModel(b)
	if err != nil || !reflect.DeepEqual(back.Params, m.Params) {
		t.Fatalf("%v: %v", back, err)
	}
	for n := range b {
		if _, err := nn.DecodeModel(b[:n]); !errors.Is(err, nn.ErrEncoding) {
			t.Fatalf("%d of %d bytes: %v", n, len(b), err)
		}
	}
	if _, err := nn.DecodeModel(append(b, 0)); !errors.Is(err, nn.ErrEncoding) {
		t.Errorf("one byte more: %v", err)
	}
}

// TestGraphBytesMatter flips each bit of a graph: what is still accepted is
// another graph, never the same one written differently.
func TestGraphBytesMatter(t *testing.T) {
	b := small().Encode()
	for i := range 8 * len(b) {
		flipped := bytes.Clone(b)
		flipped[i/8] ^= 1 << (i % 8)
		g, err := nn.DecodeGraph(flipped)
		if err != nil {
			continue
		}
		if !bytes.Equal(g.Encode(), flipped) {
			t.Fatalf("bit %d: accepted, but not canonical", i)
		}
	}
}

// golden is the encoding of small(), written out by hand from the format in
// encode.go, so that a changed format is noticed.
var golden = []byte("agon-nn\x01" +
	"\x01\x00\x00\x00" + "\x01\x04\x00\x00\x00" + "\x00\x00\x00\x00\xff\x00\x00\x00" +
	"\x10\x10\x10\x10\x10\x10\x70\x3f" + // 1/255
	"\x02\x00\x00\x00" + "\x03\x00\x00\x00\x04\x00\x00\x00\x0c" +
	"\x02\x00\x00\x00\x03\x00\x00\x00\x08" +
	"\x04\x00\x00\x00" + "\x01\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x03\x01\x00\x00\x00\x09\x00\x00\xff\x00" + "\x01\x02\x00\x00\x00\x01\x00\x00\x00" +
	"\x06\x03\x00\x00\x00" +
	"\x01\x00\x00\x00\x04\x00\x00\x00" + "\x00\x00\x00\x00\x00\x00\xf0\x3f")

func TestGraphGolden(t *testing.T) {
	if b := small().Encode(); !bytes.Equal(b, golden) {
		t.Errorf("encoding changed:\n have %x\n want %x", b, golden)
	}
}

func FuzzDecodeGraph(f *testing.F) {
	f.Add(golden)
	for seed := range uint64(8) {
		f.Add(zoo.Random(rand.New(rand.NewPCG(seed, 3)), 8).Graph.Encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		g, err := nn.DecodeGraph(b)
		if err != nil {
			if !errors.Is(err, nn.ErrEncoding) {
				t.Fatalf("error without ErrEncoding: %v", err)
			}
			return
		}
		if !bytes.Equal(g.Encode(), b) {
			t.Fatal("accepted bytes that are not canonical")
		}
	})
}

func FuzzDecodeModel(f *testing.F) {
	f.Add(smallModel().Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := nn.DecodeModel(b)
		if err != nil {
			return
		}
		if !bytes.Equal(m.Encode(), b) {
			t.Fatal("accepted bytes that are not canonical")
		}
		small := true // enough to run
		for _, in := range m.Graph.Inputs {
			small = small && in.Shape.Elements() < 1<<12
		}
		if small && m.Graph.Params() < 1<<16 {
			if _, err := m.Run(zoo.Inputs(rand.New(rand.NewPCG(1, 1)), m.Graph)...); err != nil {
				t.Fatal(err)
			}
		}
	})
}
