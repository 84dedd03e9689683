package simulate

import (
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"agon/guard/effect"
	"agon/guard/ground"
)

// ownWord tries the lower rungs on a real node: eth_simulateV1, then traces.
func ownWord(t *testing.T, g *ground.Ground, s *Simulator, me, thief common.Address,
	usd *ground.Contract) {
	items := g.Deploy("Items")
	items.Send(g.BankKey(), nil, "mint", me, big.NewInt(9))
	sweeper := g.Deploy("Sweeper", thief)
	two := g.DeployWith(coins(5000), "TwoFaced")
	mine := g.Deploy("Token", "Mine", "MINE", uint8(18))
	mine.Send(g.BankKey(), nil, "transferOwnership", me)
	pay := func(n int64) []byte { return usd.Data("transfer", thief, big.NewInt(n)) }
	run := func(t *testing.T, subject Subject) *Outcome {
		t.Helper()
		subject.From = me
		out, err := s.remote(t.Context(), subject, []common.Address{usd.Address, thief,
			items.Address})
		if err != nil {
			t.Fatal(err)
		}
		e := out.Effects
		if e.Rung != effect.Simulated || len(e.Incomplete) == 0 || len(out.Others) != 1 {
			t.Errorf("rung %q, incomplete %q, %d others", e.Rung, e.Incomplete, len(out.Others))
		}
		usdc, art := out.Facts[usd.Address], out.Facts[items.Address]
		if usdc == nil || usdc.Token == nil || usdc.Token.Symbol != "USDC" ||
			usdc.Token.Decimals != 6 || usdc.Token.Collection || out.Facts[thief].HasCode ||
			art == nil || art.Token == nil || !art.Token.Collection {
			t.Errorf("facts %+v, %+v", usdc, art)
		}
		return out
	}
	t.Run("a token", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: pay(7), Spenders: []common.Address{thief}})
		if c := change(out.Effects, me, &usd.Address); c.Int64() != -7 {
			t.Errorf("%v %+v", c, out.Effects)
		}
	})
	t.Run("the coin", func(t *testing.T) {
		out := run(t, Subject{To: &thief, Value: coins(5)})
		if c := change(out.Effects, me, nil); c.Cmp(coins(-5)) != 0 {
			t.Errorf("%v", c)
		}
	})
	t.Run("calls one after the other", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: pay(7), Then: []Step{
			{To: &usd.Address, Data: pay(8)}, {To: &thief, Value: coins(1)}}})
		if c := change(out.Effects, me, &usd.Address); c.Int64() != -15 {
			t.Errorf("%v", c)
		}
		if c := change(out.Effects, me, nil); c.Cmp(coins(-1)) != 0 {
			t.Errorf("%v", c)
		}
	})
	t.Run("a delegation", func(t *testing.T) {
		out := run(t, Subject{To: &me, Data: sweeper.Data("sweep", usd.Address),
			Delegates: map[common.Address]common.Address{me: sweeper.Address},
			Tokens:    []common.Address{usd.Address}})
		if c := change(out.Effects, me, &usd.Address); c.Sign() >= 0 {
			t.Errorf("the sweeper takes %v: %+v", c, out.Effects)
		}
	})
	t.Run("an item", func(t *testing.T) {
		out := run(t, Subject{To: &items.Address,
			Data: items.Data("safeTransferFrom", me, thief, big.NewInt(9))})
		if m := out.Effects.Items; len(m) != 1 || m[0].From != me || m[0].To != thief {
			t.Errorf("%+v", m)
		}
	})
	t.Run("an allowance", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: usd.Data("approve", thief, big.NewInt(9)),
			Spenders: []common.Address{thief}})
		if a := out.Effects.Allowances; len(a) != 1 || a[0].After.Int64() != 9 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("an owner", func(t *testing.T) {
		out := run(t, Subject{To: &mine.Address, Data: mine.Data("transferOwnership", thief)})
		if c := out.Effects.Controls; len(c) != 1 || c[0].What != "owner" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("two faces", func(t *testing.T) {
		out := run(t, Subject{To: &two.Address, Value: coins(100), Data: two.Data("claim")})
		a, b := change(out.Effects, me, nil), change(out.Others[0], me, nil)
		if a.Sign() <= 0 || b.Cmp(coins(-100)) != 0 {
			t.Errorf("changes by %v and %v", a, b)
		}
	})
	t.Run("a failure", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: usd.Data("mint", me, big.NewInt(1))})
		if !out.Effects.Reverted || out.Effects.Reason != "not the owner" {
			t.Errorf("%+v", out.Effects)
		}
	})
	t.Run("a trace", func(t *testing.T) {
		subject := Subject{From: me, To: &me, Data: sweeper.Data("sweep", usd.Address),
			Value:     coins(0),
			Delegates: map[common.Address]common.Address{me: sweeper.Address},
			Then:      []Step{{To: &thief, Value: coins(1)}}}
		block, _, err := s.node.latest(t.Context(), subject)
		if err != nil {
			t.Fatal(err)
		}
		out, err := s.traced(t.Context(), subject, block)
		if err != nil || out.Effects.Rung != effect.Traced ||
			!strings.Contains(strings.Join(out.Effects.Incomplete, "; "), "only the first") {
			t.Errorf("%v %+v", err, out)
		}
	})
	t.Run("facts without proofs", func(t *testing.T) {
		blind := New(between(t, g.URL, refuse("eth_getProof")))
		out, err := blind.Look(t.Context(), []common.Address{usd.Address, thief})
		if err != nil || out.Unproven == "" || !out.Facts[usd.Address].HasCode ||
			out.Facts[thief].HasCode {
			t.Errorf("%v %+v", err, out)
		}
	})
}

// TestPast: three days are reckoned by the chain's own pace.
func TestPast(t *testing.T) {
	const height, pace = 5_000_000, 2 // seconds a block, as on many rollups
	old, fresh := common.HexToAddress("0x01d"), common.HexToAddress("0xf4e5")
	birth := uint64(height - 100_000) // of fresh, in blocks: 2.3 days ago
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		type ask struct {
			ID     json.RawMessage
			Method string
			Params []json.RawMessage
		}
		answer := func(q ask) string {
			var at, text string
			switch q.Method {
			case "eth_getBlockByNumber":
				json.Unmarshal(q.Params[0], &at)
				n := new(big.Int).SetBytes(common.FromHex(at)).Int64()
				text = fmt.Sprintf(`{"timestamp":"0x%x"}`, 1_700_000_000+n*pace)
			case "eth_getStorageAt": // the implementation was 0x01 before the birth
				json.Unmarshal(q.Params[2], &at)
				text = `"0x` + strings.Repeat("0", 63) + `2"`
				if n := new(big.Int).SetBytes(common.FromHex(at)); n.Uint64() < birth {
					text = `"0x` + strings.Repeat("0", 63) + `1"`
				}
			case "eth_getCode":
				json.Unmarshal(q.Params[1], &at)
				var who common.Address
				json.Unmarshal(q.Params[0], &who)
				text = `"0x60"`
				if n := new(big.Int).SetBytes(common.FromHex(at)); who == fresh &&
					n.Uint64() < birth {
					text = `"0x"`
				}
			}
			return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":%s}`, q.ID, text)
		}
		w.Header().Set("Content-Type", "application/json")
		var one ask
		if json.Unmarshal(raw, &one) == nil {
			fmt.Fprint(w, answer(one))
			return
		}
		var many []ask
		json.Unmarshal(raw, &many)
		var out []string
		for _, q := range many {
			out = append(out, answer(q))
		}
		fmt.Fprint(w, "["+strings.Join(out, ",")+"]")
	}))
	defer server.Close()
	node, err := Dial(t.Context(), server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	block := &Block{Header: &types.Header{Number: big.NewInt(height),
		Time: 1_700_000_000 + height*pace}}
	two := map[common.Address]common.Address{old: common.HexToAddress("0x2")}
	past, err := New(node).Past(t.Context(), block, 72*time.Hour,
		[]common.Address{old, fresh}, two)
	if err != nil || past.Young[old] || !past.Young[fresh] || !past.Replaced[old] {
		t.Errorf("%+v, %v", past, err)
	}
	// Two days ago fresh was there already, and so was the implementation.
	past, err = New(node).Past(t.Context(), block, 48*time.Hour,
		[]common.Address{old, fresh}, two)
	if err != nil || past.Young[old] || past.Young[fresh] || past.Replaced[old] {
		t.Errorf("%+v, %v", past, err)
	}
}

// TestCutOnce: a connection that breaks in the middle of an answer is tried once more.
func TestCutOnce(t *testing.T) {
	for cuts, want := range map[int32]bool{0: true, 1: true, 2: false} {
		var asked atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter,
			_ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			const answer = `{"jsonrpc":"2.0","id":1,"result":"0x5"}`
			if asked.Add(1) <= cuts {
				w.Header().Set("Content-Length", "1000")
				fmt.Fprint(w, answer[:9])
				return
			}
			// The client numbers its requests from 1, another try included.
			fmt.Fprint(w, strings.Replace(answer, ":1,", fmt.Sprintf(":%d,", asked.Load()), 1))
		}))
		defer server.Close()
		node, err := Dial(t.Context(), server.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer node.Close()
		chain, err := node.Chain(t.Context())
		if (err == nil && chain == 5) != want || asked.Load() > 2 {
			t.Errorf("cut %d times: chain %d, %v, asked %d times", cuts, chain, err, asked.Load())
		}
	}
}
