package chain

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"

	"agon/chain/beacon"
	"agon/chain/contracts"
)

// Refusals of a tick.
var (
	ErrTickShape  = errors.New("the first transaction is not a tick")
	ErrTickBytes  = errors.New("the tick is not the one this block must begin with")
	ErrNoProposer = errors.New("a block's proposer must have a beacon key")
)

// The call of a tick is fixed in length:
//
//	selector ‖ height ‖ offset of the signature ‖ its length ‖ signature, padded
const (
	wordSize       = 32
	tickHead       = 4 + 3*wordSize
	tickPadded     = (beacon.SignatureSize + wordSize - 1) / wordSize * wordSize
	tickCallLength = tickHead + tickPadded
)

var tickSelector = crypto.Keccak256([]byte("tick(uint64,bytes)"))[:4]

// tickCall encodes IClock.tick(height, signature).
func tickCall(height uint64, signature []byte) []byte {
	word := func(b []byte, n uint64) []byte {
		return binary.BigEndian.AppendUint64(append(b, make([]byte, wordSize-8)...), n)
	}
	call := append(make([]byte, 0, tickCallLength), tickSelector...)
	call = word(call, height)
	call = word(call, 2*wordSize)
	call = word(call, uint64(len(signature)))
	call = append(call, signature...)
	return append(call, make([]byte, -len(signature)&(wordSize-1))...)
}

// tickSignature reads the signature out of a call of the right length. Whether
// the rest is right shows when the call is rebuilt.
func tickSignature(call []byte) ([]byte, error) {
	if len(call) != tickCallLength {
		return nil, fmt.Errorf("%w: a call of %d bytes, want %d",
			ErrTickShape, len(call), tickCallLength)
	}
	return call[tickHead : tickHead+beacon.SignatureSize], nil
}

// tickSigner is how tick transactions are signed: EIP-155, no fee fields.
func tickSigner(chainID uint64) ethtypes.Signer {
	return ethtypes.NewEIP155Signer(new(big.Int).SetUint64(chainID))
}

// buildTick is the one transaction a block at ctx's height may begin with,
// given the proposer's signature: a function of state and arguments, since the
// ticker's signature is deterministic (RFC 6979).
func (a *app) buildTick(ctx sdk.Context, height uint64, signature []byte) ([]byte, error) {
	var nonce uint64
	if account := a.accounts.GetAccount(ctx, ticker.Address.Bytes()); account != nil {
		nonce = account.GetSequence()
	}
	to := contracts.ClockAddress
	tx, err := ethtypes.SignNewTx(ticker.Key, tickSigner(a.chainID), &ethtypes.LegacyTx{
		Nonce: nonce, To: &to, Gas: TickGas, GasPrice: new(big.Int), Value: new(big.Int),
		Data: tickCall(height, signature),
	})
	if err != nil {
		return nil, fmt.Errorf("sign the tick: %w", err)
	}
	b, err := evmmempool.NewTxEncoder(a.encoding.TxConfig).EVMTx(tx)
	if err != nil {
		return nil, fmt.Errorf("encode the tick: %w", err)
	}
	return b, nil
}

// proposeTick builds the tick of a block this node proposes.
func (a *app) proposeTick(ctx sdk.Context, height uint64) ([]byte, error) {
	previous, err := a.contracts.Clock.Beacon(ctx)
	if err != nil {
		return nil, fmt.Errorf("previous beacon: %w", err)
	}
	return a.buildTick(ctx, height, a.beacon.Sign(a.chainID, height, previous))
}

// checkTick accepts b as the first transaction of proposer's block at height:
// the signature in it must verify under the proposer's registered key, and all
// its bytes must be those this node would build around that signature.
func (a *app) checkTick(ctx sdk.Context, proposer []byte, height uint64, b []byte) error {
	signature, err := a.signatureIn(b)
	if err != nil {
		return err
	}
	if err := a.verifyBeacon(ctx, proposer, height, signature); err != nil {
		return err
	}
	want, err := a.buildTick(ctx, height, signature)
	if err != nil {
		return err
	}
	if !bytes.Equal(want, b) {
		return fmt.Errorf("%w: height %d", ErrTickBytes, height)
	}
	return nil
}

// signatureIn decodes a tick just far enough to find its beacon signature.
func (a *app) signatureIn(b []byte) ([]byte, error) {
	tx, err := a.seen.decode(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrTickShape, err)
	}
	msg, err := soleMessage(tx)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrTickShape, err)
	}
	return tickSignature(msg.AsTransaction().Data())
}

func (a *app) verifyBeacon(
	ctx context.Context, proposer []byte, height uint64, signature []byte,
) error {
	v, err := a.validators.Get(ctx, proposer)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoProposer, err)
	}
	previous, err := a.contracts.Clock.Beacon(ctx)
	if err != nil {
		return fmt.Errorf("previous beacon: %w", err)
	}
	return beacon.Verify(v.Beacon, a.chainID, height, previous, signature)
}
