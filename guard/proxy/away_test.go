package proxy

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"agon/guard/simulate"
)

// moody stands before the node and can be made to answer badly.
type moody struct {
	node http.Handler
	mood atomic.Pointer[func(w http.ResponseWriter, r *http.Request)]
}

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if mood := m.mood.Load(); mood != nil {
		(*mood)(w, r)
		return
	}
	m.node.ServeHTTP(w, r)
}

// TestNodeTurnsBad: the node goes away, breaks off, answers nonsense or without
// end, or answers only what sends, while a request is being judged, waits for a
// person or is about to pass. No transaction gets through that was not tried out.
func TestNodeTurnsBad(t *testing.T) {
	var front moody
	s := newStageWith(t, func(p *Server) {
		node, err := url.Parse(p.Upstream)
		if err != nil {
			t.Fatal(err)
		}
		front.node = httputil.NewSingleHostReverseProxy(node)
		server := httptest.NewServer(&front)
		t.Cleanup(server.Close)
		n, err := simulate.Dial(t.Context(), server.URL)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(n.Close)
		p.Upstream, p.Scanner.Node, p.lookEvery = server.URL, simulate.New(n), 10*time.Millisecond
	})
	_, payee := s.Account()
	asked := atomic.Int64{} // transactions that reached the node
	moods := map[string]func(w http.ResponseWriter, r *http.Request){
		"gone": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				c.Close()
			}
		},
		"breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			io.WriteString(w, `{"jsonrpc":"2.0","id":1,"res`)
		},
		"no JSON": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadGateway)
			io.WriteString(w, "<html>502</html>")
		},
		"without end": func(w http.ResponseWriter, _ *http.Request) {
			page := bytes.Repeat([]byte(" "), 1<<20)
			for range maxAnswer>>20 + 2 {
				if _, err := w.Write(page); err != nil {
					return
				}
			}
		},
		"sends and tells nothing": func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if bytes.Contains(body, []byte("eth_sendRawTransaction")) {
				asked.Add(1)
				io.WriteString(w, `{"jsonrpc":"2.0","id":1,"result":"0x00"}`)
				return
			}
			fmt.Fprint(w, `{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}`)
		},
	}
	for name, mood := range moods {
		t.Run(name, func(t *testing.T) {
			danger := s.held(s.call("eth_sendRawTransaction", s.signed(s.usd.Address, nil,
				s.usd.Data("approve", s.thief, big.NewInt(4_000_000)))))
			read, payment := s.tokenOn(danger), s.signed(payee, big.NewInt(5), nil)
			front.mood.Store(&mood)
			start := time.Now()
			s.held(s.call("eth_sendRawTransaction", payment))
			if code, page := s.press(danger, read); code != http.StatusConflict ||
				!strings.Contains(page, "cannot be now") {
				t.Errorf("released without being tried out: %d %.300s", code, page)
			}
			if m := s.call("eth_blockNumber"); m.Error == nil {
				t.Errorf("an answer from nowhere: %+v", m)
			}
			if took := time.Since(start); took > 30*time.Second {
				t.Errorf("the wallet waited %s", took)
			}
			front.mood.Store(nil)
			if n := s.allowance(s.thief); n.Sign() != 0 || asked.Load() > 0 {
				t.Fatalf("it was sent: allowance %v, %d sent", n, asked.Load())
			}
		})
	}
	// The node is back: the same payment passes.
	if m := s.call("eth_sendRawTransaction", s.signed(payee, big.NewInt(5), nil)); m.Error != nil {
		t.Errorf("%+v", m.Error)
	}
}
