package float

import (
	"fmt"
	"slices"

	"agon/nn"
)

// maxDiagonal is the widest Affine that becomes a diagonal matrix when it has no
// neighbour to fold into.
const maxDiagonal = 1 << 10

// Fold returns the same function without Affine: each is absorbed by a
// neighbouring Linear,
//
//	s·(W·x + b) + t = (diag(s)·W)·x + (s·b + t)
//	W·(s·x + t) + b = (W·diag(s))·x + (W·t + b)
//
// or by a neighbouring Affine, or, with none, becomes a diagonal Linear. So a
// normalised input costs nothing, and batch normalisation neither. The net is
// not changed.
func (n *Net) Fold() (*Net, error) {
	if _, err := n.Shapes(); err != nil {
		return nil, err
	}
	f := folder{net: &Net{Inputs: n.Inputs}, uses: n.uses(), own: map[*Linear]bool{}}
	f.value = make([]int, len(n.Inputs), len(n.Inputs)+len(n.Nodes))
	f.users = slices.Clone(f.uses[:len(n.Inputs)])
	for i := range f.value {
		f.value[i] = i
	}
	for i, node := range n.Nodes {
		f.add(node, f.uses[len(n.Inputs)+i])
	}
	for _, o := range n.Outputs {
		o.Value = f.value[o.Value]
		f.net.Outputs = append(f.net.Outputs, o)
	}
	return f.net, f.diagonals()
}

// uses counts the consumers of each value, outputs among them.
func (n *Net) uses() []int {
	uses := make([]int, len(n.Inputs)+len(n.Nodes))
	for _, node := range n.Nodes {
		for _, v := range node.In {
			uses[v]++
		}
	}
	for _, o := range n.Outputs {
		uses[o.Value]++
	}
	return uses
}

// folder rebuilds a net node by node.
type folder struct {
	net   *Net
	uses  []int            // of old values
	value []int            // new value of each old one
	users []int            // of new values
	own   map[*Linear]bool // made here: may be changed in place
}

func (f *folder) add(node Node, uses int) {
	in := make([]int, len(node.In))
	for j, v := range node.In {
		in[j] = f.value[v]
	}
	switch op := node.Op.(type) {
	case *Affine:
		if f.intoProducer(op, in[0]) {
			f.value = append(f.value, in[0])
			f.users[in[0]] = uses
			return
		}
	case *Linear:
		node.Op = f.fromProducer(op, in[0])
	}
	f.net.Nodes = append(f.net.Nodes, Node{node.Name, node.Op, in})
	f.value = append(f.value, len(f.users))
	f.users = append(f.users, uses)
}

// source walks back from value v over reshapes nobody else uses and returns the
// index of the node it comes from, or −1.
func (f *folder) source(v int) int {
	for {
		i := v - len(f.net.Inputs)
		if i < 0 || f.users[v] != 1 {
			return -1
		}
		if _, is := f.net.Nodes[i].Op.(Reshape); !is {
			return i
		}
		v = f.net.Nodes[i].In[0]
	}
}

// mine returns l, or a copy of it if it belongs to the net that is folded.
func (f *folder) mine(l *Linear) *Linear {
	if f.own[l] {
		return l
	}
	q := &Linear{l.Rows, l.Cols, slices.Clone(l.W), slices.Clone(l.B)}
	f.own[q] = true
	return q
}

// intoProducer absorbs a into the Linear or Affine that makes v.
func (f *folder) intoProducer(a *Affine, v int) bool {
	i := f.source(v)
	if i < 0 {
		return false
	}
	switch p := f.net.Nodes[i].Op.(type) {
	case *Affine:
		both := &Affine{slices.Clone(p.Scale), slices.Clone(p.Shift)}
		for k, s := range a.Scale {
			both.Scale[k] *= s
			both.Shift[k] = both.Shift[k]*s + a.Shift[k]
		}
		f.net.Nodes[i].Op = both
		return true
	case *Linear:
		scale, okScale := periodic(a.Scale, p.Rows)
		shift, okShift := periodic(a.Shift, p.Rows)
		if !okScale || !okShift {
			return false
		}
		q := f.mine(p)
		for j := range q.B {
			for k := range q.Cols {
				q.W[j*q.Cols+k] *= scale[j]
			}
			q.B[j] = q.B[j]*scale[j] + shift[j]
		}
		f.net.Nodes[i].Op = q
		return true
	}
	return false
}

// fromProducer absorbs into l an Affine that makes v, which becomes a reshape
// to its own shape.
func (f *folder) fromProducer(l *Linear, v int) *Linear {
	i := f.source(v)
	if i < 0 {
		return l
	}
	a, is := f.net.Nodes[i].Op.(*Affine)
	if !is {
		return l
	}
	scale, okScale := periodic(a.Scale, l.Cols)
	shift, okShift := periodic(a.Shift, l.Cols)
	if !okScale || !okShift {
		return l
	}
	q := f.mine(l)
	for j := range q.B {
		row := q.W[j*q.Cols : (j+1)*q.Cols]
		q.B[j] += dot(row, shift)
		for k := range row {
			row[k] *= scale[k]
		}
	}
	f.net.Nodes[i].Op = Reshape{f.shapeOf(i)}
	return q
}

// shapeOf is the shape of the operand of new node i.
func (f *folder) shapeOf(i int) nn.Shape {
	shapes, err := (&Net{Inputs: f.net.Inputs, Nodes: f.net.Nodes}).Shapes()
	if err != nil {
		panic(fmt.Sprintf("float: folding made an unsound net: %v", err))
	}
	return shapes[f.net.Nodes[i].In[0]]
}

// diagonals turns what could not be absorbed into matrices.
func (f *folder) diagonals() error {
	for i, node := range f.net.Nodes {
		a, is := node.Op.(*Affine)
		if !is {
			continue
		}
		n := f.shapeOf(i).Last()
		scale, okScale := periodic(a.Scale, n)
		shift, okShift := periodic(a.Shift, n)
		if !okScale || !okShift || n > maxDiagonal {
			return fmt.Errorf("node %q multiplies or adds %d constants, which no neighbouring "+
				"matrix can absorb and which are too many or too irregular (limit %d)",
				node.Name, len(a.Scale), maxDiagonal)
		}
		l := &Linear{n, n, make([]float64, n*n), shift}
		for k, s := range scale {
			l.W[k*n+k] = s
		}
		f.net.Nodes[i].Op = l
	}
	return nil
}

// periodic returns the first n entries of x if x repeats them.
func periodic(x []float64, n int) ([]float64, bool) {
	if n == 0 || len(x)%n != 0 {
		return nil, false
	}
	for i := n; i < len(x); i++ {
		if x[i] != x[i-n] {
			return nil, false
		}
	}
	return x[:n], true
}
