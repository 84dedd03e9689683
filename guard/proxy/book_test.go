package proxy

import (
	"math/big"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/outlay"
	"agon/guard/rules"
)

// TestLimitsAtOnce: many payments at the same time, each within an agent's
// limits, do not pass them together; after a restart the sums are the same.
func TestLimitsAtOnce(t *testing.T) {
	const limit, asked = 12, 40
	var coin common.Address
	file := filepath.Join(t.TempDir(), "spent.json")
	policy := rules.Policy{PerDay: map[common.Address]*big.Int{coin: big.NewInt(limit)}}
	ledger, err := outlay.Open(policy, file)
	if err != nil {
		t.Fatal(err)
	}
	s := newStageWith(t, func(s *Server) {
		s.Ledger, s.Scanner.Policy = ledger, ledger.Policy
	})
	var passed, refused atomic.Int64
	var wg sync.WaitGroup
	for range asked {
		wg.Add(1)
		go func() {
			defer wg.Done()
			// The node has no key of this account: that it refuses shows that the
			// request passed.
			m := s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": s.thief,
				"value": "0x1"})
			switch {
			case m.Error == nil:
				t.Errorf("the node signs for %s", s.me)
			case m.Error.Code == codeUnauthorized:
				refused.Add(1)
			default:
				passed.Add(1)
			}
		}()
	}
	wg.Wait()
	if passed.Load() != limit || refused.Load() != asked-limit {
		t.Errorf("%d passed and %d were refused, want %d and %d", passed.Load(), refused.Load(),
			limit, asked-limit)
	}
	again, err := outlay.Open(policy, file)
	if err != nil {
		t.Fatal(err)
	}
	if spent := again.Policy().Spent[coin]; spent == nil || spent.Int64() != limit {
		t.Errorf("after a restart %v are spent, want %d", spent, limit)
	}
}
