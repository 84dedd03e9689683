package contracts

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/holiman/uint256"

	"agon/chain/beacon"
	"agon/chain/native"
	"agon/game/market"
)

func TestTickExtendsTheBeacon(t *testing.T) {
	g := newGame(t)
	var want beacon.Value
	for range 3 {
		r := g.tick()
		want = beacon.Next(want, []byte{byte(g.Height)})
		logs := logsOf[Ticked](g, r.Logs)
		if len(logs) != 1 || logs[0].Beacon != want || logs[0].Height != g.Height {
			t.Fatalf("block %d: %+v, want %x", g.Height, logs, want)
		}
		var value beaconValue
		g.must(newPlayer(0), "beacon", &native.None{}, 0, &value)
		outside, err := g.Clock.Beacon(g.Context())
		if err != nil || outside != want || value.Beacon != want {
			t.Fatalf("block %d: want %x, have %x and %x, %v", g.Height, want, value.Beacon, outside,
				err)
		}
		var height heightValue
		if g.must(newPlayer(0), "height", &native.None{}, 0, &height); height.Height != g.Height {
			t.Fatalf("height: want %d, have %d", g.Height, height.Height)
		}
	}
}

func TestTickGuards(t *testing.T) {
	g := newGame(t)
	g.tick()
	for _, c := range []struct {
		name   string
		from   [20]byte
		height uint64
		want   string // "": it succeeds and does nothing
	}{
		{"a stranger", newPlayer(1).address, g.Height, "only the ticker"},
		{"the past", ticker, g.Height - 1, "of another block"},
		{"the future", ticker, g.Height + 1, "of another block"},
		{"a second time", ticker, g.Height, ""},
	} {
		g.clear()
		before := g.World.Store()
		r := g.send(c.from, "tick", &tickArgs{c.height, []byte("again")}, 0)
		if (r.Err == nil) != (c.want == "") || c.want != "" && !strings.Contains(g.why(r), c.want) {
			t.Errorf("%s: want %q, have %v %s", c.name, c.want, r.Err, g.why(r))
		}
		g.clear()
		if fmt.Sprint(g.World.Store()) != fmt.Sprint(before) || len(r.Logs) != 0 {
			t.Errorf("%s: it left something", c.name)
		}
	}
}

// buy places one order of each question's trader.
func (g *game) buy(p player, questions ...uint64) []uint64 {
	g.t.Helper()
	var orders []Order
	for _, id := range questions {
		orders = append(orders, Order{
			Question: id, Amount: *uint256.NewInt(cent), Limit: 9e17,
		})
	}
	var out idList
	g.must(p, "place", &placeArgs{orders}, 0, &out)
	return out.IDs
}

// corrupt overwrites one stored entry with bytes that are none.
func (g *game) corrupt(table int, key interface{ Append([]byte) []byte }) {
	g.store()
	kv := g.Context().MultiStore().GetKVStore(g.key)
	kv.Set(key.Append([]byte{byte(table)}), []byte{0xff})
}

// A question whose state is broken stops alone: the others of the block are
// worked on, it is halted, and the next ticks are as usual.
func TestPoisonedQuestionHaltsAlone(t *testing.T) {
	const orders, tables = 8, len(market.TableNames)
	if market.TableNames[orders] != "orders" || tables != 11 {
		t.Fatal("the tables have moved")
	}
	g := newGame(t)
	p := g.rich(1)
	var ids []uint64
	for range 3 {
		ids = append(ids, g.ask(p, p.address, 100))
	}
	placed := g.buy(p, ids...)
	g.corrupt(orders, market.OrderID(placed[1]).Page())
	r := g.tick()
	halted := logsOf[Halted](g, r.Logs)
	if len(halted) != 1 || halted[0].Question != ids[1] || halted[0].Why != "its work panicked" {
		t.Fatalf("halted: %+v", halted)
	}
	moved := logsOf[Moved](g, r.Logs)
	if len(moved) != 2 || moved[0].Question != ids[0] || moved[1].Question != ids[2] {
		t.Fatalf("moved: %+v", moved)
	}
	if ticked := logsOf[Ticked](g, r.Logs); len(ticked) != 1 || ticked[0].Questions != 3 {
		t.Fatalf("ticked: %+v", ticked)
	}
	if phase := g.view(ids[1]).Phase; phase != uint8(market.Halted) {
		t.Errorf("phase: have %d", phase)
	}
	if r := g.tick(); len(logsOf[Halted](g, r.Logs)) != 0 || len(logsOf[Moved](g, r.Logs)) != 0 {
		t.Error("the next tick still works on it")
	}
	g.must(p, "lapse", &questionRef{ids[1]}, 0, nil)
}

// A state that cannot even be halted costs each tick a little and no more.
func TestHopelessQuestionDoesNotStopTheTick(t *testing.T) {
	const states = 3
	g := newGame(t)
	p := g.rich(1)
	bad, good := g.ask(p, p.address, 100), g.ask(p, p.address, 100)
	g.buy(p, bad, good)
	g.corrupt(states, market.QuestionID(bad))
	for i := range 2 {
		r := g.tick()
		if moved := logsOf[Moved](g, r.Logs); len(moved) != 1-i {
			t.Errorf("tick %d: moved %+v", i, moved)
		}
	}
}

// What does not fit into a tick's gas waits, oldest first, and nothing is lost.
func TestTickOverflow(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	var ids []uint64
	for range 40 {
		ids = append(ids, g.ask(p, p.address, 100))
	}
	g.buy(p, ids...)
	input, err := g.Clock.contract.Pack("tick", &tickArgs{g.Height + 1, []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	g.Commit()
	r := g.Call(ticker, ClockAddress, input, 0, 2*tickReserve+150_000)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	first := logsOf[Moved](g, r.Logs)
	if len(first) == 0 || len(first) >= len(ids) || len(logsOf[Halted](g, r.Logs)) != 0 {
		t.Fatalf("%d of %d questions moved in a small tick", len(first), len(ids))
	}
	moved := append(first, logsOf[Moved](g, g.tick().Logs)...)
	for i, id := range ids {
		if i >= len(moved) || moved[i].Question != id {
			t.Fatalf("want each once and in order, have %+v", moved)
		}
	}
	g.audit()
}

// A question whose work exceeds a whole tick would stop all others for ever.
func TestGluttonIsHalted(t *testing.T) {
	g := newGame(t)
	id := g.ask(g.rich(0), ticker, 100)
	for i := range 160 {
		g.buy(g.rich(1+i%4), id)
	}
	input, err := g.Clock.contract.Pack("tick", &tickArgs{g.Height + 1, []byte("s")})
	if err != nil {
		t.Fatal(err)
	}
	g.Commit()
	r := g.Call(ticker, ClockAddress, input, 0, 2*tickReserve+20_000)
	halted := logsOf[Halted](g, r.Logs)
	if r.Err != nil || len(halted) != 1 || halted[0].Why != "its work exceeds a block" {
		t.Fatalf("have %+v, %v", halted, r.Err)
	}
	g.audit()
}

func TestTickFromAContractIsNotTheTickers(t *testing.T) {
	g := newGame(t)
	r := g.send(MarketAddress, "tick", &tickArgs{g.Height, nil}, 0)
	if !errors.Is(r.Err, vm.ErrExecutionReverted) {
		t.Fatalf("have %v", r.Err)
	}
}

// The fullest batch there can be fits into a tick: a question has at most
// MaxBatch orders that join, and MaxResting that rest on each book. The dearest
// order is one of a trader of its own that fills in part and returns the rest.
func TestFullestBatchFitsATick(t *testing.T) {
	const orders = 300
	g := newGame(t)
	id := g.ask(g.rich(0), ticker, 1000)
	for i := range orders {
		g.must(g.rich(1+i), "place", &placeArgs{[]Order{{
			Question: id, Amount: *uint256.NewInt(cent), Limit: 5e17 + 1e15,
		}}}, 0, nil)
	}
	r := g.tick()
	filled, rest := logsOf[Filled](g, r.Logs), logsOf[Cancelled](g, r.Logs)
	if len(filled) != orders || len(rest) != orders {
		t.Fatalf("%d filled, %d cancelled, want %d of each", len(filled), len(rest), orders)
	}
	const most = market.MaxBatch + market.MaxMembers*market.MaxResting
	if each := r.Gas / orders; each*most > TickGas-2*tickReserve {
		t.Errorf("%d orders at %d gas each do not fit into %d", most, each, TickGas)
	} else {
		t.Logf("%d gas an order, %d fit, want %d", each, TickGas/each, most)
	}
}
