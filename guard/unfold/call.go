package unfold

import (
	"iter"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/clearsign"
)

// Limits of a tree.
const (
	maxDepth = 16
	maxCalls = 1024
	maxBytes = 4 << 20 // of the data of all calls inside
)

// How a call was read, from the most to the least certain.
type How uint8

// The ways. Described calls have a descriptor of this very contract, Standard
// ones a descriptor or an ABI of a standard, Named ones a name found by selector
// alone; Guessed ones were read from the shape of their bytes.
const (
	Nothing How = iota // no data, or less than a selector: a plain payment
	Unread             // data that nobody can read
	Guessed
	Named
	Standard
	Described
)

// String is a word for a person.
func (h How) String() string {
	return [...]string{
		"no data", "unreadable", "guessed", "by its selector", "by a standard", "by its descriptor",
	}[h]
}

// Call is one call of a tree.
type Call struct {
	Chain    uint64
	From     common.Address  // whose money and rights the call uses
	To       *common.Address // whose code runs; nil for a new contract
	Value    *big.Int        // wei
	Data     []byte
	Delegate bool // the code of To acts as From itself

	How      How
	Function *calldata.Function // nil for Nothing and Unread
	Args     calldata.Value     // a tuple
	Screen   *clearsign.Screen  // of Described and Standard calls, where there is one

	// Irregular says how the bytes differ from what an encoder would write.
	Irregular []string
	Inner     []*Call
	// Cut says that the tree stops here although the call may carry others.
	Cut bool
}

// All yields the call and those inside it, outermost first.
func (c *Call) All() iter.Seq[*Call] {
	return func(yield func(*Call) bool) { c.walk(yield) }
}

func (c *Call) walk(yield func(*Call) bool) bool {
	if !yield(c) {
		return false
	}
	for _, in := range c.Inner {
		if !in.walk(yield) {
			return false
		}
	}
	return true
}

// Is reports whether the call is of a function with this canonical signature.
func (c *Call) Is(signature string) bool {
	return c.Function != nil && c.Function.Signature() == signature
}

// Arg gives the i-th argument; a zero Value if there is none.
func (c *Call) Arg(i int) calldata.Value {
	if i < 0 || i >= len(c.Args.Elems) {
		return calldata.Value{}
	}
	return c.Args.Elems[i]
}
