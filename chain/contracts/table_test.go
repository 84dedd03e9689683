package contracts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"testing"

	"cosmossdk.io/core/appmodule"
	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"
	"pgregory.net/rapid"

	"agon/chain/native"
	"agon/chain/native/nativetest"
	"agon/game/market"
)

// files is a genesis in memory: one JSON document a table.
type files map[string]*bytes.Buffer

type file struct{ *bytes.Buffer }

func (file) Close() error { return nil }

func (f files) target() appmodule.GenesisTarget {
	return func(name string) (io.WriteCloser, error) {
		f[name] = new(bytes.Buffer)
		return file{f[name]}, nil
	}
}

func (f files) source() appmodule.GenesisSource {
	return func(name string) (io.ReadCloser, error) {
		if f[name] == nil {
			return nil, nil
		}
		return io.NopCloser(bytes.NewReader(f[name].Bytes())), nil
	}
}

// What is exported and imported is the same state, byte for byte.
func TestGenesisRoundTrip(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	g.buy(p, g.ask(p, p.address, 100), g.ask(p, p.address, 100))
	g.tick()
	g.relay(p.sign(signedBuy(1, 1)))
	out := files{}
	if err := g.Schema.ExportGenesis(g.Context(), out.target()); err != nil {
		t.Fatal(err)
	}
	for name, text := range out {
		if !json.Valid(text.Bytes()) {
			t.Errorf("%s is no JSON", name)
		}
	}
	fresh := newGame(t)
	if err := fresh.Schema.ValidateGenesis(out.source()); err != nil {
		t.Fatal(err)
	}
	if err := fresh.Schema.InitGenesis(fresh.Context(), out.source()); err != nil {
		t.Fatal(err)
	}
	if want, have := g.World.Store(), fresh.World.Store(); !slices.Equal(want, have) {
		t.Fatalf("want %d entries, have %d, or different ones", len(want), len(have))
	}
	if len(g.World.Store()) < 15 {
		t.Fatalf("only %d entries were compared", len(g.World.Store()))
	}
}

func TestGenesisRefusesOtherBytes(t *testing.T) {
	g := newGame(t)
	p := g.rich(1)
	g.ask(p, p.address, 100)
	out := files{}
	if err := g.Schema.ExportGenesis(g.Context(), out.target()); err != nil {
		t.Fatal(err)
	}
	good := out["states"].String()
	for _, bad := range []string{good[:len(good)/2], good[:len(good)-8] + `00"}]`, `[{}]`, `{`} {
		out["states"] = bytes.NewBufferString(bad)
		if err := g.Schema.ValidateGenesis(out.source()); err == nil {
			t.Errorf("accepted %s", bad)
		}
	}
}

// TestTableIsAMap runs random operations, with snapshots that hold or break, on
// a table and on a map, which is what a table is.
func TestTableIsAMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := storetypes.NewKVStoreKey("table")
		c := native.New(common.HexToAddress("0x1"), key, "ITable", "")
		var run func(*native.Ctx) error
		native.Write(c, "run", "", func(c *native.Ctx, _ native.None) (native.None, error) {
			return native.None{}, run(c)
		})
		w := nativetest.New(t, key, c)
		input, err := c.Pack("run", &native.None{})
		if err != nil {
			t.Fatal(err)
		}
		model := map[market.OrderID]market.Balance{}
		for range rapid.IntRange(1, 3).Draw(t, "calls") {
			run = func(c *native.Ctx) error {
				service := native.StoreService{Key: key}
				tab := open[market.OrderID, market.Balance](c, service.OpenKVStore(c), 1)
				operate(t, tab, c, model, 2)
				return nil
			}
			if r := w.Call(common.Address{}, c.Address(), input, 0, plenty); r.Err != nil {
				t.Fatalf("%v: %s", r.Err, r.Return)
			}
			w.Commit()
		}
	})
}

func operate(
	t *rapid.T, tab *table[market.OrderID, market.Balance], c *native.Ctx,
	model map[market.OrderID]market.Balance, depth int,
) {
	ids := rapid.Uint64Range(1, 6)
	for range rapid.IntRange(0, 12).Draw(t, "operations") {
		id := market.OrderID(ids.Draw(t, "id") << 32)
		switch rapid.IntRange(0, 4).Draw(t, "operation") {
		case 0:
			v := market.Balance{Coins: *market.MaxAmount.Clone()}
			v.Coins.Rsh(&v.Coins, rapid.UintRange(0, 96).Draw(t, "amount"))
			tab.Set(id, v)
			model[id] = v
		case 1:
			tab.Delete(id)
			delete(model, id)
		case 2:
			have, ok := tab.Get(id)
			if want, there := model[id]; ok != there || have != want {
				t.Fatalf("get %d: want %v %v, have %v %v", id, want, there, have, ok)
			}
		case 3:
			compare(t, tab, model, market.OrderID(ids.Draw(t, "from")<<32))
		case 4:
			if depth > 0 {
				attempt(t, tab, c, model, depth-1)
			}
		}
	}
	compare(t, tab, model, 0)
}

// attempt operates in a snapshot, and half the time breaks it.
func attempt(
	t *rapid.T, tab *table[market.OrderID, market.Balance], c *native.Ctx,
	model map[market.OrderID]market.Balance, depth int,
) {
	before := map[market.OrderID]market.Balance{}
	for k, v := range model {
		before[k] = v
	}
	breaks := rapid.Bool().Draw(t, "breaks")
	err := c.Try(c.Gas(), func() error {
		operate(t, tab, c, model, depth)
		if breaks {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	if (err != nil) != breaks {
		t.Fatalf("try: %v", err)
	}
	if breaks {
		clear(model)
		for k, v := range before {
			model[k] = v
		}
	}
}

func compare(
	t *rapid.T, tab *table[market.OrderID, market.Balance],
	model map[market.OrderID]market.Balance, from market.OrderID,
) {
	var want, have []string
	for k := market.OrderID(1 << 32); k <= 6<<32; k += 1 << 32 {
		if v, ok := model[k]; ok && k >= from {
			want = append(want, fmt.Sprint(k, v))
		}
	}
	for k, v := range tab.Scan(nil, from.Append(nil)) {
		have = append(have, fmt.Sprint(k, v))
	}
	if !slices.Equal(want, have) {
		t.Fatalf("from %d: want %v, have %v", from, want, have)
	}
}

func TestAfter(t *testing.T) {
	for _, c := range []struct{ prefix, want []byte }{
		{[]byte{1}, []byte{2}},
		{[]byte{1, 2}, []byte{1, 3}},
		{[]byte{1, 255}, []byte{2}},
		{[]byte{1, 255, 255}, []byte{2}},
	} {
		if have := after(c.prefix); !bytes.Equal(have, c.want) {
			t.Errorf("%x: want %x, have %x", c.prefix, c.want, have)
		}
	}
}
