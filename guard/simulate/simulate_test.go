package simulate

import (
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/effect"
	"agon/guard/ground"
)

// TestProxySlots: the slots are those that EIP-1967 defines.
func TestProxySlots(t *testing.T) {
	for key, what := range proxySlots {
		hash := crypto.Keccak256Hash([]byte("eip1967.proxy." + what)).Big()
		if want := common.BigToHash(hash.Sub(hash, common.Big1)); key != want {
			t.Errorf("%s: %s, want %s", what, key, want)
		}
	}
}

func coins(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e15)) }

// change finds an account's change of a token; nil for the coin.
func change(e *effect.Effects, a common.Address, t *common.Address) *big.Int {
	for _, b := range e.Balances {
		same := b.Token == nil && t == nil || b.Token != nil && t != nil && *b.Token == *t
		if b.Account == a && same {
			return b.Change()
		}
	}
	return new(big.Int)
}

// TestOnRealNode tries honest and hostile contracts on a real node.
func TestOnRealNode(t *testing.T) {
	g := ground.Start(t)
	key, me := g.Account()
	_, thief := g.Account()
	node, err := Dial(t.Context(), g.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer node.Close()
	s := New(node)
	run := func(t *testing.T, subject Subject) *Outcome {
		t.Helper()
		subject.From = me
		out, err := s.Run(t.Context(), subject, []common.Address{*subject.To})
		if err != nil {
			t.Fatal(err)
		}
		if out.Effects.Rung != effect.Proved {
			t.Errorf("%s: %q", out.Effects.Rung, out.Effects.Incomplete)
		}
		return out
	}
	far := big.NewInt(1 << 40)

	usd := g.Deploy("Token", "USD Coin", "USDC", uint8(6))
	usd.Send(g.BankKey(), nil, "transfer", me, big.NewInt(5_000_000))

	t.Run("a payment", func(t *testing.T) {
		out := run(t, Subject{To: &thief, Value: coins(500)})
		if c := change(out.Effects, me, nil); c.Cmp(coins(-500)) != 0 {
			t.Errorf("changes by %v", c)
		}
		if out.Trips > 3 {
			t.Errorf("%d round trips", out.Trips)
		}
	})
	t.Run("an account with nearly all coins there can be", func(t *testing.T) {
		var accounts []common.Address
		if err := g.Eth.Client().Call(&accounts, "eth_accounts"); err != nil {
			t.Fatal(err)
		}
		out, err := s.Run(t.Context(), Subject{From: accounts[0], To: &thief, Value: coins(5)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		// It is the coinbase too, which gets the tip.
		tip := new(big.Int).Add(change(out.Effects, accounts[0], nil), coins(5))
		if tip.Sign() < 0 || tip.Cmp(coins(1)) > 0 {
			t.Errorf("changes by %v more than -5: %+v", tip, out.Effects)
		}
	})
	t.Run("a token's transfer", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: usd.Data("transfer", thief, big.NewInt(7))})
		if c := change(out.Effects, me, &usd.Address); c.Int64() != -7 {
			t.Errorf("changes by %v: %+v", c, out.Effects)
		}
		facts := out.Facts[usd.Address]
		if facts == nil || facts.Token == nil || facts.Token.Symbol != "USDC" ||
			facts.Token.Decimals != 6 {
			t.Errorf("facts %+v", facts)
		}
	})
	t.Run("an allowance", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: usd.Data("approve", thief, big.NewInt(9)),
			Spenders: []common.Address{thief}})
		a := out.Effects.Allowances
		if len(a) != 1 || a[0].After.Int64() != 9 || a[0].Spender != thief {
			t.Errorf("%+v", a)
		}
	})
	t.Run("a quiet token", func(t *testing.T) {
		quiet := g.Deploy("QuietToken")
		quiet.Send(g.BankKey(), nil, "transfer", me, big.NewInt(100))
		out := run(t, Subject{To: &quiet.Address, Data: quiet.Data("transfer", thief,
			big.NewInt(60))})
		if c := change(out.Effects, me, &quiet.Address); c.Int64() != -60 {
			t.Errorf("without a log the change is %v", c)
		}
	})
	t.Run("a loud token", func(t *testing.T) {
		loud := g.Deploy("LoudToken")
		out := run(t, Subject{To: &loud.Address, Data: loud.Data("airdrop", []common.Address{me})})
		if len(out.Effects.Balances) != 0 {
			t.Errorf("logs are believed: %+v", out.Effects.Balances)
		}
	})
	t.Run("items", func(t *testing.T) {
		items := g.Deploy("Items")
		items.Send(g.BankKey(), nil, "mint", me, big.NewInt(5))
		out := run(t, Subject{To: &items.Address,
			Data: items.Data("safeTransferFrom", me, thief, big.NewInt(5))})
		if m := out.Effects.Items; len(m) != 1 || m[0].From != me || m[0].To != thief ||
			m[0].ID.Int64() != 5 {
			t.Errorf("%+v", m)
		}
		out = run(t, Subject{To: &items.Address, Data: items.Data("setApprovalForAll", thief, true),
			Spenders: []common.Address{thief}})
		if a := out.Effects.Allowances; len(a) != 1 || !a[0].All {
			t.Errorf("%+v", a)
		}
	})
	sell := func(t *testing.T, token *ground.Contract) *Outcome {
		t.Helper()
		market := g.DeployWith(coins(5000), "Market", token.Address)
		token.Send(g.BankKey(), nil, "transfer", market.Address, coins(1_000_000))
		if _, ok := token.ABI.Methods["setPair"]; ok {
			token.Send(g.BankKey(), nil, "setPair", market.Address)
		}
		weth := common.HexToAddress("0xc0")
		return run(t, Subject{To: &market.Address, Value: coins(100), Data: market.Data(
			"swapExactETHForTokens", new(big.Int), []common.Address{weth, token.Address}, me, far)})
	}
	t.Run("a swap", func(t *testing.T) {
		out := sell(t, g.Deploy("Token", "Wif", "WIF", uint8(18)))
		r := out.Effects.Resale
		if r == nil || r.Reverted || r.Back.Cmp(coins(95)) < 0 || r.Back.Cmp(coins(100)) > 0 {
			t.Errorf("resale %+v", r)
		}
		if out.Trips > 5 {
			t.Errorf("%d round trips, want at most 5", out.Trips)
		}
		t.Logf("a swap, cold: %d round trips", out.Trips)
	})
	t.Run("a honeypot", func(t *testing.T) {
		if r := sell(t, g.Deploy("Honeypot")).Effects.Resale; r == nil || !r.Reverted {
			t.Errorf("resale %+v", r)
		}
	})
	t.Run("a fee on transfer", func(t *testing.T) {
		r := sell(t, g.Deploy("FeeToken")).Effects.Resale
		if r == nil || r.Reverted || r.Back.Cmp(coins(90)) > 0 {
			t.Errorf("resale %+v", r)
		}
	})
	t.Run("a simulator-aware thief", func(t *testing.T) {
		two := g.DeployWith(coins(5000), "TwoFaced")
		out := run(t, Subject{To: &two.Address, Value: coins(100), Data: two.Data("claim")})
		if c := change(out.Others[0], me, nil); c.Cmp(coins(-100)) != 0 {
			t.Errorf("in the later environment the change is %v", c)
		}
		if change(out.Effects, me, nil).Sign() <= 0 {
			t.Errorf("in the first environment it should pay")
		}
	})
	t.Run("a failure inside", func(t *testing.T) {
		re, no := g.Deploy("Reentrant"), g.Deploy("Refuser")
		out := run(t, Subject{To: &re.Address, Value: coins(10), Data: re.Data("enter",
			no.Address)})
		if len(out.Effects.Inner) != 1 || out.Effects.Inner[0].Reason != "closed" {
			t.Errorf("%+v", out.Effects.Inner)
		}
	})
	t.Run("a proxy that changes", func(t *testing.T) {
		one, swapper := g.Deploy("Token", "A", "A", uint8(18)), g.Deploy("Swapper")
		proxy := g.Deploy("Proxy", one.Address)
		out := run(t, Subject{To: &swapper.Address,
			Data: swapper.Data("play", proxy.Address, swapper.Address)})
		if c := out.Effects.Controls; len(c) != 1 || c[0].What != "implementation" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("ownership", func(t *testing.T) {
		mine := g.Deploy("Token", "Mine", "MINE", uint8(18))
		mine.Send(g.BankKey(), nil, "transferOwnership", me)
		out := run(t, Subject{To: &mine.Address, Data: mine.Data("transferOwnership", thief)})
		if c := out.Effects.Controls; len(c) != 1 || c[0].What != "owner" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("a delegation", func(t *testing.T) {
		sweeper := g.Deploy("Sweeper", thief)
		out := run(t, Subject{To: &me, Data: sweeper.Data("sweep", usd.Address),
			Delegates: map[common.Address]common.Address{me: sweeper.Address},
			Tokens:    []common.Address{usd.Address}})
		if c := change(out.Effects, me, &usd.Address); c.Int64() != -5_000_000 {
			t.Errorf("the sweeper takes %v", c)
		}
		if c := out.Effects.Controls; len(c) != 1 || c[0].What != "delegation" {
			t.Errorf("%+v", c)
		}
	})
	t.Run("a failure", func(t *testing.T) {
		out := run(t, Subject{To: &usd.Address, Data: usd.Data("mint", me, far)})
		if !out.Effects.Reverted || out.Effects.Reason != "not the owner" {
			t.Errorf("%+v", out.Effects)
		}
	})
	t.Run("what was foretold comes true", func(t *testing.T) {
		data := usd.Data("transfer", thief, big.NewInt(1234))
		out := run(t, Subject{To: &usd.Address, Data: data})
		g.Transact(key, &usd.Address, nil, data)
		after := run(t, Subject{To: &usd.Address, Data: data})
		want := new(big.Int)
		for _, b := range out.Effects.Balances {
			if b.Token != nil && b.Account == me {
				want = b.After
			}
		}
		for _, b := range after.Effects.Balances {
			if b.Token != nil && b.Account == me && b.Before.Cmp(want) != 0 {
				t.Errorf("%v was foretold, %v came", want, b.Before)
			}
		}
	})
	t.Run("the node's own word", func(t *testing.T) { ownWord(t, g, s, me, thief, usd) })
}
