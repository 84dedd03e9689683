package request

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

const (
	alice = "0xaAaAaAaaAaAaAaaAaAAAAAAAAaaaAaAaAaaAaaAa"
	bob   = "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"
)

func TestParseRequests(t *testing.T) {
	grant := fmt.Sprintf(`[{"chainId":"0x0","address":%q,"nonce":"0x1"}]`, bob)
	for _, c := range []struct {
		name, method, params string
		check                func(*Request) bool
		irregular            string
	}{
		{"send", "eth_sendTransaction",
			fmt.Sprintf(`[{"from":%q,"to":%q,"value":"0x10","data":"0x1234"}]`, alice, bob),
			func(r *Request) bool {
				tx := r.Transactions[0]
				return tx.Value.Int64() == 16 && len(tx.Data) == 2 && tx.To.Hex() == bob &&
					r.Account.Hex() == alice
			}, ""},
		{"input instead of data", "eth_sendTransaction", fmt.Sprintf(`[{"to":%q,"input":"0x12"}]`,
			bob),
			func(r *Request) bool { return len(r.Transactions[0].Data) == 1 }, ""},
		{"a padded value", "eth_sendTransaction", fmt.Sprintf(`[{"to":%q,"value":"0x0010"}]`, bob),
			func(r *Request) bool { return r.Transactions[0].Value.Int64() == 16 },
			"value has zeros"},
		{"a new contract", "eth_sendTransaction", `[{"data":"0x60"}]`,
			func(r *Request) bool { return r.Transactions[0].To == nil }, ""},
		{"a delegation", "eth_sendTransaction",
			fmt.Sprintf(`[{"from":%q,"to":%q,"authorizationList":%s}]`, alice, alice, grant),
			func(r *Request) bool {
				tx := r.Transactions[0]
				return tx.Type == 4 && len(tx.Grants) == 1 && tx.Grants[0].Delegate.Hex() == bob
			}, ""},
		{"a batch", "wallet_sendCalls", fmt.Sprintf(
			`[{"from":%q,"chainId":"0x1",
			   "calls":[{"to":%q,"value":"0x1"},{"to":%q,"data":"0x01"}]}]`,
			alice, bob, bob),
			func(r *Request) bool {
				return len(r.Transactions) == 2 && r.Transactions[1].Chain.Int64() == 1
			}, ""},
		{"a message in hex", "personal_sign", fmt.Sprintf(`["0x68656c6c6f",%q]`, alice),
			func(r *Request) bool { return string(r.Message) == "hello" }, ""},
		{"a message in text, swapped", "personal_sign", fmt.Sprintf(`[%q,"hello"]`, alice),
			func(r *Request) bool { return string(r.Message) == "hello" }, "swapped"},
		{"a hash", "eth_sign", fmt.Sprintf(`[%q,"0x%s"]`, alice, strings.Repeat("ab", 32)),
			func(r *Request) bool { return len(r.Hash) == 32 }, ""},
		{"typed data as text", "eth_signTypedData_v4", fmt.Sprintf(`[%q,%q]`, alice,
			`{"types":{"A":[{"name":"x","type":"uint8"}]},"primaryType":"A",
			  "domain":{},"message":{"x":1}}`),
			func(r *Request) bool { return r.Typed.Primary == "A" }, ""},
		{"an operation", "eth_sendUserOperation", fmt.Sprintf(
			`[{"sender":%q,"callData":"0x1234","paymasterAndData":"0x%s00"},%q]`,
			alice, strings.Repeat("cc", 20), bob),
			func(r *Request) bool {
				o := r.Transactions[0].Operation
				return o.Paymaster != nil && o.Factory == nil && o.EntryPoint.Hex() == bob
			}, ""},
		{"an operation that delegates", "eth_sendUserOperation", fmt.Sprintf(
			`[{"sender":%q,"callData":"0x1234","factory":"0x7702",
			   "eip7702Auth":{"chainId":"0x1","address":%q,"nonce":"0x0","yParity":"0x0"}},%q]`,
			alice, bob, bob),
			func(r *Request) bool {
				tx := r.Transactions[0]
				return tx.Operation.Factory == nil && len(tx.Grants) == 1 &&
					tx.Grants[0].Delegate.Hex() == bob && tx.Grants[0].Authority.Hex() == alice
			}, ""},
		{"a batch that asks for more", "wallet_sendCalls", fmt.Sprintf(
			`[{"from":%q,"calls":[{"to":%q,"capabilities":{"b":{}}}],
			   "capabilities":{"b":{},"a":{"url":"https://x"}}}]`, alice, bob),
			func(r *Request) bool {
				return strings.Join(r.Unread, "; ") == "the capability a; the capability b"
			}, ""},
	} {
		r, err := Parse(c.method, json.RawMessage(c.params))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !c.check(r) {
			t.Errorf("%s: %+v", c.name, r)
		}
		if have := strings.Join(r.Irregular, "; "); !strings.Contains(have, c.irregular) ||
			c.irregular == "" && have != "" {
			t.Errorf("%s: irregular %q, want %q", c.name, have, c.irregular)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, method, params string
		err                  error
	}{
		{"a read", "eth_call", `[]`, ErrOther},
		{"not a list", "eth_sendTransaction", `{}`, ErrMalformed},
		{"nothing", "eth_sendTransaction", `[]`, ErrMalformed},
		{"odd hex", "eth_sendTransaction", `[{"data":"0x123"}]`, ErrMalformed},
		{"a short address", "eth_sendTransaction", `[{"to":"0x12"}]`, ErrMalformed},
		{"two different data", "eth_sendTransaction", `[{"data":"0x12","input":"0x13"}]`,
			ErrMalformed},
		{"257 bits", "eth_sendTransaction", `[{"value":"0x1` + strings.Repeat("0", 64) + `"}]`,
			ErrMalformed},
		{"a signed number", "eth_sendTransaction", `[{"value":"0x-1"}]`, ErrMalformed},
		{"two recipients", "eth_sendTransaction", `[{"to":"` + alice + `","to":"` + bob + `"}]`,
			ErrMalformed},
		{"two cases", "eth_sendTransaction", `[{"to":"` + alice + `","TO":"` + bob + `"}]`,
			ErrMalformed},
		// Go's decoder takes the long s and the Kelvin sign for letters of names.
		{"a long s", "wallet_sendCalls", `[{"calls":[{"to":"` + alice + `"}],"callſ":[{"to":"` +
			bob + `"}]}]`, ErrMalformed},
		{"a long s alone", "wallet_sendCalls", `[{"callſ":[{"to":"` + bob + `"}]}]`, ErrMalformed},
		{"another case", "eth_sendTransaction", `[{"to":"` + alice + `","DATA":"0x12"}]`,
			ErrMalformed},
		{"too deep", "eth_sendTransaction", strings.Repeat("[", 99) + strings.Repeat("]", 99),
			ErrMalformed},
		{"unsigned raw", "eth_sendRawTransaction", `["0x02c0"]`, ErrMalformed},
		{"too large", "eth_sendRawTransaction", `["0x` + strings.Repeat("00", MaxBytes) + `"]`,
			ErrTooLarge},
		{"no account", "personal_sign", `["hello","world"]`, ErrMalformed},
		{"300 calls", "wallet_sendCalls",
			`[{"calls":[` + strings.Repeat(`{},`, 300) + `{}]}]`, ErrMalformed},
		{"old typed data", "eth_signTypedData", `["` + alice +
			`",[{"type":"string","name":"x","value":"y"}]]`,
			nil},
	} {
		_, err := Parse(c.method, json.RawMessage(c.params))
		if err == nil || c.err != nil && !errors.Is(err, c.err) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.err)
		}
	}
}

// TestSignIn reads the example of EIP-4361.
func TestSignIn(t *testing.T) {
	const text = `https://example.com wants you to sign in with your Ethereum account:
0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z
Expiration Time: 2021-10-01T16:25:24Z
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json`
	s, err := ParseSignIn(text)
	if err != nil {
		t.Fatal(err)
	}
	if s.Domain != "example.com" || s.Scheme != "https" || s.Chain.Int64() != 1 ||
		s.Nonce != "32891756" || len(s.Resources) != 2 || s.Expires.Sub(s.Issued) != 24*time.Hour ||
		!strings.HasPrefix(s.Statement, "I accept") {
		t.Errorf("%+v", s)
	}
	for _, bad := range []string{"", "hello", "x" + asks, "x" + asks + "\n0x12\n", "x" + asks +
		"\n" + alice} {
		if s, err := ParseSignIn(bad); !errors.Is(err, ErrNotSignIn) {
			t.Errorf("%q: %+v, %v", bad, s, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("eth_sendTransaction", []byte(`[{"to":"0x12"}]`))
	f.Add("wallet_sendCalls", []byte(`[{"calls":[{}]}]`))
	f.Add("personal_sign", []byte(`["0x12","0x12"]`))
	f.Fuzz(func(t *testing.T, method string, params []byte) {
		Parse(method, params)
	})
}
