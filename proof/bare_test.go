package proof

import (
	"errors"
	"math/rand/v2"
	"testing"
)

// TestBare plays the bare conversation for networks with and without lookups:
// it holds, and stops holding with one output, one weight or one message
// changed.
func TestBare(t *testing.T) {
	for _, sizes := range [][]int{{24, 12}, {24, 17, 9}} {
		rnd := rand.New(rand.NewPCG(11, uint64(len(sizes))))
		n := newLayered(rnd, true, sizes...)
		const batch = 5
		b, err := NewBare(n.prog, n.weights, batch)
		if err != nil {
			t.Fatal(err)
		}
		w := n.evaluate(n.inputs(rnd, batch))
		messages, err := b.Prove(w)
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Check(w, messages); err != nil {
			t.Fatalf("sizes %v: %v", sizes, err)
		}
		out := w.Columns[n.prog.Outputs[0]]
		out[0]++
		if err := b.Check(w, messages); !errors.Is(err, ErrBare) {
			t.Errorf("sizes %v: another output: %v", sizes, err)
		}
		out[0]--
		messages[len(messages)/2] ^= 1
		if err := b.Check(w, messages); !errors.Is(err, ErrBare) {
			t.Errorf("sizes %v: another message: %v", sizes, err)
		}
		b.weights.biases[0][0]++
		if messages, err = b.Prove(w); err != nil {
			t.Fatal(err)
		}
		if err := b.Check(w, messages); !errors.Is(err, ErrBare) {
			t.Errorf("sizes %v: another bias: %v", sizes, err)
		}
	}
}

// TestWork: what is counted grows with the batch and with the network, and work
// is ground only where the profile asks for it.
func TestWork(t *testing.T) {
	rnd := rand.New(rand.NewPCG(12, 0))
	n := newLayered(rnd, true, 40, 20, 10)
	count := func(profile Profile, batch int) Work {
		s := newSession(t, n, profile)
		w := n.evaluate(n.inputs(rnd, batch))
		work, err := s.model.Work(n.statement(w, batch, Private, Public))
		if err != nil {
			t.Fatal(err)
		}
		return work
	}
	one, many, chain := count(Standard, 1), count(Standard, 16), count(Chain, 1)
	if one.Weights != 40*20+20*10 || one.Weights != many.Weights {
		t.Errorf("weights %d and %d", one.Weights, many.Weights)
	}
	if many.Hashed <= one.Hashed || many.Products <= one.Products || many.Leaves <= one.Leaves {
		t.Errorf("a batch of 16 is %+v, one %+v", many, one)
	}
	if one.Ground != 0 || chain.Ground != 2<<16 {
		t.Errorf("ground %d and %d, want 0 and two of 2^16", one.Ground, chain.Ground)
	}
}
