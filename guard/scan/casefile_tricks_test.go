package scan

import (
	"crypto/ecdsa"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/ground"
)

// tricks: contracts that come back into others, tax, or call something a permit
// that is none.
func (s *stage) tricks() (out []pair) {
	bank := s.BankKey()
	pool := s.Deploy("CarelessPool")
	pool.Send(bank, milli(50), "deposit")
	reentry := s.Deploy("Reentry", pool.Address, s.thief)
	greedy := s.Deploy("GreedyToken")
	taxed := s.DeployWith(milli(5000), "Market", greedy.Address)
	greedy.Send(bank, nil, "transfer", taxed.Address, milli(900_000))
	buy := func(m, token *ground.Contract, n int64) Query {
		return s.send(m.Address, milli(n), m.Data("swapExactETHForTokens", new(big.Int),
			[]common.Address{common.HexToAddress("0xc0"), token.Address}, s.me, big.NewInt(1<<40)))
	}
	for n := int64(1); n <= 3; n++ {
		out = append(out,
			pair{label("re-entrancy", int(n)), s.send(reentry.Address, milli(n),
				reentry.Data("join")), s.send(s.vault.Address, milli(n), s.vault.Data("deposit"))},
			pair{label("taxed token", int(n)), buy(taxed, greedy, n), buy(s.dex, s.wif, n)},
		)
	}
	out = append(out, s.trapPermit()...)
	out = append(out, s.borrowed()...)
	return append(out, s.batches()...)
}

// trapPermit: a token's permit that takes another token, and one that is what
// it says.
func (s *stage) trapPermit() (out []pair) {
	key, victim := s.Account()
	me := s.me
	s.me = victim
	defer func() { s.me = me }()
	s.usd.Send(s.BankKey(), nil, "transfer", victim, big.NewInt(5_000_000))
	trap := s.Deploy("PermitTrap", s.usd.Address)
	s.usd.Send(key, nil, "approve", trap.Address, big.NewInt(4_000_000))
	honest := s.Deploy("PermitToken", "Honest", "HON")
	for n := int64(1); n <= 3; n++ {
		until, value := big.NewInt(deadline), big.NewInt(n)
		v, r, sig := s.signPermit(key, honest, "Honest", victim, value, until)
		out = append(out, pair{label("permit that takes", int(n)),
			s.send(trap.Address, nil, trap.Data("permit", victim, s.dex.Address, value, until, v,
				r, sig)),
			s.send(honest.Address, nil, honest.Data("permit", victim, s.dex.Address, value, until,
				v, r, sig))})
	}
	return out
}

// signPermit signs a permit for the market as EIP-2612 and EIP-712 have it.
func (s *stage) signPermit(key *ecdsa.PrivateKey, token *ground.Contract, name string,
	owner common.Address, value, until *big.Int) (v uint8, r, sig [32]byte) {
	hash := func(text string) []byte { return crypto.Keccak256([]byte(text)) }
	word := func(n *big.Int) []byte { return common.LeftPadBytes(n.Bytes(), 32) }
	domain := crypto.Keccak256(
		hash("EIP712Domain(string name,uint256 chainId,address verifyingContract)"), hash(name),
		word(s.Chain), word(token.Address.Big()))
	what := crypto.Keccak256(hash(permitType), word(owner.Big()), word(s.dex.Address.Big()),
		word(value), word(new(big.Int)), word(until))
	signed, err := crypto.Sign(crypto.Keccak256([]byte("\x19\x01"), domain, what), key)
	if err != nil {
		s.t.Fatal(err)
	}
	return signed[64] + 27, [32]byte(signed[:32]), [32]byte(signed[32:64])
}

// borrowed: permits under the domain of another token.
func (s *stage) borrowed() (out []pair) {
	other := s.Deploy("Token", "Points", "PTS", uint8(18))
	named := func(name string, contract common.Address, n int) Query {
		member := func(n, t string) map[string]string {
			return map[string]string{"name": n, "type": t}
		}
		types := map[string]any{
			"EIP712Domain": []map[string]string{member("name", "string"),
				member("chainId", "uint256"), member("verifyingContract", "address")},
			"Permit": []map[string]string{member("owner", "address"),
				member("spender", "address"), member("value", "uint256"),
				member("nonce", "uint256"), member("deadline", "uint256")},
		}
		return s.query("eth_signTypedData_v4", s.me, map[string]any{
			"types": types, "primaryType": "Permit",
			"domain": map[string]any{"name": name, "chainId": s.Chain.Int64(),
				"verifyingContract": contract},
			"message": map[string]any{"owner": s.me, "spender": s.dex.Address, "value": "5",
				"nonce": n, "deadline": deadline},
		})
	}
	for n, name := range []string{"USD Coin", "USDC", "UЅD Coin"} {
		out = append(out, pair{label("another token's domain", n),
			named(name, other.Address, n), named("USD Coin", s.usd.Address, n)})
	}
	return out
}

// batches: Permit2 batches in which a new contract is hidden as spender, or that
// say who it is in more than one way.
func (s *stage) batches() (out []pair) {
	collector := s.Deploy("Collector")
	batch := func(spender common.Address, amount *big.Int, tokens ...common.Address) Query {
		var details []any
		for n, token := range tokens {
			details = append(details, map[string]any{"token": token, "amount": amount.String(),
				"expiration": deadline, "nonce": n})
		}
		return s.document(s.Chain.Int64(), permit2, map[string]any{"spender": spender,
			"sigDeadline": deadline, "details": details}, "PermitBatch", batchType, detailsType)
	}
	all := new(big.Int).Sub(new(big.Int).Lsh(common.Big1, 160), common.Big1)
	three := []common.Address{s.usd.Address, s.wif.Address, s.fee.Address}
	for n := 2; n <= 3; n++ {
		out = append(out, pair{label("batch for a new contract", n),
			batch(collector.Address, all, three[:n]...), batch(s.dex.Address, all, three[:n]...)})
	}
	// The same rights by transactions in one batch.
	approve := func(spender common.Address) Query {
		var calls []any
		for _, token := range three {
			calls = append(calls, map[string]any{"to": token,
				"data": hexutil.Bytes(s.usd.Data("approve", spender, max256))})
		}
		return s.query("wallet_sendCalls", map[string]any{"from": s.me, "calls": calls})
	}
	out = append(out, pair{"approvals in one batch", approve(collector.Address),
		approve(s.dex.Address)})
	// A spender behind the canonical members: the type is no permit of Permit2.
	hidden := s.document(s.Chain.Int64(), permit2, map[string]any{"spender": s.dex.Address,
		"sigDeadline": deadline, "operator": s.thief, "details": []any{map[string]any{
			"token": s.usd.Address, "amount": all.String(), "expiration": deadline, "nonce": 0}}},
		"PermitBatch", "PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline,"+
			"address operator)", detailsType)
	return append(out, pair{"hidden spender", hidden, batch(s.dex.Address, big.NewInt(5),
		s.usd.Address)})
}
