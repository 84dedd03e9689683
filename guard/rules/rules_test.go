package rules

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/effect"
	"agon/guard/intent"
	"agon/guard/lists"
	"agon/guard/request"
	"agon/guard/unfold"
)

const (
	me     = "0x1111111111111111111111111111111111111111"
	friend = "0xf41e4d00000000000000000000000000000f41e4"
	thief  = "0xf41e4bad0bad0bad0bad0bad0bad0bad0bad41e4" // begins and ends like friend
	token  = "0x7070707070707070707070707070707070707070"
	usdc   = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"
	router = "0x4072074072074072074072074072074072074072"
	safe   = "0x5afe5afe5afe5afe5afe5afe5afe5afe5afe5afe"
)

// today is when every case of the tests happens.
var today = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func addr(s string) common.Address { return common.HexToAddress(s) }

func words(args ...string) string {
	out := ""
	for _, a := range args {
		a = strings.TrimPrefix(a, "0x")
		out += strings.Repeat("0", 64-len(a)) + a
	}
	return out
}

var max256 = strings.Repeat("f", 64)

// newCase makes an honest user's case of a request: known site, known router,
// known USDC, a friend paid before.
func newCase(t testing.TB, method, params string) *Case {
	t.Helper()
	r, err := request.Parse(method, json.RawMessage(params))
	if err != nil {
		t.Fatal(err)
	}
	tokens := lists.NewTokens()
	tokens.Add(lists.Token{Chain: 1, Address: addr(usdc), Symbol: "USDC", Name: "USD Coin",
		Decimals: 6})
	scams := lists.NewHosts(0)
	scams.Add("evil.example")
	contract := &Account{HasCode: true}
	site, err := lists.ParseSite("https://app.uniswap.org")
	if err != nil {
		t.Fatal(err)
	}
	return &Case{
		Intent: intent.Read(r, 1, &unfold.Reader{}), Now: today, Wallet: 1,
		Site: &site, SiteName: site.Host, Limits: DefaultLimits(),
		Accounts: map[common.Address]*Account{
			addr(me): {}, addr(friend): {}, addr(thief): {},
			addr(usdc): contract, addr(router): contract, addr(safe): contract, permit2: contract,
			addr(token): {HasCode: true,
				Token: &TokenFacts{Symbol: "WIF", Name: "Wif", Decimals: 18}},
		},
		Effects: &effect.Effects{Rung: effect.Proved},
		History: History{Payees: map[common.Address]bool{addr(friend): true}},
		Lists: &Lists{
			Blocked: lists.NewHosts(0), Trusted: lists.NewHosts(0),
			BlockedAddresses: lists.Addresses{}, TrustedAddresses: lists.Addresses{},
			Scams: []NamedHosts{{"a public list", scams}}, Genuine: lists.NewHosts(0),
			ScamAddresses: lists.Addresses{}, Tokens: tokens,
			Brands: []string{"uniswap.org", "aave.com", "opensea.io"},
			Contracts: map[string]map[common.Address]string{
				"uniswap.org": {addr(router): "router"},
			},
			Routers: lists.Addresses{addr(router): "router"},
		},
	}
}

func send(t testing.TB, to, value, data string) *Case {
	t.Helper()
	return newCase(t, "eth_sendTransaction", fmt.Sprintf(
		`[{"from":%q,"to":%q,"value":%q,"data":%q}]`, me, to, value, "0x"+data))
}

// swap is an honest swap: USDC for WIF through the router.
func swap(t testing.TB) *Case {
	c := send(t, router, "0x0", "472b43f3"+words("64", "1"))
	usd, wif := addr(usdc), addr(token)
	c.Effects.Balances = []effect.Balance{
		{Account: addr(me), Token: &usd, Before: big.NewInt(1000), After: big.NewInt(900)},
		{Account: addr(me), Token: &wif, Before: new(big.Int), After: big.NewInt(50)},
	}
	return c
}

func sign(t testing.TB, types, primary, message, contract string, chain int) *Case {
	t.Helper()
	document := fmt.Sprintf(`{"types":{%s},"primaryType":%q,
	 "domain":{"chainId":%d,"verifyingContract":%q},"message":{%s}}`, types, primary, chain,
		contract,
		message)
	return newCase(t, "eth_signTypedData_v4", fmt.Sprintf(`[%q,%q]`, me, document))
}

func members(name, list string) string {
	var out []string
	for _, m := range strings.Split(list, ",") {
		typ, member, _ := strings.Cut(m, " ")
		out = append(out, fmt.Sprintf(`{"name":%q,"type":%q}`, member, typ))
	}
	return fmt.Sprintf(`%q:[%s]`, name, strings.Join(out, ","))
}

// sweep lets one contract that no source names take all of n tokens.
func sweep(t testing.TB, n int, signed bool) *Case {
	c := send(t, usdc, "0x0", "095ea7b3"+words(safe, max256))
	for i := 1; i < n; i++ {
		g := c.Intent.Grants[0]
		g.Token[0] = byte(i)
		c.Intent.Grants = append(c.Intent.Grants, g)
	}
	for i := range c.Intent.Grants {
		c.Intent.Grants[i].Signed = signed
	}
	return c
}

// wrapped wraps 100 of the coin and gets some of the wrapped one.
func wrapped(t testing.TB, gets int64) *Case {
	weth := addr(safe)
	c := send(t, safe, "0x64", "d0e30db0")
	c.Lists.Tokens.Add(lists.Token{Chain: 1, Address: weth, Symbol: "WETH", Decimals: 18})
	c.Effects.Balances = []effect.Balance{
		{Account: addr(me), Before: big.NewInt(500), After: big.NewInt(400)},
		{Account: addr(me), Token: &weth, Before: new(big.Int), After: big.NewInt(gets)},
	}
	return c
}

func permit(t testing.TB, spender, value string, chain int) *Case {
	return sign(t, members("Permit",
		"address owner,address spender,uint256 value,uint256 nonce,uint256 deadline"), "Permit",
		fmt.Sprintf(`"owner":%q,"spender":%q,"value":"0x%s","nonce":"0","deadline":"1780400000"`,
			me,
			spender, value), usdc, chain)
}

func message(t testing.TB, text string) *Case {
	return newCase(t, "personal_sign", fmt.Sprintf(`[%q,%q]`, "0x"+common.Bytes2Hex([]byte(text)),
		me))
}

const signIn = ` wants you to sign in with your Ethereum account:
` + me + `

Hello

URI: https://app.uniswap.org/login
Version: 1
Chain ID: 1
Nonce: 12345678
Issued At: 2026-06-01T11:00:00Z`

func site(t testing.TB, c *Case, text string) *Case {
	t.Helper()
	s, err := lists.ParseSite(text)
	if err != nil {
		t.Fatal(err)
	}
	c.Site, c.SiteName = &s, s.Unicode()
	return c
}

// with changes a case.
func with(c *Case, change func(*Case)) *Case {
	change(c)
	return c
}

// found gives the finding of a rule.
func found(v Verdict, rule string) (Finding, bool) {
	for _, f := range v.Findings {
		if f.Rule == rule {
			return f, true
		}
	}
	return Finding{}, false
}

// TestHonestRequests: none of what people do every day is more than a warning,
// and the plainest of it is nothing at all.
func TestHonestRequests(t *testing.T) {
	for _, c := range []struct {
		name string
		c    *Case
		most Severity
	}{
		{"a payment to a friend", send(t, friend, "0x5", ""), Safe},
		{"a token for a friend", send(t, usdc, "0x0", "a9059cbb"+words(friend, "7")), Safe},
		{"an allowance for the router", send(t, usdc, "0x0", "095ea7b3"+words(router, "64")), Safe},
		{"an unlimited one", send(t, usdc, "0x0", "095ea7b3"+words(router, max256)), Safe},
		{"a revocation", send(t, usdc, "0x0", "095ea7b3"+words(thief, "0")), Safe},
		{"a swap", swap(t), Safe},
		{"a permit for the router", permit(t, router, "64", 1), Safe},
		{"a sign-in", message(t, "app.uniswap.org"+signIn), Safe},
		{"a message", message(t, "I vote for number 3"), Safe},
	} {
		v := Judge(c.c)
		if v.Severity > c.most {
			t.Errorf("%s: %s: %+v", c.name, v.Severity, v.Findings)
		}
	}
}

// TestRules: for each rule a case that it must find, and how bad it must be.
func TestRules(t *testing.T) {
	usd, wif := addr(usdc), addr(token)
	lookalike := "0x000000000000000000000000000000000000dEaD"
	blur := members("Root", "bytes32 root")
	witnessed := members("PermitWitnessTransferFrom", "TokenPermissions permitted,address spender,"+
		"uint256 nonce,uint256 deadline,Order witness") + "," +
		members("TokenPermissions", "address token,uint256 amount") + "," +
		members("Order", "address recipient")
	pulled := fmt.Sprintf(`"permitted":{"token":%q,"amount":"7"},"spender":%q,"nonce":"0",
	 "deadline":"1780400000","witness":{"recipient":%q}`, usdc, router, thief)
	operation := func(paymaster string) *Case {
		return newCase(t, "eth_sendUserOperation", fmt.Sprintf(
			`[{"sender":%q,"callData":"0x","paymasterAndData":%q},%q]`, me, paymaster, router))
	}
	sevenSeven := func(delegate, chain string) *Case {
		return newCase(t, "eth_sendTransaction", fmt.Sprintf(
			`[{"from":%q,"to":%q,"authorizationList":[{"chainId":%q,"address":%q,"nonce":"0x1"}]}]`,
			me, me, chain, delegate))
	}
	tests := []struct {
		rule string
		want Severity
		c    *Case
	}{
		{"blocked", Forbidden, with(send(t, friend, "0x5", ""), func(c *Case) {
			c.Lists.Blocked.Add("uniswap.org")
		})},
		{"blocked", Forbidden, with(send(t, friend, "0x5", ""), func(c *Case) {
			c.Lists.BlockedAddresses[addr(friend)] = "quarrel"
		})},
		{"listed-site", Danger, site(t, send(t, friend, "0x5", ""), "https://x.evil.example/y")},
		{"lookalike", Warning, site(t, send(t, friend, "0x5", ""), "https://unіswap.org")},
		{"lookalike", Warning, site(t, send(t, friend, "0x5", ""), "https://unisvap.org")},
		{"lookalike", Warning, site(t, send(t, friend, "0x5", ""), "https://uniswap.click")},
		{"luring-host", Warning, site(t, send(t, friend, "0x5", ""),
			"https://airdrop-x.vercel.app")},
		{"likely-scam", Warning, with(site(t, send(t, friend, "0x5", ""), "https://x.example"),
			func(c *Case) { score := 0.97; c.ScamScore = &score })},
		{"unknown-contract", Warning, send(t, safe, "0x0", "12345678")},
		{"grant-to-person", Danger, send(t, usdc, "0x0", "095ea7b3"+words(thief, "7"))},
		{"grant-to-person", Danger, send(t, token, "0x0", "a22cb465"+words(thief, "1"))},
		{"grant-to-person", Danger, permit(t, thief, "7", 1)},
		{"new-spender", Warning, with(send(t, usdc, "0x0", "095ea7b3"+words(safe, "7")),
			func(c *Case) {
				c.Accounts[addr(safe)] = &Account{HasCode: true, Young: true}
			})},
		{"new-spender", Warning, with(send(t, usdc, "0x0", "095ea7b3"+words(safe, "7")),
			func(c *Case) {
				c.Accounts[addr(safe)] = &Account{HasCode: true, Replaced: true}
			})},
		{"owner-powers", Warning, with(swap(t), func(c *Case) { c.Accounts[wif].Replaced = true })},
		{"new-spender", Warning, send(t, usdc, "0x0", "095ea7b3"+words(safe, max256))},
		{"listed-party", Danger, with(send(t, usdc, "0x0", "095ea7b3"+words(safe, "7")),
			func(c *Case) { c.Lists.ScamAddresses[addr(safe)] = "drainer" })},
		{"sweeping-grant", Warning, sweep(t, 2, false)},
		{"sweeping-grant", Danger, sweep(t, 2, true)},
		{"sweeping-grant", Danger, sweep(t, 3, false)},
		{"borrowed-name", Danger, with(permit(t, router, "64", 1), func(c *Case) {
			other := addr(token)
			c.Intent.Request.Typed.Domain.Name = "USD Coin"
			c.Intent.Request.Typed.Domain.VerifyingContract = &other
		})},
		{"odd-permit", Danger, sign(t, members("Permit", "address owner,address spender"), "Permit",
			fmt.Sprintf(`"owner":%q,"spender":%q`, me, router), usdc, 1)},
		{"odd-permit", Danger, sign(t, witnessed, "PermitWitnessTransferFrom", pulled, safe, 1)},
		{"witness", Warning, sign(t, witnessed, "PermitWitnessTransferFrom", pulled, permit2.Hex(),
			1)},
		{"bad-order", Danger, sign(t, blur, "Root", `"root":"0x`+words("5")+`"`, router, 1)},
		{"opaque", Danger, newCase(t, "eth_sign", fmt.Sprintf(`[%q,"0x%s"]`, me, max256))},
		{"opaque", Danger, newCase(t, "personal_sign", fmt.Sprintf(`["0x%s",%q]`, max256, me))},
		{"opaque", Danger, sign(t, members("SafeMessage", "bytes message"), "SafeMessage",
			`"message":"0x`+max256+`"`, safe, 1)},
		{"unread", Warning, sign(t, members("Withdraw", "address to,uint256 amount"), "Withdraw",
			fmt.Sprintf(`"to":%q,"amount":"7"`, thief), safe, 1)},
		{"delegation", Danger, sign(t, members("Delegation", "address delegate,"+
			"address delegator,bytes32 authority,uint256 salt"), "Delegation", fmt.Sprintf(
			`"delegate":%q,"delegator":%q,"authority":"0x%s","salt":"1"`, thief, me, max256),
			safe, 1)},
		{"one-way", Danger, with(swap(t), func(c *Case) { // through the router, for a stranger
			c.Effects.Balances = c.Effects.Balances[:1]
			c.Intent.Calls = send(t, router, "0x0", "38ed1739"+words("64", "1", "a0", thief,
				"ff", "2", usdc, token)).Intent.Calls
		})},
		{"foreign-sign-in", Danger, message(t, "aave.com"+signIn)},
		{"wrong-chain", Danger, permit(t, router, "64", 5)},
		{"wrong-chain", Warning, with(permit(t, router, "64", 1), func(c *Case) {
			c.Intent.Request.Typed.Domain.ChainID = nil
		})},
		{"irregular", Warning, send(t, usdc, "0x0", "a9059cbb"+words(friend, "7")+"00")},
		{"bait", Danger, send(t, router, "0x5", "5fba79f5")},
		{"poisoned-payee", Danger, send(t, thief, "0x5", "")},
		{"poisoned-payee", Danger, send(t, usdc, "0x0", "a9059cbb"+words(thief, "7"))},
		{"poisoned-payee", Danger, with(send(t, lookalike, "0x5", ""), func(c *Case) {
			c.History.Dust = map[common.Address]bool{addr(lookalike): true}
		})},
		{"sent-to-contract", Danger, send(t, usdc, "0x0", "a9059cbb"+words(usdc, "7"))},
		{"sent-to-contract", Danger, send(t, usdc, "0x0", "a9059cbb"+words(router, "7"))},
		{"sent-to-contract", Danger, with(send(t, friend, "0x5", ""), func(c *Case) {
			delete(c.History.Payees, addr(friend)) // a token of Polygon, and nothing here
			c.Lists.Tokens.Add(lists.Token{Chain: 137, Address: addr(friend), Symbol: "X"})
		})},
		{"call-to-person", Warning, send(t, friend, "0x5", "12345678")},
		{"nowhere", Warning, send(t, usdc, "0x0", "a9059cbb"+words("0", "7"))},
		{"to-yourself", Warning, send(t, me, "0x5", "")},
		{"one-way", Danger, with(send(t, safe, "0x5", "12345678"), func(c *Case) {
			c.Effects.Balances = []effect.Balance{{Account: addr(me), Before: big.NewInt(9),
				After: big.NewInt(4)}}
		})},
		{"one-way", Danger, with(send(t, safe, "0x0", "12345678"), func(c *Case) {
			c.Effects.Balances = []effect.Balance{{Account: addr(me), Token: &usd,
				Before: big.NewInt(9), After: big.NewInt(4)}}
		})},
		{"drained", Danger, with(send(t, safe, "0x0", "12345678"), func(c *Case) {
			c.Effects.Balances = []effect.Balance{
				{Account: addr(me), Token: &usd, Before: big.NewInt(9), After: new(big.Int)},
				{Account: addr(me), Before: big.NewInt(9), After: new(big.Int)},
			}
		})},
		{"price-gap", Danger, with(swap(t), func(c *Case) {
			c.Price = func(_ uint64, t common.Address) (float64, bool) {
				return map[common.Address]float64{usd: 1, wif: 1}[t], true
			}
		})},
		{"price-gap", Warning, wrapped(t, 99)}, // without prices from anywhere
		{"price-gap", Danger, wrapped(t, 94)},
		{"fake-token", Danger, with(send(t, token, "0x0", "a9059cbb"+words(friend, "7")),
			func(c *Case) { c.Accounts[wif].Token.Symbol = "UЅDC" })},
		{"honeypot", Danger, with(swap(t), func(c *Case) {
			c.Effects.Resale = &effect.Resale{Token: wif, Paid: big.NewInt(100), Reverted: true}
		})},
		{"honeypot", Warning, with(swap(t), func(c *Case) {
			c.Effects.Resale = &effect.Resale{Token: wif, Paid: big.NewInt(100),
				Back: big.NewInt(85)}
		})},
		{"owner-powers", Warning, with(swap(t), func(c *Case) {
			c.Accounts[wif].Powers = []string{"mint", "pause"}
		})},
		{"control", Danger, send(t, token, "0x0", "f2fde38b"+words(thief))},
		{"control", Danger, with(swap(t), func(c *Case) {
			c.Effects.Controls = []effect.Control{{Where: wif, What: "implementation",
				To: common.Hash{9}}}
		})},
		{"delegation", Danger, sevenSeven(safe, "0x1")},
		{"delegation", Danger, sevenSeven(friend, "0x1")},
		{"delegation", Danger, sevenSeven(router, "0x0")},
		{"safe", Danger, send(t, safe, "0x0", "610b5925"+words(thief))},
		{"paymaster", Warning, operation(safe)},
		{"two-faced", Danger, with(swap(t), func(c *Case) {
			c.Others = []*effect.Effects{{Reverted: true}}
		})},
		{"inner-failure", Warning, with(swap(t), func(c *Case) {
			c.Effects.Inner = []effect.Revert{{To: addr(safe), Reason: "no"}}
		})},
		{"fails", Warning, with(swap(t), func(c *Case) { c.Effects.Reverted = true })},
		{"incomplete", Warning, with(swap(t), func(c *Case) {
			c.Effects.Incomplete = []string{"the node gave no trace"}
		})},
		{"incomplete", Warning, with(swap(t), func(c *Case) { c.Effects = nil })},
		{"policy", Forbidden, with(send(t, friend, "0x5", ""), func(c *Case) {
			c.Policy = &Policy{Payees: map[common.Address]bool{addr(router): true}}
		})},
		{"policy", Forbidden, with(send(t, friend, "0x5", ""), func(c *Case) {
			c.Policy = &Policy{
				PerDay: map[common.Address]*big.Int{{}: big.NewInt(7)},
				Spent:  map[common.Address]*big.Int{{}: big.NewInt(3)},
			}
		})},
		{"policy", Forbidden, with(permit(t, router, max256, 1), func(c *Case) {
			c.Policy = &Policy{Grants: true, Signatures: true,
				PerPayee: map[common.Address]*big.Int{usd: big.NewInt(100)}}
		})},
	}
	tested := map[string]bool{}
	for _, test := range tests {
		tested[test.rule] = true
		v := Judge(test.c)
		f, ok := found(v, test.rule)
		if !ok || f.Severity != test.want {
			t.Errorf("%s: have %v %q, want %s; all: %+v", test.rule, f.Severity, f.Reason,
				test.want,
				v.Findings)
			continue
		}
		if !strings.HasSuffix(f.Reason, ".") || len(f.Reason) > 320 {
			t.Errorf("%s: not a plain sentence: %q", test.rule, f.Reason)
		}
	}
	for _, r := range All() {
		if !tested[r.Name] {
			t.Errorf("no case tests the rule %q", r.Name)
		}
	}
}

// TestNeighbours: what is close to a finding and is none.
func TestNeighbours(t *testing.T) {
	for _, test := range []struct {
		rule string
		c    *Case
	}{
		{"lookalike", site(t, send(t, friend, "0x5", ""), "https://unity.com")},
		{"lookalike", site(t, send(t, friend, "0x5", ""), "https://app.uniswap.org")},
		{"luring-host", site(t, send(t, friend, "0x5", ""), "https://my-garden.vercel.app")},
		{"luring-host", site(t, send(t, friend, "0x5", ""), "https://claims.insurance.example")},
		{"unknown-contract", site(t, send(t, safe, "0x0", "12345678"), "https://other.example")},
		{"grant-to-person", send(t, usdc, "0x0", "095ea7b3"+words(thief, "0"))},
		{"poisoned-payee", send(t, friend, "0x5", "")},
		{"poisoned-payee", send(t, "0xf41e400000000000000000000000000000000001", "0x5", "")},
		{"bait", send(t, router, "0x0", "5fba79f5")},
		{"drained", with(swap(t), func(c *Case) {
			c.Effects.Balances[0].After = new(big.Int) // all of one token, for another
		})},
		{"control", with(swap(t), func(c *Case) {
			c.Effects.Controls = []effect.Control{{Where: addr(safe), What: "code",
				To: common.Hash{9}}}
		})},
		{"fake-token", send(t, usdc, "0x0", "a9059cbb"+words(friend, "7"))},
		{"one-way", with(swap(t), func(c *Case) { // through the router, for a friend
			c.Effects.Balances = c.Effects.Balances[:1]
			c.Intent.Calls = send(t, router, "0x0", "38ed1739"+words("64", "1", "a0", friend,
				"ff", "2", usdc, token)).Intent.Calls
		})},
		{"price-gap", wrapped(t, 100)},
		{"sent-to-contract", with(send(t, thief, "0x5", ""), func(c *Case) {
			c.Lists.Chains = map[common.Address][]uint64{addr(thief): {1, 137}}
		})},
		{"opaque", message(t, "I accept the terms of this site!")}, // 32 letters
		{"unread", sign(t, members("Hello", "string words,bool twice"), "Hello",
			`"words":"hi","twice":true`, safe, 1)},
	} {
		if f, ok := found(Judge(test.c), test.rule); ok {
			t.Errorf("%s: %q", test.rule, f.Reason)
		}
	}
}

// TestTrustLightensWarningsOnly: what the user trusts takes warnings away and
// leaves dangers.
func TestTrustLightensWarningsOnly(t *testing.T) {
	c := send(t, usdc, "0x0", "095ea7b3"+words(safe, max256))
	c.Lists.TrustedAddresses[addr(safe)] = "my own"
	if v := Judge(c); v.Severity != Safe || len(v.Findings) == 0 || !v.Findings[0].Trusted {
		t.Errorf("%+v", v)
	}
	c = send(t, usdc, "0x0", "095ea7b3"+words(thief, max256))
	c.Lists.TrustedAddresses[addr(thief)] = "my own"
	if v := Judge(c); v.Severity != Danger {
		t.Errorf("%+v", v)
	}
}

// TestSilenceIsNotSafety: a case of which nothing is known finds something to
// warn of, and nothing to call a scam.
func TestSilenceIsNotSafety(t *testing.T) {
	c := send(t, router, "0x0", "12345678")
	bare := &Case{Intent: c.Intent, Now: today, Limits: DefaultLimits()}
	if v := Judge(bare); v.Severity != Warning || v.Clear() {
		t.Errorf("%+v", v)
	}
}

func BenchmarkJudge(b *testing.B) {
	c := swap(b)
	b.ReportAllocs()
	for b.Loop() {
		Judge(c)
	}
}
