package contracts

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
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
	g.clear()
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
	g.clear()
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

// TestTablesAreMaps runs random operations, with snapshots that hold or break
// and calls that are undone, on the tables of desks and on maps, which is what
// a table is: of blocks and of single calls, of orders in pages and of others.
func TestTablesAreMaps(t *testing.T) {
	for _, inBlock := range []bool{false, true} {
		t.Run(fmt.Sprint("block=", inBlock), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { tablesAreMaps(t, inBlock) })
		})
	}
}

func tablesAreMaps(t *rapid.T, inBlock bool) {
	key, notes := storetypes.NewKVStoreKey("table"), storetypes.NewObjectStoreKey("notes")
	m := &Market{store: native.StoreService{Key: key}, notes: notes}
	c := native.New(common.HexToAddress("0x1"), key, "ITable", "")
	var run func(*native.Ctx) error
	native.Write(c, "run", "", func(c *native.Ctx, _ native.None) (native.None, error) {
		return native.None{}, run(c)
	})
	w := nativetest.New(t, key, notes, c)
	if inBlock {
		w.Begin, w.End = m.Begin, m.End
	}
	input, err := c.Pack("run", &native.None{})
	if err != nil {
		t.Fatal(err)
	}
	model := newModel()
	for range rapid.IntRange(1, 8).Draw(t, "calls") {
		fails := rapid.IntRange(0, 3).Draw(t, "fails") == 0
		before := model.clone()
		run = func(c *native.Ctx) error {
			operate(t, m.deskOf(c), c, model, 2)
			if fails {
				return io.ErrUnexpectedEOF
			}
			return nil
		}
		r := w.Call(common.Address{}, c.Address(), input, 0, plenty)
		if (r.Err != nil) != fails {
			t.Fatalf("%v: %s", r.Err, r.Return)
		}
		if fails {
			model = before
		}
		if rapid.Bool().Draw(t, "block ends") {
			w.Commit()
		}
	}
}

// model is what two of the tables must hold.
type model struct {
	slots  map[market.QuestionID]market.Terms
	orders map[market.OrderID]market.Order
}

func newModel() *model {
	return &model{map[market.QuestionID]market.Terms{}, map[market.OrderID]market.Order{}}
}

func (m *model) clone() *model { return &model{maps.Clone(m.slots), maps.Clone(m.orders)} }

func operate(t *rapid.T, d *desk, c *native.Ctx, m *model, depth int) {
	for range rapid.IntRange(0, 12).Draw(t, "operations") {
		q := market.QuestionID(rapid.Uint64Range(1, 6).Draw(t, "question"))
		id := market.OrderID(uint64(q)<<32 | rapid.Uint64Range(30, 34).Draw(t, "order"))
		switch rapid.IntRange(0, 7).Draw(t, "operation") {
		case 0:
			v := market.Terms{Text: rapid.StringN(0, 9, 40).Draw(t, "text")}
			d.Terms.Set(q, v)
			m.slots[q] = v
		case 1:
			d.Terms.Delete(q)
			delete(m.slots, q)
		case 2:
			have, ok := d.Terms.Get(q)
			if want, there := m.slots[q]; ok != there || have.Text != want.Text {
				t.Fatalf("get %d: want %v %v, have %v %v", q, want, there, have, ok)
			}
		case 3:
			book := rapid.Uint8Range(0, 9).Draw(t, "book")
			o := market.Order{ID: id, Question: q, Book: book}
			d.Orders.Set(id, o)
			m.orders[id] = o
		case 4:
			d.Orders.Delete(id)
			delete(m.orders, id)
		case 5:
			have, ok := d.Orders.Get(id)
			if want, there := m.orders[id]; ok != there || have != want {
				t.Fatalf("get %d: want %v %v, have %v %v", id, want, there, have, ok)
			}
		case 6:
			compare(t, d, m, q, id)
		case 7:
			if depth > 0 {
				attempt(t, d, c, m, depth-1)
			}
		}
	}
	compare(t, d, m, 0, 0)
}

// attempt operates in a snapshot, and half the time breaks it.
func attempt(t *rapid.T, d *desk, c *native.Ctx, m *model, depth int) {
	before := m.clone()
	breaks := rapid.Bool().Draw(t, "breaks")
	err := c.Try(c.Gas(), func() error {
		operate(t, d, c, m, depth)
		if breaks {
			return io.ErrUnexpectedEOF
		}
		return nil
	})
	if (err != nil) != breaks {
		t.Fatalf("try: %v", err)
	}
	if breaks {
		*m = *before
	}
}

// compare scans both tables from where it is told to.
func compare(t *rapid.T, d *desk, m *model, q market.QuestionID, id market.OrderID) {
	var want, have []string
	for _, k := range slices.Sorted(maps.Keys(m.slots)) {
		if k >= q {
			want = append(want, fmt.Sprint(k, m.slots[k].Text))
		}
	}
	for k, v := range d.Terms.Scan(nil, q.Append(nil)) {
		have = append(have, fmt.Sprint(k, v.Text))
	}
	var prefix []byte // of one question, or none
	if q != 0 {
		prefix = binary.BigEndian.AppendUint32(nil, uint32(q))
	}
	for _, k := range slices.Sorted(maps.Keys(m.orders)) {
		if k >= id && (q == 0 || k.Question() == q) {
			want = append(want, fmt.Sprint(k, m.orders[k]))
		}
	}
	for k, v := range d.Orders.Scan(prefix, id.Append(nil)) {
		have = append(have, fmt.Sprint(k, v))
	}
	if !slices.Equal(want, have) {
		t.Fatalf("from %d and %d: want %v, have %v", q, id, want, have)
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
