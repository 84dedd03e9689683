package market

import (
	"encoding/binary"
	"iter"
	"sort"
)

// Orders are stored in pages: most live from one block to the next, and a key
// of its own for each would be most of what a block of orders costs.

// PageOrders is how many order numbers share a page.
const PageOrders = 1 << pageBits

const pageBits = 5

// PageID names a page of orders: those of a question whose numbers differ in
// their last bits only.
type PageID uint64

// Page is the page an order is on.
func (o OrderID) Page() PageID { return PageID(o >> pageBits) }

// Slot is the order's place on its page, below PageOrders.
func (o OrderID) Slot() int { return int(o & (PageOrders - 1)) }

// Order is the id of the order in a slot of the page.
func (p PageID) Order(slot int) OrderID { return OrderID(p)<<pageBits | OrderID(slot) }

// Append encodes p so that byte order is numeric order.
func (p PageID) Append(b []byte) []byte { return binary.BigEndian.AppendUint64(b, uint64(p)) }

// Parse is the inverse of Append.
func (PageID) Parse(b []byte) (PageID, error) {
	p := parser{b: b}
	id := PageID(p.uint64())
	return id, p.end("page id")
}

// Page is the live orders that share a PageID, at least one, by ascending id.
type Page struct{ Orders []Order }

// Append encodes v: the page's id, then for each order its slot and what its id
// does not tell.
func (v Page) Append(b []byte) []byte {
	b = v.Orders[0].ID.Page().Append(b)
	for i := range v.Orders {
		o := &v.Orders[i]
		b = append(b, byte(o.ID.Slot()))
		b = o.Trader.Append(b)
		b = append(b, o.Book, byte(o.Action))
		b = appendAmount(b, &o.Amount)
		b = appendAmount(b, &o.Left)
		b = appendU64(b, uint64(o.Limit))
		b = appendU64(b, uint64(o.Expiry))
		b = appendU64(b, uint64(o.Placed))
	}
	return b
}

// Parse is the inverse of Append.
func (Page) Parse(b []byte) (Page, error) {
	p := parser{b: b}
	id := PageID(p.uint64())
	var v Page
	for next := 0; !p.bad && (len(v.Orders) == 0 || len(p.b) > 0); {
		slot := int(p.byte())
		if slot < next || slot >= PageOrders || id>>(64-pageBits) != 0 {
			p.bad = true
			break
		}
		next = slot + 1
		o := Order{ID: id.Order(slot)}
		o.Question = o.ID.Question()
		o.Trader = p.account()
		o.Book, o.Action = p.byte(), Action(p.byte())
		o.Amount, o.Left = p.amount(), p.amount()
		o.Limit, o.Expiry, o.Placed = p.price(), p.height(), p.height()
		v.Orders = append(v.Orders, o)
	}
	return v, p.end("page of orders")
}

// find is the place of an order on the page, or where it belongs.
func (v Page) find(id OrderID) (at int, there bool) {
	at = sort.Search(len(v.Orders), func(i int) bool { return v.Orders[i].ID >= id })
	return at, at < len(v.Orders) && v.Orders[at].ID == id
}

// paged is the table of orders over one of pages.
type paged struct{ pages Table[PageID, Page] }

// Get implements Table.
func (t paged) Get(id OrderID) (o Order, ok bool) {
	p, _ := t.pages.Get(id.Page())
	at, ok := p.find(id)
	if ok {
		o = p.Orders[at]
	}
	return o, ok
}

// Set implements Table.
func (t paged) Set(id OrderID, o Order) {
	p, _ := t.pages.Get(id.Page())
	at, there := p.find(id)
	list := append(make([]Order, 0, len(p.Orders)+1), p.Orders[:at]...)
	list = append(list, o)
	if there {
		at++
	}
	t.pages.Set(id.Page(), Page{append(list, p.Orders[at:]...)})
}

// Delete implements Table.
func (t paged) Delete(id OrderID) {
	p, _ := t.pages.Get(id.Page())
	at, there := p.find(id)
	switch {
	case !there:
	case len(p.Orders) == 1:
		t.pages.Delete(id.Page())
	default:
		list := append(make([]Order, 0, len(p.Orders)), p.Orders[:at]...)
		t.pages.Set(id.Page(), Page{append(list, p.Orders[at+1:]...)})
	}
}

// Scan implements Table.
func (t paged) Scan(prefix, from []byte) iter.Seq2[OrderID, Order] {
	first, last := PrefixRange(prefix)
	least, _ := PrefixRange(from)
	first = max(first, least)
	return func(yield func(OrderID, Order) bool) {
		for _, p := range t.pages.Scan(nil, first.Page().Append(nil)) {
			for _, o := range p.Orders {
				if o.ID < first {
					continue
				}
				if o.ID > last || !yield(o.ID, o) {
					return
				}
			}
		}
	}
}

// PrefixRange is the least and the greatest OrderID whose encoding begins with
// prefix, of at most 8 bytes.
func PrefixRange(prefix []byte) (first, last OrderID) {
	var low, high [8]byte
	for i := range high {
		high[i] = 0xff
	}
	copy(low[:], prefix)
	copy(high[:], prefix)
	return OrderID(binary.BigEndian.Uint64(low[:])), OrderID(binary.BigEndian.Uint64(high[:]))
}
