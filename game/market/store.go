package market

import (
	"fmt"
	"iter"
)

// Key is a key of a table: byte order of its encoding is key order.
type Key[K any] interface {
	comparable
	Coded[K]
}

// Table is one typed collection. Set and Delete take effect at once; the host
// (a transaction, a test) undoes them if the call fails. A table that cannot
// reach its storage panics: the host aborts the call. Values are shared, not
// copied: nobody writes through a slice that went in or came out.
type Table[K, V any] interface {
	Get(K) (V, bool)
	Set(K, V)
	Delete(K)
	// Scan yields, in key order, the entries whose encoded key begins with
	// prefix and is not below from (nil: from the first). The table may not be
	// changed while it runs.
	Scan(prefix, from []byte) iter.Seq2[K, V]
}

// Store is the whole state of the market, as typed tables.
type Store struct {
	Ledger    Table[Sole, Ledger]
	Balances  Table[Account, Balance]
	Terms     Table[QuestionID, Terms]
	States    Table[QuestionID, State]
	Books     Table[BookKey, Book]
	Rests     Table[BookKey, Rest]
	Bins      Table[BinKey, Bin]
	Positions Table[PositionKey, Position]
	Orders    Table[OrderID, Order]
	Nonces    Table[NonceKey, Nonces]
	Wheel     Table[SlotKey, Slot]
}

// Bytes is a table before its types: ordered keys, opaque values. A host that
// has one for each table has a Store; see Over.
type Bytes interface {
	Get(key []byte) []byte // nil if there is none
	Set(key, value []byte)
	Delete(key []byte)
	Scan(prefix, from []byte) iter.Seq2[[]byte, []byte]
}

// TableNames are the names Over opens tables by. Their order is part of the
// format: a host may use the index as a prefix.
var TableNames = [...]string{
	"ledger", "balances", "terms", "states", "books", "rests",
	"bins", "positions", "orders", "nonces", "wheel",
}

// Over makes a Store of byte tables: open is called once with each index and
// name of TableNames. The table of orders holds pages (Page by PageID). Bytes
// that do not parse panic, as storage that fails.
func Over(open func(i int, name string) Bytes) *Store {
	table := func(i int) Bytes { return open(i, TableNames[i]) }
	return &Store{
		Ledger:    coded[Sole, Ledger]{table(0)},
		Balances:  coded[Account, Balance]{table(1)},
		Terms:     coded[QuestionID, Terms]{table(2)},
		States:    coded[QuestionID, State]{table(3)},
		Books:     coded[BookKey, Book]{table(4)},
		Rests:     coded[BookKey, Rest]{table(5)},
		Bins:      coded[BinKey, Bin]{table(6)},
		Positions: coded[PositionKey, Position]{table(7)},
		Orders:    paged{coded[PageID, Page]{table(8)}},
		Nonces:    coded[NonceKey, Nonces]{table(9)},
		Wheel:     coded[SlotKey, Slot]{table(10)},
	}
}

// coded is a Table over Bytes.
type coded[K Key[K], V Coded[V]] struct{ raw Bytes }

// Get implements Table.
func (t coded[K, V]) Get(k K) (v V, ok bool) {
	b := t.raw.Get(k.Append(nil))
	if b == nil {
		return v, false
	}
	return t.value(b), true
}

// Set implements Table.
func (t coded[K, V]) Set(k K, v V) { t.raw.Set(k.Append(nil), v.Append(make([]byte, 0, 64))) }

// Delete implements Table.
func (t coded[K, V]) Delete(k K) { t.raw.Delete(k.Append(nil)) }

// Scan implements Table.
func (t coded[K, V]) Scan(prefix, from []byte) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for key, b := range t.raw.Scan(prefix, from) {
			var k K
			k, err := k.Parse(key)
			if err != nil {
				panic(fmt.Sprintf("market: stored key %x: %v", key, err))
			}
			if !yield(k, t.value(b)) {
				return
			}
		}
	}
}

func (t coded[K, V]) value(b []byte) V {
	var v V
	v, err := v.Parse(b)
	if err != nil {
		panic(fmt.Sprintf("market: stored value: %v", err))
	}
	return v
}
