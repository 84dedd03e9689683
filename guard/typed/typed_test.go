package typed

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/signer/core/apitypes"
	"pgregory.net/rapid"
)

// mail is the example of EIP-712.
const mail = `{
 "types": {
  "EIP712Domain": [{"name":"name","type":"string"},{"name":"version","type":"string"},
   {"name":"chainId","type":"uint256"},{"name":"verifyingContract","type":"address"}],
  "Person": [{"name":"name","type":"string"},{"name":"wallet","type":"address"}],
  "Mail": [{"name":"from","type":"Person"},{"name":"to","type":"Person"},
   {"name":"contents","type":"string"}]
 },
 "primaryType": "Mail",
 "domain": {"name":"Ether Mail","version":"1","chainId":1,
  "verifyingContract":"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"},
 "message": {
  "from": {"name":"Cow","wallet":"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"},
  "to": {"name":"Bob","wallet":"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"},
  "contents": "Hello, Bob!"
 }}`

// TestStandardExample checks the hashes printed in EIP-712, section "Test Cases".
func TestStandardExample(t *testing.T) {
	m, err := Parse([]byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, have, want string }{
		{"encodeType", m.EncodeType("Mail"),
			"Mail(Person from,Person to,string contents)Person(string name,address wallet)"},
		{"typeHash", m.TypeHash("Mail").Hex(),
			"0xa0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2"},
		{"domainSeparator", m.DomainSeparator().Hex(),
			"0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"},
		{"digest", m.Digest().Hex(),
			"0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"},
	} {
		if c.have != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.have, c.want)
		}
	}
	if m.Domain.ChainID.Int64() != 1 || m.Domain.Name != "Ether Mail" {
		t.Errorf("domain %+v", m.Domain)
	}
}

// draw gives a random value of a random type, as JSON.
func draw(t *rapid.T, types map[string]any, depth int) (typ string, value any) {
	kinds := []string{"uint256", "int64", "address", "bool", "bytes", "string", "bytes32", "bytes3"}
	if depth > 0 {
		kinds = append(kinds, "struct", "slice", "array")
	}
	hexOf := func(n int) string {
		return fmt.Sprintf("0x%x", rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, "bytes"))
	}
	switch kind := rapid.SampledFrom(kinds).Draw(t, "kind"); kind {
	case "uint256":
		n := new(big.Int).SetBytes(rapid.SliceOfN(rapid.Byte(), 0, 32).Draw(t, "uint"))
		if rapid.Bool().Draw(t, "hex") {
			return kind, fmt.Sprintf("0x%x", n)
		}
		return kind, n.String()
	case "int64":
		return kind, fmt.Sprint(rapid.Int64().Draw(t, "int"))
	case "address":
		return kind, hexOf(20)
	case "bytes32":
		return kind, hexOf(32)
	case "bytes3":
		return kind, hexOf(3)
	case "bytes":
		return kind, hexOf(rapid.IntRange(0, 40).Draw(t, "length"))
	case "bool":
		return kind, rapid.Bool().Draw(t, "bool")
	case "string":
		return kind, rapid.String().Draw(t, "string")
	case "slice", "array":
		n := rapid.IntRange(1, 3).Draw(t, "elements")
		// One element's type for all: the same value n times.
		elem, value := draw(t, types, 0)
		list := make([]any, n)
		for i := range list {
			list[i] = value
		}
		if kind == "slice" {
			return elem + "[]", list
		}
		return fmt.Sprintf("%s[%d]", elem, n), list
	default:
		return drawStruct(t, types, depth-1)
	}
}

func drawStruct(t *rapid.T, types map[string]any, depth int) (string, any) {
	name := fmt.Sprintf("T%d", len(types))
	types[name] = nil
	var members []map[string]string
	value := map[string]any{}
	for i := range rapid.IntRange(1, 4).Draw(t, "members") {
		member := fmt.Sprintf("m%d", i)
		typ, v := draw(t, types, depth)
		members = append(members, map[string]string{"name": member, "type": typ})
		value[member] = v
	}
	types[name] = members
	return name, value
}

// TestDigestAgreesWithReference compares digests with go-ethereum's signer.
func TestDigestAgreesWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		types := map[string]any{"EIP712Domain": []map[string]string{
			{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"},
		}}
		primary, message := drawStruct(t, types, 3)
		raw, err := json.Marshal(map[string]any{
			"types": types, "primaryType": primary, "message": message,
			"domain": map[string]any{"name": "x", "chainId": "7"},
		})
		if err != nil {
			t.Fatal(err)
		}
		var reference apitypes.TypedData
		if err := json.Unmarshal(raw, &reference); err != nil {
			t.Fatal(err)
		}
		want, _, err := apitypes.TypedDataAndHash(reference)
		if err != nil {
			t.Skip(err) // the reference knows no nested arrays of some types
		}
		m, err := Parse(raw)
		if err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
		if have := m.Digest(); string(have[:]) != string(want) {
			t.Fatalf("digest %x, want %x\n%s", have, want, raw)
		}
		if len(m.Irregular) > 0 {
			t.Fatalf("irregular: %q", m.Irregular)
		}
	})
}

// TestHostileDocuments hands over what sites have tried or might.
func TestHostileDocuments(t *testing.T) {
	doubling := map[string]any{"EIP712Domain": []any{}}
	for i := range 60 { // each level names the next one twice: 2⁶⁰ members if unfolded
		next := fmt.Sprintf("T%d", i+1)
		doubling[fmt.Sprintf("T%d", i)] = []map[string]string{
			{"name": "a", "type": next + "[]"}, {"name": "b", "type": next + "[2][]"},
		}
	}
	doubling["T60"] = []map[string]string{{"name": "x", "type": "uint8"}}
	bomb, _ := json.Marshal(map[string]any{
		"types": doubling, "primaryType": "T0", "domain": map[string]any{},
		"message": map[string]any{"a": []any{}, "b": []any{}},
	})
	for _, c := range []struct {
		name, doc string
		err       error
		irregular string
	}{
		{"types that double", string(bomb), nil, ""},
		{"too large", `{"x":"` + strings.Repeat("y", maxBytes) + `"}`, ErrTooLarge, ""},
		{"too deep", strings.Repeat("[", 60) + strings.Repeat("]", 60), ErrTooDeep, ""},
		{"too many", "[" + strings.Repeat("1,", maxNodes) + "1]", ErrTooMany, ""},
		{"two documents", mail + mail, ErrNotTyped, ""},
		{"one member twice", strings.Replace(mail, `"contents": "Hello, Bob!"`,
			`"contents": "Hello", "contents": "Give me all"`, 1), ErrDuplicate, ""},
		{"one type member twice", strings.Replace(mail, `{"name":"contents","type":"string"}`,
			`{"name":"from","type":"string"}`, 1), ErrDuplicate, ""},
		{"not signed", strings.Replace(mail, `"contents": "Hello, Bob!"`,
			`"contents": "Hello", "note": "only a test"`, 1), nil,
			"note is not part of what is signed"},
		{"missing", strings.Replace(mail, `"contents": "Hello, Bob!"`, `"content": "Hello"`, 1),
			ErrNotTyped, ""},
		{"contains itself", strings.Replace(mail, `{"name":"wallet","type":"address"}`,
			`{"name":"wallet","type":"Person"}`, 1), ErrNotTyped, ""},
		{"odd hex", strings.Replace(mail, "0xbBbB", "0xbBb", 1), ErrNotTyped, ""},
		{"padded number", strings.Replace(mail, `"chainId":1`, `"chainId":"0x0000000001"`, 1), nil,
			""},
		{"number with spaces", strings.Replace(mail, `"chainId":1`, `"chainId":" 1"`, 1), nil,
			"spaces"},
		{"fraction", strings.Replace(mail, `"chainId":1`, `"chainId":1.5`, 1), ErrNotTyped, ""},
		{"negative", strings.Replace(mail, `"chainId":1`, `"chainId":-1`, 1), ErrNotTyped, ""},
		{"a name that holds a type", strings.Replace(mail, `{"name":"contents","type":"string"}`,
			`{"name":"contents,address x","type":"string"}`, 1), ErrNotTyped, ""},
		{"domain without version", strings.Replace(mail, `"version":"1",`, ``, 1), nil, "version"},
		{"empty", ``, ErrNotTyped, ""},
		{"a list", `[]`, ErrNotTyped, ""},
		{"null message", strings.Replace(mail, `"message": {`, `"message": null, "x": {`, 1),
			ErrNotTyped, ""},
	} {
		m, err := Parse([]byte(c.doc))
		if !errors.Is(err, c.err) || (err != nil) != (c.err != nil) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
			continue
		}
		if err == nil && !strings.Contains(strings.Join(m.Irregular, "; "), c.irregular) {
			t.Errorf("%s: irregular %q, want %q", c.name, m.Irregular, c.irregular)
		}
	}
}

// TestPaddedNumbersSignAlike: notations of one number give one digest.
func TestPaddedNumbersSignAlike(t *testing.T) {
	want, err := Parse([]byte(mail))
	if err != nil {
		t.Fatal(err)
	}
	for _, notation := range []string{`"1"`, `"0x1"`, `"0x01"`, `"0x00000000000000000001"`} {
		m, err := Parse([]byte(strings.Replace(mail, `"chainId":1`, `"chainId":`+notation, 1)))
		if err != nil {
			t.Errorf("%s: %v", notation, err)
		} else if m.Digest() != want.Digest() {
			t.Errorf("%s: another digest", notation)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(mail))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err == nil {
			m.Digest()
		}
	})
}
