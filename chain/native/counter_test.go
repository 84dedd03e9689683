package native_test

import (
	"encoding/binary"
	"errors"
	"fmt"
	"testing"

	storetypes "github.com/cosmos/cosmos-sdk/store/v2/types"
	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/holiman/uint256"

	"bytes"

	"agon/chain/native"
	"agon/chain/native/nativetest"
)

// The counter is a contract small enough to be read here, with one function
// for each way in which a call can go wrong.
var (
	counterAddress = common.HexToAddress("0xc0")
	alice          = common.HexToAddress("0xa11ce")
	counterKey     = storetypes.NewKVStoreKey("counter")
	counterNotes   = storetypes.NewObjectStoreKey("counter-notes")
	countKey       = []byte("count")
)

const plenty = 10_000_000 // gas

type (
	amount struct{ N uint64 }
	Added  struct {
		Who [20]byte `sol:",indexed"`
		N   uint64
	}
	TooMuch struct{ Want, Have uint64 }
	payArgs struct {
		To     [20]byte
		Amount uint256.Int
	}
	tryArgs struct {
		How    uint8
		Budget uint64
	}
)

func (t TooMuch) Error() string { return fmt.Sprintf("want at most %d, have %d", t.Want, t.Have) }

type counter struct{ service native.StoreService }

var errOrdinary = errors.New("ordinary failure")

func newCounter() *native.Contract {
	s := counter{native.StoreService{Key: counterKey}}
	c := native.New(counterAddress, counterKey, "ICounter", "Counts.")
	native.View(c, "count", "How much was added.", s.count)
	native.View(c, "sneak", "A view that writes.", s.sneak)
	native.Write(c, "add", "Adds n.", s.add)
	native.Write(c, "fail", "Writes n keys, then fails.", s.fail)
	native.Write(c, "crash", "Adds n, then panics.", s.crash)
	native.Write(c, "custom", "Fails with a custom error.", s.custom)
	native.Write(c, "burn", "Spends n gas.", s.burn)
	native.Write(c, "attempt", "Adds 1, tries to add 10 and breaks, adds 100.", s.attempt)
	native.Payable(c, "buy", "Adds what was sent.", s.buy)
	native.Write(c, "pay", "Pays from the contract.", s.pay)
	native.Event[Added](c, "Something was added.")
	native.Error[TooMuch](c, "It was too much.")
	return c
}

func (s counter) get(c *native.Ctx) uint64 {
	b, err := s.service.OpenKVStore(c).Get(countKey)
	if err != nil || b == nil {
		return 0
	}
	return binary.BigEndian.Uint64(b)
}

func (s counter) raise(c *native.Ctx, n uint64) error {
	sum := binary.BigEndian.AppendUint64(nil, s.get(c)+n)
	if err := s.service.OpenKVStore(c).Set(countKey, sum); err != nil {
		return err
	}
	c.Emit(&Added{c.Caller(), n})
	return nil
}

func (s counter) count(c *native.Ctx, _ native.None) (amount, error) {
	return amount{s.get(c)}, nil
}

func (s counter) sneak(c *native.Ctx, _ native.None) (n native.None, err error) {
	return n, s.service.OpenKVStore(c).Set(countKey, make([]byte, 8))
}

func (s counter) add(c *native.Ctx, in amount) (n native.None, err error) {
	return n, s.raise(c, in.N)
}

func (s counter) fail(c *native.Ctx, in amount) (n native.None, err error) {
	for i := range in.N {
		key := binary.BigEndian.AppendUint64([]byte("junk"), i)
		if err := s.service.OpenKVStore(c).Set(key, key); err != nil {
			return n, err
		}
	}
	return n, errOrdinary
}

func (s counter) crash(c *native.Ctx, in amount) (n native.None, err error) {
	if err := s.raise(c, in.N); err != nil {
		return n, err
	}
	var none []int
	return n, fmt.Errorf("unreachable %d", none[in.N])
}

func (s counter) custom(_ *native.Ctx, in amount) (n native.None, err error) {
	return n, fmt.Errorf("wrapped: %w", TooMuch{7, in.N})
}

func (s counter) burn(c *native.Ctx, in amount) (n native.None, err error) {
	c.Charge(in.N)
	return n, nil
}

// attempt's ways to break what it tries; with 0 it holds.
const (
	breakNot = iota
	breakError
	breakPanic
	breakGas
	breakPay
)

func (s counter) attempt(c *native.Ctx, in tryArgs) (n native.None, err error) {
	if err := s.raise(c, 1); err != nil {
		return n, err
	}
	err = c.Try(in.Budget, func() error {
		if err := s.raise(c, 10); err != nil {
			return err
		}
		switch in.How {
		case breakError:
			return errOrdinary
		case breakPanic:
			panic("broken")
		case breakGas:
			for {
				c.Charge(1_000)
			}
		case breakPay:
			if err := c.Pay(alice, *uint256.NewInt(1)); err != nil {
				return err
			}
			return errOrdinary
		}
		return nil
	})
	if (err == nil) != (in.How == breakNot) {
		return n, fmt.Errorf("way %d: %w", in.How, err)
	}
	return n, s.raise(c, 100)
}

func (s counter) buy(c *native.Ctx, _ native.None) (n native.None, err error) {
	paid := c.Paid()
	return n, s.raise(c, paid.Uint64())
}

func (s counter) pay(c *native.Ctx, in payArgs) (n native.None, err error) {
	return n, c.Pay(in.To, in.Amount)
}

// world is a World with the counter in it, and the counter's ABI as
// go-ethereum reads it.
type world struct {
	*nativetest.World
	t   testing.TB
	abi abi.ABI
}

func newWorld(t testing.TB) world {
	c := newCounter()
	parsed, err := abi.JSON(bytes.NewReader(c.ABI()))
	if err != nil {
		t.Fatal(err)
	}
	w := world{nativetest.New(t, counterKey, counterNotes, c), t, parsed}
	w.Fund(alice, 1_000_000)
	return w
}

func (w world) pack(method string, args ...any) []byte {
	w.t.Helper()
	input, err := w.abi.Pack(method, args...)
	if err != nil {
		w.t.Fatal(err)
	}
	return input
}

func (w world) do(method string, args ...any) nativetest.Receipt {
	w.t.Helper()
	return w.Call(alice, counterAddress, w.pack(method, args...), 0, plenty)
}

// mustCount fails unless the counter stands at want.
func (w world) mustCount(want uint64) {
	w.t.Helper()
	r := w.do("count")
	if r.Err != nil {
		w.t.Fatalf("count: %v", r.Err)
	}
	if have := new(uint256.Int).SetBytes(r.Return); !have.Eq(uint256.NewInt(want)) {
		w.t.Fatalf("count: want %d, have %s", want, have.Dec())
	}
}
