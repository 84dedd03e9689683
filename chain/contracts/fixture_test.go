package contracts

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"iter"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"agon/chain/native"
	"agon/chain/native/nativetest"
	"agon/game/market"
)

const plenty = 100_000_000 // gas

// Amounts and prices of the tests.
const (
	coin = 1e18
	cent = 1e16
)

var ticker = common.HexToAddress("0x71c")

// player is an account with its key.
type player struct {
	address common.Address
	key     *ecdsa.PrivateKey
}

func newPlayer(i int) player {
	seed := sha256.Sum256(binary.BigEndian.AppendUint64([]byte("player"), uint64(i)))
	key, err := crypto.ToECDSA(seed[:])
	if err != nil {
		panic(err)
	}
	return player{crypto.PubkeyToAddress(key.PublicKey), key}
}

// game is a World with both contracts.
type game struct {
	*nativetest.World
	*Contracts
	t   testing.TB
	key *storetypes.KVStoreKey
}

// newGame is a game whose blocks have a desk, as those of a node.
func newGame(t testing.TB) *game {
	t.Helper()
	g := newPlainGame(t)
	g.World.Begin, g.World.End = g.Market.Begin, g.Market.End
	return g
}

// newPlainGame is a game in which each call has a desk of its own, as calls
// outside of blocks have.
func newPlainGame(t testing.TB) *game {
	t.Helper()
	key, notes := storetypes.NewKVStoreKey(StoreKey), storetypes.NewObjectStoreKey(NotesKey)
	c, err := New(key, notes, ticker)
	if err != nil {
		t.Fatal(err)
	}
	return &game{nativetest.New(t, key, notes, c.All()...), c, t, key}
}

// rich is a player with coins in hand and in the market.
func (g *game) rich(i int) player {
	p := newPlayer(i)
	g.Fund(p.address, 10*coin)
	g.must(p, "deposit", &native.None{}, 5*coin, nil)
	return p
}

func (g *game) contractOf(name string) *native.Contract {
	if name == "tick" || name == "beacon" || name == "height" {
		return g.Clock.contract
	}
	return g.Market.contract
}

func (g *game) send(from common.Address, name string, args any, value uint64) nativetest.Receipt {
	g.t.Helper()
	c := g.contractOf(name)
	input, err := c.Pack(name, args)
	if err != nil {
		g.t.Fatal(err)
	}
	return g.Call(from, c.Address(), input, value, plenty)
}

// must sends a call that has to succeed; out, if not nil, takes its results.
func (g *game) must(p player, name string, args any, value uint64, out any) nativetest.Receipt {
	g.t.Helper()
	r := g.send(p.address, name, args, value)
	if r.Err != nil {
		g.t.Fatalf("%s: %v: %s", name, r.Err, g.why(r))
	}
	if out != nil {
		if err := native.Unpack(r.Return, out); err != nil {
			g.t.Fatalf("%s: %v", name, err)
		}
	}
	return r
}

// why words a revert.
func (g *game) why(r nativetest.Receipt) string {
	var refused Refused
	if is, err := g.Market.contract.UnpackError(r.Return, &refused); is && err == nil {
		return refused.Error()
	}
	text, err := abi.UnpackRevert(r.Return)
	if err != nil {
		return err.Error()
	}
	return text
}

// mustRefuse sends a call that has to be refused for a reason.
func (g *game) mustRefuse(p player, name string, args any, value uint64, want market.Reason) {
	g.t.Helper()
	before := g.digest()
	r := g.send(p.address, name, args, value)
	var have Refused
	is, err := g.Market.contract.UnpackError(r.Return, &have)
	if !errors.Is(r.Err, vm.ErrExecutionReverted) || !is || err != nil ||
		market.Reason(have.Reason) != want {
		g.t.Fatalf("%s: want %q, have %v: %s", name, want, r.Err, g.why(r))
	}
	if g.digest() != before {
		g.t.Fatalf("%s was refused and changed the state", name)
	}
}

// tick ends the block and begins the next.
func (g *game) tick() nativetest.Receipt {
	g.t.Helper()
	g.Commit()
	r := g.send(ticker, "tick", &tickArgs{g.Height, []byte{byte(g.Height)}}, 0)
	if r.Err != nil {
		g.t.Fatalf("tick %d: %v: %s", g.Height, r.Err, g.why(r))
	}
	return r
}

func (g *game) balance(p player) uint256.Int {
	g.t.Helper()
	var out plainAmount
	g.must(p, "balanceOf", &accountRef{p.address}, 0, &out)
	return out.Amount
}

func (g *game) view(id uint64) QuestionView {
	g.t.Helper()
	var out questionValue
	g.must(newPlayer(0), "question", &idRef{id}, 0, &out)
	return out.Question
}

// ask opens a binary question with a subsidy of ten cents.
func (g *game) ask(p player, resolver common.Address, window uint64) uint64 {
	g.t.Helper()
	var out questionRef
	g.must(p, "ask", &askArgs{Spec{
		Fields: []string{"Will it rain?", "YES if it rains."}, Subsidy: *uint256.NewInt(10 * cent),
		Window: window, Grace: 10, Resolver: resolver,
	}}, 0, &out)
	return out.Question
}

// clear has what the block changed so far in the store.
func (g *game) clear() {
	if g.World.End != nil {
		g.World.End(g.Context())
		g.World.Begin(g.Context())
	}
}

// store is the market's state outside of any call.
func (g *game) store() *market.Store {
	g.clear()
	kv := g.Context().MultiStore().GetKVStore(g.key)
	return market.Over(func(i int, _ string) market.Bytes { return rawTable{kv, byte(i)} })
}

func (g *game) digest() market.Hash { return market.Digest(g.store()) }

// audit checks the books, and that the contract owns what the ledger holds.
func (g *game) audit() {
	g.t.Helper()
	s := g.store()
	if err := market.Audit(s); err != nil {
		g.t.Fatal(err)
	}
	ledger, _ := s.Ledger.Get(market.Sole{})
	if have := g.Balance(MarketAddress); !have.Eq(&ledger.Held) {
		g.t.Fatalf("the ledger holds %s, the contract owns %s", ledger.Held.Dec(), have.Dec())
	}
}

// rawTable is a table read straight from the store of the chain.
type rawTable struct {
	kv     storetypes.KVStore
	prefix byte
}

func (r rawTable) Get(key []byte) []byte { return r.kv.Get(append([]byte{r.prefix}, key...)) }

func (r rawTable) Set(key, value []byte) { r.kv.Set(append([]byte{r.prefix}, key...), value) }

func (r rawTable) Delete(key []byte) { r.kv.Delete(append([]byte{r.prefix}, key...)) }

func (r rawTable) Scan(prefix, from []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(k, v []byte) bool) {
		it := r.kv.Iterator([]byte{r.prefix}, []byte{r.prefix + 1})
		defer it.Close()
		for ; it.Valid(); it.Next() {
			k := it.Key()[1:]
			if !bytes.HasPrefix(k, prefix) || bytes.Compare(k, from) < 0 {
				continue
			}
			if !yield(k, it.Value()) {
				return
			}
		}
	}
}

// logsOf picks the logs of one event.
func logsOf[E any](g *game, logs []*types.Log) (out []E) {
	g.t.Helper()
	for _, l := range logs {
		for _, c := range g.All() {
			var e E
			is, err := c.UnpackLog(l, &e)
			if err != nil {
				g.t.Fatal(err)
			}
			if is {
				out = append(out, e)
			}
		}
	}
	return out
}
