package nn

import (
	"encoding/binary"
	"math"
)

// The encoding of a graph is canonical: one graph, one string of bytes, so that
// its hash can name it. All integers are little-endian and of fixed width.
//
//	graph   = "agon-nn" version(1) ports weights nodes outputs
//	ports   = u32 count, each: shape, i32 lo, i32 hi, f64 scale
//	weights = u32 count, each: u32 rows, u32 cols, u8 bias bits
//	nodes   = u32 count, each: u8 tag, operands u32 × arity, fields
//	outputs = u32 count, each: u32 value, f64 scale
//	shape   = u8 rank, u32 × rank
const (
	graphMagic   = "agon-nn"
	graphVersion = 1
)

// Tags of operators. A tag is never reused.
const (
	tagLinear  = 1 // u32 weights
	tagAdd     = 2 // u8 shift a, u8 shift b
	tagRequant = 3 // u8 shift, i16 lo, i16 hi
	tagClip    = 4 // i16 lo, i16 hi
	tagReshape = 5 // shape
	tagArgMax  = 6
)

// Encode is the canonical encoding of the graph. The graph must pass Infer.
func (g *Graph) Encode() []byte {
	b := append([]byte(graphMagic), graphVersion)
	b = appendInt(b, len(g.Inputs))
	for _, in := range g.Inputs {
		b = appendShape(b, in.Shape)
		b = appendInt(b, int(in.Bound.Lo))
		b = appendInt(b, int(in.Bound.Hi))
		b = appendScale(b, in.Scale)
	}
	b = appendInt(b, len(g.Weights))
	for _, w := range g.Weights {
		b = appendInt(b, w.Rows)
		b = appendInt(b, w.Cols)
		b = append(b, byte(w.BiasBits))
	}
	b = appendInt(b, len(g.Nodes))
	for _, n := range g.Nodes {
		b = appendNode(b, n)
	}
	b = appendInt(b, len(g.Outputs))
	for _, o := range g.Outputs {
		b = appendInt(b, int(o.Value))
		b = appendScale(b, o.Scale)
	}
	return b
}

func appendNode(b []byte, n Node) []byte {
	operands := func(tag byte) []byte {
		b = append(b, tag)
		for _, v := range n.In {
			b = appendInt(b, int(v))
		}
		return b
	}
	switch op := n.Op.(type) {
	case Linear:
		return appendInt(operands(tagLinear), op.Weights)
	case Add:
		return append(operands(tagAdd), byte(op.ShiftA), byte(op.ShiftB))
	case Requant:
		b = append(operands(tagRequant), byte(op.Shift))
		return appendShort(appendShort(b, op.Lo), op.Hi)
	case Clip:
		return appendShort(appendShort(operands(tagClip), op.Lo), op.Hi)
	case Reshape:
		return appendShape(operands(tagReshape), op.Shape)
	case ArgMax:
		return operands(tagArgMax)
	}
	panic("nn: an operator without a tag")
}

func appendInt(b []byte, v int) []byte {
	return binary.LittleEndian.AppendUint32(b, uint32(v))
}

func appendShort(b []byte, v int) []byte {
	return binary.LittleEndian.AppendUint16(b, uint16(v))
}

func appendScale(b []byte, s float64) []byte {
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(s))
}

func appendShape(b []byte, s Shape) []byte {
	b = append(b, byte(len(s)))
	for _, d := range s {
		b = appendInt(b, d)
	}
	return b
}

// A model is its graph and, in declared order, the weights and biases:
//
//	model = "agon-model" version(1) u32 length, graph,
//	        per matrix: i8 × rows·cols, i32 × rows
const (
	modelMagic   = "agon-model"
	modelVersion = 1
)

// Encode is the encoding of a model that passed Check.
func (m *Model) Encode() []byte {
	graph := m.Graph.Encode()
	size := len(modelMagic) + 5 + len(graph)
	for _, p := range m.Params {
		size += len(p.W) + 4*len(p.B)
	}
	b := make([]byte, 0, size)
	b = append(append(b, modelMagic...), modelVersion)
	b = append(appendInt(b, len(graph)), graph...)
	for _, p := range m.Params {
		for _, w := range p.W {
			b = append(b, byte(w))
		}
		for _, v := range p.B {
			b = appendInt(b, int(v))
		}
	}
	return b
}
