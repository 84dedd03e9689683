package native_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ethereum/go-ethereum/accounts/abi"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/tracing"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/holiman/uint256"
)

func TestOutcomes(t *testing.T) {
	for _, c := range []struct {
		name   string
		input  func(w world) []byte
		value  uint64
		gas    uint64
		err    error
		reason string // of Error(string), a part of it
		atMost uint64 // gas used
		least  uint64
		count  uint64 // afterwards
		logs   int
	}{
		{name: "success", input: call("add", uint64(5)), count: 5, logs: 1,
			least: 3_000, atMost: 10_000},
		{name: "view", input: call("count"), least: 1_500, atMost: 3_000},
		{name: "unknown function", input: raw(1, 2, 3, 4), err: vm.ErrExecutionReverted,
			reason: "no such function", atMost: 1_000, least: 700},
		{name: "no selector", input: raw(1, 2), err: vm.ErrExecutionReverted,
			reason: "no such function", atMost: 1_000, least: 700},
		{name: "plain transfer", input: raw(), value: 1, err: vm.ErrExecutionReverted,
			reason: "no such function", atMost: 1_000, least: 700},
		{name: "coins to a function that takes none", input: call("add", uint64(5)), value: 1,
			err: vm.ErrExecutionReverted, reason: "takes no coins", atMost: 1_000, least: 700},
		{name: "payable", input: call("buy"), value: 42, count: 42, logs: 1,
			least: 3_000, atMost: 10_000},
		{name: "short calldata", input: func(w world) []byte {
			return w.pack("add", uint64(5))[:35]
		}, err: vm.ErrExecutionReverted, reason: "malformed calldata", atMost: 1_000, least: 700},
		{name: "a failure pays for its work", input: call("fail", uint64(100)),
			err: vm.ErrExecutionReverted, reason: "ordinary failure",
			least: 100 * 2_500, atMost: 100 * 3_500},
		{name: "a panic takes the rest", input: call("crash", uint64(3)),
			err: vm.ErrExecutionReverted, least: plenty, atMost: plenty},
		{name: "out of gas in the function", input: call("burn", uint64(plenty)),
			err: vm.ErrOutOfGas, least: plenty, atMost: plenty},
		{name: "out of gas before it", input: call("add", uint64(1)), gas: 100,
			err: vm.ErrOutOfGas, least: 100, atMost: 100},
		{name: "out of gas in a write", input: call("add", uint64(1)), gas: 2_500,
			err: vm.ErrOutOfGas, least: 2_500, atMost: 2_500},
		{name: "a view cannot write", input: call("sneak"), err: vm.ErrWriteProtection,
			least: plenty, atMost: plenty},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			before, supply := w.Store(), w.Supply()
			if c.gas == 0 {
				c.gas = plenty
			}
			r := w.Call(alice, counterAddress, c.input(w), c.value, c.gas)
			if !errors.Is(r.Err, c.err) {
				t.Fatalf("error: want %v, have %v", c.err, r.Err)
			}
			if r.Gas < c.least || r.Gas > c.atMost {
				t.Errorf("gas: want %d to %d, have %d", c.least, c.atMost, r.Gas)
			}
			if c.reason != "" {
				if text, err := abi.UnpackRevert(r.Return); err != nil ||
					!strings.Contains(text, c.reason) {
					t.Errorf("reason: want %q, have %q, %v", c.reason, text, err)
				}
			}
			if len(r.Logs) != c.logs {
				t.Errorf("logs: want %d, have %d", c.logs, len(r.Logs))
			}
			if r.Err != nil && len(before) != len(w.Store()) {
				t.Errorf("a failed call left %d keys, there were %d", len(w.Store()), len(before))
			}
			if !w.Supply().Eq(supply) {
				t.Errorf("supply: want %s, have %s", supply.Dec(), w.Supply().Dec())
			}
			w.mustCount(c.count)
		})
	}
}

func call(method string, args ...any) func(world) []byte {
	return func(w world) []byte { return w.pack(method, args...) }
}

func raw(b ...byte) func(world) []byte { return func(world) []byte { return b } }

func TestPanicIsSoliditys(t *testing.T) {
	w := newWorld(t)
	r := w.do("crash", uint64(3))
	text, err := abi.UnpackRevert(r.Return)
	if err != nil || text != "assert(false)" {
		t.Fatalf("want Panic(1), which reads assert(false); have %q, %v", text, err)
	}
}

func TestCustomError(t *testing.T) {
	w := newWorld(t)
	r := w.do("custom", uint64(9))
	e := w.abi.Errors["TooMuch"]
	values, err := e.Unpack(r.Return)
	if err != nil {
		t.Fatalf("%x: %v", r.Return, err)
	}
	if have := values.([]any); have[0] != uint64(7) || have[1] != uint64(9) {
		t.Fatalf("want 7 and 9, have %v", have)
	}
}

func TestLogs(t *testing.T) {
	w := newWorld(t)
	var traced []*types.Log
	w.Tracer = &tracing.Hooks{OnLog: func(l *types.Log) { traced = append(traced, l) }}
	r := w.do("add", uint64(5))
	if len(r.Logs) != 1 {
		t.Fatalf("logs: want 1, have %d", len(r.Logs))
	}
	l, event := r.Logs[0], w.abi.Events["Added"]
	if l.Address != counterAddress || l.Topics[0] != event.ID ||
		l.Topics[1] != common.BytesToHash(alice[:]) {
		t.Errorf("log: have %s, topics %x", l.Address, l.Topics)
	}
	values, err := event.Inputs.NonIndexed().Unpack(l.Data)
	if err != nil || len(values) != 1 || values[0] != uint64(5) {
		t.Errorf("data: want 5, have %v, %v", values, err)
	}
	if len(traced) != 1 || traced[0] != l {
		t.Errorf("the tracer saw %d logs, want the one", len(traced))
	}
}

func TestPay(t *testing.T) {
	w := newWorld(t)
	bob := common.HexToAddress("0xb0b")
	if r := w.Call(alice, counterAddress, w.pack("buy"), 500, plenty); r.Err != nil {
		t.Fatal(r.Err)
	}
	for _, c := range []struct {
		name   string
		amount uint64
		fails  bool
		left   uint64
	}{
		{"some", 200, false, 300},
		{"more than there is", 301, true, 300},
		{"all", 300, false, 0},
		{"nothing of nothing", 0, false, 0},
		{"one of nothing", 1, true, 0},
	} {
		r := w.do("pay", bob, uint256.NewInt(c.amount).ToBig())
		if (r.Err != nil) != c.fails {
			t.Errorf("%s: have %v", c.name, r.Err)
		}
		if have := w.Balance(counterAddress); !have.Eq(uint256.NewInt(c.left)) {
			t.Errorf("%s: want %d left, have %s", c.name, c.left, have.Dec())
		}
	}
	if have := w.Balance(bob); !have.Eq(uint256.NewInt(500)) {
		t.Errorf("payee: want 500, have %s", have.Dec())
	}
}

func TestTry(t *testing.T) {
	for _, c := range []struct {
		name   string
		how    uint8
		budget uint64
		count  uint64
		logs   int
		burnt  uint64 // gas, at least
	}{
		{"holds", breakNot, 1_000_000, 111, 3, 0},
		{"error", breakError, 1_000_000, 101, 2, 0},
		{"panic", breakPanic, 1_000_000, 101, 2, 0},
		{"loop until its budget is gone", breakGas, 1_000_000, 101, 2, 1_000_000},
		{"budget too small for a write", breakGas, 100, 101, 2, 100},
		{"payment", breakPay, 1_000_000, 101, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.Fund(counterAddress, 5)
			r := w.do("attempt", c.how, c.budget)
			if r.Err != nil {
				text, _ := abi.UnpackRevert(r.Return)
				t.Fatalf("%v: %s", r.Err, text)
			}
			if len(r.Logs) != c.logs {
				t.Errorf("logs: want %d, have %d", c.logs, len(r.Logs))
			}
			if r.Gas < c.burnt || r.Gas > c.burnt+50_000 {
				t.Errorf("gas: want %d and little more, have %d", c.burnt, r.Gas)
			}
			if have := w.Balance(counterAddress); !have.Eq(uint256.NewInt(5)) {
				t.Errorf("balance: want 5, have %s", have.Dec())
			}
			w.mustCount(c.count)
		})
	}
}

func TestSameStateSameHash(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	for _, w := range []world{a, b} {
		for n := range uint64(5) {
			w.do("add", n)
			w.do("fail", n)
		}
	}
	if ha, hb := a.Commit(), b.Commit(); !bytes.Equal(ha, hb) {
		t.Fatalf("%x and %x", ha, hb)
	}
}
