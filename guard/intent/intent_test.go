package intent

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/request"
	"agon/guard/unfold"
)

const (
	me    = "0x1111111111111111111111111111111111111111"
	thief = "0xbad0bad0bad0bad0bad0bad0bad0bad0bad0bad0"
	token = "0x7070707070707070707070707070707070707070"
	safe  = "0x5afe5afe5afe5afe5afe5afe5afe5afe5afe5afe"
	art   = "0xa47a47a47a47a47a47a47a47a47a47a47a47a47a"
)

// words packs static arguments: addresses and small numbers in hex.
func words(args ...string) string {
	out := ""
	for _, a := range args {
		a = strings.TrimPrefix(a, "0x")
		out += strings.Repeat("0", 64-len(a)) + a
	}
	return out
}

var max256 = strings.Repeat("f", 64)

func read(t *testing.T, method, params string) *Intent {
	t.Helper()
	r, err := request.Parse(method, json.RawMessage(params))
	if err != nil {
		t.Fatal(err)
	}
	return Read(r, 1, &unfold.Reader{})
}

func send(t *testing.T, to, value, data string) *Intent {
	return read(t, "eth_sendTransaction", fmt.Sprintf(
		`[{"from":%q,"to":%q,"value":%q,"data":%q}]`, me, to, value, "0x"+data))
}

// tell writes an intent in lines that a test can state.
func tell(in *Intent) string {
	name := func(a common.Address) string {
		for n, hex := range map[string]string{
			"me": me, "thief": thief, "token": token, "safe": safe, "art": art,
		} {
			if common.HexToAddress(hex) == a {
				return n
			}
		}
		return a.Hex()
	}
	var out []string
	for _, p := range in.Payments {
		what := "coin"
		if p.Token != nil {
			what = name(*p.Token)
		}
		if p.ID != nil {
			what += "#" + p.ID.String()
		}
		out = append(out, fmt.Sprintf("pays %v %s %s>%s", p.Amount, what, name(p.From), name(p.To)))
	}
	for _, g := range in.Grants {
		amount := "all"
		switch {
		case g.Revokes:
			amount = "nothing"
		case g.Unlimited:
			amount = "unlimited"
		case g.Amount != nil:
			amount = g.Amount.String()
		}
		kind := map[Right]string{Spend: "spend", All: "every item", Pull: "pull"}[g.Right]
		signed := ""
		if g.Signed {
			signed = " signed"
		}
		if g.Permit2 {
			signed += " permit2"
		}
		if g.Witness != nil {
			signed += " witness"
		}
		out = append(out, fmt.Sprintf("grants %s %s %s>%s%s", kind, amount, name(g.Token),
			name(g.Spender), signed))
	}
	for _, o := range in.Orders {
		out = append(out, fmt.Sprintf("order %s gives %d gets %d others %d", o.Market, len(o.Gives),
			len(o.Gets), len(o.Others)))
	}
	for _, c := range in.Changes {
		out = append(out, fmt.Sprintf("change %d %s>%s", c.Control, name(c.Where), name(c.Who)))
	}
	return strings.Join(out, "; ")
}

func TestCalls(t *testing.T) {
	packed := "00" + token[2:] + words("0", "44") + "095ea7b3" + words(thief, max256)
	multi := "8d80ff0a" + words("20", fmt.Sprintf("%x", len(packed)/2)) + packed +
		strings.Repeat("0", (64-len(packed)%64)%64)
	for _, c := range []struct{ name, to, value, data, want string }{
		{"a payment", thief, "0x5", "", "pays 5 coin me>thief"},
		{"a transfer", token, "0x0", "a9059cbb" + words(thief, "7"), "pays 7 token me>thief"},
		{"a transfer of another's", token, "0x0", "23b872dd" + words(safe, thief, "7"),
			"pays 7 token safe>thief"},
		{"an allowance", token, "0x0", "095ea7b3" + words(thief, "7"),
			"grants spend 7 token>thief"},
		{"an unlimited one", token, "0x0", "095ea7b3" + words(thief, max256),
			"grants spend unlimited token>thief"},
		{"a revoked one", token, "0x0", "095ea7b3" + words(thief, "0"),
			"grants spend nothing token>thief"},
		{"a raised one", token, "0x0", "39509351" + words(thief, "7"),
			"grants spend 7 token>thief"},
		{"every item", art, "0x0", "a22cb465" + words(thief, "1"),
			"grants every item unlimited art>thief"},
		{"an item", art, "0x0", "42842e0e" + words(me, thief, "9"), "pays 1 art#9 me>thief"},
		{"a value with a promise", thief, "0x5", "5fba79f5", "pays 5 coin me>thief"},
		{"ownership", token, "0x0", "f2fde38b" + words(thief), "change 1 token>thief"},
		{"an upgrade", token, "0x0", "3659cfe6" + words(thief), "change 3 token>thief"},
		{"a Safe's module", safe, "0x0", "610b5925" + words(thief), "change 5 safe>thief"},
		{"Permit2's allowance", safe, "0x0", "87517c45" + words(token, thief, "7", "ff"),
			"grants spend 7 token>thief permit2"},
		{"a batch by delegation", safe, "0x0", "6a761202" +
			words(art, "0", "140", "1", "0", "0", "0", "0", "0",
				fmt.Sprintf("%x", 0x140+32+(len(multi)/2+31)/32*32),
				fmt.Sprintf("%x", len(multi)/2)) + multi +
			strings.Repeat("0", (64-len(multi)%64)%64) + words("0"),
			"grants spend unlimited token>thief; change 7 safe>art"},
	} {
		if have := tell(send(t, c.to, c.value, c.data)); have != c.want {
			t.Errorf("%s: %q, want %q", c.name, have, c.want)
		}
	}
}

func sign(t *testing.T, types, primary, message string) *Intent {
	t.Helper()
	document := fmt.Sprintf(`{"types":{%s},"primaryType":%q,
	 "domain":{"chainId":1,"verifyingContract":%q},"message":{%s}}`, types, primary, token, message)
	return read(t, "eth_signTypedData_v4", fmt.Sprintf(`[%q,%q]`, me, document))
}

// members turns "address owner,uint256 value" into the members of a type.
func members(name, list string) string {
	var out []string
	for _, m := range strings.Split(list, ",") {
		typ, member, _ := strings.Cut(m, " ")
		out = append(out, fmt.Sprintf(`{"name":%q,"type":%q}`, member, typ))
	}
	return fmt.Sprintf(`%q:[%s]`, name, strings.Join(out, ","))
}

func TestSignatures(t *testing.T) {
	details := members("PermitDetails",
		"address token,uint160 amount,uint48 expiration,uint48 nonce")
	tokens := members("TokenPermissions", "address token,uint256 amount")
	item := func(id, amount, to string) string {
		recipient := ""
		if to != "" {
			recipient = fmt.Sprintf(`,"recipient":%q`, to)
		}
		return fmt.Sprintf(`{"itemType":2,"token":%q,"identifierOrCriteria":%q,"startAmount":%q,
		 "endAmount":%q%s}`, art, id, amount, amount, recipient)
	}
	components := "address offerer,address zone,OfferItem[] offer,ConsiderationItem[] " +
		"consideration," +
		"uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt," +
		"bytes32 conduitKey,uint256 counter"
	offer := "uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount," +
		"uint256 endAmount"
	seaport := members("OrderComponents", components) + "," + members("OfferItem", offer) + "," +
		members("ConsiderationItem", offer+",address recipient")
	order := fmt.Sprintf(`"offerer":%q,"zone":%q,"offer":[%s],"consideration":[%s,%s],
	 "orderType":0,"startTime":"0","endTime":"9","zoneHash":"0x%s","salt":"1","conduitKey":"0x%s",
	 "counter":"0"`, me, thief, item("5", "1", ""), item("1", "9", me), item("2", "1", thief),
		strings.Repeat("0", 64), strings.Repeat("0", 64))
	for _, c := range []struct{ name, types, primary, message, want string }{
		{"a permit",
			members("Permit",
				"address owner,address spender,uint256 value,uint256 nonce,uint256 deadline"),
			"Permit",
			fmt.Sprintf(`"owner":%q,"spender":%q,"value":"0x%s","nonce":"0","deadline":"9"`, me,
				thief, max256), "grants spend unlimited token>thief signed"},
		{"Dai's permit",
			members("Permit",
				"address holder,address spender,uint256 nonce,uint256 expiry,bool allowed"),
			"Permit",
			fmt.Sprintf(`"holder":%q,"spender":%q,"nonce":"0","expiry":"0","allowed":true`, me,
				thief), "grants spend unlimited token>thief signed"},
		{"a permit of another shape", members("Permit",
			"address owner,address spender,uint256 value"),
			"Permit", fmt.Sprintf(`"owner":%q,"spender":%q,"value":"1"`, me, thief), ""},
		{"Permit2",
			members("PermitSingle", "PermitDetails details,address spender,uint256 sigDeadline") +
				"," +
				details, "PermitSingle",
			fmt.Sprintf(`"details":{"token":%q,"amount":"7","expiration":"9","nonce":"0"},
			 "spender":%q,
			 "sigDeadline":"9"`, token, thief), "grants spend 7 token>thief signed permit2"},
		{"Permit2 in a batch",
			members("PermitBatch", "PermitDetails[] details,address spender,uint256 sigDeadline") +
				"," +
				details, "PermitBatch",
			fmt.Sprintf(`"details":[{"token":%q,"amount":"7","expiration":"9","nonce":"0"},
			 {"token":%q,"amount":"8","expiration":"9","nonce":"0"}],
			 "spender":%q,"sigDeadline":"9"`,
				token, art, thief),
			"grants spend 7 token>thief signed permit2; grants spend 8 art>thief signed permit2"},
		{"Permit2 with a witness",
			members("PermitWitnessTransferFrom", "TokenPermissions permitted,address spender,"+
				"uint256 nonce,uint256 deadline,Order witness") + "," + tokens + "," +
				members("Order", "address recipient"), "PermitWitnessTransferFrom",
			fmt.Sprintf(`"permitted":{"token":%q,"amount":"7"},"spender":%q,
			 "nonce":"0","deadline":"9","witness":{"recipient":%q}`, token, thief, thief),
			"grants pull 7 token>thief signed permit2 witness"},
		{"a transfer authorisation", members("TransferWithAuthorization",
			"address from,address to,"+
				"uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce"),
			"TransferWithAuthorization",
			fmt.Sprintf(`"from":%q,"to":%q,"value":"7","validAfter":"0",
			 "validBefore":"9","nonce":"0x%s"`, me, thief, strings.Repeat("0", 64)),
			"grants pull 7 token>thief signed"},
		{"a Safe's transaction", members("SafeTx",
			"address to,uint256 value,bytes data,uint8 operation,"+
				"uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address "+
				"refundReceiver,"+
				"uint256 nonce"), "SafeTx", fmt.Sprintf(`"to":%q,"value":"0","data":"0x095ea7b3%s",
			 "operation":1,"safeTxGas":"0","baseGas":"0","gasPrice":"1","gasToken":%q,
			 "refundReceiver":%q,"nonce":"0"`, art, words(thief, "7"), token, thief),
			"grants spend 7 art>thief; change 7 token>art; change 8 token>thief"},
		{"Seaport", seaport, "OrderComponents", order, "order Seaport gives 1 gets 1 others 1"},
		{"Seaport in bulk", members("BulkOrder", "OrderComponents[2] tree") + "," + seaport,
			"BulkOrder",
			fmt.Sprintf(`"tree":[{%s},{%s}]`, order, order),
			"order Seaport gives 1 gets 1 others 1; order Seaport gives 1 gets 1 others 1"},
		{"Blur's root", members("Root", "bytes32 root"), "Root",
			`"root":"0x` + strings.Repeat("0", 64) + `"`,
			"order many orders at once gives 0 gets 0 others 0"},
	} {
		if have := tell(sign(t, c.types, c.primary, c.message)); have != c.want {
			t.Errorf("%s: %q, want %q", c.name, have, c.want)
		}
	}
}

func TestDelegation(t *testing.T) {
	in := read(t, "eth_sendTransaction", fmt.Sprintf(
		`[{"from":%q,"to":%q,"authorizationList":[{"chainId":"0x0","address":%q,"nonce":"0x1"}]}]`,
		me, me, thief))
	if have := tell(in); have != "change 9 me>thief" {
		t.Errorf("%q", have)
	}
	if in.Changes[0].Chain.Cmp(new(big.Int)) != 0 {
		t.Errorf("chain %v, want 0, which is every chain", in.Changes[0].Chain)
	}
}

func TestHashIsOpaque(t *testing.T) {
	in := read(t, "eth_sign", fmt.Sprintf(`[%q,"0x%s"]`, me, strings.Repeat("ab", 32)))
	if in.Opaque == "" {
		t.Error("the meaning of a hash is said to be known")
	}
}
