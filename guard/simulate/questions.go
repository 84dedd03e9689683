package simulate

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/guard/calldata"
)

// The questions that are put to contracts before and after a run.
var (
	balanceOf        = selectorOf("balanceOf(address)")
	balanceOfItem    = selectorOf("balanceOf(address,uint256)")
	allowance        = selectorOf("allowance(address,address)")
	isApprovedForAll = selectorOf("isApprovedForAll(address,address)")
	ownerOf          = selectorOf("ownerOf(uint256)")
	owner            = selectorOf("owner()")
	symbol           = selectorOf("symbol()")
	name             = selectorOf("name()")
	decimals         = selectorOf("decimals()")
	supports         = selectorOf("supportsInterface(bytes4)")
)

// Topics of logs that say where to look.
var (
	topicTransfer       = crypto.Keccak256Hash([]byte("Transfer(address,address,uint256)"))
	topicApproval       = crypto.Keccak256Hash([]byte("Approval(address,address,uint256)"))
	topicApprovalForAll = crypto.Keccak256Hash([]byte("ApprovalForAll(address,address,bool)"))
	topicSingle         = crypto.Keccak256Hash(
		[]byte("TransferSingle(address,address,address,uint256,uint256)"))
)

func selectorOf(signature string) []byte {
	f, err := calldata.ParseFunction(signature)
	if err != nil {
		panic(err) // a literal of this package
	}
	sel := f.Selector()
	return sel[:]
}

// question writes a call with arguments of one word each.
func question(selector []byte, words ...common.Hash) []byte {
	data := append([]byte{}, selector...)
	for _, w := range words {
		data = append(data, w[:]...)
	}
	return data
}

func wordOf(a common.Address) common.Hash { return common.BytesToHash(a[:]) }

// number asks for a number; false if there is no answer of one word.
func (m *machine) number(to common.Address, data []byte) (*big.Int, bool) {
	out, ok := m.ask(common.Address{}, to, data)
	if !ok || len(out) != 32 {
		return nil, false
	}
	return new(big.Int).SetBytes(out), true
}

// address asks for an address.
func (m *machine) address(to common.Address, data []byte) (common.Address, bool) {
	n, ok := m.number(to, data)
	if !ok || n.BitLen() > 160 {
		return common.Address{}, false
	}
	return common.BigToAddress(n), true
}

// text asks for a string; old tokens answer with bytes32.
func (m *machine) text(to common.Address, data []byte) (string, bool) {
	out, ok := m.ask(common.Address{}, to, data)
	if !ok {
		return "", false
	}
	return textOf(out)
}

var textField = []calldata.Field{{Type: &calldata.Type{Kind: calldata.String}}}
