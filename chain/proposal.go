package chain

import (
	"errors"
	"fmt"
	"runtime"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/params"
	"golang.org/x/sync/errgroup"

	sdk "github.com/cosmos/cosmos-sdk/types"
	sdkmempool "github.com/cosmos/cosmos-sdk/types/mempool"
	evmtypes "github.com/cosmos/evm/x/vm/types"
)

// Refusals of a proposal, besides those of the tick.
var (
	ErrBlockGas = errors.New("the block's transactions ask for more gas than a block has")
	ErrNoTick   = errors.New("the block does not begin with the tick")
)

// maxMisfits bounds how many transactions a proposer passes over in search of
// one that still fits.
const maxMisfits = 500

// prepareProposal builds a block: the tick, then transactions from the pool,
// best tip first, each account's in the order of its nonces. One that does not
// fit is passed over with those of its account that follow it, or a single
// large one would hold back whoever tips less. The pool has checked them;
// execution checks them again.
func (a *app) prepareProposal(
	ctx sdk.Context, req *abci.RequestPrepareProposal,
) (*abci.ResponsePrepareProposal, error) {
	tick, err := a.proposeTick(ctx, uint64(req.Height))
	if err != nil {
		return nil, fmt.Errorf("propose block %d: %w", req.Height, err)
	}
	var (
		txs  = [][]byte{tick}
		room = req.MaxTxBytes - wireSize(tick)
		gas  = uint64(MaxBlockGas - TickGas)
		fail error

		waiting = make(map[common.Address]bool) // for room in a later block
		misfits int
	)
	sdkmempool.SelectBy(ctx, a.pool, nil, func(tx sdk.Tx) bool {
		var msg *evmtypes.MsgEthereumTx
		if msg, fail = soleMessage(tx); fail != nil {
			return false
		}
		if sender := msg.GetSender(); msg.GetGas() > gas || waiting[sender] {
			waiting[sender] = true
			misfits++
			return gas >= params.TxGas && misfits < maxMisfits
		}
		var b []byte
		if b, fail = a.TxEncode(tx); fail != nil {
			return false
		}
		cost := wireSize(b)
		if cost > room {
			return false
		}
		room, gas = room-cost, gas-msg.GetGas()
		a.seen.learn(b, tx)
		txs = append(txs, b)
		return true
	})
	if fail != nil {
		return nil, fmt.Errorf("propose block %d: %w", req.Height, fail)
	}
	return &abci.ResponsePrepareProposal{Txs: txs}, nil
}

// wireSize is what a transaction takes of a block: its bytes, a field tag and
// a length of at most four bytes (blocks are far below 2²⁸ bytes).
func wireSize(tx []byte) int64 { return int64(len(tx)) + 5 }

// processProposal judges another validator's block. A refusal is a vote
// against it; the reason goes to the log.
func (a *app) processProposal(
	ctx sdk.Context, req *abci.RequestProcessProposal,
) (*abci.ResponseProcessProposal, error) {
	if err := a.judge(ctx, req); err != nil {
		a.log.Warn("proposal rejected", "height", req.Height,
			"proposer", fmt.Sprintf("%X", req.ProposerAddress), "reason", err)
		return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_REJECT}, nil
	}
	return &abci.ResponseProcessProposal{Status: abci.ResponseProcessProposal_ACCEPT}, nil
}

// judge accepts a block that begins with its tick and goes on with well-formed
// Ethereum transactions, none of them the ticker's, that ask for no more gas
// than there is. Senders are recovered here, on all processors, so that
// execution, which is sequential, finds them.
func (a *app) judge(ctx sdk.Context, req *abci.RequestProcessProposal) error {
	if len(req.Txs) == 0 {
		return ErrNoTick
	}
	if err := a.checkTick(ctx, req.ProposerAddress, uint64(req.Height), req.Txs[0]); err != nil {
		return err
	}
	txs := req.Txs[1:]
	messages := make([]*evmtypes.MsgEthereumTx, len(txs))
	signer := ethtypes.LatestSigner(evmtypes.GetEthChainConfig())
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, b := range txs {
		group.Go(func() (err error) {
			// A panic here would be out of the SDK's reach and end the node.
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("transaction %d: %w: %v", i+1, ErrNotEthereum, p)
				}
			}()
			tx, err := a.seen.decode(b)
			if err != nil {
				return fmt.Errorf("transaction %d: %w", i+1, err)
			}
			if messages[i], err = soleMessage(tx); err != nil {
				return fmt.Errorf("transaction %d: %w", i+1, err)
			}
			if err := messages[i].VerifySender(signer); err != nil {
				return fmt.Errorf("transaction %d: %w", i+1, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	gas := uint64(MaxBlockGas - TickGas)
	for i, msg := range messages {
		if msg.GetSender() == ticker.Address {
			return fmt.Errorf("transaction %d: %w", i+1, ErrTickerMisplaced)
		}
		if msg.GetGas() > gas {
			return fmt.Errorf("transaction %d: %w", i+1, ErrBlockGas)
		}
		gas -= msg.GetGas()
	}
	return nil
}
