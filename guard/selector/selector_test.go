package selector

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

// TestShippedTable: every line of the table parses, and none stands twice.
func TestShippedTable(t *testing.T) {
	seen := map[string]bool{}
	for i, line := range strings.Split(signatures, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		f, err := calldata.ParseFunction(line)
		if err != nil {
			t.Errorf("line %d: %v", i+1, err)
			continue
		}
		if seen[f.Signature()] {
			t.Errorf("line %d: %s stands twice", i+1, f.Signature())
		}
		seen[f.Signature()] = true
	}
	// Selectors that every block holds, as printed by the standards.
	for sel, name := range map[string]string{
		"a9059cbb": "transfer", "095ea7b3": "approve", "23b872dd": "transferFrom",
		"d505accf": "permit", "a22cb465": "setApprovalForAll", "42842e0e": "safeTransferFrom",
		"6a761202": "execTransaction", "8d80ff0a": "multiSend", "ac9650d8": "multicall",
		"3593564c": "execute", "38ed1739": "swapExactTokensForTokens", "82ad56cb": "aggregate3",
		"b61d27f6": "execute", "e9ae5c53": "execute", "3659cfe6": "upgradeTo",
		"4f1ef286": "upgradeToAndCall", "f2fde38b": "transferOwnership", "1fad948c": "handleOps",
		"765e827f": "handleOps", "5fba79f5": "SecurityUpdate",
	} {
		b, _ := hex.DecodeString(sel)
		found := Known().Find([4]byte(b))
		if len(found) == 0 || found[0].Name != name {
			t.Errorf("%s: %v, want %s", sel, found, name)
		}
	}
}

func TestReadJSON(t *testing.T) {
	var table Table
	n, err := table.ReadJSON(strings.NewReader(
		`{"a9059cbb":"join_tg_invmru_haha_fd06787(address,bool);transfer(address,uint256)",
		  "12345678":"liar(uint256)"}`))
	if err != nil || n != 3 {
		t.Fatal(n, err)
	}
	// Two names share the selector. The value is not a truth value, so the data
	// is regular under one of them only.
	data := append(common.FromHex("a9059cbb"), make([]byte, 64)...)
	data[4+63] = 9
	call, ok := table.Decode(data)
	if !ok || call.Function.Name != "transfer" {
		t.Errorf("%+v", call)
	}
	if found := table.Find([4]byte(common.FromHex("12345678"))); len(found) != 0 {
		t.Errorf("a name with another selector: %v", found)
	}
	for _, bad := range []string{"", "[]", `{"xx":"f()"}`, `{"a9059cbb":5}`} {
		if _, err := table.ReadJSON(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: read", bad)
		}
	}
}

func TestGuess(t *testing.T) {
	pad := func(s string) string { return strings.Repeat("0", 64-len(s)) + s }
	address := strings.Repeat("ab", 20)
	text := hex.EncodeToString([]byte("hello world"))
	for _, c := range []struct{ name, body, want string }{
		{"nothing", "", "()"},
		{"address and number", pad(address) + pad("de0b6b3a7640000"), "(address,uint256)"},
		{"text", pad("20") + pad("b") + text + strings.Repeat("0", 64-len(text)), "(string)"},
		{"array of addresses", pad("20") + pad("2") + pad(address) + pad(address), "(address[])"},
		{"number, bytes", pad("7") + pad("40") + pad("4") + "fffefdfc" + strings.Repeat("0", 56),
			"(uint256,bytes)"},
		{"hash", strings.Repeat("9d", 32), "(bytes32)"},
		{"a number that looks like an offset", pad("20"), "(uint256)"},
		{"offset to a length too long", pad("20") + pad("ff"), "(uint256,uint256)"},
	} {
		data := common.FromHex("12345678" + c.body)
		call, ok := Guess(data)
		if !ok {
			t.Errorf("%s: no guess", c.name)
			continue
		}
		if have := strings.TrimPrefix(call.Function.Signature(),
			call.Function.Name); have != c.want {
			t.Errorf("%s: %s, want %s", c.name, have, c.want)
		}
	}
	if _, ok := Guess(common.FromHex("12345678ab")); ok {
		t.Error("a guess of one byte")
	}
}

func FuzzGuess(f *testing.F) {
	f.Add(common.FromHex("12345678" + strings.Repeat("00", 31) + "20" + strings.Repeat("00", 64)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if call, ok := Guess(data); ok && len(call.Args.Elems) > maxGuess {
			t.Fatal("too many words")
		}
		Known().Decode(data)
	})
}

func FuzzReadJSON(f *testing.F) {
	f.Add(`{"a9059cbb":"transfer(address,uint256)"}`)
	f.Add(`{"0xa9059cbb":["transfer(address,uint256)","x("]}`)
	f.Add(`[{"type":"function","name":"f","inputs":[{"type":"tuple[]"}]}]`)
	f.Fuzz(func(t *testing.T, text string) {
		table := &Table{}
		if _, err := table.ReadJSON(strings.NewReader(text)); err == nil {
			table.Decode([]byte(text))
		}
	})
}
