package onnx

import (
	"bytes"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"

	"agon/nn"
	"agon/nn/float"
)

func TestWireRoundTrip(t *testing.T) {
	m := &Model{
		IR: 8, Producer: "p", Opsets: []Opset{{"", 13}, {"ai.onnx.ml", 2}},
		Graph: Graph{
			Name: "g",
			Nodes: []Node{{
				Name: "n", Op: "Clip", Domain: "d", Inputs: []string{"a", "", "b"},
				Outputs: []string{"c"},
				Attrs: []Attr{{Name: "i", Int: -5}, {Name: "f", Float: 1.5},
					{Name: "s", String: "text"}, {Name: "is", Ints: []int64{1, -2}},
					{Name: "fs", Floats: []float32{3, 4}},
					{Name: "t", Tensor: &Tensor{Name: "q", Type: Double, Dims: []int64{1},
						Doubles: []float64{2.5}}}},
			}},
			Initializers: []Tensor{
				{Name: "r", Type: Float, Dims: []int64{2}, Raw: []byte{1, 2, 3, 4, 5, 6, 7, 8}},
				{Name: "l", Type: Float, Dims: []int64{2}, Floats: []float32{1, -1}},
				{Name: "i", Type: Int32, Int32s: []int64{-7}},
				{Name: "e", Type: Float, External: true},
			},
			Inputs: []ValueInfo{{"x", Float, []Dim{{Param: "N"}, {Value: 3}}}},
		},
	}
	back, err := Decode(Encode(m))
	if err != nil || !reflect.DeepEqual(back, m) {
		t.Errorf("%v\n have %+v\n want %+v", err, back, m)
	}
}

// TestUnpackedNumbers: repeated numbers written one field each, as older writers
// do, mean the same.
func TestUnpackedNumbers(t *testing.T) {
	var b []byte
	for _, v := range []float32{1, 2} {
		b = protowire.AppendTag(b, 4, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(v))
	}
	for _, v := range []uint64{3, 4} {
		b = protowire.AppendTag(b, 7, protowire.VarintType)
		b = protowire.AppendVarint(b, v)
	}
	b = protowire.AppendTag(b, 1, protowire.BytesType) // dims, packed
	b = protowire.AppendBytes(b, []byte{2, 1})
	tensor, err := decodeTensor(b)
	if err != nil || !slices.Equal(tensor.Floats, []float32{1, 2}) ||
		!slices.Equal(tensor.Int64s, []int64{3, 4}) || !slices.Equal(tensor.Dims, []int64{2, 1}) {
		t.Errorf("%+v, %v", tensor, err)
	}
}

func TestDecodeRefuses(t *testing.T) {
	whole := Encode(model(17, batch(3), []Tensor{scalarTensor("k", 2)}, node("Mul", "x k", "y")))
	for n := range whole {
		m, err := Decode(whole[:n])
		if err == nil {
			_, err = Import(m) // cut between two fields: something is missing
		}
		if err == nil {
			t.Errorf("the first %d of %d bytes make a model", n, len(whole))
		}
	}
	var many message
	for range maxNodes + 1 {
		many.bytes(1, nil)
	}
	var m message
	m.bytes(7, many)
	if _, err := Decode(m); !errors.Is(err, ErrFormat) {
		t.Errorf("%d nodes: %v", maxNodes+1, err)
	}
	if _, err := Decode(append(slices.Clone(whole), whole...)); !errors.Is(err, ErrFormat) {
		t.Errorf("two graphs: %v", err)
	}
}

func TestHalf(t *testing.T) {
	for h, want := range map[uint16]float64{
		0x0000: 0, 0x3c00: 1, 0xc000: -2, 0x3555: 0.333251953125, 0x7bff: 65504,
		0x0001: 0x1p-24, 0x7c00: math.Inf(1), 0xfc00: math.Inf(-1),
	} {
		if got := half(h); got != want {
			t.Errorf("half(%04x) = %g, want %g", h, got, want)
		}
	}
	if !math.IsNaN(half(0x7e00)) {
		t.Error("half(7e00) is a number")
	}
}

func TestTensorTypes(t *testing.T) {
	for _, c := range []struct {
		name string
		t    Tensor
		want []float64
	}{
		{"int8", Tensor{Type: Int8, Dims: []int64{2}, Raw: []byte{0xff, 5}}, []float64{-1, 5}},
		{"uint8", Tensor{Type: Uint8, Dims: []int64{1}, Raw: []byte{0xff}}, []float64{255}},
		{"int32", Tensor{Type: Int32, Dims: []int64{1}, Raw: []byte{254, 255, 255, 255}},
			[]float64{-2}},
		{"int64", Tensor{Type: Int64, Raw: bytes.Repeat([]byte{255}, 8)}, []float64{-1}},
		{"float16 in a list", Tensor{Type: Float16, Int32s: []int64{0x3c00}}, []float64{1}},
		{"double", Tensor{Type: Double, Raw: []byte{0, 0, 0, 0, 0, 0, 0xf0, 0xbf}},
			[]float64{-1}},
	} {
		got, err := constantOf(&c.t)
		if err != nil || !slices.Equal(got.data, c.want) {
			t.Errorf("%s: %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	for name, bad := range map[string]Tensor{
		"string":       {Type: 8},
		"short":        {Type: Float, Dims: []int64{2}, Raw: []byte{1, 2, 3, 4}},
		"negative dim": {Type: Float, Dims: []int64{-1}},
		"overflow": {Type: Float,
			Dims: []int64{1 << 24, 1 << 24, 1 << 24, 1 << 24}, Raw: []byte{0, 0, 0, 0}},
	} {
		if _, err := constantOf(&bad); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

// TestExportImport: what Export writes, Import reads, and it computes the same
// up to the rounding of weights to float32.
func TestExportImport(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	for _, input := range []nn.Shape{{6}, {1, 6}} {
		net := exportable(rng, input)
		m, err := Export(net, "mixed")
		if err != nil {
			t.Fatal(err)
		}
		m, err = Decode(Encode(m))
		if err != nil {
			t.Fatal(err)
		}
		back, err := Import(m)
		if err != nil {
			t.Fatal(err)
		}
		x := []float64{0.5, -1, 2, 0.25, -3, 1}
		want, err := net.Run(x)
		if err != nil {
			t.Fatal(err)
		}
		got, err := back.Run(x)
		if err != nil {
			t.Fatal(err)
		}
		for i, o := range net.Outputs {
			y := got[back.Outputs[i].Value]
			if back.Outputs[i].Name != o.Name || !slices.EqualFunc(y, want[o.Value],
				func(a, b float64) bool { return math.Abs(a-b) < 1e-4 }) {
				t.Errorf("output %q: %v, want %v", o.Name, y, want[o.Value])
			}
		}
	}
}

// exportable has every operator once.
func exportable(rng *rand.Rand, in nn.Shape) *float.Net {
	draw := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	return &float.Net{
		Inputs: []float.Port{{Name: "in", Shape: in}},
		Nodes: []float.Node{
			{Op: &float.Affine{Scale: draw(6), Shift: draw(6)}, In: []int{0}},
			{Op: &float.Linear{Rows: 6, Cols: 6, W: draw(36), B: draw(6)}, In: []int{1}},
			{Op: float.Relu{}, In: []int{2}},
			{Op: float.Add{}, In: []int{3, 0}},
			{Op: float.Clip{Lo: -1, Hi: 2}, In: []int{4}},
			{Op: float.Reshape{Shape: nn.Shape{2, 3}}, In: []int{5}},
			{Op: float.ArgMax{}, In: []int{6}},
		},
		Outputs: []float.Port{{Name: "sums", Value: 6}, {Name: "labels", Value: 7}},
	}
}

func FuzzImport(f *testing.F) {
	f.Add(Encode(model(17, batch(3), []Tensor{floatTensor("w", []float64{1, 2, 3}, 3, 1)},
		node("Relu", "x", "r"), node("MatMul", "r w", "y"))))
	f.Add(Encode(model(13, []Dim{{Param: "N"}, {Value: 3}, {Value: 1}},
		[]Tensor{intTensor("zero", 0), intTensor("rest", -1)},
		node("Shape", "x", "s"), node("Gather", "s zero", "n"), node("Concat", "n rest", "to"),
		node("Slice", "to zero rest", "q"), node("Reshape", "x to", "y"))))
	f.Add(Encode(model(11, batch(2), []Tensor{intTensor("n", 2, 3)},
		node("ConstantOfShape", "n", "c"), node("Transpose", "c", "t"), node("Sqrt", "t", "u"),
		node("Gemm", "x c", "g"), node("Clip", "g", "h"), node("ArgMax", "h", "y"))))
	f.Add(Encode(model(10, batch(2), []Tensor{scalarTensor("k", 3)},
		node("Mul", "x k", "a"), node("Squeeze", "a", "b"), node("Flatten", "b", "y"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Decode(b)
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Fatalf("error without ErrFormat: %v", err)
			}
			return
		}
		net, err := Import(m)
		if err != nil {
			return
		}
		if _, err := net.Shapes(); err != nil {
			t.Fatalf("imported a net that is unsound: %v", err)
		}
	})
}
