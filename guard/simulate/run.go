package simulate

import (
	"fmt"
	"math/big"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/consensus/misc/eip4844"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/state"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/params"
	"github.com/ethereum/go-ethereum/triedb"
	"github.com/holiman/uint256"
)

// Subject is what is tried out: one call, from an account.
type Subject struct {
	From      common.Address
	To        *common.Address // nil: a new contract
	Value     *big.Int
	Data      []byte
	Gas       uint64 // 0: as much as a block has
	Delegates map[common.Address]common.Address
	// Then are calls that the same account makes after this one; they are run one
	// after the other, and the first that fails ends the run.
	Then []Step

	// Watch are accounts besides From whose balances matter, Spenders those
	// whose allowances over From's tokens do, Tokens contracts to ask whether or
	// not the request touches them.
	Watch, Spenders, Tokens []common.Address
}

// Step is one more call of a subject.
type Step struct {
	To    *common.Address
	Value *big.Int
	Data  []byte
}

// environment is what code can see of the block and the transaction.
type environment struct {
	coinbase common.Address
	ahead    uint64 // blocks after the pinned one
	tip      int64  // wei per gas above the base fee
	random   common.Hash
}

// environments are two honest ones that differ in all that simulators give
// themselves away by: a coinbase that is nobody's, no fee, a frozen clock.
func environments(b *Block) [2]environment {
	return [2]environment{
		{coinbase: b.Header.Coinbase, ahead: 1, tip: 1e9, random: b.Header.MixDigest},
		{
			coinbase: common.HexToAddress("0x4838B106FCe9647Bdf1E7877BF73cE8B0BAD5f97"),
			ahead:    26, tip: 3e9, random: common.Hash(b.Hash),
		},
	}
}

// blockTime is the time between blocks, in seconds.
const blockTime = 12

// machine runs calls over one state.
type machine struct {
	db    *state.StateDB
	block *Block
	env   environment
	seen  *observer
}

// newMachine makes an EVM over the proven state of a block.
func newMachine(p *proven, env environment, seen *observer) (*machine, error) {
	disk := rawdb.NewMemoryDatabase()
	db, err := state.NewWithReader(p.block.Header.Root,
		state.NewDatabase(triedb.NewDatabase(disk, triedb.HashDefaults), state.NewCodeDB(disk)), p)
	if err != nil {
		return nil, err
	}
	return &machine{db: db, block: p.block, env: env, seen: seen}, nil
}

// chain gives the rules: every fork that go-ethereum knows is active.
func (m *machine) chain() *params.ChainConfig {
	config := *params.MergedTestChainConfig
	config.ChainID = new(big.Int).SetUint64(m.block.Chain)
	return &config
}

func (m *machine) price() *big.Int {
	return new(big.Int).Add(zeroIfNil(m.block.Header.BaseFee), big.NewInt(m.env.tip))
}

func (m *machine) evm(hooks *tracing.Hooks) *vm.EVM {
	h := m.block.Header
	blobFee := big.NewInt(1)
	if h.ExcessBlobGas != nil {
		blobFee = eip4844.CalcBlobFee(m.chain(), h)
	}
	random := m.env.random
	context := vm.BlockContext{
		CanTransfer: core.CanTransfer, Transfer: core.Transfer,
		GetHash: func(n uint64) common.Hash {
			if n == h.Number.Uint64() {
				return m.block.Hash
			}
			return common.BigToHash(new(big.Int).SetUint64(n)) // as good as any to code
		},
		Coinbase: m.env.coinbase, GasLimit: h.GasLimit,
		BlockNumber: new(big.Int).Add(h.Number, new(big.Int).SetUint64(m.env.ahead)),
		Time:        h.Time + blockTime*m.env.ahead, Difficulty: new(big.Int), Random: &random,
		BaseFee: zeroIfNil(h.BaseFee), BlobBaseFee: blobFee,
	}
	var db vm.StateDB = m.db
	if hooks != nil {
		db = state.NewHookedState(m.db, hooks)
	}
	return vm.NewEVM(context, db, m.chain(), vm.Config{Tracer: hooks})
}

// result of one run.
type result struct {
	reverted bool
	reason   string
	output   []byte
	gasUsed  uint64
}

// apply runs a subject as a transaction. The fee is paid with money that the
// sender is lent and gives back, so that balances show only what the call does.
func (m *machine) apply(s Subject) (*result, error) {
	gas := s.Gas
	if gas == 0 || gas > m.block.Header.GasLimit {
		gas = m.block.Header.GasLimit
	}
	gas = min(gas, maxGas)
	price := m.price()
	for authority, delegate := range s.Delegates {
		m.db.SetCode(authority, types.AddressToDelegation(delegate), tracing.CodeChangeUnspecified)
	}
	loan := uint256.MustFromBig(new(big.Int).Mul(price, new(big.Int).SetUint64(gas)))
	_, rich := new(uint256.Int).AddOverflow(m.db.GetBalance(s.From), loan)
	if rich { // such as the account of a development node: it gets its fee back instead
		loan.Clear()
	}
	m.db.AddBalance(s.From, loan, tracing.BalanceChangeUnspecified)
	message := &core.Message{
		From: s.From, To: s.To, Value: zeroIfNil(s.Value), Data: s.Data, GasLimit: gas,
		GasPrice: price, GasFeeCap: price, GasTipCap: big.NewInt(m.env.tip),
		SkipNonceChecks: true, SkipTransactionChecks: true,
	}
	var hooks *tracing.Hooks
	if m.seen != nil {
		hooks = m.seen.hooks()
	}
	evm := m.evm(hooks)
	done, err := core.ApplyMessage(evm, message, core.NewGasPool(gas))
	if err != nil {
		m.db.SubBalance(s.From, loan, tracing.BalanceChangeUnspecified)
		return &result{reverted: true, reason: err.Error()}, nil
	}
	if rich {
		fee := new(big.Int).Mul(price, new(big.Int).SetUint64(done.UsedGas))
		m.db.AddBalance(s.From, uint256.MustFromBig(fee), tracing.BalanceChangeUnspecified)
	} else {
		left := new(big.Int).Mul(price, new(big.Int).SetUint64(gas-done.UsedGas))
		m.db.SubBalance(s.From, uint256.MustFromBig(left), tracing.BalanceChangeUnspecified)
	}
	r := &result{reverted: done.Failed(), output: done.ReturnData, gasUsed: done.UsedGas}
	if r.reverted {
		r.reason = revertReason(done.Err, done.Revert())
	}
	return r, nil
}

// applyAll runs a subject and what comes after it.
func (m *machine) applyAll(s Subject) (*result, error) {
	r, err := m.apply(s)
	for _, step := range s.Then {
		if err != nil || r.reverted {
			break
		}
		used := r.gasUsed
		r, err = m.apply(Subject{From: s.From, To: step.To, Value: step.Value, Data: step.Data})
		if err == nil {
			r.gasUsed += used
		}
	}
	return r, err
}

// maxGas bounds one run whatever the chain's blocks hold.
const maxGas = 60_000_000

// ask makes a call that changes nothing.
func (m *machine) ask(from, to common.Address, data []byte) ([]byte, bool) {
	const gas = 2_000_000
	before := m.db.Snapshot()
	defer m.db.RevertToSnapshot(before)
	out, _, err := m.evm(nil).StaticCall(from, to, data, gas)
	return out, err == nil
}

// revertReason reads Error(string) and Panic(uint256), or gives the first bytes.
func revertReason(err error, data []byte) string {
	if text, e := abi.UnpackRevert(data); e == nil {
		return text
	}
	if len(data) >= 4 {
		return fmt.Sprintf("%v (%#x)", err, data[:4])
	}
	return fmt.Sprint(err)
}
