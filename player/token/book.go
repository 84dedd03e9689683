package token

import (
	"cmp"
	"slices"

	"agon/player/model"
)

// Entry is one token of a list.
type Entry struct{ Address, Symbol, Chain string }

// Book is the token lists as hashes: who is listed where, under which symbol,
// and which symbols are taken. 40 bits of a hash stand for each, so a stranger
// is taken for a listed token once in some sixty million questions.
type Book struct {
	tokens  []uint64 // (chain, address, plain symbol)
	places  []uint64 // (chain, address)
	bare    []uint64 // address, whatever the chain
	symbols []uint64 // (chain, plain symbol)
	any     []uint64 // plain symbol, whatever the chain
	faces   []uint64 // (plain symbol, first and last letters of the address)
}

// NewBook hashes the entries of lists.
func NewBook(list []Entry) *Book {
	b := &Book{}
	for _, e := range list {
		s := NewSubject(e.Address, e.Symbol, e.Chain)
		plain := Plain(s.Symbol)
		b.tokens = append(b.tokens, key(s.Chain, s.Address, plain))
		b.places = append(b.places, key(s.Chain, s.Address))
		b.bare = append(b.bare, key(s.Address))
		b.symbols = append(b.symbols, key("symbol", s.Chain, plain))
		b.any = append(b.any, key("symbol", plain))
		b.faces = append(b.faces, key(plain, face(s.Address)))
	}
	for _, set := range b.sets() {
		slices.Sort(*set)
	}
	return b
}

func (b *Book) sets() [6]*[]uint64 {
	return [6]*[]uint64{&b.tokens, &b.places, &b.bare, &b.symbols, &b.any, &b.faces}
}

func key(parts ...string) uint64 { return model.Hash64(parts...) >> 24 }

// face is what a wallet shows of an address: its first and last four letters.
func face(address string) string {
	if len(address) < 12 {
		return address
	}
	return address[:6] + "…" + address[len(address)-4:]
}

// count is how often k is in an ascending list.
func count(list []uint64, k uint64) int {
	i, _ := slices.BinarySearch(list, k)
	j, _ := slices.BinarySearchFunc(list[i:], k, func(x, k uint64) int {
		if x <= k {
			return -1
		}
		return cmp.Compare(x, k)
	})
	return j
}

// Standing is what the lists say about a token.
type Standing struct {
	Listed    bool // this address on this chain under this symbol
	Renamed   bool // this address on this chain under another symbol
	Elsewhere bool // this address on another chain
	Taken     int  // other addresses that bear the symbol on this chain
	Abroad    int  // addresses that bear it on other chains
	SameFace  bool // another address with this symbol looks the same in a wallet
}

// Look looks a token up. With self, the entry of the token itself is left out,
// as if the lists had never heard of it: so players learn what to think of
// tokens that are on no list.
func (b *Book) Look(s Subject, self bool) (t Standing) {
	plain := Plain(s.Symbol)
	own := 0
	if self {
		own = 1
	}
	named := count(b.tokens, key(s.Chain, s.Address, plain))
	placed := count(b.places, key(s.Chain, s.Address))
	bare := count(b.bare, key(s.Address))
	t.Listed = named > own
	t.Renamed = placed > named
	t.Elsewhere = bare > placed
	if plain == "" {
		return t
	}
	here := count(b.symbols, key("symbol", s.Chain, plain))
	t.Taken = max(here-named, 0)
	t.Abroad = max(count(b.any, key("symbol", plain))-here, 0)
	t.SameFace = !t.Elsewhere && !t.Listed &&
		count(b.faces, key(plain, face(s.Address))) > own*min(named, 1)
	return t
}

// write appends the book to a weights file.
func (b *Book) write(w *model.Writer) {
	for _, set := range b.sets() {
		w.Sorted(*set)
	}
}

func readBook(r *model.Reader) *Book {
	b := &Book{}
	for _, set := range b.sets() {
		*set = r.Sorted()
	}
	return b
}
