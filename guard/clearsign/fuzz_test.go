package clearsign

import (
	"encoding/json"
	"math/big"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/typed"
)

// FuzzDescriptor shows a call and a message by a descriptor that a stranger wrote,
// with a file that it includes: it is refused or shown, whatever it asks for.
func FuzzDescriptor(f *testing.F) {
	const call = `{"context":{"contract":{"deployments":[{"chainId":1,` +
		`"address":"0x7070707070707070707070707070707070707070"}]}},"includes":"under.json",` +
		`"metadata":{"owner":"x","enums":{"e":{"1":"one"}},"constants":{"c":5}},"display":` +
		`{"definitions":{"d":{"label":"To","format":"addressName"}},"formats":{` +
		`"f(address to, uint256[] amounts, bytes inner)":{"intent":"Send","fields":[` +
		`{"path":"to","$ref":"$.display.definitions.d"},` +
		`{"path":"amounts.[]","label":"A","format":"tokenAmount","params":{"tokenPath":"to"}},` +
		`{"path":"amounts.[-1]","label":"D","format":"date","params":{"encoding":"timestamp"}},` +
		`{"path":"inner","label":"I","format":"calldata","params":{"calleePath":"to"}}]},` +
		`"Permit(address owner,uint256 value)":{"intent":{"a":"b"},"fields":[` +
		`{"path":"#.value","label":"V","format":"unit","params":{"decimals":3}}]}}}}`
	f.Add([]byte(call), []byte(`{"metadata":{"token":{"ticker":"T","decimals":2}}}`))
	f.Add([]byte(strings.ReplaceAll(call, "-1", "1:-2")), []byte(`{"includes":"under.json"}`))
	f.Add([]byte(strings.ReplaceAll(call, `"timestamp"`, `"blockheight"`)), []byte(`[]`))
	f.Add([]byte(strings.ReplaceAll(call, "under.json", "../../etc/passwd")), []byte(`{}`))
	function, err := calldata.ParseFunction("f(address to, uint256[] amounts, bytes inner)")
	if err != nil {
		f.Fatal(err)
	}
	at := common.HexToAddress("0x7070707070707070707070707070707070707070")
	word := func(n int64) []byte { return common.LeftPadBytes(big.NewInt(n).Bytes(), 32) }
	sel := function.Selector()
	data := sel[:]
	for _, w := range [][]byte{common.LeftPadBytes(at[:], 32), word(96), word(192), word(2),
		word(7), word(1 << 40), word(4), common.RightPadBytes(sel[:], 32)} {
		data = append(data, w...)
	}
	message, err := typed.Parse([]byte(`{"types":{"Permit":[{"name":"owner","type":"address"},` +
		`{"name":"value","type":"uint256"}]},"primaryType":"Permit","domain":{"chainId":1,` +
		`"verifyingContract":"0x7070707070707070707070707070707070707070"},"message":{` +
		`"owner":"0x7070707070707070707070707070707070707070","value":"5"}}`))
	if err != nil {
		f.Fatal(err)
	}
	place := key(1, at)
	calls, _ := json.Marshal(map[string]string{place: "registry/a.json"})
	messages, _ := json.Marshal(map[string]any{place: map[string]any{"Permit": []any{
		map[string]any{"path": "registry/a.json",
			"encodeTypeHashes": []string{message.TypeHash("Permit").Hex()}}}}})
	f.Fuzz(func(t *testing.T, descriptor, under []byte) {
		library, err := Open(fstest.MapFS{
			"index.calldata.json": {Data: calls}, "index.eip712.json": {Data: messages},
			"registry/a.json": {Data: descriptor}, "registry/under.json": {Data: under},
		})
		if err != nil {
			t.Fatal(err)
		}
		screen, err := library.Call(Container{Chain: 1, To: at, Value: new(big.Int)}, data, nil)
		if err == nil && len(screen.Fields) > 1<<16 {
			t.Errorf("%d lines", len(screen.Fields))
		}
		library.Message(message, nil)
		library.Contracts()
	})
}
