package market

// Action says what an order trades and how it is limited: buys by budget,
// sells by shares.
type Action uint8

// The four actions. Limit prices are of the share that is traded.
const (
	BuyYes Action = iota
	BuyNo
	SellYes
	SellNo
)

// Order is a standing instruction. Its budget or its shares are in escrow with
// it until it fills, is cancelled or expires.
type Order struct {
	ID       OrderID
	Trader   Account
	Question QuestionID
	Book     uint8 // member of a group; 0 otherwise
	Action   Action
	Amount   Amount // coins, fee included, for a buy, shares for a sell, as placed
	Left     Amount // what of Amount is still in escrow
	Limit    Price  // before the fee, buys pay at most, sells get at least this
	Expiry   Height // last block whose batch it may join; 0: only its first
	Placed   Height
}

// Permit is what an EIP-712 order signs besides the order itself. The
// signature is checked where signatures are known, in chain.
type Permit struct {
	Nonce              Amount // unordered: bit Nonce mod 256 of word Nonce / 256
	FromBlock, ToBlock Height // both inclusive
}

// Up tells whether a raises the price of YES: it buys YES or sells NO. Selling
// NO at 1 − p is buying YES at p and burning the set.
func (a Action) Up() bool { return a == BuyYes || a == SellNo }

// Buys tells whether a is limited by a budget; else it is limited by shares.
func (a Action) Buys() bool { return a == BuyYes || a == BuyNo }

// Yes tells whether a trades YES; else it trades NO.
func (a Action) Yes() bool { return a == BuyYes || a == SellYes }

// Cap is the most an order pays for a share of the side it raises: of YES if
// it is up, else of NO.
func (a Action) Cap(limit Price) Price {
	if a.Buys() {
		return limit
	}
	return One - limit
}

// mayRest tells whether the order may outlive its first batch.
func (o *Order) mayRest() bool { return o.Expiry > o.Placed+1 }

// expired tells whether the order may not join a batch at height now.
func (o *Order) expired(now Height) bool { return o.Expiry != 0 && o.Expiry < now }

// own is the order as its owner's position lists it.
func (o *Order) own() Own { return Own{o.ID, o.Action.Up(), o.Action.Cap(o.Limit)} }

// bookKey is the book the order trades on.
func (o *Order) bookKey() BookKey { return BookKey{o.Question, o.Book} }

// positionKey is the position the order's shares come from or go to.
func (o *Order) positionKey() PositionKey { return PositionKey{o.Question, o.Trader, o.Book} }

// shares is the side of a position that the order trades.
func (p *Position) shares(a Action) *Amount {
	if a.Yes() {
		return &p.Yes
	}
	return &p.No
}

// crosses tells whether o could trade with one of the position's live orders:
// one pays up to its cap for YES, the other up to its own for NO, and a set
// costs One.
func (p *Position) crosses(o Own) bool {
	for _, other := range p.Orders {
		if other.Up != o.Up && other.Cap+o.Cap >= One {
			return true
		}
	}
	return false
}

// with returns the position's orders and o, in a slice of its own.
func (p *Position) with(o Own) []Own {
	return append(p.Orders[:len(p.Orders):len(p.Orders)], o)
}

// without returns the position's orders but for id, in a slice of its own.
func (p *Position) without(id OrderID) (list []Own) {
	for _, o := range p.Orders {
		if o.ID != id {
			list = append(list, o)
		}
	}
	return list
}
