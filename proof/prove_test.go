package proof

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func newRand(t testing.TB, seed uint64) *rand.Rand {
	t.Helper()
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// TestHonest proves networks of several shapes, batches and visibilities.
func TestHonest(t *testing.T) {
	for _, c := range []struct {
		raw   bool
		batch int
		ports []Visibility
		sizes []int
	}{
		{true, 1, []Visibility{Public, Public}, []int{20, 6}},
		{true, 1, []Visibility{Private, Public}, []int{20, 6}},
		{true, 1, []Visibility{Private, Private}, []int{33, 7}},
		{false, 1, []Visibility{Public, Public}, []int{20, 9, 5}},
		{false, 1, []Visibility{Private, Public}, []int{20, 9, 5}},
		{true, 3, []Visibility{Private, Public}, []int{20, 9, 5}},
		{true, 4, []Visibility{Public, Private}, []int{17, 12, 9, 4}},
	} {
		t.Run(fmt.Sprint(c.sizes, c.raw, c.batch, c.ports), func(t *testing.T) {
			rnd := newRand(t, 1)
			n := newLayered(rnd, c.raw, c.sizes...)
			s := newSession(t, n, Standard)
			w := n.evaluate(n.inputs(rnd, c.batch))
			st := n.statement(w, c.batch, c.ports...)
			b, err := s.model.Prove(s.epoch, s.ledger, st, w)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.verifier.Verify(st, b); err != nil {
				t.Fatal(err)
			}
			t.Logf("%d bytes", len(b))
		})
	}
}
