package interop

import (
	"math/big"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/accounts/abi/bind/v2"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"agon/game/market"
)

// A contract opens a question, reads its price, buys, and is filled by the next
// block as the dry run told it.
func TestContractTrades(t *testing.T) {
	s := deploy(t, "Asker")
	m := s.imarket
	r := s.succeed(coin(105), "askAndBuy", "asker.example", coin(5))
	var saw struct {
		Question, Price uint64
		Provisional     bool
		Foretold        *big.Int
		Order           uint64
	}
	s.event(&saw, "Saw", r)
	if base := uint64(market.Templates[market.DappScam].BaseRate); saw.Price != base {
		t.Errorf("price: want %d, have %d", base, saw.Price)
	}
	if !saw.Provisional {
		t.Error("the price of an open question is not provisional")
	}
	q := read(s, nil, m.PackQuestion(saw.Question), m.UnpackQuestion)
	if q.Opener != s.address || q.Resolver != s.opts.From {
		t.Errorf("opener %s, resolver %s; want %s, %s",
			q.Opener, q.Resolver, s.address, s.opts.From)
	}

	filled := s.fill(saw.Question, r.BlockNumber.Uint64()+1)
	if filled.Id != saw.Order || filled.Trader != s.address {
		t.Errorf("filled: order %d of %s, want %d of %s",
			filled.Id, filled.Trader, saw.Order, s.address)
	}
	if filled.Shares.Cmp(saw.Foretold) != 0 || filled.Shares.Sign() == 0 {
		t.Errorf("filled %s shares, the dry run said %s", filled.Shares, saw.Foretold)
	}
	held := read(s, nil, m.PackPosition(saw.Question, 0, s.address), m.UnpackPosition)
	if held.Yes.Cmp(filled.Shares) != 0 || held.No.Sign() != 0 {
		t.Errorf("position: want %s YES, have %s YES, %s NO", filled.Shares, held.Yes, held.No)
	}
	if p := read(s, nil, m.PackPrice(saw.Question, 0), m.UnpackPrice); p.Price <= saw.Price {
		t.Errorf("buying YES moved the price from %d to %d", saw.Price, p.Price)
	}
	left := read(s, nil, m.PackBalanceOf(s.address), m.UnpackBalanceOf)
	if want := new(big.Int).Sub(coin(5), filled.Coins); left.Cmp(want) != 0 {
		t.Errorf("balance after the fill: want %s, have %s", want, left)
	}
}

// A contract takes coins out of the market, and not one more than it has.
func TestContractWithdraws(t *testing.T) {
	s := deploy(t, "Asker")
	opts := *s.opts
	opts.Value, opts.GasLimit = coin(3), gasLimit
	tx, err := bind.Transact(s.market, &opts,
		s.imarket.PackDepositFor([]common.Address{s.address}, []*big.Int{coin(3)}))
	if err != nil {
		t.Fatal(err)
	}
	start := s.sight(s.mined(tx).BlockNumber)
	if start.Balance.Cmp(coin(3)) != 0 {
		t.Fatalf("deposited 3 coins for the contract, it has %s", start.Balance)
	}

	r := s.send(none, "withdraw", new(big.Int).Add(coin(3), big.NewInt(1)))
	s.wantFailed(r)
	wantSight(t, "after withdrawing too much", s.sight(r.BlockNumber), start)

	r = s.succeed(none, "withdraw", coin(2))
	wantSight(t, "after withdrawing", s.sight(r.BlockNumber),
		start.plus(0, coin(-2), none, coin(-2)))
	s.wantPaid(r, coin(-2))
}

// wantFailed wants a transaction to have reverted, without a log, and to have
// cost its sender nothing but gas.
func (s *stage) wantFailed(r *types.Receipt) {
	s.t.Helper()
	if r.Status != types.ReceiptStatusFailed || len(r.Logs) != 0 {
		s.t.Errorf("want a failure without logs, have status %d, %d logs", r.Status, len(r.Logs))
	}
	s.wantPaid(r, none)
}

// wantPaid wants a transaction, the sender's only one in its block, to have
// cost amount beside its gas.
func (s *stage) wantPaid(r *types.Receipt, amount *big.Int) {
	s.t.Helper()
	fee := new(big.Int).Mul(new(big.Int).SetUint64(r.GasUsed), r.EffectiveGasPrice)
	want := new(big.Int).Add(fee, amount)
	spent := new(big.Int).Sub(s.coins(s.opts.From, before(r)), s.coins(s.opts.From, r.BlockNumber))
	if spent.Cmp(want) != 0 {
		s.t.Errorf("the sender paid %s, want %s for gas and %s", spent, fee, amount)
	}
}

// A transaction that reverts after asking, ordering and depositing leaves
// nothing behind.
func TestRevertedTransactionLeavesNoTrace(t *testing.T) {
	s := deploy(t, "Waverer")
	for _, method := range []string{"regret", "exhaust"} {
		t.Run(method, func(t *testing.T) {
			s.t = t
			r := s.send(coin(40), method, "regret.example")
			s.wantFailed(r)
			wantSight(t, "after the revert", s.sight(r.BlockNumber), s.sight(before(r)))
		})
	}
}

// wavered is Waverer's event.
type wavered struct {
	Before, Inside, Afterwards sight
	Kept                       uint64
}

// A call that is reverted and caught leaves nothing in the market, which its
// callers see at once, while what they did before and after stays.
func TestRevertedCallLeavesNoTrace(t *testing.T) {
	s := deploy(t, "Waverer")
	const gasInside = 2_000_000
	for _, c := range []struct {
		name    string
		method  string
		args    []any
		blind   bool // the call could not tell what it saw
		before  [3]int64
		inside  [3]int64 // both in coins: balance, coins outside, held by the market
		endures [3]int64
	}{
		// Of 40 coins sent, 20 go into the call: half of them a subsidy, a quarter
		// an order, a quarter a deposit.
		{name: "revert", method: "waver", before: [3]int64{0, 40, 0},
			inside: [3]int64{5, -20, 20}, endures: [3]int64{0, 20, 20}},
		{name: "gas runs out", method: "waverWithoutGas", args: []any{big.NewInt(gasInside)},
			blind: true, before: [3]int64{0, 40, 0}, endures: [3]int64{0, 20, 20}},
		{name: "withdrawal", method: "waverOverWithdrawal", before: [3]int64{40, 0, 40},
			inside: [3]int64{-20, 20, -20}, endures: [3]int64{20, 0, 40}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.t = t
			r := s.succeed(coin(40), c.method, append([]any{"kept.example"}, c.args...)...)
			var w wavered
			s.event(&w, "Wavered", r)

			outside := s.sight(before(r))
			wantSight(t, "before", w.Before, outside.moved(0, c.before))
			if !c.blind {
				questions := uint64(1)
				if c.method == "waverOverWithdrawal" {
					questions = 0
				}
				wantSight(t, "inside", w.Inside, w.Before.moved(questions, c.inside))
			}
			wantSight(t, "afterwards", w.Afterwards, w.Before)
			wantSight(t, "in the end", s.sight(r.BlockNumber), outside.moved(1, c.endures))
			s.wantOnlyKept(r, w.Kept, outside.Questions+1)
		})
	}
}

// moved is v with whole coins more of its balance, coins and held.
func (v sight) moved(questions uint64, c [3]int64) sight {
	return v.plus(questions, coin(c[0]), coin(c[1]), coin(c[2]))
}

// wantOnlyKept wants the kept question to have the id that the reverted one had
// for a while, and nothing of the reverted one under it: no log, no order that
// waits, none that trades in the next batch.
func (s *stage) wantOnlyKept(r *types.Receipt, kept, id uint64) {
	s.t.Helper()
	if kept != id {
		s.t.Errorf("question kept: want %d, have %d", id, kept)
	}
	asked := 0
	for _, l := range r.Logs {
		if e, err := s.imarket.UnpackAskedEvent(l); err == nil && e.Question == kept {
			asked++
		}
		if e, err := s.imarket.UnpackOrderedEvent(l); err == nil {
			s.t.Errorf("order %d was undone, its log was not", e.Id)
		}
	}
	if asked != 1 {
		s.t.Errorf("Asked: want 1 log, have %d", asked)
	}
	m := s.imarket
	if left := read(s, nil, m.PackOrders(kept, 0, 10), m.UnpackOrders); len(left) != 0 {
		s.t.Errorf("orders of the reverted question live on in the kept one: %+v", left)
	}
	s.wait(r.BlockNumber.Uint64() + 1)
	if fills := s.fills(kept, r.BlockNumber.Uint64()); len(fills) != 0 {
		s.t.Errorf("an order that was undone traded: %+v", fills)
	}
}

// A contract reads why the market refused it, and got its coins back.
func TestContractReadsRefusal(t *testing.T) {
	s := deploy(t, "Waverer")
	var w wavered
	s.event(&w, "Wavered", s.succeed(coin(40), "waver", "refusal.example"))

	input, err := s.abi.Pack("refusal", w.Kept)
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.eth.CallContract(s.ctx, ethereum.CallMsg{
		From: s.opts.From, To: &s.address, Value: coin(1), Data: input,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var why struct {
		Index  *big.Int
		Reason uint8
		Detail string
	}
	if err := s.abi.UnpackIntoInterface(&why, "refusal", out); err != nil {
		t.Fatal(err)
	}
	if why.Index.Int64() != 1 || why.Reason != uint8(market.BadLimit) ||
		!strings.Contains(why.Detail, market.BadLimit.String()) {
		t.Errorf("want element 1 refused for %q, have %+v", market.BadLimit, why)
	}

	r := s.succeed(coin(1), "refusal", w.Kept)
	if len(r.Logs) != 0 {
		t.Errorf("a refusal left %d logs", len(r.Logs))
	}
	wantSight(t, "after the refusal", s.sight(r.BlockNumber),
		s.sight(before(r)).moved(0, [3]int64{0, 1, 0}))
}

// The market writes in no static call and runs as nobody else's code.
func TestMarketCannotBeMisused(t *testing.T) {
	s := deploy(t, "Waverer")
	input, err := s.abi.Pack("misuse")
	if err != nil {
		t.Fatal(err)
	}
	call := ethereum.CallMsg{From: s.opts.From, To: &s.address, Data: input}
	out, err := s.eth.CallContract(s.ctx, call, nil)
	if err != nil {
		t.Fatal(err)
	}
	var done struct{ Still, Borrowed bool }
	if err := s.abi.UnpackIntoInterface(&done, "misuse", out); err != nil {
		t.Fatal(err)
	}
	if done.Still || done.Borrowed {
		t.Errorf("deposit went through: in a static call %t, delegated %t",
			done.Still, done.Borrowed)
	}
	r := s.succeed(none, "misuse")
	wantSight(t, "after both", s.sight(r.BlockNumber), s.sight(before(r)))
}
