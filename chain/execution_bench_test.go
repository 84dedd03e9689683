package chain

import (
	"crypto/rand"
	"log/slog"
	"math/big"
	"os"
	"testing"
	"time"

	abci "github.com/cometbft/cometbft/abci/types"
	"github.com/cometbft/cometbft/crypto/ed25519"
	cmtproto "github.com/cometbft/cometbft/proto/tendermint/types"
	dbm "github.com/cosmos/cosmos-db"
	"github.com/ethereum/go-ethereum/common"
	ethtypes "github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/holiman/uint256"

	"github.com/cosmos/cosmos-sdk/baseapp"
	sdk "github.com/cosmos/cosmos-sdk/types"
	evmmempool "github.com/cosmos/evm/mempool"
	evmtypes "github.com/cosmos/evm/x/vm/types"

	"agon/chain/beacon"
	"agon/chain/contracts"
	"agon/chain/validators"
	"agon/client/imarket"
)

// forge makes blocks without consensus, pool or network, to measure what
// execution and commit cost by themselves.
type forge struct {
	*app
	b         testing.TB
	encoder   *evmmempool.TxEncoder
	proposer  []byte
	height    int64
	now       time.Time
	questions uint64 // asked so far
}

// theForge is the forge of this process, an app cannot be built twice, and
// theForgeDir its database.
var (
	theForge    *forge
	theForgeDir string
)

func newForge(b testing.TB) *forge {
	b.Helper()
	if theForge != nil {
		theForge.b = b
		return theForge
	}
	if !hosted.TryLock() {
		b.Skip("this process hosts a node: run the benchmark without tests (-run ^$)")
	}
	key, err := beacon.Generate(rand.Reader)
	if err != nil {
		b.Fatal(err)
	}
	public, err := key.Public()
	if err != nil {
		b.Fatal(err)
	}
	voter := ed25519.GenPrivKeyFromSecret([]byte("forge")).PubKey().(ed25519.PubKey)
	doc, err := newGenesis(DefaultChainID, time.Now(), []validators.Validator{{
		Key: voter, Beacon: public, Power: 1,
	}}, devAddresses())
	if err != nil {
		b.Fatal(err)
	}
	own, library, _ := newLoggers(Config{LogLevel: slog.LevelError})
	dir, err := os.MkdirTemp("", "agon-forge-*") // outlives this benchmark
	if err != nil {
		b.Fatal(err)
	}
	theForgeDir = dir
	db, err := dbm.NewGoLevelDB("application", dir, nil)
	if err != nil {
		b.Fatal(err)
	}
	a, err := newApp(db, appOptions{
		chainID: DefaultChainID, log: own, library: library, beacon: key,
		base: []func(*baseapp.BaseApp){
			baseapp.SetChainID(doc.ChainID), baseapp.SetIAVLCacheSize(iavlCache),
			baseapp.SetIAVLDisableFastNode(true),
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	params := doc.ConsensusParams.ToProto()
	if _, err := a.InitChain(&abci.RequestInitChain{
		ChainId: doc.ChainID, Time: doc.GenesisTime, InitialHeight: 1,
		ConsensusParams: &params, AppStateBytes: doc.AppState,
	}); err != nil {
		b.Fatal(err)
	}
	theForge = &forge{
		app: a, b: b, encoder: evmmempool.NewTxEncoder(a.encoding.TxConfig),
		proposer: voter.Address(), now: doc.GenesisTime,
	}
	theForge.block()
	return theForge
}

// block executes and commits the tick and transactions, all of which must
// succeed, and returns the times of execution and of commit.
func (f *forge) block(txs ...*ethtypes.Transaction) (execution, commit time.Duration) {
	f.b.Helper()
	f.height++
	f.now = f.now.Add(time.Second)
	var ctx sdk.Context
	if f.height == 1 {
		ctx = f.NewContextLegacy(false, cmtproto.Header{Height: 1})
	} else {
		ctx = f.NewUncachedContext(true, cmtproto.Header{Height: f.height})
	}
	tick, err := f.proposeTick(ctx, uint64(f.height))
	if err != nil {
		f.b.Fatal(err)
	}
	block := [][]byte{tick}
	for _, tx := range txs {
		raw, err := f.encoder.EVMTx(tx)
		if err != nil {
			f.b.Fatal(err)
		}
		door{nil, f.app}.prove(tx) // as when it entered the pool
		block = append(block, raw)
	}
	begin := time.Now()
	done, err := f.FinalizeBlock(&abci.RequestFinalizeBlock{
		Txs: block, Height: f.height, Time: f.now, ProposerAddress: f.proposer,
	})
	if err != nil {
		f.b.Fatal(err)
	}
	execution = time.Since(begin)
	if _, err := f.Commit(); err != nil {
		f.b.Fatal(err)
	}
	commit = time.Since(begin) - execution
	for i, r := range done.TxResults {
		response, err := evmtypes.DecodeTxResponse(r.Data)
		if r.Code != 0 || err != nil || response.Failed() {
			f.b.Fatalf("block %d, transaction %d: code %d %s %v",
				f.height, i, r.Code, r.Log, response)
		}
	}
	return execution, commit
}

// nonceOf is the next nonce of an account.
func (f *forge) nonceOf(a Account) uint64 {
	ctx := f.NewUncachedContext(true, cmtproto.Header{Height: f.height})
	if account := f.accounts.GetAccount(ctx, a.Address.Bytes()); account != nil {
		return account.GetSequence()
	}
	return 0
}

// pay signs a call of the market that sends coins.
func pay(
	from Account, nonce uint64, data []byte, value *big.Int, gas uint64,
) *ethtypes.Transaction {
	return ethtypes.MustSignNewTx(from.Key, signer, &ethtypes.DynamicFeeTx{
		ChainID: signer.ChainID(), Nonce: nonce, To: &contracts.MarketAddress, Data: data,
		Value: value, Gas: gas, GasFeeCap: gasPrice, GasTipCap: big.NewInt(1),
	})
}

// openQuestion asks one with a large subsidy and a long window.
func (f *forge) openQuestion() uint64 {
	subsidy := new(big.Int).Mul(big.NewInt(10_000), big.NewInt(1e18))
	data, err := imarket.NewIMarket().TryPackAsk(imarket.Spec{
		Fields: []string{"Will it rain?", "YES if it rains."}, Subsidy: subsidy, Window: 1_000_000,
		Resolver: DevAccounts()[9].Address,
	})
	if err != nil {
		f.b.Fatal(err)
	}
	from := DevAccounts()[9]
	f.block(pay(from, f.nonceOf(from), data, subsidy, 5_000_000))
	f.questions++
	return f.questions
}

// BenchmarkExecuteTransfers is the cost of a plain transfer in a block of 1,000.
func BenchmarkExecuteTransfers(b *testing.B) {
	f := newForge(b)
	from, to := DevAccounts()[0], common.HexToAddress("0x77")
	next := f.nonceOf(from)
	f.measure(1000, func(i int) *ethtypes.Transaction {
		return transfer(from, next+uint64(i), to, 1)
	})
}

// BenchmarkExecuteOrders is the cost of a transaction with one order, clearing
// included, in blocks of 1,000. Target: 1,000 a second through a node.
func BenchmarkExecuteOrders(b *testing.B) {
	f := newForge(b)
	questions := make([]uint64, 20)
	for i := range questions {
		questions[i] = f.openQuestion()
	}
	budget := big.NewInt(1e15)
	traders := DevAccounts()[:8]
	var next [8]uint64
	for i, t := range traders {
		next[i] = f.nonceOf(t)
	}
	f.measure(1000, func(i int) *ethtypes.Transaction {
		who := i % len(traders)
		data, err := imarket.NewIMarket().TryPackPlace([]imarket.Order{{
			Question: questions[i%len(questions)], Action: uint8(who % 2), Amount: budget,
			Limit: 5e17 + uint64(i%1000)*4e14,
		}})
		if err != nil {
			b.Fatal(err)
		}
		next[who]++
		return pay(traders[who], next[who]-1, data, budget, 1_000_000)
	})
}

// relayed is how many signed orders go into a transaction: as many as fit into
// the 128 KiB the pool accepts.
const relayed = 340

// BenchmarkExecuteSigned is the cost of a signed order, relayed with others in
// one transaction, clearing included, in blocks of ten such transactions.
// Target: 15,000 a second on two cores.
func BenchmarkExecuteSigned(b *testing.B) {
	f := newForge(b)
	var questions [10]uint64
	for i := range questions {
		questions[i] = f.openQuestion()
	}
	traders := make([]Account, relayed)
	var (
		who  []common.Address
		much []*big.Int
	)
	coins := big.NewInt(1e18)
	for i := range traders {
		traders[i] = wellKnown("trader", uint32(i))
		who, much = append(who, traders[i].Address), append(much, coins)
	}
	relayer := DevAccounts()[8]
	for at := 0; at < len(who); at += 100 {
		end := min(at+100, len(who))
		data, err := imarket.NewIMarket().TryPackDepositFor(who[at:end], much[at:end])
		if err != nil {
			b.Fatal(err)
		}
		total := new(big.Int).Mul(coins, big.NewInt(int64(end-at)))
		f.block(pay(relayer, f.nonceOf(relayer), data, total, 20_000_000))
	}
	next := f.nonceOf(relayer)
	domain := contracts.DomainSeparator(DefaultChainID)
	orders := f.measure(10, func(i int) *ethtypes.Transaction {
		signed := make([]imarket.SignedOrder, relayed)
		question, nonce := questions[i%len(questions)], uint64(f.height)<<8+uint64(i)
		for k, t := range traders {
			signed[k] = f.signOrder(domain, t, question, nonce, k)
		}
		data, err := imarket.NewIMarket().TryPackPlaceSigned(signed)
		if err != nil {
			b.Fatal(err)
		}
		return pay(relayer, next+uint64(i), data, new(big.Int), 50_000_000)
	})
	b.ReportMetric(orders*relayed, "orders/s")
}

// signOrder signs a small order; who buys YES and who buys NO never changes.
func (f *forge) signOrder(
	domain [32]byte, t Account, question, nonce uint64, k int,
) imarket.SignedOrder {
	o := contracts.SignedOrder{
		Trader: t.Address, Nonce: *uint256.NewInt(nonce), ToBlock: 1 << 40,
		Order: contracts.Order{
			Question: question, Action: uint8(k % 2), Amount: *uint256.NewInt(1e13),
			Limit: 5e17 + uint64(k)*1e15,
		},
	}
	digest := o.Digest(domain)
	sig, err := crypto.Sign(digest[:], t.Key)
	if err != nil {
		f.b.Fatal(err)
	}
	s := imarket.SignedOrder{
		Trader: t.Address, Nonce: o.Nonce.ToBig(), ToBlock: o.ToBlock,
		Order: imarket.Order{
			Question: question, Action: o.Order.Action, Amount: o.Order.Amount.ToBig(),
			Limit: o.Order.Limit,
		},
		R: [32]byte(sig[:32]), Vs: [32]byte(sig[32:64]),
	}
	s.Vs[0] |= sig[64] << 7
	return s
}

// measure executes b.N blocks of n transactions, and one more for what the last
// one left to clear. It reports transactions a second and returns that number.
func (f *forge) measure(n int, tx func(i int) *ethtypes.Transaction) float64 {
	b := f.b.(*testing.B)
	var execution, commit time.Duration
	for i := 0; i < b.N; i++ {
		txs := make([]*ethtypes.Transaction, n)
		for k := range txs {
			txs[k] = tx(i*n + k)
		}
		e, c := f.block(txs...)
		execution, commit = execution+e, commit+c
	}
	e, c := f.block()
	execution, commit = execution+e, commit+c
	count := float64(n * b.N)
	b.ReportMetric(float64(execution.Microseconds())/count, "µs-execution/tx")
	b.ReportMetric(float64(commit.Microseconds())/count, "µs-commit/tx")
	rate := count / (execution + commit).Seconds()
	b.ReportMetric(rate, "tx/s")
	return rate
}
