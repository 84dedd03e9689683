package contracts

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"

	"cosmossdk.io/collections"
	corestore "cosmossdk.io/core/store"

	"agon/chain/native"
	"agon/game/market"
)

// gasTouch is the price of an access that the call's own cache answers.
const gasTouch = 20

// declare adds the market's tables to a schema: one prefix byte each, their
// index in market.TableNames. Genesis and export go through the schema; calls
// use the same keys and bytes through table.
func declare(b *collections.SchemaBuilder) {
	collect[market.Sole, market.Ledger](b, 0)
	collect[market.Account, market.Balance](b, 1)
	collect[market.QuestionID, market.Terms](b, 2)
	collect[market.QuestionID, market.State](b, 3)
	collect[market.BookKey, market.Book](b, 4)
	collect[market.BookKey, market.Rest](b, 5)
	collect[market.BinKey, market.Bin](b, 6)
	collect[market.PositionKey, market.Position](b, 7)
	collect[market.OrderID, market.Order](b, 8)
	collect[market.NonceKey, market.Nonces](b, 9)
	collect[market.SlotKey, market.Slot](b, 10)
}

// openStore makes the market's tables for one call.
func openStore(c *native.Ctx, kv corestore.KVStore) *market.Store {
	return &market.Store{
		Ledger:    open[market.Sole, market.Ledger](c, kv, 0),
		Balances:  open[market.Account, market.Balance](c, kv, 1),
		Terms:     open[market.QuestionID, market.Terms](c, kv, 2),
		States:    open[market.QuestionID, market.State](c, kv, 3),
		Books:     open[market.BookKey, market.Book](c, kv, 4),
		Rests:     open[market.BookKey, market.Rest](c, kv, 5),
		Bins:      open[market.BinKey, market.Bin](c, kv, 6),
		Positions: open[market.PositionKey, market.Position](c, kv, 7),
		Orders:    open[market.OrderID, market.Order](c, kv, 8),
		Nonces:    open[market.NonceKey, market.Nonces](c, kv, 9),
		Wheel:     open[market.SlotKey, market.Slot](c, kv, 10),
	}
}

func collect[K market.Key[K], V market.Coded[V]](b *collections.SchemaBuilder, i int) {
	collections.NewMap(b, collections.NewPrefix(i), market.TableNames[i],
		keyCodec[K]{coded[K]{}}, coded[V]{})
}

// coded makes a collections.ValueCodec of a market.Coded. In JSON a value is
// the hexadecimal form of its one encoding, so that what comes back is what
// went out, byte for byte.
type coded[T market.Coded[T]] struct{}

// Encode implements codec.ValueCodec.
func (coded[T]) Encode(v T) ([]byte, error) { return v.Append(nil), nil }

// Decode implements codec.ValueCodec.
func (coded[T]) Decode(b []byte) (T, error) {
	var v T
	return v.Parse(b)
}

// EncodeJSON implements codec.ValueCodec.
func (coded[T]) EncodeJSON(v T) ([]byte, error) {
	return json.Marshal(hex.EncodeToString(v.Append(nil)))
}

// DecodeJSON implements codec.ValueCodec.
func (c coded[T]) DecodeJSON(b []byte) (v T, err error) {
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return v, fmt.Errorf("%s: %w", c.ValueType(), err)
	}
	raw, err := hex.DecodeString(text)
	if err != nil {
		return v, fmt.Errorf("%s: %w", c.ValueType(), err)
	}
	return v.Parse(raw)
}

// Stringify implements codec.ValueCodec.
func (coded[T]) Stringify(v T) string { return fmt.Sprintf("%+v", v) }

// ValueType implements codec.ValueCodec.
func (coded[T]) ValueType() string { return reflect.TypeFor[T]().String() }

// keyCodec makes a collections.KeyCodec of a market.Key. Keys are whole: they
// are not parts of longer ones.
type keyCodec[K market.Key[K]] struct{ coded[K] }

// Encode implements codec.KeyCodec.
func (keyCodec[K]) Encode(buffer []byte, key K) (int, error) {
	return len(key.Append(buffer[:0])), nil
}

// Decode implements codec.KeyCodec.
func (c keyCodec[K]) Decode(b []byte) (int, K, error) {
	k, err := c.coded.Decode(b)
	return len(b), k, err
}

// Size implements codec.KeyCodec.
func (keyCodec[K]) Size(key K) int { return len(key.Append(nil)) }

// KeyType implements codec.KeyCodec.
func (c keyCodec[K]) KeyType() string { return c.ValueType() }

// EncodeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) EncodeNonTerminal(buffer []byte, key K) (int, error) {
	return c.Encode(buffer, key)
}

// DecodeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) DecodeNonTerminal(b []byte) (int, K, error) { return c.Decode(b) }

// SizeNonTerminal implements codec.KeyCodec.
func (c keyCodec[K]) SizeNonTerminal(key K) int { return c.Size(key) }

// table is a market.Table over a call's store. It reads and decodes an entry
// once, keeps it, and writes what changed when the call ends: a call that
// places hundreds of orders on one question writes its state once.
type table[K market.Key[K], V market.Coded[V]] struct {
	ctx    *native.Ctx
	kv     corestore.KVStore
	prefix byte
	kept   map[K]*entry[V]
	dirty  []K // in the order of the first write, which is deterministic
}

type entry[V any] struct {
	value        V
	found, dirty bool
}

func open[K market.Key[K], V market.Coded[V]](
	c *native.Ctx, kv corestore.KVStore, i int,
) *table[K, V] {
	t := &table[K, V]{ctx: c, kv: kv, prefix: byte(i)}
	c.Attach(t)
	return t
}

// Get implements market.Table.
func (t *table[K, V]) Get(k K) (V, bool) {
	e := t.kept[k]
	if e == nil {
		e = t.load(k)
	} else {
		t.ctx.Charge(gasTouch)
	}
	return e.value, e.found
}

func (t *table[K, V]) load(k K) *entry[V] {
	var e entry[V]
	b, err := t.kv.Get(t.key(k))
	if err == nil && b != nil {
		e.found = true
		e.value, err = e.value.Parse(b)
	}
	if err != nil {
		panic(fmt.Errorf("table %s, key %v: %w", market.TableNames[t.prefix], k, err))
	}
	t.keep(k, &e)
	return &e
}

func (t *table[K, V]) keep(k K, e *entry[V]) {
	if t.kept == nil {
		t.kept = make(map[K]*entry[V])
	}
	t.kept[k] = e
}

func (t *table[K, V]) key(k K) []byte {
	return k.Append(append(make([]byte, 0, 64), t.prefix))
}

// Set implements market.Table.
func (t *table[K, V]) Set(k K, v V) { t.put(k, v, true) }

// Delete implements market.Table.
func (t *table[K, V]) Delete(k K) {
	var none V
	t.put(k, none, false)
}

func (t *table[K, V]) put(k K, v V, found bool) {
	t.ctx.Charge(gasTouch)
	e := t.kept[k]
	if e == nil {
		e = new(entry[V])
		t.keep(k, e)
	}
	if !e.dirty {
		t.dirty = append(t.dirty, k)
	}
	*e = entry[V]{v, found, true}
}

// Scan implements market.Table.
func (t *table[K, V]) Scan(prefix, from []byte) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		if err := t.scan(prefix, from, yield); err != nil {
			panic(fmt.Errorf("table %s: %w", market.TableNames[t.prefix], err))
		}
	}
}

func (t *table[K, V]) scan(prefix, from []byte, yield func(K, V) bool) error {
	if err := t.Flush(t.ctx); err != nil {
		return err
	}
	first := append([]byte{t.prefix}, prefix...)
	start := first
	if from != nil {
		start = max2(first, append([]byte{t.prefix}, from...))
	}
	it, err := t.kv.Iterator(start, after(first))
	if err != nil {
		return err
	}
	defer it.Close()
	for ; it.Valid(); it.Next() {
		var k K
		var v V
		if k, err = k.Parse(it.Key()[1:]); err != nil {
			return err
		}
		if v, err = v.Parse(it.Value()); err != nil {
			return err
		}
		if !yield(k, v) {
			return nil
		}
	}
	// Not it.Error: the SDK's iterators report their own end as an error, and
	// panic when they cannot read.
	return nil
}

// Flush implements native.Cache.
func (t *table[K, V]) Flush(*native.Ctx) error {
	for _, k := range t.dirty {
		e := t.kept[k]
		var err error
		if e.found {
			err = t.kv.Set(t.key(k), e.value.Append(make([]byte, 0, 128)))
		} else {
			err = t.kv.Delete(t.key(k))
		}
		if err != nil {
			return err
		}
		e.dirty = false
	}
	t.dirty = t.dirty[:0]
	return nil
}

// Drop implements native.Cache.
func (t *table[K, V]) Drop() { t.kept, t.dirty = nil, nil }

// max2 is the later of two keys.
func max2(a, b []byte) []byte {
	if string(a) < string(b) {
		return b
	}
	return a
}

// after is the first key that does not begin with prefix, which holds a byte
// below 255: every table's prefix byte does.
func after(prefix []byte) []byte {
	end := append([]byte(nil), prefix...)
	for i := len(end) - 1; ; i-- {
		if end[i]++; end[i] != 0 {
			return end[:i+1]
		}
	}
}
