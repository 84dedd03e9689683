package lower

import (
	"fmt"

	"agon/nn"
	"agon/proof"
)

// Witness fills the columns from a batch of runs of the graph, by nn.Model.Run
// or a faster run that gives the same integers. It copies what it keeps.
func (c *Circuit) Witness(traces ...nn.Trace) (*proof.Witness, error) {
	values := len(c.graph.Inputs) + len(c.graph.Nodes)
	w := &proof.Witness{Columns: make([][]int32, len(c.Program.Columns))}
	for i, col := range c.Program.Columns {
		w.Columns[i] = make([]int32, 0, col.Len*len(traces))
	}
	for b, trace := range traces {
		if len(trace) != values {
			return nil, fmt.Errorf("run %d has %d values, the graph %d", b, len(trace), values)
		}
		for _, f := range c.fills {
			x := trace[f.value]
			if f.column >= 0 {
				w.Columns[f.column] = append(w.Columns[f.column], x...)
				continue
			}
			f.parts.split(w.Columns, x, *f.op)
		}
	}
	for i, col := range c.Program.Columns {
		if have, want := len(w.Columns[i]), col.Len*len(traces); have != want {
			return nil, fmt.Errorf("column %d has %d entries, want %d: a trace of another graph?",
				i, have, want)
		}
	}
	return w, nil
}

// split appends the limbs of accumulators, as nn.Requant.Split defines them.
func (p *limbs) split(columns [][]int32, acc []int32, op nn.Requant) {
	for _, a := range acc {
		r, h, l, y := op.Split(int64(a))
		class := int32(0)
		if h != 0 {
			class = int32(h>>63 | 1)
		}
		push := func(c int, v int64) { columns[c] = append(columns[c], int32(v)) }
		push(p.r0, r&255)
		if p.r1 >= 0 {
			push(p.r1, r>>8)
		}
		push(p.h, h)
		push(p.l, l)
		push(p.c, int64(class))
		push(p.y, y)
	}
}

// Weights are the parameters of a model as the proof takes them; they share
// memory with the model.
func Weights(m *nn.Model) []proof.Weights {
	w := make([]proof.Weights, len(m.Params))
	for i, p := range m.Params {
		w[i] = proof.Weights(p)
	}
	return w
}
