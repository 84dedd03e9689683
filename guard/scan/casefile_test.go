package scan

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/ground"
	"agon/guard/rules"
)

var max256 = new(big.Int).Sub(new(big.Int).Lsh(common.Big1, 256), common.Big1)

// carried gives a call by itself and inside the wrappings that wallets and sites
// put around it. The name tells the wrapping.
func (s *stage) carried(to common.Address, value *big.Int, data []byte) map[string]Query {
	type call struct {
		Target common.Address
		Value  *big.Int
		Data   []byte
	}
	amount := value
	if amount == nil {
		amount = new(big.Int)
	}
	inner := s.wallet.Data("execute", to, amount, data)
	return map[string]Query{
		"direct":  s.send(to, value, data),
		"account": s.send(s.wallet.Address, value, inner),
		"batch": s.send(s.wallet.Address, value, s.wallet.Data("executeBatch",
			[]call{{to, amount, data}})),
		"multicall": s.send(s.wallet.Address, value, s.wallet.Data("multicall", [][]byte{inner})),
		"calls": s.query("wallet_sendCalls", map[string]any{"from": s.me, "calls": []any{
			map[string]any{"to": to, "value": (*hexutil.Big)(amount),
				"data": hexutil.Bytes(data)}}}),
	}
}

// wrap pairs hostile and honest calls, wrapping by wrapping.
func (s *stage) wrap(name string, hostile, twin map[string]Query) []pair {
	var out []pair
	for _, how := range []string{"direct", "account", "batch", "multicall", "calls"} {
		out = append(out, pair{name + ", " + how, hostile[how], twin[how]})
	}
	return out
}

// poisoning: payments to accounts that look like one that was paid before.
func (s *stage) poisoning() (out []pair) {
	for n := range 5 {
		like := lookalike(s.friend, n)
		out = append(out,
			pair{label("poisoned, coin", n), s.send(like, milli(int64(n+1)), nil),
				s.send(s.friend, milli(int64(n+1)), nil)},
			pair{label("poisoned, token", n),
				s.send(s.usd.Address, nil, s.usd.Data("transfer", like, big.NewInt(int64(n+1)))),
				s.send(s.usd.Address, nil, s.usd.Data("transfer", s.friend,
					big.NewInt(int64(n+1))))},
		)
	}
	like := lookalike(s.friend, 77)
	out = append(out, s.wrap("poisoned, token",
		s.carried(s.usd.Address, nil, s.usd.Data("transfer", like, big.NewInt(5))),
		s.carried(s.usd.Address, nil, s.usd.Data("transfer", s.friend, big.NewInt(5))))...)
	return append(out, s.wrap("poisoned, coin", s.carried(like, milli(3), nil),
		s.carried(s.friend, milli(3), nil))...)
}

// fakes: tokens that look like the listed one.
func (s *stage) fakes() (out []pair) {
	for n, symbol := range []string{
		"USDC", "usdc", "UЅDC", "USDС", "U\u200bSDC", "ＵＳＤＣ", "U5DC", "ÚSDC", "USDC\u200d", "uSdC",
	} {
		name := "USD Coin"
		if n%2 == 1 {
			name = "Free money"
		}
		fake := s.Deploy("Token", name, symbol, uint8(6))
		fake.Send(s.BankKey(), nil, "transfer", s.me, big.NewInt(100))
		amount := big.NewInt(int64(n + 1))
		out = append(out, pair{label("fake token", n),
			s.send(fake.Address, nil, fake.Data("transfer", s.friend, amount)),
			s.send(s.usd.Address, nil, s.usd.Data("transfer", s.friend, amount))})
	}
	return out
}

// approvals to accounts of persons, and to a thief's contract.
func (s *stage) approvals() (out []pair) {
	for n, amount := range []*big.Int{big.NewInt(1), big.NewInt(1e6), max256} {
		out = append(out, s.wrap(label("approval", n),
			s.carried(s.usd.Address, nil, s.usd.Data("approve", s.thief, amount)),
			s.carried(s.usd.Address, nil, s.usd.Data("approve", s.dex.Address, amount)))...)
	}
	out = append(out, s.wrap("every item",
		s.carried(s.art.Address, nil, s.art.Data("setApprovalForAll", s.thief, true)),
		s.carried(s.art.Address, nil, s.art.Data("setApprovalForAll", s.dex.Address, true)))...)
	more := s.usd.ABI.Methods["approve"] // increaseAllowance has the same arguments
	raise := func(spender common.Address) []byte {
		args, err := more.Inputs.Pack(spender, big.NewInt(5))
		if err != nil {
			s.t.Fatal(err)
		}
		return append(crypto.Keccak256([]byte("increaseAllowance(address,uint256)"))[:4], args...)
	}
	out = append(out, s.wrap("raised allowance", s.carried(s.usd.Address, nil, raise(s.thief)),
		s.carried(s.usd.Address, nil, raise(s.dex.Address)))...)
	out = append(out, s.wrap("approval of a drainer",
		s.carried(s.usd.Address, nil, s.usd.Data("approve", s.drainer.Address, max256)),
		s.carried(s.usd.Address, nil, s.usd.Data("approve", s.drainer.Address, new(big.Int))))...)
	return out
}

const (
	permitType = "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 " +
		"deadline)"
	daiType = "Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool " +
		"allowed)"
	detailsType  = "PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)"
	singleType   = "PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)"
	batchType    = "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)"
	tokensType   = "TokenPermissions(address token,uint256 amount)"
	transferType = "PermitTransferFrom(TokenPermissions permitted,address spender," +
		"uint256 nonce,uint256 deadline)"
	deadline = 1_900_000_000
)

var permit2 = common.HexToAddress("0x000000000022D473030F116dDEE9F6B43aC78BA3")

// permits: signatures that let a spender take tokens.
func (s *stage) permits() (out []pair) {
	chain := s.Chain.Int64()
	forms := []func(spender common.Address, amount *big.Int) Query{
		func(spender common.Address, amount *big.Int) Query {
			return s.document(chain, s.usd.Address, map[string]any{"owner": s.me,
				"spender": spender,
				"value":   amount.String(), "nonce": 0, "deadline": deadline}, "Permit", permitType)
		},
		func(spender common.Address, _ *big.Int) Query {
			return s.document(chain, s.usd.Address, map[string]any{"holder": s.me,
				"spender": spender,
				"nonce":   0, "expiry": 0, "allowed": true}, "Permit", daiType)
		},
		func(spender common.Address, amount *big.Int) Query {
			return s.document(chain, permit2, map[string]any{"spender": spender,
				"sigDeadline": deadline,
				"details": map[string]any{"token": s.usd.Address, "amount": amount.String(),
					"expiration": deadline, "nonce": 0}}, "PermitSingle", singleType, detailsType)
		},
		func(spender common.Address, amount *big.Int) Query {
			return s.document(chain, permit2, map[string]any{"spender": spender,
				"sigDeadline": deadline,
				"details": []any{map[string]any{"token": s.usd.Address, "amount": amount.String(),
					"expiration": deadline, "nonce": 0}}}, "PermitBatch", batchType, detailsType)
		},
		func(spender common.Address, amount *big.Int) Query {
			return s.document(chain, permit2, map[string]any{"spender": spender, "nonce": "7",
				"deadline":  deadline,
				"permitted": map[string]any{"token": s.usd.Address, "amount": amount.String()}},
				"PermitTransferFrom", transferType, tokensType)
		},
	}
	for f, form := range forms {
		for n, amount := range []*big.Int{big.NewInt(1), big.NewInt(5e6), big.NewInt(1 << 60)} {
			out = append(out, pair{fmt.Sprintf("permit %d of %d", f, n), form(s.thief, amount),
				form(s.dex.Address, amount)})
		}
	}
	for n := range 5 { // the same signature on another chain
		wrong := s.document(chain+int64(n)+1, s.usd.Address, map[string]any{"owner": s.me,
			"spender": s.dex.Address, "value": "5", "nonce": n, "deadline": deadline}, "Permit",
			permitType)
		out = append(out, pair{label("permit for another chain", n), wrong,
			forms[0](s.dex.Address, big.NewInt(5))})
	}
	for n, odd := range []string{
		"Permit(address owner,address spender)", "Permit(address spender,uint256 value)",
		"PermitAll(address owner,address spender)", "PermitForAll(address operator)",
	} {
		message := map[string]any{"owner": s.me, "spender": s.thief, "value": "5",
			"operator": s.thief}
		name, _, _ := strings.Cut(odd, "(")
		out = append(out, pair{label("odd permit", n),
			s.document(chain, s.usd.Address, message, name, odd), forms[0](s.dex.Address,
				big.NewInt(5))})
	}
	return out
}

// baits: money along with a promise.
func (s *stage) baits() (out []pair) {
	for n, method := range []string{"Claim", "SecurityUpdate"} {
		for k := range 3 {
			out = append(out, pair{label("bait "+method, 10*n+k),
				s.send(s.drainer.Address, milli(int64(k+1)), s.drainer.Data(method)),
				s.send(s.vault.Address, milli(int64(k+1)), s.vault.Data("deposit"))})
		}
	}
	// Names alone: the functions do not exist at the wallet.
	for n, name := range []string{
		"claim()", "connect()", "verify()", "WalletUpgrade()", "NetworkMerge()", "claimAirdrop()",
	} {
		out = append(out, pair{label("bait by name", n),
			s.send(s.wallet.Address, milli(3), crypto.Keccak256([]byte(name))[:4]),
			s.send(s.vault.Address, nil, s.vault.Data("claim"))})
	}
	return out
}

// traps: purchases that cannot be undone.
func (s *stage) traps() (out []pair) {
	buy := func(m, token *ground.Contract, n int64) Query {
		weth := common.HexToAddress("0xc0")
		return s.send(m.Address, milli(n), m.Data("swapExactETHForTokens", new(big.Int),
			[]common.Address{weth, token.Address}, s.me, big.NewInt(1<<40)))
	}
	for n := int64(1); n <= 5; n++ {
		out = append(out, pair{label("honeypot", int(n)), buy(s.trap, s.moon, n), buy(s.dex, s.wif,
			n)})
	}
	for n := int64(1); n <= 3; n++ {
		out = append(out, pair{label("two-faced", int(n)),
			s.send(s.twofaced.Address, milli(n), s.twofaced.Data("claim")),
			s.send(s.vault.Address, milli(n), s.vault.Data("deposit"))})
	}
	return out
}

// delegations by EIP-7702.
func (s *stage) delegations() (out []pair) {
	delegate := func(to common.Address, chain int64, data []byte) Query {
		return s.query("eth_sendTransaction", map[string]any{"from": s.me, "to": s.me,
			"data": hexutil.Bytes(data), "authorizationList": []any{map[string]any{
				"chainId": fmt.Sprintf("0x%x", chain), "address": to, "nonce": "0x1"}}})
	}
	chain := s.Chain.Int64()
	known := delegate(s.wallet.Address, chain, nil)
	for n, hostile := range []Query{
		delegate(s.sweeper.Address, chain, s.sweeper.Data("sweep", s.usd.Address)),
		delegate(s.sweeper.Address, chain, nil), delegate(s.sweeper.Address, 0, nil),
		delegate(s.thief, chain, nil), delegate(s.wallet.Address, 0, nil),
		delegate(s.drainer.Address, chain, nil), delegate(s.twofaced.Address, chain, nil),
		delegate(lookalike(s.wallet.Address, 3), chain, nil),
	} {
		out = append(out, pair{label("delegation", n), hostile, known})
	}
	return out
}

// changes of control, of contracts and of Safes.
func (s *stage) changes() (out []pair) {
	mine := s.Deploy("Token", "Mine", "MINE", uint8(18))
	mine.Send(s.BankKey(), nil, "transferOwnership", s.me)
	read := s.send(mine.Address, nil, mine.Data("approve", s.dex.Address, big.NewInt(1)))
	out = append(out, s.wrap("ownership",
		s.carried(mine.Address, nil, mine.Data("transferOwnership", s.thief)),
		s.carried(mine.Address, nil, mine.Data("approve", s.dex.Address, big.NewInt(1))))...)
	out = append(out,
		pair{"upgrade", s.send(s.proxy.Address, nil, s.proxy.Data("upgradeTo", s.swapper.Address)),
			read},
		pair{"upgrade inside", s.send(s.swapper.Address, nil, s.swapper.Data("play",
			s.proxy.Address,
			s.swapper.Address)), read})
	word := func(a common.Address) string { return fmt.Sprintf("%064x", a.Big()) }
	for n, data := range []string{
		"0x610b5925" + word(s.thief), "0xe19a9dd9" + word(s.thief), "0xf08a0323" + word(s.thief),
		"0x694e80c3" + word(common.BigToAddress(common.Big1)),
		"0x0d582f13" + word(s.thief) + word(common.BigToAddress(common.Big1)),
	} {
		out = append(out, pair{label("Safe", n), s.send(s.wallet.Address, nil,
			common.FromHex(data)),
			s.send(s.wallet.Address, milli(1), nil)})
	}
	return out
}

// orders that bring nothing.
func (s *stage) orders() (out []pair) {
	const (
		offer = "OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria," +
			"uint256 startAmount,uint256 endAmount)"
		back = "ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria," +
			"uint256 startAmount,uint256 endAmount,address recipient)"
		components = "OrderComponents(address offerer,address zone,OfferItem[] offer," +
			"ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime," +
			"bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)"
	)
	zero := "0x" + strings.Repeat("0", 64)
	seaport := func(price *big.Int, to common.Address) Query {
		return s.document(s.Chain.Int64(), s.dex.Address, map[string]any{
			"offerer": s.me, "zone": common.Address{}, "orderType": 0, "startTime": 0,
			"endTime":  deadline,
			"zoneHash": zero, "salt": 1, "conduitKey": zero, "counter": 0,
			"offer": []any{map[string]any{"itemType": 2, "token": s.art.Address,
				"identifierOrCriteria": 1, "startAmount": 1, "endAmount": 1}},
			"consideration": []any{map[string]any{"itemType": 0, "token": common.Address{},
				"identifierOrCriteria": 0, "startAmount": price.String(),
				"endAmount": price.String(),
				"recipient": to}},
		}, "OrderComponents", components, offer, back)
	}
	for n, price := range []int64{0, 1, 1000, 1e6, 1e11} {
		out = append(out, pair{label("order for nothing", n), seaport(big.NewInt(price), s.me),
			seaport(milli(100+int64(n)), s.me)})
	}
	for n := range 3 {
		out = append(out, pair{label("order paid to another", n), seaport(milli(int64(n+1)),
			s.thief),
			seaport(milli(int64(n+100)), s.me)})
	}
	for n := range 2 {
		out = append(out, pair{label("a root of orders", n),
			s.document(s.Chain.Int64(), s.dex.Address, map[string]any{
				"root": fmt.Sprintf("0x%064x", n+1)}, "Root", "Root(bytes32 root)"),
			seaport(milli(100), s.me)})
	}
	return out
}

// words: hashes, sign-ins, listed sites, lost payments.
func (s *stage) words() (out []pair) {
	signIn := func(domain string) string {
		return domain + " wants you to sign in with your Ethereum account:\n" + s.me.Hex() +
			"\n\nURI: https://" + domain + "\nVersion: 1\nChain ID: 1\nNonce: 12345678\n" +
			"Issued At: 2026-06-01T11:00:00Z"
	}
	say := func(text, origin string) Query {
		return from(s.query("personal_sign", hexutil.Encode([]byte(text)), s.me), origin)
	}
	for n, domain := range []string{"app.uniswap.org", "aave.com", "opensea.io", "a.example"} {
		out = append(out, pair{label("foreign sign-in", n), say(signIn(domain),
			"https://b.example"),
			say(signIn(domain), "https://"+domain)})
	}
	for n := range 4 {
		out = append(out, pair{label("hash", n),
			s.query("eth_sign", s.me, fmt.Sprintf("0x%064x", n+1)),
			say(fmt.Sprintf("I vote for number %d", n), "https://b.example")})
	}
	pay := s.send(s.friend, milli(1), nil)
	for n, site := range []string{"https://evil.example", "https://a.evil.example/x"} {
		out = append(out, pair{label("listed site", n), from(pay, site), from(pay,
			"https://b.example")})
	}
	out = append(out, s.wrap("a listed account",
		s.carried(s.usd.Address, nil, s.usd.Data("transfer", s.drainer.Address, big.NewInt(5))),
		s.carried(s.usd.Address, nil, s.usd.Data("transfer", s.friend, big.NewInt(5))))...)
	for n, lost := range []common.Address{s.usd.Address, s.dex.Address} {
		out = append(out, pair{label("lost", n),
			s.send(s.usd.Address, nil, s.usd.Data("transfer", lost, big.NewInt(5))),
			s.send(s.usd.Address, nil, s.usd.Data("transfer", s.friend, big.NewInt(5)))})
	}
	return out
}

// cases are all pairs of the case file.
func (s *stage) cases() (pairs []pair) {
	for _, part := range []func() []pair{
		s.poisoning, s.fakes, s.approvals, s.permits, s.baits, s.traps, s.delegations, s.changes,
		s.orders, s.words, s.tricks, s.drainers,
	} {
		pairs = append(pairs, part()...)
	}
	return pairs
}

// TestCaseFile judges every hostile request and its honest twin on a real chain.
func TestCaseFile(t *testing.T) {
	s := newStage(t)
	pairs := s.cases()
	caught, raised := 0, 0
	for _, p := range pairs {
		hostile, err := s.scanner.Scan(t.Context(), p.hostile)
		if err != nil {
			t.Errorf("%s: %v", p.name, err)
			continue
		}
		if hostile.Verdict.Severity >= rules.Danger {
			caught++
		} else {
			t.Errorf("%s: not flagged: %s, %+v", p.name, hostile, hostile.Verdict)
		}
		twin, err := s.scanner.Scan(t.Context(), p.twin)
		if err != nil {
			t.Errorf("%s: twin: %v", p.name, err)
			continue
		}
		if twin.Verdict.Severity > rules.Warning {
			raised++
			t.Errorf("%s: its honest twin is flagged: %s", p.name, twin)
		}
	}
	t.Logf("%d of %d hostile requests flagged, %d of %d twins flagged above warning",
		caught, len(pairs), raised, len(pairs))
	if len(pairs) < 150 {
		t.Errorf("%d pairs", len(pairs))
	}
}
