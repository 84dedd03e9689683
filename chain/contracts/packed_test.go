package contracts

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/holiman/uint256"

	"agon/chain/native/nativetest"
	"agon/game/market"
)

// pack is the inverse of unpack.
func pack(b []byte, orders ...SignedOrder) []byte {
	number := func(v *uint256.Int) {
		b = append(append(b, byte(v.ByteLen())), v.Bytes()...)
	}
	for i := range orders {
		o := &orders[i]
		b = append(b, o.Trader[:]...)
		b = binary.AppendUvarint(b, o.Order.Question)
		b = append(b, o.Order.Book, o.Order.Action)
		number(&o.Order.Amount)
		b = binary.BigEndian.AppendUint64(b, o.Order.Limit)
		b = binary.AppendUvarint(b, o.Order.Expiry)
		number(&o.Nonce)
		b = binary.AppendUvarint(b, o.FromBlock)
		b = binary.AppendUvarint(b, o.ToBlock)
		b = append(append(b, o.R[:]...), o.VS[:]...)
	}
	return b
}

// randomSigned draws every field over its whole range, short values as often
// as long ones.
func randomSigned(r *rand.Rand) (o SignedOrder) {
	n := func() uint64 { return r.Uint64() >> r.IntN(64) }
	for i := range o.Trader {
		o.Trader[i] = byte(r.Uint32())
	}
	o.Order = Order{
		Question: n(), Book: uint8(n()), Action: uint8(n()), Limit: n(), Expiry: n(),
		Amount: uint256.Int{n(), n()},
	}
	o.Nonce = uint256.Int{n(), n(), n(), n()}
	o.Nonce.Rsh(&o.Nonce, uint(r.IntN(257)))
	o.FromBlock, o.ToBlock = n(), n()
	for i := range o.R {
		o.R[i], o.VS[i] = byte(r.Uint32()), byte(r.Uint32())
	}
	return o
}

func TestPackedComesBack(t *testing.T) {
	const seed = 11
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 40 {
		orders := make([]SignedOrder, n)
		for i := range orders {
			orders[i] = randomSigned(r)
		}
		have, err := unpack(pack(nil, orders...))
		if err != nil || !slices.Equal(have, orders) {
			t.Fatalf("seed %d, %d orders: %v, or others came back", seed, n, err)
		}
	}
}

func TestPackedRefuses(t *testing.T) {
	o := SignedOrder{Trader: address{1}, Order: Order{Question: 5, Limit: 1}}
	good := pack(nil, o)
	if len(good) != leastPacked {
		t.Fatalf("the shortest order has %d bytes, want %d", len(good), leastPacked)
	}
	at := func(i int, with ...byte) []byte { // with in place of byte i
		return append(append(slices.Clone(good[:i]), with...), good[i+1:]...)
	}
	const question, amount, expiry, nonce = 20, 23, 32, 33
	wide := func(n byte) []byte { return append([]byte{n, 1}, make([]byte, n-1)...) }
	for name, c := range map[string]struct {
		b    []byte
		want error
	}{
		"cut in the trader":     {good[:19], errCutShort},
		"cut in the question":   {at(question, 0x85)[:21], errCutShort},
		"cut in the signature":  {good[:len(good)-1], errCutShort},
		"a byte more":           {append(slices.Clone(good), 0), errCutShort},
		"long question":         {at(question, 0x85, 0), errLongForm},
		"wide question":         {at(question, bytes.Repeat([]byte{0xff}, 10)...), errTooWide},
		"amount of 17 bytes":    {at(amount, wide(17)...), errTooWide},
		"amount with a zero":    {at(amount, 2, 0, 1), errLongForm},
		"expiry longer than 64": {at(expiry, bytes.Repeat([]byte{0x80}, 11)...), errTooWide},
		"nonce of 33 bytes":     {at(nonce, wide(33)...), errTooWide},
		"too many":              {bytes.Repeat(good, maxOrders+1), errTooMany},
	} {
		if _, err := unpack(c.b); !errors.Is(err, c.want) {
			t.Errorf("%s: want %v, have %v", name, c.want, err)
		}
	}
	most, err := unpack(bytes.Repeat(good, maxOrders))
	if err != nil || len(most) != maxOrders {
		t.Errorf("the most orders: %d, %v", len(most), err)
	}
	g := newGame(t)
	g.mustRefuse(newPlayer(1), "placePacked", &packedArgs{good[:50]}, 0, market.Malformed)
}

// FuzzUnpack: what is read has one form, the one it was read from.
func FuzzUnpack(f *testing.F) {
	r := rand.New(rand.NewPCG(12, 0))
	f.Add([]byte{})
	f.Add(pack(nil, randomSigned(r)))
	f.Add(pack(nil, randomSigned(r), randomSigned(r)))
	f.Fuzz(func(t *testing.T, b []byte) {
		orders, err := unpack(b)
		if err != nil {
			return
		}
		if again := pack(nil, orders...); !bytes.Equal(again, b) {
			t.Fatalf("%x was read, and is %x", b, again)
		}
	})
}

// Packed orders come to the same as others: bad and good ones, proved or not.
func TestPackedIsTheSame(t *testing.T) {
	const seed = 13
	var logs []string
	for way := range 3 {
		r := rand.New(rand.NewPCG(seed, 0))
		g := newGame(t)
		a, b := g.rich(1), g.rich(2)
		id := g.ask(a, a.address, 100)
		var orders []SignedOrder
		for i := range uint64(60) {
			o := a.sign(signedBuy(id, i-i%7))
			if i%3 == 0 {
				o = b.sign(signedBuy(id, i))
			}
			if i%5 == 0 {
				spoil(r, &o)
			}
			orders = append(orders, o)
		}
		name, args := "placeSigned", any(&signedArgs{orders})
		if way > 0 {
			name, args = "placePacked", &packedArgs{pack(nil, orders...)}
		}
		if way == 2 {
			input, err := g.Market.contract.Pack(name, args)
			if err != nil {
				t.Fatal(err)
			}
			g.Market.Prove(input, nativetest.ChainID)
			if g.Market.proven.of(input) == nil {
				t.Fatal("packed orders are not proved")
			}
		}
		r2 := g.must(a, name, args, 0, nil)
		text, err := json.Marshal(r2.Logs)
		if err != nil {
			t.Fatal(err)
		}
		placed := len(logsOf[Ordered](g, r2.Logs))
		if way > 0 && new(uint256.Int).SetBytes(r2.Return).Uint64() != uint64(placed) {
			t.Errorf("%x were placed, the logs say %d", r2.Return, placed)
		}
		if placed == 0 || placed == len(orders) {
			t.Fatalf("%d of %d orders were placed", placed, len(orders))
		}
		logs = append(logs, fmt.Sprintf("%s %x", text, g.digest()))
	}
	if logs[0] != logs[1] || logs[1] != logs[2] {
		t.Errorf("seed %d: signed\n%s\npacked\n%s\nproved\n%s", seed, logs[0], logs[1], logs[2])
	}
}
