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

// ordersTable is the index of the table of orders in market.TableNames.
const ordersTable = 8

// orderBytes is what an order counts for when its storage is paid: most take
// less, and share the bytes of their key with their page.
const orderBytes = 128

// orders is the table of orders on a desk: one by one for calls, in pages for
// the store. A call pays for the orders it touches, each as an entry of its
// own; that pages cost the store less is the chain's gain.
type orders struct {
	desk    *desk
	held    map[market.PageID]*page
	past    []orderChange
	written []*slot
	changed []*page
}

// page is a market.Page on the desk.
type page struct {
	id      market.PageID
	slots   [market.PageOrders]slot
	changed bool
}

type slot struct {
	order market.Order
	found bool
	call  uint64 // that touched it last
	turn  uint64 // in which it was written last
}

// orderChange is a slot as it was before a write.
type orderChange struct {
	page    *page
	slot    *slot
	order   market.Order
	found   bool
	changed bool // of the page
}

func layOrders(d *desk) *orders {
	t := &orders{desk: d, held: map[market.PageID]*page{}}
	d.tables = append(d.tables, t)
	return t
}

// Get implements market.Table.
func (t *orders) Get(id market.OrderID) (market.Order, bool) {
	_, s := t.touch(id)
	return s.order, s.found
}

// touch finds the slot of an order and charges for that.
func (t *orders) touch(id market.OrderID) (*page, *slot) {
	c := t.desk.ctx
	p := t.held[id.Page()]
	if p != nil && p.slots[id.Slot()].call == t.desk.call {
		c.Charge(gasTouch)
		return p, &p.slots[id.Slot()]
	}
	c.ChargeRead()
	if p == nil {
		p = t.load(id.Page())
	}
	s := &p.slots[id.Slot()]
	if s.found {
		c.ChargeBytes(orderBytes)
	}
	s.call = t.desk.call
	return p, s
}

func pageKey(id market.PageID) []byte { return id.Append([]byte{ordersTable}) }

// load takes a page from the store.
func (t *orders) load(id market.PageID) *page {
	p := &page{id: id}
	if b := t.desk.base.Get(pageKey(id)); b != nil {
		p.fill(b)
	}
	t.held[id] = p
	return p
}

// fill decodes a stored page.
func (p *page) fill(b []byte) {
	stored, err := market.Page{}.Parse(b)
	if err == nil && stored.Orders[0].ID.Page() != p.id {
		err = market.ErrMalformed
	}
	if err != nil {
		panic(fmt.Errorf("table %s, page %d: %w", market.TableNames[ordersTable], p.id, err))
	}
	for _, o := range stored.Orders {
		p.slots[o.ID.Slot()] = slot{order: o, found: true}
	}
}

// Set implements market.Table.
func (t *orders) Set(id market.OrderID, o market.Order) { t.put(id, o, true) }

// Delete implements market.Table.
func (t *orders) Delete(id market.OrderID) { t.put(id, market.Order{}, false) }

func (t *orders) put(id market.OrderID, o market.Order, found bool) {
	if t.desk.ctx.ReadOnly() {
		panic(vm.ErrWriteProtection)
	}
	p, s := t.touch(id)
	t.past = append(t.past, orderChange{p, s, s.order, s.found, p.changed})
	if !p.changed {
		p.changed = true
		t.changed = append(t.changed, p)
	}
	if s.turn != t.desk.turn {
		s.turn = t.desk.turn
		t.written = append(t.written, s)
	}
	s.order, s.found = o, found
}

// Scan implements market.Table.
func (t *orders) Scan(prefix, from []byte) iter.Seq2[market.OrderID, market.Order] {
	first, last := market.PrefixRange(prefix)
	least, _ := market.PrefixRange(from)
	first = max(first, least)
	return func(yield func(market.OrderID, market.Order) bool) {
		c := t.desk.ctx
		c.ChargeRead()
		for p := range t.merged(first.Page(), last.Page()) {
			for i := range p.slots {
				s := &p.slots[i]
				if !s.found || s.order.ID < first || s.order.ID > last {
					continue
				}
				c.ChargeNext()
				c.ChargeBytes(orderBytes)
				if !yield(s.order.ID, s.order) {
					return
				}
			}
		}
	}
}

// merged yields the pages of a range, which holds both its ends, in order.
func (t *orders) merged(first, last market.PageID) iter.Seq[*page] {
	return func(yield func(*page) bool) {
		changed := t.changedIn(first, last)
		for k, b := range t.desk.base.Scan(pageKey(first), after(pageKey(last))) {
			id, err := market.PageID(0).Parse(k[1:])
			if err != nil {
				panic(fmt.Errorf("table %s: %w", market.TableNames[ordersTable], err))
			}
			for len(changed) > 0 && changed[0].id < id {
				if !yield(changed[0]) {
					return
				}
				changed = changed[1:]
			}
			if len(changed) > 0 && changed[0].id == id {
				continue // what is stored is out of date; the changed one follows
			}
			p := t.held[id]
			if p == nil {
				p = &page{id: id}
				p.fill(bytes.Clone(b))
				t.held[id] = p
			}
			if !yield(p) {
				return
			}
		}
		for _, p := range changed {
			if !yield(p) {
				return
			}
		}
	}
}

// changedIn lists the changed pages of a range, sorted.
func (t *orders) changedIn(first, last market.PageID) (list []*page) {
	for _, p := range t.changed {
		if p.changed && p.id >= first && p.id <= last {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *page) int {
		switch {
		case a.id < b.id:
			return -1
		case a.id > b.id:
			return 1
		}
		return 0
	})
	return slices.Compact(list)
}

func (t *orders) changes() int { return len(t.past) }

func (t *orders) revert(changes int) {
	for i := len(t.past) - 1; i >= changes; i-- {
		c := &t.past[i]
		c.slot.order, c.slot.found, c.page.changed = c.order, c.found, c.changed
	}
	clear(t.past[changes:])
	t.past = t.past[:changes]
}

func (t *orders) forget() {
	clear(t.past)
	t.past = t.past[:0]
}

func (t *orders) tear() { t.written = t.written[:0] }

func (t *orders) settle() {
	c := t.desk.ctx
	for _, s := range t.written {
		if s.found {
			c.ChargeWrite(orderBytes)
		} else {
			c.ChargeDelete()
		}
	}
	t.written = t.written[:0]
}

func (t *orders) clear(s native.Store) {
	for _, p := range t.changed {
		if !p.changed {
			continue // undone, or written further up
		}
		p.changed = false
		var stored market.Page
		for i := range p.slots {
			if p.slots[i].found {
				stored.Orders = append(stored.Orders, p.slots[i].order)
			}
		}
		if len(stored.Orders) > 0 {
			s.Set(pageKey(p.id), stored.Append(nil))
			continue
		}
		s.Delete(pageKey(p.id))
		delete(t.held, p.id) // most orders live one block
	}
	clear(t.changed)
	t.changed = t.changed[:0]
}

// size counts a page whole: it is held so, be it full or not.
func (t *orders) size() int { return len(t.held) * market.PageOrders * entryBytes }

func (t *orders) empty() { t.held = map[market.PageID]*page{} }
