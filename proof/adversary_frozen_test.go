package proof

import (
	"errors"
	"slices"
	"testing"

	"agon/proof/ff"
	"agon/proof/fs"
	"agon/proof/sum"
	"agon/proof/zk"
)

// TestFrozenReplay gives the prover what Fiat–Shamir denies him: challenges that do
// not move when he changes what he has said. Even so no value of the conversation
// is free: each is tied by a constraint to what he committed to before it. (That
// challenges do move is TestEveryByte: a changed value is then refused because other
// columns are asked for.)
func TestFrozenReplay(t *testing.T) {
	n, s := small(t)
	w := n.evaluate(n.inputs(newRand(t, 15), 1))
	st := n.statement(w, 1, Private, Private)
	f, err := s.model.frame(st)
	if err != nil {
		t.Fatal(err)
	}
	p, err := newProver(f, w)
	if err != nil {
		t.Fatal(err)
	}
	p.weights, p.matrix = s.model.weights, s.epoch.matrix
	p.rnd = zk.NewStream([]byte("frozen replay"))
	proof, err := p.prove(fs.Frozen("replay"))
	if err != nil {
		t.Fatal(err)
	}
	verify := func(b []byte) error {
		return f.verify(fs.Frozen("replay"), s.epoch.Record.Root, st, b)
	}
	if err := verify(proof); err != nil {
		t.Fatal(err)
	}
	tr := fs.Frozen("replay")
	_, body, err := takeRoot(tr, proof, "T1", 0)
	if err != nil {
		t.Fatal(err)
	}
	talk := sum.NewVerifier(tr, f.layout, body)
	c := script{frame: f, Talk: talk, columns: f.columns}
	c.run()
	from, to := len(proof)-len(body), len(proof)-len(talk.Rest())
	if said := (to - from) / ff.ExtBytes; said != f.layout.Values()+2 {
		// All but ϱ, which is never said; u, a(θ) and b(θ) besides.
		t.Fatalf("%d values were said of %d", said, f.layout.Values())
	}
	for at := from; at < to; at += ff.ExtBytes {
		bad := slices.Clone(proof)
		v, err := ff.DecodeExt(bad[at:])
		if err != nil {
			t.Fatal(err)
		}
		copy(bad[at:], ff.AppendExt(nil, v.Add(ff.ExtOne)))
		if err := verify(bad); !errors.Is(err, zk.ErrConstraint) {
			t.Errorf("value %d: %v, want %v", (at-from)/ff.ExtBytes, err, zk.ErrConstraint)
		}
	}
}
