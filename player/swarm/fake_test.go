package swarm_test

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"

	"agon/client"
	"agon/game/market"
	"agon/player/swarm"
)

// world is a chain in memory: the real market, blocks when the test says so or
// every few milliseconds, and a post office that may lose and delay.
type world struct {
	mu     sync.Mutex
	grown  *sync.Cond
	store  *market.Memory
	height market.Height
	log    []client.Event
	post   []letter
	r      *rand.Rand
	seed   uint64
	rich   bool // players are funded far beyond their budgets

	lose  float64 // chance that a relay says it failed and did
	lie   float64 // chance that a relay says it failed and did not
	delay int     // most blocks by which a relay arrives late

	swarms   []*swarm.Swarm // that play here
	followed []uint64       // blocks from which swarms have read

	down bool // nobody reaches the node, and it makes no blocks
}

// letter is a relay on its way.
type letter struct {
	at     market.Height
	orders []client.SignedOrder
}

func newWorld(seed uint64) *world {
	w := &world{store: market.NewMemory(), seed: seed, r: rand.New(rand.NewPCG(seed, 3))}
	w.grown = sync.NewCond(&w.mu)
	w.block()
	return w
}

var errPost = errors.New("connection lost")

// market is the state machine, its events going to the log; w is locked.
func (w *world) market() *market.Market {
	return &market.Market{Store: w.store.Store, Emit: func(e market.Event) {
		if b := bodyOf(e); b != nil {
			w.log = append(w.log, client.Event{
				Block: uint64(w.height), Index: uint(len(w.log)), Body: b,
			})
		}
	}}
}

// bodyOf is the client's form of those events a swarm reads.
func bodyOf(e market.Event) client.Body {
	switch e := e.(type) {
	case market.QuestionAsked:
		return client.Asked{
			Question: uint64(e.Question), Opener: common.Address(e.Opener), Kind: e.Kind,
			Template: e.Template, Text: e.Text,
		}
	case market.OrderPlaced:
		o := e.Order
		return client.Ordered{ID: uint64(o.ID), Trader: common.Address(o.Trader),
			Order: client.Order{Question: uint64(o.Question), Book: o.Book, Action: o.Action,
				Amount: o.Amount, Limit: o.Limit, Expiry: uint64(o.Expiry)}}
	case market.OrderFilled:
		return client.Filled{
			Question: uint64(e.Question), Trader: common.Address(e.Trader), ID: uint64(e.ID),
			Book: e.Book, Action: e.Action, Shares: e.Shares, Coins: e.Coins, Left: e.Left,
		}
	case market.OrderCancelled:
		return client.Cancelled{
			Question: uint64(e.Question), Trader: common.Address(e.Trader), ID: uint64(e.ID),
			Left: e.Left, Expired: e.Expired,
		}
	case market.PriceMoved:
		return client.Moved{
			Question: uint64(e.Question), Book: e.Book, From: e.From, To: e.To,
			Orders: e.Orders, Volume: e.Volume,
		}
	case market.QuestionClosed:
		return client.Closed{Question: uint64(e.Question), Height: uint64(e.Height)}
	case market.QuestionReopened:
		return client.Reopened{Question: uint64(e.Question), End: uint64(e.End)}
	case market.QuestionSettled:
		return client.Settled{
			Question: uint64(e.Question), Outcome: e.Outcome, Payoffs: e.Payoffs,
			ToOpener: e.ToOpener, ToFund: e.ToFund,
		}
	case market.ClaimPaid:
		return client.Claimed{
			Question: uint64(e.Question), Account: common.Address(e.Account), Amount: e.Amount,
		}
	case market.Deposited:
		return client.Deposited{Account: common.Address(e.Account), Amount: e.Amount}
	case market.SetsMinted:
		return client.Minted{
			Question: uint64(e.Question), Account: common.Address(e.Account), N: e.N,
		}
	case market.SetsBurned:
		return client.Burned{
			Question: uint64(e.Question), Account: common.Address(e.Account), N: e.N,
		}
	}
	return nil
}

// block makes the next block: the due work, then the post that has arrived.
func (w *world) block() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return
	}
	w.height++
	m := w.market()
	beacon := market.Hash{byte(w.height), byte(w.height >> 8)}
	for _, q := range m.Due(w.height, 1000) {
		if err := m.Advance(w.height, beacon, q); err != nil {
			panic(err)
		}
	}
	var rest []letter
	for _, l := range w.post {
		if l.at > w.height {
			rest = append(rest, l)
			continue
		}
		for _, s := range l.orders {
			w.place(m, s)
		}
	}
	w.post = rest
	w.log = append(w.log, client.Event{Block: uint64(w.height), Body: client.Head{}})
	w.grown.Broadcast()
}

// place carries one signed order.
func (w *world) place(m *market.Market, s client.SignedOrder) {
	o := market.Order{
		Trader: market.Account(s.Trader), Question: market.QuestionID(s.Order.Question),
		Book: s.Order.Book, Action: s.Order.Action, Amount: s.Order.Amount,
		Limit: s.Order.Limit, Expiry: market.Height(s.Order.Expiry),
	}
	_, err := m.PlaceSigned(w.height, o, market.Permit{
		Nonce: s.Permit.Nonce, FromBlock: market.Height(s.Permit.FromBlock),
		ToBlock: market.Height(s.Permit.ToBlock),
	})
	var no *market.Refusal
	if errors.As(err, &no) {
		w.log = append(w.log, client.Event{Block: uint64(w.height), Body: client.RefusedOrder{
			Trader: s.Trader, Question: s.Order.Question, Nonce: s.Permit.Nonce,
			Reason: no.Reason,
		}})
	} else if err != nil {
		panic(err)
	}
}

// run makes blocks until ctx ends. It waits for swarms that have fallen behind: a
// window is so many blocks, and on a machine that has better to do a clock would
// close questions before anybody could look at them.
func (w *world) run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		time.Sleep(every)
		for began := time.Now(); w.outrun() && time.Since(began) < maxWait; {
			time.Sleep(every)
		}
		w.block()
	}
}

const (
	maxLead = 4           // blocks by which swarms may be behind
	maxWait = time.Second // for one that does not come
)

// outrun reports whether a swarm has fallen behind.
func (w *world) outrun() bool {
	w.mu.Lock()
	height, swarms := uint64(w.height), slices.Clone(w.swarms)
	w.mu.Unlock()
	return slices.ContainsFunc(swarms, func(s *swarm.Swarm) bool {
		return s.At()+maxLead < height
	})
}

// visit says that a swarm plays here, or does no more.
func (w *world) visit(s *swarm.Swarm, here bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.swarms = slices.DeleteFunc(w.swarms, func(x *swarm.Swarm) bool { return x == s })
	if here {
		w.swarms = append(w.swarms, s)
	}
}

// do runs f on the market in a block of its own.
func (w *world) do(f func(*market.Market, market.Height) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.height++
	m := w.market()
	for _, q := range m.Due(w.height, 1000) {
		if err := m.Advance(w.height, market.Hash{7}, q); err != nil {
			panic(err)
		}
	}
	err := f(m, w.height)
	w.log = append(w.log, client.Event{Block: uint64(w.height), Body: client.Head{}})
	w.grown.Broadcast()
	return err
}

// opener asks and resolves; everybody has enough.
var opener = market.Account{0xAA}

// ask opens a question.
func (w *world) ask(spec market.Spec) (id uint64, err error) {
	err = w.do(func(m *market.Market, now market.Height) error {
		if err := m.Deposit(opener, spec.Subsidy); err != nil {
			return err
		}
		q, err := m.Ask(now, opener, spec)
		id = uint64(q)
		return err
	})
	return id, err
}

// view is a question as the contract shows it; w is locked.
func (w *world) view(id uint64) (client.Question, error) {
	m := w.market()
	q, ok := m.Question(market.QuestionID(id))
	if !ok {
		return client.Question{}, &client.Refused{Reason: market.UnknownQuestion}
	}
	v := client.Question{
		ID: id, Opener: common.Address(q.Opener), Template: q.Spec.Template, Kind: q.Spec.Kind,
		Phase: q.Phase, Text: q.Text, Fields: q.Spec.Fields, Lo: q.Spec.Lo, Hi: q.Spec.Hi,
		Subsidy: q.Spec.Subsidy, B: q.B, Fee: q.Fee, End: uint64(q.End),
		Resolver: common.Address(q.Spec.Resolver), Trusted: true, Outcome: q.Outcome,
		Evidence: q.Spec.Evidence,
	}
	for i, b := range m.Books(market.QuestionID(id)) {
		k := client.Book{Yes: b.Yes, No: b.No, Price: b.Price, Median: b.Median, Payoff: b.Payoff}
		if i < len(q.Spec.Members) {
			k.Name = q.Spec.Members[i]
		}
		v.Books = append(v.Books, k)
	}
	return v, nil
}

func (w *world) Height(context.Context) (uint64, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return uint64(w.height), nil
}

// BlockHash names a block of this world, and of no other.
func (w *world) BlockHash(_ context.Context, block uint64) (common.Hash, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down || w.r.Float64() < w.lose {
		return common.Hash{}, errPost
	}
	return crypto.Keccak256Hash([]byte(fmt.Sprintf("%d/%d", w.seed, block))), nil
}

func (w *world) Follow(ctx context.Context, from uint64) iter.Seq2[client.Event, error] {
	w.mu.Lock()
	w.followed = append(w.followed, from)
	w.mu.Unlock()
	return func(yield func(client.Event, error) bool) {
		stop := context.AfterFunc(ctx, func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.grown.Broadcast()
		})
		defer stop()
		for i := 0; ; i++ {
			w.mu.Lock()
			for i >= len(w.log) && ctx.Err() == nil {
				w.grown.Wait()
			}
			if ctx.Err() != nil {
				w.mu.Unlock()
				yield(client.Event{}, ctx.Err())
				return
			}
			e := w.log[i]
			w.mu.Unlock()
			if e.Block >= from && !yield(e, nil) {
				return
			}
		}
	}
}

func (w *world) Question(_ context.Context, id uint64) (client.Question, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down {
		return client.Question{}, errPost
	}
	return w.view(id)
}

func (w *world) Questions(
	_ context.Context, after uint64, limit int,
) (list []client.Question, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for id := after + 1; id <= uint64(w.market().Count()) && len(list) < limit; id++ {
		v, err := w.view(id)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

func (w *world) Sign(
	key *ecdsa.PrivateKey, o client.Order, p client.Permit,
) (client.SignedOrder, error) {
	return client.SignedOrder{
		Trader: crypto.PubkeyToAddress(key.PublicKey), Order: o, Permit: p,
	}, nil
}

func (w *world) Relay(_ context.Context, orders []client.SignedOrder) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down || w.r.Float64() < w.lose {
		return errPost
	}
	w.post = append(w.post, letter{w.height + 1 + market.Height(w.r.IntN(w.delay+1)), orders})
	if w.r.Float64() < w.lie {
		return errPost
	}
	return nil
}

func (w *world) Fund(_ context.Context, who []common.Address, sums []market.Amount) error {
	return w.do(func(m *market.Market, _ market.Height) error {
		for i, a := range who {
			sum := sums[i]
			if w.rich {
				sum.Mul(&sum, new(market.Amount).SetUint64(100))
			}
			if err := m.Deposit(market.Account(a), sum); err != nil {
				return err
			}
		}
		return nil
	})
}

func (w *world) Claim(_ context.Context, key *ecdsa.PrivateKey, questions []uint64) error {
	who := market.Account(crypto.PubkeyToAddress(key.PublicKey))
	return w.do(func(m *market.Market, now market.Height) error {
		for _, q := range questions {
			if _, err := m.Claim(now, who, market.QuestionID(q)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Sets makes or redeems full sets in a block of its own.
func (w *world) Sets(
	_ context.Context, key *ecdsa.PrivateKey, question uint64, n market.Amount, mint bool,
) error {
	who := market.Account(crypto.PubkeyToAddress(key.PublicKey))
	if w.isDown() {
		return errPost
	}
	var refused error
	err := w.do(func(m *market.Market, now market.Height) error {
		do := m.BurnSet
		if mint {
			do = m.MintSet
		}
		refused = do(now, who, market.QuestionID(question), n)
		return nil
	})
	return errors.Join(err, refused)
}

// isDown reports whether the node is away.
func (w *world) isDown() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.down
}

// setDown takes the node away, or brings it back.
func (w *world) setDown(down bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.down = down
}

// outlay is, for each trader, the most it was ever out of pocket or on the
// hook for: escrow in orders plus coins paid less coins received.
func (w *world) outlay() map[common.Address]*big.Int {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, most := map[common.Address]*big.Int{}, map[common.Address]*big.Int{}
	escrow := map[uint64]*big.Int{} // of buys, by order
	add := func(a common.Address, n *big.Int) {
		if now[a] == nil {
			now[a], most[a] = new(big.Int), new(big.Int)
		}
		if now[a].Add(now[a], n); now[a].Cmp(most[a]) > 0 {
			most[a].Set(now[a])
		}
	}
	neg := func(n *big.Int) *big.Int { return new(big.Int).Neg(n) }
	for _, e := range w.log {
		switch b := e.Body.(type) {
		case client.Ordered:
			if b.Order.Action == market.BuyYes || b.Order.Action == market.BuyNo {
				escrow[b.ID] = b.Order.Amount.ToBig()
				add(b.Trader, escrow[b.ID])
			}
		case client.Filled:
			if escrow[b.ID] == nil {
				add(b.Trader, neg(b.Coins.ToBig())) // a sale
			} // a buy: escrow becomes money paid
		case client.Cancelled:
			if escrow[b.ID] != nil {
				add(b.Trader, neg(b.Left.ToBig()))
			}
		case client.Claimed:
			add(b.Account, neg(b.Amount.ToBig()))
		case client.Minted:
			add(b.Account, b.N.ToBig())
		case client.Burned:
			add(b.Account, neg(b.N.ToBig()))
		}
	}
	return most
}
