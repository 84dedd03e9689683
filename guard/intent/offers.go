package intent

import (
	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
)

// offer names the members of an order to swap one token for another. Markets that
// grew out of one another keep the names, so orders are told by them and not by
// their exact types.
type offer struct {
	market                   string
	maker, receiver, taker   string // "" where orders have none
	gives, given, gets, gain string // tokens and amounts
	until                    string
}

var offers = []offer{
	{"CoW", "", "receiver", "", "sellToken", "sellAmount", "buyToken", "buyAmount", "validTo"},
	{"1inch", "maker", "receiver", "allowedSender", "makerAsset", "makingAmount", "takerAsset",
		"takingAmount", ""},
	{"0x", "maker", "", "taker", "makerToken", "makerAmount", "takerToken", "takerAmount",
		"expiry"},
}

// swap reads a message as an order of one of these forms; false if it is none.
func (s *signed) swap() bool {
	v := s.m.Value
	for _, o := range offers {
		if has(v, calldata.Address, o.gives, o.gets) && has(v, calldata.Uint, o.given, o.gain) {
			s.in.Orders = append(s.in.Orders, o.order(s, v))
			return true
		}
	}
	return false
}

// has reports whether a tuple has members of a kind.
func has(v calldata.Value, kind calldata.Kind, names ...string) bool {
	for _, name := range names {
		if f, ok := v.Field(name); !ok || f.Type.Kind != kind {
			return false
		}
	}
	return true
}

func (o offer) order(s *signed, v calldata.Value) Order {
	maker := s.in.Account
	if has(v, calldata.Address, o.maker) {
		maker = addressIn(v, o.maker)
	}
	receiver := addressIn(v, o.receiver)
	if receiver == (common.Address{}) {
		receiver = maker
	}
	gives, gets := addressIn(v, o.gives), addressIn(v, o.gets)
	out := Order{
		Market: o.market, Contract: s.contract, Offerer: maker,
		Gives: []Leg{{Token: &gives, Amount: numberIn(v, o.given), To: maker}},
	}
	gain := Leg{Token: &gets, Amount: numberIn(v, o.gain), To: receiver}
	if receiver == maker {
		out.Gets = []Leg{gain}
	} else {
		out.Others = []Leg{gain}
	}
	if until, ok := v.Field(o.until); ok {
		out.Expires = quantity(until)
	}
	if taker := addressIn(v, o.taker); taker != (common.Address{}) {
		out.Taker = &taker
	}
	return out
}

// listing names the members of an offer of items of a collection for a price.
type listing struct {
	market                    string
	maker, collection, money  string
	price, item, items, count string
	side                      string // of which a number says that the maker buys
	buys                      int64
	until                     string
}

var listings = []listing{
	{"LooksRare", "signer", "collection", "currency", "price", "tokenId", "", "amount",
		"isOrderAsk", 0, "endTime"},
	{"LooksRare", "signer", "collection", "currency", "price", "", "itemIds", "", "quoteType", 0,
		"endTime"},
}

// list reads a message as an offer of items; false if it is none.
func (s *signed) list() bool {
	v := s.m.Value
	for _, l := range listings {
		if has(v, calldata.Address, l.maker, l.collection, l.money) &&
			has(v, calldata.Uint, l.price) && (l.item == "" || has(v, calldata.Uint, l.item)) &&
			(l.items == "" || has(v, calldata.Slice, l.items)) {
			s.in.Orders = append(s.in.Orders, l.order(s, v))
			return true
		}
	}
	return false
}

func (l listing) order(s *signed, v calldata.Value) Order {
	maker, collection := addressIn(v, l.maker), addressIn(v, l.collection)
	price := Leg{Amount: numberIn(v, l.price), To: maker}
	if money := addressIn(v, l.money); money != (common.Address{}) {
		price.Token = &money
	}
	ids := field(v, l.items).Elems
	if l.item != "" {
		ids = []calldata.Value{field(v, l.item)}
	}
	out := Order{Market: l.market, Contract: s.contract, Offerer: maker,
		Gets: []Leg{price}, Expires: numberIn(v, l.until)}
	for _, id := range ids {
		thing := Leg{Token: &collection, ID: quantity(id), Amount: common.Big1, To: maker}
		if l.count != "" {
			thing.Amount = numberIn(v, l.count)
		}
		out.Gives = append(out.Gives, thing)
	}
	if numberIn(v, l.side).Int64() == l.buys {
		out.Gives, out.Gets = out.Gets, out.Gives
	}
	return out
}
