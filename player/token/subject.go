package token

import (
	"strings"
	"unicode/utf8"

	"agon/game/market"
	"agon/player"
)

// maxSymbol bounds what is looked at of a symbol, in bytes.
const maxSymbol = 128

// Subject is the token a question is about.
type Subject struct {
	Address string // lower case if it is hexadecimal
	Symbol  string // as written
	Chain   string // EIP-155 number, or a name
}

// chains are usual names of chains, by their numbers in the lists.
var chains = map[string]string{
	"ethereum": "1", "mainnet": "1", "eth": "1", "optimism": "10", "cronos": "25",
	"bsc": "56", "bnb chain": "56", "bnb": "56", "binance smart chain": "56", "gnosis": "100",
	"xdai": "100", "heco": "128", "polygon": "137", "matic": "137", "fantom": "250",
	"moonriver": "1285", "base": "8453", "arbitrum": "42161", "arbitrum one": "42161",
	"celo": "42220", "avalanche": "43114", "harmony": "1666600000",
}

// NewSubject tidies the three fields.
func NewSubject(address, symbol, chain string) Subject {
	s := Subject{
		Address: strings.TrimSpace(address),
		Symbol:  strings.TrimSpace(symbol),
		Chain:   strings.ToLower(strings.TrimSpace(chain)),
	}
	if strings.HasPrefix(s.Address, "0x") || strings.HasPrefix(s.Address, "0X") {
		s.Address = strings.ToLower(s.Address)
	}
	s.Chain = strings.TrimPrefix(s.Chain, "eip155:")
	if n, ok := chains[s.Chain]; ok {
		s.Chain = n
	}
	for len(s.Symbol) > maxSymbol {
		_, size := utf8.DecodeLastRuneInString(s.Symbol)
		s.Symbol = s.Symbol[:len(s.Symbol)-size]
	}
	return s
}

// subject finds the token that q asks about, or passes on the player's behalf.
func subject(who string, q player.Question) (Subject, error) {
	if q.Template != market.TokenGenuine || q.Kind != market.Binary {
		return Subject{}, player.Pass(who, "not a question about a token")
	}
	s := NewSubject(q.Field(0), q.Field(1), q.Field(2))
	switch {
	case s.Address == "" || len(s.Address) > maxSymbol:
		return s, player.Pass(who, "no address of 1 to 128 bytes")
	case s.Symbol == "":
		return s, player.Pass(who, "no symbol")
	}
	return s, nil
}

// Plain is a symbol as a hasty reader takes it: look-alike letters as Latin
// ones, upper case, without marks, spaces and signs.
func Plain(symbol string) string {
	latin := fold(symbol)
	var b strings.Builder
	for i := range len(latin) {
		c := latin[i]
		switch {
		case c >= 'a' && c <= 'z':
			b.WriteByte(c - 'a' + 'A')
		case c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			b.WriteByte(c)
		}
	}
	return b.String()
}
