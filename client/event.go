package client

import (
	"errors"
	"fmt"
	"math/big"
	"sync"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"

	"agon/client/imarket"
	"agon/game/market"
)

// Event is something that happened on the chain. Events come in the order of
// the chain; after all of a block's events comes its Head.
type Event struct {
	Block uint64
	Index uint        // of the log in its block; 0 for a Head
	Tx    common.Hash // zero for a Head
	Body  Body
}

// Body is one of the types below.
type Body interface{ body() }

// What may happen. Question is the question's id; amounts are in 10⁻¹⁸.
type (
	// Head says that all events of the block have come.
	Head struct{}
	// Asked opens a question.
	Asked struct {
		Question uint64
		Opener   common.Address
		Template market.Template
		Kind     market.Kind
		Text     string
		Subsidy  market.Amount
		End      uint64
	}
	// Ordered puts an order into the next batch.
	Ordered struct {
		ID     uint64
		Trader common.Address
		Order  Order
	}
	// RefusedOrder names a signed order that was not placed.
	RefusedOrder struct {
		Trader   common.Address
		Question uint64
		Nonce    market.Amount
		Reason   market.Reason
	}
	// Filled is what one order got in one batch: Coins were paid, or received
	// by a seller; Left stays in escrow.
	Filled struct {
		Question uint64
		Trader   common.Address
		ID       uint64
		Book     uint8
		Action   market.Action
		Shares   market.Amount
		Coins    market.Amount
		Left     market.Amount
	}
	// Cancelled ends an order and gives back Left.
	Cancelled struct {
		Question uint64
		Trader   common.Address
		ID       uint64
		Left     market.Amount
		Expired  bool // by itself
	}
	// Moved is one batch of one book: the YES price before and after.
	Moved struct {
		Question uint64
		Book     uint8
		From, To market.Price
		Orders   uint32
		Volume   market.Amount // coins
	}
	// Closed ends trading at the block the beacon drew.
	Closed struct{ Question, Height uint64 }
	// Reopened trades again after TOO EARLY, until End at the latest.
	Reopened struct{ Question, End uint64 }
	// Settled is the answer; Payoffs are of YES, one a book.
	Settled struct {
		Question uint64
		Outcome  market.Outcome
		Payoffs  []market.Price
		ToOpener market.Amount
		ToFund   market.Amount
	}
	// Halted takes a question on which work failed out of trading.
	Halted struct {
		Question uint64
		Why      string
	}
	// Claimed pays a settled position.
	Claimed struct {
		Question uint64
		Account  common.Address
		Amount   market.Amount
	}
	// Deposited brings coins into the market.
	Deposited struct {
		Account common.Address
		Amount  market.Amount
	}
	// Withdrawn takes coins out of the market.
	Withdrawn struct {
		Account common.Address
		Amount  market.Amount
	}
	// Minted makes N full sets.
	Minted struct {
		Question uint64
		Account  common.Address
		N        market.Amount
	}
	// Burned redeems N full sets.
	Burned struct {
		Question uint64
		Account  common.Address
		N        market.Amount
	}
)

func (Head) body()         {}
func (Asked) body()        {}
func (Ordered) body()      {}
func (RefusedOrder) body() {}
func (Filled) body()       {}
func (Cancelled) body()    {}
func (Moved) body()        {}
func (Closed) body()       {}
func (Reopened) body()     {}
func (Settled) body()      {}
func (Halted) body()       {}
func (Claimed) body()      {}
func (Deposited) body()    {}
func (Withdrawn) body()    {}
func (Minted) body()       {}
func (Burned) body()       {}

// errForeign reports a log that is none of the market's known events.
var errForeign = errors.New("not an event of the market")

// decoder reads the logs of the market. It never changes.
type decoder map[common.Hash]func(*types.Log) (Body, error)

// marketEvents are the market's events by name.
var marketEvents = sync.OnceValue(func() map[string]abi.Event {
	parsed, err := imarket.IMarketMetaData.ParseABI()
	if err != nil {
		panic(err) // the binding is generated from it
	}
	return parsed.Events
})

// topicOf is the first topic of the event of that name.
func topicOf(name string) common.Hash {
	event, ok := marketEvents()[name]
	if !ok {
		panic("the market has no event " + name)
	}
	return event.ID
}

// as makes a reader of one event: unpack its log, then translate.
func as[E any](
	unpack func(*types.Log) (*E, error), translate func(*fold, *E) Body,
) func(*types.Log) (Body, error) {
	return func(l *types.Log) (Body, error) {
		e, err := unpack(l)
		if err != nil {
			return nil, err
		}
		var f fold
		b := translate(&f, e)
		return b, f.err
	}
}

// event reads a log of the market.
func (d decoder) event(l *types.Log) (Event, error) {
	if len(l.Topics) == 0 || l.Address != MarketAddress {
		return Event{}, fmt.Errorf("log %d of block %d: %w", l.Index, l.BlockNumber, errForeign)
	}
	read, ok := d[l.Topics[0]]
	if !ok {
		return Event{}, fmt.Errorf("log %d of block %d, topic %s: %w",
			l.Index, l.BlockNumber, l.Topics[0], errForeign)
	}
	body, err := read(l)
	if err != nil {
		return Event{}, fmt.Errorf("log %d of block %d: %w", l.Index, l.BlockNumber, err)
	}
	return Event{Block: l.BlockNumber, Index: l.Index, Tx: l.TxHash, Body: body}, nil
}

// newDecoder lists a reader for every event.
func newDecoder(m *imarket.IMarket) decoder {
	return decoder{
		topicOf("Asked"): as(m.UnpackAskedEvent, func(f *fold, e *imarket.IMarketAsked) Body {
			return Asked{
				e.Question, e.Opener, market.Template(e.Template), market.Kind(e.Kind), e.Text,
				f.amount(e.Subsidy), e.End,
			}
		}),
		topicOf("Ordered"): as(m.UnpackOrderedEvent, ordered),
		topicOf("RefusedOrder"): as(m.UnpackRefusedOrderEvent,
			func(f *fold, e *imarket.IMarketRefusedOrder) Body {
				return RefusedOrder{
					e.Trader, e.Question, f.amount(e.Nonce), market.Reason(e.Reason),
				}
			}),
		topicOf("Filled"): as(m.UnpackFilledEvent, func(f *fold, e *imarket.IMarketFilled) Body {
			return Filled{
				e.Question, e.Trader, e.Id, e.Book, market.Action(e.Action),
				f.amount(e.Shares), f.amount(e.Coins), f.amount(e.Left),
			}
		}),
		topicOf("Cancelled"): as(m.UnpackCancelledEvent,
			func(f *fold, e *imarket.IMarketCancelled) Body {
				return Cancelled{e.Question, e.Trader, e.Id, f.amount(e.Left), e.Expired}
			}),
		topicOf("Moved"): as(m.UnpackMovedEvent, func(f *fold, e *imarket.IMarketMoved) Body {
			return Moved{
				e.Question, e.Book, market.Price(e.From), market.Price(e.To), e.Orders,
				f.amount(e.Volume),
			}
		}),
		topicOf("Closed"): as(m.UnpackClosedEvent, func(_ *fold, e *imarket.IMarketClosed) Body {
			return Closed{e.Question, e.Height}
		}),
		topicOf("Reopened"): as(m.UnpackReopenedEvent,
			func(_ *fold, e *imarket.IMarketReopened) Body { return Reopened{e.Question, e.End} }),
		topicOf("Settled"): as(m.UnpackSettledEvent, settled),
		topicOf("Halted"): as(m.UnpackHaltedEvent, func(_ *fold, e *imarket.IMarketHalted) Body {
			return Halted{e.Question, e.Why}
		}),
		topicOf("Claimed"): as(m.UnpackClaimedEvent,
			func(f *fold, e *imarket.IMarketClaimed) Body {
				return Claimed{e.Question, e.Account, f.amount(e.Amount)}
			}),
		topicOf("Deposited"): as(m.UnpackDepositedEvent,
			func(f *fold, e *imarket.IMarketDeposited) Body {
				return Deposited{e.Account, f.amount(e.Amount)}
			}),
		topicOf("Withdrawn"): as(m.UnpackWithdrawnEvent,
			func(f *fold, e *imarket.IMarketWithdrawn) Body {
				return Withdrawn{e.Account, f.amount(e.Amount)}
			}),
		topicOf("Minted"): as(m.UnpackMintedEvent, func(f *fold, e *imarket.IMarketMinted) Body {
			return Minted{e.Question, e.Account, f.amount(e.N)}
		}),
		topicOf("Burned"): as(m.UnpackBurnedEvent, func(f *fold, e *imarket.IMarketBurned) Body {
			return Burned{e.Question, e.Account, f.amount(e.N)}
		}),
	}
}

func ordered(f *fold, e *imarket.IMarketOrdered) Body {
	return Ordered{ID: e.Id, Trader: e.Trader, Order: Order{
		Question: e.Question, Book: e.Book, Action: market.Action(e.Action),
		Amount: f.amount(e.Amount), Limit: market.Price(e.Limit), Expiry: e.Expiry,
	}}
}

func settled(f *fold, e *imarket.IMarketSettled) Body {
	s := Settled{
		Question: e.Question,
		Outcome: market.Outcome{
			Verdict: market.Verdict(e.Verdict), Member: e.Member, Value: e.Value,
		},
		ToOpener: f.amount(e.ToOpener), ToFund: f.amount(e.ToFund),
	}
	for _, p := range e.Payoffs {
		s.Payoffs = append(s.Payoffs, market.Price(p))
	}
	return s
}

// idTopic is a question's id as an indexed argument.
func idTopic(id uint64) common.Hash {
	return common.BigToHash(new(big.Int).SetUint64(id))
}
