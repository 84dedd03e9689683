package scan

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"

	"agon/guard/calldata"
	"agon/guard/prices"
)

// encode writes a call from its signature; arguments are words, or bytes for the
// one dynamic argument, which is the last.
func (s *stage) encode(signature string, args ...any) []byte {
	s.t.Helper()
	f, err := calldata.ParseFunction(signature)
	if err != nil {
		s.t.Fatal(err)
	}
	sel := f.Selector()
	data := sel[:]
	var tail []byte
	for _, a := range args {
		switch a := a.(type) {
		case common.Address:
			data = append(data, common.LeftPadBytes(a[:], 32)...)
		case int:
			data = append(data, common.LeftPadBytes(big.NewInt(int64(a)).Bytes(), 32)...)
		case *big.Int:
			data = append(data, common.LeftPadBytes(a.Bytes(), 32)...)
		case []byte:
			data = append(data, common.LeftPadBytes(big.NewInt(int64(32*len(args)+len(tail))).
				Bytes(), 32)...)
			tail = append(tail, common.LeftPadBytes(big.NewInt(int64(len(a))).Bytes(), 32)...)
			tail = append(tail, common.RightPadBytes(a, (len(a)+31)/32*32)...)
		}
	}
	return append(data, tail...)
}

// drainers: what whoever writes a drainer would try once the usual is caught.
func (s *stage) drainers() (out []pair) {
	for _, part := range []func() []pair{
		s.hashes, s.bearers, s.rights, s.offers, s.routes, s.wrappings, s.domains, s.dear,
	} {
		out = append(out, part()...)
	}
	return out
}

// hashes that come as messages.
func (s *stage) hashes() (out []pair) {
	raw := func(fill string) string { return "0x" + strings.Repeat(fill, 32) }
	honest := s.query("personal_sign", hexutil.Encode([]byte("I accept the terms of this site!")),
		s.me)
	for n, q := range []Query{
		s.query("personal_sign", raw("a5"), s.me),
		s.query("personal_sign", s.me, raw("07")),
		s.document(s.Chain.Int64(), s.wallet.Address, map[string]any{"message": raw("c3")},
			"SafeMessage", "SafeMessage(bytes message)"),
		s.document(s.Chain.Int64(), s.wallet.Address, map[string]any{"hash": raw("c3")},
			"CoinbaseSmartWalletMessage", "CoinbaseSmartWalletMessage(bytes32 hash)"),
	} {
		out = append(out, pair{label("a hash as a message", n), q, honest})
	}
	return out
}

// bearers: signatures by which others act for the signer.
func (s *stage) bearers() (out []pair) {
	chain, zero := s.Chain.Int64(), "0x"+strings.Repeat("0", 64)
	permit := func(spender common.Address) []byte {
		return s.usd.Data("approve", spender, big.NewInt(5))
	}
	forms := map[string]func(spender common.Address) Query{
		"an operation as typed data": func(spender common.Address) Query {
			return s.document(chain, s.dex.Address, map[string]any{"sender": s.wallet.Address,
				"nonce": 0, "initCode": "0x", "accountGasLimits": zero, "preVerificationGas": 0,
				"gasFees": zero, "paymasterAndData": "0x", "callData": hexutil.Bytes(
					s.wallet.Data("execute", s.usd.Address, new(big.Int), permit(spender)))},
				"PackedUserOperation", "PackedUserOperation(address sender,uint256 nonce,"+
					"bytes initCode,bytes callData,bytes32 accountGasLimits,"+
					"uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)")
		},
		"a request to a forwarder": func(spender common.Address) Query {
			return s.document(chain, s.dex.Address, map[string]any{"from": s.me,
				"to": s.usd.Address, "value": 0, "gas": 90000, "nonce": 0, "deadline": deadline,
				"data": hexutil.Bytes(permit(spender))}, "ForwardRequest",
				"ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,"+
					"uint48 deadline,bytes data)")
		},
		"a meta-transaction": func(spender common.Address) Query {
			return s.document(chain, s.usd.Address, map[string]any{"nonce": 0, "from": s.me,
				"functionSignature": hexutil.Bytes(permit(spender))}, "MetaTransaction",
				"MetaTransaction(uint256 nonce,address from,bytes functionSignature)")
		},
		"a permit inside another message": func(spender common.Address) Query {
			return s.document(chain, s.usd.Address, map[string]any{"name": "Wallet",
				"contents": map[string]any{"owner": s.me, "spender": spender, "value": "5",
					"nonce": 0, "deadline": deadline}}, "TypedDataSign",
				"TypedDataSign(Permit contents,string name)", permitType)
		},
		"a delegation of a smart account": func(spender common.Address) Query {
			if spender == s.dex.Address {
				spender = s.wallet.Address
			}
			return s.document(chain, s.vault.Address, map[string]any{"delegate": spender,
				"delegator": s.me, "authority": "0x" + strings.Repeat("f", 64),
				"caveats": []any{}, "salt": 1}, "Delegation", "Delegation(address delegate,"+
				"address delegator,bytes32 authority,Caveat[] caveats,uint256 salt)",
				"Caveat(address enforcer,bytes terms)")
		},
		"an authorisation at a lender": func(spender common.Address) Query {
			return s.document(chain, s.vault.Address, map[string]any{"owner": s.me,
				"manager": spender, "isAllowed": true, "nonce": 0, "expiry": deadline},
				"Authorization", "Authorization(address owner,address manager,bool isAllowed,"+
					"uint256 nonce,uint256 expiry)")
		},
		"credit by signature": func(spender common.Address) Query {
			return s.document(chain, s.vault.Address, map[string]any{"delegatee": spender,
				"value": "5", "nonce": 0, "deadline": deadline}, "DelegationWithSig",
				"DelegationWithSig(address delegatee,uint256 value,uint256 nonce,"+
					"uint256 deadline)")
		},
		"the permit of an item": func(spender common.Address) Query {
			return s.document(chain, s.art.Address, map[string]any{"spender": spender,
				"tokenId": 0, "nonce": 0, "deadline": deadline}, "Permit",
				"Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)")
		},
	}
	for name, form := range forms {
		out = append(out, pair{name, form(s.thief), form(s.dex.Address)})
	}
	return out
}

// rights over tokens under other names than approve, and item number 0.
func (s *stage) rights() (out []pair) {
	s.art.Send(s.BankKey(), nil, "mint", s.me, new(big.Int))
	give := func(name, signature string, args func(to common.Address) []any) {
		q := func(to common.Address) Query {
			return s.send(s.vault.Address, nil, s.encode(signature, args(to)...))
		}
		out = append(out, pair{name, q(s.thief), q(s.dex.Address)})
	}
	one := func(to common.Address) []any { return []any{to, 1} }
	give("an operator of all tokens", "authorizeOperator(address)",
		func(to common.Address) []any { return []any{to} })
	give("an operator of all ids", "setOperator(address,bool)", one)
	give("a manager at a lender", "allow(address,bool)", one)
	give("an authorised account", "setAuthorization(address,bool)", one)
	give("hope", "hope(address)", func(to common.Address) []any { return []any{to} })
	give("a relayer", "setRelayerApproval(address,address,bool)",
		func(to common.Address) []any { return []any{s.me, to, 1} })
	give("credit", "approveDelegation(address,uint256)",
		func(to common.Address) []any { return []any{to, max256} })
	give("an allowance in three words", "approve(address,uint256,uint256)",
		func(to common.Address) []any { return []any{to, 0, 7} })
	item := func(to common.Address, id int64) Query {
		return s.send(s.art.Address, nil, s.art.Data("approve", to, big.NewInt(id)))
	}
	return append(out, pair{"item 0", item(s.thief, 0), item(s.dex.Address, 0)},
		pair{"item 1", item(s.thief, 1), item(s.dex.Address, 1)},
		pair{"an item taken back", item(s.thief, 0), item(common.Address{}, 0)})
}

// offers of markets beside Seaport.
func (s *stage) offers() (out []pair) {
	chain, zero := s.Chain.Int64(), "0x"+strings.Repeat("0", 64)
	swap := func(receiver common.Address, gain *big.Int) Query {
		return s.document(chain, s.dex.Address, map[string]any{"sellToken": s.usd.Address,
			"buyToken": s.wif.Address, "receiver": receiver, "sellAmount": "5000000",
			"buyAmount": gain.String(), "validTo": deadline, "appData": zero, "feeAmount": 0,
			"kind": "sell", "partiallyFillable": false}, "Order", "Order(address sellToken,"+
			"address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,"+
			"uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,"+
			"bool partiallyFillable)")
	}
	limit := func(receiver common.Address, gain *big.Int) Query {
		return s.document(chain, s.dex.Address, map[string]any{"salt": 1, "maker": s.me,
			"receiver": receiver, "makerAsset": s.usd.Address, "takerAsset": s.wif.Address,
			"makingAmount": "5000000", "takingAmount": gain.String(), "makerTraits": 0}, "Order",
			"Order(uint256 salt,address maker,address receiver,address makerAsset,"+
				"address takerAsset,uint256 makingAmount,uint256 takingAmount,"+
				"uint256 makerTraits)")
	}
	otc := func(gain *big.Int) Query {
		return s.document(chain, s.dex.Address, map[string]any{"makerToken": s.usd.Address,
			"takerToken": s.wif.Address, "makerAmount": "5000000", "takerAmount": gain.String(),
			"maker": s.me, "taker": s.dex.Address, "txOrigin": s.dex.Address,
			"expiryAndNonce": 1}, "OtcOrder", "OtcOrder(address makerToken,address takerToken,"+
			"uint128 makerAmount,uint128 takerAmount,address maker,address taker,"+
			"address txOrigin,uint256 expiryAndNonce)")
	}
	list := func(price *big.Int) Query {
		return s.document(chain, s.dex.Address, map[string]any{"quoteType": 1, "collectionType": 0,
			"collection": s.art.Address, "currency": common.Address{}, "signer": s.me,
			"startTime": 0, "endTime": deadline, "price": price.String(), "itemIds": []int{1},
			"amounts": []int{1}}, "Maker", "Maker(uint8 quoteType,uint8 collectionType,"+
			"address collection,address currency,address signer,uint256 startTime,"+
			"uint256 endTime,uint256 price,uint256[] itemIds,uint256[] amounts)")
	}
	fair, none := milli(2000), big.NewInt(1)
	for n, p := range []pair{
		{"", swap(s.thief, fair), swap(s.me, fair)}, {"", swap(s.me, none), swap(s.me, fair)},
		{"", swap(common.Address{}, new(big.Int)), swap(common.Address{}, fair)},
		{"", limit(s.thief, fair), limit(s.friend, fair)},
		{"", limit(s.me, none), limit(s.me, fair)},
		{"", otc(none), otc(fair)}, {"", list(new(big.Int)), list(fair)},
		{"", list(none), list(fair)},
	} {
		out = append(out, pair{label("an offer", n), p.hostile, p.twin})
	}
	return out
}

// routes: contracts that everybody knows, told to pay a stranger.
func (s *stage) routes() (out []pair) {
	for n := int64(1); n <= 3; n++ {
		buy := func(to common.Address) Query {
			return s.send(s.dex.Address, milli(n), s.dex.Data("swapExactETHForTokens",
				new(big.Int), []common.Address{common.HexToAddress("0xc0"), s.wif.Address}, to,
				big.NewInt(1<<40)))
		}
		twin := buy(s.me)
		if n == 3 {
			twin = buy(s.friend)
		}
		out = append(out, pair{label("a swap for a stranger", int(n)), buy(s.thief), twin})
	}
	return out
}

// dear: purchases at a price that only a file of prices tells to be bad. What is
// bought can be sold again for what was paid.
func (s *stage) dear() (out []pair) {
	path := filepath.Join(s.t.TempDir(), "prices.json")
	if err := os.WriteFile(path, fmt.Appendf(nil, `{"%v":{"%s":180,"%s":1}}`, s.Chain,
		common.Address{}, s.wif.Address), 0o600); err != nil {
		s.t.Fatal(err)
	}
	file, err := prices.Open(path)
	if err != nil {
		s.t.Fatal(err)
	}
	s.scanner.Price = file.Worth
	dear := s.DeployWith(milli(5000), "Market", s.wif.Address)
	s.wif.Send(s.BankKey(), nil, "transfer", dear.Address, milli(90_000)) // a tenth
	s.scanner.Lists.Contracts["dex.example"][dear.Address] = "market"
	buy := func(at common.Address, n int64) Query {
		return s.send(at, milli(n), s.dex.Data("swapExactETHForTokens", new(big.Int),
			[]common.Address{common.HexToAddress("0xc0"), s.wif.Address}, s.me,
			big.NewInt(1<<40)))
	}
	for n := int64(1); n <= 3; n++ {
		out = append(out, pair{label("dear", int(n)), buy(dear.Address, n), buy(s.dex.Address, n)})
	}
	return out
}

// wrappings around an approval of every item.
func (s *stage) wrappings() (out []pair) {
	multiSend := common.HexToAddress("0x40A2aCCbd92BCA938b02010E17A5b8929b49130D")
	safe := func(to common.Address, data []byte, operation int) []byte {
		return s.encode("execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,"+
			"address,address,bytes)", to, 0, data, operation, 0, 0, 0, common.Address{},
			common.Address{}, []byte{})
	}
	batch := func(calls ...[]byte) []byte {
		var all []byte
		for _, c := range calls {
			all = append(all, c...)
		}
		return s.encode("multiSend(bytes)", all)
	}
	all := func(to common.Address) []byte { return s.art.Data("setApprovalForAll", to, true) }
	forms := map[string]func(to common.Address) Query{
		"every item in a Safe's batch": func(to common.Address) Query {
			return s.send(s.wallet.Address, nil, safe(multiSend, batch(
				packed(s.vault.Address, nil, s.vault.Data("claim")),
				packed(s.art.Address, nil, all(to))), 1))
		},
		"every item in a batch of a batch": func(to common.Address) Query {
			inner := append([]byte{1}, packed(multiSend, nil,
				batch(packed(s.art.Address, nil, all(to))))[1:]...)
			return s.send(s.wallet.Address, nil, safe(multiSend, batch(inner), 1))
		},
		"an operation that asks for the whole": func(to common.Address) Query {
			call := append([]byte{0x8d, 0xd7, 0x71, 0x2f}, s.wallet.Data("execute", s.art.Address,
				new(big.Int), all(to))...)
			return s.query("eth_sendUserOperation", map[string]any{"sender": s.wallet.Address,
				"callData": hexutil.Bytes(call)}, s.dex.Address)
		},
		"an operation of a Safe": func(to common.Address) Query {
			return s.query("eth_sendUserOperation", map[string]any{"sender": s.wallet.Address,
				"callData": hexutil.Bytes(s.encode("executeUserOp(address,uint256,bytes,uint8)",
					s.art.Address, 0, all(to), 0))}, s.dex.Address)
		},
		"a batch under a delegation": func(to common.Address) Query {
			return s.query("eth_sendTransaction", map[string]any{"from": s.me, "to": s.me,
				"data": hexutil.Bytes(s.wallet.Data("execute", s.art.Address, new(big.Int),
					all(to))), "authorizationList": []any{map[string]any{"chainId": hexutil.Uint64(
					s.Chain.Uint64()), "address": s.wallet.Address, "nonce": "0x1"}}})
		},
		"through a personal proxy": func(to common.Address) Query {
			return s.send(s.wallet.Address, nil, s.encode("execute(address,uint256,bytes,uint8)",
				s.art.Address, 0, all(to), 0))
		},
	}
	for name, form := range forms {
		out = append(out, pair{name, form(s.thief), form(s.dex.Address)})
	}
	delegating := func(to common.Address) Query {
		return s.query("eth_sendUserOperation", map[string]any{"sender": s.me, "callData": "0x",
			"factory": "0x7702", "eip7702Auth": map[string]any{"chainId": hexutil.Uint64(
				s.Chain.Uint64()), "address": to, "nonce": "0x0"}}, s.dex.Address)
	}
	return append(out, pair{"an operation that delegates", delegating(s.sweeper.Address),
		delegating(s.wallet.Address)})
}

// domains and names that hide something.
func (s *stage) domains() (out []pair) {
	for n, symbol := range []string{"USDC\u3164", "US\u202eDC", "USD\u00adC", "U\u0335SDC",
		"$USDC", "USDC.", "\u2800USDC"} {
		fake := s.Deploy("Token", "Points", symbol, uint8(6))
		fake.Send(s.BankKey(), nil, "transfer", s.me, big.NewInt(100))
		out = append(out, pair{fmt.Sprintf("a token called %q", symbol),
			s.send(fake.Address, nil, fake.Data("transfer", s.friend, big.NewInt(int64(n+1)))),
			s.send(s.usd.Address, nil, s.usd.Data("transfer", s.friend, big.NewInt(int64(n+1))))})
	}
	vast := new(big.Int).Lsh(common.Big1, 158) // less than half of what Permit2 holds
	three := func(spender common.Address) Query {
		var details []any
		for n, token := range []common.Address{s.usd.Address, s.wif.Address, s.fee.Address} {
			details = append(details, map[string]any{"token": token, "amount": vast.String(),
				"expiration": deadline, "nonce": n})
		}
		return s.document(s.Chain.Int64(), permit2, map[string]any{"spender": spender,
			"sigDeadline": deadline, "details": details}, "PermitBatch", batchType, detailsType)
	}
	collector := s.Deploy("Collector")
	return append(out, pair{"vast and not quite unlimited", three(collector.Address),
		three(s.dex.Address)})
}
