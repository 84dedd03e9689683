package request

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/common"
)

// Operation is what ERC-4337 adds to a call: who deploys the account, who pays.
type Operation struct {
	EntryPoint common.Address
	Factory    *common.Address
	Paymaster  *common.Address
}

// operation reads eth_sendUserOperation: [operation, entry point], in the packed
// form of version 0.6 (initCode, paymasterAndData) or the open one of 0.7. The
// account calls itself with callData; what that does is unfolded later.
func (r *Request) operation(params []json.RawMessage) error {
	if len(params) < 2 {
		return fmt.Errorf("%w: want an operation and its entry point", ErrMalformed)
	}
	var op struct {
		Sender, CallData           *string
		InitCode, PaymasterAndData *string
		Factory, Paymaster         *string
		EIP7702Auth                *grantArgument
	}
	if err := json.Unmarshal(params[0], &op); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	entry, err := asAddress(params[1])
	if err != nil {
		return err
	}
	if op.Sender == nil || op.CallData == nil {
		return fmt.Errorf("%w: an operation needs sender and callData", ErrMalformed)
	}
	sender, err := Address(*op.Sender)
	if err != nil {
		return err
	}
	data, err := Bytes(*op.CallData)
	if err != nil {
		return err
	}
	o := &Operation{EntryPoint: entry}
	for _, part := range []struct {
		text *string
		into **common.Address
	}{
		{op.InitCode, &o.Factory}, {op.PaymasterAndData, &o.Paymaster},
		{op.Factory, &o.Factory}, {op.Paymaster, &o.Paymaster},
	} {
		if part.text == nil {
			continue
		}
		b, err := Bytes(*part.text)
		if err != nil {
			return err
		}
		if len(b) == 0 || delegated(b) {
			continue
		}
		if len(b) < common.AddressLength {
			return fmt.Errorf("%w: %d bytes where an address begins", ErrMalformed, len(b))
		}
		a := common.BytesToAddress(b[:common.AddressLength])
		*part.into = &a
	}
	r.Account = &sender
	tx := &Transaction{From: &entry, To: &sender, Value: new(big.Int), Data: data, Operation: o}
	r.Transactions = []*Transaction{tx}
	if op.EIP7702Auth == nil {
		return nil
	}
	// The account that the operation is for hands itself over, not the entry point.
	if err := r.grants(tx, []grantArgument{*op.EIP7702Auth}); err != nil {
		return err
	}
	tx.Grants[0].Authority = &sender
	return nil
}

// delegated reports whether initialisation code says, in the place of a factory,
// that the account is delegated by EIP-7702 (ERC-4337 version 0.8).
func delegated(b []byte) bool {
	return bytes.HasPrefix(b, []byte{0x77, 0x02}) &&
		len(bytes.Trim(b[2:min(len(b), common.AddressLength)], "\x00")) == 0
}
