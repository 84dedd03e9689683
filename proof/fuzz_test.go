package proof

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"agon/proof/slow"
)

// sample is one honest proof that the fuzzers start from; made once.
var sample = sync.OnceValue(func() *target {
	rnd := rand.New(rand.NewPCG(81, 0))
	n := newLayered(rnd, true, 8, 3)
	m, err := Commit(n.prog, n.weights, Secret{Commit: [32]byte{1}, Prove: [32]byte{2}}, Chain)
	if err != nil {
		panic(err)
	}
	s := &session{model: m, ledger: NewMemoryLedger()}
	if s.epoch, err = m.NewEpoch(s.ledger); err != nil {
		panic(err)
	}
	if s.verifier, err = NewVerifier(m.Key); err != nil {
		panic(err)
	}
	if err := s.verifier.AddEpoch(s.epoch.Record); err != nil {
		panic(err)
	}
	w := n.evaluate(n.inputs(rnd, 1))
	st := n.statement(w, 1, Private, Public)
	x := &target{session: s, net: n, witness: w, statement: st}
	if x.proof, err = m.Prove(s.epoch, s.ledger, st, w); err != nil {
		panic(err)
	}
	return x
})

// bounded fails if f allocates more than limit bytes.
func bounded(t *testing.T, limit uint64, f func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > limit {
		t.Fatalf("%d bytes allocated, at most %d", used, limit)
	}
}

// FuzzProof gives both verifiers any bytes as a proof. at and bits place a
// change into the honest one, so that mutations get past the first checks.
func FuzzProof(f *testing.F) {
	x := sample()
	f.Add(x.proof[:40], uint32(0), uint32(0))
	for _, s := range []int{0, 1, 2, 3, 28, 29, 37, 40, 60, 2000, len(x.proof) - 3} {
		f.Add([]byte{1}, uint32(s), uint32(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, at, cut uint32) {
		proof := b
		if cut > 0 { // b over the honest proof at a place
			proof = bytes.Clone(x.proof)
			copy(proof[int(at)%len(proof):], b)
			if bytes.Equal(proof, x.proof) {
				return
			}
		}
		bounded(t, 256<<20, func() {
			if g := x.judge(t, x.statement, proof); g == "" {
				t.Fatal("accepted")
			}
		})
	})
}

// FuzzStatement decodes any bytes; what decodes is encoded to the same bytes,
// and both verifiers refuse the honest proof for it with the same check.
func FuzzStatement(f *testing.F) {
	x := sample()
	honest, err := x.statement.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(honest, uint32(0), byte(0))
	f.Add(honest, uint32(1), byte(3))
	f.Add(honest, uint32(len(honest)-1), byte(1))
	f.Add([]byte{1}, uint32(0), byte(0))
	f.Fuzz(func(t *testing.T, b []byte, at uint32, change byte) {
		if len(b) > 0 {
			b = bytes.Clone(b)
			b[int(at)%len(b)] ^= change
		}
		s := new(Statement)
		if s.UnmarshalBinary(b) != nil {
			return
		}
		back, err := s.MarshalBinary()
		if err != nil || !bytes.Equal(back, b) {
			t.Fatalf("%x is decoded and encoded as %x (%v)", b, back, err)
		}
		if s.Epoch != x.epoch.Record.Number {
			return // the fast verifier says that it does not know it
		}
		bounded(t, 256<<20, func() {
			if g := x.judge(t, s, x.proof); (g == "") != bytes.Equal(b, honest) {
				t.Fatalf("%x: refused by %q", b, g)
			}
		})
	})
}

// FuzzKey gives both verifiers any bytes as a key. They agree whether it is one,
// and neither accepts a changed one.
func FuzzKey(f *testing.F) {
	x := sample()
	honest, err := x.model.Key.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte{}, uint32(0), uint32(0))
	for _, at := range []uint32{0, 1, 33, 37, 41, 60, 80, 120, 150, 170, 190, 210, 240, 300} {
		f.Add([]byte{0xff}, at, uint32(1))
		f.Add([]byte{0, 0, 0, 0x80}, at, uint32(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, at, over uint32) {
		key := b
		if over > 0 {
			key = bytes.Clone(honest)
			copy(key[int(at)%len(key):], b)
			if bytes.Equal(key, honest) {
				return
			}
		}
		bounded(t, 1<<30, func() { judgeKey(t, key) })
	})
}

// judgeKey asks both verifiers about a key, who must agree and refuse.
func judgeKey(t testing.TB, b []byte) slow.Guard {
	t.Helper()
	k := new(Key)
	err := k.UnmarshalBinary(b)
	if err == nil {
		_, err = NewVerifier(k)
	}
	slowErr := slow.CheckKey(b)
	fast, slowly := guardOf(t, err), slowGuard(t, slowErr)
	if fast != slowly {
		t.Fatalf("the verifiers differ: fast %v, slow %v", err, slowErr)
	}
	if fast == "" {
		t.Fatal("a changed key is accepted")
	}
	return fast
}
