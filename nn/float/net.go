package float

import (
	"fmt"
	"slices"

	"agon/nn"
)

// Net is a network over the reals.
type Net struct {
	Inputs  []Port // Value is the index of the input
	Nodes   []Node
	Outputs []Port
}

// Port is an input or an output with the name it has in the file it came from.
type Port struct {
	Name  string
	Value int
	Shape nn.Shape
}

// Node computes one value from earlier ones. Values are numbered as in nn:
// inputs first, then the results of the nodes.
type Node struct {
	Name string // for reports; need not be unique
	Op   Op
	In   []int
}

// Op is Linear, Affine, Relu, Clip, Add, Reshape or ArgMax.
type Op interface {
	fmt.Stringer
	arity() int
	shape(in []nn.Shape) (nn.Shape, error)
	run(in [][]float64, out []float64)
}

// Linear is y = W·x + b for each innermost vector x.
type Linear struct {
	Rows, Cols int
	W          []float64 // Rows×Cols, row-major
	B          []float64 // Rows
}

// Affine is y = x·Scale + Shift, element by element; both are as long as x.
type Affine struct {
	Scale, Shift []float64
}

// Relu is max(x, 0).
type Relu struct{}

// Clip is min(max(x, Lo), Hi); either end may be infinite.
type Clip struct {
	Lo, Hi float64
}

// Add is the sum of two tensors of one shape.
type Add struct{}

// Reshape gives the same numbers another shape.
type Reshape struct {
	Shape nn.Shape
}

// ArgMax is the index of the first largest entry of each innermost vector.
type ArgMax struct{}

func (*Linear) arity() int { return 1 }
func (*Affine) arity() int { return 1 }
func (Relu) arity() int    { return 1 }
func (Clip) arity() int    { return 1 }
func (Add) arity() int     { return 2 }
func (Reshape) arity() int { return 1 }
func (ArgMax) arity() int  { return 1 }

func (l *Linear) String() string { return fmt.Sprintf("Linear %d→%d", l.Cols, l.Rows) }
func (*Affine) String() string   { return "Affine" }
func (Relu) String() string      { return "Relu" }
func (c Clip) String() string    { return fmt.Sprintf("Clip(%g, %g)", c.Lo, c.Hi) }
func (Add) String() string       { return "Add" }
func (r Reshape) String() string { return fmt.Sprintf("Reshape%v", r.Shape) }
func (ArgMax) String() string    { return "ArgMax" }

func (l *Linear) shape(in []nn.Shape) (nn.Shape, error) {
	if len(in[0]) == 0 || in[0].Last() != l.Cols {
		return nil, fmt.Errorf("input %v, but the matrix has %d columns", in[0], l.Cols)
	}
	if l.Rows < 1 || len(l.W) != l.Rows*l.Cols || len(l.B) != l.Rows {
		return nil, fmt.Errorf("%d weights and %d biases for %d × %d",
			len(l.W), len(l.B), l.Rows, l.Cols)
	}
	s := slices.Clone(in[0])
	s[len(s)-1] = l.Rows
	return s, nil
}

func (a *Affine) shape(in []nn.Shape) (nn.Shape, error) {
	if n := in[0].Elements(); len(a.Scale) != n || len(a.Shift) != n {
		return nil, fmt.Errorf("%d scales and %d shifts for %d elements",
			len(a.Scale), len(a.Shift), n)
	}
	return in[0], nil
}

func (Relu) shape(in []nn.Shape) (nn.Shape, error) { return in[0], nil }

func (c Clip) shape(in []nn.Shape) (nn.Shape, error) {
	if !(c.Lo <= c.Hi) {
		return nil, fmt.Errorf("clips to [%g, %g]", c.Lo, c.Hi)
	}
	return in[0], nil
}

func (Add) shape(in []nn.Shape) (nn.Shape, error) {
	if !slices.Equal(in[0], in[1]) {
		return nil, fmt.Errorf("shapes %v and %v differ", in[0], in[1])
	}
	return in[0], nil
}

func (r Reshape) shape(in []nn.Shape) (nn.Shape, error) {
	if r.Shape.Elements() != in[0].Elements() {
		return nil, fmt.Errorf("%v has %d elements, the input %d",
			r.Shape, r.Shape.Elements(), in[0].Elements())
	}
	return r.Shape, nil
}

func (ArgMax) shape(in []nn.Shape) (nn.Shape, error) {
	if len(in[0]) == 0 {
		return nil, fmt.Errorf("a single number has no maximum to look for")
	}
	return slices.Clone(in[0][:len(in[0])-1]), nil
}

// Shapes checks the net and returns the shape of every value; errors name the
// node.
func (n *Net) Shapes() ([]nn.Shape, error) {
	shapes := make([]nn.Shape, 0, len(n.Inputs)+len(n.Nodes))
	for _, in := range n.Inputs {
		shapes = append(shapes, in.Shape)
	}
	for i, node := range n.Nodes {
		if node.Op == nil || len(node.In) != node.Op.arity() {
			return nil, fmt.Errorf("node %d %q: wrong number of operands", i, node.Name)
		}
		in := make([]nn.Shape, len(node.In))
		for j, v := range node.In {
			if v < 0 || v >= len(shapes) {
				return nil, fmt.Errorf("node %d %q: value %d of %d", i, node.Name, v, len(shapes))
			}
			in[j] = shapes[v]
		}
		s, err := node.Op.shape(in)
		if err != nil {
			return nil, fmt.Errorf("node %d %q (%s): %w", i, node.Name, node.Op, err)
		}
		shapes = append(shapes, s)
	}
	for _, o := range n.Outputs {
		if o.Value < 0 || o.Value >= len(shapes) {
			return nil, fmt.Errorf("output %q: value %d of %d", o.Name, o.Value, len(shapes))
		}
	}
	return shapes, nil
}
