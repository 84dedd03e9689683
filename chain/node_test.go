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

func TestScratch(t *testing.T) {
	c := Config{Home: t.TempDir(), HTTPAddr: "127.0.0.1:0", WSAddr: "127.0.0.1:0"}
	begin := time.Now()
	if err := InitHome(c); err != nil {
		t.Fatal(err)
	}
	n, err := Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Stop()
	t.Log("rpc up", time.Since(begin))
	e, err := ethclient.Dial(n.HTTPURL())
	if err != nil {
		t.Fatal(err)
	}
	for {
		h, err := e.BlockNumber(context.Background())
		if err == nil && h >= 1 {
			t.Log("first block", time.Since(begin))
			break
		}
		if time.Since(begin) > 20*time.Second {
			t.Fatal(h, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
	dev := DevAccounts()
	b, err := e.BalanceAt(context.Background(), dev[0].Address, nil)
	t.Log(b, err)
	to := common.HexToAddress("0x1234")
	tx := ethtypes.MustSignNewTx(dev[0].Key, ethtypes.LatestSignerForChainID(big.NewInt(DefaultChainID)), &ethtypes.DynamicFeeTx{
		ChainID: big.NewInt(DefaultChainID), Nonce: 0, To: &to, Value: big.NewInt(5), Gas: 21000, GasFeeCap: big.NewInt(1e9), GasTipCap: big.NewInt(1),
	})
	if err := e.SendTransaction(context.Background(), tx); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		r, err := e.TransactionReceipt(context.Background(), tx.Hash())
		if err == nil {
			t.Log(r.Status, r.BlockNumber, r.GasUsed)
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	b, err = e.BalanceAt(context.Background(), to, nil)
	t.Log(b, err)
}
