package onnx

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"agon/nn/float"
)

// model is x (of the given open or fixed dims) through nodes to y.
func model(opset int64, dims []Dim, constants []Tensor, nodes ...Node) *Model {
	return &Model{
		IR: 8, Opsets: []Opset{{"", opset}},
		Graph: Graph{
			Name: "test", Nodes: nodes, Initializers: constants,
			Inputs:  []ValueInfo{{Name: "x", Type: Float, Dims: dims}},
			Outputs: []ValueInfo{{Name: "y", Type: Float}},
		},
	}
}

func node(op, inputs, output string, attrs ...Attr) Node {
	return Node{Name: op + "_" + output, Op: op, Inputs: strings.Split(inputs, " "),
		Outputs: []string{output}, Attrs: attrs}
}

// batch is an open batch of vectors.
func batch(n int64) []Dim { return []Dim{{Param: "N"}, {Value: n}} }

func scalarTensor(name string, v float64) Tensor { return floatTensor(name, []float64{v}) }

// TestImportComputes imports one small network a way of writing it, through the
// wire format, and compares what it computes with numbers worked out by hand.
func TestImportComputes(t *testing.T) {
	w := []float64{1, 2, 3, 4, 5, 6} // 2×3: rows (1,2,3), (4,5,6)
	wT := []float64{1, 4, 2, 5, 3, 6}
	b := floatTensor("b", []float64{10, -40}, 2)
	x := []float64{1, 0, -2} // W·x = (−5, −8)
	for _, c := range []struct {
		name string
		m    *Model
		want []float64
	}{
		{"gemm, B transposed", model(17, batch(3), []Tensor{floatTensor("w", w, 2, 3), b},
			node("Gemm", "x w b", "y", Attr{Name: "transB", Int: 1})), []float64{5, -48}},
		{"gemm, α and β", model(13, batch(3), []Tensor{floatTensor("w", wT, 3, 2), b},
			node("Gemm", "x w b", "y", Attr{Name: "alpha", Float: 2},
				Attr{Name: "beta", Float: 0.5})), []float64{-5, -36}},
		{"gemm without bias", model(11, batch(3), []Tensor{floatTensor("w", wT, 3, 2)},
			node("Gemm", "x w", "y")), []float64{-5, -8}},
		{"gemm, scalar bias", model(11, batch(3),
			[]Tensor{floatTensor("w", wT, 3, 2), scalarTensor("b", 1)},
			node("Gemm", "x w b", "y")), []float64{-4, -7}},
		{"matmul, add, relu", model(10, batch(3), []Tensor{floatTensor("w", wT, 3, 2), b},
			node("MatMul", "x w", "p"), node("Add", "b p", "q"), node("Relu", "q", "y")),
			[]float64{5, 0}},
		{"matrix given transposed", model(17, batch(3), []Tensor{floatTensor("w", w, 2, 3)},
			node("Transpose", "w", "t"), node("MatMul", "x t", "y")), []float64{-5, -8}},
		{"times a vector", model(17, batch(3), []Tensor{floatTensor("v", []float64{1, 2, 3}, 3)},
			node("MatMul", "x v", "y")), []float64{-5}},
		{"normalised input", model(17, batch(3),
			[]Tensor{scalarTensor("m", 1), scalarTensor("s", 0.5), floatTensor("w", wT, 3, 2)},
			node("Sub", "x m", "c"), node("Div", "c s", "n"), node("MatMul", "n w", "y")),
			[]float64{-22, -46}}, // W·2(x − 1) = 2·(−5−6, −8−15)
		{"scaled result", model(17, batch(3),
			[]Tensor{floatTensor("w", wT, 3, 2), floatTensor("k", []float64{3, -1}, 2), b},
			node("MatMul", "x w", "p"), node("Mul", "p k", "q"), node("Sub", "b q", "y")),
			[]float64{25, -48}},
		{"batch normalisation", model(15, batch(3), []Tensor{
			floatTensor("w", wT, 3, 2), floatTensor("g", []float64{2, 1}, 2),
			floatTensor("h", []float64{0, 1}, 2), floatTensor("m", []float64{-5, 0}, 2),
			floatTensor("v", []float64{4, 16}, 2),
		}, node("MatMul", "x w", "p"),
			node("BatchNormalization", "p g h m v", "y", Attr{Name: "epsilon", Float: 1e-12})),
			[]float64{0, -1}},
		{"residual", model(17, batch(3), []Tensor{floatTensor("w",
			[]float64{1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3)},
			node("MatMul", "x w", "p"), node("Relu", "p", "r"), node("Add", "x r", "y")),
			[]float64{2, 0, -2}},
		{"clip of opset 10", model(10, batch(3), nil, node("Clip", "x", "y",
			Attr{Name: "min", Float: -1}, Attr{Name: "max", Float: 0.5})), []float64{0.5, 0, -1}},
		{"clip of opset 11", model(11, batch(3), []Tensor{scalarTensor("lo", -1)},
			node("Clip", "x lo", "y")), []float64{1, 0, -1}},
		{"clip without a lower end", model(13, batch(3), []Tensor{scalarTensor("hi", 0.25)},
			Node{Op: "Clip", Inputs: []string{"x", "", "hi"}, Outputs: []string{"y"}}),
			[]float64{0.25, 0, -2}},
		{"argmax", model(13, batch(3), nil,
			node("ArgMax", "x", "y", Attr{Name: "axis", Int: 1})), []float64{0}},
		{"argmax from the end, dropped", model(13, batch(3), nil,
			node("ArgMax", "x", "y", Attr{Name: "axis", Int: -1}, Attr{Name: "keepdims"})),
			[]float64{0}},
		{"flatten of an image", model(13,
			[]Dim{{Param: "N"}, {Value: 1}, {Value: 1}, {Value: 3}},
			[]Tensor{floatTensor("w", wT, 3, 2)},
			node("Flatten", "x", "f"), node("Dropout", "f", "d"), node("Identity", "d", "i"),
			node("MatMul", "i w", "y")), []float64{-5, -8}},
		{"reshape by the shape of the batch", model(13, []Dim{{Param: "N"}, {Value: 3}, {Value: 1}},
			[]Tensor{floatTensor("w", wT, 3, 2), {Name: "zero", Type: Int64, Int64s: []int64{0}},
				intTensor("rest", -1), intTensor("axes", 0)},
			node("Shape", "x", "s"), node("Gather", "s zero", "n"),
			node("Unsqueeze", "n axes", "m"), node("Concat", "m rest", "to",
				Attr{Name: "axis"}), node("Reshape", "x to", "f"), node("MatMul", "f w", "y")),
			[]float64{-5, -8}},
		{"squeeze and unsqueeze", model(11, []Dim{{Param: "N"}, {Value: 1}, {Value: 3}},
			[]Tensor{floatTensor("w", wT, 3, 2)},
			node("Squeeze", "x", "s", Attr{Name: "axes", Ints: []int64{1}}),
			node("MatMul", "s w", "p"),
			node("Unsqueeze", "p", "y", Attr{Name: "axes", Ints: []int64{-1}})),
			[]float64{-5, -8}},
		{"constants computed in the file", model(13, batch(3),
			[]Tensor{floatTensor("w", wT, 3, 2), scalarTensor("k", 4)},
			node("Sqrt", "k", "r"), node("Neg", "r", "n"), node("Mul", "w n", "wn"),
			node("MatMul", "x wn", "y")), []float64{10, 16}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Decode(Encode(c.m))
			if err != nil {
				t.Fatal(err)
			}
			net, err := Import(m)
			if err != nil {
				t.Fatal(err)
			}
			trace, err := net.Run(x)
			if err != nil {
				t.Fatal(err)
			}
			got := trace[net.Outputs[0].Value]
			if !slices.EqualFunc(got, c.want, near) {
				t.Errorf("y = %v, want %v", got, c.want)
			}
		})
	}
}

// TestEveryOpset writes every operator as each operator set from 10 to 17 has it,
// in one network, and compares with a result worked out by hand.
func TestEveryOpset(t *testing.T) {
	for opset := int64(10); opset <= 17; opset++ {
		t.Run(fmt.Sprint(opset), func(t *testing.T) {
			m, err := Decode(Encode(everyOperator(opset)))
			if err != nil {
				t.Fatal(err)
			}
			net, err := Import(m)
			if err != nil {
				t.Fatal(err)
			}
			trace, err := net.Run([]float64{1, 0, -2})
			if err != nil {
				t.Fatal(err)
			}
			// p = 2·(x + 1) = (4, 2, −2); W·p = (2, 14) with −40 on the second, times
			// (1, 2) less 1: (1, −53); batch normalisation halves and adds 1; Relu, twice
			// the sum with itself; the clip ends at 2.5.
			want := []float64{2.5, 0}
			if got := trace[net.Outputs[0].Value]; !slices.EqualFunc(got, want, near) {
				t.Errorf("y = %v, want %v", got, want)
			}
			if got := trace[net.Outputs[1].Value]; !slices.Equal(got, []float64{0}) {
				t.Errorf("label %v, want 0", got)
			}
		})
	}
	// What moved from an attribute to an input is refused in its old place, and in its
	// new one before it was there: ignored, it would give another network.
	axes := Attr{Name: "axes", Ints: []int64{1}}
	for name, m := range map[string]*Model{
		"clip's attribute at 11": model(11, batch(3), nil,
			node("Clip", "x", "y", Attr{Name: "min", Float: 0})),
		"clip's input at 10": model(10, batch(3), []Tensor{scalarTensor("lo", 0)},
			node("Clip", "x lo", "y")),
		"axes' attribute at 13": model(13, batch(3), nil, node("Unsqueeze", "x", "y", axes)),
		"axes' input at 12": model(12, batch(3), []Tensor{intTensor("axes", 1)},
			node("Unsqueeze", "x axes", "y")),
	} {
		if _, err := Import(m); err == nil || !strings.Contains(err.Error(), "other way") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// everyOperator is a network of all supported operators.
func everyOperator(opset int64) *Model {
	w := []float64{1, -1, 0, 2, 3, 0} // rows (1, −1, 0), (2, 3, 0)
	constants := []Tensor{
		scalarTensor("one", 1), scalarTensor("half", 0.5), floatTensor("w", w, 2, 3),
		floatTensor("b", []float64{0, -40}, 2), floatTensor("k", []float64{1, 2}, 2),
		floatTensor("eye", []float64{1, 0, 0, 1}, 2, 2), floatTensor("g", []float64{1, 1}, 2),
		floatTensor("h", []float64{1, 1}, 2), floatTensor("mean", []float64{0, 0}, 2),
		floatTensor("var", []float64{4, 4}, 2), intTensor("flat", -1, 3),
	}
	up := node("Unsqueeze", "p", "u", Attr{Name: "axes", Ints: []int64{1}})
	down := node("Squeeze", "tr", "sq", Attr{Name: "axes", Ints: []int64{2}})
	if opset >= 13 {
		constants = append(constants, intTensor("at1", 1), intTensor("at2", 2))
		up, down = node("Unsqueeze", "p at1", "u"), node("Squeeze", "tr at2", "sq")
	}
	clip := node("Clip", "sum", "y", Attr{Name: "min", Float: 0}, Attr{Name: "max", Float: 2.5})
	if opset >= 11 {
		constants = append(constants, scalarTensor("lo", 0), scalarTensor("hi", 2.5))
		clip = node("Clip", "sum lo hi", "y")
	}
	drop := node("Dropout", "cl", "d", Attr{Name: "ratio", Float: 0.5})
	if opset >= 12 {
		constants = append(constants, scalarTensor("ratio", 0.5))
		drop = node("Dropout", "cl ratio", "d")
	}
	m := model(opset, batch(3), constants,
		node("Add", "x one", "s"), node("Div", "s half", "p"), up, // (N, 1, 3)
		node("Transpose", "u", "tr", Attr{Name: "perm", Ints: []int64{0, 2, 1}}), down,
		node("Reshape", "sq flat", "r"), node("Flatten", "r", "f"),
		node("Gemm", "f w b", "q", Attr{Name: "transB", Int: 1}),
		node("MatMul", "q eye", "e"), node("Mul", "e k", "m"), node("Sub", "m one", "c"),
		node("Cast", "c", "cl", Attr{Name: "to", Int: int64(Float)}), drop,
		node("Identity", "d", "i"),
		node("BatchNormalization", "i g h mean var", "bn", Attr{Name: "epsilon", Float: 1e-12}),
		node("Relu", "bn", "re"), node("Add", "re re", "sum"), clip,
		node("ArgMax", "y", "label", Attr{Name: "axis", Int: 1}))
	m.Graph.Outputs = append(m.Graph.Outputs, ValueInfo{Name: "label", Type: Int64})
	return m
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(1, math.Abs(b)) }

// TestImportFoldsNormalisation: no Affine is left, and no node was added.
func TestImportFoldsNormalisation(t *testing.T) {
	net, err := Import(model(17, batch(3),
		[]Tensor{scalarTensor("m", 1), floatTensor("w", []float64{1, 2, 3}, 3, 1)},
		node("Sub", "x m", "c"), node("MatMul", "c w", "p"), node("Mul", "p m", "y")))
	if err != nil {
		t.Fatal(err)
	}
	linear := 0
	for _, n := range net.Nodes {
		switch n.Op.(type) {
		case *float.Linear:
			linear++
		case float.Reshape:
		default:
			t.Errorf("node %s is left", n.Op)
		}
	}
	if linear != 1 {
		t.Errorf("%d matrices, want 1", linear)
	}
}

func TestImportRefuses(t *testing.T) {
	w := floatTensor("w", []float64{1, 2, 3}, 3, 1)
	for _, c := range []struct {
		name string
		m    *Model
		says []string
	}{
		{"unknown operator", model(17, batch(3), nil, node("Erf", "x", "y")),
			[]string{`node 0 "Erf_y": Erf`, "not supported"}},
		{"softmax", model(17, batch(3), []Tensor{w}, node("MatMul", "x w", "p"),
			node("Softmax", "p", "y")), []string{`node 1 "Softmax_y": Softmax`, "logits"}},
		{"convolution", model(17, batch(3), []Tensor{w}, node("Conv", "x w", "y")),
			[]string{"Conv", "fully connected"}},
		{"old opset", model(9, batch(3), nil, node("Relu", "x", "y")),
			[]string{"opset 9", "10 to 17"}},
		{"new opset", model(18, batch(3), nil, node("Relu", "x", "y")), []string{"opset 18"}},
		{"other domain", model(17, batch(3), nil,
			Node{Name: "t", Op: "TreeEnsemble", Domain: "ai.onnx.ml", Inputs: []string{"x"},
				Outputs: []string{"y"}}), []string{`"t"`, "ai.onnx.ml"}},
		{"computed matrix", model(17, batch(3), nil, node("MatMul", "x x", "y")),
			[]string{"must be a constant"}},
		{"matrix first", model(17, batch(3), []Tensor{w}, node("MatMul", "w x", "y")),
			[]string{"second factor"}},
		{"wrong width", model(17, batch(4), []Tensor{w}, node("MatMul", "x w", "y")),
			[]string{"4", "3 inputs"}},
		{"A transposed", model(17, batch(3), []Tensor{w},
			node("Gemm", "x w", "y", Attr{Name: "transA", Int: 1})), []string{"batch"}},
		{"open width", model(17, []Dim{{Param: "N"}, {Param: "W"}}, nil, node("Relu", "x", "y")),
			[]string{`"W"`, "fixed size"}},
		{"no such tensor", model(17, batch(3), nil, node("Relu", "z", "y")), []string{`"z"`}},
		{"computed twice", model(17, batch(3), nil, node("Relu", "x", "y"),
			node("Relu", "x", "y")), []string{"twice"}},
		{"output not computed", model(17, batch(3), nil, node("Relu", "x", "z")),
			[]string{`output "y"`}},
		{"output constant", model(17, batch(3), nil, node("Shape", "x", "y")),
			[]string{"does not depend"}},
		{"product of computed", model(17, batch(3), nil, node("Mul", "x x", "y")),
			[]string{"only sums"}},
		{"division by zero", model(17, batch(3), []Tensor{scalarTensor("k", 0)},
			node("Div", "x k", "y")), []string{"constant 0"}},
		{"constant enlarges", model(17, batch(3),
			[]Tensor{floatTensor("k", []float64{1, 2}, 2, 1)}, node("Add", "x k", "y")),
			[]string{"enlarge"}},
		{"argmax of rows", model(17, []Dim{{Value: 2}, {Value: 3}}, nil,
			node("ArgMax", "x", "y", Attr{Name: "axis"})), []string{"not the last"}},
		{"huge constant", model(17, batch(3), []Tensor{intTensor("n", 1<<20, 1<<20)},
			node("ConstantOfShape", "n", "c"), node("Add", "x c", "y")), []string{"elements"}},
		{"growing constants", model(17, batch(3), []Tensor{intTensor("n", 1<<23)},
			node("ConstantOfShape", "n", "c"), node("Add", "c c", "d"), node("Add", "d d", "e"),
			node("Add", "x e", "y")), []string{"grow"}},
		{"data elsewhere", model(17, batch(3),
			[]Tensor{{Name: "k", Type: Float, Dims: []int64{3}, External: true}},
			node("Add", "x k", "y")), []string{"another file"}},
		{"data missing", model(17, batch(3),
			[]Tensor{{Name: "k", Type: Float, Dims: []int64{3}, Floats: []float32{1}}},
			node("Add", "x k", "y")), []string{"1 elements"}},
		{"NaN", model(17, batch(3), []Tensor{scalarTensor("k", math.NaN())},
			node("Add", "x k", "y")), []string{"NaN"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := Decode(Encode(c.m))
			if err == nil {
				_, err = Import(m)
			}
			if err == nil {
				t.Fatal("accepted")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("error %q does not say %q", err, s)
				}
			}
		})
	}
}

func ExampleImport() {
	m := model(17, batch(8), nil, node("Relu", "x", "r"), node("Gelu", "r", "y"))
	_, err := Import(m)
	var unsupported *UnsupportedError
	if errors.As(err, &unsupported) {
		fmt.Println(unsupported.Node, "of type", unsupported.Op)
	}
	fmt.Println(err)
	// Output:
	// Gelu_y of type Gelu
	// node 1 "Gelu_y": Gelu: this operator is not supported
}
