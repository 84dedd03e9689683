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
	Amount   Amount // coins for a buy, shares for a sell, as placed
	Left     Amount // what of Amount is still in escrow
	Limit    Price  // buys pay at most, sells get at least this
	Expiry   Height // last block whose batch it may join; 0: only the next
	Placed   Height
}

// Permit is what an EIP-712 order signs besides the order itself. The
// signature is checked where signatures are known, in chain.
type Permit struct {
	Nonce              Amount // unordered: bit Nonce mod 256 of word Nonce / 256
	FromBlock, ToBlock Height // both inclusive
}
