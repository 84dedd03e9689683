package lower

import (
	"errors"
	"fmt"
	"slices"

	"agon/nn"
	"agon/proof"
)

// rest gives outputs their columns and accumulators that nothing uses a
// relation, so that every committed matrix is bound.
func (l *lowering) rest() error {
	for i, o := range l.graph.Outputs {
		out, v, err := l.label(o.Value)
		if err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		c, err := l.columnOf(v)
		if err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
		p := l.program()
		if slices.Contains(p.Inputs, c) {
			c = l.copyOf(v, c)
		}
		out.Port = slices.Index(p.Outputs, c)
		if out.Port < 0 {
			out.Port = len(p.Outputs)
			p.Outputs = append(p.Outputs, c)
		}
		l.out.Outputs = append(l.out.Outputs, out)
	}
	for v := range l.forms {
		if f := l.forms[v]; f.matrix >= 0 && f.sum == nil {
			if _, err := l.columnOf(nn.Value(v)); err != nil {
				return fmt.Errorf("value %d: %w", v, err)
			}
		}
	}
	return nil
}

// label looks through a final ArgMax, and reshapes of its result, to its
// operand.
func (l *lowering) label(v nn.Value) (Output, nn.Value, error) {
	for at := v; int(at) >= len(l.graph.Inputs); {
		n := l.graph.Nodes[int(at)-len(l.graph.Inputs)]
		switch n.Op.(type) {
		case nn.Reshape:
			at = n.In[0]
			continue
		case nn.ArgMax:
			return Output{Label: true, Width: l.tensors[n.In[0]].Shape.Last()}, n.In[0], nil
		}
		break
	}
	return Output{}, v, nil
}

// columnOf is the column of value v; an accumulator gets one, which its relation
// defines.
func (l *lowering) columnOf(v nn.Value) (int, error) {
	f := l.forms[v]
	if f.column >= 0 {
		return f.column, nil
	}
	if f.sum == nil && f.matrix < 0 {
		return 0, errors.New("the label of an ArgMax is used further: only outputs may be labels")
	}
	c := l.copyOf(v, -1)
	for u := range l.forms {
		same := f.matrix >= 0 && l.forms[u].matrix == f.matrix || f.sum != nil &&
			l.forms[u].sum == f.sum
		if same && l.forms[u].column < 0 {
			l.forms[u].column = c
		}
	}
	return c, nil
}

// copyOf adds a column that is value v, of which column c (if not −1) holds the
// same numbers.
func (l *lowering) copyOf(v nn.Value, c int) int {
	column := l.column(l.length(v), fill{value: v})
	s := &sum{terms: []proof.Term{{Column: column, Coef: 1}}}
	if c >= 0 {
		l.relate(s, &sum{terms: []proof.Term{{Column: c, Coef: 1}}})
		return column
	}
	if l.forms[v].sum != nil {
		l.relate(s, l.forms[v].sum)
		return column
	}
	if err := l.define(v, s); err != nil {
		panic(err) // columnOf has excluded labels
	}
	return column
}
