package nn_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"agon/nn"
	"agon/nn/zoo"
)

// smallModel has weights by which a reader can follow the sums.
func smallModel() *nn.Model {
	return &nn.Model{Graph: small(), Params: []nn.Matrix{
		{
			W: []int8{
				1, 2, 3, 4,
				-10, 0, 0, 127,
				-127, -127, -127, -127,
			},
			B: []int32{5, -2048, 2047},
		},
		{W: []int8{1, 1, 1, 2, -1, 9}, B: []int32{0, 100}},
	}}
}

func ExampleModel_Run() {
	trace, err := smallModel().Run([]int32{100, 0, 50, 200})
	if err != nil {
		fmt.Println(err)
		return
	}
	for v, x := range trace {
		fmt.Println(v, x)
	}
	// Output:
	// 0 [100 0 50 200]
	// 1 [1055 22352 -42403]
	// 2 [2 44 0]
	// 3 [46 60]
	// 4 [1]
}

func TestRunRefusesInputs(t *testing.T) {
	m := smallModel()
	var bad *nn.InputError
	if _, err := m.Run([]int32{1, 2, 3}); !errors.As(err, &bad) || bad.Want != 4 {
		t.Errorf("three numbers: %v", err)
	}
	_, err := m.Run([]int32{1, 2, 256, 3})
	if !errors.As(err, &bad) || bad.Position != 2 || bad.Value != 256 {
		t.Errorf("256 in a byte: %v", err)
	}
	if _, err := m.Run(); err == nil {
		t.Error("no input was accepted")
	}
}

func TestFirst(t *testing.T) {
	for want, x := range [][]int32{{5, 5, 5}, {-3, 7, 7}, {-9, -9, -1}} {
		if got := nn.First(x); got != want {
			t.Errorf("first largest of %v is %d, want %d", x, got, want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	for name, spoil := range map[string]func(*nn.Model){
		"weight -128":     func(m *nn.Model) { m.Params[0].W[3] = -128 },
		"bias beyond":     func(m *nn.Model) { m.Params[0].B[1] = -2049 },
		"bias at its end": func(m *nn.Model) { m.Params[0].B[1] = 2048 },
		"weights missing": func(m *nn.Model) { m.Params[0].W = m.Params[0].W[1:] },
		"matrix missing":  func(m *nn.Model) { m.Params = m.Params[1:] },
		"high limb": func(m *nn.Model) {
			m.Graph.Inputs[0].Bound.Hi = 1 << 20
			m.Graph.Nodes[1].Op = nn.Requant{Shift: 1, Hi: 255}
		},
	} {
		m := smallModel()
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
		if spoil(m); m.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestValuesStayInBounds runs random graphs on inputs at and within their
// bounds: every value is inside Reach, Reach inside Infer, and every Requant's
// limbs are in range.
func TestValuesStayInBounds(t *testing.T) {
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 1))
		m := zoo.Random(rng, 6)
		tensors, err := m.Graph.Infer()
		if err != nil {
			t.Fatal(err)
		}
		reach := m.Reach()
		for range 4 {
			trace, err := m.Run(extremes(rng, m.Graph)...)
			if err != nil {
				t.Fatal(err)
			}
			for v, x := range trace {
				if len(x) != tensors[v].Shape.Elements() || !tensors[v].Bound.Contains(reach[v]) {
					t.Fatalf("seed %d, value %d: %d entries, bound %v, reach %v",
						seed, v, len(x), tensors[v], reach[v])
				}
				for _, e := range x {
					if int64(e) < reach[v].Lo || int64(e) > reach[v].Hi {
						t.Fatalf("seed %d, value %d: %d outside %v", seed, v, e, reach[v])
					}
				}
			}
		}
	}
}

// extremes draws inputs whose entries are often at a bound.
func extremes(rng *rand.Rand, g *nn.Graph) [][]int32 {
	in := zoo.Inputs(rng, g)
	for i, x := range in {
		for k := range x {
			switch rng.IntN(3) {
			case 0:
				x[k] = int32(g.Inputs[i].Bound.Lo)
			case 1:
				x[k] = int32(g.Inputs[i].Bound.Hi)
			}
		}
	}
	return in
}

func TestQuantise(t *testing.T) {
	in := nn.Input{Bound: nn.Bound{Lo: -127, Hi: 127}, Scale: 0.5}
	got, err := in.Quantise([]float64{0, 0.24, 0.25, 0.75, -0.3, 1e300, -1e300})
	if err != nil || fmt.Sprint(got) != "[0 0 0 2 -1 127 -127]" {
		t.Errorf("%v, %v", got, err)
	}
	if n := in.Clamped([]float64{0, 63.5, 63.7, 64, -63.5, 1e300, -1e300}); n != 3 {
		t.Errorf("%d entries clamped, want 3", n)
	}
	nan := 0.0
	if _, err := in.Quantise([]float64{1, nan / nan}); err == nil {
		t.Error("a NaN was quantised")
	}
}
