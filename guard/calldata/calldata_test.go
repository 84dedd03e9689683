package calldata

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"pgregory.net/rapid"
)

func TestParseFunction(t *testing.T) {
	for _, c := range []struct{ text, canonical, selector string }{
		{"transfer(address to, uint256 value)", "transfer(address,uint256)", "a9059cbb"},
		{"transfer(address,uint256)", "transfer(address,uint256)", "a9059cbb"},
		{"  function  approve ( address spender , uint value ) external returns (bool)",
			"approve(address,uint256)", "095ea7b3"},
		{"multiSend(bytes memory transactions)", "multiSend(bytes)", "8d80ff0a"},
		{"f((address to, (uint8 a, int b)[2][] c)[] calls, bytes32[] proof)",
			"f((address,(uint8,int256)[2][])[],bytes32[])", ""},
		{"claimReward()", "claimReward()", ""},
		{"f(tuple(bool a) x, function g)", "f((bool),bytes24)", ""},
	} {
		f, err := ParseFunction(c.text)
		if err != nil {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		if f.Signature() != c.canonical {
			t.Errorf("%q: canonical %q, want %q", c.text, f.Signature(), c.canonical)
		}
		if sel := f.Selector(); c.selector != "" && hex.EncodeToString(sel[:]) != c.selector {
			t.Errorf("%q: selector %x, want %s", c.text, sel, c.selector)
		}
	}
}

func TestParseFunctionRefuses(t *testing.T) {
	for _, text := range []string{
		"", "transfer", "(address)", "f(", "f(address", "f(address,)", "f(addres)", "f(uint7)",
		"f(uint264)", "f(uint08)", "f(bytes0)", "f(bytes33)", "f(address[)", "f(address[0])",
		"f(address[-1])", "f(address[5000])", "f(uint[4096][4096])", "f(address a b)",
		"f(" + strings.Repeat("(", 100) + strings.Repeat(")", 100) + ")",
		"f(uint" + strings.Repeat("[]", 100) + ")",
		"f(" + strings.Repeat("uint,", 5000) + "uint)",
	} {
		if f, err := ParseFunction(text); !errors.Is(err, ErrSignature) {
			t.Errorf("%.60q: have %v, %v, want ErrSignature", text, f, err)
		}
	}
}

// drawType gives a random type and its text.
func drawType(t *rapid.T, depth int) string {
	kinds := []string{
		"uint256", "uint8", "uint112", "int256", "int8", "address", "bool", "bytes", "string",
		"bytes32", "bytes4",
	}
	if depth > 0 {
		kinds = append(kinds, "slice", "array", "tuple")
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "slice":
		return drawType(t, depth-1) + "[]"
	case "array":
		return drawType(t, depth-1) + fmt.Sprintf("[%d]", rapid.IntRange(1, 3).Draw(t, "size"))
	case "tuple":
		return drawTuple(t, depth-1)
	default:
		return kind
	}
}

func drawTuple(t *rapid.T, depth int) string {
	parts := make([]string, rapid.IntRange(1, 4).Draw(t, "members"))
	for i := range parts {
		parts[i] = drawType(t, depth) + fmt.Sprintf(" m%d", i)
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// reference builds go-ethereum's type of ours.
func reference(t *rapid.T, typ *Type) abi.Type {
	var marshal func(name string, t *Type) abi.ArgumentMarshaling
	marshal = func(name string, t *Type) abi.ArgumentMarshaling {
		elem, brackets := t, ""
		for elem.Kind == Slice || elem.Kind == Array {
			if elem.Kind == Slice {
				brackets = "[]" + brackets
			} else {
				brackets = fmt.Sprintf("[%d]", elem.Size) + brackets
			}
			elem = elem.Elem
		}
		m := abi.ArgumentMarshaling{Name: name, Type: elem.String() + brackets}
		if elem.Kind == Tuple {
			m.Type = "tuple" + brackets
			for _, f := range elem.Fields {
				m.Components = append(m.Components, marshal(f.Name, f.Type))
			}
		}
		return m
	}
	m := marshal("x", typ)
	out, err := abi.NewType(m.Type, "", m.Components)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// drawValue gives a random value of a go-ethereum type.
func drawValue(t *rapid.T, typ abi.Type) reflect.Value {
	v := reflect.New(typ.GetType()).Elem()
	switch typ.T {
	case abi.TupleTy:
		for i, elem := range typ.TupleElems {
			v.Field(i).Set(drawValue(t, *elem))
		}
	case abi.SliceTy:
		n := rapid.IntRange(0, 3).Draw(t, "length")
		v.Set(reflect.MakeSlice(typ.GetType(), n, n))
		for i := range n {
			v.Index(i).Set(drawValue(t, *typ.Elem))
		}
	case abi.ArrayTy:
		for i := range typ.Size {
			v.Index(i).Set(drawValue(t, *typ.Elem))
		}
	case abi.BoolTy:
		v.SetBool(rapid.Bool().Draw(t, "bool"))
	case abi.StringTy:
		v.SetString(rapid.String().Draw(t, "string"))
	case abi.BytesTy:
		v.SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "bytes"))
	case abi.AddressTy, abi.FixedBytesTy:
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(rapid.Byte().Draw(t, "byte")))
		}
	default:
		n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, typ.Size/8).Draw(t, "number"))
		if typ.T == abi.IntTy {
			n.Rsh(n, 1)
			if rapid.Bool().Draw(t, "negative") {
				n.Not(n)
			}
		}
		if v.Kind() == reflect.Ptr {
			v.Set(reflect.ValueOf(n))
		} else if typ.T == abi.IntTy {
			v.SetInt(n.Int64())
		} else {
			v.SetUint(n.Uint64())
		}
	}
	return v
}

// same compares our value with go-ethereum's.
func same(t *rapid.T, ours Value, theirs reflect.Value) {
	switch ours.Type.Kind {
	case Tuple:
		for i := range ours.Elems {
			same(t, ours.Elems[i], theirs.Field(i))
		}
	case Slice, Array:
		if len(ours.Elems) != theirs.Len() {
			t.Fatalf("%d elements, want %d", len(ours.Elems), theirs.Len())
		}
		for i := range ours.Elems {
			same(t, ours.Elems[i], theirs.Index(i))
		}
	case Bool:
		if (ours.Int.Sign() != 0) != theirs.Bool() {
			t.Fatal("another truth value")
		}
	case Uint, Int:
		if ours.Int.String() != fmt.Sprint(theirs.Interface()) {
			t.Fatalf("%v, want %v", ours.Int, theirs.Interface())
		}
	case String:
		if string(ours.Raw) != theirs.String() {
			t.Fatalf("%q, want %q", ours.Raw, theirs.String())
		}
	default:
		want := make([]byte, theirs.Len())
		reflect.Copy(reflect.ValueOf(want), theirs)
		if !bytes.Equal(ours.Raw, want) {
			t.Fatalf("%x, want %x", ours.Raw, want)
		}
	}
}

// TestDecodeAgreesWithEncoder reads what go-ethereum's encoder wrote.
func TestDecodeAgreesWithEncoder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f, err := ParseFunction("f" + drawTuple(t, 3))
		if err != nil {
			t.Fatal(err)
		}
		var args abi.Arguments
		var values []any
		for i, in := range f.Inputs {
			typ := reference(t, in.Type)
			args = append(args, abi.Argument{Name: fmt.Sprintf("m%d", i), Type: typ})
			values = append(values, drawValue(t, typ).Interface())
		}
		encoded, err := args.Pack(values...)
		if err != nil {
			t.Skip(err) // go-ethereum refuses some names of nested tuples
		}
		sel := f.Selector()
		call, err := f.Decode(append(sel[:], encoded...))
		if err != nil {
			t.Fatalf("%s: %v", f.Signature(), err)
		}
		if len(call.Irregular) > 0 {
			t.Fatalf("%s: irregular %q", f.Signature(), call.Irregular)
		}
		for i := range values {
			same(t, call.Args.Elems[i], reflect.ValueOf(values[i]))
		}
		// Whatever is cut off is missed, or was padding.
		cut := rapid.IntRange(0, len(encoded)).Draw(t, "cut")
		if v, _, err := Decode(f.Inputs, encoded[:cut]); err == nil && cut < len(encoded)-31 {
			t.Fatalf("%s: read %v from %d of %d bytes", f.Signature(), v, cut, len(encoded))
		}
	})
}

func words(hexWords ...string) []byte {
	var out []byte
	for _, w := range hexWords {
		out = append(out, common.LeftPadBytes(common.FromHex(w), 32)...)
	}
	return out
}

func TestDecodeRefusesAndReports(t *testing.T) {
	huge := strings.Repeat("f", 64)
	for _, c := range []struct {
		name, params string
		data         []byte
		err          error
		irregular    string
	}{
		{"too short", "(uint256 a)", words()[:0], ErrTruncated, ""},
		{"offset outside", "(bytes a)", words("40"), ErrOffset, ""},
		{"offset of 2²⁵⁶−1", "(bytes a)", words(huge), ErrOffset, ""},
		{"length beyond the end", "(bytes a)", words("20", "21", "0"), ErrTruncated, ""},
		{"a million elements", "(uint256[] a)", words("20", "f4240"), ErrOffset, ""},
		{"thirty thousand empty elements", "(()[] a)",
			append(words("20", "7fff"), make([]byte, 40000)...), ErrTooMany, ""},
		{"dirty address", "(address a)", words("1" + strings.Repeat("0", 40)), nil,
			"padding of address"},
		{"dirty bool", "(bool a)", words("2"), nil, "neither 0 nor 1"},
		{"dirty uint8", "(uint8 a)", words("100"), nil, "above those of uint8"},
		{"dirty int8", "(int8 a)", words("80"), nil, "above those of int8"},
		{"left over", "(uint8 a)", words("1", "2"), nil, "32 bytes after"},
		{"padding of bytes", "(bytes a)", append(words("20", "1"), 7, 9), nil, "padding of bytes"},
		{"crooked offset", "(bytes a)", append(words("21"), append([]byte{0}, words("0")...)...),
			nil,
			"not a multiple of 32"},
	} {
		f, err := ParseFunction("f" + c.params)
		if err != nil {
			t.Fatal(err)
		}
		_, irregular, err := Decode(f.Inputs, c.data)
		if !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
		}
		if have := strings.Join(irregular, "; "); !strings.Contains(have, c.irregular) {
			t.Errorf("%s: irregular %q, want %q", c.name, have, c.irregular)
		}
	}
}

// TestDecodeStopsAtBombs reads arrays that all point to one tail: a few
// kilobytes that would unfold to thousands of millions of values.
func TestDecodeStopsAtBombs(t *testing.T) {
	f, err := ParseFunction("f(uint256[][][][][][] a)")
	if err != nil {
		t.Fatal(err)
	}
	// Each level has 20 elements, which all point to the next level.
	const wide = 20
	data := words("20")
	for range 6 {
		data = append(data, words(fmt.Sprintf("%x", wide))...)
		for range wide {
			data = append(data, words(fmt.Sprintf("%x", wide*32))...)
		}
	}
	data = append(data, make([]byte, 64*wide)...)
	if _, _, err := Decode(f.Inputs, data); !errors.Is(err, ErrTooMany) {
		t.Errorf("error %v, want %v", err, ErrTooMany)
	}
}

func FuzzParseFunction(f *testing.F) {
	f.Add("transfer(address to, uint256 value)")
	f.Add("f((uint8[2] a, bytes b)[] c) returns (bool)")
	f.Fuzz(func(t *testing.T, text string) {
		fn, err := ParseFunction(text)
		if err != nil {
			return
		}
		again, err := ParseFunction(fn.Signature())
		if err != nil || again.Signature() != fn.Signature() {
			t.Fatalf("%q: canonical form %q reads as %v, %v", text, fn.Signature(), again, err)
		}
	})
}

func FuzzDecode(f *testing.F) {
	f.Add("(address a, (bytes b, uint256[] c)[] d)", words("1", "40", "0"))
	f.Fuzz(func(t *testing.T, params string, data []byte) {
		fn, err := ParseFunction("f" + params)
		if err != nil {
			return
		}
		Decode(fn.Inputs, data)
	})
}
