package proxy

import (
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"agon/guard/ground"
	"agon/guard/rules"
)

// cautious is a stage whose proxy holds warnings too: what is honest waits for
// a person, and what a stranger does meanwhile shows.
func cautious(t *testing.T, look time.Duration) *stage {
	t.Helper()
	return newStageWith(t, func(s *Server) { s.HoldFrom, s.lookEvery = rules.Warning, look })
}

// press posts a page's form as it was read at some time.
func (s *stage) press(id, token string) (int, string) {
	s.t.Helper()
	return s.post("/review/"+id+"/release", url.Values{"token": {token}}.Encode(),
		"Content-Type", "application/x-www-form-urlencoded")
}

// tokenOn is the token of the page as it is now.
func (s *stage) tokenOn(id string) string {
	s.t.Helper()
	_, page := s.get("/review/" + id)
	found := tokenField.FindStringSubmatch(page)
	if found == nil {
		s.t.Fatalf("no button: %s", page)
	}
	return found[1]
}

// vault is an honest vault behind a proxy, and what its owner replaces it with.
func (s *stage) vault() (proxy, turncoat *ground.Contract, deposit []byte) {
	honest := s.Deploy("Vault")
	return s.Deploy("Proxy", honest.Address), s.Deploy("Turncoat", s.thief), honest.Data("deposit")
}

// TestProxyReplaced: the code behind a proxy is replaced at each moment between
// the review and the node. Nothing of it passes, and the page says why.
func TestProxyReplaced(t *testing.T) {
	s := cautious(t, time.Hour)
	t.Run("before the button is pressed", func(t *testing.T) {
		vault, turncoat, deposit := s.vault()
		raw := s.signed(vault.Address, big.NewInt(5e16), deposit)
		id := s.held(s.call("eth_sendRawTransaction", raw))
		read := s.tokenOn(id)
		vault.Send(s.BankKey(), nil, "upgradeTo", turncoat.Address)
		before := s.balance(s.thief)
		code, page := s.press(id, read)
		if code != http.StatusConflict || !strings.Contains(page, "has changed while it waited") ||
			!strings.Contains(page, "has been replaced") {
			t.Errorf("released unread: %d %s", code, page)
		}
		// The old page stays useless; the new one is good once it was read.
		if code, _ := s.press(id, read); code != http.StatusConflict {
			t.Errorf("the old page's button: %d", code)
		}
		if s.balance(s.thief).Cmp(before) != 0 {
			t.Error("the thief was paid")
		}
		if code, page := s.press(id, s.tokenOn(id)); code != http.StatusOK ||
			!strings.Contains(page, "Sent: ") {
			t.Errorf("what was read again is not released: %d %s", code, page)
		}
	})
	t.Run("after the release", func(t *testing.T) {
		vault, turncoat, deposit := s.vault()
		ask := func() message {
			return s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": vault.Address,
				"value": (*hexutil.Big)(big.NewInt(5e16)), "data": hexutil.Bytes(deposit)})
		}
		id := s.held(ask())
		if code := s.release(id); code != http.StatusOK {
			t.Fatal(code)
		}
		vault.Send(s.BankKey(), nil, "upgradeTo", turncoat.Address)
		m := ask()
		if again := s.held(m); again != id || !strings.Contains(m.Error.Message, "has changed") {
			t.Errorf("held as %s, was %s: %+v", again, id, m.Error)
		}
		s.held(ask()) // the release is gone for good
	})
}

// TestPriceMoved: somebody trades before the user, who read another amount.
func TestPriceMoved(t *testing.T) {
	s := cautious(t, time.Hour)
	token := s.Deploy("Token", "Wif", "WIF", uint8(18))
	pool := s.DeployWith(big.NewInt(5e18), "Market", token.Address)
	token.Send(s.BankKey(), nil, "transfer", pool.Address, big.NewInt(9e18))
	swap := func(to common.Address) []byte {
		return pool.Data("swapExactETHForTokens", new(big.Int), []common.Address{{}, token.Address},
			to, big.NewInt(1e12))
	}
	id := s.held(s.call("eth_sendRawTransaction",
		s.signed(pool.Address, big.NewInt(1e17), swap(s.me))))
	read := s.tokenOn(id)
	_, other := s.Account()
	s.Transact(s.BankKey(), &pool.Address, big.NewInt(1e15), swap(other)) // far below one percent
	if _, ok, stale := s.server.shelf.may(id, read); !ok || stale {
		t.Fatal("the page is stale by itself")
	}
	s.Transact(s.BankKey(), &pool.Address, big.NewInt(1e18), swap(other))
	code, page := s.press(id, read)
	if code != http.StatusConflict || !strings.Contains(page, "where it was") {
		t.Errorf("another price was accepted: %d %s", code, page)
	}
}

// TestWatch: what waits is tried out again at a new block without being asked.
func TestWatch(t *testing.T) {
	s := cautious(t, 20*time.Millisecond)
	vault, turncoat, deposit := s.vault()
	id := s.held(s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": vault.Address,
		"value": (*hexutil.Big)(big.NewInt(5e16)), "data": hexutil.Bytes(deposit)}))
	if code := s.release(id); code != http.StatusOK {
		t.Fatal(code)
	}
	_, other := s.Account() // a block that changes nothing here
	vault.Send(s.BankKey(), nil, "upgradeTo", turncoat.Address)
	deadline := time.Now().Add(20 * time.Second)
	for {
		h, ok := s.server.shelf.get(id)
		if ok && len(h.changes) > 0 && h.released.IsZero() {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the release stands: %+v (%s)", h.changes, other)
		}
		time.Sleep(20 * time.Millisecond)
	}
	if _, page := s.get("/review/" + id); !strings.Contains(page, "has been replaced") {
		t.Errorf("the page does not say so: %s", page)
	}
}

// TestStillTheSame: blocks that have nothing to do with a request leave its
// release alone, and it passes once.
func TestStillTheSame(t *testing.T) {
	s := cautious(t, 20*time.Millisecond)
	vault, _, deposit := s.vault()
	ask := func() message {
		return s.call("eth_sendTransaction", map[string]any{"from": s.me, "to": vault.Address,
			"value": (*hexutil.Big)(big.NewInt(5e16)), "data": hexutil.Bytes(deposit)})
	}
	id := s.held(ask())
	if code := s.release(id); code != http.StatusOK {
		t.Fatal(code)
	}
	for range 3 {
		s.Account()
	}
	if m := ask(); m.Error == nil || m.Error.Code == codeRejected {
		t.Errorf("a release was withdrawn for nothing: %+v", m.Error)
	}
	s.held(ask())
}

func (s *stage) balance(a common.Address) *big.Int {
	s.t.Helper()
	n, err := s.Eth.BalanceAt(s.t.Context(), a, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}
