package contracts

import "github.com/holiman/uint256"

type (
	address = [20]byte
	word    = [32]byte
)

// Evidence is market.Evidence on the wire.
type Evidence struct {
	Inlined []byte `doc:"at most 16 KB"`
	URI     string `doc:"https:// or ipfs://; empty if everything is inlined"`
	Hash    word   `doc:"SHA-256 of the document at uri"`
	Size    uint64 `doc:"bytes of the document at uri"`
}

// Spec is market.Spec on the wire.
type Spec struct {
	Template uint8
	Kind     uint8       `doc:"0 binary, 1 group, 2 scalar"`
	Fields   []string    `doc:"the template's fields, in its order"`
	Members  []string    `doc:"of a group, without \"other\", which is appended"`
	Openings []uint64    `doc:"opening YES prices in 1e-18, one a book; none: the base rate"`
	Lo       int64       `doc:"of a scalar: LONG pays (x - lo) / (hi - lo)"`
	Hi       int64       `doc:"of a scalar"`
	Subsidy  uint256.Int `doc:"the opener's worst-case loss"`
	Window   uint64      `doc:"blocks of trading; 0: the template's"`
	Grace    uint64      `doc:"blocks the resolver has after the close; 0: the template's"`
	Resolver address     `doc:"who will answer; never changed"`
	Evidence Evidence
}

// Order is what a trader states of a market.Order.
type Order struct {
	Question uint64
	Book     uint8       `doc:"member of a group; 0 otherwise"`
	Action   uint8       `doc:"0 buy YES, 1 buy NO, 2 sell YES, 3 sell NO"`
	Amount   uint256.Int `sol:",uint128" doc:"coins for a buy, shares for a sell"`
	Limit    uint64      `doc:"price of the share traded, in 1e-18: at most, or at least"`
	Expiry   uint64      `doc:"last block whose batch it may join; 0: only the next"`
}

// SignedOrder is an order, its market.Permit and its EIP-2098 signature.
type SignedOrder struct {
	Trader    address
	Order     Order
	Nonce     uint256.Int `doc:"unordered: bit nonce mod 256 of word nonce / 256"`
	FromBlock uint64      `doc:"first block in which it may be placed"`
	ToBlock   uint64      `doc:"last block in which it may be placed"`
	R         word        `doc:"EIP-2098 signature of the EIP-712 digest"`
	VS        word        `sol:"vs" doc:"its s, with the parity of y in the top bit"`
}

// Placed is the outcome of one signed order.
type Placed struct {
	ID     uint64 `doc:"0 if it was refused"`
	Reason uint8  `doc:"0: placed"`
}

// Preview is market.Preview on the wire.
type Preview struct {
	Reason     uint8 `doc:"0: it would be placed"`
	Shares     uint256.Int
	Cost       uint256.Int
	Fee        uint256.Int
	PriceAfter uint64 `doc:"of YES, in 1e-18"`
}

// OrderView is a market.Order as readers see it.
type OrderView struct {
	ID       uint64
	Trader   address
	Question uint64
	Book     uint8
	Action   uint8
	Amount   uint256.Int
	Left     uint256.Int `doc:"what of amount is still in escrow"`
	Limit    uint64
	Expiry   uint64
	Placed   uint64
}

// BookView is a market.Book as readers see it.
type BookView struct {
	Name   string
	Yes    uint256.Int `doc:"YES shares outstanding"`
	No     uint256.Int `doc:"NO shares outstanding"`
	Price  uint64      `doc:"of YES; provisional while the question is open"`
	Median uint64      `doc:"time-weighted, over the last third of the window; 0 before"`
	Payoff uint64      `doc:"of a YES share, once settled; a NO pays 1e18 - payoff"`
}

// QuestionView is a market.Question and its books as readers see them.
type QuestionView struct {
	ID        uint64
	Opener    address
	Template  uint8
	Kind      uint8 `doc:"0 binary, 1 group, 2 scalar"`
	Phase     uint8 `doc:"1 open, 2 closed, 3 settled, 4 halted"`
	Text      string
	Criteria  string
	Fields    []string
	Lo        int64
	Hi        int64
	Subsidy   uint256.Int
	B         uint256.Int `doc:"liquidity"`
	Fee       uint16      `doc:"on what a taker pays or gets, in 1e-4"`
	Opened    uint64
	End       uint64 `doc:"the latest close"`
	ClosedAt  uint64
	ResolveBy uint64 `doc:"from this block on anyone may lapse it"`
	Reopened  uint8
	Resolver  address
	Trusted   bool  `doc:"the resolver is an ordinary account, to be trusted"`
	Verdict   uint8 `doc:"0 none, 1 YES, 2 NO, 3 INVALID, 4 TOO EARLY, 5 member, 6 value"`
	Member    uint8
	Value     int64
	Evidence  Evidence
	Books     []BookView
}
