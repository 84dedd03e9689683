package unfold

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

var (
	me      = common.HexToAddress("0x01")
	wallet  = common.HexToAddress("0x5afe")
	library = common.HexToAddress("0x11b")
	token   = common.HexToAddress("0x70ce")
	thief   = common.HexToAddress("0xbad")
)

// encode packs arguments under a signature with go-ethereum's encoder.
func encode(t *testing.T, signature string, args ...any) []byte {
	t.Helper()
	f, err := calldata.ParseFunction(signature)
	if err != nil {
		t.Fatal(err)
	}
	var params abi.Arguments
	for i, in := range f.Inputs {
		var typ abi.Type
		if strings.Contains(in.Type.String(), "(") {
			typ = tupleType(t, in.Type)
		} else if typ, err = abi.NewType(in.Type.String(), "", nil); err != nil {
			t.Fatal(err)
		}
		params = append(params, abi.Argument{Name: fmt.Sprint("a", i), Type: typ})
	}
	packed, err := params.Pack(args...)
	if err != nil {
		t.Fatal(signature, err)
	}
	sel := f.Selector()
	return append(sel[:], packed...)
}

func tupleType(t *testing.T, typ *calldata.Type) abi.Type {
	t.Helper()
	brackets := ""
	if typ.Kind == calldata.Slice {
		typ, brackets = typ.Elem, "[]"
	}
	var members []abi.ArgumentMarshaling
	for _, f := range typ.Fields {
		members = append(members, abi.ArgumentMarshaling{Name: f.Name, Type: f.Type.String()})
	}
	out, err := abi.NewType("tuple"+brackets, "", members)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// leaves tells the calls at the ends of a tree in one line each.
func leaves(c *Call) []string {
	var out []string
	for in := range c.All() {
		if len(in.Inner) > 0 {
			continue
		}
		name := "pays " + in.Value.String()
		if in.Function != nil {
			name = in.Function.Name
		}
		how := ""
		if in.Delegate {
			how = " delegated"
		}
		to := "nobody"
		if in.To != nil {
			to = who(*in.To)
		}
		out = append(out, fmt.Sprintf("%s -> %s %s%s", who(in.From), to, name, how))
	}
	return out
}

func who(a common.Address) string {
	names := map[common.Address]string{
		me: "me", wallet: "wallet", library: "library", token: "token", thief: "thief",
	}
	if n, ok := names[a]; ok {
		return n
	}
	return a.Hex()
}

func packed(operation byte, to common.Address, value int64, data []byte) []byte {
	out := append([]byte{operation}, to[:]...)
	out = append(out, common.LeftPadBytes(big.NewInt(value).Bytes(), 32)...)
	out = append(out, common.LeftPadBytes(big.NewInt(int64(len(data))).Bytes(), 32)...)
	return append(out, data...)
}

const execSafe = "execTransaction(address to, uint256 value, bytes data, uint8 operation, " +
	"uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, " +
	"address refundReceiver, bytes signatures)"

func safeCall(t *testing.T, to common.Address, data []byte, operation uint8) []byte {
	zero := new(big.Int)
	return encode(t, execSafe, to, zero, data, operation, zero, zero, zero, common.Address{},
		common.Address{}, []byte{})
}

func TestOpen(t *testing.T) {
	approve := encode(t, "approve(address spender, uint256 value)", thief, big.NewInt(7))
	transfer := encode(t, "transfer(address to, uint256 value)", thief, big.NewInt(7))
	inner := append(packed(0, token, 0, approve), packed(0, thief, 5, nil)...)
	nested := packed(1, library, 0, encode(t, "multiSend(bytes transactions)", inner))
	type item struct {
		Target common.Address
		Value  *big.Int
		Data   []byte
	}
	for _, c := range []struct {
		name string
		to   common.Address
		data []byte
		want []string
	}{
		{"a payment", thief, nil, []string{"me -> thief pays 3"}},
		{"a transfer", token, transfer, []string{"me -> token transfer"}},
		{"a Safe's batch", wallet,
			safeCall(t, library, encode(t, "multiSend(bytes transactions)", inner), 1),
			[]string{"wallet -> token approve", "wallet -> thief pays 5"}},
		{"a batch in a batch", wallet,
			safeCall(t, library, encode(t, "multiSend(bytes transactions)", nested), 1),
			[]string{"wallet -> token approve", "wallet -> thief pays 5"}},
		{"a delegate call to a stranger", wallet, safeCall(t, thief, transfer, 1),
			[]string{"wallet -> thief transfer delegated"}},
		{"multicall", token, encode(t, "multicall(bytes[] data)", [][]byte{approve, transfer}),
			[]string{"me -> token approve", "me -> token transfer"}},
		{"a smart account", wallet,
			encode(t, "execute(address target, uint256 value, bytes data)", token, new(big.Int),
				approve),
			[]string{"wallet -> token approve"}},
		{"a modular batch", wallet,
			encode(t, "execute(bytes32 mode, bytes executionCalldata)", [32]byte{1},
				encode(t, "f((address target, uint256 value, bytes data)[] calls)", []item{
					{token, new(big.Int), approve}, {thief, big.NewInt(9), nil}})[4:]),
			[]string{"wallet -> token approve", "wallet -> thief pays 9"}},
		{"a modular delegation", wallet,
			encode(t, "execute(bytes32 mode, bytes executionCalldata)", [32]byte{0xff},
				append(thief[:], transfer...)),
			[]string{"wallet -> thief transfer delegated"}},
		{"parallel lists", wallet,
			encode(t, "executeBatch(address[] targets, uint256[] values, bytes[] data)",
				[]common.Address{token, thief}, []*big.Int{new(big.Int), big.NewInt(4)},
				[][]byte{approve, {}}),
			[]string{"wallet -> token approve", "wallet -> thief pays 4"}},
		{"an upgrade that runs code", token,
			encode(t, "upgradeToAndCall(address newImplementation, bytes data)", thief, transfer),
			[]string{"token -> thief transfer delegated"}},
		{"a router's commands", token,
			encode(t, "execute(bytes commands, bytes[] inputs)", []byte{0x04, 0x3f}, [][]byte{
				encode(t, "f(address token, address recipient, uint256 amountMin)", token, thief,
					big.NewInt(0))[4:], {}}),
			[]string{"me -> token SWEEP", "me -> token COMMAND_0x3f"}},
		{"unknown", token, common.FromHex("0xdeadbeef"), []string{"me -> token unknown_deadbeef"}},
	} {
		to := c.to
		tree := Open(Call{Chain: 1, From: me, To: &to, Value: big.NewInt(3), Data: c.data},
			&Reader{})
		if have := leaves(tree); strings.Join(have, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: %q, want %q", c.name, have, c.want)
		}
	}
}

// TestOpenIsBounded: calls that carry themselves are cut, and said to be.
func TestOpenIsBounded(t *testing.T) {
	data := []byte{}
	for range maxDepth + 3 {
		data = encode(t, "multicall(bytes[] data)", [][]byte{data})
	}
	cut := false
	for c := range Open(Call{Chain: 1, From: me, To: &token, Data: data}, &Reader{}).All() {
		cut = cut || c.Cut
	}
	if !cut {
		t.Error("a chain of calls deeper than the limit is not said to be cut")
	}
	wide := make([][]byte, maxCalls+1)
	tree := Open(Call{Chain: 1, From: me, To: &token, Data: encode(t, "multicall(bytes[] data)",
		wide)},
		&Reader{})
	if !tree.Cut || len(tree.Inner) != 0 {
		t.Errorf("%d inner calls, cut %v", len(tree.Inner), tree.Cut)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(common.FromHex("8d80ff0a"))
	f.Add(append(common.FromHex("e9ae5c53"), make([]byte, 96)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		n := 0
		for range Open(Call{Chain: 1, From: me, To: &token, Data: data}, &Reader{}).All() {
			n++
		}
		if n > maxCalls+1 {
			t.Fatalf("%d calls", n)
		}
	})
}
