package contracts

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/holiman/uint256"
)

// packedDoc is the form of signed orders that relayers send: the ABI spends 384
// bytes on one, of which most are zero, and every node hashes, stores and
// forwards them all.
const packedDoc = "Places many traders' signed orders, as placeSigned does, from a shorter " +
	"form: of each order, one after the other, trader (20 bytes), question (uvarint), book and " +
	"action (a byte each), amount (a byte of length, at most 16, and its big-endian bytes), " +
	"limit (8 bytes), expiry (uvarint), nonce (a byte of length, at most 32, and its bytes), " +
	"fromBlock and toBlock (uvarints), r and vs (32 bytes each). A uvarint is seven bits a " +
	"byte, the lowest first, the top bit set on all but the last; numbers are as short as " +
	"can be. Returns how many were placed; each order leaves one Ordered or one " +
	"RefusedOrder, in their order."

// What is wrong with packed orders.
var (
	errCutShort = errors.New("it is cut short")
	errLongForm = errors.New("a number is longer than it need be")
	errTooWide  = errors.New("a number does not fit its field")
	errTooMany  = fmt.Errorf("more than %d orders", maxOrders)
)

// Sizes of packed orders, in bytes.
const (
	leastPacked  = 20 + 1 + 2 + 1 + 8 + 1 + 1 + 2 + 64 // the shortest
	amountLength = 16
	nonceLength  = 32
)

// unpack reads packed orders. Each list of orders has one packed form.
func unpack(b []byte) ([]SignedOrder, error) {
	orders := make([]SignedOrder, 0, min(len(b)/leastPacked, maxOrders))
	for r := (packed{b: b}); len(r.b) > 0; {
		if len(orders) == maxOrders {
			return nil, errTooMany
		}
		o := r.order()
		if r.err != nil {
			return nil, fmt.Errorf("order %d: %w", len(orders), r.err)
		}
		orders = append(orders, o)
	}
	return orders, nil
}

// packed is a reader of packed orders. After the first mistake, err, all it
// reads is zero.
type packed struct {
	b   []byte
	err error
}

func (r *packed) order() (o SignedOrder) {
	copy(o.Trader[:], r.take(20))
	o.Order.Question = r.uvarint()
	o.Order.Book, o.Order.Action = r.byte(), r.byte()
	o.Order.Amount = r.number(amountLength)
	if limit := r.take(8); limit != nil {
		o.Order.Limit = binary.BigEndian.Uint64(limit)
	}
	o.Order.Expiry = r.uvarint()
	o.Nonce = r.number(nonceLength)
	o.FromBlock, o.ToBlock = r.uvarint(), r.uvarint()
	copy(o.R[:], r.take(32))
	copy(o.VS[:], r.take(32))
	return o
}

// take returns the next n bytes, nil after a mistake.
func (r *packed) take(n int) []byte {
	if r.err == nil && len(r.b) < n {
		r.err = errCutShort
	}
	if r.err != nil {
		return nil
	}
	field := r.b[:n]
	r.b = r.b[n:]
	return field
}

func (r *packed) byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *packed) uvarint() uint64 {
	if r.err != nil {
		return 0
	}
	v, n := binary.Uvarint(r.b)
	switch {
	case n == 0:
		r.err = errCutShort
	case n < 0:
		r.err = errTooWide
	case n > 1 && r.b[n-1] == 0:
		r.err = errLongForm
	}
	if r.err != nil {
		return 0
	}
	r.b = r.b[n:]
	return v
}

// number reads a number of at most so many bytes.
func (r *packed) number(most int) (v uint256.Int) {
	n := int(r.byte())
	if r.err == nil && n > most {
		r.err = errTooWide
	}
	b := r.take(n)
	if len(b) > 0 && b[0] == 0 {
		r.err = errLongForm
		return v
	}
	v.SetBytes(b)
	return v
}
