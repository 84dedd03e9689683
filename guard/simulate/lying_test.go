package simulate

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/effect"
	"agon/guard/ground"
)

// between stands between the simulator and the node and changes answers.
func between(t *testing.T, node string, change func(request, answer []byte) []byte) *Node {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		resp, err := http.Post(node, "application/json", bytes.NewReader(request))
		if err != nil {
			t.Error(err)
			return
		}
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Error(err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(change(request, answer))
	}))
	t.Cleanup(server.Close)
	n, err := Dial(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

// refuse answers a method as nodes do that do not know it.
func refuse(method string) func(request, answer []byte) []byte {
	return func(request, answer []byte) []byte {
		var asked, answered []map[string]any
		if json.Unmarshal(request, &asked) != nil || json.Unmarshal(answer, &answered) != nil {
			var one map[string]any
			if json.Unmarshal(request, &one) == nil && one["method"] == method {
				return []byte(`{"jsonrpc":"2.0","id":` + string(must(json.Marshal(one["id"]))) +
					`,"error":{"code":-32601,"message":"the method does not exist"}}`)
			}
			return answer
		}
		for i := range asked {
			if asked[i]["method"] == method {
				delete(answered[i], "result")
				answered[i]["error"] = map[string]any{"code": -32601, "message": "unknown method"}
			}
		}
		return must(json.Marshal(answered))
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestLyingNode: what a node makes up is caught or said to be unproven.
func TestLyingNode(t *testing.T) {
	g := ground.Start(t)
	_, me := g.Account()
	_, friend := g.Account()
	usd := g.Deploy("Token", "USD Coin", "USDC", uint8(6))
	usd.Send(g.BankKey(), nil, "transfer", me, big.NewInt(5_000_000))
	subject := Subject{From: me, To: &usd.Address, Data: usd.Data("transfer", friend,
		big.NewInt(7)),
		Spenders: []common.Address{friend}}
	try := func(change func(request, answer []byte) []byte) (*Outcome, error) {
		return New(between(t, g.URL, change)).Run(t.Context(), subject,
			[]common.Address{usd.Address})
	}
	honest := func(_, answer []byte) []byte { return answer }
	if out, err := try(honest); err != nil || out.Effects.Rung != effect.Proved {
		t.Fatalf("%+v %v", out, err)
	}
	replace := func(pattern, with string) func(_, answer []byte) []byte {
		re := regexp.MustCompile(pattern)
		return func(_, answer []byte) []byte {
			return re.ReplaceAllFunc(answer, func(m []byte) []byte {
				return re.ReplaceAll(m, []byte(with))
			})
		}
	}
	for _, lie := range []struct {
		name   string
		change func(request, answer []byte) []byte
	}{
		{"another state root", replace(`"stateRoot":"0x[0-9a-f]{8}`, `"stateRoot":"0xdeadbeef`)},
		{"another time", replace(`"timestamp":"0x[0-9a-f]+"`, `"timestamp":"0x5"`)},
		{"another hash", replace(`"hash":"0x[0-9a-f]{8}`, `"hash":"0xdeadbeef`)},
		{"other code", replace(`"result":"0x60806040`, `"result":"0x60806041`)},
		{"a changed proof", replace(`"accountProof":\["0x`, `"accountProof":["0x00`)},
		{"no proof", replace(`"accountProof":\[[^]]*\]`, `"accountProof":[]`)},
		{"no proof of slots", replace(`"proof":\[[^]]*\]`, `"proof":[]`)},
	} {
		out, err := try(lie.change)
		if !errors.Is(err, ErrLying) {
			t.Errorf("%s: %+v, %v", lie.name, out, err)
		}
	}
	// Values beside the proofs are not even looked at.
	if out, err := try(replace(`"(balance|value)":"0x[0-9a-f]+"`, `"$1":"0xffff"`)); err != nil ||
		change(out.Effects, me, &usd.Address).Int64() != -7 {
		t.Errorf("made-up values: %+v %v", out, err)
	}
	// An access list of the node's choice costs time and changes nothing.
	if out, err := try(replace(`"accessList":\[.*?\](,"gasUsed")`,
		`"accessList":[]$1`)); err != nil ||
		change(out.Effects, me, &usd.Address).Int64() != -7 {
		t.Errorf("no access list: %+v %v", out, err)
	}
	t.Run("without proofs", func(t *testing.T) {
		out, err := try(refuse("eth_getProof"))
		if err != nil || out.Effects.Rung != effect.Simulated || len(out.Effects.Incomplete) == 0 ||
			change(out.Effects, me, &usd.Address).Int64() != -7 {
			t.Errorf("%+v %v", out, err)
		}
	})
	t.Run("without proofs and simulation", func(t *testing.T) {
		noProof, noSimulation := refuse("eth_getProof"), refuse("eth_simulateV1")
		out, err := try(func(request, answer []byte) []byte {
			return noSimulation(request, noProof(request, answer))
		})
		if err != nil || out.Effects.Rung != effect.Traced || len(out.Effects.Incomplete) == 0 {
			t.Errorf("%+v %v", out, err)
		}
	})
	t.Run("cut short", func(t *testing.T) {
		if out, err := try(func(_,
			answer []byte) []byte {
			return answer[:len(answer)/2]
		}); err == nil {
			t.Errorf("%+v", out)
		}
	})
	t.Run("huge", func(t *testing.T) {
		if out, err := try(func(_, answer []byte) []byte {
			return append([]byte(strings.Repeat(" ", maxAnswer)), answer...)
		}); err == nil {
			t.Errorf("%+v", out)
		}
	})
	t.Run("too slow", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		n := between(t, g.URL, func(_, answer []byte) []byte {
			time.Sleep(400 * time.Millisecond)
			return answer
		})
		start := time.Now()
		if out, err := New(n).Run(ctx, subject, nil); err == nil ||
			time.Since(start) > 5*time.Second {
			t.Errorf("%+v after %s", out, time.Since(start))
		}
	})
}
