package chain

import (
	"context"
	"math/big"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/ethclient"
)

var signer = ethtypes.LatestSignerForChainID(big.NewInt(DefaultChainID))

// gasPrice pays any base fee these tests see.
var gasPrice = big.NewInt(10 * minBaseFee)

// transfer signs a payment of amount.
func transfer(from Account, nonce uint64, to common.Address, amount int64) *ethtypes.Transaction {
	return ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce, To: &to, Value: big.NewInt(amount),
		Gas: 21_000, GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
	})
}

// call signs a transaction with data.
func call(from Account, nonce uint64, to common.Address, data []byte) *ethtypes.Transaction {
	return ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce, To: &to, Data: data,
		Gas: 1_000_000, GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
	})
}

// send submits a transaction that must be accepted.
func send(t testing.TB, eth *ethclient.Client, tx *ethtypes.Transaction) {
	t.Helper()
	if err := eth.SendTransaction(context.Background(), tx); err != nil {
		t.Fatalf("send: %v", err)
	}
}

// mined waits for a transaction's receipt.
func mined(t testing.TB, eth *ethclient.Client, tx *ethtypes.Transaction) *ethtypes.Receipt {
	t.Helper()
	var receipt *ethtypes.Receipt
	eventually(t, 20*time.Second, "a receipt", func() (ok bool) {
		r, err := eth.TransactionReceipt(context.Background(), tx.Hash())
		receipt = r
		return err == nil
	})
	return receipt
}

// nonce is the next of an account, pending transactions counted.
func nonce(t testing.TB, eth *ethclient.Client, of common.Address) uint64 {
	t.Helper()
	n, err := eth.PendingNonceAt(context.Background(), of)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// balance at the last block.
func balance(t testing.TB, eth *ethclient.Client, of common.Address) *big.Int {
	t.Helper()
	b, err := eth.BalanceAt(context.Background(), of, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// stateRoot of a block, or zero if the node has no such block.
func stateRoot(eth *ethclient.Client, height uint64) common.Hash {
	h, err := eth.HeaderByNumber(context.Background(), new(big.Int).SetUint64(height))
	if err != nil {
		return common.Hash{}
	}
	return h.Root
}

// deploy signs the creation of a contract.
func deploy(from Account, nonce uint64, code []byte) *ethtypes.Transaction {
	return ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce, Data: code,
		Gas: 1_000_000, GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
	})
}
