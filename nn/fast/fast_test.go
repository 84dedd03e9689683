package fast_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"agon/nn"
	"agon/nn/fast"
	"agon/nn/zoo"
)

// equal runs a model on every kernel and compares every value with the
// reference.
func equal(t *testing.T, what string, m *nn.Model, inputs [][]int32) {
	t.Helper()
	want, err := m.Run(inputs...)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range fast.Kernels() {
		r, err := fast.NewWith(m, k)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // buffers are reused
			got, err := r.Run(inputs...)
			if err != nil {
				t.Fatal(err)
			}
			for v := range want {
				if !slices.Equal(got[v], want[v]) {
					t.Fatalf("%s, kernel %s: value %d is %v, want %v", what, k, v, got[v], want[v])
				}
			}
		}
	}
}

func TestRandomGraphs(t *testing.T) {
	for seed := range uint64(400) {
		rng := rand.New(rand.NewPCG(seed, 21))
		m := zoo.Random(rng, 6)
		equal(t, fmt.Sprintf("seed %d", seed), m, zoo.Inputs(rng, m.Graph))
	}
}

// linear is one matrix with inputs in a bound.
func linear(rng *rand.Rand, rows, cols int, b nn.Bound) *nn.Model {
	g := &nn.Graph{
		Inputs:  []nn.Input{{Shape: nn.Shape{1, cols}, Bound: b, Scale: 1}},
		Weights: []nn.Weights{{Rows: rows, Cols: cols, BiasBits: 20}},
		Nodes:   []nn.Node{{Op: nn.Linear{}, In: []nn.Value{0}}},
		Outputs: []nn.Output{{Value: 1, Scale: 1}},
	}
	return &nn.Model{Graph: g, Params: []nn.Matrix{zoo.Matrix(rng, rows, cols, 20)}}
}

// TestEveryTail crosses sizes around the widths of tiles, blocks and groups.
func TestEveryTail(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 22))
	bounds := []nn.Bound{{Lo: 0, Hi: 255}, {Lo: -128, Hi: 127}, {Lo: -1, Hi: 127},
		{Lo: 0, Hi: 256}, {Lo: -129, Hi: 0}}
	for _, rows := range []int{1, 7, 8, 9, 15, 16, 17, 31, 33, 47, 49, 63, 64, 65, 81, 113, 130} {
		for _, cols := range []int{1, 3, 4, 7, 8, 15, 16, 17, 31, 33, 64, 100} {
			m := linear(rng, rows, cols, bounds[(rows+cols)%len(bounds)])
			equal(t, fmt.Sprintf("%d × %d", rows, cols), m, zoo.Inputs(rng, m.Graph))
		}
	}
}

// TestExtremes: all weights and inputs at their limits, alike and alternating in
// sign, at the widest matrix whose certificate holds, where a kernel that
// saturates or wraps would show.
func TestExtremes(t *testing.T) {
	for _, b := range []nn.Bound{{Lo: 0, Hi: 255}, {Lo: -128, Hi: 127}} {
		most := int((int64(nn.Modulus)/2 - 1<<20) / (nn.WeightMax * b.Abs()))
		for _, sign := range []int{1, -1, 0} {
			m := linear(rand.New(rand.NewPCG(1, 23)), 18, most, b)
			x := make([]int32, most)
			for k := range x {
				if x[k] = int32(b.Hi); b.Lo < 0 && k%2 == 0 && sign == 0 {
					x[k] = int32(b.Lo)
				}
			}
			for k := range m.Params[0].W {
				w := int8(sign) * nn.WeightMax
				if sign == 0 {
					w = int8(1-2*(k%most%2)) * nn.WeightMax
				}
				m.Params[0].W[k] = w
			}
			equal(t, fmt.Sprintf("%v, sign %d", b, sign), m, [][]int32{x})
		}
	}
}

func TestStandardShapes(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 24))
	mlp := zoo.MLP(1)
	equal(t, "MLP", mlp, zoo.Inputs(rng, mlp.Graph))
	square := zoo.Dense(2, 300, 200, 100, 10)
	equal(t, "dense", square, zoo.Inputs(rng, square.Graph))
}

// TestFork: two runners over one model do not disturb each other.
func TestFork(t *testing.T) {
	m := zoo.MLP(3)
	rng := rand.New(rand.NewPCG(3, 25))
	a, b := zoo.Inputs(rng, m.Graph), zoo.Inputs(rng, m.Graph)
	r, err := fast.New(m)
	if err != nil {
		t.Fatal(err)
	}
	f := r.Fork()
	ta, err := r.Run(a...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Run(b...); err != nil {
		t.Fatal(err)
	}
	want, err := m.Run(a...)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(ta[3], want[3]) {
		t.Error("the fork wrote into its origin's trace")
	}
}

func TestNoAllocation(t *testing.T) {
	m := zoo.MLP(4)
	r, err := fast.New(m)
	if err != nil {
		t.Fatal(err)
	}
	in := zoo.Inputs(rand.New(rand.NewPCG(4, 26)), m.Graph)
	if n := testing.AllocsPerRun(20, func() {
		if _, err := r.Run(in...); err != nil {
			t.Fatal(err)
		}
	}); n > 1 { // the slice of inputs
		t.Errorf("%v allocations a run", n)
	}
}

func TestUnknownKernel(t *testing.T) {
	if _, err := fast.NewWith(zoo.MLP(1), "abacus"); err == nil {
		t.Error("accepted")
	}
	if k := fast.Kernels(); k[len(k)-1] != fast.Portable ||
		runtime.GOARCH != "amd64" && len(k) != 1 {
		t.Errorf("kernels %v", k)
	}
}

// BenchmarkRun measures whole runs beside the floor: the products alone, by the
// same kernel, of matrices of the same shapes.
func BenchmarkRun(b *testing.B) {
	for _, c := range []struct {
		name  string
		model *nn.Model
	}{{"MLP-784-56-10", zoo.MLP(1)}, {"dense-4M", zoo.Dense4M(1)}} {
		in := zoo.Inputs(rand.New(rand.NewPCG(1, 27)), c.model.Graph)
		for _, k := range fast.Kernels() {
			r, err := fast.NewWith(c.model, k)
			if err != nil {
				b.Fatal(err)
			}
			b.Run(c.name+"/"+string(k), func(b *testing.B) {
				b.SetBytes(c.model.Graph.Params())
				for b.Loop() {
					if _, err := r.Run(in...); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		b.Run(c.name+"/floor", func(b *testing.B) {
			f := fast.NewFloor(c.model)
			b.SetBytes(c.model.Graph.Params())
			for b.Loop() {
				f.Run()
			}
		})
	}
}
