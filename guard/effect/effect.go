// Package effect says what a request would do to the state of a chain: balances,
// allowances, items, owners and code before and after, as a simulation found
// them. It holds values only; package simulate fills them.
package effect

import (
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
)

// Rung is the way by which effects were found, from the least to the most
// trustworthy.
type Rung uint8

// The rungs. Simulated and Traced results are the word of a node; Proved ones
// were computed here, over state whose Merkle proofs fit the block's root.
const (
	None Rung = iota
	Traced
	Simulated
	Proved
)

// String is a word for a person.
func (r Rung) String() string {
	return [...]string{
		"not simulated", "traced by the node", "simulated by the node", "run here over proven " +
			"state",
	}[r]
}

// Effects of a request, or of one environment that it was run in.
type Effects struct {
	Rung  Rung
	Block uint64
	Hash  common.Hash // of the block
	Time  time.Time   // of the block

	// Incomplete says what is not known, in a few words each. Effects that are
	// incomplete are never a reason to call a request safe.
	Incomplete []string

	Reverted bool
	Reason   string // of the revert, as far as it can be read
	GasUsed  uint64

	Balances   []Balance
	Allowances []Allowance
	Items      []Move
	Controls   []Control
	Inner      []Revert // calls inside that failed while the whole succeeded

	// Resale is what became of selling back what was bought, if anything was.
	Resale *Resale
}

// Balance is an account's amount of a token, or of the chain's coin if Token is
// nil, before and after. The account's own fee is not part of it.
type Balance struct {
	Account       common.Address
	Token         *common.Address
	Before, After *big.Int
}

// Change is After − Before.
func (b Balance) Change() *big.Int { return new(big.Int).Sub(b.After, b.Before) }

// Allowance is what a spender may take, before and after. All means every item
// of a collection; amounts are then 0 and 1.
type Allowance struct {
	Token, Owner, Spender common.Address
	All                   bool
	Before, After         *big.Int
}

// Move is an item of a collection that changed hands.
type Move struct {
	Collection common.Address
	ID         *big.Int
	From, To   common.Address
}

// Control is a storage slot or a piece of code that decides who is in charge.
type Control struct {
	Where common.Address
	What  string // "owner", "implementation", "admin", "beacon", "code", "delegation"
	From  common.Hash
	To    common.Hash
}

// Revert is a failed call inside.
type Revert struct {
	To     common.Address
	Data   []byte // its first bytes
	Reason string
}

// Resale is the second half of a buy-and-sell: what went in, what came back.
type Resale struct {
	Token      common.Address
	Paid, Back *big.Int // in the token or coin that paid
	Reverted   bool
	Reason     string
}
