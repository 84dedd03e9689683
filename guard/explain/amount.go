package explain

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/clearsign"
	"agon/guard/rules"
)

// namer words addresses and amounts from what a case knows.
type namer struct{ c *rules.Case }

// token gives a token's symbol and decimals; false if neither a list nor the
// token itself tells them. A symbol by the token's own word is quoted.
func (n namer) token(t *common.Address) (symbol string, decimals int, ok bool) {
	if t == nil {
		return clearsign.NativeSymbol(n.c.Intent.Chain), 18, true
	}
	if l := n.c.Lists; l != nil && l.Tokens != nil {
		if k, ok := l.Tokens.At(n.c.Intent.Chain, *t); ok {
			return k.Symbol, k.Decimals, true
		}
	}
	if a := n.c.Accounts[*t]; a != nil && a.Token != nil && !a.Token.Collection {
		return `"` + rules.Plain(a.Token.Symbol) + `"`, a.Token.Decimals, true
	}
	return "", 0, false
}

// amount words units of a token: "12.5 USDC", "every USDC you have", or the
// number of units where the decimals are not known.
func (n namer) amount(t *common.Address, units *big.Int, unlimited bool) string {
	symbol, decimals, ok := n.token(t)
	if !ok {
		symbol = "token " + t.Hex()
	}
	if unlimited {
		return "an unlimited amount of " + symbol
	}
	if units == nil {
		return symbol
	}
	if !ok {
		return units.String() + " units of " + symbol
	}
	return clearsign.Decimal(units, decimals) + " " + symbol
}

// who words an account: what the user's lists call it, or the address.
func (n namer) who(a common.Address) string {
	if a == n.c.Intent.Account {
		return "you"
	}
	if a == (common.Address{}) {
		return "nobody (the zero address)"
	}
	if l := n.c.Lists; l != nil {
		if label := l.TrustedAddresses[a]; label != "" {
			return rules.Plain(label) + " (" + a.Hex() + ")"
		}
		if label := l.Label(a); label != "" {
			return rules.Plain(label) + " (" + a.Hex() + ")"
		}
		if l.Tokens != nil {
			if k, ok := l.Tokens.At(n.c.Intent.Chain, a); ok {
				return "the token " + k.Symbol
			}
		}
	}
	if n.c.History.Payees[a] {
		return a.Hex() + ", whom you have paid before"
	}
	return a.Hex()
}

// items reports whether a contract is a collection, or nothing else is known of it.
func (n namer) items(a common.Address) bool {
	k := n.c.Accounts[a]
	return k == nil || k.Token != nil && k.Token.Collection
}
