package proxy

import (
	"bytes"
	"crypto/ecdsa"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/ground"
	"agon/guard/lists"
	"agon/guard/rules"
	"agon/guard/scan"
	"agon/guard/simulate"
	"agon/guard/unfold"
)

// stage is a proxy before a real node.
type stage struct {
	*ground.Ground
	t      *testing.T
	server *Server
	url    string
	me     common.Address
	key    *ecdsa.PrivateKey
	thief  common.Address
	usd    *ground.Contract
}

func newStage(t *testing.T) *stage { return newStageWith(t, func(*Server) {}) }

// newStageWith sets the server up before it serves.
func newStageWith(t *testing.T, set func(*Server)) *stage {
	t.Helper()
	g := ground.Start(t)
	s := &stage{Ground: g, t: t}
	s.key, s.me = g.Account()
	_, s.thief = g.Account()
	s.usd = g.Deploy("Token", "USD Coin", "USDC", uint8(6))
	s.usd.Send(g.BankKey(), nil, "transfer", s.me, big.NewInt(5_000_000))

	node, err := simulate.Dial(t.Context(), g.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	tokens := lists.NewTokens()
	tokens.Add(lists.Token{Chain: g.Chain.Uint64(), Address: s.usd.Address, Symbol: "USDC",
		Name: "USD Coin", Decimals: 6})
	history, err := scan.OpenHistory(filepath.Join(t.TempDir(), "history.json"))
	if err != nil {
		t.Fatal(err)
	}
	s.server = New(&scan.Scanner{
		Reader: &unfold.Reader{}, Limits: rules.DefaultLimits(), Node: simulate.New(node),
		History: history, Lists: &rules.Lists{
			Tokens: tokens, Trusted: lists.NewHosts(0), Genuine: lists.NewHosts(0),
			Blocked: lists.NewHosts(0),
		},
	}, g.URL)
	set(s.server)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- s.server.Serve(t.Context(), l) }()
	t.Cleanup(func() { <-done })
	return s
}

// post sends a body and gives the answer's text.
func (s *stage) post(path, body string, header ...string) (int, string) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// call makes a JSON-RPC request.
func (s *stage) call(method string, params ...any) message {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{
		"jsonrpc": "2.0", "id": 7, "method": method, "params": params,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	_, text := s.post("/", string(body))
	var m message
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		s.t.Fatalf("%v: %s", err, text)
	}
	return m
}

// signed makes a raw transaction of the user's.
func (s *stage) signed(to common.Address, value *big.Int, data []byte) string {
	s.t.Helper()
	nonce, err := s.Eth.PendingNonceAt(s.t.Context(), s.me)
	if err != nil {
		s.t.Fatal(err)
	}
	tx := types.MustSignNewTx(s.key, types.LatestSignerForChainID(s.Chain), &types.DynamicFeeTx{
		ChainID: s.Chain, Nonce: nonce, GasTipCap: big.NewInt(1e9), GasFeeCap: big.NewInt(1e11),
		Gas: 300_000, To: &to, Value: value, Data: data,
	})
	raw, err := tx.MarshalBinary()
	if err != nil {
		s.t.Fatal(err)
	}
	return hexutil.Encode(raw)
}

// held checks that an answer is a refusal by the guard and gives the report's id.
func (s *stage) held(m message) string {
	s.t.Helper()
	if m.Error == nil || m.Error.Code != codeRejected {
		s.t.Fatalf("not held: %+v %+v", m, m.Error)
	}
	data, _ := m.Error.Data.(map[string]any)
	review, _ := data["review"].(string)
	if !strings.HasPrefix(review, s.url+"/review/") {
		s.t.Fatalf("no page: %+v", m.Error)
	}
	return strings.TrimPrefix(review, s.url+"/review/")
}

func (s *stage) get(path string) (int, string) {
	s.t.Helper()
	resp, err := http.Get(s.url + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

var tokenField = regexp.MustCompile(`name="token" value="([0-9a-f]+)"`)

// release presses the page's button.
func (s *stage) release(id string, header ...string) int {
	s.t.Helper()
	_, page := s.get("/review/" + id)
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		s.t.Fatalf("no button: %s", page)
	}
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	code, _ := s.post("/review/"+id+"/release", url.Values{"token": {found[1]}}.Encode(), header...)
	return code
}

func (s *stage) allowance(spender common.Address) *big.Int {
	s.t.Helper()
	m := s.call("eth_call", map[string]any{"to": s.usd.Address,
		"data": hexutil.Bytes(s.usd.Data("allowance", s.me, spender))}, "latest")
	var out hexutil.Bytes
	if err := json.Unmarshal(m.Result, &out); err != nil {
		s.t.Fatal(err, m)
	}
	return new(big.Int).SetBytes(out)
}

func TestProxy(t *testing.T) {
	s := newStage(t)

	t.Run("reads pass", func(t *testing.T) {
		if m := s.call("eth_chainId"); string(m.Result) != fmt.Sprintf(`"0x%x"`, s.Chain) {
			t.Errorf("%+v", m)
		}
		if m := s.call("eth_nonsense"); m.Error == nil || m.Error.Code != -32601 {
			t.Errorf("the node's own error is lost: %+v", m)
		}
	})
	t.Run("an honest payment passes", func(t *testing.T) {
		m := s.call("eth_sendRawTransaction", s.signed(s.thief, big.NewInt(5), nil))
		if m.Error != nil || len(m.Result) != 68 {
			t.Errorf("%+v", m.Error)
		}
	})
	t.Run("a drainer's approval is held, released and sent", func(t *testing.T) {
		data := s.usd.Data("approve", s.thief, big.NewInt(4_000_000))
		raw := s.signed(s.usd.Address, nil, data)
		id := s.held(s.call("eth_sendRawTransaction", raw))
		code, page := s.get("/review/" + id)
		if code != http.StatusOK || !strings.Contains(page, "Do not sign.") ||
			!strings.Contains(page, "take 4 USDC from you") {
			t.Errorf("%d %s", code, page)
		}
		if n := s.allowance(s.thief); n.Sign() != 0 {
			t.Errorf("it was sent: %v", n)
		}
		// Another page cannot press the button, nor one without the token.
		for _, forged := range [][]string{
			{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"},
		} {
			if code := s.release(id, forged...); code != http.StatusForbidden {
				t.Errorf("%v: %d", forged, code)
			}
		}
		if code, _ := s.post("/review/"+id+"/release", "token=0123"); code != http.StatusForbidden {
			t.Errorf("a guessed token: %d", code)
		}
		if code := s.release(id, "Origin", s.url); code != http.StatusOK { // after the redirect
			t.Errorf("released: %d", code)
		}
		deadline := time.Now().Add(10 * time.Second)
		for s.allowance(s.thief).Int64() != 4_000_000 {
			if time.Now().After(deadline) {
				t.Fatal("it was not sent after the release")
			}
			time.Sleep(20 * time.Millisecond)
		}
		if _, page := s.get("/review/" + id); !strings.Contains(page, "Sent: ") {
			t.Errorf("%s", page)
		}
	})
	t.Run("a changed request is another one", func(t *testing.T) {
		send := func(amount int64) message {
			return s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": s.usd.Address,
				"data": hexutil.Bytes(s.usd.Data("approve", s.thief, big.NewInt(amount)))})
		}
		id := s.held(send(1))
		if code := s.release(id); code != http.StatusOK {
			t.Fatal(code)
		}
		s.held(send(2)) // between review and signing
		// The node has no key of the user's: its refusal shows that the released
		// request reached it.
		if m := send(1); m.Error == nil || m.Error.Code == codeRejected {
			t.Errorf("released and held again: %+v", m)
		}
		s.held(send(1)) // a release is for once
	})
	t.Run("signatures", func(t *testing.T) {
		m := s.call("eth_sign", s.me, "0x"+strings.Repeat("ab", 32))
		s.held(m)
		m = s.call("personal_sign", hexutil.Encode([]byte("hello")), s.me)
		if m.Error != nil && m.Error.Code == codeRejected {
			t.Errorf("a plain message is held: %+v", m.Error)
		}
	})
	t.Run("bad requests", func(t *testing.T) {
		for body, code := range map[string]int{
			``: codeParse, `{`: codeParse, `[]`: codeInvalid, `5`: codeParse,
			`{"id":1,"method":"eth_chainId","method":"x"}`:                       codeParse,
			`{"id":1,"method":"eth_sendTransaction","params":[{"to":"0x1"}]}`:    codeParams,
			`{"id":1,"method":"eth_sendTransaction","params":{}}`:                codeParams,
			`[` + strings.Repeat(`1,`, maxBatch) + `1]`:                          codeInvalid,
			`{"id":1,"method":"eth_sendRawTransaction","params":["0x02ffffff"]}`: codeParams,
		} {
			_, text := s.post("/", body)
			if !strings.Contains(text, fmt.Sprintf(`"code":%d`, code)) {
				t.Errorf("%.60s: %s, want code %d", body, text, code)
			}
		}
		_, text := s.post("/", `{"id":1,"method":"x","params":["`+strings.Repeat("y",
			maxBody)+`"]}`)
		if !strings.Contains(text, "more than") {
			t.Errorf("%.200s", text)
		}
	})
	t.Run("a batch is taken apart", func(t *testing.T) {
		raw := s.signed(s.usd.Address, nil, s.usd.Data("approve", s.thief, big.NewInt(9)))
		_, text := s.post("/", fmt.Sprintf(`[{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},
		 {"jsonrpc":"2.0","id":2,"method":"eth_sendRawTransaction","params":[%q]},
		 {"jsonrpc":"2.0","id":3,"method":"eth_blockNumber"}]`, raw))
		var out []message
		if err := json.Unmarshal([]byte(text), &out); err != nil || len(out) != 3 {
			t.Fatal(err, text)
		}
		if out[0].Error != nil || out[2].Error != nil || string(out[2].ID) != "3" {
			t.Errorf("%s", text)
		}
		s.held(out[1])
	})
	t.Run("other names of this machine", func(t *testing.T) {
		code, _ := s.post("/", `{"id":1,"method":"eth_chainId"}`, "Host", "evil.example")
		if code != http.StatusForbidden {
			t.Errorf("a rebound name is answered: %d", code)
		}
	})
	t.Run("the scan interface", func(t *testing.T) {
		_, text := s.post("/v0/evm/transaction/scan", fmt.Sprintf(
			`{"data":{"from":%q,"to":%q,"data":%q},"metadata":{"domain":"https://shop.example"}}`,
			s.me, s.usd.Address, hexutil.Encode(s.usd.Data("approve", s.thief, big.NewInt(9)))))
		var out struct {
			Validation struct {
				Kind     string          `json:"result_type"`
				Features []rules.Finding `json:"-"`
			}
			Simulation struct{ Rung string }
		}
		if err := json.Unmarshal([]byte(text), &out); err != nil ||
			out.Validation.Kind != "Malicious" ||
			out.Simulation.Rung != "run here over proven state" {
			t.Errorf("%v %s", err, text)
		}
		if code, text := s.post("/v0/site/scan",
			`{"url":"https://unknown.example"}`); code != 200 ||
			strings.Contains(text, "Malicious") {
			t.Errorf("%d %s", code, text)
		}
		if code, _ := s.post("/v0/evm/transaction/scan",
			`nonsense`); code != http.StatusBadRequest {
			t.Errorf("%d", code)
		}
	})
	t.Run("a thousand at once", func(t *testing.T) {
		raw := s.signed(s.usd.Address, nil, s.usd.Data("approve", s.thief, big.NewInt(77)))
		body := fmt.Sprintf(
			`{"jsonrpc":"2.0","id":1,"method":"eth_sendRawTransaction","params":[%q]}`, raw)
		var wg sync.WaitGroup
		var mu sync.Mutex
		passed := 0
		gate := make(chan struct{}, 64)
		for range 1000 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				gate <- struct{}{}
				defer func() { <-gate }()
				resp, err := http.Post(s.url, "application/json", strings.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				defer resp.Body.Close()
				text, _ := io.ReadAll(resp.Body)
				if !bytes.Contains(text, []byte(`"code":4001`)) {
					mu.Lock()
					passed++
					mu.Unlock()
				}
			}()
		}
		wg.Wait()
		if passed > 0 || s.allowance(s.thief).Int64() == 77 {
			t.Errorf("%d of 1,000 slipped through", passed)
		}
	})
	t.Run("viem as a wallet", func(t *testing.T) {
		script := exec.Command("node", "wallet.mjs", s.url, hexutil.Encode(crypto.FromECDSA(s.key)),
			s.usd.Address.Hex(), s.thief.Hex(), s.Bank().Hex())
		script.Dir = "../ground"
		out, err := script.CombinedOutput()
		if err != nil {
			if os.Getenv("CI") != "true" {
				t.Skipf("%v: %s", err, out)
			}
			t.Fatalf("%v: %s", err, out)
		}
		for _, want := range []string{"payment sent", "approval refused 4001", "review http://"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("%q is not in %s", want, out)
			}
		}
	})
}

// TestNodeGone: without a node nothing is signed and the wallet is told.
func TestNodeGone(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + dead.Addr().String()
	dead.Close()
	node, err := simulate.Dial(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	s := New(&scan.Scanner{
		Reader: &unfold.Reader{}, Limits: rules.DefaultLimits(), Node: simulate.New(node),
		Lists: &rules.Lists{},
	}, url)
	m := s.one(t.Context(), &http.Request{}, message{ID: json.RawMessage("1"),
		Method: "eth_chainId"})
	if m.Error == nil || m.Error.Code != codeDisconnected {
		t.Errorf("%+v", m)
	}
	s.HoldFrom = rules.Warning
	m = s.one(t.Context(), &http.Request{}, message{ID: json.RawMessage("1"),
		Method: "eth_sendTransaction", Params: json.RawMessage(
			`[{"from":"0x1111111111111111111111111111111111111111",
			   "to":"0x2222222222222222222222222222222222222222","value":"0x1"}]`)})
	if m.Error == nil || m.Error.Code != codeRejected {
		t.Errorf("what could not be tried out is not held: %+v", m)
	}
}

func FuzzStrict(f *testing.F) {
	f.Add([]byte(`{"id":1,"method":"eth_chainId","params":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var m message
		strict(raw, &m)
	})
}
