package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"agon/client/imarket"
)

// gasLimit is given to all transactions, as those that revert cannot be
// estimated.
const gasLimit = 8_000_000

// stage is a contract that solc compiled, deployed, and who deployed it.
type stage struct {
	t        *testing.T
	ctx      context.Context
	eth      *ethclient.Client
	opts     *bind.TransactOpts
	abi      abi.ABI
	address  common.Address
	contract *bind.BoundContract
	market   *bind.BoundContract
	imarket  *imarket.IMarket
}

// artifact is what solc makes of a contract.
type artifact struct {
	ABI      abi.ABI
	Bytecode string
}

// compile runs solc over the contracts of this folder, once.
var compile = sync.OnceValues(func() (map[string]artifact, error) {
	compiler := exec.Command("node", "compile.mjs")
	var faults strings.Builder
	compiler.Stderr = &faults
	text, err := compiler.Output()
	if err != nil {
		return nil, fmt.Errorf("solc: %w\n%s", err, faults.String())
	}
	var contracts map[string]artifact
	return contracts, json.Unmarshal(text, &contracts)
})

// deploy compiles the contracts and puts one on the chain.
func deploy(t *testing.T, name string) *stage {
	t.Helper()
	need(t, "node", "node_modules/solc")
	compiled, err := compile()
	if err != nil {
		t.Fatal(err)
	}
	n := sharedNode(t)
	key, err := crypto.HexToECDSA(strings.TrimPrefix(n.keys[len(n.keys)-1], "0x"))
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, abi: compiled[name].ABI, imarket: imarket.NewIMarket()}
	var cancel context.CancelFunc
	s.ctx, cancel = context.WithTimeout(t.Context(), toolLimit)
	t.Cleanup(cancel)
	if s.eth, err = ethclient.DialContext(s.ctx, n.HTTP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.eth.Close)
	s.opts = bind.NewKeyedTransactor(key, new(big.Int).SetUint64(n.ChainID))
	s.opts.Context = s.ctx
	s.market = s.imarket.Instance(s.eth, n.Market)

	input, err := s.abi.Pack("", n.Market)
	if err != nil {
		t.Fatal(err)
	}
	address, tx, err := bind.DeployContract(
		s.opts, common.FromHex(compiled[name].Bytecode), s.eth, input)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.mined(tx); r.Status != types.ReceiptStatusSuccessful {
		t.Fatalf("deploying %s reverted", name)
	}
	s.address = address
	s.contract = bind.NewBoundContract(address, s.abi, s.eth, s.eth, s.eth)
	return s
}

// mined waits for a receipt. go-ethereum's own WaitMined looks once a second;
// blocks are faster.
func (s *stage) mined(tx *types.Transaction) *types.Receipt {
	s.t.Helper()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		r, err := s.eth.TransactionReceipt(s.ctx, tx.Hash())
		if err == nil {
			return r
		}
		if !errors.Is(err, ethereum.NotFound) {
			s.t.Fatalf("transaction %s: %v", tx.Hash(), err)
		}
		select {
		case <-look.C:
		case <-s.ctx.Done():
			s.t.Fatalf("transaction %s: no receipt: %v", tx.Hash(), s.ctx.Err())
		}
	}
}

// send calls a function of the contract with coins, whether it reverts or not.
func (s *stage) send(value *big.Int, method string, args ...any) *types.Receipt {
	s.t.Helper()
	input, err := s.abi.Pack(method, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	opts := *s.opts
	opts.Value, opts.GasLimit = value, gasLimit
	tx, err := bind.Transact(s.contract, &opts, input)
	if err != nil {
		s.t.Fatalf("%s: %v", method, err)
	}
	return s.mined(tx)
}

// succeed is send for calls that must not revert.
func (s *stage) succeed(value *big.Int, method string, args ...any) *types.Receipt {
	s.t.Helper()
	r := s.send(value, method, args...)
	if r.Status != types.ReceiptStatusSuccessful {
		s.t.Fatalf("%s reverted, after %d gas", method, r.GasUsed)
	}
	return r
}

// event unpacks the contract's only log of that name into out.
func (s *stage) event(out any, name string, r *types.Receipt) {
	s.t.Helper()
	for _, l := range r.Logs {
		if l.Address == s.address && l.Topics[0] == s.abi.Events[name].ID {
			if err := s.abi.UnpackIntoInterface(out, name, l.Data); err != nil {
				s.t.Fatal(err)
			}
			return
		}
	}
	s.t.Fatalf("no %s among %d logs", name, len(r.Logs))
}

// read reads from the market as it was after a block; nil is the latest.
func read[T any](
	s *stage, block *big.Int, input []byte, unpack func([]byte) (T, error),
) T {
	s.t.Helper()
	opts := &bind.CallOpts{Context: s.ctx, BlockNumber: block}
	v, err := bind.Call(s.market, opts, input, unpack)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// sight is the market as seen at one moment, by Waverer or from outside.
type sight struct {
	Questions uint64
	Balance   *big.Int // of the contract, in the market
	Coins     *big.Int // of the contract, outside
	Held      *big.Int // by the market, in coins
}

// sight looks from outside, after a block.
func (s *stage) sight(block *big.Int) sight {
	s.t.Helper()
	m := s.imarket
	return sight{
		Questions: read(s, block, m.PackQuestionCount(), m.UnpackQuestionCount),
		Balance:   read(s, block, m.PackBalanceOf(s.address), m.UnpackBalanceOf),
		Coins:     s.coins(s.address, block),
		Held:      s.coins(marketAddress, block),
	}
}

func (s *stage) coins(of common.Address, block *big.Int) *big.Int {
	s.t.Helper()
	n, err := s.eth.BalanceAt(s.ctx, of, block)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// plus is what remains to be seen after that many questions and coins more.
func (v sight) plus(questions uint64, balance, coins, held *big.Int) sight {
	return sight{
		v.Questions + questions, new(big.Int).Add(v.Balance, balance),
		new(big.Int).Add(v.Coins, coins), new(big.Int).Add(v.Held, held),
	}
}

func wantSight(t *testing.T, what string, have, want sight) {
	t.Helper()
	if have.Questions != want.Questions {
		t.Errorf("%s: questions: want %d, have %d", what, want.Questions, have.Questions)
	}
	for _, c := range []struct {
		of         string
		have, want *big.Int
	}{
		{"its balance in the market", have.Balance, want.Balance},
		{"its coins", have.Coins, want.Coins},
		{"coins the market holds", have.Held, want.Held},
	} {
		if c.have.Cmp(c.want) != 0 {
			t.Errorf("%s: %s: want %s, have %s", what, c.of, c.want, c.have)
		}
	}
}

var none = new(big.Int)

func coin(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e18)) }

// before is the block before a receipt's.
func before(r *types.Receipt) *big.Int { return new(big.Int).Sub(r.BlockNumber, big.NewInt(1)) }

// fill waits for a block and returns its only Filled log of a question.
func (s *stage) fill(question, block uint64) *imarket.IMarketFilled {
	s.t.Helper()
	s.wait(block)
	found := s.fills(question, block)
	if len(found) != 1 {
		s.t.Fatalf("question %d, block %d: want one fill, have %d", question, block, len(found))
	}
	return found[0]
}

// fills are the Filled logs of a question from a block on.
func (s *stage) fills(question, block uint64) []*imarket.IMarketFilled {
	s.t.Helper()
	logs, err := bind.FilterEvents(s.market,
		&bind.FilterOpts{Start: block, Context: s.ctx},
		s.imarket.UnpackFilledEvent, []any{question})
	if err != nil {
		s.t.Fatal(err)
	}
	defer logs.Close()
	var found []*imarket.IMarketFilled
	for logs.Next() {
		found = append(found, logs.Value())
	}
	if logs.Error() != nil {
		s.t.Fatal(logs.Error())
	}
	return found
}

// wait returns once a block is there. It waits by having empty transactions
// mined.
func (s *stage) wait(block uint64) {
	s.t.Helper()
	opts := *s.opts
	opts.GasLimit = 21_000
	self := bind.NewBoundContract(s.opts.From, abi.ABI{}, s.eth, s.eth, s.eth)
	for {
		height, err := s.eth.BlockNumber(s.ctx)
		if err != nil {
			s.t.Fatal(err)
		}
		if height >= block {
			return
		}
		tx, err := bind.Transact(self, &opts, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		s.mined(tx)
	}
}
