package proxy

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"agon/guard/lists"
	"agon/guard/rules"
	"agon/guard/scan"
	"agon/guard/unfold"
)

// FuzzProxy sends arbitrary bodies to a proxy that can try nothing out. However
// a request is written, nothing that sends reaches the node, and every answer is
// JSON.
func FuzzProxy(f *testing.F) {
	const pay = `{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{` +
		`"from":"0x1111111111111111111111111111111111111111",` +
		`"to":"0x2222222222222222222222222222222222222222","value":"0x1"}]}`
	for _, seed := range []string{
		pay, "[" + pay + "]", "[[" + pay + "]]", strings.Replace(pay, "method", "Method", 1),
		strings.Replace(pay, "eth_send", `eth_\u0073end`, 1), " \n" + pay + pay,
		strings.Replace(pay, `"id":1`, `"id":1,"method":"eth_chainId"`, 1),
		`{"id":1,"method":"eth_chainId","params":` + pay + `}`,
		`[{"id":1,"method":"eth_chainId"},` + pay + `]`,
		`{"id":null,"method":"wallet_sendCalls","params":[{}]}`,
		strings.Replace(pay, "eth_sendT", "eth_sendPrivateT", 1),
		strings.ToUpper(pay), `[{"id":1,"method":"personal_sendTransaction","params":[{},"x"]}]`,
		`{"id":{},"method":"eth_sendRawTransaction","params":["0x02"]}`,
	} {
		f.Add([]byte(seed))
	}
	var sent []string // methods that reached the node
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var batch []message
		if json.Unmarshal(body, &batch) != nil {
			batch = make([]message, 1)
			if err := json.Unmarshal(body, &batch[0]); err != nil {
				sent = append(sent, "not JSON-RPC: "+string(body))
			}
		}
		for _, m := range batch {
			sent = append(sent, m.Method)
		}
		io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":"0x1"}`)
	}))
	f.Cleanup(node.Close)
	s := New(&scan.Scanner{
		Reader: &unfold.Reader{}, Limits: rules.DefaultLimits(), Lists: &rules.Lists{
			Tokens: lists.NewTokens(), Trusted: lists.NewHosts(0), Genuine: lists.NewHosts(0),
			Blocked: lists.NewHosts(0),
		},
	}, node.URL)
	handler := s.handler()
	f.Fuzz(func(t *testing.T, body []byte) {
		sent = nil
		r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1/",
			strings.NewReader(string(body)))
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if !json.Valid(w.Body.Bytes()) {
			t.Errorf("the answer is no JSON: %q", w.Body)
		}
		for _, m := range sent {
			low := strings.ToLower(strings.TrimSpace(m))
			if strings.Contains(low, "send") || strings.Contains(low, "signtransaction") ||
				strings.HasPrefix(low, "not json") {
				t.Errorf("%q reached the node by %q", m, body)
			}
		}
	})
}
