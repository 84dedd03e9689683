package chain

import (
	"context"
	"errors"

	ethtypes "github.com/ethereum/go-ethereum/core/types"

	"github.com/cosmos/evm/rpc/backend"
	rpctypes "github.com/cosmos/evm/rpc/types"
	evmtypes "github.com/cosmos/evm/x/vm/types"
)

// errNoSender reports a transaction to fill without an account to fill it for.
var errNoSender = errors.New("want a from address")

// filler answers eth_fillTransaction, by which viem prepares transactions, in
// place of the EVM's method: that one estimates gas on the state of the first
// block, where later accounts, contracts and questions do not exist.
type filler struct{ back *backend.Backend }

// FillTransaction is eth_fillTransaction: the transaction with nonce, fees and
// gas, these as of the latest block, where they are missing.
func (f filler) FillTransaction(
	ctx context.Context, args evmtypes.TransactionArgs,
) (*rpctypes.SignTransactionResult, error) {
	if args.From == nil {
		return nil, errNoSender
	}
	if args.Gas == nil {
		gas, err := f.back.EstimateGas(ctx, args, nil, nil)
		if err != nil {
			return nil, err
		}
		args.Gas = &gas
	}
	filled, err := f.back.SetTxDefaults(ctx, args)
	if err != nil {
		return nil, err
	}
	tx := filled.ToTransaction(ethtypes.LegacyTxType)
	raw, err := tx.MarshalBinary()
	if err != nil {
		return nil, err
	}
	return &rpctypes.SignTransactionResult{Raw: raw, Tx: tx}, nil
}
