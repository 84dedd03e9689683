package onnx

import "fmt"

// Model is the part of a ModelProto that matters.
type Model struct {
	IR       int64 // version of the format
	Producer string
	Opsets   []Opset
	Graph    Graph
}

// Opset names the version of the operators of a domain; "" is ONNX's own.
type Opset struct {
	Domain  string
	Version int64
}

// Graph is a GraphProto. Nodes are in an order in which each uses only earlier
// results.
type Graph struct {
	Name         string
	Nodes        []Node
	Initializers []Tensor
	Inputs       []ValueInfo // initializers may be listed here too
	Outputs      []ValueInfo
}

// Node is a NodeProto. An empty input name stands for an omitted input.
type Node struct {
	Name, Op, Domain string
	Inputs, Outputs  []string
	Attrs            []Attr
}

// Attr is an AttributeProto; which field counts follows from the operator.
type Attr struct {
	Name   string
	Int    int64
	Float  float32
	String string
	Ints   []int64
	Floats []float32
	Tensor *Tensor
}

// ValueInfo names a tensor with its type and shape.
type ValueInfo struct {
	Name string
	Type DataType
	Dims []Dim
}

// Dim is one dimension: a number, or a name when the file leaves it open.
type Dim struct {
	Value int64
	Param string
}

// DataType is the element type of a tensor, numbered as in onnx.proto.
type DataType int64

// The element types that are read.
const (
	Float   DataType = 1
	Uint8   DataType = 2
	Int8    DataType = 3
	Int32   DataType = 6
	Int64   DataType = 7
	Bool    DataType = 9
	Float16 DataType = 10
	Double  DataType = 11
)

func (t DataType) String() string {
	names := map[DataType]string{
		Float: "float", Uint8: "uint8", Int8: "int8", Int32: "int32", Int64: "int64",
		Bool: "bool", Float16: "float16", Double: "double",
	}
	if s, ok := names[t]; ok {
		return s
	}
	return fmt.Sprintf("type %d", int64(t))
}

// size is the number of bytes of an element in Raw, 0 for types that are not
// read.
func (t DataType) size() int {
	switch t {
	case Uint8, Int8, Bool:
		return 1
	case Float16:
		return 2
	case Float, Int32:
		return 4
	case Int64, Double:
		return 8
	}
	return 0
}

// Tensor is a TensorProto. Elements are in Raw, little-endian, or in the list
// its type names.
type Tensor struct {
	Name     string
	Type     DataType
	Dims     []int64
	Raw      []byte
	Floats   []float32
	Int32s   []int64 // int32_data: also int8, uint8, bool and float16
	Int64s   []int64
	Doubles  []float64
	External bool // the data is in another file
}
