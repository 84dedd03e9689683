package proxy

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/lists"
	"agon/guard/rules"
	"agon/guard/scan"
	"agon/guard/unfold"
)

// blind is a proxy without anything to try requests out on, before a node that
// notes what reaches it and answers each request with its own method.
type blind struct {
	t       *testing.T
	server  *Server
	mu      sync.Mutex
	reached []string
}

func newBlind(t *testing.T) *blind {
	b := &blind{t: t}
	node := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer := func(m message) message {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.reached = append(b.reached, m.Method)
			said, _ := json.Marshal(m.Method + string(m.Params))
			if m.Method == "eth_chainId" {
				said = []byte(`"0x1"`)
			}
			return message{Version: "2.0", ID: m.ID, Result: said}
		}
		var many []message
		if json.Unmarshal(body, &many) == nil {
			var out []message
			for i := len(many) - 1; i >= 0; i-- { // in any order
				out = append(out, answer(many[i]))
			}
			json.NewEncoder(w).Encode(out)
			return
		}
		var one message
		json.Unmarshal(body, &one)
		json.NewEncoder(w).Encode(answer(one))
	}))
	t.Cleanup(node.Close)
	b.server = New(&scan.Scanner{
		Reader: &unfold.Reader{}, Limits: rules.DefaultLimits(), Lists: &rules.Lists{
			Tokens: lists.NewTokens(), Trusted: lists.NewHosts(0), Genuine: lists.NewHosts(0),
			Blocked: lists.NewHosts(0), BlockedAddresses: lists.Addresses{
				common.HexToAddress("0xb10c"): "a quarrel"},
		},
	}, node.URL)
	b.server.address = "127.0.0.1:8547"
	return b
}

// do sends a request and gives the answer; what reached the node is forgotten
// before.
func (b *blind) do(method, path, body string, header ...string) *httptest.ResponseRecorder {
	b.mu.Lock()
	b.reached = nil
	b.mu.Unlock()
	r := httptest.NewRequest(method, "http://127.0.0.1:8547"+path, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	b.server.handler().ServeHTTP(w, r)
	return w
}

// signing reports what of the methods that reached the node signs or sends.
func (b *blind) signing() []string {
	var out []string
	for _, m := range b.reached {
		if m != "eth_chainId" && m != "eth_call" && m != "clique_getSigners" {
			out = append(out, m)
		}
	}
	return out
}

const (
	meText  = "0x1111111111111111111111111111111111111111"
	payment = `{"jsonrpc":"2.0","id":1,"method":"eth_sendTransaction","params":[{"from":"` +
		meText + `","to":"0x2222222222222222222222222222222222222222","value":"0x1"}]}`
)

// TestCodes: each of EIP-1193's codes where it belongs.
func TestCodes(t *testing.T) {
	b := newBlind(t)
	for _, c := range []struct {
		name, body string
		code       int
	}{
		{"held for a person", payment, 4001},
		{"forbidden by the user's own list", strings.Replace(payment,
			"0x2222222222222222222222222222222222222222",
			"0x000000000000000000000000000000000000b10c", 1), 4100},
		{"cannot be read", strings.Replace(payment, "eth_send", "eth_sendPrivate", 1), 4200},
		{"odd hex", strings.Replace(payment, `"0x1"}`, `"0x1","data":"0x123"}`, 1), -32602},
	} {
		w := b.do(http.MethodPost, "/", c.body)
		if !strings.Contains(w.Body.String(), fmt.Sprintf(`"code":%d`, c.code)) {
			t.Errorf("%s: %s, want code %d", c.name, w.Body, c.code)
		}
		if got := b.signing(); len(got) > 0 {
			t.Errorf("%s: %q reached the node", c.name, got)
		}
	}
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.server.Upstream = "http://" + dead.Addr().String()
	dead.Close()
	w := b.do(http.MethodPost, "/", `{"id":1,"method":"eth_blockNumber"}`)
	if !strings.Contains(w.Body.String(), `"code":4900`) {
		t.Errorf("%s, want 4900", w.Body)
	}
}

// TestNamesOfMethods: what may sign under a name that nobody reads does not pass,
// what only sounds like it does.
func TestNamesOfMethods(t *testing.T) {
	b := newBlind(t)
	for _, method := range []string{
		"ETH_SENDTRANSACTION", "eth_SendTransaction", " eth_sendTransaction",
		"eth_sendTransaction\\u0000", "eth_\\u0073endTransactions", "eth_sendBundle",
		"personal_signTransaction", "wallet_signTypedData", "parity_postTransaction",
		"eth_submitTransaction", "bundler_publishOperation", "wallet_grantPermissions",
		"wallet_requestExecutionPermissions", "relay_broadcast", "wallet_authorizeDelegation",
		"wallet_upgradeAccount", "zks_sendRawTransactionWithDetailedOutput",
	} {
		w := b.do(http.MethodPost, "/", `{"id":1,"method":"`+method+`","params":[{}]}`)
		if got := b.signing(); len(got) > 0 || !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("%s: %q reached the node; %s", method, got, w.Body)
		}
		w = b.do(http.MethodPost, "/", `[{"id":1,"method":"`+method+`","params":[{}]}]`)
		if got := b.signing(); len(got) > 0 || !strings.Contains(w.Body.String(), `"error"`) {
			t.Errorf("%s in a batch: %q reached the node; %s", method, got, w.Body)
		}
	}
	for _, method := range []string{"clique_getSigners", "eth_call"} {
		if w := b.do(http.MethodPost, "/", `{"id":1,"method":"`+method+`"}`); strings.Contains(
			w.Body.String(), `"error"`) {
			t.Errorf("%s: %s", method, w.Body)
		}
	}
}

// TestOddBatches: each request of a batch gets its own answer, whatever the ids;
// what needs no answer gets none and is judged all the same.
func TestOddBatches(t *testing.T) {
	b := newBlind(t)
	call := func(id, params string) string {
		return fmt.Sprintf(`{"jsonrpc":"2.0",%s"method":"eth_call","params":[%s]}`, id, params)
	}
	w := b.do(http.MethodPost, "/", "["+call(`"id":7,`, "1")+","+call(`"id":7,`, "2")+","+
		call("", "3")+","+payment+","+call(`"id":"x",`, "4")+"]")
	var out []message
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || len(out) != 4 {
		t.Fatalf("%v: %s", err, w.Body)
	}
	for i, want := range []string{`"eth_call[1]"`, `"eth_call[2]"`, "", `"eth_call[4]"`} {
		if string(out[i].Result) != want {
			t.Errorf("answer %d is %s, want %s", i, out[i].Result, want)
		}
	}
	if out[2].Error == nil || string(out[3].ID) != `"x"` {
		t.Errorf("%s", w.Body)
	}
	if got := b.signing(); len(got) > 0 {
		t.Errorf("%q reached the node", got)
	}
	silent := strings.Replace(payment, `"id":1,`, "", 1)
	for _, body := range []string{silent, "[" + silent + "]", "[" + silent + "," + silent + "]"} {
		w := b.do(http.MethodPost, "/", body)
		if w.Body.Len() > 0 || len(b.signing()) > 0 {
			t.Errorf("%.60s: answered %q, %q reached the node", body, w.Body, b.signing())
		}
	}
	for _, id := range []string{`{"a":1}`, `[1]`} {
		w := b.do(http.MethodPost, "/", strings.Replace(payment, `"id":1`, `"id":`+id, 1))
		if !strings.Contains(w.Body.String(), "an id is a number or text") {
			t.Errorf("id %s: %s", id, w.Body)
		}
	}
}

// TestHTTPTricks: however a payment is put into HTTP, it does not pass.
func TestHTTPTricks(t *testing.T) {
	b := newBlind(t)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(payment))
	z.Close()
	long := strings.Replace(payment, `"value"`, `"value":"0x0","ſalue"`, 1)
	for _, c := range []struct {
		name, method, path, body string
		header                   []string
	}{
		{"packed", "POST", "/", packed.String(), []string{"Content-Encoding", "gzip"}},
		{"another method in the header", "GET", "/", payment,
			[]string{"X-HTTP-Method-Override", "POST"}},
		{"put", "PUT", "/", payment, nil},
		{"another path", "POST", "/x", payment, nil},
		{"two slashes", "POST", "//", payment, nil},
		{"a form", "POST", "/", "x=" + payment, []string{"Content-Type",
			"application/x-www-form-urlencoded"}},
		{"bytes of UTF-16", "POST", "/", "\xff\xfe{\x00}\x00", nil},
		{"a mark before it", "POST", "/", "\ufeff" + payment, nil},
		{"two after each other", "POST", "/", payment + payment, nil},
		{"a long s", "POST", "/", long, nil},
		{"parameters twice", "POST", "/", strings.Replace(payment, `"params"`,
			`"params":[],"paramſ"`, 1), nil},
		{"a rebound name", "POST", "/", payment, []string{"Host", "evil.example"}},
		{"a name that begins like ours", "POST", "/", payment,
			[]string{"Host", "127.0.0.1.evil.example"}},
		{"as a WebSocket", "GET", "/", payment, []string{"Connection", "Upgrade", "Upgrade",
			"websocket"}},
	} {
		w := b.do(c.method, c.path, c.body, c.header...)
		if got := b.signing(); len(got) > 0 {
			t.Errorf("%s: %q reached the node (%d %.100s)", c.name, got, w.Code, w.Body)
		}
	}
	// In pieces it is read as any other.
	server := httptest.NewServer(b.server.handler())
	defer server.Close()
	in, out := io.Pipe()
	go func() {
		for _, piece := range strings.SplitAfter(payment, ",") {
			io.WriteString(out, piece)
		}
		out.Close()
	}()
	resp, err := http.Post(server.URL, "application/json", in)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if text, _ := io.ReadAll(resp.Body); !bytes.Contains(text, []byte(`"code":4001`)) {
		t.Errorf("in pieces: %s", text)
	}
}

// TestOtherPages: what a web page of another origin, or one whose name was bound to
// this machine, can do to the pages and the scans: nothing.
func TestOtherPages(t *testing.T) {
	b := newBlind(t)
	w := b.do(http.MethodPost, "/", payment)
	var m message
	if err := json.Unmarshal(w.Body.Bytes(), &m); err != nil || m.Error == nil {
		t.Fatal(err, w.Body)
	}
	data, _ := m.Error.Data.(map[string]any)
	review, _ := data["review"].(string)
	path := strings.TrimPrefix(review, "http://127.0.0.1:8547")
	for _, host := range []string{"evil.example:8547", "evil.example", "localhost.evil.example",
		"127.0.0.1.nip.example:8547", "0.0.0.0:8547", ""} {
		for _, p := range []string{"/", path, "/health"} {
			if w := b.do(http.MethodGet, p, "", "Host", host); w.Code != http.StatusForbidden {
				t.Errorf("%s is shown under %q: %d", p, host, w.Code)
			}
		}
	}
	for _, origin := range []string{"https://evil.example", "null", "http://127.0.0.1:1"} {
		for _, p := range []string{"/v0/site/scan", "/v0/evm/transaction/scan",
			"/v0/evm/json-rpc/scan"} {
			w := b.do(http.MethodPost, p, `{"url":"https://a.example"}`, "Origin", origin)
			if w.Code != http.StatusForbidden {
				t.Errorf("a page of %s scans at %s: %d", origin, p, w.Code)
			}
		}
	}
	for _, origin := range []string{"", "http://127.0.0.1:8547", "chrome-extension://abcdef"} {
		if w := b.do(http.MethodPost, "/v0/site/scan", `{"url":"https://a.example"}`, "Origin",
			origin); w.Code != http.StatusOK {
			t.Errorf("from %q a scan is refused: %d %s", origin, w.Code, w.Body)
		}
	}
	if w := b.do(http.MethodGet, path, ""); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("other pages may read the review")
	}
}
