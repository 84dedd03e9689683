package onnx

import (
	"errors"
	"fmt"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// ErrFormat is wrapped by every error about bytes that are no ONNX model.
var ErrFormat = errors.New("not an ONNX model")

// Limits of a file.
const (
	MaxBytes = 1 << 30
	maxNodes = 1 << 13 // also of initializers, inputs, outputs
	maxAttrs = 64      // of a node; also of its inputs and outputs
	maxDims  = 16      // of a tensor
	maxInts  = 1 << 16 // of an attribute
)

// field is one field of a message: a number for varints and fixed widths, bytes
// for strings, messages and packed lists.
type field struct {
	num    protowire.Number
	typ    protowire.Type
	number uint64
	bytes  []byte
}

func (f field) string() string { return string(f.bytes) }
func (f field) int() int64     { return int64(f.number) }

// each calls visit with every field of a message, in order.
func each(b []byte, visit func(field) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return fmt.Errorf("%w: %w", ErrFormat, protowire.ParseError(n))
		}
		b = b[n:]
		f := field{num: num, typ: typ}
		switch typ {
		case protowire.VarintType:
			f.number, n = protowire.ConsumeVarint(b)
		case protowire.Fixed32Type:
			var v uint32
			v, n = protowire.ConsumeFixed32(b)
			f.number = uint64(v)
		case protowire.Fixed64Type:
			f.number, n = protowire.ConsumeFixed64(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return fmt.Errorf("%w: field %d: %w", ErrFormat, num, protowire.ParseError(n))
		}
		b = b[n:]
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

// room refuses to grow a list beyond its limit.
func room(what string, have, limit int) error {
	if have >= limit {
		return fmt.Errorf("%w: more than %d %s", ErrFormat, limit, what)
	}
	return nil
}

// Decode reads a model. It accepts any field order and skips unknown fields.
func Decode(b []byte) (*Model, error) {
	if len(b) > MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrFormat, len(b), MaxBytes)
	}
	m, graphs := &Model{}, 0
	err := each(b, func(f field) (err error) {
		switch f.num {
		case 1:
			m.IR = f.int()
		case 2:
			m.Producer = f.string()
		case 7:
			graphs++
			m.Graph, err = decodeGraph(f.bytes)
		case 8:
			var o Opset
			if err = room("opsets", len(m.Opsets), maxAttrs); err == nil {
				o, err = decodeOpset(f.bytes)
				m.Opsets = append(m.Opsets, o)
			}
		}
		return err
	})
	if err == nil && graphs != 1 {
		err = fmt.Errorf("%w: %d graphs, want 1", ErrFormat, graphs)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

func decodeOpset(b []byte) (o Opset, err error) {
	err = each(b, func(f field) error {
		switch f.num {
		case 1:
			o.Domain = f.string()
		case 2:
			o.Version = f.int()
		}
		return nil
	})
	return o, err
}

func decodeGraph(b []byte) (g Graph, err error) {
	err = each(b, func(f field) (err error) {
		switch f.num {
		case 1:
			return appendTo(&g.Nodes, "nodes", maxNodes, f.bytes, decodeNode)
		case 2:
			g.Name = f.string()
		case 5:
			return appendTo(&g.Initializers, "initializers", maxNodes, f.bytes, decodeTensor)
		case 11:
			return appendTo(&g.Inputs, "inputs", maxNodes, f.bytes, decodeValue)
		case 12:
			return appendTo(&g.Outputs, "outputs", maxNodes, f.bytes, decodeValue)
		case 15:
			return fmt.Errorf("%w: sparse initializers are not read", ErrFormat)
		}
		return nil
	})
	return g, err
}

// appendTo decodes one element of a repeated message.
func appendTo[T any](
	list *[]T, what string, limit int, b []byte, decode func([]byte) (T, error),
) error {
	if err := room(what, len(*list), limit); err != nil {
		return err
	}
	v, err := decode(b)
	*list = append(*list, v)
	return err
}

func decodeString(b []byte) (string, error) { return string(b), nil }

func decodeNode(b []byte) (n Node, err error) {
	err = each(b, func(f field) error {
		switch f.num {
		case 1:
			return appendTo(&n.Inputs, "inputs of a node", maxAttrs, f.bytes, decodeString)
		case 2:
			return appendTo(&n.Outputs, "outputs of a node", maxAttrs, f.bytes, decodeString)
		case 3:
			n.Name = f.string()
		case 4:
			n.Op = f.string()
		case 5:
			return appendTo(&n.Attrs, "attributes", maxAttrs, f.bytes, decodeAttr)
		case 7:
			n.Domain = f.string()
		}
		return nil
	})
	return n, err
}

func decodeAttr(b []byte) (a Attr, err error) {
	err = each(b, func(f field) (err error) {
		switch f.num {
		case 1:
			a.Name = f.string()
		case 2:
			a.Float = math.Float32frombits(uint32(f.number))
		case 3:
			a.Int = f.int()
		case 4:
			a.String = f.string()
		case 5:
			var t Tensor
			t, err = decodeTensor(f.bytes)
			a.Tensor = &t
		case 7:
			a.Floats, err = floats(a.Floats, f, maxInts)
		case 8:
			a.Ints, err = varints(a.Ints, f, maxInts)
		}
		return err
	})
	return a, err
}

func decodeValue(b []byte) (v ValueInfo, err error) {
	err = each(b, func(f field) error {
		switch f.num {
		case 1:
			v.Name = f.string()
		case 2:
			return each(f.bytes, func(f field) error {
				if f.num != 1 {
					return nil
				}
				return decodeTensorType(&v, f.bytes)
			})
		}
		return nil
	})
	return v, err
}

// decodeTensorType reads TypeProto.Tensor: element type and shape.
func decodeTensorType(v *ValueInfo, b []byte) error {
	return each(b, func(f field) error {
		switch f.num {
		case 1:
			v.Type = DataType(f.int())
		case 2:
			return each(f.bytes, func(f field) error {
				if f.num != 1 {
					return nil
				}
				return appendTo(&v.Dims, "dimensions", maxDims, f.bytes, decodeDim)
			})
		}
		return nil
	})
}

func decodeDim(b []byte) (d Dim, err error) {
	err = each(b, func(f field) error {
		switch f.num {
		case 1:
			d.Value = f.int()
		case 2:
			d.Param = f.string()
		}
		return nil
	})
	return d, err
}

func decodeTensor(b []byte) (t Tensor, err error) {
	err = each(b, func(f field) (err error) {
		switch f.num {
		case 1:
			t.Dims, err = varints(t.Dims, f, maxDims)
		case 2:
			t.Type = DataType(f.int())
		case 4:
			t.Floats, err = floats(t.Floats, f, MaxBytes)
		case 5:
			t.Int32s, err = varints(t.Int32s, f, MaxBytes)
		case 7:
			t.Int64s, err = varints(t.Int64s, f, MaxBytes)
		case 8:
			t.Name = f.string()
		case 9:
			t.Raw = f.bytes
		case 10:
			t.Doubles, err = doubles(t.Doubles, f)
		case 14:
			t.External = f.number == 1
		}
		return err
	})
	return t, err
}
