package chain

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/rpc"
)

// BenchmarkStart measures a node from nothing to its first block, and what it
// then holds in memory. Targets: 5 s, 400 MB.
func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		begin := time.Now()
		p := spawn(b, newHomeDir(b))
		p.reach(1)
		b.ReportMetric(time.Since(begin).Seconds(), "s/first-block")
		b.ReportMetric(resident(b, p.cmd.Process.Pid), "MB-resident")
		p.kill()
	}
}

// resident is a process's memory in MB, as the kernel counts it.
func resident(b *testing.B, pid int) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Skip("no /proc on this system")
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1024
		}
	}
	b.Fatal("no VmRSS")
	return 0
}

// Shape of the load in BenchmarkTransfers.
const (
	benchSenders = 20
	benchEach    = 500 // transactions a sender
	benchBatch   = 50  // transactions in one HTTP request
)

// BenchmarkTransfers measures plain transfers over JSON-RPC, from the first
// request to the last receipt. Target for plain transactions: 1,000 a second.
// The client signs beforehand and shares the machine with the node.
func BenchmarkTransfers(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		p := spawn(b, newHomeDir(b))
		p.reach(1)
		senders := fundSenders(b, p)
		signed := make([][]*ethtypes.Transaction, len(senders))
		for i, s := range senders {
			for n := range uint64(benchEach) {
				signed[i] = append(signed[i], transfer(s, n, common.HexToAddress("0x99"), 1))
			}
		}
		first := p.height()
		b.StartTimer()
		begin := time.Now()
		var group sync.WaitGroup
		for _, txs := range signed {
			group.Go(func() { submit(b, p, txs) })
		}
		group.Wait()
		accepted := time.Since(begin)
		for _, txs := range signed {
			mined(b, p.eth, txs[len(txs)-1])
		}
		took := time.Since(begin)
		n := float64(benchSenders * benchEach)
		b.ReportMetric(n/took.Seconds(), "tx/s")
		b.ReportMetric(n/accepted.Seconds(), "tx/s-accepted")
		b.ReportMetric(took.Seconds()/float64(p.height()-first), "s/block")
		b.ReportMetric(resident(b, p.cmd.Process.Pid), "MB-resident")
		p.kill()
	}
}

// fundSenders makes accounts with coins.
func fundSenders(b *testing.B, p *process) []Account {
	b.Helper()
	from := DevAccounts()[0]
	amount := new(big.Int).Mul(big.NewInt(100), big.NewInt(1e18))
	senders := make([]Account, benchSenders)
	var last *ethtypes.Transaction
	for i := range senders {
		senders[i] = wellKnown("bench", uint32(i))
		last = ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
			ChainID: signer.ChainID(), Nonce: uint64(i), To: &senders[i].Address, Value: amount,
			Gas: 21_000, GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
		})
		send(b, p.eth, last)
	}
	mined(b, p.eth, last)
	return senders
}

// submit sends transactions in batches over one connection.
func submit(b *testing.B, p *process, txs []*ethtypes.Transaction) {
	for start := 0; start < len(txs); start += benchBatch {
		var batch []rpc.BatchElem
		for _, tx := range txs[start:min(start+benchBatch, len(txs))] {
			raw, err := tx.MarshalBinary()
			if err != nil {
				b.Error(err)
				return
			}
			batch = append(batch, rpc.BatchElem{
				Method: "eth_sendRawTransaction",
				Args:   []any{"0x" + common.Bytes2Hex(raw)}, Result: new(common.Hash),
			})
		}
		if err := p.eth.Client().BatchCallContext(context.Background(), batch); err != nil {
			b.Error(err)
			return
		}
		for _, e := range batch {
			if e.Error != nil {
				b.Error(e.Error)
				return
			}
		}
	}
}
