package intent

import (
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/clearsign"
	"agon/guard/request"
	"agon/guard/unfold"
)

// Intent is what one request gives away.
type Intent struct {
	Request *request.Request
	Chain   uint64
	Account common.Address // whose signature is asked for; zero if not said

	// Calls has one root for each call of the request, or of a signed Safe
	// transaction.
	Calls    []*unfold.Call
	Screen   *clearsign.Screen // of typed data that a descriptor knows
	Payments []Payment
	Grants   []Grant
	Orders   []Order
	Changes  []Change

	// Opaque says why the meaning of what is signed cannot be known, if so.
	Opaque string
	// Unread says that typed data is of no form that is read here.
	Unread bool
}

// Payment moves a token or the chain's coin out of an account.
type Payment struct {
	Token    *common.Address // nil: the chain's coin
	From, To common.Address
	Amount   *big.Int // units of a coin or fungible token; copies of an item
	ID       *big.Int // of an item of a collection, else nil
	Call     *unfold.Call
}

// Right is what a grant lets its spender do.
type Right uint8

// The rights. Spend is an allowance over a fungible token; Item the approval of
// one item, All that of every item of a collection; Pull is a one-off transfer
// that the spender may trigger by showing the signature.
const (
	Spend Right = iota + 1
	Item
	All
	Pull
)

// Grant gives a spender a right over tokens of the owner.
type Grant struct {
	Right          Right
	Token          common.Address
	Owner, Spender common.Address
	Amount         *big.Int // units; nil for All and Item
	ID             *big.Int // of an Item, else nil
	Unlimited      bool
	Expires        *big.Int // Unix time; nil if the grant has no end
	Revokes        bool     // the grant takes rights away instead
	Increase       bool     // Amount comes on top of what is granted already
	Signed         bool     // by typed data: whoever holds the signature may use it
	Permit2        bool     // through Permit2, which the token has approved already

	// Witness is what a Permit2 signature binds besides the transfer, such as an
	// order; nil without one. It is signed and always worth showing.
	Witness *calldata.Value
	Call    *unfold.Call // the call that grants; nil if Signed
}

// Order offers things against others, to whoever fills it.
type Order struct {
	Market   string // "Seaport", "0x", "Blur"
	Contract common.Address
	Offerer  common.Address
	Gives    []Leg
	Gets     []Leg // only what reaches the offerer
	Others   []Leg // what reaches somebody else
	Taker    *common.Address
	Expires  *big.Int
	Root     bool // a hash that stands for orders nobody can see
}

// Leg is one side's part of an order.
type Leg struct {
	Token  *common.Address // nil: the chain's coin
	ID     *big.Int
	Amount *big.Int
	To     common.Address
}

// Control is what a change is about.
type Control uint8

// The changes of control.
const (
	Owner        Control = iota + 1 // of a contract
	Role                            // granted on a contract
	Code                            // a proxy's implementation or admin
	SafeOwner                       // owners or threshold of a Safe
	SafeModule                      // modules, which act without signatures
	SafeGuard                       // guard or fallback handler
	SafeDelegate                    // code of a stranger acts as the Safe
	SafeRefund                      // a Safe pays gas to somebody
	Delegation                      // EIP-7702: code for an account
	Agent                           // somebody may act for an account by its signature
)

// Change hands control over Where to Who.
type Change struct {
	Control Control
	Where   common.Address
	Who     common.Address // zero: nobody
	Chain   *big.Int       // of a delegation; 0 is every chain
	Call    *unfold.Call   // nil for delegations
}

// Read finds what a request gives away. Chain is the chain that the wallet is
// on, for requests that do not name one.
func Read(r *request.Request, chain uint64, reader *unfold.Reader) *Intent {
	in := &Intent{Request: r, Chain: chain}
	if r.Account != nil {
		in.Account = *r.Account
	}
	switch {
	case r.Typed != nil:
		in.typed(r.Typed, reader)
	case r.Hash != nil || hashlike(r.Message):
		in.Opaque = "a hash may stand for anything, a transaction that empties the account included"
	default:
		for _, tx := range r.Transactions {
			in.transaction(tx, reader)
		}
	}
	return in
}

func (in *Intent) transaction(tx *request.Transaction, reader *unfold.Reader) {
	if tx.Chain != nil && tx.Chain.IsUint64() {
		in.Chain = tx.Chain.Uint64()
	}
	for _, g := range tx.Grants {
		where := in.Account
		if g.Authority != nil {
			where = *g.Authority
		}
		in.Changes = append(in.Changes, Change{
			Control: Delegation, Where: where, Who: g.Delegate, Chain: g.Chain,
		})
	}
	from := in.Account
	if tx.From != nil {
		from = *tx.From
	}
	in.open(unfold.Call{
		Chain: in.Chain, From: from, To: tx.To, Value: tx.Value, Data: tx.Data,
	}, reader)
}

// open reads a call and everything inside it.
func (in *Intent) open(c unfold.Call, reader *unfold.Reader) {
	root := unfold.Open(c, reader)
	in.Calls = append(in.Calls, root)
	for c := range root.All() {
		in.call(c)
	}
}

// hashlike reports whether a message is 32 bytes that are no text: smart accounts
// take the signature of such a message for one of a transaction.
func hashlike(message []byte) bool {
	if len(message) != common.HashLength {
		return false
	}
	for _, b := range message {
		if b < ' ' || b > '~' {
			return true
		}
	}
	return false
}

// unlimited reports whether an allowance is one that nobody will use up: 2¹²⁶
// units or more (a token of 18 decimals would need 8·10¹⁹ whole ones), or the
// most that a type of 96 bits or more holds, which some tokens keep allowances in.
func unlimited(n *big.Int) bool {
	const vast, least = 127, 96 // bits
	full := new(big.Int).Add(n, common.Big1)
	return n.BitLen() >= vast || n.BitLen() >= least && int(full.TrailingZeroBits()) == n.BitLen()
}
