package market

import (
	"iter"
	"slices"
	"sort"
	"strings"
)

// Memory is a Store in memory, for tests, tools and experiments. Changes made
// since a Snapshot can be undone.
type Memory struct {
	Store   *Store
	journal []func() // undoes the changes since the first open snapshot
	open    int      // snapshots open
}

// NewMemory returns an empty store.
func NewMemory() *Memory {
	m := new(Memory)
	m.Store = &Store{
		Ledger:    newTable[Sole, Ledger](m),
		Balances:  newTable[Account, Balance](m),
		Terms:     newTable[QuestionID, Terms](m),
		States:    newTable[QuestionID, State](m),
		Books:     newTable[BookKey, Book](m),
		Rests:     newTable[BookKey, Rest](m),
		Bins:      newTable[BinKey, Bin](m),
		Positions: newTable[PositionKey, Position](m),
		Orders:    newTable[OrderID, Order](m),
		Nonces:    newTable[NonceKey, Nonces](m),
		Wheel:     newTable[SlotKey, Slot](m),
	}
	return m
}

// Snapshot marks the present state. Each snapshot ends with one Revert or Keep,
// the last opened first.
func (m *Memory) Snapshot() int {
	m.open++
	return len(m.journal)
}

// Revert undoes everything since the snapshot.
func (m *Memory) Revert(snapshot int) {
	for i := len(m.journal) - 1; i >= snapshot; i-- {
		m.journal[i]()
	}
	m.journal = m.journal[:snapshot]
	m.open--
}

// Keep ends a snapshot and leaves the state as it is.
func (m *Memory) Keep(int) {
	if m.open--; m.open == 0 {
		m.journal = nil
	}
}

func (m *Memory) undo(f func()) {
	if m.open > 0 {
		m.journal = append(m.journal, f)
	}
}

// memTable is a map beside its sorted keys, which change only when a key comes
// or goes: Get and overwriting Set are O(1), the rest O(log n + maxRun).
type memTable[K Key[K], V any] struct {
	memory *Memory
	values map[K]V
	keys   runs[K]
}

func newTable[K Key[K], V any](m *Memory) *memTable[K, V] {
	return &memTable[K, V]{memory: m, values: map[K]V{}}
}

// Get implements Table.
func (t *memTable[K, V]) Get(k K) (V, bool) {
	v, ok := t.values[k]
	return v, ok
}

// Set implements Table.
func (t *memTable[K, V]) Set(k K, v V) {
	old, had := t.values[k]
	if t.memory.open > 0 {
		t.memory.undo(func() { t.put(k, old, had) })
	}
	t.put(k, v, true)
}

// Delete implements Table.
func (t *memTable[K, V]) Delete(k K) {
	old, had := t.values[k]
	if !had {
		return
	}
	if t.memory.open > 0 {
		t.memory.undo(func() { t.put(k, old, true) })
	}
	t.put(k, old, false)
}

// put makes v the value of k, or k absent if there is none.
func (t *memTable[K, V]) put(k K, v V, there bool) {
	_, had := t.values[k]
	switch {
	case there && !had:
		t.keys.insert(k)
	case !there && had:
		t.keys.remove(k)
	}
	if there {
		t.values[k] = v
	} else {
		delete(t.values, k)
	}
}

// Scan implements Table.
func (t *memTable[K, V]) Scan(prefix, from []byte) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		start := max(string(prefix), string(from))
		for e := range t.keys.from(start) {
			if !strings.HasPrefix(e.order, string(prefix)) || !yield(e.key, t.values[e.key]) {
				return
			}
		}
	}
}

// runs is a sorted sequence cut into runs of at most maxRun, so that inserting
// moves few.
type runs[K Key[K]] struct{ list [][]entry[K] }

const maxRun = 256

// entry is a key beside the bytes that order it.
type entry[K any] struct {
	order string
	key   K
}

// find is the run that order belongs to, and its place in it.
func (r *runs[K]) find(order string) (run, at int) {
	run = sort.Search(len(r.list), func(i int) bool { return r.list[i][0].order > order }) - 1
	run = max(run, 0)
	if run == len(r.list) {
		return run, 0
	}
	list := r.list[run]
	return run, sort.Search(len(list), func(i int) bool { return list[i].order >= order })
}

func (r *runs[K]) insert(k K) {
	e := entry[K]{string(k.Append(nil)), k}
	run, at := r.find(e.order)
	if run == len(r.list) {
		r.list = append(r.list, []entry[K]{e})
		return
	}
	list := slices.Insert(r.list[run], at, e)
	if len(list) <= maxRun {
		r.list[run] = list
		return
	}
	upper := slices.Clone(list[maxRun/2:])
	r.list[run] = list[: maxRun/2 : maxRun/2]
	r.list = slices.Insert(r.list, run+1, upper)
}

// remove takes out a key that is there.
func (r *runs[K]) remove(k K) {
	run, at := r.find(string(k.Append(nil)))
	r.list[run] = slices.Delete(r.list[run], at, at+1)
	if len(r.list[run]) == 0 {
		r.list = slices.Delete(r.list, run, run+1)
	}
}

// from yields the entries from order on.
func (r *runs[K]) from(order string) iter.Seq[entry[K]] {
	return func(yield func(entry[K]) bool) {
		run, at := r.find(order)
		for ; run < len(r.list); run, at = run+1, 0 {
			for _, e := range r.list[run][at:] {
				if !yield(e) {
					return
				}
			}
		}
	}
}
