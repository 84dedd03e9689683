package market

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/holiman/uint256"
)

// check holds the codec of one type to its contract: what parses is spelled as
// Append spells it, and comes back the same.
func check[T Coded[T]](t *testing.T, b []byte) bool {
	t.Helper()
	var zero T
	v, err := zero.Parse(b)
	if err != nil {
		if !errors.Is(err, ErrMalformed) {
			t.Fatalf("%T: error %v, want ErrMalformed", zero, err)
		}
		return false
	}
	spelled := v.Append(nil)
	if !bytes.Equal(spelled, b) {
		t.Fatalf("%T: %x parses, and is spelled %x", zero, b, spelled)
	}
	again, err := zero.Parse(spelled)
	if err != nil || !reflect.DeepEqual(again, v) {
		t.Fatalf("%T: %v comes back as %v, %v", zero, v, again, err)
	}
	return true
}

// checks is check for every type that is stored.
var checks = []func(*testing.T, []byte) bool{
	check[QuestionID], check[OrderID], check[Account], check[BookKey], check[PositionKey],
	check[BinKey], check[SlotKey], check[NonceKey], check[Sole], check[Ledger], check[Balance],
	check[Nonces], check[Slot], check[Bin], check[Rest], check[Book], check[Position],
	check[Order], check[State], check[Terms], check[PageID], check[Page],
}

// samples is one of each, in the order of checks, no field zero.
func samples() [][]byte {
	big := MaxAmount
	spec := groupSpec("a", "b")
	spec.Openings = []Price{One / 2, One / 4, One / 4}
	spec.Lo, spec.Hi = -5, 1<<63-1
	spec.Evidence = Evidence{[]byte("inline"), "ipfs://bafy", Hash{7}, 99}
	id := orderID(3, 4)
	return [][]byte{
		QuestionID(1 << 40).Append(nil), id.Append(nil), alice.Append(nil),
		BookKey{1, 2}.Append(nil), PositionKey{1, alice, 3}.Append(nil),
		BinKey{1, 2, 999}.Append(nil), SlotKey{1, 2}.Append(nil),
		NonceKey{alice, big}.Append(nil), Sole{}.Append(nil),
		Ledger{big, *uint256.NewInt(256), 7}.Append(nil), Balance{big}.Append(nil),
		Nonces{*new(Amount).SetAllOne()}.Append(nil), Slot{}.Append(nil),
		Bin{5, big}.Append(nil), Rest{[]OrderID{id, id + 1}}.Append(nil),
		Book{big, big, 1, 2, 3, 4, 5, 6}.Append(nil),
		Position{big, big, []Own{{id, true, One / 2}, {id + 1, false, 1}}}.Append(nil),
		Order{id, alice, 3, 1, SellNo, big, big, One / 2, 9, 8}.Append(nil),
		State{
			Kind: Group, Phase: Closed, Books: 3, Fee: 30, Reopened: 1,
			Outcome: Outcome{Value, 2, -1}, Resolver: resolver, B: big, Subsidy: big, Cash: big,
			Sets: *new(Amount).Neg(&big), Opened: 1, Window: 2, Grace: 3, End: 4, ClosedAt: 5,
			ResolveBy: 6, Drawn: 7, Head: 8, Next: 9, Due: 10, Expires: 11,
		}.Append(nil),
		Terms{alice, spec, "text", "criteria"}.Append(nil), id.Page().Append(nil),
		Page{[]Order{
			{id, alice, 3, 1, SellNo, big, big, One / 2, 9, 8},
			{id + 1, alice, 3, 1, SellNo, big, big, One / 2, 9, 8},
		}}.Append(nil),
	}
}

// Every sample parses as its own type, and no longer when a byte is added or
// taken.
func TestCodecTakesOneSpelling(t *testing.T) {
	for i, b := range samples() {
		if !checks[i](t, b) {
			t.Errorf("sample %d (%x) does not parse", i, b)
		}
		if checks[i](t, append(bytes.Clone(b), 0)) {
			t.Errorf("sample %d parses with a byte too many", i)
		}
		if len(b) > 0 && checks[i](t, b[:len(b)-1]) {
			t.Errorf("sample %d parses with a byte too few", i)
		}
	}
}

// Other spellings of a value that has one are refused.
func TestCodecRefusesOtherSpellings(t *testing.T) {
	for _, c := range []struct {
		name string
		b    []byte
		as   func(*testing.T, []byte) bool
		good []byte
	}{
		{"leading zero", []byte{2, 0, 1}, check[Balance], []byte{1, 1}},
		{"amount too long", append([]byte{33}, make([]byte, 33)...), check[Balance], []byte{0}},
		{"long uvarint", []byte{0x80, 0}, check[Rest], []byte{0}},
		{"list beyond its cap", []byte{0xff, 0xff, 0xff, 0x7f}, check[Rest], []byte{0}},
		{"orders of a page out of order",
			Page{[]Order{{ID: orderID(3, 5)}, {ID: orderID(3, 4)}}}.Append(nil), check[Page],
			Page{[]Order{{ID: orderID(3, 4)}, {ID: orderID(3, 5)}}}.Append(nil)},
		{"a page without orders", PageID(3).Append(nil), check[Page],
			Page{[]Order{{ID: PageID(3).Order(0)}}}.Append(nil)},
		{"slot of another value", []byte{2}, check[Slot], []byte{1}},
		{"bool of another value",
			append([]byte{0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 2}, make([]byte, 8)...), check[Position],
			append([]byte{0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 1}, make([]byte, 8)...)},
	} {
		if c.as(t, c.b) {
			t.Errorf("%s: %x parses", c.name, c.b)
		}
		if !c.as(t, c.good) {
			t.Errorf("%s: %x does not parse", c.name, c.good)
		}
	}
}

// The keys' byte order is their numeric order.
func TestKeyOrder(t *testing.T) {
	ascending := [][]byte{
		SlotKey{1, 500}.Append(nil), SlotKey{2, 1}.Append(nil), SlotKey{2, 256}.Append(nil),
		SlotKey{255, 1}.Append(nil), SlotKey{256, 0}.Append(nil),
	}
	for i := 1; i < len(ascending); i++ {
		if bytes.Compare(ascending[i-1], ascending[i]) >= 0 {
			t.Errorf("slot %d does not come before slot %d", i-1, i)
		}
	}
	if !bytes.HasPrefix(orderID(7, 9).Append(nil), orderID(7, 0).Append(nil)[:4]) {
		t.Error("the orders of a question do not stand together")
	}
}

func FuzzParse(f *testing.F) {
	for i, b := range samples() {
		f.Add(byte(i), b)
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		checks[int(which)%len(checks)](t, b)
	})
}

// FuzzClear makes trades of the bytes, 20 each, and wants a batch that takes
// no more than it may and whose price stays in bounds.
func FuzzClear(f *testing.F) {
	f.Add(uint64(5), uint64(1e18), uint16(30), bytes.Repeat([]byte{1, 77, 3, 200, 15}, 16))
	f.Add(uint64(99), uint64(1e16), uint16(0), bytes.Repeat([]byte{0xff, 0, 2}, 40))
	f.Fuzz(func(t *testing.T, opening, b uint64, fee uint16, data []byte) {
		c := Curve{B: *uint256.NewInt(max(b, 1e12)), Opening: percent(1 + opening%99)}
		var trades []Trade
		for ; len(data) >= 20 && len(trades) < 64; data = data[20:] {
			p := parser{b: data}
			tr := Trade{Action: Action(p.byte() % 4)}
			tr.Amount.SetBytes(p.take(11))
			tr.Amount.AddUint64(&tr.Amount, MinOrder)
			tr.Limit = MinPrice + p.price()%(MaxPrice-MinPrice+1)
			trades = append(trades, tr)
		}
		out := c.Clear(trades, fee%1000)
		if out.To < MinPrice || out.To > MaxPrice {
			t.Fatalf("price %d", out.To)
		}
		for i, fill := range out.Fills {
			gave := fill.Shares
			if trades[i].Action.Buys() {
				gave = fill.Coins
			}
			if trades[i].Amount.Lt(&gave) {
				t.Fatalf("trade %d gave %s of %s", i, gave.Dec(), trades[i].Amount.Dec())
			}
		}
		underpaid(t, &c, trades, &out)
	})
}

// FuzzGame plays a game whose seed and length the fuzzer picks.
func FuzzGame(f *testing.F) {
	f.Add(uint64(1), uint16(300))
	f.Fuzz(func(t *testing.T, seed uint64, calls uint16) {
		newSimulation(t, seed, rawMemory(), true).run(int(calls) % 400)
	})
}
