package contracts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"cosmossdk.io/collections"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/common"

	"agon/chain/beacon"
	"agon/chain/native"
	"agon/game/market"
)

// Limits of a tick.
const (
	// TickGas is the gas a tick is given: enough for the fullest batch a question
	// can have, so that nobody can halt a question by filling it with orders.
	TickGas = 400_000_000

	maxDue = 1 << 12 // questions worked on in one block; the rest wait, first in first out
	// tickReserve is the gas a question's work cannot touch: it suffices to halt
	// that question and to end the tick.
	tickReserve = 1_000_000
)

// Errors of tick.
var (
	ErrNotTicker   = errors.New("only the ticker may tick")
	ErrWrongHeight = errors.New("the tick is of another block")
)

// Clock is IClock: the beginning of every block.
type Clock struct {
	contract *native.Contract
	market   *Market
	ticker   common.Address
	value    collections.Item[[]byte] // the last beacon
	last     collections.Item[uint64] // the block of the last tick
}

func newClock(
	key *storetypes.KVStoreKey, schema *collections.SchemaBuilder, m *Market,
	ticker common.Address,
) *Clock {
	k := &Clock{
		contract: native.New(ClockAddress, key, "IClock", "The beginning of every block."),
		market:   m,
		ticker:   ticker,
		value: collections.NewItem(schema, collections.NewPrefix(64), "beacon",
			collections.BytesValue),
		last: collections.NewItem(schema, collections.NewPrefix(65), "tick",
			collections.Uint64Value),
	}
	k.register(k.contract)
	return k
}

// register lists IClock.
func (k *Clock) register(c *native.Contract) {
	native.Write(c, "tick", "Begins a block: extends the beacon and does the work that is due. "+
		"Only the ticker may call it; a second call in one block does nothing.", k.tick)
	native.View(c, "beacon", "The randomness of the last tick.", k.beacon)
	native.View(c, "height", "The block of the last tick.", k.height)
	native.Event[Ticked](c, "A block began; work was done on so many questions.")
}

// Beacon is the value of the last tick; zero before the first. It takes the
// context of a call, a proposal or a query.
func (k *Clock) Beacon(ctx context.Context) (v beacon.Value, err error) {
	b, err := k.value.Get(ctx)
	switch {
	case errors.Is(err, collections.ErrNotFound):
		return v, nil
	case err != nil:
		return v, fmt.Errorf("beacon: %w", err)
	case len(b) != len(v):
		return v, fmt.Errorf("beacon: %d bytes, want %d", len(b), len(v))
	}
	return beacon.Value(b), nil
}

// Height is the block of the last tick; zero before the first.
func (k *Clock) Height(ctx context.Context) (uint64, error) {
	h, err := k.last.Get(ctx)
	if errors.Is(err, collections.ErrNotFound) {
		return 0, nil
	}
	return h, err
}

// tick trusts the signature: a block whose signature is not its proposer's was
// voted down.
func (k *Clock) tick(c *native.Ctx, in tickArgs) (none native.None, err error) {
	if c.Caller() != k.ticker {
		return none, fmt.Errorf("%w: not %s", ErrNotTicker, c.Caller())
	}
	if in.Height != c.Height() {
		return none, fmt.Errorf("%w: %d, this is %d", ErrWrongHeight, in.Height, c.Height())
	}
	last, err := k.Height(c)
	if err != nil || last >= in.Height {
		return none, err
	}
	previous, err := k.Beacon(c)
	if err != nil {
		return none, err
	}
	value := beacon.Next(previous, in.Signature)
	if err := k.value.Set(c, value[:]); err != nil {
		return none, err
	}
	if err := k.last.Set(c, in.Height); err != nil {
		return none, err
	}
	n := k.work(c, market.Height(in.Height), value)
	c.Emit(&Ticked{in.Height, value, n})
	return none, nil
}

// work advances the questions that are due, oldest first, as far as the gas
// goes, and returns how many it tried.
func (k *Clock) work(c *native.Ctx, now market.Height, value beacon.Value) (n uint32) {
	g := k.market.open(c)
	for _, q := range g.Due(now, maxDue) {
		if c.Gas() <= 2*tickReserve {
			break
		}
		err := c.Try(c.Gas()-tickReserve, func() error { return g.Advance(now, value, q) })
		if errors.Is(err, native.ErrBudget) && n > 0 {
			break // it will be the first of the next block
		}
		n++
		if err != nil {
			k.halt(c, g, now, q, err)
		}
	}
	return n
}

// halt takes a question whose work failed out of trading, so that it cannot
// fail again. If even that fails the question is tried again in the next block.
func (k *Clock) halt(
	c *native.Ctx, g *market.Market, now market.Height, q market.QuestionID, cause error,
) {
	slog.Error("a question's work failed", "question", uint64(q), "height", uint64(now),
		"cause", cause)
	why := halting(cause)
	err := c.Try(c.Gas(), func() error {
		g.Halt(now, q, why)
		return nil
	})
	if err != nil {
		slog.Error("a question could not be halted", "question", uint64(q), "cause", err)
	}
}

// halting words a failure the same on every machine: what a panic says may
// differ between builds.
func halting(cause error) string {
	var crash *native.PanicError
	switch {
	case errors.As(cause, &crash):
		return "its work panicked"
	case errors.Is(cause, native.ErrBudget):
		return "its work exceeds a block"
	}
	return cause.Error()
}

func (k *Clock) beacon(c *native.Ctx, _ native.None) (beaconValue, error) {
	v, err := k.Beacon(c)
	return beaconValue{v}, err
}

func (k *Clock) height(c *native.Ctx, _ native.None) (heightValue, error) {
	h, err := k.Height(c)
	return heightValue{h}, err
}
