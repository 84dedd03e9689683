package client_test

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/chain"
	"agon/chain/devnode"
	"agon/client"
	"agon/game/market"
)

// node is the one real node of the test process, made by the first test that
// wants it.
var node = devnode.Shared{Block: 50 * time.Millisecond}

func TestMain(m *testing.M) {
	if args := os.Getenv(envVictim); args != "" {
		fmt.Fprintln(os.Stderr, "victim:", victim(args))
		os.Exit(1)
	}
	code := m.Run()
	if err := node.Stop(); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// running is the node, started if nobody has wanted it yet.
func running(t *testing.T) *devnode.Node {
	t.Helper()
	n, err := node.Get()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// world is one test's way to the node.
type world struct {
	*testing.T
	ctx context.Context
	c   *client.Client
}

var accountsUsed atomic.Int32

// dial connects a test to the node, over HTTP or WebSocket.
func dial(t *testing.T, push bool) world {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a node")
	}
	n := running(t)
	url := n.HTTPURL()
	if push {
		url = n.WSURL()
	}
	ctx, stop := context.WithTimeout(context.Background(), 50*time.Second)
	t.Cleanup(stop)
	c, err := client.Dial(ctx, url, client.Options{Poll: 20 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return world{t, ctx, c}
}

// coins is n coins in 10⁻¹⁸.
func coins(n float64) (a market.Amount) {
	a.Mul(new(market.Amount).SetUint64(uint64(n*1e6)), new(market.Amount).SetUint64(1e12))
	return a
}

// account makes a fresh account with ten coins.
func (w world) account() (*client.Account, *ecdsa.PrivateKey) {
	w.Helper()
	key, err := crypto.GenerateKey()
	if err != nil {
		w.Fatal(err)
	}
	rich := chain.DevAccounts()
	funder := w.of(rich[int(accountsUsed.Add(1))%len(rich)].Key)
	a := w.of(key)
	w.mined(funder.Transfer(w.ctx, a.Address(), coins(10), client.Tx{}))
	return a, key
}

// of gives the account of a key.
func (w world) of(key *ecdsa.PrivateKey) *client.Account {
	w.Helper()
	a, err := w.c.Account(w.ctx, key, nil)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// mined waits for a transaction that should succeed.
func (w world) mined(p *client.Pending, err error) *client.Pending {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
	if _, err := p.Wait(w.ctx); err != nil {
		w.Fatal(err)
	}
	return p
}

// ask opens a question on a host and gives its id.
func (w world) ask(a *client.Account, window uint64) uint64 {
	w.Helper()
	id, err := w.mined(a.Ask(w.ctx, market.Spec{
		Template: market.DappScam, Fields: []string{"swap.example"}, Subsidy: coins(1),
		Window: market.Height(window), Grace: 20, Resolver: market.Account(a.Address()),
	}, client.Tx{})).Asked(w.ctx)
	if err != nil {
		w.Fatal(err)
	}
	return id
}

// buy is an order for YES that rests for a while.
func buy(question uint64, budget float64, limit market.Price) client.Order {
	return client.Order{
		Question: question, Action: market.BuyYes, Amount: coins(budget), Limit: limit,
	}
}

// until waits for a block.
func (w world) until(height uint64) {
	w.Helper()
	for {
		h, err := w.c.Height(w.ctx)
		if err != nil {
			w.Fatal(err)
		}
		if h >= height {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// TestLifeOfAQuestion asks, trades, resolves and claims.
func TestLifeOfAQuestion(t *testing.T) {
	w := dial(t, false)
	alice, _ := w.account()
	bob, _ := w.account()
	id := w.ask(alice, 20)

	q, err := w.c.Question(w.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	opening := client.Float(q.Books[0].Price)
	if q.Phase != market.Open || q.Opener != alice.Address() || !q.Trusted || q.Criteria == "" {
		t.Errorf("question %+v", q)
	}

	want, err := w.c.DryRun(w.ctx, bob.Address(), buy(id, 0.5, market.One/2))
	if err != nil {
		t.Fatal(err)
	}
	if want.Reason != market.Unaffordable {
		t.Errorf("dry run without a deposit: %v, want %v", want.Reason, market.Unaffordable)
	}
	w.mined(bob.Deposit(w.ctx, coins(1), client.Tx{}))
	want, err = w.c.DryRun(w.ctx, bob.Address(), buy(id, 0.5, market.One*9/10))
	if err != nil || want.Reason != market.OK {
		t.Fatalf("dry run: %v, %v", want.Reason, err)
	}

	ids, err := w.mined(bob.Place(w.ctx,
		[]client.Order{buy(id, 0.5, market.One*9/10)}, client.Tx{})).Placed(w.ctx)
	if err != nil || len(ids) != 1 {
		t.Fatalf("placed %v, %v", ids, err)
	}
	h, err := w.c.Height(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	w.until(h + 2)
	if q, err = w.c.Question(w.ctx, id); err != nil {
		t.Fatal(err)
	}
	if q.Books[0].Price != want.PriceAfter {
		t.Errorf("price %d after the batch, the dry run said %d", q.Books[0].Price, want.PriceAfter)
	}
	if have := q.Opening(0); have < opening-1e-9 || have > opening+1e-9 {
		t.Errorf("opening price recomputed as %v, was %v", have, opening)
	}
	held, err := w.c.Positions(w.ctx, bob.Address(), []client.Question{q})
	if err != nil || len(held) != 1 || held[0].Yes != want.Shares {
		t.Errorf("holds %+v (%v), the dry run said %s", held, err, want.Shares.Dec())
	}
	path, err := w.c.History(w.ctx, q, 0, 0)
	if err != nil || len(path) != 1 || path[0].To != q.Books[0].Price ||
		len(path[0].Fills) != 1 || path[0].Fills[0].Trader != bob.Address() {
		t.Errorf("history %+v, %v", path, err)
	}

	w.until(q.End + 2)
	w.mined(alice.Resolve(w.ctx, id, market.Outcome{Verdict: market.Yes}, client.Tx{}))
	before, err := w.c.Balance(w.ctx, bob.Address())
	if err != nil {
		t.Fatal(err)
	}
	w.mined(bob.Claim(w.ctx, []uint64{id}, client.Tx{}))
	after, err := w.c.Balance(w.ctx, bob.Address())
	if err != nil {
		t.Fatal(err)
	}
	if got := new(market.Amount).Sub(&after, &before); *got != want.Shares {
		t.Errorf("claimed %s of %s shares", got.Dec(), want.Shares.Dec())
	}
}

// TestRefusals wants typed reasons, with hints, before anything is sent.
func TestRefusals(t *testing.T) {
	w := dial(t, false)
	alice, _ := w.account()
	id := w.ask(alice, 1000)
	place := func(o client.Order) error {
		_, err := alice.Place(w.ctx, []client.Order{buy(id, 0.1, market.One/2), o}, client.Tx{})
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		want market.Reason
	}{
		{"no such question", place(buy(1<<40, 0.1, market.One/2)), market.UnknownQuestion},
		{"limit of 1", place(buy(id, 0.1, market.One)), market.BadLimit},
		{"dust", place(buy(id, 0.0000001, market.One/2)), market.TooSmall},
		{"no shares", place(client.Order{
			Question: id, Action: market.SellNo, Amount: coins(1), Limit: market.One / 2,
		}), market.InsufficientShares},
		{"no such book", place(client.Order{
			Question: id, Book: 3, Amount: coins(1), Limit: market.One / 2,
		}), market.BadBook},
	} {
		var refused *client.Refused
		if !errors.As(c.err, &refused) || refused.Reason != c.want || refused.Index != 1 {
			t.Errorf("%s: %v, want order 1 refused: %v", c.name, c.err, c.want)
		}
		if client.Hint(c.err) == "" {
			t.Errorf("%s: no hint", c.name)
		}
	}
	_, err := alice.Transfer(w.ctx, common.Address{1}, coins(1000), client.Tx{})
	if !errors.Is(err, client.ErrPoor) {
		t.Errorf("sending more than there is: %v, want ErrPoor", err)
	}
	if _, err := alice.Resolve(w.ctx, id, market.Outcome{Verdict: market.Yes},
		client.Tx{}); err == nil {
		t.Error("an open question was resolved")
	}
}

// TestReasonOfARevert: two withdrawals of one block, of which the first leaves too
// little for the second. The reason is heard although the state before the block
// does not show it.
func TestReasonOfARevert(t *testing.T) {
	w := dial(t, false)
	alice, _ := w.account()
	deposit, err := alice.Deposit(w.ctx, coins(1), client.Tx{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := deposit.Wait(w.ctx); err != nil {
		t.Fatal(err)
	}
	var both [2]*client.Pending
	for i := range both { // with its gas named, nothing is tried beforehand
		if both[i], err = alice.Withdraw(w.ctx, coins(0.7), client.Tx{Gas: 200_000}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := both[0].Wait(w.ctx); err != nil {
		t.Errorf("the first: %v", err)
	}
	_, err = both[1].Wait(w.ctx)
	if !errors.Is(err, &client.Refused{Reason: market.Unaffordable}) {
		t.Errorf("the second: %v, want %v", err, market.Unaffordable)
	}
}

// TestManyAtOnce sends from one account in many goroutines: no nonce is used
// twice, none is left out.
func TestManyAtOnce(t *testing.T) {
	w := dial(t, true)
	alice, _ := w.account()
	const n = 60
	var wg sync.WaitGroup
	list := make([]*client.Pending, n)
	for i := range n {
		wg.Go(func() {
			p, err := alice.Deposit(w.ctx, coins(0.001), client.Tx{Gas: 200_000})
			if err != nil {
				t.Errorf("deposit %d: %v", i, err)
				return
			}
			if _, err := p.Wait(w.ctx); err != nil {
				t.Errorf("deposit %d: %v", i, err)
			}
			list[i] = p
		})
	}
	wg.Wait()
	have, err := w.c.Balance(w.ctx, alice.Address())
	if err != nil || have != coins(0.001*n) {
		t.Errorf("balance %s (%v), want %d deposits", have.Dec(), err, n)
	}
}

// TestTwoProgramsOneKey lets two accounts of one key, which know nothing of
// each other, send at the same time: both get everything through, once.
func TestTwoProgramsOneKey(t *testing.T) {
	w := dial(t, false)
	alice, key := w.account()
	twin := w.of(key)
	const n = 10
	var wg sync.WaitGroup
	var dropped atomic.Int32
	for _, a := range []*client.Account{alice, twin} {
		for i := range n {
			wg.Go(func() {
				p, err := a.Deposit(w.ctx, coins(0.001), client.Tx{Gas: 200_000})
				if err != nil {
					t.Errorf("deposit %d: %v", i, err)
					return
				}
				switch _, err := p.Wait(w.ctx); {
				case errors.Is(err, client.ErrDropped):
					dropped.Add(1)
				case err != nil:
					t.Errorf("deposit %d: %v", i, err)
				}
			})
		}
	}
	wg.Wait()
	have, err := w.c.Balance(w.ctx, alice.Address())
	if want := coins(0.001 * float64(2*n-dropped.Load())); err != nil || have != want {
		t.Errorf("balance %s (%v), want %s: what is not dropped is there, once",
			have.Dec(), err, want.Dec())
	}
}

// TestKeyIsIdempotent asks twice under one key.
func TestKeyIsIdempotent(t *testing.T) {
	w := dial(t, false)
	alice, _ := w.account()
	tx := client.Tx{Key: "rent"}
	first := w.mined(alice.Deposit(w.ctx, coins(1), tx))
	again := w.mined(alice.Deposit(w.ctx, coins(1), tx))
	if first.Hash() != again.Hash() {
		t.Errorf("one key gave transactions %s and %s", first.Hash(), again.Hash())
	}
	if _, err := alice.Withdraw(w.ctx, coins(1), tx); !errors.Is(err, client.ErrKeyReused) {
		t.Errorf("another call under the same key: %v, want ErrKeyReused", err)
	}
	have, err := w.c.Balance(w.ctx, alice.Address())
	if err != nil || have != coins(1) {
		t.Errorf("balance %s (%v), want one deposit", have.Dec(), err)
	}
}

// TestRelay carries many traders' orders, some of them bad, in chunks.
func TestRelay(t *testing.T) {
	w := dial(t, true)
	relayer, _ := w.account()
	id := w.ask(relayer, 2000)
	h, err := w.c.Height(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	const n = 12
	keys := make([]*ecdsa.PrivateKey, n)
	var who []common.Address
	var sums []market.Amount
	for i := range keys {
		if keys[i], err = crypto.GenerateKey(); err != nil {
			t.Fatal(err)
		}
		who = append(who, crypto.PubkeyToAddress(keys[i].PublicKey))
		sums = append(sums, coins(0.1))
	}
	w.mined(relayer.DepositFor(w.ctx, who, sums, client.Tx{}))

	var orders []client.SignedOrder
	var want []market.Reason
	sign := func(i int, o client.Order, p client.Permit, reason market.Reason) {
		s, err := w.c.Sign(keys[i], o, p)
		if err != nil {
			t.Fatal(err)
		}
		orders, want = append(orders, s), append(want, reason)
	}
	permit := func(i int) client.Permit {
		return client.Permit{Nonce: client.NonceFor(who[i], "first"), ToBlock: h + 500}
	}
	for i := range keys {
		sign(i, buy(id, 0.05, market.One*4/5), permit(i), market.OK)
	}
	sign(0, buy(id, 0.05, market.One*4/5), permit(0), market.NonceUsed)
	late := permit(1)
	late.Nonce, late.ToBlock = client.NonceFor(who[1], "late"), 1
	sign(1, buy(id, 0.01, market.One*4/5), late, market.WindowPassed)
	rich := permit(2)
	rich.Nonce = client.NonceFor(who[2], "rich")
	sign(2, buy(id, 50, market.One*4/5), rich, market.Unaffordable)
	sign(3, buy(id, 0.01, market.One*4/5),
		client.Permit{Nonce: client.NonceFor(who[3], "forged"), ToBlock: h + 500},
		market.BadSignature)
	orders[len(orders)-1].Order.Amount[0]++

	// Small transactions, so that the orders need several.
	small, err := client.Dial(w.ctx, running(w.T).HTTPURL(), client.Options{MaxTxBytes: 1200})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	carrier, key := w.account()
	_ = carrier
	a, err := small.Account(w.ctx, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := a.Relay(w.ctx, orders, client.Tx{Key: "batch"})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Pending()) < 3 {
		t.Errorf("%d orders in %d transactions of %d", len(orders), len(r.Pending()),
			small.RelayFit(orders))
	}
	results, err := r.Results(w.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range results {
		if got.Reason != want[i] || (got.ID != 0) != (want[i] == market.OK) {
			t.Errorf("order %d: id %d, %v, want %v", i, got.ID, got.Reason, want[i])
		}
	}
	used, err := w.c.NonceUsed(w.ctx, who[0], permit(0).Nonce)
	if err != nil || !used {
		t.Errorf("the nonce of a placed order is used: %v (%v), want true", used, err)
	}
	used, err = w.c.NonceUsed(w.ctx, who[2], rich.Nonce)
	if err != nil || used {
		t.Errorf("the nonce of a refused order is used: %v (%v), want false", used, err)
	}

	// The same orders again, as after a crash: not one is placed twice.
	r, err = a.Relay(w.ctx, orders[:n], client.Tx{Key: "batch again"})
	if err != nil {
		t.Fatal(err)
	}
	if results, err = r.Results(w.ctx); err != nil {
		t.Fatal(err)
	}
	for i, got := range results {
		if got.Reason != market.NonceUsed {
			t.Errorf("order %d sent again: %v, want %v", i, got.Reason, market.NonceUsed)
		}
	}
}

// TestFollow sees every event once and in order, over HTTP and WebSocket.
func TestFollow(t *testing.T) {
	for _, push := range []bool{false, true} {
		t.Run(fmt.Sprintf("push=%v", push), func(t *testing.T) {
			w := dial(t, push)
			alice, _ := w.account()
			start, err := w.c.Height(w.ctx)
			if err != nil {
				t.Fatal(err)
			}
			const n = 5
			var wg sync.WaitGroup
			defer wg.Wait()
			wg.Go(func() {
				for i := range n {
					p, err := alice.Deposit(w.ctx, coins(0.001*float64(i+1)), client.Tx{})
					if err == nil {
						_, err = p.Wait(w.ctx)
					}
					if err != nil {
						t.Errorf("deposit %d: %v", i, err)
					}
				}
			})
			var seen int
			block, index := start, -1
			for e, err := range w.c.Follow(w.ctx, start+1) {
				if err != nil {
					t.Fatal(err)
				}
				if _, head := e.Body.(client.Head); head {
					if e.Block != block+1 {
						t.Fatalf("head %d after head %d", e.Block, block)
					}
					block, index = e.Block, -1
					continue
				}
				if e.Block != block+1 || int(e.Index) <= index {
					t.Fatalf("log %d of block %d after log %d of block %d",
						e.Index, e.Block, index, block+1)
				}
				index = int(e.Index)
				if d, ok := e.Body.(client.Deposited); ok && d.Account == alice.Address() {
					seen++
					if d.Amount != coins(0.001*float64(seen)) {
						t.Errorf("deposit %d is %s", seen, d.Amount.Dec())
					}
				}
				if seen == n {
					break
				}
			}
		})
	}
}
