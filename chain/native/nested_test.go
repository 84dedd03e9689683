package native_test

import (
	"testing"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/vm"
	"github.com/ethereum/go-ethereum/core/vm/program"
)

var (
	inner = common.HexToAddress("0x1111")
	outer = common.HexToAddress("0x2222")
)

// invoke is code that calls to with fixed input, through one of the four
// opcodes, and ignores what comes back.
func invoke(p *program.Program, op vm.OpCode, to common.Address, input []byte) *program.Program {
	p.Mstore(input, 0)
	switch op {
	case vm.CALL:
		p.Call(nil, to, 0, 0, len(input), 0, 0)
	case vm.STATICCALL:
		p.StaticCall(nil, to, 0, len(input), 0, 0)
	case vm.DELEGATECALL:
		p.DelegateCall(nil, to, 0, len(input), 0, 0)
	case vm.CALLCODE:
		p.CallCode(nil, to, 0, 0, len(input), 0, 0)
	}
	return p.Op(vm.POP)
}

func reverting(p *program.Program) []byte {
	return p.Push0().Push0().Op(vm.REVERT).Bytes()
}

func stopping(p *program.Program) []byte { return p.Op(vm.STOP).Bytes() }

// Whatever contracts do around native calls, what stays is what the EVM kept.
func TestNestedCalls(t *testing.T) {
	for _, c := range []struct {
		name  string
		code  func(w world) (inner, outer []byte)
		fails bool
		count uint64
		logs  int
	}{
		{"a contract calls", func(w world) ([]byte, []byte) {
			return nil, stopping(invoke(program.New(), vm.CALL, counterAddress,
				w.pack("add", uint64(1))))
		}, false, 1, 1},
		{"calls, then reverts", func(w world) ([]byte, []byte) {
			return nil, reverting(invoke(program.New(), vm.CALL, counterAddress,
				w.pack("add", uint64(1))))
		}, true, 0, 0},
		{"the inner contract reverts, the outer stays", func(w world) ([]byte, []byte) {
			add := func(n uint64) []byte { return w.pack("add", n) }
			in := reverting(invoke(program.New(), vm.CALL, counterAddress, add(10)))
			p := invoke(program.New(), vm.CALL, counterAddress, add(1))
			invoke(p, vm.CALL, inner, nil)
			return in, stopping(invoke(p, vm.CALL, counterAddress, add(100)))
		}, false, 101, 2},
		{"the inner native call fails", func(w world) ([]byte, []byte) {
			p := invoke(program.New(), vm.CALL, counterAddress, w.pack("add", uint64(1)))
			invoke(p, vm.CALL, counterAddress, w.pack("fail", uint64(3)))
			return nil, stopping(invoke(p, vm.CALL, counterAddress, w.pack("add", uint64(100))))
		}, false, 101, 2},
		{"static write", func(w world) ([]byte, []byte) {
			return nil, stopping(invoke(program.New(), vm.STATICCALL, counterAddress,
				w.pack("add", uint64(1))))
		}, false, 0, 0},
		{"write in a call of a static call", func(w world) ([]byte, []byte) {
			in := stopping(invoke(program.New(), vm.CALL, counterAddress,
				w.pack("add", uint64(1))))
			return in, stopping(invoke(program.New(), vm.STATICCALL, inner, nil))
		}, false, 0, 0},
		{"delegated write", func(w world) ([]byte, []byte) {
			return nil, stopping(invoke(program.New(), vm.DELEGATECALL, counterAddress,
				w.pack("add", uint64(1))))
		}, false, 0, 0},
		{"write by callcode", func(w world) ([]byte, []byte) {
			return nil, stopping(invoke(program.New(), vm.CALLCODE, counterAddress,
				w.pack("add", uint64(1))))
		}, false, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			in, out := c.code(w)
			w.Deploy(inner, in)
			w.Deploy(outer, out)
			before := len(w.Store())
			r := w.Call(alice, outer, nil, 0, plenty)
			if (r.Err != nil) != c.fails {
				t.Fatalf("have %v", r.Err)
			}
			if len(r.Logs) != c.logs {
				t.Errorf("logs: want %d, have %d", c.logs, len(r.Logs))
			}
			if c.count == 0 && len(w.Store()) != before {
				t.Errorf("a trace was left: %d keys, there were %d", len(w.Store()), before)
			}
			w.mustCount(c.count)
		})
	}
}

// A static or delegated view is as good as any.
func TestNestedViews(t *testing.T) {
	for _, op := range []vm.OpCode{vm.CALL, vm.STATICCALL, vm.DELEGATECALL, vm.CALLCODE} {
		w := newWorld(t)
		if r := w.do("add", uint64(7)); r.Err != nil {
			t.Fatal(r.Err)
		}
		p := invoke(program.New(), op, counterAddress, w.pack("count"))
		p.Op(vm.RETURNDATASIZE).Push0().Push0().Op(vm.RETURNDATACOPY)
		w.Deploy(outer, p.Op(vm.RETURNDATASIZE).Push0().Op(vm.RETURN).Bytes())
		r := w.Call(alice, outer, nil, 0, plenty)
		if r.Err != nil || len(r.Return) != 32 || r.Return[31] != 7 {
			t.Errorf("%s: have %x, %v", op, r.Return, r.Err)
		}
	}
}

// The EVM's keeper allows so many writing calls a transaction, and any number
// of views.
func TestCallsPerTransaction(t *testing.T) {
	for _, c := range []struct {
		name         string
		adds, counts int
		want         uint64
	}{
		{"as many writes as there may be", 20, 0, 20},
		{"one more fails alone", 21, 0, 20},
		{"however often it is tried", 300, 0, 20},
		{"views are not counted", 20, 30, 20},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			p := program.New()
			for range c.counts {
				invoke(p, vm.STATICCALL, counterAddress, w.pack("count"))
			}
			for range c.adds {
				invoke(p, vm.CALL, counterAddress, w.pack("add", uint64(1)))
			}
			w.Deploy(outer, stopping(p))
			if r := w.Call(alice, outer, nil, 0, plenty); r.Err != nil {
				t.Fatal(r.Err)
			}
			w.mustCount(c.want)
		})
	}
}
