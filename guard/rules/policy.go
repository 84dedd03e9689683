package rules

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/math"

	"agon/guard/intent"
)

// Policy bounds what a wallet may do without a person, such as the wallet of an
// agent. A nil map or amount sets no bound.
type Policy struct {
	// Payees are the accounts that may be paid and contracts that may be called.
	Payees map[common.Address]bool
	// PerDay bounds what leaves the account in 24 hours, PerPayee what one payee
	// gets in them, by token (the zero address is the chain's coin), in units.
	PerDay   map[common.Address]*big.Int
	PerPayee map[common.Address]*big.Int
	// Spent and Paid are what has left in the last 24 hours already.
	Spent map[common.Address]*big.Int
	Paid  map[Outgo]*big.Int
	// Grants says whether rights over tokens may be granted at all.
	Grants bool
	// Signatures says whether messages may be signed that are no sign-in.
	Signatures bool
}

// Outgo is one payee's share in one token.
type Outgo struct{ Payee, Token common.Address }

var agentPolicy = Rule{
	Name: "policy",
	Doc:  "an agent's wallet stays within its limits, its payees and its kinds of request",
	Check: func(c *Case) (out []Finding) {
		if c.Policy == nil {
			return nil
		}
		forbid := func(subject, reason string, args ...any) {
			out = append(out, Finding{
				Severity: Forbidden, Subject: subject, Reason: fmt.Sprintf(reason, args...),
			})
		}
		p := c.Policy
		r := c.Intent.Request
		for _, party := range c.parties() {
			if p.Payees != nil && !p.Payees[party.address] {
				forbid(party.address.Hex(), "The policy does not allow %s, %s here.",
					party.address, party.role)
			}
		}
		for _, g := range c.Intent.Grants {
			if !p.Grants && !g.Revokes {
				forbid(g.Spender.Hex(),
					"The policy allows no grants, and this lets %s take tokens.", g.Spender)
			}
		}
		if !p.Signatures && r.SignIn == nil && (r.Typed != nil || r.Message != nil ||
			r.Hash != nil) {
			forbid("", "The policy allows no signatures but sign-ins.")
		}
		if c.Intent.Opaque != "" {
			forbid("", "The policy allows nothing that cannot be read.")
		}
		for _, ch := range c.Intent.Changes {
			forbid(ch.Where.Hex(), "The policy allows no change of control.")
		}
		return append(out, p.Over(c.Intent)...)
	},
}

// Over checks the amounts against what has left already. Rights that are granted
// count as spent.
func (p *Policy) Over(in *intent.Intent) (out []Finding) {
	for token, limit := range p.PerDay {
		sum := amount(p.Spent[token])
		for _, o := range Outgoes(in) {
			if o.Token == token {
				sum.Add(sum, o.Amount)
			}
		}
		if sum.Cmp(limit) > 0 {
			out = append(out, Finding{
				Severity: Forbidden, Subject: token.Hex(),
				Reason: fmt.Sprintf("The policy allows %v units a day, and with this it would "+
					"be %v.", limit,
					sum),
			})
		}
	}
	for _, o := range Outgoes(in) {
		limit, ok := p.PerPayee[o.Token]
		if !ok {
			continue
		}
		sum := amount(p.Paid[o.Outgo])
		for _, other := range Outgoes(in) {
			if other.Outgo == o.Outgo {
				sum.Add(sum, other.Amount)
			}
		}
		if sum.Cmp(limit) > 0 {
			out = append(out, Finding{
				Severity: Forbidden, Subject: o.Payee.Hex(),
				Reason: fmt.Sprintf("The policy allows %v units to one payee, and with this %s "+
					"has %v.", limit,
					o.Payee, sum),
			})
		}
	}
	return out
}

func amount(n *big.Int) *big.Int {
	if n == nil {
		return new(big.Int)
	}
	return new(big.Int).Set(n)
}

// Spend is an amount for a payee, in units of the token.
type Spend struct {
	Outgo
	Amount *big.Int
}

// Outgoes lists what a request pays and grants.
func Outgoes(in *intent.Intent) []Spend {
	var out []Spend
	for _, p := range in.Payments {
		o := Spend{Outgo{Payee: p.To}, p.Amount}
		if p.Token != nil {
			o.Token = *p.Token
		}
		out = append(out, o)
	}
	for _, g := range in.Grants {
		if g.Revokes {
			continue
		}
		o := Spend{Outgo{g.Spender, g.Token}, g.Amount}
		if o.Amount == nil { // no limit of its own
			o.Amount = math.MaxBig256
		}
		out = append(out, o)
	}
	return out
}
