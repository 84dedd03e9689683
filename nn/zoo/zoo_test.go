package zoo

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"agon/nn"
)

func TestDense(t *testing.T) {
	m := MLP(1)
	if n := m.Graph.Params(); n != 784*56+56+56*10+10 {
		t.Errorf("%d parameters, want 44530", n)
	}
	if n := Dense(1, 1024, 1024).Graph.Params(); n != 1024*1025 {
		t.Errorf("%d parameters", n)
	}
	if !bytes.Equal(m.Encode(), MLP(1).Encode()) || bytes.Equal(m.Encode(), MLP(2).Encode()) {
		t.Error("a seed does not decide the model")
	}
}

// TestActivationsSpread: hidden activations use their byte, neither all clamped
// nor all zero.
func TestActivationsSpread(t *testing.T) {
	for _, m := range []*nn.Model{MLP(1), Dense(1, 256, 256, 256, 256)} {
		trace, err := m.Run(Inputs(rand.New(rand.NewPCG(1, 1)), m.Graph)...)
		if err != nil {
			t.Fatal(err)
		}
		for i, n := range m.Graph.Nodes {
			if _, is := n.Op.(nn.Requant); !is {
				continue
			}
			x := trace[m.Graph.Result(i)]
			zero, full := 0, 0
			for _, v := range x {
				if v == 0 {
					zero++
				}
				if v == activationHi {
					full++
				}
			}
			if zero == 0 || zero > 3*len(x)/4 || full > len(x)/3 {
				t.Errorf("node %d: %d zero and %d full of %d", i, zero, full, len(x))
			}
		}
	}
}

// TestRandomCoversOperators: within a few hundred seeds every operator occurs.
func TestRandomCoversOperators(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(300) {
		for _, n := range Random(rand.New(rand.NewPCG(seed, 2)), 6).Graph.Nodes {
			switch n.Op.(type) {
			case nn.Linear:
				seen["linear"]++
			case nn.Requant:
				seen["requant"]++
			case nn.Add:
				seen["add"]++
			case nn.Clip:
				seen["clip"]++
			case nn.Reshape:
				seen["reshape"]++
			case nn.ArgMax:
				seen["argmax"]++
			}
		}
	}
	if len(seen) != 6 {
		t.Errorf("operators %v, want six", seen)
	}
}
