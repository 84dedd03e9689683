package native_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/ethereum/go-ethereum/core/types"

	"agon/chain/native"
)

// What is packed here is what go-ethereum packs, and what the contract says
// comes back in the types it was registered with.
func TestPackAndUnpack(t *testing.T) {
	w, c := newWorld(t), newCounter()
	input, err := c.Pack("add", &amount{5})
	if want := w.pack("add", uint64(5)); err != nil || !bytes.Equal(input, want) {
		t.Fatalf("want %x, have %x, %v", want, input, err)
	}
	r := w.Call(alice, counterAddress, input, 0, plenty)
	var added Added
	if is, err := c.UnpackLog(r.Logs[0], &added); !is || err != nil ||
		added != (Added{alice, 5}) {
		t.Errorf("log: %v %+v, %v", is, added, err)
	}
	var n amount
	if err := native.Unpack(w.do("count").Return, &n); err != nil || n.N != 5 {
		t.Errorf("results: %+v, %v", n, err)
	}
	var tooMuch TooMuch
	if is, err := c.UnpackError(w.do("custom", uint64(9)).Return, &tooMuch); !is || err != nil ||
		tooMuch != (TooMuch{7, 9}) {
		t.Errorf("error: %v %+v, %v", is, tooMuch, err)
	}
}

func TestUnpackRefuses(t *testing.T) {
	c := newCounter()
	if _, err := c.Pack("nothing", &amount{}); !errors.Is(err, native.ErrNoFunction) {
		t.Errorf("an unknown function: %v", err)
	}
	if _, err := c.Pack("add", &payArgs{}); err == nil {
		t.Error("another function's arguments were packed")
	}
	var e TooMuch
	for _, data := range [][]byte{nil, {1, 2, 3}, make([]byte, 68)} {
		if is, err := c.UnpackError(data, &e); is || err != nil {
			t.Errorf("%x is an error: %v %v", data, is, err)
		}
	}
	var a Added
	if is, err := c.UnpackLog(&types.Log{Address: counterAddress}, &a); is || err != nil {
		t.Errorf("a log without topics is an event: %v %v", is, err)
	}
	if err := native.Unpack([]byte{1}, &amount{}); !errors.Is(err, native.ErrCalldata) {
		t.Errorf("one byte: %v", err)
	}
}
