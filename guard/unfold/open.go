package unfold

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/ethereum/go-ethereum/common"

	"agon/guard/calldata"
	"agon/guard/clearsign"
	"agon/guard/selector"
)

// Reader is what calls are read with. Members may be nil.
type Reader struct {
	Library *clearsign.Library
	Tables  []*selector.Table // beside the one that ships with the program
	Names   clearsign.Names
}

// Open reads a call and those inside it.
func Open(c Call, r *Reader) *Call {
	o := opener{reader: r, calls: maxCalls, bytes: maxBytes}
	root := c
	o.open(&root, 0)
	return &root
}

type opener struct {
	reader *Reader
	calls  int // that may still be opened
	bytes  int // of their data
}

func (o *opener) open(c *Call, depth int) {
	if c.Value == nil {
		c.Value = new(big.Int)
	}
	if c.To == nil || len(c.Data) < 4 && c.Function == nil {
		if len(c.Data) > 0 {
			c.How = Unread
		}
		return
	}
	if bytes.HasPrefix(c.Data, whole) && depth < maxDepth {
		// The account gets the operation with its data behind this selector, and
		// runs the data as if it had come by itself (ERC-4337, IAccountExecute).
		c.Data = c.Data[len(whole):]
		o.open(c, depth+1)
		return
	}
	if c.Function == nil { // the language of a router is read where it is opened
		o.read(c)
	}
	if c.Function == nil {
		return
	}
	carried, ok := carries(c)
	if !ok {
		return
	}
	if depth >= maxDepth || len(carried) > o.calls {
		c.Cut = true
		return
	}
	o.calls -= len(carried)
	for i := range carried {
		in := &carried[i]
		// Many calls may point to the same bytes.
		if o.bytes -= len(in.Data); o.bytes < 0 {
			c.Cut = true
			return
		}
		in.Chain = c.Chain
		o.open(in, depth+1)
		c.Inner = append(c.Inner, in)
	}
}

// whole is the selector by which accounts of ERC-4337 ask for the whole operation:
// executeUserOp with a PackedUserOperation.
var whole = []byte{0x8d, 0xd7, 0x71, 0x2f}

// read finds the function of a call: by descriptor, by selector, by guessing.
func (o *opener) read(c *Call) {
	c.How = Unread
	if o.reader.Library != nil {
		screen, err := o.reader.Library.Call(clearsign.Container{
			Chain: c.Chain, From: c.From, To: *c.To, Value: c.Value,
		}, c.Data, o.reader.Names)
		if err == nil {
			c.Screen, c.How = screen, Described
			if screen.Generic {
				c.How = Standard
			}
		} else if !errors.Is(err, clearsign.ErrUnknown) {
			// A descriptor of this contract exists and the data does not fit it.
			c.Irregular = append(c.Irregular,
				"the contract's descriptor does not fit: "+err.Error())
		}
	}
	if c.Screen != nil {
		c.Function, c.Args = c.Screen.Function, c.Screen.Args
		c.Irregular = append(c.Irregular, c.Screen.Irregular...)
		return
	}
	call, ok := selector.Known().Decode(c.Data)
	for i := 0; !ok && i < len(o.reader.Tables); i++ {
		call, ok = o.reader.Tables[i].Decode(c.Data)
	}
	how := Named
	if !ok {
		if call, ok = selector.Guess(c.Data); !ok {
			return
		}
		how = Guessed
	}
	c.Function, c.Args, c.How = call.Function, call.Args, how
	c.Irregular = append(c.Irregular, call.Irregular...)
}

// bytesOf, addressOf, numberOf read arguments that are what the signature says.
func bytesOf(v calldata.Value) []byte {
	b, _ := v.Bytes()
	return b
}

func addressOf(v calldata.Value) common.Address {
	a, _ := v.Address()
	return a
}

func numberOf(v calldata.Value) *big.Int {
	if n, ok := v.Uint(); ok {
		return n
	}
	return new(big.Int)
}
