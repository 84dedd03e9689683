package nn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// ErrEncoding is wrapped by every error about bytes that are no encoding of a
// graph or model.
var ErrEncoding = errors.New("not an encoding of a network")

// reader takes fields off the front of b. After the first failure it returns
// zeros and keeps the error.
type reader struct {
	b   []byte
	err error
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("%w: %s", ErrEncoding, fmt.Sprintf(format, args...))
	}
}

// take returns the next n bytes, or nil and fails.
func (r *reader) take(n int) []byte {
	if r.err == nil && len(r.b) < n {
		r.fail("%d bytes left, want %d", len(r.b), n)
	}
	if r.err != nil {
		return nil
	}
	head := r.b[:n]
	r.b = r.b[n:]
	return head
}

func (r *reader) byte() int {
	if b := r.take(1); b != nil {
		return int(b[0])
	}
	return 0
}

func (r *reader) short() int {
	if b := r.take(2); b != nil {
		return int(int16(binary.LittleEndian.Uint16(b)))
	}
	return 0
}

// int reads a signed 32-bit integer.
func (r *reader) int() int {
	if b := r.take(4); b != nil {
		return int(int32(binary.LittleEndian.Uint32(b)))
	}
	return 0
}

func (r *reader) scale() float64 {
	if b := r.take(8); b != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return 0
}

// count reads how many of something follow, each at least size bytes long, so
// that nothing is allocated that the bytes cannot fill.
func (r *reader) count(what string, limit, size int) int {
	n := r.int()
	if n < 0 || n > limit || n*size > len(r.b) {
		r.fail("%d %s, at most %d and %d bytes are left", n, what, limit, len(r.b))
		return 0
	}
	return n
}

func (r *reader) shape() Shape {
	rank := r.byte()
	if rank > MaxRank {
		r.fail("rank %d, at most %d", rank, MaxRank)
		return nil
	}
	s := make(Shape, rank)
	for i := range s {
		s[i] = r.int()
	}
	return s
}

func (r *reader) expect(magic string, version int) {
	if string(r.take(len(magic))) != magic {
		r.fail("does not begin with %q", magic)
		return
	}
	if v := r.byte(); v != version {
		r.fail("version %d of %q, this program reads %d", v, magic, version)
	}
}

// DecodeGraph reads what Graph.Encode wrote. It accepts only canonical bytes of
// a graph that passes Infer; memory is bounded by a multiple of len(b).
func DecodeGraph(b []byte) (*Graph, error) {
	r := &reader{b: b}
	r.expect(graphMagic, graphVersion)
	g := &Graph{Inputs: make([]Input, r.count("inputs", MaxPorts, 17))}
	for i := range g.Inputs {
		g.Inputs[i] = Input{Shape: r.shape()}
		g.Inputs[i].Bound = Bound{int64(r.int()), int64(r.int())}
		g.Inputs[i].Scale = r.scale()
	}
	g.Weights = make([]Weights, r.count("matrices", MaxNodes, 9))
	for i := range g.Weights {
		g.Weights[i] = Weights{Rows: r.int(), Cols: r.int(), BiasBits: r.byte()}
	}
	g.Nodes = make([]Node, r.count("nodes", MaxNodes, 5))
	for i := range g.Nodes {
		g.Nodes[i] = r.node()
	}
	g.Outputs = make([]Output, r.count("outputs", MaxPorts, 12))
	for i := range g.Outputs {
		g.Outputs[i] = Output{Value(r.int()), r.scale()}
	}
	if len(r.b) > 0 {
		r.fail("%d bytes after the end", len(r.b))
	}
	if r.err != nil {
		return nil, r.err
	}
	if _, err := g.Infer(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	return g, nil
}

func (r *reader) node() Node {
	tag := r.byte()
	operands := func(n int) []Value {
		in := make([]Value, n)
		for i := range in {
			in[i] = Value(r.int())
		}
		return in
	}
	switch tag {
	case tagLinear:
		return Node{In: operands(1), Op: Linear{r.int()}}
	case tagAdd:
		return Node{In: operands(2), Op: Add{r.byte(), r.byte()}}
	case tagRequant:
		return Node{In: operands(1), Op: Requant{r.byte(), r.short(), r.short()}}
	case tagClip:
		return Node{In: operands(1), Op: Clip{r.short(), r.short()}}
	case tagReshape:
		return Node{In: operands(1), Op: Reshape{r.shape()}}
	case tagArgMax:
		return Node{In: operands(1), Op: ArgMax{}}
	}
	r.fail("operator %d is unknown to version %d", tag, graphVersion)
	return Node{}
}

// DecodeModel reads what Model.Encode wrote and checks the model. Memory is
// bounded by a multiple of len(b).
func DecodeModel(b []byte) (*Model, error) {
	r := &reader{b: b}
	r.expect(modelMagic, modelVersion)
	graph := r.take(r.count("bytes of graph", math.MaxInt32, 1))
	if r.err != nil {
		return nil, r.err
	}
	g, err := DecodeGraph(graph)
	if err != nil {
		return nil, err
	}
	m := &Model{Graph: g, Params: make([]Matrix, len(g.Weights))}
	for i, w := range g.Weights {
		m.Params[i] = r.matrix(w)
	}
	if len(r.b) > 0 {
		r.fail("%d bytes after the weights", len(r.b))
	}
	if r.err != nil {
		return nil, r.err
	}
	if err := m.Check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrEncoding, err)
	}
	return m, nil
}

// matrix reads weights and biases; nothing is allocated before the bytes are
// known to be there.
func (r *reader) matrix(w Weights) Matrix {
	weights, biases := r.take(w.Rows*w.Cols), r.take(4*w.Rows)
	if r.err != nil {
		return Matrix{}
	}
	p := Matrix{W: make([]int8, len(weights)), B: make([]int32, w.Rows)}
	for i, v := range weights {
		p.W[i] = int8(v)
	}
	for j := range p.B {
		p.B[j] = int32(binary.LittleEndian.Uint32(biases[4*j:]))
	}
	return p
}
