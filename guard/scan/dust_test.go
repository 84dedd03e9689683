package scan

import (
	"math/big"
	"slices"
	"testing"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/rules"
)

// TestDust: accounts that got into the user's list of transfers by nothing, or
// next to nothing, are told from those that really sent something.
func TestDust(t *testing.T) {
	s := newStage(t)
	sender := func(units, sends int64) common.Address {
		key, a := s.Account()
		s.usd.Send(s.BankKey(), nil, "transfer", a, big.NewInt(units))
		s.usd.Send(key, nil, "transfer", s.me, big.NewInt(sends))
		return a
	}
	nothing := func(to common.Address) { // by a stranger, in the user's name
		s.usd.Send(s.BankKey(), nil, "transferFrom", s.me, to, new(big.Int))
	}
	_, planted := s.Account()
	nothing(planted)
	partner := sender(5_000_000, 2_000_000)
	nothing(partner) // to make the guard cry
	loud := s.Deploy("Token", "Unknown", "UNK", uint8(18))
	_, receiver := s.Account()
	loud.Send(s.BankKey(), nil, "transfer", receiver, big.NewInt(1))
	_, stranger := s.Account()
	for name, c := range map[string]struct {
		to   common.Address
		dust bool
	}{
		"transfer of nothing in the user's name": {planted, true},
		"a millionth of a dollar came":           {sender(1, 1), true},
		"two dollars came":                       {partner, false},
		"never seen":                             {stranger, false},
		"holds a token that no list knows":       {receiver, false},
	} {
		for _, q := range []Query{
			s.send(c.to, milli(1), nil),
			s.send(s.usd.Address, nil, s.usd.Data("transfer", c.to, big.NewInt(5))),
		} {
			r, err := s.scanner.Scan(t.Context(), q)
			if err != nil {
				t.Fatal(name, err)
			}
			found := slices.ContainsFunc(r.Verdict.Findings, func(f rules.Finding) bool {
				return f.Rule == "poisoned-payee" && f.Severity == rules.Danger
			})
			if found != c.dust {
				t.Errorf("%s: told as dust %t, want %t: %s", name, found, c.dust, r)
			}
			if r.Trips > 5 {
				t.Errorf("%s: %d round trips", name, r.Trips)
			}
		}
	}
}
