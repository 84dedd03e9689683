package contracts

import (
	"fmt"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	sdk "github.com/cosmos/cosmos-sdk/types"

	"agon/chain/native"
	"agon/game/market"
)

// desk is where the market's tables lie open: what calls read stays there
// decoded, what they write goes to the store when the desk is cleared. Outside
// of a block (eth_call, estimates, traces) each call has a desk of its own. In
// a block all calls share one, which is cleared at the end, so that state is
// read, decoded, encoded and hashed once a block however many transactions
// touch it:
//
//	begin ─ call ─ call ─ … ─ call ─ end: clear ── the same desk serves the next block
//	          │      └ its bookmark leads back here if it is undone
//
// Calls are undone by the EVM, by the SDK and by Try, in ways the desk does not
// see. So each call that succeeds leaves a bookmark beside the state, where
// whoever undoes the call undoes the bookmark too; the next one finds the
// bookmark that holds and takes the desk back to it.
//
// What a call costs depends on what it reads and writes alone: the first touch
// of an entry in a call is charged as a read from the store, the last write as
// one to the store, whether the desk had the entry or not.
type desk struct {
	market.Store
	base   native.Store
	tables []sheet
	ctx    *native.Ctx // of the present call

	call uint64 // number of the present call; entries remember who touched them
	turn uint64 // grows when writes are paid for; entries remember when they were written

	tx    int         // the transaction in which the bookmarks were made
	marks []*bookmark // from the state before tx to now, each with what came later
	kept  int64       // height of the block whose state the desk holds
}

// bookmark is a state of the desk: how many changes of each table led to it
// from the one before the transaction.
type bookmark struct {
	index   int // among the desk's marks
	changes []int
}

// sheet is a table of a desk, without its types.
type sheet interface {
	changes() int       // made since they were last forgotten
	revert(changes int) // undoes all but the first so many
	forget()            // changes can no longer be undone
	settle()            // pays for this turn's writes
	clear(native.Store) // writes what changed
	size() int          // bytes held, about
	empty()             // drops them; none may have changed
	tear()              // this turn's writes were undone
}

// deskBytes bounds what stays on a desk from block to block, entryBytes is what
// an entry takes besides twice its encoding.
const (
	deskBytes  = 64 << 20
	entryBytes = 256
)

// newDesk opens the tables over a store.
func newDesk(base native.Store) *desk {
	d := &desk{base: base}
	d.Store = market.Store{
		Ledger:    lay[market.Sole, market.Ledger](d, 0),
		Balances:  lay[market.Account, market.Balance](d, 1),
		Terms:     lay[market.QuestionID, market.Terms](d, 2),
		States:    lay[market.QuestionID, market.State](d, 3),
		Books:     lay[market.BookKey, market.Book](d, 4),
		Rests:     lay[market.BookKey, market.Rest](d, 5),
		Bins:      lay[market.BinKey, market.Bin](d, 6),
		Positions: lay[market.PositionKey, market.Position](d, 7),
		Orders:    layOrders(d),
		Nonces:    lay[market.NonceKey, market.Nonces](d, 9),
		Wheel:     lay[market.SlotKey, market.Slot](d, 10),
	}
	d.settleOn(new(bookmark))
	return d
}

// settleOn makes the present state the earliest there is, and m its bookmark.
func (d *desk) settleOn(m *bookmark) {
	for _, t := range d.tables {
		t.forget()
	}
	*m = bookmark{changes: make([]int, len(d.tables))}
	d.marks = append(d.marks[:0], m)
}

// place makes a bookmark of the present state.
func (d *desk) place() *bookmark {
	m := &bookmark{index: len(d.marks), changes: make([]int, len(d.tables))}
	for i, t := range d.tables {
		m.changes[i] = t.changes()
	}
	d.marks = append(d.marks, m)
	return m
}

// back returns to a bookmark. One that the desk has not, or no more, is of
// another branch of the state, which no block has.
func (d *desk) back(m *bookmark) {
	if m.index >= len(d.marks) || d.marks[m.index] != m {
		panic(fmt.Sprintf("contracts: bookmark %d of %d is of another desk", m.index, len(d.marks)))
	}
	d.marks = d.marks[:m.index+1]
	for i, t := range d.tables {
		t.revert(m.changes[i])
		t.tear()
	}
}

// enter begins a call.
func (d *desk) enter(c *native.Ctx) {
	d.ctx = c
	d.call++
	d.turn++
}

// Settle implements native.Cache.
func (d *desk) Settle(*native.Ctx) {
	for _, t := range d.tables {
		t.settle()
	}
	d.turn++
}

// Mark implements native.Cache.
func (d *desk) Mark() int { return d.place().index }

// Revert implements native.Cache.
func (d *desk) Revert(mark int) {
	d.back(d.marks[mark])
	d.turn++
}

// clear writes what changed to the store.
func (d *desk) clear() {
	for _, t := range d.tables {
		t.clear(d.base)
	}
}

// callDesk is a desk of one call.
type callDesk struct{ *desk }

// Keep implements native.Cache.
func (d callDesk) Keep(*native.Ctx) { d.clear() }

// blockDesk is the desk of a block, and where its bookmarks are.
type blockDesk struct {
	*desk
	notes *storetypes.ObjectStoreKey
}

// note is what a call finds: the desk and the bookmark that holds.
type note struct {
	desk *desk
	mark *bookmark
}

// Keep implements native.Cache.
func (d blockDesk) Keep(c *native.Ctx) { c.SetNote(d.notes, &note{d.desk, d.place()}) }

// deskOf finds the desk of the block a call is in, or gives it one of its own.
func (m *Market) deskOf(c *native.Ctx) *desk {
	n, ok := c.Note(m.notes).(*note)
	if !ok {
		d := newDesk(c.Store(m.store.Key))
		d.enter(c)
		c.Attach(callDesk{d})
		return d
	}
	d := n.desk
	d.back(n.mark)
	if c.Tx() != d.tx {
		d.tx = c.Tx() // what was done before this transaction is done for good
		d.settleOn(n.mark)
	}
	d.enter(c)
	c.Attach(blockDesk{d, m.notes})
	return d
}

// Begin lays out the market for the calls of a block. Every block is between a
// Begin and an End; ctx is the block's, below all its transactions.
func (m *Market) Begin(ctx sdk.Context) {
	d, height := m.desk, ctx.BlockHeight()
	if d == nil || d.kept != height-1 {
		// The process began, or the block is executed anew: what the desk holds
		// is not what was committed before it.
		d = newDesk(native.BlockStore(ctx, m.store.Key))
		m.desk = d
	}
	d.base = native.BlockStore(ctx, m.store.Key)
	held := 0
	for _, t := range d.tables {
		held += t.size()
	}
	if held > deskBytes {
		for _, t := range d.tables {
			t.empty()
		}
	}
	d.kept, d.tx = -1, -1
	first := new(bookmark)
	d.settleOn(first)
	native.BlockNote(ctx, m.notes, &note{d, first})
}

// End writes what the block's calls changed to the store.
func (m *Market) End(ctx sdk.Context) {
	n, ok := native.LastNote(ctx, m.notes).(*note)
	if !ok {
		return // no Begin
	}
	native.BlockNote(ctx, m.notes, nil)
	d := n.desk
	d.back(n.mark)
	d.base = native.BlockStore(ctx, m.store.Key)
	d.clear()
	d.settleOn(n.mark)
	d.ctx = nil
	d.kept = ctx.BlockHeight()
}
