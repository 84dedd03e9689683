package onnx

import (
	"encoding/binary"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// message is a protocol buffer under construction.
type message []byte

func (m *message) number(num protowire.Number, v int64) {
	*m = protowire.AppendTag(*m, num, protowire.VarintType)
	*m = protowire.AppendVarint(*m, uint64(v))
}

func (m *message) bytes(num protowire.Number, b []byte) {
	*m = protowire.AppendTag(*m, num, protowire.BytesType)
	*m = protowire.AppendBytes(*m, b)
}

func (m *message) text(num protowire.Number, s string) {
	if s != "" {
		m.bytes(num, []byte(s))
	}
}

func (m *message) float(num protowire.Number, v float32) {
	*m = protowire.AppendTag(*m, num, protowire.Fixed32Type)
	*m = protowire.AppendFixed32(*m, math.Float32bits(v))
}

// Attribute kinds, the field type of an AttributeProto.
const (
	kindFloat  = 1
	kindInt    = 2
	kindString = 3
	kindTensor = 4
	kindFloats = 6
	kindInts   = 7
)

// Encode writes the model; Decode reads it back equal. Numbers of tensors are
// written as raw bytes if Raw holds them.
func Encode(m *Model) []byte {
	var out message
	out.number(1, m.IR)
	out.text(2, m.Producer)
	out.bytes(7, m.Graph.encode())
	for _, o := range m.Opsets {
		var b message
		b.text(1, o.Domain)
		b.number(2, o.Version)
		out.bytes(8, b)
	}
	return out
}

func (g Graph) encode() []byte {
	var b message
	for _, n := range g.Nodes {
		b.bytes(1, n.encode())
	}
	b.text(2, g.Name)
	for _, t := range g.Initializers {
		b.bytes(5, t.encode())
	}
	for _, v := range g.Inputs {
		b.bytes(11, v.encode())
	}
	for _, v := range g.Outputs {
		b.bytes(12, v.encode())
	}
	return b
}

func (n Node) encode() []byte {
	var b message
	for _, s := range n.Inputs {
		b.bytes(1, []byte(s)) // an empty name means something
	}
	for _, s := range n.Outputs {
		b.bytes(2, []byte(s))
	}
	b.text(3, n.Name)
	b.text(4, n.Op)
	for _, a := range n.Attrs {
		b.bytes(5, a.encode())
	}
	b.text(7, n.Domain)
	return b
}

// encode writes the field that is set; an integer if none is.
func (a Attr) encode() []byte {
	var b message
	b.text(1, a.Name)
	kind := int64(kindInt)
	switch {
	case a.Tensor != nil:
		kind = kindTensor
		b.bytes(5, a.Tensor.encode())
	case a.Ints != nil:
		kind = kindInts
		for _, v := range a.Ints {
			b.number(8, v)
		}
	case a.Floats != nil:
		kind = kindFloats
		for _, v := range a.Floats {
			b.float(7, v)
		}
	case a.String != "":
		kind = kindString
		b.text(4, a.String)
	case a.Float != 0:
		kind = kindFloat
		b.float(2, a.Float)
	default:
		b.number(3, a.Int)
	}
	b.number(20, kind)
	return b
}

func (v ValueInfo) encode() []byte {
	var shape message
	for _, d := range v.Dims {
		var b message
		if d.Param != "" {
			b.text(2, d.Param)
		} else {
			b.number(1, d.Value)
		}
		shape.bytes(1, b)
	}
	var tensor, kind, b message
	tensor.number(1, int64(v.Type))
	tensor.bytes(2, shape)
	kind.bytes(1, tensor)
	b.text(1, v.Name)
	b.bytes(2, kind)
	return b
}

func (t *Tensor) encode() []byte {
	var b, packed message
	for _, d := range t.Dims {
		b.number(1, d)
	}
	b.number(2, int64(t.Type))
	if len(t.Floats) > 0 {
		for _, v := range t.Floats {
			packed = protowire.AppendFixed32(packed, math.Float32bits(v))
		}
		b.bytes(4, packed)
	}
	integers := func(num protowire.Number, list []int64) {
		if len(list) > 0 {
			var packed message
			for _, v := range list {
				packed = protowire.AppendVarint(packed, uint64(v))
			}
			b.bytes(num, packed)
		}
	}
	integers(5, t.Int32s)
	integers(7, t.Int64s)
	b.text(8, t.Name)
	if len(t.Raw) > 0 {
		b.bytes(9, t.Raw)
	}
	for _, v := range t.Doubles {
		b = protowire.AppendTag(b, 10, protowire.Fixed64Type)
		b = protowire.AppendFixed64(b, math.Float64bits(v))
	}
	if t.External {
		b.number(14, 1)
	}
	return b
}

// floatTensor is a tensor of floats as exporters write them.
func floatTensor(name string, data []float64, dims ...int64) Tensor {
	raw := make([]byte, 0, 4*len(data))
	for _, v := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(v)))
	}
	return Tensor{Name: name, Type: Float, Dims: dims, Raw: raw}
}

// intTensor is a vector of integers.
func intTensor(name string, data ...int64) Tensor {
	return Tensor{Name: name, Type: Int64, Dims: []int64{int64(len(data))}, Int64s: data}
}
