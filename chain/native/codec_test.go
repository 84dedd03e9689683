package native

import (
	"bytes"
	"encoding/hex"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"
	"pgregory.net/rapid"
)

// every has every shape there is, tails within tails included.
type (
	every struct {
		Flag    bool
		Small   uint8
		Wide    uint64
		Signed  int8
		Long    int64
		Amount  uint256.Int `sol:",uint128"`
		Word    uint256.Int
		Who     [20]byte
		Hash    [32]byte
		Blob    []byte
		Text    string
		Pair    pair
		Numbers []uint16
		Texts   []string
		Pairs   []pair
		Nests   []nest
	}
	pair struct {
		A uint8
		B int64
	}
	nest struct {
		Name  string
		Pairs []pair
	}
)

var everyShape = shapeOf(reflect.TypeFor[every](), "")

func drawEvery(t *rapid.T) every {
	word := func(label string, n int) (w uint256.Int) {
		return *w.SetBytes(rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, label))
	}
	drawPair := rapid.Custom(func(t *rapid.T) pair {
		return pair{rapid.Uint8().Draw(t, "a"), rapid.Int64().Draw(t, "b")}
	})
	return every{
		Flag: rapid.Bool().Draw(t, "flag"), Small: rapid.Uint8().Draw(t, "small"),
		Wide: rapid.Uint64().Draw(t, "wide"), Signed: rapid.Int8().Draw(t, "signed"),
		Long: rapid.Int64().Draw(t, "long"), Amount: word("amount", 16),
		Word: word("word", 32),
		Who:  [20]byte(rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "who")),
		Hash: [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash")),
		Blob: rapid.SliceOfN(rapid.Byte(), 0, 70).Draw(t, "blob"),
		Text: rapid.String().Draw(t, "text"), Pair: drawPair.Draw(t, "pair"),
		Numbers: rapid.SliceOfN(rapid.Uint16(), 0, 4).Draw(t, "numbers"),
		Texts:   rapid.SliceOfN(rapid.String(), 0, 3).Draw(t, "texts"),
		Pairs:   rapid.SliceOfN(drawPair, 0, 3).Draw(t, "pairs"),
		Nests: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) nest {
			return nest{rapid.String().Draw(t, "name"),
				rapid.SliceOfN(drawPair, 0, 2).Draw(t, "inner")}
		}), 0, 3).Draw(t, "nests"),
	}
}

// theirs is every as go-ethereum's decoder, encoder and JSON parser know it.
func theirs(t testing.TB) abi.Method {
	c := New(common.Address{}, nil, "IEvery", "")
	Write(c, "f", "", func(*Ctx, every) (None, error) { return None{}, nil })
	parsed, err := abi.JSON(bytes.NewReader(c.ABI()))
	if err != nil {
		t.Fatal(err)
	}
	m := parsed.Methods["f"]
	if have := c.members[0].topic[:4]; !bytes.Equal(m.ID, have) {
		t.Fatalf("selector: want %x, have %x", m.ID, have)
	}
	return m
}

// What is encoded here go-ethereum decodes, encodes to the same bytes, and
// those decode here to the same value.
func TestCodecAgreesWithGoEthereum(t *testing.T) {
	m := theirs(t)
	rapid.Check(t, func(t *rapid.T) {
		want := drawEvery(t)
		b := encode(everyShape, reflect.ValueOf(&want).Elem())
		values, err := m.Inputs.Unpack(b)
		if err != nil {
			t.Fatalf("they refuse it: %v", err)
		}
		again, err := m.Inputs.Pack(values...)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("they encode\n%x\nnot\n%x, %v", again, b, err)
		}
		var have every
		if err := decode(everyShape, b, reflect.ValueOf(&have).Elem()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encode(everyShape, reflect.ValueOf(&have).Elem()), b) {
			t.Fatalf("want %+v, have %+v", want, have)
		}
	})
}

func TestDecodeRefuses(t *testing.T) {
	type list struct {
		A uint8
		L []uint8Pair
		S string
	}
	shape := shapeOf(reflect.TypeFor[list](), "")
	w := func(n byte) string { return strings.Repeat("00", 31) + hex.EncodeToString([]byte{n}) }
	text := hex.EncodeToString(append([]byte("hi"), make([]byte, 30)...))
	for _, c := range []struct {
		name  string
		words []string
		good  bool
	}{
		{"canonical", []string{w(1), w(96), w(192), w(1), w(2), w(3), w(2), text}, true},
		{"and something after it", []string{w(1), w(96), w(192), w(1), w(2), w(3), w(2), text,
			w(9)}, true},
		{"empty", nil, false},
		{"a head cut short", []string{w(1), w(96)}, false},
		{"an integer too wide", []string{w(1)[:60] + "0101", w(96), w(192), w(1), w(2), w(3),
			w(2), text}, false},
		{"a gap before a tail", []string{w(1), w(128), w(224), w(0), w(1), w(2), w(3), w(2),
			text}, false},
		{"tails that share bytes", []string{w(1), w(96), w(96), w(1), w(2), w(3)}, false},
		{"an offset beyond the end", []string{w(1), w(96), w(255), w(1), w(2), w(3), w(2),
			text}, false},
		{"an offset that wraps", []string{w(1), "ff" + w(96)[2:], w(192), w(1), w(2), w(3), w(2),
			text}, false},
		{"a list longer than the data", []string{w(1), w(96), w(192), w(9), w(2), w(3), w(2),
			text}, false},
		{"a length that overflows", []string{w(1), w(96), w(192), strings.Repeat("ff", 32), w(2),
			w(3), w(2), text}, false},
		{"padding that is not zero", []string{w(1), w(96), w(192), w(1), w(2), w(3), w(2),
			text[:62] + "01"}, false},
		{"padding that is missing", []string{w(1), w(96), w(192), w(1), w(2), w(3), w(2),
			text[:8]}, false},
		{"text that is not UTF-8", []string{w(1), w(96), w(192), w(1), w(2), w(3), w(2),
			"ff" + text[2:]}, false},
	} {
		data, err := hex.DecodeString(strings.Join(c.words, ""))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		var v list
		err = decode(shape, data, reflect.ValueOf(&v).Elem())
		if c.good && err != nil || !c.good && !errors.Is(err, ErrCalldata) {
			t.Errorf("%s: have %v", c.name, err)
		}
	}
}

type uint8Pair struct{ A, B uint8 }

func TestIntegerBounds(t *testing.T) {
	type one struct {
		N int8
	}
	shape := shapeOf(reflect.TypeFor[one](), "")
	for n := -200; n <= 200; n++ {
		word := uint256.NewInt(uint64(max(n, -n)))
		if n < 0 {
			word.Neg(word)
		}
		b := word.Bytes32()
		var v one
		err := decode(shape, b[:], reflect.ValueOf(&v).Elem())
		if fits := n >= -128 && n <= 127; (err == nil) != fits || fits && int(v.N) != n {
			t.Errorf("%d: have %d, %v", n, v.N, err)
		}
	}
}

func TestShapeRefuses(t *testing.T) {
	for _, v := range []any{
		struct{ F float64 }{}, struct{ M map[string]int }{}, struct{ P *int }{},
		struct{ L []struct{} }{}, struct{ N int }{}, struct{ W [7]byte }{},
		struct {
			X uint8 `sol:",uint7"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T has a shape", v)
				}
			}()
			shapeOf(reflect.TypeOf(v), "")
		}()
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{
		"FromBlock": "fromBlock", "ID": "id", "URI": "uri", "URISize": "uriSize", "B": "b",
		"ClosedAt": "closedAt", "VS": "vs",
	} {
		if have := lowerFirst(in); have != want {
			t.Errorf("%s: want %s, have %s", in, want, have)
		}
	}
}

// FuzzDecode wants of any bytes: no panic, and if they decode, the value's
// encoding is what was read, and go-ethereum reads them too.
func FuzzDecode(f *testing.F) {
	m := theirs(f)
	example := every{Text: "text", Texts: []string{"a", ""}, Pairs: []pair{{1, -1}},
		Nests: []nest{{"n", []pair{{2, 3}}}}, Blob: []byte{1}, Numbers: []uint16{7}}
	f.Add(encode(everyShape, reflect.ValueOf(&example).Elem()))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		var v every
		if decode(everyShape, data, reflect.ValueOf(&v).Elem()) != nil {
			return
		}
		b := encode(everyShape, reflect.ValueOf(&v).Elem())
		if !bytes.HasPrefix(data, b) {
			t.Fatalf("decoded\n%x\nencoded\n%x", data, b)
		}
		if _, err := m.Inputs.Unpack(data); err != nil {
			t.Fatalf("go-ethereum refuses what was decoded: %v", err)
		}
	})
}
