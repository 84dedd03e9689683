package chain

import (
	"bytes"
	"errors"
	"math/big"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/holiman/uint256"

	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/beacon"
	"agon/chain/contracts"
)

// court is the state in which proposals of height are judged.
type court struct {
	*app
	t        *testing.T
	ctx      sdk.Context
	height   uint64
	proposer []byte
	previous beacon.Value
}

// newCourt stands after some block of the shared node.
func newCourt(t *testing.T) *court {
	t.Helper()
	n, _ := sharedNode(t)
	eventually(t, 5*time.Second, "a block", func() bool { return n.Height() > 1 })
	height := n.Height()
	ctx, err := n.app.CreateQueryContext(height, false)
	if err != nil {
		t.Fatal(err)
	}
	all, err := n.app.validators.All(ctx)
	if err != nil || len(all) != 1 {
		t.Fatalf("validators: want one, have %d (%v)", len(all), err)
	}
	previous, err := n.app.contracts.Clock.Beacon(ctx)
	if err != nil || previous == (beacon.Value{}) {
		t.Fatalf("beacon after block %d: %x (%v)", height, previous, err)
	}
	return &court{n.app, t, ctx, uint64(height) + 1, all[0].Address(), previous}
}

func (c *court) judge(txs ...[]byte) error {
	return c.app.judge(c.ctx, &abci.RequestProcessProposal{
		Height: int64(c.height), ProposerAddress: c.proposer, Txs: txs,
	})
}

// encode puts an Ethereum transaction into the form blocks carry.
func (c *court) encode(tx *ethtypes.Transaction) []byte {
	c.t.Helper()
	b, err := evmmempool.NewTxEncoder(c.encoding.TxConfig).EVMTx(tx)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// forged is a tick as the ticker's key can sign it, with what is changed.
func (c *court) forged(change func(*ethtypes.LegacyTx)) []byte {
	c.t.Helper()
	account := c.accounts.GetAccount(c.ctx, ticker.Address.Bytes())
	to := contracts.ClockAddress
	tx := &ethtypes.LegacyTx{
		Nonce: account.GetSequence(), To: &to, Gas: TickGas,
		GasPrice: new(big.Int), Value: new(big.Int),
		Data: tickCall(c.height, c.beacon.Sign(c.chainID, c.height, c.previous)),
	}
	change(tx)
	return c.encode(ethtypes.MustSignNewTx(ticker.Key, tickSigner(c.chainID), tx))
}

func TestHonestProposalIsAccepted(t *testing.T) {
	c := newCourt(t)
	tick, err := c.proposeTick(c.ctx, c.height)
	if err != nil {
		t.Fatal(err)
	}
	if same := c.forged(func(*ethtypes.LegacyTx) {}); !bytes.Equal(same, tick) {
		t.Fatal("the test's tick is not the node's: the refusals below prove nothing")
	}
	pay := c.encode(transfer(DevAccounts()[5], 0, Ticker(), 1))
	for name, txs := range map[string][][]byte{
		"a tick alone":          {tick},
		"a tick and a transfer": {tick, pay},
	} {
		if err := c.judge(txs...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Whatever a proposer does other than its duty, the others vote against it.
func TestHostileProposalsAreRejected(t *testing.T) {
	c := newCourt(t)
	tick := c.forged(func(*ethtypes.LegacyTx) {})
	pay := c.encode(transfer(DevAccounts()[5], 0, Ticker(), 1))
	thief, err := beacon.Generate(bytes.NewReader(make([]byte, 64)))
	if err != nil {
		t.Fatal(err)
	}
	with := func(signature []byte) []byte {
		return c.forged(func(tx *ethtypes.LegacyTx) { tx.Data = tickCall(c.height, signature) })
	}
	honest := c.beacon.Sign(c.chainID, c.height, c.previous)
	flipped := bytes.Clone(honest)
	flipped[20] ^= 1
	stray := c.encode(call(ticker, 0, contracts.ClockAddress, tickCall(c.height, honest)))

	for _, h := range []struct {
		name string
		txs  [][]byte
		want error
	}{
		{"nothing", nil, ErrNoTick},
		{"no tick", [][]byte{pay}, ErrTickShape},
		{"the tick in second place", [][]byte{pay, tick}, ErrTickShape},
		{"two ticks", [][]byte{tick, tick}, ErrTickerMisplaced},
		{"something else by the ticker", [][]byte{tick, stray}, ErrTickerMisplaced},
		{"garbage for a tick", [][]byte{[]byte("tick")}, ErrTickShape},
		{"another's beacon signature", [][]byte{with(thief.Sign(c.chainID, c.height, c.previous))},
			beacon.ErrSignature},
		{"a signature of the height before",
			[][]byte{with(c.beacon.Sign(c.chainID, c.height-1, c.previous))}, beacon.ErrSignature},
		{"a signature of another history",
			[][]byte{with(c.beacon.Sign(c.chainID, c.height, beacon.Value{}))},
			beacon.ErrSignature},
		{"another chain's signature",
			[][]byte{with(c.beacon.Sign(c.chainID+1, c.height, c.previous))}, beacon.ErrSignature},
		{"the infinite signature",
			[][]byte{with(append([]byte{0xc0}, make([]byte, 47)...))}, beacon.ErrSignature},
		{"a longer signature", [][]byte{with(append(bytes.Clone(honest), make([]byte, 32)...))},
			ErrTickShape},
		{"another height", [][]byte{c.forged(func(tx *ethtypes.LegacyTx) {
			tx.Data = tickCall(c.height+1, honest)
		})}, ErrTickBytes},
		{"another nonce", [][]byte{c.forged(func(tx *ethtypes.LegacyTx) { tx.Nonce++ })},
			ErrTickBytes},
		{"less gas, so that work is skipped",
			[][]byte{c.forged(func(tx *ethtypes.LegacyTx) { tx.Gas /= 2 })}, ErrTickBytes},
		{"a price, to move the fee market",
			[][]byte{c.forged(func(tx *ethtypes.LegacyTx) { tx.GasPrice = gasPrice })},
			ErrTickBytes},
		{"another contract", [][]byte{c.forged(func(tx *ethtypes.LegacyTx) {
			tx.To = &contracts.MarketAddress
		})}, ErrTickBytes},
		{"dirt in the padding", [][]byte{c.forged(func(tx *ethtypes.LegacyTx) {
			tx.Data[len(tx.Data)-1] = 1
		})}, ErrTickBytes},
		{"garbage after the tick", [][]byte{tick, []byte("garbage")}, nil},
		{"an empty transaction", [][]byte{tick, {}}, nil},
		{"an Ethereum message without a transaction", [][]byte{tick, c.hollow()}, ErrNotEthereum},
		{"more gas than a block has", [][]byte{tick,
			c.greedy(0), c.greedy(1)}, ErrBlockGas},
		{"a sender that did not sign", [][]byte{tick, c.disguised()}, nil},
	} {
		err := c.judge(h.txs...)
		if err == nil || (h.want != nil && !errors.Is(err, h.want)) {
			t.Errorf("%s: want %v, have %v", h.name, h.want, err)
		}
		if errors.Is(err, beacon.ErrEncoding) && h.want == beacon.ErrSignature {
			t.Errorf("%s: refused for its form, not for what it signs", h.name)
		}
	}
	if err := c.judge(with(flipped)); err == nil {
		t.Error("a signature with one bit flipped: accepted")
	}
	other := *c
	other.proposer = make([]byte, 20)
	if err := other.judge(tick); !errors.Is(err, ErrNoProposer) {
		t.Errorf("a proposer that is no validator: want %v, have %v", ErrNoProposer, err)
	}
}

// hollow is a well-formed message that holds no Ethereum transaction.
func (c *court) hollow() []byte {
	return c.message(&evmtypes.MsgEthereumTx{From: DevAccounts()[5].Address.Bytes()})
}

// disguised names a payer that did not sign.
func (c *court) disguised() []byte {
	c.t.Helper()
	var m evmtypes.MsgEthereumTx
	m.FromEthereumTx(transfer(DevAccounts()[5], 0, Ticker(), 1))
	m.From = DevAccounts()[6].Address.Bytes()
	return c.message(&m)
}

func (c *court) message(m *evmtypes.MsgEthereumTx) []byte {
	c.t.Helper()
	builder := c.encoding.TxConfig.NewTxBuilder()
	if err := builder.SetMsgs(m); err != nil {
		c.t.Fatal(err)
	}
	b, err := c.encoding.TxConfig.TxEncoder()(builder.GetTx())
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

// greedy asks for more than half of a block's gas.
func (c *court) greedy(nonce uint64) []byte {
	to := Ticker()
	return c.encode(ethtypes.MustSignNewTx(DevAccounts()[5].Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce, To: &to, Gas: (MaxBlockGas-TickGas)/2 + 1,
		GasFeeCap: gasPrice, GasTipCap: new(big.Int),
	}))
}

// The ante handler is the second line: even in a block that was voted through,
// the ticker sends nothing but the first transaction.
func TestAnteKeepsTheTickerInItsPlace(t *testing.T) {
	c := newCourt(t)
	tx, err := c.seen.decode(c.forged(func(*ethtypes.LegacyTx) {}))
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []struct {
		name  string
		mode  sdk.ExecMode
		index int
		want  error
	}{
		{"first, while finalising", sdk.ExecModeFinalize, 0, nil},
		{"second, while finalising", sdk.ExecModeFinalize, 1, ErrTickerMisplaced},
		{"entering the pool", sdk.ExecModeCheck, 0, ErrTickerMisplaced},
		{"staying in the pool", sdk.ExecModeReCheck, 0, ErrTickerMisplaced},
		{"simulated", sdk.ExecModeSimulate, 0, ErrTickerMisplaced},
	} {
		ctx, _ := c.ctx.CacheContext()
		_, err := c.ante(ctx.WithExecMode(a.mode).WithTxIndex(a.index), tx, false)
		if !errors.Is(err, a.want) {
			t.Errorf("%s: want %v, have %v", a.name, a.want, err)
		}
	}
}

// Nor does it let a block delegate the ticker, whoever pays for that.
func TestAnteRefusesDelegationsOfTheTicker(t *testing.T) {
	c := newCourt(t)
	for _, who := range []Account{ticker, DevAccounts()[4]} {
		authorisation, err := ethtypes.SignSetCode(who.Key, ethtypes.SetCodeAuthorization{
			Address: contracts.MarketAddress,
		})
		if err != nil {
			t.Fatal(err)
		}
		from := DevAccounts()[7]
		tx, err := c.seen.decode(c.encode(ethtypes.MustSignNewTx(from.Key, signer,
			&ethtypes.SetCodeTx{
				ChainID: uint256.NewInt(DefaultChainID), To: from.Address, Gas: 200_000,
				GasFeeCap: uint256.MustFromBig(gasPrice), GasTipCap: uint256.NewInt(1),
				AuthList: []ethtypes.SetCodeAuthorization{authorisation},
			})))
		if err != nil {
			t.Fatal(err)
		}
		ctx, _ := c.ctx.CacheContext()
		_, err = c.ante(ctx.WithExecMode(sdk.ExecModeFinalize).WithTxIndex(1), tx, false)
		if refused := errors.Is(err, ErrTickerDelegated); refused != (who == ticker) {
			t.Errorf("a delegation of %s: refused %v (%v)", who.Address, refused, err)
		}
	}
}

// A panic while a proposal is judged must be a vote against it, not the end of
// the node: judge uses goroutines, where the SDK does not recover.
func TestProposalsNeverPanic(t *testing.T) {
	c := newCourt(t)
	tick := c.forged(func(*ethtypes.LegacyTx) {})
	good := c.encode(transfer(DevAccounts()[5], 0, Ticker(), 1))
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 0xff
		c.judge(tick, bad)
		c.judge(bad, tick)
		c.judge(tick, good[:i])
	}
}
