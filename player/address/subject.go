package address

import "strings"

// maxAddress bounds what is looked at of an address, in bytes.
const maxAddress = 128

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
