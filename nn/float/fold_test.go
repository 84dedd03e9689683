package float

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"agon/nn"
)

func draw(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// random is a net in which affine maps stand in every position: before and after
// matrices, in a row, behind a reshape, shared, at the output.
func random(rng *rand.Rand) *Net {
	net := &Net{Inputs: []Port{{Name: "x", Shape: nn.Shape{2, 6}}}}
	shapes := []nn.Shape{{2, 6}}
	push := func(op Op, in ...int) int {
		net.Nodes = append(net.Nodes, Node{Op: op, In: in})
		s, err := net.Shapes()
		if err != nil {
			panic(err)
		}
		shapes = s
		return len(shapes) - 1
	}
	v := 0
	for range 3 + rng.IntN(8) {
		n := shapes[v].Elements()
		switch rng.IntN(6) {
		case 0, 1:
			a := &Affine{draw(rng, n), draw(rng, n)}
			if rng.IntN(2) == 0 { // the same for every row
				for i := shapes[v].Last(); i < n; i++ {
					a.Scale[i] = a.Scale[i%shapes[v].Last()]
					a.Shift[i] = a.Shift[i%shapes[v].Last()]
				}
			}
			v = push(a, v)
		case 2:
			cols, rows := shapes[v].Last(), 1+rng.IntN(6)
			v = push(&Linear{rows, cols, draw(rng, rows*cols), draw(rng, rows)}, v)
		case 3:
			v = push(Relu{}, v)
		case 4:
			v = push(Reshape{nn.Shape{n}}, v)
		case 5:
			v = push(Add{}, v, v)
		}
	}
	net.Outputs = []Port{{Name: "y", Value: v, Shape: shapes[v]}}
	return net
}

// TestFoldKeepsTheFunction: the folded net computes the same and has no Affine.
func TestFoldKeepsTheFunction(t *testing.T) {
	folded := 0
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 4))
		net := random(rng)
		f, err := net.Fold()
		if err != nil {
			if !strings.Contains(err.Error(), "irregular") {
				t.Fatalf("seed %d: %v", seed, err)
			}
			continue
		}
		folded++
		for _, n := range f.Nodes {
			if _, is := n.Op.(*Affine); is {
				t.Fatalf("seed %d: an Affine is left", seed)
			}
		}
		x := draw(rng, 12)
		a, err := net.Run(x)
		if err != nil {
			t.Fatal(err)
		}
		b, err := f.Run(x)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want, got := a[net.Outputs[0].Value], b[f.Outputs[0].Value]
		for i := range want {
			if math.Abs(want[i]-got[i]) > 1e-6*(1+math.Abs(want[i])) {
				t.Fatalf("seed %d: entry %d is %g, want %g", seed, i, got[i], want[i])
			}
		}
	}
	if folded < 500 {
		t.Errorf("only %d of 2000 nets folded", folded)
	}
}

// TestFoldLeavesTheNet: folding copies what it changes.
func TestFoldLeavesTheNet(t *testing.T) {
	l := &Linear{1, 2, []float64{1, 2}, []float64{3}}
	net := &Net{
		Inputs: []Port{{Shape: nn.Shape{2}}},
		Nodes: []Node{
			{Op: &Affine{[]float64{2, 2}, []float64{1, 1}}, In: []int{0}},
			{Op: l, In: []int{1}},
		},
		Outputs: []Port{{Value: 2, Shape: nn.Shape{1}}},
	}
	f, err := net.Fold()
	if err != nil {
		t.Fatal(err)
	}
	if l.W[0] != 1 || l.B[0] != 3 {
		t.Errorf("the matrix became %v, %v", l.W, l.B)
	}
	if q := f.Nodes[1].Op.(*Linear); q.W[0] != 2 || q.W[1] != 4 || q.B[0] != 6 {
		t.Errorf("folded to %v, %v, want [2 4], [6]", q.W, q.B)
	}
}

func TestShapesRefuse(t *testing.T) {
	in := []Port{{Shape: nn.Shape{3}}}
	one := func(op Op) *Net { return &Net{Inputs: in, Nodes: []Node{{Op: op, In: []int{0}}}} }
	for name, net := range map[string]*Net{
		"operands":    {Inputs: in, Nodes: []Node{{Op: Relu{}}}},
		"no such":     {Inputs: in, Nodes: []Node{{Op: Relu{}, In: []int{1}}}},
		"columns":     one(&Linear{1, 2, make([]float64, 2), make([]float64, 1)}),
		"weights":     one(&Linear{1, 3, nil, nil}),
		"affine":      one(&Affine{}),
		"clip":        one(Clip{1, 0}),
		"reshape":     one(Reshape{nn.Shape{4}}),
		"output":      {Inputs: in, Outputs: []Port{{Value: 1}}},
		"no operator": {Inputs: in, Nodes: []Node{{In: []int{0}}}},
		"scalar label": {
			Inputs: []Port{{Shape: nn.Shape{}}}, Nodes: []Node{{Op: ArgMax{}, In: []int{0}}},
		},
	} {
		if _, err := net.Shapes(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
