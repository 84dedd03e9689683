package chain

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
)

// What eth_fillTransaction fills in is true of the latest block: the nonce, and
// the gas of a call to a contract that the first block did not have.
func TestFillKnowsLatestState(t *testing.T) {
	_, eth := sharedNode(t)
	ctx := context.Background()
	from := DevAccounts()[7]
	eventually(t, 20*time.Second, "the first block", func() bool {
		h, err := eth.BlockNumber(ctx)
		return err == nil && h > 0
	})
	// Its code is PUSH1 1, PUSH1 0, SSTORE, STOP; what precedes it returns it.
	deploy := ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce(t, eth, from.Address), Gas: 200_000,
		GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
		Data: common.FromHex("0x656001600055006000526006601af3"),
	})
	send(t, eth, deploy)
	contract := mined(t, eth, deploy).ContractAddress

	var filled struct {
		Tx struct {
			Nonce, Gas hexutil.Uint64
			To         common.Address
		}
	}
	args := map[string]any{"from": from.Address, "to": contract}
	if err := eth.Client().CallContext(ctx, &filled, "eth_fillTransaction", args); err != nil {
		t.Fatal(err)
	}
	gas, err := eth.EstimateGas(ctx, ethereum.CallMsg{From: from.Address, To: &contract})
	if err != nil {
		t.Fatal(err)
	}
	const store = 20_000 // of gas, the least that setting a fresh slot takes
	if have := uint64(filled.Tx.Gas); have != gas || have < 21_000+store {
		t.Errorf("gas: eth_estimateGas says %d, filled in %d", gas, have)
	}
	if want := nonce(t, eth, from.Address); uint64(filled.Tx.Nonce) != want {
		t.Errorf("nonce: want %d, have %d", want, filled.Tx.Nonce)
	}
	if filled.Tx.To != contract {
		t.Errorf("to: want %s, have %s", contract, filled.Tx.To)
	}

	delete(args, "from")
	err = eth.Client().CallContext(ctx, &filled, "eth_fillTransaction", args)
	if err == nil || err.Error() != errNoSender.Error() {
		t.Errorf("without a sender: want %q, have %v", errNoSender, err)
	}
}
