package proof

import (
	"encoding"
	"testing"

	"agon/proof/slow"
)

// encoded returns the bytes of a key, an epoch record or a statement.
func encoded(t testing.TB, v encoding.BinaryMarshaler) []byte {
	t.Helper()
	b, err := v.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSlowAgrees: the independent verifier accepts what honest provers make.
func TestSlowAgrees(t *testing.T) {
	for _, c := range []struct {
		name  string
		raw   bool
		batch int
		ports []Visibility
		sizes []int
	}{
		{"y = Wx", true, 1, []Visibility{Private, Public}, []int{20, 6}},
		{"two layers", false, 1, []Visibility{Private, Public}, []int{20, 9, 5}},
		{"a batch", true, 3, []Visibility{Public, Private}, []int{17, 12, 9, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rnd := newRand(t, 1)
			n := newLayered(rnd, c.raw, c.sizes...)
			s := newSession(t, n, Standard)
			w := n.evaluate(n.inputs(rnd, c.batch))
			st := n.statement(w, c.batch, c.ports...)
			b, err := s.model.Prove(s.epoch, s.ledger, st, w)
			if err != nil {
				t.Fatal(err)
			}
			key, epoch := encoded(t, s.model.Key), encoded(t, s.epoch.Record)
			if err := slow.CheckKey(key); err != nil {
				t.Errorf("key: %v", err)
			}
			if err := slow.CheckEpoch(key, epoch); err != nil {
				t.Errorf("epoch: %v", err)
			}
			if err := slow.Check(key, epoch, encoded(t, st), b); err != nil {
				t.Errorf("answer: %v", err)
			}
		})
	}
}
