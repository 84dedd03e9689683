package lower

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"agon/nn"
	"agon/proof"
	"agon/proof/look"
)

// ErrGraph is wrapped by every refusal of a graph that runs but has no program.
var ErrGraph = errors.New("graph cannot be proven")

// Circuit is a graph as a program, with what is needed to fill its columns.
type Circuit struct {
	Program *proof.Program
	Outputs []Output // of the graph, in its order

	graph *nn.Graph
	fills []fill
}

// Output says how an output of the graph is read off the program's.
type Output struct {
	Port  int  // index into Program.Outputs
	Label bool // the output is the index of the first largest entry of each vector
	Width int  // of a vector, for a label
}

// Read gives the output of the graph from the port's values.
func (o Output) Read(values []int32) []int32 {
	if !o.Label {
		return values
	}
	labels := make([]int32, len(values)/o.Width)
	for i := range labels {
		labels[i] = int32(nn.First(values[i*o.Width : (i+1)*o.Width]))
	}
	return labels
}

// fill computes some columns from the value of a graph.
type fill struct {
	value  nn.Value
	column int         // the value itself, or −1
	parts  *limbs      // the decomposition of the value, or nil
	op     *nn.Requant // that makes the parts
}

// limbs are the columns of one Requant; r1 is −1 for shifts up to 8.
type limbs struct {
	r0, r1, h, l, c, y int
}

// sum is Σ Coef·column + Const, element by element.
type sum struct {
	terms []proof.Term
	plus  int64
}

// form is what is known of a value of the graph so far.
type form struct {
	column int  // −1: no column of its own
	sum    *sum // of bounded columns, once something defines it
	matrix int  // node index of the Linear that makes it, −1 for others
}

// lowering builds a program node by node.
type lowering struct {
	graph   *nn.Graph
	tensors []nn.Tensor
	out     *Circuit
	forms   []form
}

// Lower makes the program of a graph. Refusals wrap ErrGraph and name the node;
// the same graph gives the same program.
func Lower(g *nn.Graph) (*Circuit, error) {
	tensors, err := g.Infer()
	if err != nil {
		return nil, err
	}
	l := &lowering{graph: g, tensors: tensors, out: &Circuit{graph: g}}
	l.out.Program = &proof.Program{Graph: sha256.Sum256(g.Encode()), Depth: g.Depth()}
	for _, w := range g.Weights {
		l.program().Weights = append(l.program().Weights, proof.Matrix(w))
	}
	for i, in := range g.Inputs {
		c := l.column(in.Shape.Elements(), fill{value: nn.Value(i)})
		l.program().Columns[c].Lo, l.program().Columns[c].Hi = in.Bound.Lo, in.Bound.Hi
		l.program().Inputs = append(l.program().Inputs, c)
		l.forms = append(l.forms, columnForm(c))
	}
	for i, n := range g.Nodes {
		f, err := l.node(i, n)
		if err != nil {
			return nil, fmt.Errorf("%w: node %d: %s: %w", ErrGraph, i, n.Op, err)
		}
		l.forms = append(l.forms, f)
	}
	if err := l.rest(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGraph, err)
	}
	if err := l.program().Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGraph, err)
	}
	return l.out, nil
}

func (l *lowering) program() *proof.Program { return l.out.Program }

// column adds a column that f.value fills, unless f has no value (−1).
func (l *lowering) column(length int, f fill) int {
	p := l.program()
	p.Columns = append(p.Columns, proof.Column{Len: length})
	f.column = len(p.Columns) - 1
	if f.value >= 0 {
		l.out.fills = append(l.out.fills, f)
	}
	return f.column
}

// columnForm is a value that is a bounded column.
func columnForm(c int) form {
	return form{column: c, sum: &sum{terms: []proof.Term{{Column: c, Coef: 1}}}, matrix: -1}
}

// length is the number of entries of a value.
func (l *lowering) length(v nn.Value) int { return l.tensors[v].Shape.Elements() }

// lookup adds a lookup, and its table if it is new.
func (l *lowering) lookup(t look.Table, columns ...int) {
	p := l.program()
	at := slices.Index(p.Tables, t)
	if at < 0 {
		at = len(p.Tables)
		p.Tables = append(p.Tables, t)
	}
	p.Lookups = append(p.Lookups, proof.Lookup{Table: at, Columns: columns})
}

func (l *lowering) node(i int, n nn.Node) (form, error) {
	x := l.forms[n.In[0]]
	switch op := n.Op.(type) {
	case nn.Linear:
		if x.column < 0 {
			return form{}, errors.New("its input is an accumulator: requantise it first")
		}
		return form{column: -1, matrix: i}, nil
	case nn.Requant:
		return l.requant(n.In[0], l.graph.Result(i), op)
	case nn.Clip:
		if x.column < 0 {
			return form{}, errors.New("its input is an accumulator: requantise it first")
		}
		y := l.column(l.length(n.In[0]), fill{value: l.graph.Result(i)})
		l.lookup(look.Table{
			Shape: look.Clamp, Lo: int32(op.Lo), Hi: int32(op.Hi),
			Offset: int32(l.tensors[n.In[0]].Bound.Lo),
		}, x.column, y)
		return columnForm(y), nil
	case nn.Add:
		return l.add(n.In[0], n.In[1], op)
	case nn.Reshape:
		return x, nil
	case nn.ArgMax:
		return form{column: -1, matrix: -1}, nil // used by nothing but outputs, see rest
	}
	return form{}, errors.New("this operator has no relation")
}

// requant decomposes value x, which makes value y.
func (l *lowering) requant(x, y nn.Value, op nn.Requant) (form, error) {
	n := l.length(x)
	part := func() int { return l.column(n, fill{value: -1}) }
	p := limbs{r0: part(), r1: -1, h: part(), l: part(), c: part(), y: part()}
	l.lookup(look.Table{Shape: look.Range, Hi: 1<<min(op.Shift, 8) - 1}, p.r0)
	if op.Shift > 8 {
		p.r1 = part()
		l.lookup(look.Table{Shape: look.Range, Hi: 1<<(op.Shift-8) - 1}, p.r1)
	}
	l.lookup(look.Table{Shape: look.Sign, Lo: -1 << (nn.HighBits - 1),
		Hi: 1<<(nn.HighBits-1) - 1}, p.h, p.c)
	l.lookup(look.Table{Shape: look.Narrow, Lo: int32(op.Lo), Hi: int32(op.Hi),
		Offset: int32(op.Offset())}, p.c, p.l, p.y)
	l.out.fills = append(l.out.fills, fill{value: x, column: -1, parts: &p, op: &op})

	unit := int64(1) << op.Shift
	s := &sum{
		terms: []proof.Term{
			{Column: p.h, Coef: 256 * unit}, {Column: p.l, Coef: unit}, {Column: p.r0, Coef: 1},
		},
		plus: -unit/2 - int64(op.Offset())*unit,
	}
	if p.r1 >= 0 {
		s.terms = append(s.terms, proof.Term{Column: p.r1, Coef: 256})
	}
	if err := l.define(x, s); err != nil {
		return form{}, err
	}
	return columnForm(p.y), nil
}

// define states that value x is s: by the relation of its matrix if nothing has
// defined it yet, else by equating two sums.
func (l *lowering) define(x nn.Value, s *sum) error {
	f := &l.forms[x]
	if f.sum != nil {
		l.relate(s, f.sum)
		return nil
	}
	if f.matrix < 0 {
		return errors.New("the label of an ArgMax is used further: only outputs may be labels")
	}
	n := l.graph.Nodes[f.matrix]
	input := l.forms[n.In[0]].column
	weights := n.Op.(nn.Linear).Weights
	l.program().Relations = append(l.program().Relations, proof.Relation{
		Terms: s.terms, Const: s.plus, Weights: weights, Input: input,
		Vectors: l.program().Columns[input].Len / l.graph.Weights[weights].Cols,
	})
	// Every name of the accumulator now has the sum.
	for v := range l.forms {
		if l.forms[v].matrix == f.matrix {
			l.forms[v].sum = s
		}
	}
	return nil
}

// relate states a = b.
func (l *lowering) relate(a, b *sum) {
	r := proof.Relation{
		Terms: slices.Clone(a.terms), Const: a.plus - b.plus, Weights: -1, Vectors: 1,
	}
	for _, t := range b.terms {
		r.Terms = append(r.Terms, proof.Term{Column: t.Column, Coef: -t.Coef})
	}
	l.program().Relations = append(l.program().Relations, merged(r))
}

// merged adds up the coefficients of columns that occur twice.
func merged(r proof.Relation) proof.Relation {
	var terms []proof.Term
	for _, t := range r.Terms {
		at := slices.IndexFunc(terms, func(u proof.Term) bool { return u.Column == t.Column })
		if at < 0 {
			terms = append(terms, t)
		} else {
			terms[at].Coef += t.Coef
		}
	}
	r.Terms = terms
	return r
}

// add sums operands that are sums of bounded columns.
func (l *lowering) add(a, b nn.Value, op nn.Add) (form, error) {
	x, y := l.forms[a].sum, l.forms[b].sum
	if x == nil || y == nil {
		return form{}, errors.New("an operand is an accumulator: requantise it first")
	}
	s := &sum{plus: x.plus<<op.ShiftA + y.plus<<op.ShiftB}
	for _, t := range x.terms {
		s.terms = append(s.terms, proof.Term{Column: t.Column, Coef: t.Coef << op.ShiftA})
	}
	for _, t := range y.terms {
		s.terms = append(s.terms, proof.Term{Column: t.Column, Coef: t.Coef << op.ShiftB})
	}
	s.terms = merged(proof.Relation{Terms: s.terms}).Terms
	if len(s.terms) > proof.MaxTerms { // no relation holds it; and sums of sums grow
		return form{}, fmt.Errorf("a sum of %d tensors, at most %d: requantise in between",
			len(s.terms), proof.MaxTerms)
	}
	return form{column: -1, sum: s, matrix: -1}, nil
}
