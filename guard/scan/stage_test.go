package scan

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"agon/guard/ground"
	"agon/guard/lists"
	"agon/guard/rules"
	"agon/guard/simulate"
	"agon/guard/unfold"
)

// stage is a user with a guard, on a chain with honest and hostile contracts.
type stage struct {
	*ground.Ground
	t       testing.TB
	scanner *Scanner

	me, friend, thief   common.Address
	usd, wif, moon, fee *ground.Contract // listed; unlisted; honeypot; fee on transfer
	art                 *ground.Contract // items
	dex, trap, tax      *ground.Contract // markets of wif, moon and fee
	wallet, vault       *ground.Contract
	drainer, sweeper    *ground.Contract
	twofaced, swapper   *ground.Contract
	proxy               *ground.Contract
}

func milli(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e15)) }

func newStage(t testing.TB) *stage {
	t.Helper()
	s := &stage{Ground: ground.Start(t), t: t}
	_, s.me = s.Account()
	_, s.friend = s.Account()
	_, s.thief = s.Account()
	bank := s.BankKey()
	s.usd = s.Deploy("Token", "USD Coin", "USDC", uint8(6))
	s.wif = s.Deploy("Token", "Wif", "WIF", uint8(18))
	s.moon, s.fee, s.art = s.Deploy("Honeypot"), s.Deploy("FeeToken"), s.Deploy("Items")
	for _, token := range []*ground.Contract{s.usd, s.wif, s.moon, s.fee} {
		token.Send(bank, nil, "transfer", s.me, big.NewInt(5_000_000))
	}
	s.art.Send(bank, nil, "mint", s.me, big.NewInt(1))
	market := func(token *ground.Contract) *ground.Contract {
		m := s.DeployWith(milli(5000), "Market", token.Address)
		token.Send(bank, nil, "transfer", m.Address, milli(900_000))
		return m
	}
	s.dex, s.trap, s.tax = market(s.wif), market(s.moon), market(s.fee)
	s.moon.Send(bank, nil, "setPair", s.trap.Address)
	s.wallet, s.vault = s.Deploy("Wallet"), s.Deploy("Vault")
	s.usd.Send(bank, nil, "transfer", s.wallet.Address, big.NewInt(5_000_000))
	s.drainer, s.sweeper = s.Deploy("Drainer", s.thief), s.Deploy("Sweeper", s.thief)
	s.twofaced, s.swapper = s.DeployWith(milli(5000), "TwoFaced"), s.Deploy("Swapper")
	s.proxy = s.Deploy("Proxy", s.wif.Address)

	node, err := simulate.Dial(t.Context(), s.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(node.Close)
	history, err := OpenHistory("")
	if err != nil {
		t.Fatal(err)
	}
	history.payees[s.friend] = true
	tokens, scams := lists.NewTokens(), lists.NewHosts(0)
	tokens.Add(lists.Token{Chain: s.Chain.Uint64(), Address: s.usd.Address, Symbol: "USDC",
		Name: "USD Coin", Decimals: 6})
	scams.Add("evil.example")
	s.scanner = &Scanner{
		Reader: &unfold.Reader{}, Limits: rules.DefaultLimits(), Node: simulate.New(node),
		History: history, Lists: &rules.Lists{
			Tokens: tokens, Trusted: lists.NewHosts(0), Genuine: lists.NewHosts(0),
			Blocked: lists.NewHosts(0), Scams: []rules.NamedHosts{{Name: "a list", Hosts: scams}},
			ScamAddresses: lists.Addresses{s.drainer.Address: "drainer"},
			Brands:        []string{"uniswap.org"},
			Contracts: map[string]map[common.Address]string{"dex.example": {
				s.dex.Address: "market", s.trap.Address: "market", s.tax.Address: "market",
				s.vault.Address: "vault", s.wallet.Address: "wallet",
			}},
			Routers: lists.Addresses{s.dex.Address: "market"},
		},
	}
	return s
}

// pair is a hostile request and the honest one that it looks like.
type pair struct {
	name          string
	hostile, twin Query
}

func (s *stage) send(to common.Address, value *big.Int, data []byte) Query {
	tx := map[string]any{"from": s.me, "to": to, "data": hexutil.Bytes(data)}
	if value != nil {
		tx["value"] = (*hexutil.Big)(value)
	}
	return s.query("eth_sendTransaction", tx)
}

func (s *stage) query(method string, params ...any) Query {
	s.t.Helper()
	raw, err := json.Marshal(params)
	if err != nil {
		s.t.Fatal(err)
	}
	return Query{Method: method, Params: raw, Chain: s.Chain.Uint64()}
}

func from(q Query, origin string) Query {
	q.Origin = origin
	return q
}

// document makes a request to sign typed data. Types are written as in
// encodeType: "Permit(address owner,…)".
func (s *stage) document(chain int64, contract common.Address, message map[string]any,
	primary string, types ...string) Query {
	all := map[string]any{"EIP712Domain": []map[string]string{
		{"name": "chainId", "type": "uint256"}, {"name": "verifyingContract", "type": "address"},
	}}
	for _, t := range types {
		name, list, _ := strings.Cut(strings.TrimSuffix(t, ")"), "(")
		var members []map[string]string
		for _, m := range strings.Split(list, ",") {
			typ, member, _ := strings.Cut(m, " ")
			members = append(members, map[string]string{"name": member, "type": typ})
		}
		all[name] = members
	}
	return s.query("eth_signTypedData_v4", s.me, map[string]any{
		"types": all, "primaryType": primary, "message": message,
		"domain": map[string]any{"chainId": chain, "verifyingContract": contract},
	})
}

// lookalike is an address that begins and ends like a.
func lookalike(a common.Address, n int) common.Address {
	b := a
	for i := 3; i < 17; i++ {
		b[i] = byte(n*31 + i*7)
	}
	return b
}

// packed is one call of Safe's batch.
func packed(to common.Address, value *big.Int, data []byte) []byte {
	out := append([]byte{0}, to[:]...)
	if value == nil {
		value = new(big.Int)
	}
	out = append(out, common.LeftPadBytes(value.Bytes(), 32)...)
	out = append(out, common.LeftPadBytes(big.NewInt(int64(len(data))).Bytes(), 32)...)
	return append(out, data...)
}

func label(kind string, n int) string { return fmt.Sprintf("%s %d", kind, n) }
