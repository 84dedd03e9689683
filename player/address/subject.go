package address

import (
	"strings"

	"agon/game/market"
	"agon/player"
)

// Subject is the address a question is about.
type Subject struct {
	Address string // lower case if it is hexadecimal
	Chain   string // EIP-155 number, or a name
}

// NewSubject tidies the two fields.
func NewSubject(address, chain string) Subject {
	s := Subject{
		Address: strings.TrimSpace(address),
		Chain:   strings.TrimPrefix(strings.ToLower(strings.TrimSpace(chain)), "eip155:"),
	}
	if strings.HasPrefix(s.Address, "0x") || strings.HasPrefix(s.Address, "0X") {
		s.Address = strings.ToLower(s.Address)
	}
	return s
}

// digits of an EVM address, with the prefix 0x.
const addressLen = 42

// subject finds the address that q asks about, or passes on the player's
// behalf.
func subject(who string, q player.Question) (Subject, error) {
	if q.Template != market.AddressHostile || q.Kind != market.Binary {
		return Subject{}, player.Pass(who, "not a question about an address")
	}
	s := NewSubject(q.Field(0), q.Field(1))
	if len(s.Address) != addressLen || s.Address[:2] != "0x" ||
		strings.Trim(s.Address[2:], "0123456789abcdef") != "" {
		return s, player.Pass(who, "not an address of 0x and forty digits")
	}
	return s, nil
}
