package lower_test

import (
	"math/rand/v2"
	"testing"

	"agon/nn"
	"agon/nn/zoo"
	"agon/proof/lower"
)

// TestSharedMatrix: one matrix applied twice, one after the other and to two
// inputs, is bound once and proven in both places.
func TestSharedMatrix(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 46))
	g := &nn.Graph{
		Inputs: []nn.Input{
			{Shape: nn.Shape{9}, Bound: nn.Bound{Hi: 255}, Scale: 1},
			{Shape: nn.Shape{2, 9}, Bound: nn.Bound{Lo: -127, Hi: 127}, Scale: 1},
		},
		Weights: []nn.Weights{{Rows: 9, Cols: 9, BiasBits: 10}},
		Nodes: []nn.Node{
			{Op: nn.Linear{}, In: []nn.Value{0}},
			{Op: nn.Requant{Shift: 9, Hi: 255}, In: []nn.Value{2}},
			{Op: nn.Linear{}, In: []nn.Value{3}},
			{Op: nn.Linear{}, In: []nn.Value{1}},
		},
		Outputs: []nn.Output{{Value: 4, Scale: 1}, {Value: 5, Scale: 1}},
	}
	m := &nn.Model{Graph: g, Params: []nn.Matrix{zoo.Matrix(rng, 9, 9, 10)}}
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	c, err := lower.Lower(g)
	if err != nil {
		t.Fatal(err)
	}
	trace, err := m.Run(zoo.Inputs(rng, g)...)
	if err != nil {
		t.Fatal(err)
	}
	w, err := c.Witness(trace)
	if err != nil {
		t.Fatal(err)
	}
	prove(t, m, c, w, 1, true)
}
