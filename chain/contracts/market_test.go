package contracts

import (
	"os"
	"strings"
	"testing"

	"github.com/holiman/uint256"

	"agon/game/market"
)

func TestInterfacesAreCurrent(t *testing.T) {
	files, err := Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 {
		t.Fatalf("want 4 files, have %d", len(files))
	}
	for _, f := range files {
		have, err := os.ReadFile(f.Name)
		if err != nil || string(have) != string(f.Text) {
			t.Errorf("%s is not what the registration says (%v): run go generate", f.Name, err)
		}
	}
}

// A question's whole life: asked, traded, closed, answered, claimed, paid out.
func TestLife(t *testing.T) {
	g := newGame(t)
	opener, judge, yes, no := g.rich(1), g.rich(2), g.rich(3), g.rich(4)
	id := g.ask(opener, judge.address, 100)

	order := Order{Question: id, Action: 0, Amount: *uint256.NewInt(coin / 2), Limit: 9e17}
	r := g.must(yes, "place", &placeArgs{[]Order{order}}, 0, nil)
	if placed := logsOf[Ordered](g, r.Logs); len(placed) != 1 ||
		placed[0].Trader != yes.address || placed[0].Amount != order.Amount {
		t.Fatalf("logs of place: %+v", placed)
	}
	g.audit()

	r = g.tick()
	fills, moves := logsOf[Filled](g, r.Logs), logsOf[Moved](g, r.Logs)
	if len(fills) != 1 || fills[0].Trader != yes.address || len(moves) != 1 {
		t.Fatalf("logs of the batch: %+v %+v", fills, moves)
	}
	for _, l := range r.Logs {
		if l.Address != MarketAddress && l.Address != ClockAddress {
			t.Errorf("a log at %s", l.Address)
		}
	}
	var price priceValue
	g.must(yes, "price", &bookRef{id, 0}, 0, &price)
	if price.Price <= 5e17 || !price.Provisional || price.Price != moves[0].To {
		t.Fatalf("after a buy of YES: %+v, moved to %d", price, moves[0].To)
	}

	against := Order{Question: id, Action: 1, Amount: *uint256.NewInt(coin / 4), Limit: 9e17}
	g.must(no, "place", &placeArgs{[]Order{against}}, coin/4, nil)
	for g.view(id).Phase == uint8(market.Open) {
		g.tick()
		g.audit()
	}
	if q := g.view(id); !q.Trusted || q.ClosedAt == 0 || q.Text != "Will it rain?" {
		t.Errorf("closed question: %+v", q)
	}
	g.mustRefuse(yes, "resolve", &resolveArgs{id, 1, 0, 0}, 0, market.NotResolver)
	g.must(judge, "resolve", &resolveArgs{id, 1, 0, 0}, 0, nil)
	var paid amountValue
	g.must(yes, "claim", &questionList{[]uint64{id}}, 0, &paid)
	if !paid.Amount.Eq(&fills[0].Shares) {
		t.Errorf("claim: want %s, have %s", fills[0].Shares.Dec(), paid.Amount.Dec())
	}
	g.mustRefuse(yes, "claim", &questionList{[]uint64{id}}, 0, market.NothingToClaim)

	hand, held := g.World.Balance(yes.address), g.balance(yes)
	g.must(yes, "withdraw", &amountValue{held}, 0, nil)
	hand.Add(hand, &held)
	if have := g.World.Balance(yes.address); !have.Eq(hand) {
		t.Errorf("after withdrawing all: want %s, have %s", hand.Dec(), have.Dec())
	}
	g.audit()
}

func TestPlaceIsAllOrNothing(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	id := g.ask(p, p.address, 100)
	good := Order{Question: id, Amount: *uint256.NewInt(cent), Limit: 9e17}
	bad := good
	bad.Limit = 0
	before, supply := g.digest(), g.World.Balance(p.address)
	r := g.send(p.address, "place", &placeArgs{[]Order{good, good, bad}}, coin)
	var refused Refused
	if is, _ := g.Market.contract.UnpackError(r.Return, &refused); !is ||
		refused.Index.Uint64() != 2 || market.Reason(refused.Reason) != market.BadLimit {
		t.Fatalf("want the third refused for its limit, have %s", g.why(r))
	}
	if g.digest() != before || !g.World.Balance(p.address).Eq(supply) || len(r.Logs) != 0 {
		t.Error("a refused list left something")
	}
	g.audit()
}

func TestDeposits(t *testing.T) {
	g := newGame(t)
	p, q := g.rich(1), newPlayer(2)
	two := []address{q.address, p.address}
	split := func(a, b uint64) *depositsArgs {
		return &depositsArgs{two, []uint256.Int{*uint256.NewInt(a), *uint256.NewInt(b)}}
	}
	g.must(p, "depositFor", split(3, 4), 7, nil)
	if have := g.balance(q); have.Uint64() != 3 {
		t.Errorf("want 3, have %s", have.Dec())
	}
	g.mustRefuse(p, "depositFor", split(3, 4), 8, market.Malformed)
	g.mustRefuse(p, "depositFor", split(3, 4), 6, market.Malformed)
	g.mustRefuse(p, "depositFor", &depositsArgs{two, nil}, 0, market.Malformed)
	huge := split(1, 0)
	huge.Amounts[1].SetAllOne() // the sum wraps to what was sent
	g.mustRefuse(p, "depositFor", huge, 0, market.Malformed)
	g.mustRefuse(q, "withdraw", &amountValue{*uint256.NewInt(4)}, 0, market.Unaffordable)
	g.must(q, "withdraw", &amountValue{*uint256.NewInt(3)}, 0, nil)
	if have := g.World.Balance(q.address); have.Uint64() != 3 {
		t.Errorf("want 3 in hand, have %s", have.Dec())
	}
	g.audit()
}

func TestViews(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	a, b := g.ask(p, p.address, 100), g.ask(p, MarketAddress, 100)
	if g.view(b).Trusted || !g.view(a).Trusted {
		t.Error("a contract is no trusted account, and a key is one")
	}
	var ids idList
	g.must(p, "questions", &pageArgs{0, 1}, 0, &ids)
	if len(ids.IDs) != 1 || ids.IDs[0] != a {
		t.Errorf("first page: %v", ids.IDs)
	}
	g.must(p, "questions", &pageArgs{a, 10}, 0, &ids)
	if len(ids.IDs) != 1 || ids.IDs[0] != b {
		t.Errorf("second page: %v", ids.IDs)
	}
	var placed idList
	order := Order{Question: a, Amount: *uint256.NewInt(cent), Limit: 3e17, Expiry: 50}
	g.must(p, "place", &placeArgs{[]Order{order, order}}, 0, &placed)
	var list orderViews
	g.must(p, "orders", &ordersArgs{a, placed.IDs[0], 10}, 0, &list)
	if len(list.Orders) != 1 || list.Orders[0].ID != placed.IDs[1] ||
		list.Orders[0].Trader != p.address || list.Orders[0].Limit != 3e17 {
		t.Errorf("orders: %+v", list.Orders)
	}
	var one orderValue
	g.must(p, "order", &idRef{placed.IDs[0]}, 0, &one)
	if one.Order.Left != order.Amount {
		t.Errorf("order: %+v", one.Order)
	}
	var preview previewResult
	g.must(p, "dryRun", &dryRunArgs{p.address, Order{
		Question: a, Amount: *uint256.NewInt(cent), Limit: 9e17}}, 0, &preview)
	if preview.Preview.Reason != 0 || preview.Preview.Shares.IsZero() ||
		preview.Preview.PriceAfter <= 5e17 {
		t.Errorf("dry run: %+v", preview.Preview)
	}
	g.must(p, "cancel", &idList{placed.IDs}, 0, nil)
	g.mustRefuse(p, "order", &idRef{placed.IDs[0]}, 0, market.UnknownOrder)
	g.mustRefuse(p, "question", &idRef{99}, 0, market.UnknownQuestion)
	g.mustRefuse(p, "price", &bookRef{a, 1}, 0, market.BadBook)
	g.mustRefuse(p, "price", &bookRef{99, 0}, 0, market.UnknownQuestion)
	g.audit()
}

func TestSets(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	id := g.ask(p, p.address, 100)
	g.must(p, "mintSet", &setArgs{id, *uint256.NewInt(5 * cent)}, 0, nil)
	g.must(p, "burnSet", &setArgs{id, *uint256.NewInt(2 * cent)}, 0, nil)
	var have positionValue
	g.must(p, "position", &positionArgs{id, 0, p.address}, 0, &have)
	if have.Yes.Uint64() != 3*cent || have.No.Uint64() != 3*cent {
		t.Errorf("position: %+v", have)
	}
	g.mustRefuse(p, "burnSet", &setArgs{id, *uint256.NewInt(4 * cent)}, 0,
		market.InsufficientShares)
	g.audit()
}

// The lists that callers send have limits, met before any work.
// Who opens a question pays for what ticks will do for it, which nobody pays
// for then, and for the text that stays.
func TestAskPaysForItsFuture(t *testing.T) {
	const questions, window = 50, 640
	for _, c := range []struct {
		name string
		spec Spec
	}{
		{"binary", Spec{}},
		{"group", Spec{Kind: 1, Members: strings.Split("abcdefghijklmnopqrstuvwxyzABCDE", "")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := newGame(t)
			p := g.rich(1)
			spec := c.spec
			spec.Fields, spec.Subsidy = []string{"q", "c"}, *uint256.NewInt(cent)
			spec.Window, spec.Grace, spec.Resolver = window, 10, p.address
			var paid, worked uint64
			for range questions {
				paid += g.must(p, "ask", &askArgs{spec}, 0, nil).Gas
			}
			for g.Height = window * 9 / 10; g.Height <= window+1; {
				worked += g.tick().Gas
			}
			if g.view(questions).Phase != uint8(market.Closed) || worked > paid {
				t.Errorf("asked for %d gas, ticks used %d", paid, worked)
			}
		})
	}
	g := newGame(t)
	p := g.rich(1)
	spec := Spec{Fields: []string{"q", "c"}, Subsidy: *uint256.NewInt(cent), Resolver: p.address}
	before := g.must(p, "ask", &askArgs{spec}, 0, nil).Gas
	spec.Evidence.Inlined = make([]byte, market.MaxInline)
	after := g.must(p, "ask", &askArgs{spec}, 0, nil).Gas
	if after-before < 200*market.MaxInline {
		t.Errorf("%d bytes of evidence for %d gas", market.MaxInline, after-before)
	}
}

// A list of orders pays for stepping over those that the transaction deleted
// before, at some 60 gas each, though the store does not tell how many.
func TestListPaysForDeletedOrders(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	id := g.ask(p, p.address, 100)
	const deleted = 20 * maxRefs // by as many writing calls as a transaction may make
	if r := g.must(p, "orders", &ordersArgs{id, 0, 1}, 0, nil); r.Gas < 60*deleted {
		t.Errorf("want %d gas, have %d", 60*deleted, r.Gas)
	}
}

func TestListsAreBounded(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	for name, args := range map[string]any{
		"place":       &placeArgs{make([]Order, maxOrders+1)},
		"placeSigned": &signedArgs{make([]SignedOrder, maxOrders+1)},
		"cancel":      &idList{make([]uint64, maxRefs+1)},
		"claim":       &questionList{make([]uint64, maxRefs+1)},
		"depositFor":  &depositsArgs{make([]address, maxRefs+1), make([]uint256.Int, maxRefs+1)},
	} {
		t.Run(name, func(t *testing.T) { g.mustRefuse(p, name, args, 0, market.Malformed) })
	}
}

func TestCoinsSentWithoutACallAreReturned(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	before := g.World.Balance(p.address)
	if r := g.Call(p.address, MarketAddress, nil, coin, plenty); r.Err == nil {
		t.Error("accepted")
	}
	if r := g.send(p.address, "cancel", &idList{}, coin); r.Err == nil {
		t.Error("accepted with a function that takes none")
	}
	if !g.World.Balance(p.address).Eq(before) {
		t.Error("coins are gone")
	}
	g.audit()
}
