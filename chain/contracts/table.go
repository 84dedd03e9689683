package contracts

import (
	"bytes"
	"fmt"
	"iter"
	"slices"

	"github.com/ethereum/go-ethereum/core/vm"

	"agon/chain/native"
	"agon/game/market"
)

// gasTouch is the price of touching an entry again in a call.
const gasTouch = 20

// table is a market.Table on a desk.
type table[K market.Key[K], V market.Coded[V]] struct {
	desk    *desk
	prefix  byte
	held    map[K]*entry[K, V]
	past    []change[K, V]
	written []*entry[K, V] // in this turn, in order
	changed []*entry[K, V] // since the desk was cleared, in order; some more than once
	buffer  []byte
	bytes   int // of the encoded values held
}

// entry is what a table holds under a key, be it that there is nothing.
type entry[K, V any] struct {
	key     K
	value   V
	found   bool
	changed bool   // differs, or may differ, from what is stored
	bytes   int    // of the encoded value, as of the last settling
	call    uint64 // that touched it last
	turn    uint64 // in which it was written last
}

// change is an entry as it was before a write.
type change[K, V any] struct {
	entry          *entry[K, V]
	value          V
	found, changed bool
	bytes          int
}

func lay[K market.Key[K], V market.Coded[V]](d *desk, i int) *table[K, V] {
	t := &table[K, V]{desk: d, prefix: byte(i), held: map[K]*entry[K, V]{}}
	d.tables = append(d.tables, t)
	return t
}

// Get implements market.Table.
func (t *table[K, V]) Get(k K) (V, bool) {
	e := t.touch(k)
	return e.value, e.found
}

// touch finds an entry and charges for that.
func (t *table[K, V]) touch(k K) *entry[K, V] {
	c := t.desk.ctx
	e := t.held[k]
	if e != nil && e.call == t.desk.call {
		c.Charge(gasTouch)
		return e
	}
	c.ChargeRead()
	if e == nil {
		e = t.load(k)
	}
	c.ChargeBytes(e.bytes)
	e.call = t.desk.call
	return e
}

// load takes an entry from the store.
func (t *table[K, V]) load(k K) *entry[K, V] {
	e := &entry[K, V]{key: k}
	if b := t.desk.base.Get(t.key(k)); b != nil {
		t.fill(e, b)
	}
	t.held[k] = e
	t.bytes += e.bytes
	return e
}

// fill decodes a stored value.
func (t *table[K, V]) fill(e *entry[K, V], b []byte) {
	v, err := e.value.Parse(b)
	if err != nil {
		panic(fmt.Errorf("table %s, key %v: %w", market.TableNames[t.prefix], e.key, err))
	}
	e.value, e.found, e.bytes = v, true, len(b)
}

// weigh takes down the size of an entry's encoded value.
func (t *table[K, V]) weigh(e *entry[K, V], bytes int) {
	t.bytes += bytes - e.bytes
	e.bytes = bytes
}

// key encodes a key, in a slice of its own: stores keep it.
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
	if t.desk.ctx.ReadOnly() {
		panic(vm.ErrWriteProtection)
	}
	e := t.touch(k)
	t.past = append(t.past, change[K, V]{e, e.value, e.found, e.changed, e.bytes})
	if !e.changed {
		t.changed = append(t.changed, e)
	}
	if e.turn != t.desk.turn {
		e.turn = t.desk.turn
		t.written = append(t.written, e)
	}
	e.value, e.found, e.changed = v, found, true
}

// Scan implements market.Table. It merges what is stored with what changed.
func (t *table[K, V]) Scan(prefix, from []byte) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		c := t.desk.ctx
		c.ChargeRead()
		for e := range t.merged(prefix, from) {
			if !e.found {
				continue
			}
			c.ChargeNext()
			c.ChargeBytes(e.bytes)
			if !yield(e.key, e.value) {
				return
			}
		}
	}
}

// keyed is a changed entry with its encoded key.
type keyed[K, V any] struct {
	order []byte
	entry *entry[K, V]
}

// merged yields the entries in key order, those that were deleted too.
func (t *table[K, V]) merged(prefix, from []byte) iter.Seq[*entry[K, V]] {
	return func(yield func(*entry[K, V]) bool) {
		start := append([]byte{t.prefix}, prefix...)
		end := after(start)
		if low := append([]byte{t.prefix}, from...); bytes.Compare(low, start) > 0 {
			start = low
		}
		changed := t.changedIn(start, end)
		for k, b := range t.desk.base.Scan(start, end) {
			for len(changed) > 0 && bytes.Compare(changed[0].order, k) < 0 {
				if !yield(changed[0].entry) {
					return
				}
				changed = changed[1:]
			}
			if len(changed) > 0 && bytes.Equal(changed[0].order, k) {
				continue // what is stored is out of date; the changed one follows
			}
			if !yield(t.stored(k, b)) {
				return
			}
		}
		for _, c := range changed {
			if !yield(c.entry) {
				return
			}
		}
	}
}

// stored is the entry of a key and a value that the store has.
func (t *table[K, V]) stored(key, value []byte) *entry[K, V] {
	var k K
	k, err := k.Parse(key[1:])
	if err != nil {
		panic(fmt.Errorf("table %s: %w", market.TableNames[t.prefix], err))
	}
	if e := t.held[k]; e != nil {
		return e
	}
	e := &entry[K, V]{key: k}
	t.fill(e, value)
	return e
}

// changedIn lists the changed entries of a range of keys, sorted.
func (t *table[K, V]) changedIn(start, end []byte) (list []keyed[K, V]) {
	for _, e := range t.changed {
		if !e.changed {
			continue
		}
		order := t.key(e.key)
		if bytes.Compare(order, start) >= 0 && bytes.Compare(order, end) < 0 {
			list = append(list, keyed[K, V]{order, e})
		}
	}
	slices.SortFunc(list, func(a, b keyed[K, V]) int { return bytes.Compare(a.order, b.order) })
	return slices.CompactFunc(list, func(a, b keyed[K, V]) bool { return a.entry == b.entry })
}

func (t *table[K, V]) changes() int { return len(t.past) }

func (t *table[K, V]) revert(changes int) {
	for i := len(t.past) - 1; i >= changes; i-- {
		c := &t.past[i]
		c.entry.value, c.entry.found = c.value, c.found
		c.entry.changed = c.changed
		t.weigh(c.entry, c.bytes)
	}
	clear(t.past[changes:])
	t.past = t.past[:changes]
}

func (t *table[K, V]) forget() {
	clear(t.past)
	t.past = t.past[:0]
}

func (t *table[K, V]) tear() { t.written = t.written[:0] }

func (t *table[K, V]) settle() {
	c := t.desk.ctx
	for _, e := range t.written {
		if !e.found {
			t.weigh(e, 0)
			c.ChargeDelete()
			continue
		}
		t.buffer = e.value.Append(t.buffer[:0])
		t.weigh(e, len(t.buffer))
		t.buffer = e.key.Append(t.buffer)
		c.ChargeWrite(1 + len(t.buffer)) // with the table's prefix
	}
	t.written = t.written[:0]
}

func (t *table[K, V]) clear(s native.Store) {
	for _, e := range t.changed {
		if !e.changed {
			continue // undone, or written further up
		}
		e.changed = false
		key := t.key(e.key)
		if e.found {
			s.Set(key, e.value.Append(make([]byte, 0, e.bytes)))
		} else {
			s.Delete(key)
		}
	}
	clear(t.changed)
	t.changed = t.changed[:0]
}

func (t *table[K, V]) size() int { return entryBytes*len(t.held) + 2*t.bytes }

func (t *table[K, V]) empty() { t.held, t.bytes = map[K]*entry[K, V]{}, 0 }

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
