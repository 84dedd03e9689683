// Command bound tells the story of the interop tests with go-ethereum: the
// binding of the market that its abigen makes of the ABI (imarket.go, laid over
// this folder when the test builds it) and its own EIP-712.
package main

import (
	"context"
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"time"

	"github.com/ethereum/go-ethereum/accounts/abi/bind"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/common/hexutil"
	"github.com/ethereum/go-ethereum/common/math"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"
	"github.com/ethereum/go-ethereum/rpc"
	"github.com/ethereum/go-ethereum/signer/core/apitypes"
)

const (
	plenty   = 3_000_000 // gas for transactions that are sent although they will be reverted
	nonce    = 3*256 + 5 // an unordered nonce: bit 5 of word 3
	patience = 50 * time.Second
)

// setting is what the Go test hands over on standard input.
type setting struct {
	HTTP   string         `json:"http"`
	WS     string         `json:"ws"`
	Market common.Address `json:"market"`
	Key    string         `json:"key"`
	Host   string         `json:"host"`
}

// teller holds both ends of the story: who asks and carries, who trades.
type teller struct {
	setting
	ctx      context.Context
	chain    *big.Int
	eth      *ethclient.Client // over HTTP
	market   *IMarket
	opts     *bind.TransactOpts // of the opener
	opener   common.Address
	key      *ecdsa.PrivateKey // of the trader
	trader   common.Address
	question uint64
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	t, err := begin(ctx)
	if err == nil {
		err = errors.Join(t.ask(), t.fund(), t.foretell(), t.beRefused(), t.trade())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func begin(ctx context.Context) (*teller, error) {
	t := &teller{ctx: ctx}
	if err := json.NewDecoder(os.Stdin).Decode(&t.setting); err != nil {
		return nil, err
	}
	key, err := crypto.HexToECDSA(t.Key[2:])
	if err != nil {
		return nil, err
	}
	if t.key, err = crypto.GenerateKey(); err != nil {
		return nil, err
	}
	t.opener = crypto.PubkeyToAddress(key.PublicKey)
	t.trader = crypto.PubkeyToAddress(t.key.PublicKey)
	if t.eth, err = ethclient.DialContext(ctx, t.HTTP); err != nil {
		return nil, err
	}
	if t.chain, err = t.eth.ChainID(ctx); err != nil {
		return nil, err
	}
	if t.opts, err = bind.NewKeyedTransactorWithChainID(key, t.chain); err != nil {
		return nil, err
	}
	t.opts.Context = ctx
	t.market, err = NewIMarket(t.Market, t.eth)
	return t, err
}

// say reports what was seen in a step.
func say(step string, seen map[string]any) {
	seen["step"] = step
	line, err := json.Marshal(seen)
	if err != nil {
		panic(err) // numbers, text and addresses have JSON
	}
	fmt.Println(string(line))
}

func coins(n int64) *big.Int { return new(big.Int).Mul(big.NewInt(n), big.NewInt(1e18)) }

// paying is the opener's options with coins to send.
func (t *teller) paying(n int64) *bind.TransactOpts {
	opts := *t.opts
	opts.Value = coins(n)
	return &opts
}

// call is the options of a view, from the opener.
func (t *teller) call() *bind.CallOpts { return &bind.CallOpts{Context: t.ctx, From: t.opener} }

func (t *teller) mined(tx *types.Transaction, err error) (*types.Receipt, error) {
	if err != nil {
		return nil, err
	}
	return bind.WaitMined(t.ctx, t.eth, tx)
}

// events parses those logs of a receipt that parse takes.
func events[E any](logs []*types.Log, parse func(types.Log) (*E, error)) []*E {
	var found []*E
	for _, l := range logs {
		if e, err := parse(*l); err == nil {
			found = append(found, e)
		}
	}
	return found
}

func (t *teller) ask() error {
	domain, err := t.market.DomainSeparator(t.call())
	if err != nil {
		return err
	}
	data := t.typed(Order{}, 0, 0)
	computed, err := data.HashStruct("EIP712Domain", data.Domain.Map())
	if err != nil {
		return err
	}
	say("chain", map[string]any{
		"chain": t.chain, "domain": common.Hash(domain), "computed": computed,
	})

	receipt, err := t.mined(t.market.Ask(t.paying(100), Spec{
		Template: 4, Fields: []string{t.Host}, Subsidy: coins(100), Window: 10_000,
		Resolver: t.opener,
	}))
	if err != nil {
		return err
	}
	asked := events(receipt.Logs, t.market.ParseAsked)
	if len(asked) != 1 {
		return fmt.Errorf("want one Asked, have %d", len(asked))
	}
	a := asked[0]
	t.question = a.Question
	view, err := t.market.Question(t.call(), t.question)
	if err != nil {
		return err
	}
	say("asked", map[string]any{
		"ok": receipt.Status == 1, "question": a.Question, "opener": a.Opener, "me": t.opener,
		"text": a.Text, "subsidy": a.Subsidy, "end": a.End, "fields": view.Fields,
		"books": len(view.Books), "phase": view.Phase, "resolver": view.Resolver,
	})
	price, err := t.market.Price(t.call(), t.question, 0)
	say("priced", map[string]any{"price": price.Price, "provisional": price.Provisional})
	return err
}

func (t *teller) fund() error {
	_, err := t.mined(t.market.DepositFor(
		t.paying(20), []common.Address{t.trader}, []*big.Int{coins(20)}))
	if err != nil {
		return err
	}
	balance, err := t.market.BalanceOf(t.call(), t.trader)
	if err != nil {
		return err
	}
	outside, err := t.eth.BalanceAt(t.ctx, t.trader, nil)
	say("funded", map[string]any{"balance": balance, "coins": outside})
	return err
}

// buy is a buy of YES for 5 coins, in the next batch only.
func (t *teller) buy(limit uint64) Order {
	return Order{Question: t.question, Amount: coins(5), Limit: limit}
}

const fair = 9e17 // a limit that lets an order trade

func (t *teller) foretell() error {
	for _, c := range []struct {
		step  string
		limit uint64
	}{{"foretold", fair}, {"warned", 0}} {
		p, err := t.market.DryRun(t.call(), t.trader, t.buy(c.limit))
		if err != nil {
			return err
		}
		say(c.step, map[string]any{
			"reason": p.Reason, "shares": p.Shares, "cost": p.Cost, "fee": p.Fee,
			"priceAfter": p.PriceAfter,
		})
	}
	return nil
}

// beRefused places a good and a bad order: what is refused reverts with a typed
// error; sent all the same, it costs gas only.
func (t *teller) beRefused() error {
	half := []Order{t.buy(fair), t.buy(0)}
	_, err := t.market.Place(t.paying(5), half) // estimates gas, hence is refused
	var refusal rpc.DataError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("want a refusal with data, have %v", err)
	}
	parsed, err := IMarketMetaData.GetAbi()
	if err != nil {
		return err
	}
	data, err := hexutil.Decode(fmt.Sprint(refusal.ErrorData()))
	if err != nil {
		return err
	}
	known, err := parsed.ErrorByID([4]byte(data))
	if err != nil {
		return err
	}
	values, err := known.Inputs.Unpack(data[4:])
	if err != nil {
		return err
	}
	say("refused", map[string]any{
		"name": known.Name, "index": values[0], "reason": values[1], "detail": values[2],
	})

	opts := t.paying(5)
	opts.GasLimit = plenty
	receipt, err := t.mined(t.market.Place(opts, half))
	if err != nil {
		return err
	}
	balance, err := t.market.BalanceOf(t.call(), t.opener)
	say("reverted", map[string]any{
		"ok": receipt.Status == 1, "logs": len(receipt.Logs), "balance": balance,
	})
	return err
}

// typed is an order of the trader's as EIP-712 data.
func (t *teller) typed(o Order, from, to uint64) apitypes.TypedData {
	text := func(n uint64) string { return new(big.Int).SetUint64(n).String() }
	amount := o.Amount
	if amount == nil {
		amount = new(big.Int)
	}
	return apitypes.TypedData{
		PrimaryType: "Order",
		Types: apitypes.Types{
			"EIP712Domain": {
				{Name: "name", Type: "string"}, {Name: "version", Type: "string"},
				{Name: "chainId", Type: "uint256"}, {Name: "verifyingContract", Type: "address"},
			},
			"Order": {
				{Name: "trader", Type: "address"}, {Name: "question", Type: "uint64"},
				{Name: "book", Type: "uint8"}, {Name: "action", Type: "uint8"},
				{Name: "amount", Type: "uint128"}, {Name: "limit", Type: "uint64"},
				{Name: "expiry", Type: "uint64"}, {Name: "nonce", Type: "uint256"},
				{Name: "fromBlock", Type: "uint64"}, {Name: "toBlock", Type: "uint64"},
			},
		},
		Domain: apitypes.TypedDataDomain{
			Name: "Agon Market", Version: "1", ChainId: (*math.HexOrDecimal256)(t.chain),
			VerifyingContract: t.Market.Hex(),
		},
		Message: apitypes.TypedDataMessage{
			"trader": t.trader.Hex(), "question": text(o.Question), "book": text(uint64(o.Book)),
			"action": text(uint64(o.Action)), "amount": amount.String(), "limit": text(o.Limit),
			"expiry": text(o.Expiry), "nonce": text(nonce), "fromBlock": text(from),
			"toBlock": text(to),
		},
	}
}

// sign makes the trader's order, with its signature in the form of EIP-2098.
func (t *teller) sign(height uint64) (SignedOrder, error) {
	s := SignedOrder{
		Trader: t.trader, Order: t.buy(fair), Nonce: big.NewInt(nonce), FromBlock: height,
		ToBlock: height + 1000,
	}
	digest, _, err := apitypes.TypedDataAndHash(t.typed(s.Order, s.FromBlock, s.ToBlock))
	if err != nil {
		return s, err
	}
	signature, err := crypto.Sign(digest, t.key)
	if err != nil {
		return s, err
	}
	copy(s.R[:], signature[:32])
	copy(s.Vs[:], signature[32:64])
	s.Vs[0] |= signature[64] << 7
	return s, nil
}

// trade signs, relays, and follows the fill in each way there is.
func (t *teller) trade() error {
	socket, err := ethclient.DialContext(t.ctx, t.WS)
	if err != nil {
		return err
	}
	defer socket.Close()
	live, err := NewIMarket(t.Market, socket)
	if err != nil {
		return err
	}
	heard := make(chan *IMarketFilled, 1)
	questions, traders := []uint64{t.question}, []common.Address{t.trader}
	watch, err := live.WatchFilled(&bind.WatchOpts{Context: t.ctx}, heard, questions, traders)
	if err != nil {
		return err
	}
	defer watch.Unsubscribe()
	height, err := socket.BlockNumber(t.ctx)
	if err != nil {
		return err
	}
	signed, err := t.sign(height)
	if err != nil {
		return err
	}
	block, err := t.relay(signed)
	if err != nil {
		return err
	}
	select {
	case f := <-heard:
		say("heard", fill(f))
	case err := <-watch.Err():
		return fmt.Errorf("subscription: %w", err)
	case <-t.ctx.Done():
		return fmt.Errorf("waiting for the fill: %w", t.ctx.Err())
	}
	if err := t.lookUp(block, questions, traders); err != nil {
		return err
	}
	return t.settle(signed)
}

// relay carries the trader's order beside a forged one and returns the block.
func (t *teller) relay(signed SignedOrder) (uint64, error) {
	forged := signed
	forged.Order.Amount = coins(6)
	both := []SignedOrder{forged, signed}
	if err := t.simulate("simulated", both); err != nil {
		return 0, err
	}
	receipt, err := t.mined(t.market.PlaceSigned(t.opts, both))
	if err != nil {
		return 0, err
	}
	ordered := events(receipt.Logs, t.market.ParseOrdered)
	refused := events(receipt.Logs, t.market.ParseRefusedOrder)
	if len(ordered) != 1 || len(refused) != 1 {
		return 0, fmt.Errorf("want one order and one refusal, have %d and %d",
			len(ordered), len(refused))
	}
	o, r := ordered[0], refused[0]
	say("relayed", map[string]any{
		"ok": receipt.Status == 1, "block": receipt.BlockNumber, "trader": t.trader, "order": o.Id,
		"orderOf": o.Trader, "refusedOf": r.Trader, "nonce": r.Nonce, "reason": r.Reason,
	})
	return receipt.BlockNumber.Uint64(), nil
}

// simulate calls placeSigned, which is no view, without sending it.
func (t *teller) simulate(step string, orders []SignedOrder) error {
	var out []any
	raw := IMarketRaw{t.market}
	if err := raw.Call(t.call(), &out, "placeSigned", orders); err != nil {
		return err
	}
	placed, ok := out[0].([]struct {
		Id     uint64 `json:"id"`
		Reason uint8  `json:"reason"`
	})
	if !ok {
		return fmt.Errorf("placeSigned returned %T", out[0])
	}
	var reasons []int
	for _, p := range placed {
		reasons = append(reasons, int(p.Reason))
	}
	say(step, map[string]any{"reasons": reasons})
	return nil
}

func fill(f *IMarketFilled) map[string]any {
	return map[string]any{
		"block": f.Raw.BlockNumber, "tx": f.Raw.TxHash, "question": f.Question,
		"trader": f.Trader, "order": f.Id, "shares": f.Shares, "coins": f.Coins, "left": f.Left,
	}
}

// lookUp finds the fill among the logs and in the receipt of its transaction.
func (t *teller) lookUp(block uint64, questions []uint64, traders []common.Address) error {
	found, err := t.market.FilterFilled(
		&bind.FilterOpts{Start: block, Context: t.ctx}, questions, traders)
	if err != nil {
		return err
	}
	defer found.Close()
	var fills []*IMarketFilled
	for found.Next() {
		fills = append(fills, found.Event)
	}
	if found.Error() != nil || len(fills) == 0 {
		return fmt.Errorf("%d fills among the logs: %v", len(fills), found.Error())
	}
	logged := fill(fills[0])
	logged["count"] = len(fills)
	say("logged", logged)

	hash := fills[0].Raw.TxHash
	receipt, err := t.eth.TransactionReceipt(t.ctx, hash)
	if err != nil {
		return err
	}
	tx, _, err := t.eth.TransactionByHash(t.ctx, hash)
	if err != nil {
		return err
	}
	has := false
	for _, e := range events(receipt.Logs, t.market.ParseFilled) {
		has = has || e.Id == fills[0].Id
	}
	say("receipt", map[string]any{
		"ok": receipt.Status == 1, "index": receipt.TransactionIndex, "to": tx.To(), "has": has,
	})
	return nil
}

// settle reports what the trade left, and replays the order.
func (t *teller) settle(signed SignedOrder) error {
	price, err1 := t.market.Price(t.call(), t.question, 0)
	held, err2 := t.market.Position(t.call(), t.question, 0, t.trader)
	balance, err3 := t.market.BalanceOf(t.call(), t.trader)
	nonces, err4 := t.market.NonceWord(t.call(), t.trader, big.NewInt(nonce/256))
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	say("after", map[string]any{
		"price": price.Price, "yes": held.Yes, "no": held.No, "balance": balance, "nonces": nonces,
	})
	return t.simulate("replayed", []SignedOrder{signed})
}
