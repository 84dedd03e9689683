package typed

import (
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/calldata"
)

// TypeHash is keccak256(encodeType(name)), zero for a struct that the message
// does not use.
func (m *Message) TypeHash(name string) common.Hash { return m.hashes[name] }

// DomainSeparator is hashStruct of the domain.
func (m *Message) DomainSeparator() common.Hash { return m.hashStruct(domainType, m.domain) }

// Digest is what the key signs:
//
//	keccak256(0x1901 ‖ domainSeparator ‖ hashStruct(message))
//
// A message whose primary type is the domain itself ends after the domain, as
// wallets have it.
func (m *Message) Digest() common.Hash {
	data := append([]byte{0x19, 0x01}, m.DomainSeparator().Bytes()...)
	if m.Primary != domainType {
		data = append(data, m.hashStruct(m.Primary, m.Value).Bytes()...)
	}
	return crypto.Keccak256Hash(data)
}

// hashStruct is keccak256(typeHash ‖ encodeData(v)).
func (m *Message) hashStruct(name string, v calldata.Value) common.Hash {
	data := m.TypeHash(name).Bytes()
	for _, elem := range v.Elems {
		data = append(data, m.encode(elem)...)
	}
	return crypto.Keccak256Hash(data)
}

// encode gives the 32 bytes of one member.
func (m *Message) encode(v calldata.Value) []byte {
	switch v.Type.Kind {
	case calldata.Tuple:
		return m.hashStruct(v.Type.Name, v).Bytes()
	case calldata.Slice, calldata.Array:
		var data []byte
		for _, elem := range v.Elems {
			data = append(data, m.encode(elem)...)
		}
		return crypto.Keccak256(data)
	case calldata.Bytes, calldata.String:
		return crypto.Keccak256(v.Raw)
	case calldata.FixedBytes:
		return common.RightPadBytes(v.Raw, 32)
	case calldata.Address:
		return common.LeftPadBytes(v.Raw, 32)
	default:
		word, _ := v.Bytes()
		return word
	}
}
