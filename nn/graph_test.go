package nn_test

import (
	"strings"
	"testing"

	"agon/nn"
)

// small is 4 → 3 → 2 with a label: the valid graph the cases below spoil.
func small() *nn.Graph {
	return &nn.Graph{
		Inputs: []nn.Input{{
			Shape: nn.Shape{4}, Bound: nn.Bound{Lo: 0, Hi: 255}, Scale: 1.0 / 255,
		}},
		Weights: []nn.Weights{{Rows: 3, Cols: 4, BiasBits: 12}, {Rows: 2, Cols: 3, BiasBits: 8}},
		Nodes: []nn.Node{
			{Op: nn.Linear{Weights: 0}, In: []nn.Value{0}},
			{Op: nn.Requant{Shift: 9, Lo: 0, Hi: 255}, In: []nn.Value{1}},
			{Op: nn.Linear{Weights: 1}, In: []nn.Value{2}},
			{Op: nn.ArgMax{}, In: []nn.Value{3}},
		},
		Outputs: []nn.Output{{Value: 4, Scale: 1}},
	}
}

func TestInfer(t *testing.T) {
	tensors, err := small().Infer()
	if err != nil {
		t.Fatal(err)
	}
	acc := int64(4*127*255 + 1<<11)
	want := []nn.Bound{{Lo: 0, Hi: 255}, {Lo: -acc, Hi: acc}, {Lo: 0, Hi: 255},
		{Lo: -(3*127*255 + 128), Hi: 3*127*255 + 128}, {Lo: 0, Hi: 1}}
	for v, b := range want {
		if tensors[v].Bound != b {
			t.Errorf("value %d: bound %v, want %v", v, tensors[v].Bound, b)
		}
	}
}

func TestInferRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*nn.Graph)
		says  string
	}{
		{"no input", func(g *nn.Graph) { g.Inputs = nil }, "0 inputs"},
		{"no output", func(g *nn.Graph) { g.Outputs = nil }, "0 outputs"},
		{"empty bound", func(g *nn.Graph) { g.Inputs[0].Bound = nn.Bound{Lo: 1} }, "bound"},
		{"input beyond p/2", func(g *nn.Graph) {
			g.Inputs[0].Bound.Hi = nn.Modulus/2 + 1
		}, "p/2"},
		{"scale zero", func(g *nn.Graph) { g.Inputs[0].Scale = 0 }, "scale"},
		{"dimension zero", func(g *nn.Graph) { g.Inputs[0].Shape = nn.Shape{0} }, "dimension"},
		{"too many elements", func(g *nn.Graph) {
			g.Inputs[0].Shape = nn.Shape{1 << 24, 1 << 24, 1 << 24}
		}, "elements"},
		{"rank", func(g *nn.Graph) { g.Inputs[0].Shape = make(nn.Shape, 7) }, "rank"},
		{"wrong width", func(g *nn.Graph) { g.Inputs[0].Shape = nn.Shape{5} }, "columns"},
		{"bias bits", func(g *nn.Graph) { g.Weights[0].BiasBits = 31 }, "bits"},
		{"no such weights", func(g *nn.Graph) { g.Nodes[0].Op = nn.Linear{Weights: 2} }, "weights"},
		{"uses itself", func(g *nn.Graph) { g.Nodes[1].In[0] = 2 }, "before it"},
		{"two operands", func(g *nn.Graph) { g.Nodes[1].In = []nn.Value{0, 1} }, "operands"},
		{"no operator", func(g *nn.Graph) { g.Nodes[1].Op = nil }, "no operator"},
		{"shift 0", func(g *nn.Graph) { g.Nodes[1].Op = nn.Requant{Hi: 255} }, "shift"},
		{"shift 16", func(g *nn.Graph) { g.Nodes[1].Op = nn.Requant{Shift: 16, Hi: 255} }, "shift"},
		{"clamp", func(g *nn.Graph) {
			g.Nodes[1].Op = nn.Requant{Shift: 9, Lo: -1, Hi: 255}
		}, "lo"},
		{"clip of a sum", func(g *nn.Graph) { g.Nodes[1].Op = nn.Clip{Lo: 0, Hi: 9} }, "too wide"},
		{"reshape", func(g *nn.Graph) {
			g.Nodes[1].Op = nn.Reshape{Shape: nn.Shape{7}}
		}, "7 elements"},
		{"sum reaches p/2", func(g *nn.Graph) {
			g.Inputs[0].Bound.Hi = 1 << 22
		}, "p/2"},
		{"no such output", func(g *nn.Graph) { g.Outputs[0].Value = 5 }, "value 5"},
		{"no certificate", func(g *nn.Graph) {
			g.Inputs[0].Bound.Hi = 1<<21 - 16 // acc just below p/2
			g.Nodes[1].Op = nn.Requant{Shift: 15, Lo: -127, Hi: 127}
		}, "certificate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := small()
			c.spoil(g)
			_, err := g.Infer()
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %v, want one that says %q", err, c.says)
			}
		})
	}
}

// TestProductBound: the widest matrix a bound allows is accepted, one column
// more is not: K·127·A + 2^{β−1} < p/2.
func TestProductBound(t *testing.T) {
	for _, a := range []int64{1, 15, 255, 1 << 13} {
		most := (int64(nn.Modulus)/2 - 1<<7) / (127 * a)
		for k, ok := range map[int64]bool{most: true, most + 1: false} {
			g := &nn.Graph{
				Inputs: []nn.Input{{
					Shape: nn.Shape{int(k)}, Bound: nn.Bound{Lo: -a, Hi: a}, Scale: 1,
				}},
				Weights: []nn.Weights{{Rows: 1, Cols: int(k), BiasBits: 8}},
				Nodes:   []nn.Node{{Op: nn.Linear{}, In: []nn.Value{0}}},
				Outputs: []nn.Output{{Value: 1, Scale: 1}},
			}
			if _, err := g.Infer(); (err == nil) != ok {
				t.Errorf("K = %d, A = %d: %v", k, a, err)
			}
		}
	}
}

func TestDepth(t *testing.T) {
	if d := small().Depth(); d != 2 {
		t.Errorf("depth %d, want 2", d)
	}
	if n := small().Params(); n != 3*5+2*4 {
		t.Errorf("%d parameters, want 23", n)
	}
}
