package proof

import (
	"errors"
	"testing"
	"time"
)

// TestCost: no proof is longer than its cost says, a longer one is refused
// before it is looked at, and verification takes less time than the units say.
func TestCost(t *testing.T) {
	n, s := small(t)
	rnd := newRand(t, 31)
	for _, batch := range []int{1, 5} {
		w := n.evaluate(n.inputs(rnd, batch))
		st := n.statement(w, batch, Private, Public)
		b, err := s.model.Prove(s.epoch, s.ledger, st, w)
		if err != nil {
			t.Fatal(err)
		}
		c, err := s.verifier.Cost(st, b)
		if err != nil {
			t.Fatal(err)
		}
		if len(b) > c.Bytes {
			t.Errorf("batch %d: %d bytes, cost says at most %d", batch, len(b), c.Bytes)
		}
		start := cpu()
		if err := s.verifier.Verify(st, b); err != nil {
			t.Fatal(err)
		}
		have, bound := cpu()-start, time.Duration(c.Units())
		t.Logf("batch %d: %+v, %v by units, %v measured", batch, c, bound, have)
		if have > 2*bound {
			t.Errorf("batch %d: %v, far above the %v it is charged", batch, have, bound)
		}
		long := append(append([]byte{}, b...), make([]byte, c.Bytes)...)
		if _, err := s.verifier.Cost(st, long); !errors.Is(err, ErrRefused) {
			t.Errorf("batch %d: a proof of %d bytes has a cost: %v", batch, len(long), err)
		}
		// Witness codes in the header beyond the limits cost nothing to refuse.
		for _, logs := range [][2]byte{{0, 0}, {255, 255}, {10, 40}, {40, 10}, {16, 20}} {
			bad := append([]byte{}, b...)
			bad[1], bad[2] = logs[0], logs[1]
			if _, err := s.verifier.Cost(st, bad); err == nil && logs[1] != 20 {
				t.Errorf("witness code %v has a cost", logs)
			}
		}
	}
}

// TestCostOfKeyAndEpoch: the same for what is checked once, a key and an epoch.
func TestCostOfKeyAndEpoch(t *testing.T) {
	_, s := small(t)
	key, record := s.model.Key, s.epoch.Record
	for _, c := range []struct {
		what  string
		cost  func(extra int) (Cost, error)
		bytes int
		check func() error
		fault error
	}{
		{"key", func(extra int) (Cost, error) {
			k := *key
			k.Range = append(append([]byte{}, k.Range...), make([]byte, extra)...)
			return KeyCost(&k)
		}, len(key.Range), func() error { return checkRange(key) }, ErrRange},
		{"epoch", func(extra int) (Cost, error) {
			e := *record
			e.Proof = append(append([]byte{}, e.Proof...), make([]byte, extra)...)
			return EpochCost(key, &e)
		}, len(record.Proof), func() error { return checkEqual(key, record) }, ErrEpoch},
	} {
		have, err := c.cost(0)
		if err != nil {
			t.Fatal(c.what, err)
		}
		if c.bytes > have.Bytes {
			t.Errorf("%s: %d bytes, cost says at most %d", c.what, c.bytes, have.Bytes)
		}
		start := cpu()
		if err := c.check(); err != nil {
			t.Fatal(c.what, err)
		}
		took, bound := cpu()-start, time.Duration(have.Units())
		t.Logf("%s: %d bytes, %+v, %v by units, %v measured", c.what, c.bytes, have, bound, took)
		if took > 2*bound {
			t.Errorf("%s: %v, far above the %v it is charged", c.what, took, bound)
		}
		if _, err := c.cost(have.Bytes); !errors.Is(err, c.fault) {
			t.Errorf("%s: a proof longer than any has a cost: %v", c.what, err)
		}
	}
}
