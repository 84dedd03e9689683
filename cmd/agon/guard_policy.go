package main

import (
	"encoding/json"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/outlay"
	"agon/guard/rules"
)

// readPolicy reads the limits of an agent's wallet. Amounts are units (of a
// token's smallest part, wei for the coin); the coin is the zero address. Limits
// hold for any 24 hours; sums are kept in spent-NAME.json of the guard's home.
//
//	{
//	  "payees": ["0x…"],
//	  "per_day":   {"0x0000000000000000000000000000000000000000": "1000000000000000000"},
//	  "per_payee": {"0x…": "5000000"},
//	  "grants": false, "signatures": false
//	}
func readPolicy(path string) (rules.Policy, error) {
	none := rules.Policy{Payees: map[common.Address]bool{}}
	raw, err := os.ReadFile(path)
	if err != nil {
		return none, err
	}
	var in struct {
		Payees             []common.Address          `json:"payees"`
		PerDay             map[common.Address]string `json:"per_day"`
		PerPayee           map[common.Address]string `json:"per_payee"`
		Grants, Signatures bool
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return none, fmt.Errorf("%s is not a policy: %w", path, err)
	}
	p := rules.Policy{Grants: in.Grants, Signatures: in.Signatures}
	if in.Payees != nil {
		p.Payees = map[common.Address]bool{}
		for _, a := range in.Payees {
			p.Payees[a] = true
		}
	}
	if p.PerDay, err = amounts(in.PerDay); err != nil {
		return none, fmt.Errorf("%s: per_day: %w", path, err)
	}
	if p.PerPayee, err = amounts(in.PerPayee); err != nil {
		return none, fmt.Errorf("%s: per_payee: %w", path, err)
	}
	return p, nil
}

// openLedger reads a policy and what was spent under it. Policies are told apart
// by the file's name.
func openLedger(path, home string) (*outlay.Ledger, error) {
	policy, err := readPolicy(path)
	if err != nil {
		return nil, err
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	return outlay.Open(policy, filepath.Join(home, "spent-"+name+".json"))
}

func amounts(in map[common.Address]string) (map[common.Address]*big.Int, error) {
	if in == nil {
		return nil, nil
	}
	out := map[common.Address]*big.Int{}
	for token, text := range in {
		n, ok := new(big.Int).SetString(text, 10)
		if !ok || n.Sign() < 0 {
			return nil, fmt.Errorf("%q is not an amount of units", text)
		}
		out[token] = n
	}
	return out, nil
}
