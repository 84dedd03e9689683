package chain

import (
	"errors"
	"fmt"

	ethtypes "github.com/ethereum/go-ethereum/core/types"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmante "github.com/cosmos/evm/ante/evm"
	evmtypes "github.com/cosmos/evm/x/vm/types"
)

// Refusals of a transaction before it runs, besides the EVM's own.
var (
	ErrNotEthereum     = errors.New("only Ethereum transactions are accepted")
	ErrTickerMisplaced = errors.New("the ticker's account sends the first transaction of a block " +
		"and nothing else")
	ErrTickerDelegated = errors.New("the ticker's account cannot be delegated")
)

// ante admits a transaction: one Ethereum message, checked by the EVM's own
// decorator (signature, nonce, fee, balance), with two rules about the ticker,
// whose key everybody knows.
func (a *app) ante(ctx sdk.Context, tx sdk.Tx, simulate bool) (sdk.Context, error) {
	msg, err := soleMessage(tx)
	if err != nil {
		return ctx, err
	}
	if msg.GetSender() == ticker.Address {
		return a.anteTick(ctx, tx, msg)
	}
	if err := admissible(tx); err != nil {
		return ctx, err
	}
	evmParams, feeParams := a.evm.GetParams(ctx), a.feeMarket.GetParams(ctx)
	decorator := evmante.NewEVMMonoDecorator(
		a.accounts, a.feeMarket, a.evm, 0, &evmParams, &feeParams)
	ctx, err = decorator.AnteHandle(ctx, tx, simulate, admitted)
	if err == nil && ctx.IsCheckTx() && !ctx.IsReCheckTx() && !simulate {
		for _, tell := range a.pending {
			tell(msg.Hash())
		}
	}
	return ctx, err
}

// admitted ends the chain of decorators.
func admitted(ctx sdk.Context, _ sdk.Tx, _ bool) (sdk.Context, error) { return ctx, nil }

// anteTick admits the tick: index 0 of a block being finalised, signed by the
// ticker, its nonce the account's. It pays no fee and TickGas bounds it. That
// it is the tick, and not something else the well-known key signed, is for
// ProcessProposal to say (checkTick).
func (a *app) anteTick(
	ctx sdk.Context, tx sdk.Tx, msg *evmtypes.MsgEthereumTx,
) (sdk.Context, error) {
	if ctx.ExecMode() != sdk.ExecModeFinalize || ctx.TxIndex() != 0 {
		return ctx, ErrTickerMisplaced
	}
	if err := msg.VerifySender(tickSigner(a.chainID)); err != nil {
		return ctx, fmt.Errorf("tick: %w", err)
	}
	ethTx := msg.AsTransaction()
	if err := refuseDelegation(ethTx); err != nil {
		return ctx, err
	}
	ctx, err := evmante.SetupContextAndResetTransientGas(ctx, tx)
	if err != nil {
		return ctx, fmt.Errorf("tick: %w", err)
	}
	account := a.accounts.GetAccount(ctx, ticker.Address.Bytes())
	if account == nil {
		account = a.accounts.NewAccountWithAddress(ctx, ticker.Address.Bytes())
	}
	if err := evmante.IncrementNonce(ctx, a.accounts, account, ethTx.Nonce()); err != nil {
		return ctx, fmt.Errorf("tick: %w", err)
	}
	evmante.EmitTxHashEvent(ctx, msg, uint64(ctx.TxIndex()))
	return ctx.WithGasMeter(evmtypes.NewInfiniteGasMeterWithLimit(TickGas)), nil
}

// soleMessage returns the Ethereum message of a transaction that has nothing
// else.
func soleMessage(tx sdk.Tx) (*evmtypes.MsgEthereumTx, error) {
	messages := tx.GetMsgs()
	if len(messages) != 1 {
		return nil, fmt.Errorf("%w: %d messages in one", ErrNotEthereum, len(messages))
	}
	msg, ok := messages[0].(*evmtypes.MsgEthereumTx)
	if !ok || msg.Raw.Transaction == nil {
		return nil, fmt.Errorf("%w: have %T", ErrNotEthereum, messages[0])
	}
	return msg, nil
}

// admissible applies the rules that need no state. The pool asks before it
// takes a transaction, so that who sends one learns at once.
func admissible(tx sdk.Tx) error {
	msg, err := soleMessage(tx)
	if err != nil {
		return err
	}
	if msg.GetSender() == ticker.Address {
		return ErrTickerMisplaced
	}
	return refuseDelegation(msg.AsTransaction())
}

// refuseDelegation rejects a transaction that carries an EIP-7702 authorisation
// by the ticker: with code at its address, what it sends would not be what
// ProcessProposal compared.
func refuseDelegation(tx *ethtypes.Transaction) error {
	for i, authorisation := range tx.SetCodeAuthorizations() {
		// One whose signer cannot be recovered is void, and the EVM skips it.
		signer, err := authorisation.Authority()
		if err == nil && signer == ticker.Address {
			return fmt.Errorf("%w: authorisation %d", ErrTickerDelegated, i)
		}
	}
	return nil
}
