package proof

import (
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"
)

// peak returns the largest live heap, in bytes above what was live before, while
// f runs. It collects often, so that what is garbage does not count.
func peak(f func()) int64 {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := int64(m.HeapAlloc)
	var most atomic.Int64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), int64(m.HeapAlloc)-before))
			select {
			case <-stop:
				return
			case <-time.After(2 * time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-done
	return most.Load()
}

// TestMemory holds committing and proving to their bounds: with codewords on
// disk, commit takes at most 24 bytes a parameter, the weights themselves not
// counted, and proving 6 bytes a parameter and 150 an activation, counting what
// the model keeps. Four layers of 1024 take a few seconds: AGON_LONG=1.
func TestMemory(t *testing.T) {
	if os.Getenv("AGON_LONG") == "" {
		t.Skip("AGON_LONG=1 measures the memory of four million weights")
	}
	rnd := rand.New(rand.NewPCG(7, 0))
	n := newLayered(rnd, true, dense4M...)
	const params, activations = 4 * 1024 * 1024, 4 * 1024
	var m *Model
	var err error
	commit := peak(func() {
		m, err = Commit(n.prog, n.weights, Secret{}, Standard, CodewordsIn(t.TempDir()))
	})
	if err != nil {
		t.Fatal(err)
	}
	ledger := NewMemoryLedger()
	e, err := m.NewEpoch(ledger)
	if err != nil {
		t.Fatal(err)
	}
	w := n.evaluate(n.inputs(rnd, 1))
	st := n.statement(w, 1, Private, Public)
	if _, err := m.Prove(e, ledger, st, w); err != nil { // fills caches
		t.Fatal(err)
	}
	var proof []byte
	prove := peak(func() { proof, err = m.Prove(e, ledger, st, w) })
	if err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	var with, without runtime.MemStats
	runtime.ReadMemStats(&with)
	runtime.KeepAlive(e)
	key, record := m.Key, e.Record
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	m, e = nil, nil
	runtime.GC()
	runtime.ReadMemStats(&without)
	kept := int64(with.HeapAlloc) - int64(without.HeapAlloc)
	t.Logf("commit: %.1f bytes a parameter at its peak", float64(commit)/params)
	t.Logf("prove: %d bytes at its peak above %d kept: %.1f a parameter and 150 an activation",
		prove, kept, float64(prove+kept-150*activations)/params)
	if commit > 24*params {
		t.Errorf("commit takes %d bytes, at most %d", commit, 24*params)
	}
	if limit := int64(6*params + 150*activations); prove+kept > limit {
		t.Errorf("proving takes %d bytes, at most %d", prove+kept, limit)
	}
	v, err := NewVerifier(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := v.AddEpoch(record); err != nil {
		t.Fatal(err)
	}
	if err := v.Verify(st, proof); err != nil {
		t.Error(err)
	}
}
