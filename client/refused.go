package client

import (
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/ethclient"

	"agon/client/imarket"
	"agon/game/market"
)

// Refused is the market's no to a call. Reason is market.OK where the market
// gave only words.
type Refused struct {
	Index  uint64 // which of the call's orders, ids or questions
	Reason market.Reason
	Detail string // the reason in words, with what was wanted and what was there
}

func (e *Refused) Error() string {
	if e.Detail == "" {
		return "refused: " + e.Reason.String()
	}
	return "refused: " + e.Detail
}

// Is makes two refusals for the same reason equal, whatever their details.
func (e *Refused) Is(target error) bool {
	t, ok := target.(*Refused)
	return ok && t.Reason == e.Reason
}

// What nodes say no to before a call reaches the market.
var (
	// ErrPoor reports an account that cannot pay for its gas and value.
	ErrPoor = errors.New("not enough coins for gas and value")
	// ErrDropped reports a transaction whose nonce another transaction used:
	// it will never be in a block.
	ErrDropped = errors.New("dropped: its nonce went to another transaction")
	// ErrKeyReused reports an idempotency key under which something else was
	// sent before.
	ErrKeyReused = errors.New("idempotency key was used for something else")
)

// decodeRevert finds the market's refusal in the error of a call or of an
// estimate, and otherwise returns err.
func (c *Client) decodeRevert(err error) error {
	if err == nil {
		return nil
	}
	data, ok := ethclient.RevertErrorData(err)
	if !ok {
		data, ok = errorData(err)
	}
	if ok {
		if refused := c.refusal(data); refused != nil {
			return refused
		}
	}
	words := err.Error()
	if strings.Contains(words, "insufficient funds") ||
		strings.Contains(words, "insufficient balance") {
		return fmt.Errorf("%w: %w", ErrPoor, err)
	}
	return err
}

// errorData takes the revert data of an error whatever its code: nodes differ
// in the code.
func errorData(err error) ([]byte, bool) {
	var with interface{ ErrorData() any }
	if !errors.As(err, &with) {
		return nil, false
	}
	text, ok := with.ErrorData().(string)
	if !ok {
		return nil, false
	}
	data, err := hex.DecodeString(strings.TrimPrefix(text, "0x"))
	return data, err == nil && len(data) >= 4
}

// refusal decodes revert data: the market's own error or Solidity's
// Error(string). It returns nil for anything else.
func (c *Client) refusal(data []byte) *Refused {
	if e, err := c.abi.UnpackError(data); err == nil {
		if r, ok := refusedError(e); ok {
			return r
		}
	}
	if words, err := abi.UnpackRevert(data); err == nil {
		return &Refused{Detail: words}
	}
	return nil
}

// refusedError recognises the binding's form of the market's error.
func refusedError(e any) (*Refused, bool) {
	r, ok := e.(*imarket.IMarketRefused)
	if !ok {
		return nil, false
	}
	out := &Refused{Reason: market.Reason(r.Reason), Detail: r.Detail}
	if r.Index != nil && r.Index.IsUint64() {
		out.Index = r.Index.Uint64()
	}
	return out, true
}

// hints say what to do about a refusal, for those reasons where the words of
// the reason do not say it themselves.
var hints = map[market.Reason]string{
	market.UnknownQuestion:    "list the open questions",
	market.UnknownOrder:       "the order has filled, expired or been cancelled; look at fills",
	market.NotOpen:            "cancel resting orders; the question will be answered INVALID",
	market.AfterClose:         "list the questions that are still open",
	market.BadBook:            "a binary or scalar question has only book 0",
	market.BadLimit:           "name a limit from 0.0001 to 0.9999",
	market.TooSmall:           "the least order is 0.000001",
	market.Expired:            "name a later expiry, or 0 for the next batch only",
	market.Unaffordable:       "deposit coins, or cancel orders to free what they hold",
	market.InsufficientShares: "cancel the orders that hold the shares, or sell fewer",
	market.BookFull:           "let the order expire with the next batch instead of resting",
	market.QueueFull:          "try again in the next block",
	market.TooManyOrders:      "cancel some of the orders resting on this book",
	market.SelfCross:          "cancel the opposite order first, or sell shares instead",
	market.NonceUsed:          "the order was placed before, or its owner invalidated it",
	market.NotYet:             "wait for the first block of the signed window",
	market.WindowPassed:       "sign again with later blocks",
	market.BadSignature:       "sign with the trader's own key, for this chain",
	market.NotResolver:        "only the question's resolver answers it",
	market.NotClosed:          "wait for the close; it is drawn in the last tenth of the window",
	market.NotSettled:         "wait for the resolver, or lapse the question once its time is up",
	market.TooEarlyToLapse:    "wait until the question's resolve-by block",
	market.BadSubsidy:         "the least subsidy is 0.01",
	market.BadWindow:          "name a window of at least 10 blocks",
	market.BadEvidence:        "inline at most 16 KB, or name an https URI, its SHA-256 and size",
}

// Hint says what to do about the refusal, or nothing.
func (e *Refused) Hint() string { return hints[e.Reason] }

// Hint finds what to do about err, or nothing.
func Hint(err error) string {
	var refused *Refused
	switch {
	case errors.As(err, &refused):
		return refused.Hint()
	case errors.Is(err, ErrPoor):
		return "send coins to the account"
	case errors.Is(err, ErrNotAgon):
		return "start a node, or name another with its URL"
	case errors.Is(err, ErrKeyReused):
		return "choose a new idempotency key"
	}
	return ""
}
