package contracts

import (
	"fmt"
	"iter"

	corestore "cosmossdk.io/core/store"

	"agon/chain/native"
	"agon/game/market"
)

// gasTouch is the price of an access that the call's own cache answers.
const gasTouch = 20

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
